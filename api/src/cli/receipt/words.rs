//! What a receipt says, in lines for a terminal.

use std::fmt::Write as _;

use consent::{Document, Part, PersonalData};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A line: what it tells of, and what.
type Line = (&'static str, String);

/// What `document` says; `texts_checked` when its texts were given and are those.
pub(super) fn words(document: &Document, texts_checked: bool) -> String {
    let lines = who(document)
        .into_iter()
        .chain(what(document))
        .chain(story(document, texts_checked));
    lines.fold(String::new(), |mut told, (name, value)| {
        // Writing to a string does not fail.
        let _ = writeln!(told, "{name:<12} {value}");
        told
    })
}

fn who(document: &Document) -> Vec<Line> {
    let record = &document.record;
    let signed = format!("receipt {}, signed by {}", document.number, document.iss);
    let permission = format!("{}, version {}", record.permission, record.version);
    let mut lines = vec![
        ("Verified:", signed),
        ("Permission:", permission),
        ("Issued:", written(document.issued)),
    ];
    if let Some(service) = &record.service {
        let named = format!("{} ({})", service.name, service.client_id);
        lines.push(("Service:", named));
    }
    for party in &record.controllers {
        let identifier = party.identifier.as_deref().unwrap_or("unnamed");
        lines.push(("Controller:", format!("{}, {identifier}", party.name)));
    }
    lines.push(("Worker:", record.subject.identifier.clone()));
    lines
}

fn what(document: &Document) -> Vec<Line> {
    let process = &document.record.process;
    let mut lines = vec![
        ("What for:", process.purpose.clone()),
        ("Allows:", process.actions.join(", ")),
    ];
    lines.extend(process.data.iter().map(|data| ("Data:", limits(data))));
    let recipients = process.recipients.iter();
    lines.extend(recipients.map(|party| ("Recipient:", party.name.clone())));
    lines.push(("Until:", process.condition.duration.clone()));
    if let Some(days) = document.retention() {
        lines.push(("Kept:", format!("{} days after the end", days.count())));
    }
    lines
}

fn story(document: &Document, texts_checked: bool) -> Vec<Line> {
    let record = &document.record;
    let events = record.events.iter().map(|event| {
        let happened = event.happened().map_or("?", consent::Happened::as_str);
        let told = format!(
            "{} {happened}, version {}",
            written(event.at),
            event.version
        );
        ("Event:", told)
    });
    let notice = &record.notice;
    let template = notice.template.as_ref();
    let template = template.map_or("an unknown template", |source| source.name.as_str());
    let texts = if texts_checked {
        "the texts given are those that were shown"
    } else {
        "no texts were given to compare"
    };
    let shown = [
        ("Shown:", format!("{template}, in {}", notice.language)),
        ("Texts:", format!("sha256 {}; {texts}", notice.texts.value)),
        ("Withdraw:", record.control.at.clone()),
    ];
    events.chain(shown).collect()
}

/// A section, and what of it.
fn limits(data: &PersonalData) -> String {
    let part = data.opened().map(|(_, part)| part);
    if part == Some(Part::WHOLE) {
        return format!("{}, all", data.section);
    }
    let mut told = data.section.clone();
    if let Some(fields) = &data.fields {
        let _ = write!(told, ", fields {}", fields.join(" "));
    }
    if let Some(items) = &data.items {
        let _ = write!(told, ", entries {}", items.join(" "));
    }
    if let Some(days) = &data.period {
        let open = |day: &Option<String>| day.clone().unwrap_or_else(|| "..".into());
        let _ = write!(told, ", from {} to {}", open(&days.from), open(&days.until));
    }
    told
}

fn written(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}
