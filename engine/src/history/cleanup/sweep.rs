//! Which listed files nobody needs.

use chrono::{DateTime, Utc};

use super::mark::Marked;
use super::{CleanupReport, Figures};
use crate::storage::Listed;

/// Files that are not marked and not younger than `young`, with their figures. Files that are not the engine's stay.
pub(super) fn unmarked(files: Vec<Listed>, marked: &Marked, young: DateTime<Utc>) -> (Vec<Listed>, CleanupReport) {
    let mut report = CleanupReport::default();
    let mut doomed = Vec::new();
    for file in files {
        let mut parts = file.name.splitn(3, '/');
        let (Some(role), Some(folder), Some(inside)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        if file.modified > young || !is_dataset(folder) {
            continue;
        }
        let Some(figures) = category(&mut report, inside) else {
            continue;
        };
        let figures = match marked.get(&format!("{role}/{folder}")) {
            Some(needed) if is_needed(inside, needed) => continue,
            Some(_) => figures,
            None => &mut report.unregistered,
        };
        figures.files += 1;
        figures.bytes += file.bytes;
        doomed.push(file);
    }
    (doomed, report)
}

/// Two numbers of 16 hexadecimal digits.
fn is_dataset(folder: &str) -> bool {
    let number = |text: &str| text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
    folder.split_once('-').is_some_and(|(a, b)| number(a) && number(b))
}

fn category<'r>(report: &'r mut CleanupReport, inside: &str) -> Option<&'r mut Figures> {
    match inside.split_once('/')?.0 {
        "data" => Some(&mut report.data),
        "_deletions" => Some(&mut report.deletions),
        "_indices" => Some(&mut report.indexes),
        "_versions" | "_transactions" => Some(&mut report.manifests),
        _ => None,
    }
}

fn is_needed(inside: &str, needed: &std::collections::BTreeSet<String>) -> bool {
    // A dataset is found by the version it was created with, which is not a detached one.
    let creation = inside
        .strip_prefix("_versions/")
        .is_some_and(|name| !name.starts_with('d'));
    let index = inside
        .strip_prefix("_indices/")
        .and_then(|rest| rest.split('/').next())
        .is_some_and(|uuid| needed.contains(&format!("_indices/{uuid}")));
    creation || index || needed.contains(inside)
}
