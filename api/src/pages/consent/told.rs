//! What an app is answered, field by field, in words.

use ::consent::{Field, Section};
use serde_json::{Map, Value};
use time::{Date, macros::format_description};

use crate::{
    html::Page,
    pages::{date, names},
};

/// The members that come with every entry; of certificates, all but the provenance.
const ALWAYS: [&str; 4] = ["recorded_at", "version", "id", "provenance"];

/// Every member of an `entry` of `section`, named and told; none is left out.
pub(super) fn facts(
    page: &Page,
    section: Section,
    entry: &Map<String, Value>,
) -> Vec<(String, String)> {
    let fields = section.fields().iter();
    let fields = fields.filter_map(|field| {
        let name = page.say(&format!("field-{section}-{field}")).to_string();
        Some((name, told(page, *field, entry.get(field.as_str())?)))
    });
    let is_field = |name: &str| section.fields().iter().any(|field| field.as_str() == name);
    let rest = entry.iter().filter(|(name, _)| !is_field(name));
    let rest = rest.map(|(name, value)| {
        let known = ALWAYS.contains(&name.as_str());
        let label = if known {
            page.say(&format!("told-{name}")).to_string()
        } else {
            name.clone()
        };
        let told = match value.as_str() {
            Some(word) if name == "provenance" => {
                page.say(&format!("told-provenance-{word}")).to_string()
            }
            _ => plain(page, value),
        };
        (label, told)
    });
    fields.chain(rest).collect()
}

