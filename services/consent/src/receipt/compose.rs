//! Receipts composed of what was decided: the first of a permission, and each that follows from the
//! one before.

use catalogue::{App, Organisation};
use kernel::{Digest, WorkerId};
use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::{
    document::{Context, Document, Event, Kind, Record},
    parts::{
        Checksum, Condition, Days, Notice, Party, PersonalData, Process, Right, Service, Source,
        Subject,
    },
    terms,
};
use crate::{EndReason, Frequency, MandateTerms, Part, Section, Shown, Terms};

/// The profiles of the vocabulary's guide to ISO/IEC TS 27560.
const RECEIPT: &str = "https://w3id.org/dpv/schema/dpv-27560#receipt";
const RECORD: &str = "https://w3id.org/dpv/schema/dpv-27560#record";
/// The authority for data protection, and where it takes complaints.
const CNIL: &str = "Commission nationale de l’informatique et des libertés";
const CNIL_HOME: &str = "https://www.cnil.fr/";
const CNIL_COMPLAINTS: &str = "https://www.cnil.fr/plaintes";

/// What every permission has.
pub(crate) struct Permitted<'a> {
    /// The platform: our issuer identifier.
    pub(crate) issuer: &'a str,
    /// The grant or the mandate.
    pub(crate) id: Uuid,
    /// The pairwise subject of the worker towards the holder.
    pub(crate) subject: String,
    /// Who answers for the holder.
    pub(crate) organisation: &'a Organisation,
    /// The page she saw.
    pub(crate) shown: &'a Shown,
    /// When she gave it.
    pub(crate) at: OffsetDateTime,
}

/// Who made a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The worker changed what she gives.
    Worker,
    /// The worker lets nothing out until she resumes.
    Pause,
    /// The worker lets out again what she gave.
    Resume,
    /// The app gave tokens back: what was given stays as it was.
    App,
}

impl Permitted<'_> {
    /// The first receipt of a grant to `app`.
    pub(crate) fn grant(&self, app: &App, terms: &Terms) -> Document {
        let service = Service {
            kind: "dpv:Service".into(),
            client_id: app.client_id.clone(),
            name: app.name.clone(),
            homepage: app.homepage.clone(),
        };
        let pages = "authorizations";
        self.first(Some(service), pages, &app.homepage, process(terms))
    }

    /// The first receipt of a mandate to a counsellor of this name.
    pub(crate) fn mandate(
        &self,
        counsellor: &str,
        terms: &MandateTerms,
        expires_at: OffsetDateTime,
    ) -> Document {
        let actions = terms.actions().iter();
        let data = terms.sections().iter();
        let process = Process {
            kind: "dpv:Process".into(),
            purpose: "mandate".into(),
            purpose_term: terms::GUIDANCE.into(),
            actions: actions.clone().map(ToString::to_string).collect(),
            processing: distinct(actions.map(|action| terms::action(*action))),
            data: data
                .map(|section| personal(*section, &Part::WHOLE))
                .collect(),
            recipients: vec![party("dpv:NaturalPerson", counsellor, None)],
            storage: Vec::new(),
            condition: until(expires_at, terms::OFTEN),
        };
        let home = self.organisation.website.as_deref();
        self.first(None, "mandates", home.unwrap_or(self.issuer), process)
    }

    fn first(
        &self,
        service: Option<Service>,
        pages: &str,
        home: &str,
        process: Process,
    ) -> Document {
        let (issuer, id) = (self.issuer, self.id);
        let withdraw = format!("{issuer}/{pages}");
        let siret = Some(self.organisation.siret.as_str());
        let holder = Party {
            url: self.organisation.website.clone(),
            ..party(terms::HOLDER, &self.organisation.name, siret)
        };
        let record = Record {
            id: format!("urn:uuid:{id}"),
            kind: "dpv:ConsentRecord".into(),
            permission: id,
            conforms_to: RECORD.into(),
            version: 1,
            subject: Subject {
                kind: terms::WORKER.into(),
                identifier: self.subject.clone(),
            },
            controllers: vec![holder, party(terms::HOLDER, "CPF 2.0", Some(issuer))],
            service,
            legal_basis: "dpv:ExpressedConsent".into(),
            jurisdiction: "loc:FR".into(),
            applicable_law: "eu-gdpr:GDPR".into(),
            process,
            notice: notice(self.shown),
            control: Right {
                kind: vec!["dpv:WithdrawConsent".into()],
                at: withdraw.clone(),
            },
            rights: rights(&withdraw, home),
            authority: Party {
                url: Some(CNIL_HOME.into()),
                ..party("dpv:DataProtectionAuthority", CNIL, None)
            },
            events: vec![happened(
                "dpv:ConsentGiven",
                1,
                self.at,
                Some(terms::WORKER),
            )],
        };
        Document {
            context: Context,
            iss: issuer.into(),
            id: format!("{issuer}/{pages}/{id}/receipts/1"),
            kind: Kind::Receipt,
            number: "1".into(),
            conforms_to: RECEIPT.into(),
            issued: self.at,
            record,
        }
    }
}

impl Document {
    /// The receipt of the next version of a grant.
    #[must_use]
    pub(crate) fn changed(
        mut self,
        terms: &Terms,
        shown: &Shown,
        at: OffsetDateTime,
        by: By,
    ) -> Self {
        let record = &mut self.record;
        record.version += 1;
        record.process = process(terms);
        record.notice = notice(shown);
        let event = match by {
            By::Worker => ("dpv:RenewedConsentGiven", terms::WORKER),
            By::Pause => ("dpv:ActivityHalted", terms::WORKER),
            By::Resume => ("dpv:ActivityOngoing", terms::WORKER),
            By::App => ("dpv:ConsentGiven", terms::HOLDER),
        };
        let event = happened(event.0, record.version, at, Some(event.1));
        self.followed_by(event)
    }

