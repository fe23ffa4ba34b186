//! What is not well said is refused at its field, and what she wrote is kept.

use super::{Desk, first_entry, says};

/// A section, a field, what is typed there, and what the page says of it.
const WRONG: [(&str, &str, &str, &str); 10] = [
    ("skills", "title", " ", "écrivez quelque chose ici"),
    ("skills", "title", "Sa\u{202e}voir", "caractères invisibles"),
    (
        "skills",
        "mastery",
        "wizard",
        "choisissez une réponse de la liste",
    ),
    ("diplomas", "level", "9", "choisissez un niveau de la liste"),
    (
        "diplomas",
        "level",
        "bac",
        "choisissez un niveau de la liste",
    ),
    (
        "diplomas",
        "obtained_on",
        "01/2999",
        "n’est pas encore passée",
    ),
    (
        "trainings",
        "started_on",
        "hier",
        "écrivez une année, un mois ou un jour",
    ),
    (
        "trainings",
        "started_on",
        "31/02/2020",
        "cette date n’existe pas",
    ),
    (
        "trainings",
        "ended_on",
        "2001",
        "ne peut pas venir avant le début",
    ),
    (
        "projects",
        "occupation",
        "zzzzqqqq",
        "aucun métier ne ressemble",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_error_stands_at_its_field_and_what_she_wrote_is_kept() {
    let desk = Desk::start().await;
    for (section, field, typed, told) in WRONG {
        let organisation = ("organisation", "Le Fournil");
        let mut fields = vec![
            ("title", "Un titre"),
            organisation,
            ("started_on", "03/2020"),
        ];
        if ["skills", "projects", "diplomas"].contains(&section) {
            fields.pop();
        }
        if ["skills", "projects"].contains(&section) {
            fields.pop();
        }
        fields.retain(|(name, _)| *name != field);
        fields.push((field, typed));
        let seen = desk
            .submit(&format!("/record/{section}/add"), &fields)
            .await;
        let what = format!("{section} {field} {typed}");
        assert_eq!(seen.status, 422, "{what}: {}", seen.html);
        says(
            &seen.html,
            &[
                told,
                "role=\"alert\"",
                &format!("href=\"#{field}\""),
                &format!("id=\"{field}-error\""),
                &format!("aria-describedby=\"{field}-error"),
                "aria-invalid=\"true\"",
                "<title>Erreur",
            ],
        );
        assert_eq!(seen.html.matches("aria-invalid").count(), 1, "{what}");
        for (name, value) in fields.iter().filter(|(name, _)| *name != field) {
            let kept = format!("name=\"{name}\" value=\"{value}\"");
            assert!(seen.html.contains(&kept), "{what}: {kept}: {}", seen.html);
        }
    }
    let long = "é".repeat(2_001);
    let fields = [("title", "Un titre"), ("description", long.as_str())];
    let seen = desk.submit("/record/skills/add", &fields).await;
    says(
        &seen.html,
        &["le texte est trop long", "href=\"#description\"", &long],
    );
    says(
        &desk.open("/record/skills").await,
        &["Vous n’avez rien déclaré"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_is_said_at_once() {
    let desk = Desk::start().await;
    let fields = [
        ("title", ""),
        ("started_on", "x"),
        ("occupation", "boulanger"),
    ];
    let seen = desk.submit("/record/experiences/add", &fields).await;
    says(
        &seen.html,
        &[
            "href=\"#title\"",
            "href=\"#started_on\"",
            "href=\"#occupation-",
        ],
    );
    assert_eq!(
        seen.html.matches("aria-invalid").count(),
        3,
        "{}",
        seen.html
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_not_ours_changes_nothing() {
    let desk = Desk::start().await;
    let seen = desk.add("skills", &[("title", "Animer")]).await;
    let entry = format!("/record/entries/{}", first_entry(&seen));
    // Fields that skills have not, no version, and a version that is none.
    for forged in [
        &[("title", "Autre"), ("version", "1"), ("level", "5")][..],
        &[("title", "Autre")],
        &[("title", "Autre"), ("version", "one")],
    ] {
        let seen = desk.submit(&entry, forged).await;
        assert!(seen.status.is_client_error(), "{forged:?}: {}", seen.status);
    }
    for path in [
        entry.clone(),
        format!("{entry}/remove"),
        "/record/skills/add".into(),
    ] {
        let forged = [
            ("form_token", "another"),
            ("title", "Autre"),
            ("version", "1"),
        ];
        assert_eq!(
            desk.worker.send(&path, &forged).await.status(),
            403,
            "{path}"
        );
    }
    let skills = desk.open("/record/skills").await;
    assert!(
        skills.contains("Animer") && !skills.contains("Autre"),
        "{skills}"
    );
}
