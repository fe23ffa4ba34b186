//! A node that lost its database: it refuses before it could be wrong, and once it is back it
//! knows what it missed.

use cable::Cable;

use super::{read, start};
use crate::harness::{Browser, Node, Platform, until};

/// What happens to a cable.
type Cut = fn(&Cable);

/// A platform with a node by cable, and two workers who gave the coach a grant each: the first will
/// take hers back.
async fn two_nodes() -> (Platform, Node, Cable, Browser, [String; 2]) {
    let (platform, worker) = start().await;
    let (node, cable) = platform.node_by_cable().await;
    let other = Browser::of(&platform, "corsica").await;
    let given = platform.coach.connect(&platform, &worker).await.access;
    let kept = platform.coach.connect(&platform, &other).await.access;
    for token in [&given, &kept] {
        assert_eq!(node.read(&platform.coach, token).await.status, 200);
    }
    (platform, node, cable, worker, [given, kept])
}

async fn is_cut_off_and_comes_back(cut: Cut) {
    let (platform, node, cable, worker, [given, kept]) = two_nodes().await;
    cut(&cable);
    worker.revoke().await;
    assert_eq!(
        read(&platform, &given).await.verdict(),
        (401, "grant-ended")
    );
    until("the lease runs out", async || !node.app.consent.is_fresh()).await;
    for token in [&given, &kept] {
        let reply = node.read_once(&platform.coach, token).await;
        assert_eq!(reply.verdict(), (503, "unavailable"), "it does not know");
    }
    cable.mend();
    let reply = node.read(&platform.coach, &kept).await;
    assert_eq!(reply.status, 200, "it serves again: {}", reply.body);
    let reply = node.read(&platform.coach, &given).await;
    assert_eq!(
        reply.verdict(),
        (401, "grant-ended"),
        "it knows what it missed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_hears_nothing_from_its_database_refuses_and_once_back_knows_what_it_missed() {
    is_cut_off_and_comes_back(Cable::silence).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_connections_were_closed_refuses_and_once_back_knows_what_it_missed() {
    is_cut_off_and_comes_back(Cable::sever).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_hung_while_its_grant_was_taken_back_is_not_answered_afterwards() {
    let (platform, node, cable, worker, [given, _kept]) = two_nodes().await;
    cable.silence();
    // Sent while the node still trusts its lease: it accepts the token, and waits for the database.
    let (reply, ()) = tokio::join!(node.read_once(&platform.coach, &given), async {
        worker.revoke().await;
        until("the lease runs out", async || !node.app.consent.is_fresh()).await;
        cable.mend();
    });
    assert_eq!(reply.verdict(), (503, "unavailable"), "{}", reply.body);
    let again = node.read(&platform.coach, &given).await;
    assert_eq!(again.verdict(), (401, "grant-ended"));
}
