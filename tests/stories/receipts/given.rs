//! What is given has a receipt, the same for both.

use serde_json::{Value, json};
use signing::Purpose;

use super::{PATH, Scene, document};

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_hold_the_very_same_receipt() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    let grant = platform.coach.connect(platform, &scene.worker).await.grant;
    let path = format!("/authorizations/{grant}/receipts/1");
    let list = scene.worker.open_path("/authorizations?lang=en").await.html;
    assert!(list.contains(&format!("href=\"{path}\"")), "{list}");

    let hers = scene
        .keep(&scene.worker, &format!("{path}.jwt"), "hers.jwt")
        .await;
    let theirs = scene.asked(&grant, None).await;
    assert_eq!(theirs.status, 200, "{}", theirs.body);
    assert_eq!(
        theirs.body,
        json!({"grant_id": grant, "number": 1, "version": 1, "receipt": hers})
    );
    let again = scene
        .keep(&scene.worker, &format!("{path}.jwt"), "again.jwt")
        .await;
    assert_eq!(again, hers, "the same bytes each time");
}

#[tokio::test(flavor = "multi_thread")]
async fn her_copy_holds_the_texts_and_both_verify_with_nothing_but_the_keys() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    let grant = platform.coach.connect(platform, &scene.worker).await.grant;
    let path = format!("/authorizations/{grant}/receipts/1");
    let hers = scene
        .keep(&scene.worker, &format!("{path}.jwt"), "hers.jwt")
        .await;
    scene.keep_keys().await;
    let copy = scene
        .keep(&scene.worker, &format!("{path}.json"), "copy.json")
        .await;
    let copy: Value = serde_json::from_str(&copy).unwrap();
    assert_eq!(copy["receipt"], hers.as_str());
    let texts = copy["texts"].as_array().unwrap();
    assert!(
        texts.contains(&json!("Mes certificats (nécessaire)")),
        "{texts:?}"
    );
    let templates = crate::harness::root().join("api/templates");
    let (templates, issuer) = (templates.display(), &platform.url);
    let (nothing, those) = ("no texts were given", "those that were shown");
    for (arguments, told) in [
        ("hers.jwt --keys keys.json".to_owned(), nothing),
        ("copy.json --keys keys.json".to_owned(), those),
        (format!("copy.json --issuer {issuer}"), those),
        (
            format!(
                "hers.jwt --keys keys.json --texts copy.json \
                 --template {templates}/consent.html --template {templates}/ticks.html"
            ),
            those,
        ),
    ] {
        let ended = scene
            .verify(&arguments.split(' ').collect::<Vec<_>>())
            .await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
        for words in ["Cap Métier", "certificates, all", "career_guidance", told] {
            assert!(ended.out.contains(words), "{words}: {ended:?}");
        }
    }
    let json = scene
        .verify(&["hers.jwt", "--keys", "keys.json", "--json"])
        .await;
    assert_eq!(json.json()["receipt"], document(&hers));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_names_the_worker_by_her_pairwise_subject_and_by_nothing_else() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    let grant = platform.coach.connect(platform, &scene.worker).await.grant;
    let signed = scene.asked(&grant, Some("1")).await;
    let read = document(signed.body["receipt"].as_str().unwrap());
    let session = scene.worker.cookie("session").unwrap();
    let worker = platform
        .app
        .identity
        .session(&session)
        .await
        .unwrap()
        .worker();
    let subject = &read["dpv:hasRecordOfActivity"]["dpv:hasDataSubject"]["dct:identifier"];
    assert_ne!(subject, &json!(worker.to_string()));
    let written = read.to_string();
    for hers in ["Orfeuillard", "Lucie", &worker.to_string()] {
        assert!(!written.contains(hers), "{hers}: {written}");
    }
    assert_eq!(read["iss"], platform.url.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changes_a_receipt_its_texts_or_its_template_is_found_out() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    let grant = platform.coach.connect(platform, &scene.worker).await.grant;
    let path = format!("/authorizations/{grant}/receipts/1");
    let signed = scene
        .keep(&scene.worker, &format!("{path}.jwt"), "hers.jwt")
        .await;
    scene.keep_keys().await;
    let write = |name: &str, text: &str| {
        std::fs::write(scene.files.path().join(name), text).unwrap();
    };
    let (header, rest) = signed.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let (begun, last) = payload.split_at(payload.len() - 1);
    let other = if last == "A" { "B" } else { "A" };
    write(
        "changed.jwt",
        &format!("{header}.{begun}{other}.{signature}"),
    );
    write("texts.json", "[\"Autre chose\"]");
    write("template.html", "<h1>");
    write("none.json", "{\"keys\": []}");
    for (arguments, code, told) in [
        (
            &["changed.jwt", "--keys", "keys.json"][..],
            1,
            "signature does not hold",
        ),
        (
            &["hers.jwt", "--keys", "none.json"],
            1,
            "none of the keys given",
        ),
        (
            &["hers.jwt", "--keys", "keys.json", "--texts", "texts.json"],
            1,
            "not the texts",
        ),
        (
            &[
                "hers.jwt",
                "--keys",
                "keys.json",
                "--template",
                "template.html",
            ],
            1,
            "not the template",
        ),
        (
            &["keys.json", "--keys", "keys.json"],
            1,
            "not a signed receipt",
        ),
    ] {
        let ended = scene.verify(arguments).await;
        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert!(ended.err.contains(told), "{told}: {ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_checked_is_told_from_what_does_not_hold() {
    let scene = Scene::set().await;
    std::fs::write(scene.files.path().join("some.jwt"), "a.b.c").unwrap();
    for (arguments, told) in [
        (
            &["some.jwt", "--keys", "missing.json"][..],
            "cannot be read",
        ),
        (&["missing.jwt", "--keys", "some.jwt"], "cannot be read"),
        (&["some.jwt", "--keys", "some.jwt"], "not public keys"),
        (&["some.jwt"], "--keys"),
    ] {
        let ended = scene.verify(arguments).await;
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.err.contains(told), "{told}: {ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_leaked_key_signed_is_signed_again_and_what_a_rotated_one_signed_still_holds() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    let grant = platform.coach.connect(platform, &scene.worker).await.grant;
    let signed = async || scene.asked(&grant, None).await.body["receipt"].clone();
    let first = signed().await;
    let keeper = &platform.app.keeper;
    let overlap = time::Duration::minutes(10);
    keeper.rotate(Purpose::Jwt, overlap).await.unwrap();
    platform.clock.advance(std::time::Duration::from_mins(11));
    assert_eq!(signed().await, first, "a rotation changes nothing");

    keeper.retire(Purpose::Jwt, 1).await.unwrap();
    let anew = signed().await;
    assert_ne!(anew, first);
    let (first, anew) = (first.as_str().unwrap(), anew.as_str().unwrap());
    assert_eq!(document(anew), document(first), "it says the same");
    scene.keep_keys().await;
    for (name, text, code) in [("old.jwt", first, 1), ("new.jwt", anew, 0)] {
        std::fs::write(scene.files.path().join(name), text).unwrap();
        let ended = scene.verify(&[name, "--keys", "keys.json"]).await;
        assert_eq!(ended.code, Some(code), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_can_be_read_and_printed_in_both_languages() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    let grant = platform.coach.connect(platform, &scene.worker).await.grant;
    let path = format!("/authorizations/{grant}/receipts/1");
    let words = [
        (
            "fr",
            [
                "Reçu n° 1",
                "Mes certificats",
                "Donné le",
                "Télécharger ma copie",
            ],
        ),
        (
            "en",
            [
                "Receipt no. 1",
                "My certificates",
                "Given on",
                "Download my copy",
            ],
        ),
    ];
    for (locale, words) in words {
        let page = scene
            .worker
            .open_path(&format!("{path}?lang={locale}"))
            .await;
        assert_eq!(page.status, 200, "{}", page.html);
        for word in words
            .iter()
            .chain(&["Cap Métier", "www.cnil.fr/plaintes", grant.as_str()])
        {
            assert!(page.html.contains(word), "{word}: {}", page.html);
        }
    }
    let metadata = format!("{}/.well-known/oauth-authorization-server", platform.url);
    let metadata: Value = reqwest::get(metadata).await.unwrap().json().await.unwrap();
    assert_eq!(
        metadata["cpf_receipt_endpoint"],
        format!("{}{PATH}", platform.url)
    );
}
