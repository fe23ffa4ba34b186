//! Links between documents.

use super::{Finding, House};

/// A relative link in a document leads to a file or a directory of the checkout.
pub(crate) fn lead_somewhere(house: &House) -> Vec<Finding> {
    let lines = house.ending(".md").flat_map(|(path, text)| {
        text.lines()
            .enumerate()
            .map(move |(index, line)| (path, index + 1, line))
    });
    lines
        .flat_map(|(path, line, text)| {
            let targets = text
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split_once(')'));
            targets.filter_map(move |(target, _)| {
                let target = target.split(['#', ' ']).next().unwrap_or_default();
                let is_elsewhere = target.contains(':') || target.starts_with('/');
                (!target.is_empty() && !is_elsewhere && !house.has(&resolved(path, target))).then(
                    || Finding {
                        path: path.to_owned(),
                        line,
                        what: format!("links to `{target}`, which does not exist"),
                    },
                )
            })
        })
        .collect()
}

/// The path from the root of what `target` means in the document at `path`.
fn resolved(path: &str, target: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{House, lead_somewhere};

    #[test]
    fn a_link_to_nothing_is_found_and_links_to_files_directories_and_sites_are_not() {
        let text = "[a](../README.md#tour) [b](./decisions/) [c](https://example.org/x) [d](#here)";
        let good = [
            ("docs/a.md", text),
            ("docs/decisions/1.md", ""),
            ("README.md", ""),
        ];
        assert!(lead_somewhere(&House::of(&good)).is_empty());
        assert_eq!(lead_somewhere(&House::of(&[("docs/a.md", text)])).len(), 2);
    }
}
