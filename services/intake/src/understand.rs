//! From the texts of a passage to a certificate and its holder, and the faults that a schema
//! cannot see.

use certificates::{
    Certificate, DigitalLevel, DigitalResult, Exam, ExamMode, LanguageLevel, Mention, Obtained,
};
use identity::Traits;
use time::Date;

use crate::{
    code::Code,
    finding::Finding,
    outline::Qualification,
    schema::Field,
    shape,
    walk::{Reading, Value},
};

/// One passage of a flux, as understood.
#[derive(Debug, Clone)]
pub struct Passage {
    /// The line of its start tag, from 1.
    pub line: u32,
    /// `idTechnique`, where it could be read.
    pub technical_id: Option<String>,
    /// What it attests of whom, or every reason why nothing can be made of it.
    pub content: Result<Box<Content>, Vec<Finding>>,
}

/// What a passage attests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The certificate.
    pub certificate: Certificate,
    /// Whose it is. The first names are the first one only, as the cascade compares it.
    pub holder: Traits,
}

/// Understands a passage of `qualification`.
pub(crate) fn understand(reading: Reading, qualification: &Qualification) -> Passage {
    let Reading {
        values,
        mut findings,
        line,
    } = reading;
    findings.extend(qualification.findings.iter().cloned());
    let mut said = Said {
        values: &values,
        findings,
    };
    said.check_levels();
    said.check_evidence();
    said.check_identification();
    let validity = said.validity();
    let exam = said.exam();
    let holder = said.holder(validity.map(|(from, _)| from));
    let technical_id = said.text(Field::TechnicalId);
    let certificate = said.certificate(qualification, validity, exam);
    let mut findings = said.findings;
    findings.sort_by_key(|finding| finding.line);
    let content = match (certificate, holder) {
        (Some(certificate), Some(holder)) if findings.is_empty() => Ok(Box::new(Content {
            certificate,
            holder,
        })),
        _ => Err(findings),
    };
    Passage {
        line,
        technical_id,
        content,
    }
}

/// The fields of a digital result.
const RESULT: [Field; 3] = [Field::ResultLevel, Field::ResultDomain, Field::ResultSkill];

/// What a passage said, and what was found wrong with it so far.
pub(crate) struct Said<'a> {
    values: &'a [Value],
    findings: Vec<Finding>,
}

impl<'a> Said<'a> {
    pub(crate) fn value(&self, field: Field) -> Option<(&'a str, &'a Value)> {
        let value = self.values.iter().find(|value| value.field == field)?;
        Some((value.text.as_deref()?, value))
    }

    pub(crate) fn text(&self, field: Field) -> Option<String> {
        self.value(field).map(|(text, _)| text.to_owned())
    }

    fn boolean(&self, field: Field) -> Option<bool> {
        self.value(field)
            .map(|(text, _)| matches!(text, "true" | "1"))
    }

    fn date(&self, field: Field) -> Option<Date> {
        self.value(field)
            .and_then(|(text, _)| shape::date(text).ok())
    }

    pub(crate) fn number<T: std::str::FromStr>(&self, field: Field) -> Option<T> {
        self.value(field).and_then(|(text, _)| text.parse().ok())
    }

    pub(crate) fn find(&mut self, code: Code, at: &Value, detail: &'static str) {
        self.findings
            .push(Finding::new(code, at.line, at.name, detail));
    }

    /// Whether the schema already complained about the element `name`.
    pub(crate) fn is_blamed(&self, name: &str) -> bool {
        self.findings.iter().any(|finding| finding.field == name)
    }

    fn check_levels(&mut self) {
        let language = self.value(Field::LanguageLevel).map(|(_, value)| value);
        let digital = self
            .values
            .iter()
            .find(|value| value.field == Field::DigitalScore || RESULT.contains(&value.field));
        let announced = [
            (
                Field::HasLanguageLevel,
                (language, "niveauLangueEuropeen"),
                (Code::LanguageLevelMissing, Code::LanguageLevelUnexpected),
            ),
            (
                Field::HasDigitalLevel,
                (digital, "niveauNumeriqueEuropeen"),
                (Code::DigitalLevelMissing, Code::DigitalLevelUnexpected),
            ),
        ];
        for (flag, (level, name), (missing, unexpected)) in announced {
            let Some((_, flag_value)) = self.value(flag) else {
                continue;
            };
            match (self.boolean(flag), level) {
                (Some(true), None) if !self.is_blamed(name) => {
                    self.find(missing, flag_value, "");
                }
                (Some(false), Some(level)) => {
                    self.find(unexpected, level, "");
                }
                _ => {}
            }
        }
    }