    /// The receipt of the end, for `reason`; for none, its time had come.
    #[must_use]
    pub(crate) fn ended(self, reason: Option<EndReason>, at: OffsetDateTime) -> Self {
        let (state, by) = match reason.map(terms::end) {
            Some((state, by)) => (state, Some(by)),
            None => ("dpv:ConsentExpired", None),
        };
        let event = happened(state, self.record.version, at, by);
        self.followed_by(event)
    }

    fn followed_by(mut self, event: Event) -> Self {
        let number = self.record.events.len() + 1;
        let numbered = self.id.rsplit_once('/').map(|(path, _)| path.to_owned());
        self.id = format!("{}/{number}", numbered.unwrap_or_default());
        self.number = number.to_string();
        self.issued = event.at;
        self.record.events.push(event);
        self
    }
}

/// Her rights: to take it back, of access, to erasure, to complain.
fn rights(withdraw: &str, home: &str) -> Vec<Right> {
    let articles = [
        ("A7-3", withdraw),
        ("A15", home),
        ("A17", home),
        ("A77", CNIL_COMPLAINTS),
    ];
    let right = |(article, at): (&str, &str)| Right {
        kind: vec!["dpv:DataSubjectRight".into(), format!("eu-gdpr:{article}")],
        at: at.into(),
    };
    articles.map(right).into()
}

fn process(terms: &Terms) -> Process {
    let actions = terms.actions.iter();
    let recipients = terms.recipients.iter();
    let frequency: Frequency = terms.frequency;
    let storage = |kind: &str, duration| Condition {
        kind: vec![kind.into()],
        duration,
        frequency: None,
    };
    Process {
        kind: "dpv:Process".into(),
        purpose: terms.purpose.as_str().into(),
        purpose_term: terms::purpose(terms.purpose).into(),
        actions: actions.clone().map(ToString::to_string).collect(),
        processing: distinct(actions.map(|right| terms::right(*right))),
        data: terms
            .scope
            .parts()
            .map(|(section, part)| personal(section, part))
            .collect(),
        recipients: recipients
            .map(|name| party("dpv:ThirdParty", name, None))
            .collect(),
        storage: vec![
            storage("dpv:StorageDuration", written(terms.expires_at)),
            storage("dpv:StorageDeletion", terms.retention.into()),
        ],
        condition: until(terms.expires_at, terms::frequency(frequency)),
    }
}

fn personal(section: Section, part: &Part) -> PersonalData {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    PersonalData {
        kind: "dpv:PersonalData".into(),
        section: section.as_str().into(),
        broader: terms::section(section).into(),
        fields: part
            .fields
            .as_ref()
            .map(|fields| fields.iter().map(ToString::to_string).collect()),
        items: part.items.as_ref().map(|items| {
            items
                .iter()
                .map(|item| format!("urn:uuid:{item}"))
                .collect()
        }),
        period: part.period.map(|period| Days {
            kind: "dct:PeriodOfTime".into(),
            from: day(period.from()),
            until: day(period.until()),
        }),
    }
}

fn notice(shown: &Shown) -> Notice {
    Notice {
        kind: "dpv:ConsentNotice".into(),
        language: shown.locale.clone(),
        texts: checksum(shown.digest()),
        template: shown.template.as_ref().map(|template| Source {
            name: template.name.clone(),
            sum: checksum(template.digest),
        }),
    }
}

fn checksum(digest: Digest) -> Checksum {
    Checksum {
        kind: "spdx:Checksum".into(),
        algorithm: "spdx:checksumAlgorithm_sha256".into(),
        value: digest.to_hex(),
    }
}

fn party(kind: &str, name: &str, identifier: Option<&str>) -> Party {
    Party {
        kind: kind.into(),
        name: name.into(),
        identifier: identifier.map(str::to_owned),
        url: None,
    }
}

fn until(expires_at: OffsetDateTime, frequency: &str) -> Condition {
    Condition {
        kind: vec![
            "dpv:ProcessingDuration".into(),
            "dpv:ProcessingFrequency".into(),
        ],
        duration: written(expires_at),
        frequency: Some(frequency.into()),
    }
}

fn happened(state: &str, version: i32, at: OffsetDateTime, by: Option<&str>) -> Event {
    let mut kind = vec![state.to_owned()];
    if by == Some(terms::WORKER) && state.ends_with("ConsentGiven") {
        kind.push("dpv:ExpressedConsent".into());
    }
    Event {
        kind,
        version,
        at,
        by: by.map(str::to_owned),
    }
}

fn distinct<'a>(terms: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut distinct: Vec<String> = terms.map(str::to_owned).collect();
    distinct.sort();
    distinct.dedup();
    distinct
}

/// Dates of this era are always writable.
fn written(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

/// The client id by which [`kernel::Keys::pairwise_subject`] keeps agents apart from apps, whose ids
/// have no colon.
pub(crate) fn towards_agent(agent: kernel::AgentId) -> String {
    format!("agent:{agent}")
}

/// The pairwise subject of `worker` towards an agent.
pub(crate) fn subject_towards(
    keys: &kernel::Keys,
    worker: WorkerId,
    agent: kernel::AgentId,
) -> String {
    keys.pairwise_subject(worker, &towards_agent(agent))
}
