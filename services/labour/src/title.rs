//! Job titles as people type them: without accents, in one gender or the other, half a word.

use kernel::fold;

use crate::model::OccupationLabel;

/// Words that carry no meaning in a title, folded: nobody is made to type them.
const EMPTY_WORDS: [&str; 19] = [
    "A", "AU", "AUX", "D", "DE", "DES", "DU", "EN", "ET", "L", "LA", "LE", "LES", "OU", "PAR",
    "POUR", "SUR", "UN", "UNE",
];
/// More words than any title has.
const MOST_WORDS: usize = 8;
/// Longer than any word of a title.
const LONGEST_WORD: usize = 40;

/// A title that can be found.
pub(crate) struct Title {
    /// The occupation it leads to.
    pub(crate) occupation: OccupationLabel,
    /// The title itself; the occupation's own label where they are the same.
    pub(crate) label: String,
    /// Its wordings, one for each gender, folded, without empty words.
    wordings: Vec<String>,
}

/// What somebody typed, folded, without empty words. The last word may be half typed.
pub(crate) struct Typed {
    words: Vec<String>,
    whole: String,
}

impl Title {
    /// The title `label` of `occupation`.
    pub(crate) fn new(occupation: OccupationLabel, label: String) -> Self {
        let mut wordings: Vec<String> = wordings(&label)
            .iter()
            .map(|text| telling_words(text).join(" "))
            .collect();
        wordings.dedup();
        Self {
            occupation,
            label,
            wordings,
        }
    }

    /// Whether it is the occupation's own label.
    pub(crate) fn is_principal(&self) -> bool {
        self.label == self.occupation.label
    }

    /// All words of all wordings, parted by spaces.
    pub(crate) fn words(&self) -> String {
        self.wordings.join(" ")
    }

    /// The first word of each wording.
    pub(crate) fn openings(&self) -> String {
        let firsts: Vec<&str> = self
            .wordings
            .iter()
            .filter_map(|text| text.split(' ').next())
            .collect();
        firsts.join(" ")
    }

    /// How many words the shortest wording has.
    pub(crate) fn length(&self) -> usize {
        self.wordings
            .iter()
            .map(|text| text.split(' ').count())
            .min()
            .unwrap_or_default()
    }

    /// How much better this title answers than its words alone say: it is exactly what was
    /// typed, it begins so, it names a whole occupation, it says little else.
    pub(crate) fn bonus(&self, typed: &Typed) -> f32 {
        let wording =
            self.wordings
                .iter()
                .map(|text| match text.strip_prefix(typed.whole.as_str()) {
                    Some("") => 60.0,
                    Some(rest) if rest.starts_with(' ') => 30.0,
                    Some(_) => 20.0,
                    None => 0.0,
                });
        let principal = if self.is_principal() { 4.0 } else { 0.0 };
        let unsaid = self.length().saturating_sub(typed.words.len()).min(8);
        let unsaid = u8::try_from(unsaid).map_or(8.0, f32::from);
        wording.fold(0.0, f32::max) + principal - 0.75 * unsaid
    }
}

impl Typed {
    /// What `text` asks for.
    pub(crate) fn new(text: &str) -> Self {
        let folded = fold(text);
        let mut words = telling_words(&folded);
        if words.is_empty() {
            // "de" may become "développeur".
            words.extend(
                folded
                    .split(' ')
                    .next_back()
                    .filter(|word| !word.is_empty()),
            );
        }
        let words: Vec<String> = words
            .into_iter()
            .take(MOST_WORDS)
            .map(|word| word.chars().take(LONGEST_WORD).collect())
            .collect();
        let whole = words.join(" ");
        Self { words, whole }
    }

    /// The words.
    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }
}

fn telling_words(text: &str) -> Vec<&str> {
    text.split(' ')
        .filter(|word| !word.is_empty() && !EMPTY_WORDS.contains(word))
        .collect()
}

/// `Conducteur / Conductrice d'engins` is said “conducteur d'engins” and “conductrice d'engins”:
/// the first wording lacks what follows the second's gendered words.
fn wordings(label: &str) -> Vec<String> {
    let Some((first, second)) = label.split_once(" / ") else {
        return vec![fold(label)];
    };
    let gendered = first.split_whitespace().count();
    let rest: Vec<&str> = second.split_whitespace().skip(gendered).collect();
    vec![fold(&format!("{first} {}", rest.join(" "))), fold(second)]
}

#[cfg(test)]
mod tests {
    use super::{Title, Typed};
    use crate::model::OccupationLabel;

    fn title(label: &str) -> Title {
        let occupation = OccupationLabel {
            code: "A1101".into(),
            label: label.into(),
        };
        Title::new(occupation, label.into())
    }

    #[test]
    fn a_label_in_two_genders_is_two_wordings() {
        assert_eq!(
            title("Conducteur / Conductrice d'engins agricoles").wordings,
            [
                "CONDUCTEUR ENGINS AGRICOLES",
                "CONDUCTRICE ENGINS AGRICOLES"
            ],
        );
        assert_eq!(
            title("Chef de cuisine / Cheffe de cuisine").wordings,
            ["CHEF CUISINE", "CHEFFE CUISINE"],
        );
        assert_eq!(
            title("Aide-soignant / Aide-soignante").openings(),
            "AIDE AIDE"
        );
        assert_eq!(title("Acrobate").wordings, ["ACROBATE"]);
    }

    #[test]
    fn empty_words_are_dropped_unless_they_are_all_there_is() {
        assert_eq!(
            Typed::new("conductrice d'engins").words(),
            ["CONDUCTRICE", "ENGINS"]
        );
        assert_eq!(Typed::new("de").words(), ["DE"]);
        assert!(Typed::new(" ,;! ").words().is_empty());
    }

    #[test]
    fn what_was_typed_exactly_comes_before_what_begins_so() {
        let typed = Typed::new("soudeuse");
        let exact = title("Soudeur / Soudeuse").bonus(&typed);
        let begins = title("Soudeur / Soudeuse à l'arc").bonus(&typed);
        let elsewhere = title("Chaudronnier-soudeur / Chaudronnière-soudeuse").bonus(&typed);
        assert!(exact > begins && begins > elsewhere);
    }
}
