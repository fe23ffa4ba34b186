//! The shape of a flux of version 1.1.2: which element holds which, how often, and what its text
//! looks like. The order of children is free throughout.

/// One element of the schema.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: &'static str,
    pub(crate) content: Content,
    pub(crate) required: bool,
    pub(crate) nillable: bool,
}

/// What an element holds.
#[derive(Debug)]
pub(crate) enum Content {
    /// Each of these at most once.
    All(&'static [Element]),
    /// Exactly one of these.
    Choice(&'static [Element]),
    /// This one, over and over; at least once where it is required.
    Many(&'static [Element]),
    /// A text.
    Text(Field, Shape),
}

/// What a text looks like. Lengths count characters.
#[derive(Debug)]
pub(crate) enum Shape {
    /// 1 to this many characters.
    UpTo(usize),
    /// This many characters.
    Exactly(usize),
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A whole number between two.
    Number(i32, i32),
    /// `true`, `false`, `1` or `0`.
    Boolean,
    /// `YYYY-MM-DD`, of the 20th or 21st century.
    Date,
    /// A date and time with its offset from UTC.
    Instant,
}

/// Every text of a flux.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    FluxId,
    Timestamp,
    EmitterId,
    CertifierId,
    ContractId,
    QualificationType,
    QualificationCode,
    DepositorNature,
    TechnicalId,
    EvidenceUrl,
    OptionLabel,
    Obtained,
    Certified,
    ExamStart,
    ExamEnd,
    ExamMode,
    ExamPostalCode,
    ValidFrom,
    ValidUntil,
    HasLanguageLevel,
    LanguageLevel,
    HasDigitalLevel,
    DigitalScore,
    ResultLevel,
    ResultDomain,
    ResultSkill,
    Score,
    Mention,
    AccessMode,
    RecognitionPath,
    Initiative,
    RegisteredOn,
    Verbatim,
    FileNumber,
    FileName,
    FileFirstName,
    BirthName,
    UsageName,
    FirstName,
    SecondName,
    ThirdName,
    BirthYear,
    BirthMonth,
    BirthDay,
    Sex,
    BirthplaceCode,
    BirthplacePostalCode,
    BirthplaceLabel,
    BirthCountry,
    BirthCountryLabel,
    Comments,
}

const fn text(name: &'static str, field: Field, shape: Shape) -> Element {
    Element {
        name,
        content: Content::Text(field, shape),
        required: true,
        nillable: false,
    }
}

const fn holds(name: &'static str, content: Content) -> Element {
    Element {
        name,
        content,
        required: true,
        nillable: false,
    }
}

impl Element {
    const fn optional(self) -> Self {
        Self {
            required: false,
            ..self
        }
    }

    const fn nillable(self) -> Self {
        Self {
            nillable: true,
            ..self
        }
    }

    /// The elements that it may hold.
    pub(crate) const fn children(&self) -> &'static [Self] {
        match self.content {
            Content::All(children) | Content::Choice(children) | Content::Many(children) => {
                children
            }
            Content::Text(..) => &[],
        }
    }
}

/// The root.
pub(crate) static FLUX: Element = holds(
    "flux",
    Content::All(&[
        text("idFlux", Field::FluxId, Shape::UpTo(50)),
        text("horodatage", Field::Timestamp, Shape::Instant),
        holds(
            "emetteur",
            Content::All(&[
                text("idClient", Field::EmitterId, Shape::Exactly(8)),
                holds(
                    "certificateurs",
                    Content::All(&[holds("certificateur", CERTIFIER)]),
                ),
            ]),
        ),
    ]),
);

const CERTIFIER: Content = Content::All(&[
    text("idClient", Field::CertifierId, Shape::Exactly(8)),
    text("idContrat", Field::ContractId, Shape::UpTo(20)),
    holds(
        "certifications",
        Content::Many(&[holds(CERTIFICATION, Content::All(QUALIFICATION))]),
    ),
]);

/// The element that gathers the passages of one qualification.
pub(crate) const CERTIFICATION: &str = "certification";

/// The element that is one passage.
pub(crate) const PASSAGE: &str = "passageCertification";

const QUALIFICATION: &[Element] = &[
    text("type", Field::QualificationType, Shape::UpTo(255)),
    text("code", Field::QualificationCode, Shape::UpTo(100)),
    text(
        "natureDeposant",
        Field::DepositorNature,
        Shape::OneOf(&["CERTIFICATEUR", "TIERS_CONFIANCE"]),
    )
    .optional(),
    holds(
        "passageCertifications",
        Content::Many(&[holds(PASSAGE, Content::All(ACHIEVEMENT))]),
    ),
];

const ACHIEVEMENT: &[Element] = &[
    text("idTechnique", Field::TechnicalId, Shape::UpTo(255)),
    text("urlPreuve", Field::EvidenceUrl, Shape::UpTo(255)).optional(),
    text("libelleOption", Field::OptionLabel, Shape::UpTo(255)).optional(),
    text(
        "obtentionCertification",
        Field::Obtained,
        Shape::OneOf(&["PAR_ADMISSION", "PAR_SCORING"]),
    ),
    text("donneeCertifiee", Field::Certified, Shape::Boolean),
    text("dateDebutExamen", Field::ExamStart, Shape::Date).optional(),
    text("dateFinExamen", Field::ExamEnd, Shape::Date).optional(),
    text(
        "modalitePassageExamen",
        Field::ExamMode,
        Shape::OneOf(&["A_DISTANCE", "EN_PRESENTIEL", "MIXTE"]),
    )
    .optional(),
    text(
        "codePostalCentreExamen",
        Field::ExamPostalCode,
        Shape::UpTo(9),
    )
    .optional(),
    text("dateDebutValidite", Field::ValidFrom, Shape::Date),
    text("dateFinValidite", Field::ValidUntil, Shape::Date).nillable(),
    text(
        "presenceNiveauLangueEuro",
        Field::HasLanguageLevel,
        Shape::Boolean,
    ),
    text(
        "niveauLangueEuropeen",
        Field::LanguageLevel,
        Shape::OneOf(LANGUAGE_LEVELS),
    )
    .optional(),
    text(
        "presenceNiveauNumeriqueEuro",
        Field::HasDigitalLevel,
        Shape::Boolean,
    ),
    holds("niveauNumeriqueEuropeen", DIGITAL_LEVEL).optional(),
    text("scoring", Field::Score, Shape::UpTo(255)).nillable(),
    text("mentionValidee", Field::Mention, Shape::OneOf(MENTIONS)).nillable(),
    holds("modalitesInscription", REGISTRATION),
    holds("identificationTitulaire", IDENTIFICATION),
    text("verbatim", Field::Verbatim, Shape::UpTo(255)).optional(),
];

const LANGUAGE_LEVELS: &[&str] = &["A1", "A2", "B1", "B2", "C1", "C2", "INSUFFISANT"];

const MENTIONS: &[&str] = &[
    "SANS_MENTION",
    "MENTION_ASSEZ_BIEN",
    "MENTION_BIEN",
    "MENTION_TRES_BIEN",
    "MENTION_TRES_BIEN_AVEC_FELICITATIONS_DU_JURY",
];

const DIGITAL_LEVEL: Content = Content::All(&[
    text("scoreGeneral", Field::DigitalScore, Shape::Number(1, 1000)).optional(),
    holds(
        "resultats",
        Content::Many(&[holds("resultat", RESULT).optional()]),
    )
    .optional(),
]);

const RESULT: Content = Content::All(&[
    text("niveau", Field::ResultLevel, Shape::Number(1, 8)).optional(),
    text(
        "domaineCompetenceId",
        Field::ResultDomain,
        Shape::Exactly(1),
    )
    .optional(),
    text("competenceId", Field::ResultSkill, Shape::Exactly(1)).optional(),
]);

const REGISTRATION: Content = Content::All(&[
    text(
        "modaliteAcces",
        Field::AccessMode,
        Shape::OneOf(ACCESS_MODES),
    )
    .nillable(),
    text(
        "voieAccessVAE",
        Field::RecognitionPath,
        Shape::OneOf(&["CONGES_VAE", "VAE_CLASSIQUE"]),
    )
    .optional(),
    text(
        "initiativeInscription",
        Field::Initiative,
        Shape::OneOf(&["CERTIFIE", "OF", "POLE_EMPLOI", "EMPLOYEUR", "AUTRE"]),
    )
    .optional(),
    text("dateInscription", Field::RegisteredOn, Shape::Date).optional(),
]);

const ACCESS_MODES: &[&str] = &[
    "FORMATION_INITIALE_HORS_APPRENTISSAGE",
    "FORMATION_INITIALE_APPRENTISSAGE",
    "FORMATION_CONTINUE_HORS_CONTRAT_DE_PROFESSIONNALISATION",
    "FORMATION_CONTINUE_CONTRAT_DE_PROFESSIONNALISATION",
    "VAE",
    "EQUIVALENCE_DIPLOME_ETRANGER",
    "CANDIDAT_LIBRE",
];

const IDENTIFICATION: Content = Content::Choice(&[
    holds(
        "dossierFormation",
        Content::All(&[
            text("idDossier", Field::FileNumber, Shape::UpTo(13)),
            text("nomTitulaire", Field::FileName, Shape::UpTo(30)),
            text("prenom1Titulaire", Field::FileFirstName, Shape::UpTo(20)),
        ]),
    ),
    holds("titulaire", Content::All(HOLDER)),
]);

const HOLDER: &[Element] = &[
    text("nomNaissance", Field::BirthName, Shape::UpTo(60)),
    text("nomUsage", Field::UsageName, Shape::UpTo(60)).nillable(),
    text("prenom1", Field::FirstName, Shape::UpTo(60)),
    text("prenom2", Field::SecondName, Shape::UpTo(60)).optional(),
    text("prenom3", Field::ThirdName, Shape::UpTo(60)).optional(),
    text(
        "anneeNaissance",
        Field::BirthYear,
        Shape::Number(1900, 2099),
    ),
    text("moisNaissance", Field::BirthMonth, Shape::Number(1, 12)).nillable(),
    text("jourNaissance", Field::BirthDay, Shape::Number(1, 31)).nillable(),
    text("sexe", Field::Sex, Shape::OneOf(&["M", "F"])),
    holds("codeCommuneNaissance", BIRTHPLACE),
    text(
        "libelleCommuneNaissance",
        Field::BirthplaceLabel,
        Shape::UpTo(60),
    )
    .optional(),
    text("codePaysNaissance", Field::BirthCountry, Shape::Exactly(3)).optional(),
    text(
        "libellePaysNaissance",
        Field::BirthCountryLabel,
        Shape::UpTo(60),
    )
    .optional(),
    text("commentairesMEN", Field::Comments, Shape::UpTo(250)).optional(),
];

const BIRTHPLACE: Content = Content::Choice(&[
    holds(
        "codeInseeNaissance",
        Content::All(&[text("codeInsee", Field::BirthplaceCode, Shape::Exactly(5))]),
    ),
    holds(
        "codePostalNaissance",
        Content::All(&[text("codePostal", Field::BirthplacePostalCode, Shape::UpTo(9)).nillable()]),
    ),
]);
