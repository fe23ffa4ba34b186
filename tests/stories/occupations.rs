//! `GET /v1/occupations?q=` as people type: letter by letter, without accents, with typing errors,
//! in either gender.

use serde_json::Value;

use crate::harness::{Platform, contract, real_data};

/// What is typed, and the occupation that must be among the first three at the end.
const TYPED: &[(&str, &str)] = &[
    // Plain, and half typed.
    ("boulanger", "D1102"),
    ("soudeur", "H2913"),
    ("cariste", "N1101"),
    ("comptable", "M1203"),
    ("plomb", "F1603"),
    ("sage femme", "J1104"),
    ("conducteur poids lourd", "N4101"),
    ("auxiliaire de puer", "J1304"),
    ("chef de cuisine", "G1601"),
    ("secretaire de mairie", "K1406"),
    // Accents missing, or where there are none.
    ("infirmiere en soins generaux", "J1506"),
    ("developpeur informatique", "M1805"),
    ("electricien du batiment", "F1602"),
    ("patissier", "D1104"),
    ("macon", "F1703"),
    ("électricien de maintenance", "I1309"),
    // The feminine.
    ("boulangère", "D1102"),
    ("soudeuse", "H2913"),
    ("maçonne", "F1703"),
    ("développeuse web", "M1855"),
    ("coiffeuse", "D1202"),
    ("assistante maternelle", "K1310"),
    ("cuisinière de collectivité", "G1606"),
    ("jardinière paysagiste", "A1208"),
    ("secrétaire médicale", "M1609"),
    // Typing errors.
    ("boulanjer", "D1102"),
    ("infirmeir anesthesiste", "J1503"),
    ("coifeuse", "D1202"),
    ("plombeir", "F1603"),
    ("caritse", "N1101"),
    ("secretaire medciale", "M1609"),
    ("developeur informatique", "M1805"),
    ("cuisiner", "G1609"),
    // Job titles that are not an occupation's own label, and other cases.
    ("CHAUFFEUR LIVREUR", "N4105"),
    ("agent de nettoyage", "K2204"),
    ("aide ménagère", "K1304"),
    ("aide soignante", "J1501"),
    ("chauffeur routier", "N4101"),
    ("hotesse de caisse", "D1505"),
    ("serveuse", "G1803"),
    ("éducatrice spécialisée", "K1207"),
    ("fleuriste", "D1209"),
    ("ebeniste", "H2207"),
    ("pharmacienne", "J1202"),
    ("professeur des ecoles", "K2106"),
];

async fn search(platform: &Platform, query: &str) -> Value {
    let mut address: url::Url = format!("{}/v1/occupations", platform.url).parse().unwrap();
    address
        .query_pairs_mut()
        .append_pair("q", query)
        .append_pair("limit", "10");
    let sent = reqwest::get(address).await.unwrap();
    let reply = contract().hold("get", "/v1/occupations", sent).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.body);
    reply.body["items"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn occupations_are_found_as_one_types_accents_genders_and_typing_errors_forgiven() {
    let Some(real) = real_data("rome-v460") else {
        return;
    };
    let platform = Platform::start().await;
    platform
        .app
        .labour
        .import_rome(&real, |_| {})
        .await
        .unwrap();
    platform.app.labour.reload().await.unwrap();
    let mut missed = Vec::new();
    for (query, expected) in TYPED {
        let mut typed = String::new();
        let mut last = Value::Null;
        for letter in query.chars() {
            typed.push(letter);
            last = search(&platform, &typed).await;
            assert!(last.as_array().unwrap().len() <= 10);
        }
        let first: Vec<_> = last.as_array().unwrap().iter().take(3).collect();
        if !first.iter().any(|item| item["code"] == *expected) {
            let shown = first
                .iter()
                .map(|item| format!("{} {}", item["code"], item["appellation"]));
            missed.push((query, expected, shown.collect::<Vec<_>>()));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_typed_is_answered() {
    let Some(real) = real_data("rome-v460") else {
        return;
    };
    let platform = Platform::start().await;
    platform
        .app
        .labour
        .import_rome(&real, |_| {})
        .await
        .unwrap();
    platform.app.labour.reload().await.unwrap();
    let long = "a".repeat(200);
    for odd in [
        "", " ", "'", "\"", "*", "a OR b", "title:x", "-", "^~", "œuvre", "日本", "🥖", &long,
    ] {
        search(&platform, odd).await;
    }
}
