//! What a counsellor does in a worker's name, and how the worker sees it.

use super::{journal, start};
use crate::{
    deposits::{Certifier, put_labour_in_force, sample},
    harness::EVERYTHING,
};

const WHO: &str = "Maëlle Trévidic, Organisation 90000000300005, in your name";

#[tokio::test(flavor = "multi_thread")]
async fn she_reads_the_certificates_and_the_worker_sees_each_reading_as_hers() {
    let (platform, worker, counsellor) = start().await;
    put_labour_in_force(&platform).await;
    let certifier = Certifier::of(&platform).await;
    certifier.deposit(sample("certificates.xml")).await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let acting = counsellor
        .open_path(&format!("/counsellor/mandates/{mandate}?lang=en"))
        .await;
    assert!(
        acting
            .html
            .contains("You act in the name of Lucie Orfeuillard")
    );
    assert!(
        !journal(&worker).await.contains(WHO),
        "nothing was read yet"
    );

    let record = format!("/counsellor/mandates/{mandate}/record?lang=en");
    for times in 1..=2 {
        let seen = counsellor.open_path(&record).await;
        assert_eq!(seen.status, 200, "{}", seen.html);
        assert!(
            seen.html
                .contains("You act in the name of Lucie Orfeuillard")
        );
        for code in ["RS5875", "RNCP37674"] {
            assert!(seen.html.contains(code), "{code}: {}", seen.html);
        }
        let told = journal(&worker).await;
        assert_eq!(told.matches(WHO).count(), times, "{told}");
        assert!(told.contains("(2 items)") && told.contains("Counselling you"));
    }
    let own = worker.open_path("/mandates?lang=en").await.html;
    assert!(own.contains("(2 acts)"), "{own}");
}

#[tokio::test(flavor = "multi_thread")]
async fn she_stops_an_authorisation_and_the_app_is_out_at_once() {
    let (platform, worker, counsellor) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let path = format!("/counsellor/mandates/{mandate}/authorizations");
    let page = counsellor.open_path(&path).await;
    assert!(page.html.contains("Cap Métier"), "{}", page.html);
    let told = journal(&worker).await;
    assert!(told.contains("Saw your authorisations"), "{told}");
    let read = async || {
        let path = "/v1/record/certificates";
        platform.coach.read(path, &tokens.access).await
    };
    assert_eq!(read().await.status, 200);

    let stop = page.between(&format!("action=\"{path}/"), "\"");
    let token = page.hidden("form_token");
    let stopped = counsellor
        .submit(&format!("{path}/{stop}"), &[("form_token", &token)])
        .await;
    assert_eq!(stopped.url.query(), Some("stopped=1"), "{}", stopped.html);
    assert_eq!(read().await.verdict(), (401, "grant-ended"));
    let told = journal(&worker).await;
    let line =
        format!("<th scope=\"row\">{WHO}</th>\n<td>Took back the authorisation of Cap Métier");
    assert!(told.contains(&line), "{told}");
    let own = worker.open_path("/authorizations?lang=en").await.html;
    assert!(own.contains("Stopped on"), "{own}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_shown_to_her_that_cannot_be_journalled() {
    let (platform, worker, counsellor) = start().await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let owner = platform.owner().await;
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                  $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$;
                  CREATE TRIGGER refuse BEFORE INSERT ON journal
                  FOR EACH ROW EXECUTE FUNCTION refuse()";
    sqlx::raw_sql(refuse).execute(&owner).await.unwrap();
    for page in ["record", "authorizations"] {
        let path = format!("/counsellor/mandates/{mandate}/{page}");
        assert_eq!(counsellor.open_path(&path).await.status, 503, "{page}");
    }
    let path = format!("/counsellor/mandates/{mandate}/resign");
    let seen = counsellor.press("/counsellor", &path, &[]).await;
    assert!(seen.status.is_server_error(), "an act is not done either");
    sqlx::raw_sql("DROP TRIGGER refuse ON journal")
        .execute(&owner)
        .await
        .unwrap();
    let path = format!("/counsellor/mandates/{mandate}/record");
    assert_eq!(counsellor.open_path(&path).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_is_not_shown_when_the_mandate_has_ended_meanwhile() {
    let (platform, worker, counsellor) = start().await;
    put_labour_in_force(&platform).await;
    let certifier = Certifier::of(&platform).await;
    certifier.deposit(sample("certificates.xml")).await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    // It ends between the reading and its answer: when the journal is told.
    let end = "CREATE FUNCTION end_mandates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
               $$ BEGIN UPDATE mandates SET ended_at = given_at, end_reason = 'revoked';
                  RETURN NEW; END $$;
               CREATE TRIGGER end_mandates BEFORE INSERT ON journal
               FOR EACH ROW EXECUTE FUNCTION end_mandates()";
    sqlx::raw_sql(end)
        .execute(&platform.owner().await)
        .await
        .unwrap();
    let path = format!("/counsellor/mandates/{mandate}/record?lang=en");
    let seen = counsellor.open_path(&path).await;
    assert_eq!(seen.status, 503, "{}", seen.html);
    assert!(!seen.html.contains("RS5875"), "{}", seen.html);
    let told = journal(&worker).await;
    assert_eq!(told.matches(WHO).count(), 1, "it was read: {told}");
}
