//! Every problem the platform can answer with: its name, status and explanation, in one table.
//!
//! A slug ends the problem's `type` URL and never changes its meaning. `/problems` documents each.

use axum::http::StatusCode;

/// A list of slugs known at compile time: what an endpoint may refuse with. Each slug has a
/// marker in [`slug`](crate::wire::slug), and tuples of markers are lists.
pub trait Slugs: Send + Sync + 'static {
    /// The slugs, in the order written.
    fn slugs() -> Vec<Slug>;
}

macro_rules! slugs {
    ($($status:ident { $($name:ident $slug:literal $title:literal $explanation:literal)+ })+) => {
        /// The name of a problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Slug {
            $($(#[doc = $explanation] $name,)+)+
        }

        impl Slug {
            /// Every slug, by status.
            pub const ALL: &[Self] = &[$($(Self::$name,)+)+];

            /// The last segment of the problem's `type`.
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$name => $slug,)+)+ }
            }

            /// The HTTP status it is answered with.
            pub const fn status(self) -> StatusCode {
                match self { $($(Self::$name => StatusCode::$status,)+)+ }
            }

            /// A short summary, the same at each occurrence.
            pub const fn title(self) -> &'static str {
                match self { $($(Self::$name => $title,)+)+ }
            }

            /// What it means and what to do about it.
            pub const fn explanation(self) -> &'static str {
                match self { $($(Self::$name => $explanation,)+)+ }
            }
        }

        $($(
            #[doc = $explanation]
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Slugs for $name {
                fn slugs() -> Vec<Slug> {
                    vec![Slug::$name]
                }
            }
        )+)+
    };
}

slugs! {
    BAD_REQUEST {
        MalformedRequest "malformed-request" "The request cannot be read"
            "The address, the body or a form is not what its media type promises: invalid percent-encoding, UTF-8 or JSON, a NUL character or a lone surrogate. Correct it; sending it again unchanged cannot succeed."
        InvalidParameter "invalid-parameter" "A parameter is not valid"
            "A part of the path or of the query is missing or out of its bounds. `errors` names each parameter and says what is expected."
    }
    UNAUTHORIZED {
        Unauthenticated "unauthenticated" "Authentication is required"
            "No credential came with the request, or not one that this address takes. The document says which, under security."
        InvalidToken "invalid-token" "The token is not valid"
            "The token is forged, damaged, expired, meant for another audience, or carries a block that is not permitted; or the worker has changed the authorisation since. Ask for a new one with the refresh token; if that is refused too, ask the worker again."
        InvalidProof "invalid-proof" "The proof of possession is not valid"
            "The `DPoP` header is missing, comes twice, or holds a proof that is not by the token's key, for this very request, recent and new (RFC 9449). `detail` says which check failed. When `WWW-Authenticate` says `use_dpop_nonce`, sign again with the nonce of the `DPoP-Nonce` header."
        GrantEnded "grant-ended" "The authorisation has ended"
            "The worker took the authorisation back, or it expired or was renounced. Stop using what it gave. Only the worker can give a new one."
    }
    FORBIDDEN {
        InsufficientRights "insufficient-rights" "The credential does not permit this"
            "The credential is valid, but what it stands for does not cover this request: another section, field, period or action. Ask the worker for what is missing, if your app is registered for it."
        ForeignForm "foreign-form" "This form was not sent from our own page"
            "The form came from another site, from another session, or had already been used. Open the page again and send it from there."
    }
    NOT_FOUND {
        NotFound "not-found" "There is nothing here"
            "Nothing is known at this address, or nothing that this credential may know of: both are answered alike."
    }
    METHOD_NOT_ALLOWED {
        MethodNotAllowed "method-not-allowed" "This address does not take this method"
            "The `Allow` header lists the methods that this address takes."
    }
    CONFLICT {
        Conflict "conflict" "The request conflicts with the present state"
            "What the request builds on has changed or already exists. Read it again, then decide."
        ProposalsWaiting "proposals-waiting" "The worker has not decided on earlier proposals"
            "At most 50 proposals of an app for one section wait for a worker under one authorisation. Nothing was added. Propose more once she has decided; `proposal.decided` tells you, and what she does not decide on within 90 days is forgotten."
    }
    PAYLOAD_TOO_LARGE {
        TooLarge "too-large" "The body is too large"
            "The body is larger than this address takes. Send it in parts, or compress nothing: limits apply to the plain size."
    }
    UNSUPPORTED_MEDIA_TYPE {
        UnsupportedMediaType "unsupported-media-type" "The body is of another media type"
            "The `Content-Type` header is missing or names a type that this address does not read. The document lists those it does."
    }
    UNPROCESSABLE_ENTITY {
        InvalidBody "invalid-body" "The body does not say what is expected"
            "The body can be read, but a field is missing, unknown, or out of its bounds. `errors` points at each and says what is expected."
        MalformedFlux "malformed-flux" "The file is not a flux of the certifiers"
            "The deposited file is damaged, cut, in another encoding, or another document. Nothing was stored. `errors` gives the line and a stable code."
        HostileFlux "hostile-flux" "The file carries what a flux never does"
            "The deposited file holds a document type, an entity of its own, or a structure no flux has. Nothing was read of it and nothing was stored. `errors` gives the line and a stable code."
        UnsupportedFlux "unsupported-flux" "This version of the flux is not supported"
            "The deposited file is a flux of a version that this platform does not read yet: it reads version 1.1.2. Nothing was stored."
        DigestMismatch "digest-mismatch" "The file is not the one that was announced"
            "The `Content-Digest` header names another digest than the file received: it was damaged on the way. Nothing was stored; send it again."
    }
    TOO_MANY_REQUESTS {
        TooManyRequests "too-many-requests" "Too many requests"
            "Your address, your app or your organisation has asked for more than it may within a time. Nothing was done. Wait as `Retry-After` says, then go on more slowly: every answer tells in `RateLimit` how much is left of which quota, and `RateLimit-Policy` what it permits."
    }
    INTERNAL_SERVER_ERROR {
        Internal "internal" "The platform failed"
            "The fault is ours and is recorded under the request's id; nothing was half done. Trying again may succeed. If it lasts, tell us the `request_id`."
    }
    SERVICE_UNAVAILABLE {
        Unavailable "unavailable" "The platform cannot answer for the moment"
            "A part of the platform is away, busy, or shutting down; nothing was half done. Repeat the request after the time in `Retry-After`."
        TimedOut "timed-out" "The platform took too long"
            "The request was given up because it took longer than it may. A write may or may not have been done: read first what became of it, then decide."
    }
}

impl Slugs for () {
    fn slugs() -> Vec<Slug> {
        Vec::new()
    }
}

macro_rules! lists {
    ($($($name:ident)+;)+) => {$(
        impl<$($name: Slugs),+> Slugs for ($($name,)+) {
            fn slugs() -> Vec<Slug> {
                [$($name::slugs()),+].concat()
            }
        }
    )+};
}

lists! {
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
}
