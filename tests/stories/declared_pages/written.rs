//! She adds, changes and removes entries of her own.

use super::{Desk, first_entry, says};

#[tokio::test(flavor = "multi_thread")]
async fn she_adds_an_entry_changes_it_and_removes_it() {
    let desk = Desk::start().await;
    says(
        &desk.open("/record").await,
        &["Vous n’avez rien déclaré ici pour le moment."],
    );
    let fields = [
        ("title", "Titre professionnel"),
        ("organisation", "Lycée du Port"),
        ("level", "4"),
        ("obtained_on", "06/2019"),
    ];
    let seen = desk.add("diplomas", &fields).await;
    says(
        &seen.html,
        &[
            "l’élément est ajouté à votre dossier",
            "Titre professionnel",
            "Lycée du Port",
            "Niveau 4 (baccalauréat)",
            "juin 2019",
            "Déclaré par vous",
        ],
    );
    let entry = format!("/record/entries/{}", first_entry(&seen));
    let form = desk.worker.open_path(&entry).await;
    says(
        &form.html,
        &[
            "value=\"Titre professionnel\"",
            "value=\"06/2019\"",
            "<option value=\"4\" selected>",
        ],
    );
    let version = form.hidden("version");
    let fields = [
        ("version", version.as_str()),
        ("title", "Titre professionnel"),
        ("obtained_on", "14/06/2019"),
    ];
    let seen = desk.submit(&entry, &fields).await;
    assert_eq!(seen.url.path(), "/record/diplomas", "{}", seen.html);
    says(&seen.html, &["l’élément est modifié", "14 juin 2019"]);
    assert!(!seen.html.contains("Lycée du Port"), "{}", seen.html);
    remove(&desk, &entry).await;
}

/// Is asked whether she wants to remove the diploma at `entry`, and does.
async fn remove(desk: &Desk, entry: &str) {
    let asks = desk.open(&format!("{entry}/remove")).await;
    says(
        &asks,
        &["Retirer cet élément", "Titre professionnel", "Le garder"],
    );
    says(
        &desk.open("/record/diplomas").await,
        &["Titre professionnel"],
    );
    let seen = desk.submit(&format!("{entry}/remove"), &[]).await;
    says(
        &seen.html,
        &["l’élément est retiré", "Vous n’avez rien déclaré ici"],
    );
    for path in [entry.to_owned(), format!("{entry}/remove")] {
        assert_eq!(desk.worker.open_path(&path).await.status, 404, "{path}");
        let sent = desk
            .submit(&path, &[("version", "2"), ("title", "Encore")])
            .await;
        assert_eq!(sent.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_section_takes_an_entry_from_its_form() {
    let desk = Desk::start().await;
    for section in ["trainings", "diplomas", "experiences", "skills", "projects"] {
        let form = desk.open(&format!("/record/{section}/add?lang=en")).await;
        assert!(!form.contains("entry-"), "a text is missing: {form}");
        let seen = desk.add(section, &[("title", "Une chose")]).await;
        says(&seen.html, &["Une chose"]);
    }
    for no_section in ["certificates", "identity", "entries", "nothing"] {
        for path in [
            format!("/record/{no_section}"),
            format!("/record/{no_section}/add"),
        ] {
            assert_eq!(desk.worker.open_path(&path).await.status, 404, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_occupation_is_found_by_its_name_without_a_script() {
    let desk = Desk::start().await;
    let path = "/record/experiences/add";
    let mut fields = vec![("title", "Au fournil"), ("occupation", "boulangère")];
    let seen = desk.submit(path, &fields).await;
    assert_eq!(seen.status, 422, "{}", seen.html);
    says(
        &seen.html,
        &[
            "choisissez le métier le plus proche",
            "href=\"#occupation-D1102\"",
            "type=\"radio\" id=\"occupation-D1102\"",
            "Boulanger / Boulangère",
            "value=\"Au fournil\"",
        ],
    );
    let searched = seen.hidden("occupation_for");
    assert_eq!(searched, "boulangère");
    // Another name is searched for again, whatever was chosen for the one before.
    let mut other = fields.clone();
    other[1] = ("occupation", "plombier");
    other.extend([
        ("occupation_for", "boulangère"),
        ("occupation_code", "D1102"),
    ]);
    let seen = desk.submit(path, &other).await;
    says(&seen.html, &["occupation-F1603"]);
    fields.extend([
        ("occupation_for", "boulangère"),
        ("occupation_code", "D1102"),
    ]);
    let seen = desk.submit(path, &fields).await;
    assert_eq!(seen.status, 200, "{}", seen.html);
    says(&seen.html, &["Boulanger / Boulangère"]);

    // What is known is kept when something else is changed.
    let entry = format!("/record/entries/{}", first_entry(&seen));
    let form = desk.worker.open_path(&entry).await;
    let (label, code) = (
        form.hidden("occupation_for"),
        form.hidden("occupation_code"),
    );
    let kept = [
        ("version", "1"),
        ("title", "Au four"),
        ("occupation", label.as_str()),
        ("occupation_for", label.as_str()),
        ("occupation_code", code.as_str()),
    ];
    let seen = desk.submit(&entry, &kept).await;
    says(&seen.html, &["Au four", "Boulanger / Boulangère"]);
    // By its code, in whatever case; or by none of those offered.
    let seen = desk
        .add("projects", &[("title", "Coder"), ("occupation", "m1805")])
        .await;
    says(&seen.html, &["Développeur / Développeuse informatique"]);
    let none = [
        ("title", "Autre chose"),
        ("occupation", "boulangère"),
        ("occupation_for", "boulangère"),
        ("occupation_code", "none"),
    ];
    let seen = desk.add("projects", &none).await;
    assert!(!seen.html.contains("Boulanger"), "{}", seen.html);
}
