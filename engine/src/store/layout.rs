//! Names of objects and folders below a graph's root. Identities, not names, appear in them, so that a rename moves
//! nothing and a type that is declared anew never meets old rows.

use super::table::{TableKey, TableRole};

pub(crate) const FORMAT: &str = "_graph/format.json";
pub(crate) const MAIN: &str = "main";

/// Versions of what is written; a greater number on disk needs a newer program.
pub(crate) const STORAGE_FORMAT: u64 = 1;
pub(crate) const RECORD_FORMAT: u64 = 1;
pub(crate) const LEDGER_FORMAT: u64 = 1;

pub(crate) fn schema(hash: &str) -> String {
    format!("_graph/schemas/{hash}.json")
}

/// Later records sort first, so a listing meets the newest at once.
pub(crate) fn record(branch: &str, sequence: u64) -> String {
    format!("{}/{:020}.json", branch_folder(branch), u64::MAX - sequence)
}

pub(crate) fn branch_folder(branch: &str) -> String {
    format!("_graph/branches/{}", encode(branch))
}

/// A number that the head had reached at some time.
pub(crate) fn head_hint(branch: &str) -> String {
    format!("_graph/heads/{}", encode(branch))
}

pub(crate) fn by_id(commit: &str) -> String {
    format!("_graph/by-id/{commit}")
}

/// What cleanup runs wrote down, one object a run.
pub(crate) const LEDGER: &str = "_graph/cleanup";

pub(crate) fn ledger(number: u64) -> String {
    format!("{LEDGER}/{number:020}.json")
}

/// The number in the name of such an object.
pub(crate) fn ledger_number(name: &str) -> Option<u64> {
    name.strip_suffix(".json")?.parse().ok()
}

pub(crate) fn live(branch: &str, life: &str) -> String {
    format!("_graph/live/{}~{life}", encode(branch))
}

pub(crate) fn identities(sequence: u64) -> String {
    format!("_graph/identities/{sequence:020}.json")
}

pub(crate) fn dataset(role: TableRole, key: TableKey) -> String {
    let folder = match role {
        TableRole::Node => "nodes",
        TableRole::Edge => "edges",
    };
    format!("{folder}/{:016x}-{:016x}", key.type_id, key.incarnation)
}

/// Bytes outside a small set become `%XX`. Capitals do too, so that disks which fold case keep names apart, and `/`, so
/// that no name is a folder of another.
fn encode(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' => encoded.push(byte as char),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
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