    fn check_evidence(&mut self) {
        let Some((url, value)) = self.value(Field::EvidenceUrl) else {
            return;
        };
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        let host = rest
            .unwrap_or_default()
            .split(['/', '?', '#'])
            .next()
            .unwrap_or_default();
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"<>\"'`\\^{}|".contains(&byte);
        if host.is_empty() || host.contains('@') || !url.bytes().all(plain) {
            self.find(
                Code::EvidenceUrlShape,
                value,
                "expected http:// or https:// and a host",
            );
        }
    }

    fn check_identification(&mut self) {
        let file = [Field::FileNumber, Field::FileName, Field::FileFirstName];
        if let Some(value) = self.values.iter().find(|value| file.contains(&value.field)) {
            let line = value.line;
            self.findings.push(Finding::new(
                Code::UnsupportedIdentification,
                line,
                "dossierFormation",
                "identify the holder with titulaire",
            ));
        }
    }

    fn validity(&mut self) -> Option<(Date, Option<Date>)> {
        let from = self.date(Field::ValidFrom)?;
        let until = self.date(Field::ValidUntil);
        if until.is_some_and(|until| until < from)
            && let Some((_, value)) = self.value(Field::ValidUntil)
        {
            self.find(Code::ValidityEndsBeforeStart, value, "");
        }
        Some((from, until))
    }

    fn exam(&mut self) -> Option<Exam> {
        let (started_on, ended_on) = (self.date(Field::ExamStart), self.date(Field::ExamEnd));
        if started_on
            .zip(ended_on)
            .is_some_and(|(start, end)| end < start)
            && let Some((_, value)) = self.value(Field::ExamEnd)
        {
            self.find(Code::ExamEndsBeforeStart, value, "");
        }
        let mode = self.value(Field::ExamMode).map(|(text, _)| match text {
            "A_DISTANCE" => ExamMode::Remote,
            "EN_PRESENTIEL" => ExamMode::OnSite,
            _ => ExamMode::Mixed,
        });
        let postal_code = self.text(Field::ExamPostalCode);
        let exam = Exam {
            started_on,
            ended_on,
            mode,
            postal_code,
        };
        let empty = Exam {
            started_on: None,
            ended_on: None,
            mode: None,
            postal_code: None,
        };
        (exam != empty).then_some(exam)
    }

    fn certificate(
        &self,
        qualification: &Qualification,
        validity: Option<(Date, Option<Date>)>,
        exam: Option<Exam>,
    ) -> Option<Certificate> {
        let (valid_from, valid_until) = validity?;
        Some(Certificate {
            qualification_code: qualification.code.clone()?,
            technical_id: self.text(Field::TechnicalId)?,
            valid_from,
            valid_until,
            obtained: match self.value(Field::Obtained)?.0 {
                "PAR_ADMISSION" => Obtained::ByAdmission,
                _ => Obtained::ByScoring,
            },
            certified: self.boolean(Field::Certified)?,
            score: self.text(Field::Score),
            mention: self.value(Field::Mention).map(|(text, _)| mention(text)),
            language_level: self
                .value(Field::LanguageLevel)
                .map(|(text, _)| language(text)),
            digital_level: self.digital_level(),
            option_label: self.text(Field::OptionLabel),
            exam,
            evidence_url: self.text(Field::EvidenceUrl),
        })
    }

    fn digital_level(&self) -> Option<DigitalLevel> {
        let score = self.number(Field::DigitalScore);
        let mut results = Vec::new();
        let mut group = 0;
        for value in self.values {
            let Some(text) = value.text.as_deref() else {
                continue;
            };
            if !RESULT.contains(&value.field) {
                continue;
            }
            if value.group != group {
                group = value.group;
                results.push(DigitalResult {
                    level: None,
                    domain: None,
                    skill: None,
                });
            }
            let Some(result) = results.last_mut() else {
                continue;
            };
            match value.field {
                Field::ResultLevel => result.level = text.parse().ok(),
                Field::ResultDomain => result.domain = Some(text.to_owned()),
                _ => result.skill = Some(text.to_owned()),
            }
        }
        let given = score.is_some() || !results.is_empty();
        given.then_some(DigitalLevel { score, results })
    }
}

fn mention(text: &str) -> Mention {
    match text {
        "MENTION_ASSEZ_BIEN" => Mention::FairlyGood,
        "MENTION_BIEN" => Mention::Good,
        "MENTION_TRES_BIEN" => Mention::VeryGood,
        "MENTION_TRES_BIEN_AVEC_FELICITATIONS_DU_JURY" => Mention::VeryGoodWithHonours,
        _ => Mention::None,
    }
}

fn language(text: &str) -> LanguageLevel {
    match text {
        "A1" => LanguageLevel::A1,
        "A2" => LanguageLevel::A2,
        "B1" => LanguageLevel::B1,
        "B2" => LanguageLevel::B2,
        "C1" => LanguageLevel::C1,
        "C2" => LanguageLevel::C2,
        _ => LanguageLevel::BelowA1,
    }
}
