//! Small fluxes written for one story: one passage or a few, of holders that the story decides.

use std::fmt::Write as _;

/// A passage, and what it says of its holder.
#[derive(Debug, Clone)]
pub(super) struct Passage {
    pub(super) technical_id: &'static str,
    pub(super) birth_name: &'static str,
    pub(super) first_name: &'static str,
    pub(super) year: u16,
    pub(super) month: Option<u8>,
    pub(super) day: Option<u8>,
    pub(super) sex: &'static str,
    pub(super) birthplace: Option<&'static str>,
    pub(super) score: u16,
}

impl Passage {
    /// A passage of the persona `plain`.
    pub(super) fn of_lucie(technical_id: &'static str) -> Self {
        Self {
            technical_id,
            birth_name: "Orfeuillard",
            first_name: "Lucie",
            year: 1987,
            month: Some(4),
            day: Some(12),
            sex: "F",
            birthplace: Some("38185"),
            score: 500,
        }
    }

    /// A passage of one of the personas `homonym-rennes` and `homonym-nantes`.
    pub(super) fn of_julien(technical_id: &'static str, birthplace: Option<&'static str>) -> Self {
        Self {
            technical_id,
            birth_name: "Marchefoin",
            first_name: "Julien",
            year: 1991,
            month: Some(2),
            day: Some(28),
            sex: "M",
            birthplace,
            score: 500,
        }
    }

    pub(super) fn write(&self, flux: &mut String) {
        let Self {
            technical_id,
            birth_name,
            first_name,
            year,
            sex,
            score,
            ..
        } = self;
        let month = two_digits("moisNaissance", self.month);
        let day = two_digits("jourNaissance", self.day);
        let birthplace = self.birthplace.map_or_else(
            || {
                "<cpf:codePostalNaissance><cpf:codePostal xsi:nil=\"true\"/>\
                 </cpf:codePostalNaissance>"
                    .to_owned()
            },
            |code| {
                format!(
                    "<cpf:codeInseeNaissance><cpf:codeInsee>{code}</cpf:codeInsee>\
                     </cpf:codeInseeNaissance>"
                )
            },
        );
        write!(
            flux,
            "<cpf:passageCertification>\n\
             <cpf:idTechnique>{technical_id}</cpf:idTechnique>\n\
             <cpf:obtentionCertification>PAR_SCORING</cpf:obtentionCertification>\n\
             <cpf:donneeCertifiee>true</cpf:donneeCertifiee>\n\
             <cpf:dateDebutValidite>2026-01-15</cpf:dateDebutValidite>\n\
             <cpf:dateFinValidite xsi:nil=\"true\"/>\n\
             <cpf:presenceNiveauLangueEuro>false</cpf:presenceNiveauLangueEuro>\n\
             <cpf:presenceNiveauNumeriqueEuro>false</cpf:presenceNiveauNumeriqueEuro>\n\
             <cpf:scoring>{score}</cpf:scoring>\n\
             <cpf:mentionValidee xsi:nil=\"true\"/>\n\
             <cpf:modalitesInscription><cpf:modaliteAcces xsi:nil=\"true\"/>\
             </cpf:modalitesInscription>\n\
             <cpf:identificationTitulaire><cpf:titulaire>\n\
             <cpf:nomNaissance>{birth_name}</cpf:nomNaissance>\n\
             <cpf:nomUsage xsi:nil=\"true\"/>\n\
             <cpf:prenom1>{first_name}</cpf:prenom1>\n\
             <cpf:anneeNaissance>{year}</cpf:anneeNaissance>\n\
             {month}\n{day}\n\
             <cpf:sexe>{sex}</cpf:sexe>\n\
             <cpf:codeCommuneNaissance>{birthplace}</cpf:codeCommuneNaissance>\n\
             </cpf:titulaire></cpf:identificationTitulaire>\n\
             </cpf:passageCertification>\n",
        )
        .unwrap();
    }
}

fn two_digits(element: &str, value: Option<u8>) -> String {
    value.map_or_else(
        || format!("<cpf:{element} xsi:nil=\"true\"/>"),
        |value| format!("<cpf:{element}>{value:02}</cpf:{element}>"),
    )
}

/// What stands before the first passage: 12 lines.
pub(super) const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<cpf:flux xmlns:cpf="urn:cdc:cpf:pc5:schema:1.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<cpf:idFlux>story</cpf:idFlux>
<cpf:horodatage>2026-11-20T18:30:00+01:00</cpf:horodatage>
<cpf:emetteur><cpf:idClient>00TEST00</cpf:idClient>
<cpf:certificateurs><cpf:certificateur>
<cpf:idClient>00TEST00</cpf:idClient><cpf:idContrat>MCFCER000000</cpf:idContrat>
<cpf:certifications><cpf:certification>
<cpf:type>RS</cpf:type><cpf:code>RS5875</cpf:code>
<cpf:natureDeposant>CERTIFICATEUR</cpf:natureDeposant>

<cpf:passageCertifications>
"#;

/// What stands after the last.
pub(super) const TAIL: &str = "</cpf:passageCertifications>
</cpf:certification></cpf:certifications>
</cpf:certificateur></cpf:certificateurs>
</cpf:emetteur>
</cpf:flux>
";

/// A flux of `passages`.
pub(super) fn of(passages: &[Passage]) -> String {
    let mut flux = HEAD.to_owned();
    for passage in passages {
        passage.write(&mut flux);
    }
    flux + TAIL
}

/// A flux of one passage in which `from` became `to`.
pub(super) fn spoilt(from: &str, to: &str) -> String {
    let whole = of(&[Passage::of_lucie("A-1")]);
    assert!(whole.contains(from), "{from} is in the flux");
    whole.replacen(from, to, 1)
}
