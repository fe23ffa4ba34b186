//! Text that is refused wherever it comes from: NUL, invalid UTF-8, lone surrogates.
//!
//! PostgreSQL cannot store NUL, and programs disagree on what the others mean: a name that reads
//! differently here and there is a way around a check.

use std::borrow::Cow;

use serde_json::Value;

use super::{Flaw, Problem, Slug};

/// Checks the percent-encoded text of a path, a query or a form.
pub fn check_encoded(text: &[u8]) -> Result<(), Problem> {
    let complete = text
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'%')
        .all(|(at, _)| {
            let digits = text.get(at + 1..at + 3);
            digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        });
    if !complete {
        return Err(unreadable(
            "percent-encoding",
            "a `%` is not followed by two hexadecimal digits",
        ));
    }
    let decoded = decode(text);
    let text = std::str::from_utf8(&decoded)
        .map_err(|_place| unreadable("utf-8", "the decoded text is not UTF-8"))?;
    check_plain(text)
}

/// Checks text that is already decoded.
pub fn check_plain(text: &str) -> Result<(), Problem> {
    if text.contains('\0') {
        Err(nul(None))
    } else {
        Ok(())
    }
}

/// Checks the strings and keys of a JSON body, however they are escaped. Its syntax is left to
/// the parser that follows.
pub fn check_json(body: &[u8]) -> Result<(), Problem> {
    std::str::from_utf8(body).map_err(|_place| unreadable("utf-8", "the body is not UTF-8"))?;
    // Only an escape can hide a NUL or a lone surrogate in valid UTF-8: look for those that may.
    let suspect = body.windows(4).any(|four| {
        matches!(
            four,
            [b'\\', b'u', b'd' | b'D', _] | [b'\\', b'u', b'0', b'0']
        )
    });
    if !suspect {
        return Ok(());
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| not_json(&error))?;
    find_nul(&value, String::new()).map_or(Ok(()), |pointer| Err(nul(Some(pointer))))
}

/// The problem of a body that is not JSON.
pub(super) fn not_json(error: &serde_json::Error) -> Problem {
    let line = u64::try_from(error.line()).unwrap_or_default();
    // The message names lines and what was expected, never what stood there.
    let detail = format!("{error}");
    Problem::new(Slug::MalformedRequest).flaw(Flaw::on_line(line, "json", detail))
}

/// One step of a JSON Pointer (RFC 6901 §3).
pub(super) fn pointer_step(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) {
        Cow::Owned(key.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(key)
    }
}

fn find_nul(value: &Value, at: String) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then_some(at),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| find_nul(item, format!("{at}/{index}"))),
        Value::Object(fields) => fields.iter().find_map(|(key, field)| {
            if key.contains('\0') {
                return Some(at.clone());
            }
            find_nul(field, format!("{at}/{}", pointer_step(key)))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn decode(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let escaped = (byte == b'%').then(|| tail.split_at_checked(2)).flatten();
        let value = escaped.and_then(|(digits, after)| {
            let digits = std::str::from_utf8(digits).ok()?;
            Some((u8::from_str_radix(digits, 16).ok()?, after))
        });
        match value {
            Some((value, after)) => {
                decoded.push(value);
                rest = after;
            }
            None => decoded.push(byte),
        }
    }
    decoded
}

fn nul(pointer: Option<String>) -> Problem {
    let flaw = Flaw {
        pointer,
        ..Flaw::new("nul", "the NUL character is not text")
    };
    Problem::new(Slug::MalformedRequest).flaw(flaw)
}

fn unreadable(code: &str, detail: &str) -> Problem {
    Problem::new(Slug::MalformedRequest).flaw(Flaw::new(code, detail))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{check_encoded, check_json, check_plain};

    #[test]
    fn nul_is_refused_in_every_disguise() {
        assert!(check_plain("a\0b").is_err());
        assert!(check_encoded(b"/a%00b").is_err());
        assert!(check_json(br#"{"a": "x\u0000y"}"#).is_err());
        assert!(check_json(br#"{"a\u0000": 1}"#).is_err());
        assert!(
            check_json(b"{\"a\": \"x\0y\"}").is_ok(),
            "raw NUL is left to the JSON parser"
        );
        assert!(check_json(br#"{"a": "a backslash, then \\u0000"}"#).is_ok());
    }

    #[test]
    fn lone_surrogates_and_broken_encodings_are_refused() {
        assert!(check_json(br#"{"a": "\ud800"}"#).is_err());
        assert!(check_json(br#"{"a": "\uDC00\uD800"}"#).is_err());
        assert!(check_json(br#"{"a": "\ud83d\ude00"}"#).is_ok());
        assert!(check_json(b"\"\xed\xa0\x80\"").is_err());
        for broken in [&b"%"[..], b"%4", b"%zz", b"%ff", b"%ed%a0%80"] {
            assert!(check_encoded(broken).is_err(), "{broken:?}");
        }
        assert!(check_encoded("/%C3%A9t%c3%a9?q=a+b".as_bytes()).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_without_nul_passes_once_encoded(text in "[^\0]*") {
            let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
            prop_assert!(check_encoded(encoded.as_bytes()).is_ok());
            prop_assert!(check_json(serde_json::to_string(&text).unwrap().as_bytes()).is_ok());
        }
    }
}
