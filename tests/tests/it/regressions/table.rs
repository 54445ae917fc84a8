//! `README.md` names a test for every row, and every test that it names exists.

use std::collections::BTreeSet;

use regex::Regex;

const SOURCES: &[&str] = &[
    include_str!("damage.rs"),
    include_str!("data.rs"),
    include_str!("editor.rs"),
    include_str!("limits.rs"),
    include_str!("messages.rs"),
    include_str!("pipelines.rs"),
    include_str!("security.rs"),
    include_str!("store.rs"),
];

/// Rows per section of the table.
const ROWS: &[(char, usize)] = &[
    ('P', 11),
    ('D', 5),
    ('S', 6),
    ('L', 3),
    ('M', 11),
    ('C', 8),
    ('E', 6),
    ('F', 15),
];

#[test]
fn every_row_has_a_test_and_every_test_a_row() {
    let cell = Regex::new(r"^\| ([A-Z]\d+) \| .* \| ((?:`[a-z0-9_]+`(?:, )?)+) \|$").expect("a pattern");
    let mut rows = BTreeSet::new();
    let mut named = BTreeSet::new();
    for line in include_str!("README.md").lines() {
        let Some(found) = cell.captures(line) else { continue };
        assert!(rows.insert(found[1].to_owned()), "{} stands twice", &found[1]);
        for test in found[2].split(", ") {
            named.insert(test.trim_matches('`').to_owned());
        }
    }
    let wanted: BTreeSet<String> = ROWS
        .iter()
        .flat_map(|&(section, rows)| (1..=rows).map(move |row| format!("{section}{row}")))
        .collect();
    assert_eq!(rows, wanted);

    let test = Regex::new(r"#\[test\]\s*(?:#\[[^\]]*\]\s*)*fn ([a-z0-9_]+)\(").expect("a pattern");
    let written: BTreeSet<String> = SOURCES
        .iter()
        .flat_map(|source| test.captures_iter(source).map(|found| found[1].to_owned()))
        .collect();
    assert_eq!(named, written);
}
