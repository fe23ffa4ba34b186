//! Writes files of the certifiers' flux (1.1.2), valid, of any size, whose holders are invented.
//!
//! The same recipe writes the same bytes. Names are made of syllables, so that nobody real is
//! named. For tests and benchmarks: the platform does not contain it.

mod holder;

use std::io::{self, Write};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub use holder::{Holder, Sex};

/// What to write.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// Decides everything that is drawn.
    pub seed: u64,
    /// How many passages.
    pub passages: u32,
    /// How many different holders they are of. Passage *n* is of holder *n* modulo this.
    pub holders: u32,
    /// How many passages of one qualification follow each other.
    pub run: u32,
    /// `idClient` of the emitter: 8 characters.
    pub emitter: String,
    /// What technical ids start with.
    pub prefix: String,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            seed: 1,
            passages: 1_000,
            holders: 1_000,
            run: 500,
            emitter: "00TEST00".to_owned(),
            prefix: "G".to_owned(),
        }
    }
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<cpf:flux xmlns:cpf="urn:cdc:cpf:pc5:schema:1.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
"#;

const TAIL: &str = "</cpf:certifications></cpf:certificateur></cpf:certificateurs></cpf:emetteur>\
                    </cpf:flux>\n";

const MENTIONS: [&str; 4] = [
    "SANS_MENTION",
    "MENTION_ASSEZ_BIEN",
    "MENTION_BIEN",
    "MENTION_TRES_BIEN",
];

const LANGUAGE_LEVELS: [&str; 6] = ["A1", "A2", "B1", "B2", "C1", "C2"];

impl Recipe {
    /// Writes the flux to `out`, a passage at a time.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { seed, emitter, .. } = self;
        out.write_all(HEAD.as_bytes())?;
        write!(
            out,
            "<cpf:idFlux>generated-{seed}</cpf:idFlux>\
             <cpf:horodatage>2026-11-23T08:00:00+01:00</cpf:horodatage>\n\
             <cpf:emetteur><cpf:idClient>{emitter}</cpf:idClient><cpf:certificateurs>\
             <cpf:certificateur><cpf:idClient>{emitter}</cpf:idClient>\
             <cpf:idContrat>MCFCER000000</cpf:idContrat><cpf:certifications>\n"
        )?;
        let mut rng = ChaCha8Rng::seed_from_u64(*seed);
        let run = self.run.max(1);
        for number in 0..self.passages {
            if number % run == 0 {
                open_qualification(out, &mut rng)?;
            }
            self.passage(out, number, &mut rng)?;
            if (number + 1) % run == 0 || number + 1 == self.passages {
                out.write_all(b"</cpf:passageCertifications></cpf:certification>\n")?;
            }
        }
        out.write_all(TAIL.as_bytes())
    }

    /// The holder of passage `number`.
    pub fn holder_of(&self, number: u32) -> Holder {
        Holder::draw(self.seed, number % self.holders.max(1))
    }

    fn passage(&self, out: &mut impl Write, number: u32, rng: &mut ChaCha8Rng) -> io::Result<()> {
        let (month, day) = (rng.random_range(1..=12), rng.random_range(1..=28));
        let score: u16 = rng.random_range(1..=1000);
        write!(
            out,
            "<cpf:passageCertification><cpf:idTechnique>{}-{number}</cpf:idTechnique>\
             <cpf:urlPreuve>https://preuves.example/{}/{number}</cpf:urlPreuve>\
             <cpf:obtentionCertification>PAR_SCORING</cpf:obtentionCertification>\
             <cpf:donneeCertifiee>true</cpf:donneeCertifiee>\
             <cpf:dateDebutExamen>2025-{month:02}-{day:02}</cpf:dateDebutExamen>\
             <cpf:dateFinExamen>2025-{month:02}-{day:02}</cpf:dateFinExamen>\
             <cpf:modalitePassageExamen>EN_PRESENTIEL</cpf:modalitePassageExamen>\
             <cpf:dateDebutValidite>2026-01-01</cpf:dateDebutValidite>\
             <cpf:dateFinValidite xsi:nil=\"true\"></cpf:dateFinValidite>",
            self.prefix, self.prefix
        )?;
        levels(out, score, rng)?;
        write!(
            out,
            "<cpf:scoring>{score}</cpf:scoring><cpf:mentionValidee>{}</cpf:mentionValidee>\
             <cpf:modalitesInscription><cpf:modaliteAcces xsi:nil=\"true\"></cpf:modaliteAcces>\
             </cpf:modalitesInscription><cpf:identificationTitulaire>",
            MENTIONS[rng.random_range(0..MENTIONS.len())]
        )?;
        self.holder_of(number).write(out)?;
        out.write_all(b"</cpf:identificationTitulaire></cpf:passageCertification>\n")
    }
}

