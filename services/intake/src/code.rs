//! Every way in which a flux or a passage can be wrong, with its stable code.
//!
//! Codes are part of the public contract: they are never renamed, only added.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $fr:literal, $en:literal;)+) => {
        /// What is wrong, as a stable code in `snake_case`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)+
        }

        impl Code {
            /// All of them, in the order of this file.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as programs read it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What it means, in French, for a certifier's staff.
            pub const fn title_fr(self) -> &'static str {
                match self { $(Self::$name => $fr,)+ }
            }

            /// What it means, in English.
            pub const fn title_en(self) -> &'static str {
                match self { $(Self::$name => $en,)+ }
            }
        }
    };
}

codes! {
    // The file as a whole.
    /// XML 1.0: tags that do not match, an undeclared prefix, a stray `&`.
    MalformedXml = "malformed_xml",
        "Le fichier n'est pas un document XML bien formé",
        "The file is not a well-formed XML document";
    /// The file ends before its root element does.
    Truncated = "truncated",
        "Le fichier s'arrête avant la fin du flux",
        "The file stops before the end of the flux";
    /// Anything but UTF-8, declared or found.
    WrongEncoding = "wrong_encoding",
        "Le fichier n'est pas encodé en UTF-8",
        "The file is not encoded in UTF-8";
    /// A character that XML 1.0 §2.2 forbids, such as NUL.
    ForbiddenCharacter = "forbidden_character",
        "Le fichier contient un caractère interdit en XML",
        "The file holds a character that XML forbids";
    /// A document type declaration: never read, always refused.
    Doctype = "doctype",
        "Le fichier contient une déclaration DOCTYPE",
        "The file holds a DOCTYPE declaration";
    /// An entity other than the five predefined ones.
    Entity = "entity",
        "Le fichier emploie une entité non prédéfinie",
        "The file uses an entity that is not predefined";
    /// Deeper, longer or more numerous than any flux.
    TooComplex = "too_complex",
        "Le fichier dépasse les limites de structure d'un flux",
        "The file exceeds the structural limits of a flux";
    /// Larger than the accepted size.
    TooLarge = "too_large",
        "Le fichier dépasse la taille acceptée",
        "The file is larger than accepted";
    /// The root element is not the certifiers' flux.
    UnknownRoot = "unknown_root",
        "L'élément racine n'est pas celui d'un flux de certifications",
        "The root element is not that of a certification flux";
    /// A later version of the schema, told by its own elements.
    UnsupportedVersion = "unsupported_version",
        "La version du flux n'est pas prise en charge",
        "This version of the flux is not supported";
    /// `emetteur/idClient` is not the depositing organisation's.
    UnknownEmitter = "unknown_emitter",
        "L'émetteur du flux n'est pas l'organisme qui le dépose",
        "The emitter of the flux is not the organisation that deposits it";

    // Structure: what the schema says.
    /// An element that the schema requires.
    MissingElement = "missing_element",
        "Un élément obligatoire est absent",
        "A required element is missing";
    /// An element given twice.
    DuplicateElement = "duplicate_element",
        "Un élément est présent plusieurs fois",
        "An element is given more than once";
    /// An element that the schema does not have at this place.
    UnknownElement = "unknown_element",
        "Un élément est inconnu à cet endroit",
        "An element is unknown at this place";
    /// An attribute that the schema does not have.
    UnknownAttribute = "unknown_attribute",
        "Un attribut est inconnu",
        "An attribute is unknown";
    /// Text between elements.
    UnexpectedText = "unexpected_text",
        "Du texte est présent entre les éléments",
        "There is text between the elements";
    /// Two alternatives at once.
    SeveralChoices = "several_choices",
        "Une seule des alternatives doit être présente",
        "Only one of the alternatives may be given";
    /// `xsi:nil` on an element that must have a value.
    NotNillable = "not_nillable",
        "Cet élément ne peut pas être vide (xsi:nil)",
        "This element cannot be empty (xsi:nil)";
    /// `xsi:nil` together with a value.
    NilWithValue = "nil_with_value",
        "Un élément déclaré vide (xsi:nil) porte une valeur",
        "An element declared empty (xsi:nil) has a value";
    /// No text where there must be some.
    EmptyValue = "empty_value",
        "La valeur est vide",
        "The value is empty";
    /// More characters than the schema allows.
    TooLong = "too_long",
        "La valeur est trop longue",
        "The value is too long";
    /// Not the exact number of characters.
    WrongLength = "wrong_length",
        "La valeur n'a pas la longueur attendue",
        "The value does not have the expected length";
    /// Not one of the listed values.
    NotInList = "not_in_list",
        "La valeur ne fait pas partie de la liste",
        "The value is not one of the list";
    /// Not a date written as the schema wants it.
    NotADate = "not_a_date",
        "La valeur n'est pas une date au format attendu",
        "The value is not a date in the expected format";
    /// Not a whole number.
    NotANumber = "not_a_number",
        "La valeur n'est pas un nombre entier",
        "The value is not a whole number";
    /// A number outside its bounds.
    OutOfRange = "out_of_range",
        "Le nombre est hors limites",
        "The number is out of bounds";
    /// Not `true`, `false`, `1` or `0`.
    NotABoolean = "not_a_boolean",
        "La valeur n'est pas un booléen",
        "The value is not a boolean";

    // Meaning: what the schema lets through.
    /// A control character inside a value.
    ControlCharacter = "control_character",
        "La valeur contient un caractère de contrôle",
        "The value holds a control character";
    /// 31 February, in the file or as a birth date.
    NoSuchDay = "no_such_day",
        "Ce jour n'existe pas dans le calendrier",
        "There is no such day in the calendar";
    /// `dateFinExamen` before `dateDebutExamen`.
    ExamEndsBeforeStart = "exam_ends_before_start",
        "La fin de l'examen précède son début",
        "The exam ends before it starts";
    /// `dateFinValidite` before `dateDebutValidite`.
    ValidityEndsBeforeStart = "validity_ends_before_start",
        "La fin de validité précède son début",
        "The validity ends before it starts";
    /// A commune code that INSEE could not have given.
    BirthplaceShape = "birthplace_shape",
        "Le code commune de naissance n'a pas la forme d'un code INSEE",
        "The birthplace is not shaped like an INSEE code";
    /// A country code that INSEE could not have given.
    BirthCountryShape = "birth_country_shape",
        "Le code pays de naissance n'a pas la forme d'un code INSEE",
        "The birth country is not shaped like an INSEE code";
    /// A day of birth without its month.
    DayWithoutMonth = "day_without_month",
        "Le jour de naissance est donné sans le mois",
        "The day of birth is given without the month";
    /// Born after the certificate's validity starts.
    BirthAfterValidity = "birth_after_validity",
        "La naissance est postérieure au début de validité",
        "The birth comes after the start of validity";
    /// A name without a single letter.
    NameWithoutLetter = "name_without_letter",
        "Le nom ou le prénom ne contient aucune lettre",
        "The name holds no letter";
    /// Neither `RNCP` nor `RS` and 3 to 5 digits.
    QualificationShape = "qualification_shape",
        "Le code de la certification n'est ni un code RNCP ni un code RS",
        "The qualification code is neither an RNCP nor an RS code";
    /// `type` contradicts `code`.
    QualificationTypeMismatch = "qualification_type_mismatch",
        "Le type de certification contredit son code",
        "The qualification type contradicts its code";
    /// Announced by `presenceNiveauLangueEuro`, not given.
    LanguageLevelMissing = "language_level_missing",
        "Le niveau de langue annoncé est absent",
        "The announced language level is missing";
    /// Given although `presenceNiveauLangueEuro` denies it.
    LanguageLevelUnexpected = "language_level_unexpected",
        "Un niveau de langue est donné sans être annoncé",
        "A language level is given though not announced";
    /// Announced by `presenceNiveauNumeriqueEuro`, not given.
    DigitalLevelMissing = "digital_level_missing",
        "Le niveau numérique annoncé est absent",
        "The announced digital level is missing";
    /// Given although `presenceNiveauNumeriqueEuro` denies it.
    DigitalLevelUnexpected = "digital_level_unexpected",
        "Un niveau numérique est donné sans être annoncé",
        "A digital level is given though not announced";
    /// `urlPreuve` is not a web address.
    EvidenceUrlShape = "evidence_url_shape",
        "L'adresse de la preuve n'est pas une adresse web",
        "The evidence is not a web address";
    /// A holder told by her training file, which this platform does not know.
    UnsupportedIdentification = "unsupported_identification",
        "L'identification par dossier de formation n'est pas prise en charge",
        "Identification by training file is not supported";
    /// The same `idTechnique` twice in one file.
    DuplicateTechnicalId = "duplicate_technical_id",
        "Cet identifiant technique figure déjà dans le fichier",
        "This technical id is already in the file";
    /// An `idTechnique` already deposited with another content.
    TechnicalIdConflict = "technical_id_conflict",
        "Cet identifiant technique a déjà été déposé avec un autre contenu",
        "This technical id was deposited before with another content";
}

/// What kind of refusal a file-level code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// Damaged, cut, or not a flux at all.
    Malformed,
    /// Built to harm its reader: document types, entities, absurd structures.
    Hostile,
    /// A flux of another version.
    Unsupported,
    /// Larger than accepted.
    TooLarge,
}

impl Code {
    /// How a file refused for this reason is answered.
    pub const fn refusal_kind(self) -> RefusalKind {
        match self {
            Self::Doctype | Self::Entity | Self::TooComplex => RefusalKind::Hostile,
            Self::UnsupportedVersion => RefusalKind::Unsupported,
            Self::TooLarge => RefusalKind::TooLarge,
            _ => RefusalKind::Malformed,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Code;

    #[test]
    fn codes_are_unique_snake_case_and_travel_as_json() {
        let unique: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(unique.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(
                code.as_str()
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            );
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{}\"", code.as_str()));
            assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), *code);
        }
    }
}
