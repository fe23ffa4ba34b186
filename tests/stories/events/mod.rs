//! What an app is told of its grants, and what it owes when they have ended.

mod delivery;
mod demonstration;
mod obligations;
mod renounced;
mod webhook;

use serde_json::Value;

use crate::harness::{Browser, Platform, Receiver, TestApp, Tokens, first};

/// A platform, a worker who has signed in, and her app's server, which is told.
struct Told {
    platform: Platform,
    worker: Browser,
    receiver: Receiver,
    secret: String,
}

impl Told {
    async fn start() -> Self {
        let platform = Platform::start().await;
        let worker = Browser::of(&platform, "plain").await;
        let receiver = Receiver::start().await;
        let secret = listen(&platform, &platform.coach, &receiver).await;
        Self {
            platform,
            worker,
            receiver,
            secret,
        }
    }

    fn coach(&self) -> &TestApp {
        &self.platform.coach
    }

    /// The worker gives the coach a grant and takes it back.
    async fn end_a_grant(&self) -> Tokens {
        let tokens = self.coach().connect(&self.platform, &self.worker).await;
        self.worker.revoke().await;
        tokens
    }

    /// The coach's events, the oldest first.
    async fn events(&self) -> Vec<Value> {
        let listed = self.coach().call(&self.platform, "/oauth/events", &[]);
        let listed = listed.await;
        assert_eq!(listed.status, 200, "{}", listed.body);
        listed.body["items"].as_array().unwrap().clone()
    }

    /// The statuses that each try to deliver `event` was answered with.
    async fn statuses(&self, event: &Value) -> Vec<u64> {
        let id = event["id"].as_str().unwrap();
        let path = "/oauth/events/attempts";
        let listed = self
            .coach()
            .call(&self.platform, path, &[("event_id", id)])
            .await;
        let tries = listed.body["items"].as_array().unwrap().clone();
        tries
            .iter()
            .map(|one| one["status"].as_u64().unwrap_or_default())
            .collect()
    }

    /// Waits until the delivery of all the coach's events stands like this, and answers the first.
    async fn until(&self, delivery: &str) -> Value {
        first(delivery, async || {
            let mut events = self.events().await;
            let stand = events.iter().all(|event| event["delivery"] == delivery);
            (stand && !events.is_empty()).then(|| events.swap_remove(0))
        })
        .await
    }

    /// Waits until the coach's first event was tried `times`, and answers it.
    async fn until_tried(&self, times: usize) -> Value {
        first("the tries", async || {
            let oldest = self.events().await.first()?.clone();
            if self.statuses(&oldest).await.len() != times {
                return None;
            }
            // The tries are told before what they leave: it is read after them.
            self.events().await.first().cloned()
        })
        .await
    }
}

/// Has `app` told at `receiver`, and answers the secret that signs.
pub(crate) async fn listen(platform: &Platform, app: &TestApp, receiver: &Receiver) -> String {
    let registered = app
        .call(platform, "/oauth/webhook", &[("url", &receiver.url)])
        .await;
    assert_eq!(registered.status, 200, "{}", registered.body);
    let verified = app.call(platform, "/oauth/webhook/verification", &[]).await;
    assert_eq!(verified.body["verified"], true, "{}", verified.body);
    registered.body["secret"].as_str().unwrap().to_owned()
}
