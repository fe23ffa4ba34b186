//! Folding of names and search words.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// `text` without accents, in upper case, with everything that is not a letter or a digit turned
/// into single spaces: `"Œuvre d'Émilie-Anne"` is `"OEUVRE D EMILIE ANNE"`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'œ' | 'Œ' => folded.push_str("OE"),
            'æ' | 'Æ' => folded.push_str("AE"),
            'ß' | 'ẞ' => folded.push_str("SS"),
            'ø' | 'Ø' => folded.push('O'),
            'ł' | 'Ł' => folded.push('L'),
            'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('D'),
            _ if letter.is_alphanumeric() => folded.extend(letter.to_uppercase()),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::fold;

    #[test]
    fn names_fold_to_what_civil_status_compares() {
        assert_eq!(fold("  Émilie--Anne "), "EMILIE ANNE");
        assert_eq!(fold("L'Œuvre"), "L OEUVRE");
        assert_eq!(fold("Ng\u{1ebb}t Łukasz"), "NGET LUKASZ");
        assert_eq!(fold("\u{0}"), "");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