/// What the field of an entry says.
fn told(page: &Page, field: Field, value: &Value) -> String {
    let text = |member: &str| value[member].as_str().unwrap_or_default().to_owned();
    match field {
        Field::Issuer => page
            .say("told-issuer")
            .with("name", text("name"))
            .with("siret", text("siret"))
            .to_string(),
        Field::Qualification => {
            let label = value["label"].as_str().map(str::to_owned);
            let level = value["level"].as_i64().map(|level| {
                let told = page.say("told-level").count("level", level);
                told.to_string()
            });
            let parts = [label, Some(text("code")), level];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        Field::Occupations => {
            let occupations = value.as_array().map(Vec::as_slice).unwrap_or_default();
            let labels = occupations.iter().filter_map(|led| led["label"].as_str());
            let labels: Vec<_> = labels.collect();
            if labels.is_empty() {
                page.say("told-none").to_string()
            } else {
                labels.join(", ")
            }
        }
        Field::Occupation => {
            let label = value["label"].as_str().map(str::to_owned);
            let parts = [label, Some(text("code"))];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        Field::Level => page
            .say("told-level")
            .count("level", value.as_i64().unwrap_or_default())
            .to_string(),
        Field::Obtained | Field::Mention | Field::Mastery => {
            let word = value.as_str().unwrap_or_default();
            page.say(&format!("told-{field}-{word}")).to_string()
        }
        Field::LanguageLevel if value == "below_a1" => page.say("told-below_a1").to_string(),
        Field::DigitalLevel => digital(page, value),
        Field::StartedOn | Field::EndedOn | Field::ObtainedOn => {
            let date = value.as_str().and_then(|date| date.parse().ok());
            date.map_or_else(|| plain(page, value), |date| names::partial(page, date))
        }
        // In her words, which are not ours to read as days.
        Field::Title | Field::Organisation | Field::Description => {
            value.as_str().unwrap_or_default().to_owned()
        }
        Field::ValidFrom
        | Field::ValidUntil
        | Field::Score
        | Field::LanguageLevel
        | Field::OptionLabel
        | Field::EvidenceUrl => plain(page, value),
    }
}

fn digital(page: &Page, value: &Value) -> String {
    let score = value["score"].as_i64();
    let score = score.map(|score| page.say("told-digital-score").count("score", score));
    let results = value["results"].as_array().map(Vec::as_slice);
    let results = results.unwrap_or_default().iter().map(|result| {
        let part = |name: &str| result[name].as_str().unwrap_or("–").to_owned();
        let level = result["level"].as_i64();
        page.say("told-digital-skill")
            .with("domain", part("domain"))
            .with("skill", part("skill"))
            .with("level", level.map_or("–".into(), |level| level.to_string()))
    });
    let told = score
        .into_iter()
        .chain(results)
        .map(|told| told.to_string());
    told.collect::<Vec<_>>().join(" ; ")
}

/// A text as it is, a day as people write it, anything else as JSON.
fn plain(page: &Page, value: &Value) -> String {
    let Some(text) = value.as_str() else {
        return value.to_string();
    };
    let day = format_description!("[year]-[month]-[day]");
    let day = text
        .get(..10)
        .and_then(|start| Date::parse(start, &day).ok());
    let is_time = text.len() == 10 || text.get(10..11) == Some("T");
    match day {
        Some(day) if is_time => date(page, day),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use ::consent::Section;
    use certificates::Mention;
    use declared::Mastery;
    use record::Provenance;
    use serde_json::{Value, json};

    use super::{ALWAYS, facts};
    use crate::{html::Page, locale::Locale};

    fn page(locale: Locale) -> Page {
        Page::new(false, "/".parse().unwrap(), locale)
    }

    #[test]
    fn every_member_is_told_in_words() {
        let entry = json!({
            "id": "0193", "version": 1, "recorded_at": "2026-11-20T17:30:00Z",
            "issuer": {"name": "Horizon", "siret": "90000000100009"},
            "qualification": {"code": "RS5875", "label": "Bureautique", "level": 5},
            "occupations": [{"code": "M1805", "label": "Développement"}],
            "valid_from": "2024-02-29", "valid_until": "2026-02-28", "obtained": "by_scoring",
            "score": "324", "mention": "good", "language_level": "below_a1",
            "digital_level": {"score": 612, "results": [{"level": 5, "domain": "1", "skill": "2"}]},
            "option_label": "Option", "evidence_url": "https://issuer.example/1", "unknown": [1],
        });
        let Value::Object(entry) = entry else {
            panic!("no object")
        };
        let told = facts(&page(Locale::Fr), Section::Certificates, &entry);
        assert_eq!(told.len(), entry.len());
        let told = |label: &str| {
            let fact = told.iter().find(|(name, _)| name == label);
            fact.unwrap_or_else(|| panic!("no {label}")).1.as_str()
        };
        assert_eq!(told("le premier jour de validité"), "29/02/2024");
        assert_eq!(told("la qualification"), "Bureautique, RS5875, niveau 5");
        assert_eq!(told("la mention"), "bien");
        assert_eq!(told("unknown"), "[1]");
    }

    #[test]
    fn every_member_of_what_is_declared_is_told_in_words() {
        let entry = json!({
            "id": "0193", "version": 1, "recorded_at": "2026-11-20T17:30:00Z",
            "provenance": "declared", "title": "2020-01-01", "organisation": "Boulangerie Aubier",
            "occupation": {"code": "D1106", "label": "Vente"}, "started_on": "2020-03",
            "ended_on": "2021", "description": "Deux lignes",
        });
        let told = facts(
            &page(Locale::Fr),
            Section::Experiences,
            entry.as_object().unwrap(),
        );
        assert_eq!(told.len(), entry.as_object().unwrap().len());
        let texts: Vec<_> = told.iter().map(|(_, text)| text.as_str()).collect();
        for text in [
            "2020-01-01",
            "Vente, D1106",
            "mars 2020",
            "2021",
            "déclaré par vous",
        ] {
            assert!(texts.contains(&text), "{text}: {texts:?}");
        }
        let skill = json!({"title": "Accueillir", "mastery": "advanced"});
        let told = facts(
            &page(Locale::Fr),
            Section::Skills,
            skill.as_object().unwrap(),
        );
        assert_eq!(told[1].1, "je le fais sans aide");
    }

    #[test]
    fn every_word_of_the_answers_has_words_in_both_languages() {
        let mut words: Vec<_> = ALWAYS.map(str::to_owned).into();
        words.push("below_a1".into());
        for obtained in [
            certificates::Obtained::ByAdmission,
            certificates::Obtained::ByScoring,
        ] {
            let word = serde_json::to_value(obtained).unwrap();
            words.push(format!("obtained-{}", word.as_str().unwrap()));
        }
        for mention in [
            Mention::None,
            Mention::FairlyGood,
            Mention::Good,
            Mention::VeryGood,
            Mention::VeryGoodWithHonours,
        ] {
            let word = serde_json::to_value(mention).unwrap();
            words.push(format!("mention-{}", word.as_str().unwrap()));
        }
        words.extend(Mastery::ALL.map(|word| format!("mastery-{}", word.as_str())));
        for provenance in [Provenance::Declared, Provenance::Attested] {
            let word = serde_json::to_value(provenance).unwrap();
            words.push(format!("provenance-{}", word.as_str().unwrap()));
        }
        for word in words {
            let key = format!("told-{word}");
            for locale in [Locale::Fr, Locale::En] {
                assert_ne!(locale.say(&key).to_string(), key);
            }
        }
    }
}
