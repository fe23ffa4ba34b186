//! Invented people: names made of syllables, and the rest of their identity traits.

use std::io::{self, Write};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SYLLABLES: [&str; 24] = [
    "bran", "cle", "dor", "é", "far", "gil", "hau", "jou", "lan", "mer", "nol", "our", "pel",
    "quin", "rive", "sol", "tau", "ver", "zel", "mi", "ro", "tin", "ba", "ço",
];

/// An invented person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Name at birth.
    pub birth_name: String,
    /// First of the first names.
    pub first_name: String,
    /// Sex, as civil status has it.
    pub sex: Sex,
    /// Year of birth.
    pub year: u16,
    /// Month of birth, 1 to 12.
    pub month: u8,
    /// Day of birth, 1 to 28.
    pub day: u8,
    /// INSEE code of the birthplace.
    pub birthplace: String,
}

/// Sex, as civil status has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// *Féminin*.
    Female,
    /// *Masculin*.
    Male,
}

impl Holder {
    /// Holder `number` of the people that `seed` decides.
    pub fn draw(seed: u64, number: u32) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ (u64::from(number) << 32));
        Self {
            birth_name: name(&mut rng, 4),
            first_name: name(&mut rng, 2),
            sex: if rng.random() { Sex::Female } else { Sex::Male },
            year: rng.random_range(1950..=2005),
            month: rng.random_range(1..=12),
            day: rng.random_range(1..=28),
            birthplace: format!("{:05}", rng.random_range(1_001..=95_690)),
        }
    }

    /// Writes the `titulaire` element.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let sex = match self.sex {
            Sex::Female => "F",
            Sex::Male => "M",
        };
        write!(
            out,
            "<cpf:titulaire><cpf:nomNaissance>{}</cpf:nomNaissance>\
             <cpf:nomUsage xsi:nil=\"true\"></cpf:nomUsage><cpf:prenom1>{}</cpf:prenom1>\
             <cpf:anneeNaissance>{}</cpf:anneeNaissance><cpf:moisNaissance>{:02}</cpf:moisNaissance>\
             <cpf:jourNaissance>{:02}</cpf:jourNaissance><cpf:sexe>{sex}</cpf:sexe>\
             <cpf:codeCommuneNaissance><cpf:codeInseeNaissance>\
             <cpf:codeInsee>{}</cpf:codeInsee></cpf:codeInseeNaissance></cpf:codeCommuneNaissance>\
             <cpf:codePaysNaissance>100</cpf:codePaysNaissance></cpf:titulaire>",
            self.birth_name, self.first_name, self.year, self.month, self.day, self.birthplace
        )
    }
}

fn name(rng: &mut ChaCha8Rng, syllables: usize) -> String {
    let text: String = (0..syllables)
        .map(|_| SYLLABLES[rng.random_range(0..SYLLABLES.len())])
        .collect();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
