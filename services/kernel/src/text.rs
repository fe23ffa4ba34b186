//! Folding of names and search words, what hides in a text, and complaints that quote nobody.

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

/// Whether `text` has so many characters, `least` to `most`, no white space around it, and none that
/// [hides]: what others write, and a person reads and decides on.
pub fn is_visible(text: &str, least: usize, most: usize) -> bool {
    let count = text.chars().count();
    (least..=most).contains(&count) && text.trim() == text && !text.contains(hides)
}

/// Whether `letter` is not seen, or makes others read otherwise than they are: control characters,
/// joiners, marks that turn the direction of a text round, tags, letters without a shape.
pub fn hides(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// What a deserialiser of `serde` complains of, without the value it quotes: who wrote a name in
/// the wrong place must not find it again in an answer or a log. Names of our own stay.
pub fn without_value(complaint: &str) -> String {
    let about = [
        ("unknown field", "unknown field"),
        ("unknown variant", "unknown value"),
        ("invalid type", "invalid type"),
        ("invalid value", "invalid value"),
        ("invalid length", "invalid length"),
    ];
    let Some((_, what)) = about
        .iter()
        .find(|(begins, _)| complaint.starts_with(begins))
    else {
        return complaint.to_owned();
    };
    match complaint.rsplit_once(", expected ") {
        Some((_value, expected)) => format!("{what}, expected {expected}"),
        None => (*what).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::{fold, hides, without_value};

    #[derive(Debug, Serialize, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "snake_case")]
    struct Order {
        lines: u8,
        kind: Option<Kind>,
    }

    #[derive(Debug, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        Gift,
    }

    #[test]
    fn a_complaint_says_what_is_expected_and_quotes_nobody() {
        for (json, words) in [
            (
                r#"{"lines": "Lucie"}"#,
                "invalid type, expected u8 at line 1 column 17",
            ),
            (
                r#"{"Lucie": 1}"#,
                "unknown field, expected `lines` or `kind` at line 1 column 8",
            ),
            (
                r#"{"lines": 1, "kind": "Lucie, expected by all"}"#,
                "unknown value, expected `plain` or `gift` at line 1 column 45",
            ),
            ("{}", "missing field `lines` at line 1 column 2"),
        ] {
            let complaint = serde_json::from_str::<Order>(json).unwrap_err().to_string();
            assert_eq!(without_value(&complaint), words);
        }
    }

    #[test]
    fn what_turns_a_text_round_hides_and_letters_of_any_script_do_not() {
        for letter in [
            '\n',
            '\0',
            '\u{202e}',
            '\u{2066}',
            '\u{200b}',
            '\u{feff}',
            '\u{e0041}',
        ] {
            assert!(hides(letter), "{letter:?}");
        }
        for letter in ['é', 'Ж', '漢', 'ع', ' ', '-', '’', '😀'] {
            assert!(!hides(letter), "{letter:?}");
        }
    }

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
