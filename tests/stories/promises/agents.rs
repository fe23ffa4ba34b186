//! The walls in PostgreSQL around agents and mandates.

use kernel::AgentId;
use uuid::Uuid;

use super::{
    scene::Scene,
    speaking::{DENIED, app_of, app_of_agent, attempt, count, fill, speak, stored, tables_with},
};
use crate::harness::Browser;

/// Tables of which an agent sees what is hers.
const HERS: [&str; 4] = [
    "agent_sessions",
    "agents",
    "mandate_invitations",
    "mandates",
];

/// A scene in which a second agent has all that the first has.
async fn scene() -> (Scene, sqlx::PgPool, AgentId) {
    let scene = Scene::set().await;
    let colleague = Browser::of_agent(&scene.platform, "colleague").await;
    scene
        .ours
        .browser
        .entrust(&colleague, &[("section", "certificates")], "1")
        .await;
    let owner = fill(&scene).await;
    let agent: Uuid =
        sqlx::query_scalar("SELECT agent_id FROM agents WHERE usual_name = 'Bellecombe'")
            .fetch_one(&owner)
            .await
            .unwrap();
    (scene, owner, agent.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_for_an_agent_sees_hers_and_no_record() {
    let (scene, owner, agent) = scene().await;
    let mut hers = speak(&scene.platform, &app_of_agent(agent)).await;
    for table in tables_with(&owner, "agent_id", &["mandate_meetings"]).await {
        assert!(HERS.contains(&table.as_str()), "{table} is new here");
        let own = format!("agent_id = '{agent}'");
        let expected = stored(&owner, &table, &own).await;
        assert!(expected > 0 && stored(&owner, &table, &format!("NOT {own}")).await > 0);
        assert_eq!(
            count(&mut hers, &table, "true").await,
            Ok(expected),
            "{table}"
        );
    }
    for table in tables_with(&owner, "worker_id", &["mandates"]).await {
        assert_eq!(count(&mut hers, &table, "true").await, Ok(0), "{table}");
    }
    assert_eq!(count(&mut hers, "code_tries", "true").await, Ok(0));
    let mut nobody = speak(&scene.platform, "SET LOCAL ROLE cpf_app").await;
    for table in HERS {
        assert_eq!(count(&mut nobody, table, "true").await, Ok(0), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_widens_or_lengthens_a_mandate_and_no_agent_changes_one() {
    let (scene, _owner, agent) = scene().await;
    let counted =
        |change: &str| format!("WITH done AS ({change} RETURNING 1) SELECT count(*) FROM done");
    let changes = [
        "UPDATE mandates SET expires_at = expires_at + interval '1 day'",
        "UPDATE mandates SET terms = '{}'",
        "UPDATE mandates SET agent_id = agent_id",
        "DELETE FROM mandates",
    ];
    for speaker in [app_of(scene.ours.worker), app_of_agent(agent)] {
        let mut connection = speak(&scene.platform, &speaker).await;
        for change in changes {
            let done = attempt(&mut connection, counted(change)).await;
            assert_eq!(done, Err(DENIED.into()), "{speaker}: {change}");
        }
    }
    let mut hers = speak(&scene.platform, &app_of_agent(agent)).await;
    let end = "UPDATE mandates SET ended_at = given_at, end_reason = 'renounced'";
    assert_eq!(attempt(&mut hers, counted(end)).await, Ok(0));
}
