//! Names of objects and folders below a graph's root. Identities, not names, appear in them, so that a rename moves
//! nothing and a type that is declared anew never meets old rows.

use omnigraph_model::catalog::Identity;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use super::table::TableRole;

pub(crate) const FORMAT: &str = "_graph/format.json";

/// Versions of what is written; another number on disk needs another program.
pub(crate) const STORAGE_FORMAT: u64 = 2;
pub(crate) const RECORD_FORMAT: u64 = 2;

pub(crate) fn schema(hash: &str) -> String {
    format!("_graph/schemas/{hash}.json")
}

/// A folder for each branch.
pub(crate) const BRANCHES: &str = "_graph/branches";

/// Later records sort first, so a listing meets the newest at once.
pub(crate) fn record(branch: &str, sequence: u64) -> String {
    format!("{}/{:020}.json", branch_folder(branch), u64::MAX - sequence)
}

pub(crate) fn branch_folder(branch: &str) -> String {
    format!("{BRANCHES}/{}", encode(branch))
}

/// The number of the record in a file of a branch's folder.
pub(crate) fn record_number(name: &str) -> Option<u64> {
    let digits = name.rsplit('/').next()?.strip_suffix(".json")?;
    let number = (digits.len() == 20).then(|| digits.parse::<u64>().ok())??;
    Some(u64::MAX - number)
}

/// A number that the head had reached at some time.
pub(crate) fn head_hint(branch: &str) -> String {
    format!("_graph/heads/{}", encode(branch))
}

pub(crate) fn by_id(commit: &str) -> String {
    format!("_graph/by-id/{commit}")
}

/// What cleanup runs promised, an empty object each.
pub(crate) const LEDGER: &str = "_graph/cleanup";

/// Says that data are retained from this commit on.
pub(crate) fn ledger(first_retained: u64) -> String {
    format!("{LEDGER}/{first_retained:020}")
}

/// What the name of such an object says.
pub(crate) fn retained_from(name: &str) -> Option<u64> {
    let digits = name.rsplit('/').next()?;
    (digits.len() == 20).then(|| digits.parse().ok())?
}

/// A long write asks the others to wait.
pub(crate) fn waiting(branch: &str) -> String {
    format!("_graph/waiting/{}", encode(branch))
}

pub(crate) fn live(branch: &str, life: &str) -> String {
    format!("_graph/live/{}~{life}", encode(branch))
}

pub(crate) fn identities(sequence: u64) -> String {
    format!("_graph/identities/{sequence:020}.json")
}

/// A type's dataset; its version does not matter.
pub(crate) fn dataset(role: TableRole, key: impl Into<Identity>) -> String {
    let folder = match role {
        TableRole::Node => "nodes",
        TableRole::Edge => "edges",
    };
    let Identity { type_id, incarnation } = key.into();
    format!("{folder}/{type_id:016x}-{incarnation:016x}")
}

/// What becomes `%XX` in a name. Capitals do, so that disks which fold case keep names apart, and `/`, so that no name is a
/// folder of another.
const ESCAPED: &AsciiSet = &{
    let mut set = NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'-');
    let mut capital = b'A';
    while capital <= b'Z' {
        set = set.add(capital);
        capital += 1;
    }
    set
};

fn encode(name: &str) -> PercentEncode<'_> {
    utf8_percent_encode(name, ESCAPED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newest_sorts_first() {
        assert!(record("main", 2) < record("main", 1));
        assert!(record("main", 10) < record("main", 9));
    }

    #[test]
    fn names_are_flat_and_keep_case_apart() {
        assert_eq!(branch_folder("a/B c"), "_graph/branches/a%2F%42%20c");
    }
}
