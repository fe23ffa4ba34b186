//! Sending, within limits.

use std::{error::Error, sync::Arc, time::Duration};

use reqwest::{Client, RequestBuilder, Response, header::HeaderMap, redirect::Policy};

use crate::{
    Address, AddressError, Limits, Reach,
    resolver::{OutOfReach, Resolver},
};

/// How long a machine may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// The client for every request to an address that somebody else wrote. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Egress {
    client: Client,
    reach: Reach,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status. A redirect is one too: it is not followed.
    pub status: u16,
    headers: HeaderMap,
    /// Its body, as it came: nothing is decompressed.
    pub body: Vec<u8>,
}

/// Why there is no answer. No case tells the address: it may hold a secret of its owner's.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The name leads to a machine that is not public. Nothing was sent.
    #[error("the name leads to a machine that is not public")]
    OutOfReach,
    /// It took too long.
    #[error("no answer in time")]
    TooSlow,
    /// The answer is larger than it may be.
    #[error("the answer is too large")]
    TooLarge,
    /// The name is unknown, the connection failed, or the answer is not HTTP.
    #[error("no answer")]
    Unreachable(#[source] reqwest::Error),
}

impl Answer {
    /// A header of the answer, where it came once and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let (first, None) = (values.next()?, values.next()) else {
            return None;
        };
        first.to_str().ok()
    }
}

impl Egress {
    /// A client for what is within `reach`. Fails where TLS cannot be had.
    pub fn new(reach: Reach) -> Result<Self, EgressError> {
        Self::over(Resolver::system(reach), reach)
    }

    pub(crate) fn over(resolver: Resolver, reach: Reach) -> Result<Self, EgressError> {
        let client = Client::builder()
            .user_agent(concat!("cpf/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(resolver))
            // Each of these would let the other side or the environment choose another machine.
            .redirect(Policy::none())
            .no_proxy()
            .https_only(reach == Reach::World)
            .referer(false)
            // A kept connection would outlive the look-up that permitted it.
            .pool_max_idle_per_host(0)
            .http1_only()
            // Off even if another crate turns the feature on: a small body must not unfold.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .connect_timeout(CONNECT)
            .build()
            .map_err(EgressError::Unreachable)?;
        Ok(Self { client, reach })
    }

    /// Reads an address that this client may send to.
    pub fn address(&self, text: &str) -> Result<Address, AddressError> {
        Address::parse(text, self.reach)
    }

    /// Asks for what is at `address`.
    pub async fn get(&self, address: &Address, limits: Limits) -> Result<Answer, EgressError> {
        let request = self.client.get(address.url());
        within(limits, async {
            let response = request.send().await?;
            read(response, limits.bytes).await
        })
        .await
    }

    /// Posts `body` to `address` and answers the status. What is answered beside it is not read.
    pub async fn post(
        &self,
        address: &Address,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
        time: Duration,
    ) -> Result<u16, EgressError> {
        let request = self.client.post(address.url()).body(body);
        let with = |request: RequestBuilder, (name, value): &(&'static str, String)| {
            request.header(*name, value)
        };
        let request = headers.iter().fold(request, with);
        within(Limits { time, bytes: 0 }, async {
            Ok(request.send().await?.status().as_u16())
        })
        .await
    }
}

async fn within<T>(
    limits: Limits,
    exchange: impl Future<Output = Result<T, EgressError>>,
) -> Result<T, EgressError> {
    tokio::time::timeout(limits.time, exchange)
        .await
        .unwrap_or(Err(EgressError::TooSlow))
}

async fn read(mut response: Response, limit: usize) -> Result<Answer, EgressError> {
    let announced = response.content_length().unwrap_or_default();
    if usize::try_from(announced).is_ok_and(|announced| announced > limit) {
        return Err(EgressError::TooLarge);
    }
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len() + piece.len() > limit {
            return Err(EgressError::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(Answer {
        status,
        headers,
        body,
    })
}

impl From<reqwest::Error> for EgressError {
    fn from(error: reqwest::Error) -> Self {
        if is_out_of_reach(&error) {
            Self::OutOfReach
        } else if error.is_timeout() {
            Self::TooSlow
        } else {
            Self::Unreachable(error.without_url())
        }
    }
}

/// Whether our resolver refused: it says so at the bottom of the chain.
fn is_out_of_reach(error: &(dyn Error + 'static)) -> bool {
    let inner = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref)
        .and_then(|inner| inner.downcast_ref::<OutOfReach>());
    error.is::<OutOfReach>() || inner.is_some() || error.source().is_some_and(is_out_of_reach)
}
