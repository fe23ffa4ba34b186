//! Many requests at once, on two nodes.

use futures_util::future::join_all;
use reqwest::Client;
use serde_json::json;

use super::{Proposing, standings};
use crate::harness::{Reply, contract};

const TEMPLATE: &str = "/v1/record/{section}/proposals";

/// Proposes skills of these titles at each of `nodes`, all at once.
async fn everywhere(story: &Proposing, nodes: &[&str], titles: &[String]) -> Vec<Reply> {
    let requests = titles.iter().enumerate().map(|(number, title)| {
        let node = nodes[number % nodes.len()];
        let request = Client::new()
            .post(format!("{node}/v1/record/skills/proposals"))
            .json(&json!({ "entries": [{ "title": title }] }));
        let request = story.coach().authorize(request, &story.tokens.access);
        async move {
            let sent = request.send().await.unwrap();
            contract().hold("post", TEMPLATE, sent).await
        }
    });
    join_all(requests).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_proposed_many_times_at_once_is_proposed_once() {
    let story = Proposing::start().await;
    let other = story.platform.second_node().await;
    let nodes = [story.platform.url.as_str(), other.url.as_str()];
    let titles = vec!["Animer".to_owned(); 24];
    let replies = everywhere(&story, &nodes, &titles).await;
    let first = standings(&replies[0]);
    for reply in &replies {
        assert_eq!(reply.status, 201, "{}", reply.body);
        assert_eq!(standings(reply), first);
    }
    assert_eq!(story.waiting().await, ["Animer"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn never_more_than_fifty_wait_however_many_are_proposed_at_once() {
    let story = Proposing::start().await;
    let other = story.platform.second_node().await;
    let nodes = [story.platform.url.as_str(), other.url.as_str()];
    let titles: Vec<_> = (0..64).map(|number| format!("Skill {number}")).collect();
    let replies = everywhere(&story, &nodes, &titles).await;
    let told = |status| {
        replies
            .iter()
            .filter(|reply| reply.status == status)
            .count()
    };
    assert_eq!((told(201), told(409)), (50, 14));
    assert_eq!(story.waiting().await.len(), 50);
}