fn open_qualification(out: &mut impl Write, rng: &mut ChaCha8Rng) -> io::Result<()> {
    let number: u32 = rng.random_range(1_000..=9_999);
    writeln!(
        out,
        "<cpf:certification><cpf:type>RS</cpf:type><cpf:code>RS{number}</cpf:code>\
         <cpf:natureDeposant>CERTIFICATEUR</cpf:natureDeposant><cpf:passageCertifications>"
    )
}

/// A language level for one passage in two, digital results for the others.
fn levels(out: &mut impl Write, score: u16, rng: &mut ChaCha8Rng) -> io::Result<()> {
    if rng.random() {
        return write!(
            out,
            "<cpf:presenceNiveauLangueEuro>true</cpf:presenceNiveauLangueEuro>\
             <cpf:niveauLangueEuropeen>{}</cpf:niveauLangueEuropeen>\
             <cpf:presenceNiveauNumeriqueEuro>false</cpf:presenceNiveauNumeriqueEuro>",
            LANGUAGE_LEVELS[rng.random_range(0..LANGUAGE_LEVELS.len())]
        );
    }
    write!(
        out,
        "<cpf:presenceNiveauLangueEuro>false</cpf:presenceNiveauLangueEuro>\
         <cpf:presenceNiveauNumeriqueEuro>true</cpf:presenceNiveauNumeriqueEuro>\
         <cpf:niveauNumeriqueEuropeen><cpf:scoreGeneral>{score}</cpf:scoreGeneral><cpf:resultats>"
    )?;
    for skill in 1..=3 {
        write!(
            out,
            "<cpf:resultat><cpf:niveau>{}</cpf:niveau>\
             <cpf:domaineCompetenceId>{}</cpf:domaineCompetenceId>\
             <cpf:competenceId>{skill}</cpf:competenceId></cpf:resultat>",
            rng.random_range(1..=8),
            rng.random_range(1..=5)
        )?;
    }
    out.write_all(b"</cpf:resultats></cpf:niveauNumeriqueEuropeen>")
}

#[cfg(test)]
mod tests {
    use intake::{OutlineReader, PassageReader, Screen};

    use super::Recipe;

    fn written(recipe: &Recipe) -> Vec<u8> {
        let mut bytes = Vec::new();
        recipe.write(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn what_is_written_is_sound_and_names_the_holders_it_should() {
        let recipe = Recipe {
            passages: 1_234,
            holders: 100,
            ..Recipe::default()
        };
        let bytes = written(&recipe);
        let mut screen = Screen::new(u64::MAX);
        screen.feed(&bytes).unwrap();
        screen.finish().unwrap();
        let mut outline = OutlineReader::default();
        outline.feed(&bytes).unwrap();
        let outline = outline.finish().unwrap();
        assert_eq!(outline.findings, []);
        let mut reader = PassageReader::new(outline);
        let mut passages = Vec::new();
        reader.feed(&bytes, &mut passages).unwrap();
        assert_eq!(passages.len(), 1_234);
        for (number, passage) in (0..).zip(&passages) {
            let content = passage.content.as_ref().unwrap();
            let holder = recipe.holder_of(number);
            assert_eq!(content.holder.birth_name, holder.birth_name);
            assert_eq!(content.holder.first_names, holder.first_name);
        }
    }

    #[test]
    fn the_same_recipe_writes_the_same_bytes_and_another_seed_others() {
        let recipe = Recipe {
            passages: 50,
            ..Recipe::default()
        };
        assert_eq!(written(&recipe), written(&recipe));
        assert_ne!(
            written(&recipe),
            written(&Recipe {
                seed: 2,
                ..recipe.clone()
            })
        );
    }
}
