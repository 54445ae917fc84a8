//! What an input seems to be that is not NDJSON, and what members seem to mean that are called otherwise here.

use crate::error::Fault;

/// First bytes of files that are not text.
const MAGIC: &[(&[u8], &str)] = &[
    (
        b"\x1f\x8b",
        "compressed with gzip: `gunzip -c FILE | omnigraph load --data -` loads it",
    ),
    (
        b"\x28\xb5\x2f\xfd",
        "compressed with zstd: `zstd -dc FILE | omnigraph load --data -` loads it",
    ),
    (
        b"\xfd7zXZ\0",
        "compressed with xz: `xz -dc FILE | omnigraph load --data -` loads it",
    ),
    (
        b"BZh",
        "compressed with bzip2: `bzip2 -dc FILE | omnigraph load --data -` loads it",
    ),
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"%PDF", "a PDF"),
    (
        b"\xff\xfe",
        "text in UTF-16: `iconv -f UTF-16 -t UTF-8 FILE` converts it",
    ),
    (
        b"\xfe\xff",
        "text in UTF-16: `iconv -f UTF-16 -t UTF-8 FILE` converts it",
    ),
];

/// By the first bytes, before they are looked at as lines.
pub(super) fn of_begin(begin: &[u8]) -> Option<&'static str> {
    MAGIC
        .iter()
        .find(|(magic, _)| begin.starts_with(magic))
        .map(|(_, seems)| *seems)
}

/// By the first line that is not blank, of which `fault` was found.
pub(super) fn of_line(line: &[u8], fault: &Fault) -> Option<&'static str> {
    if !matches!(
        fault,
        Fault::NotJson { .. } | Fault::NotAnObject { .. } | Fault::NotUtf8
    ) {
        return None;
    }
    if line.contains(&0) {
        return Some("a binary file");
    }
    let text = std::str::from_utf8(line).ok()?.trim();
    let word = text.split_whitespace().next().unwrap_or_default();
    if text.starts_with('[') {
        return Some("one JSON array: `jq -c '.[]' FILE` gives its items as lines");
    }
    if text.starts_with('{') && text.ends_with(['{', '[', ',']) {
        return Some("JSON that is broken into lines: `jq -c . FILE` writes an object per line");
    }
    if text.starts_with('<') {
        return Some("XML or HTML");
    }
    if text == "---" || text.starts_with("%YAML") {
        return Some("YAML");
    }
    if matches!(word, "node" | "edge" | "interface") {
        return Some("a schema: `omnigraph init --schema FILE` takes it");
    }
    if matches!(word, "query" | "@description") {
        return Some("a file of queries: `omnigraph query --query FILE` takes it");
    }
    let cells = [',', ';', '\t']
        .iter()
        .map(|separator| text.matches(*separator).count())
        .max();
    if !text.contains('{') && cells > Some(0) {
        return Some(
            r#"a table (CSV): every row has to become a line such as {"type": "Person", "data": {"name": "Ana"}}"#,
        );
    }
    None
}

/// What other formats call the members of a line.
pub(super) fn called(member: &str) -> Option<&'static str> {
    Some(match member.to_ascii_lowercase().as_str() {
        "src" | "source" | "start" | "head" | "subject" | "from_id" | "_from" => "from",
        "dst" | "dest" | "target" | "destination" | "end" | "tail" | "object" | "to_id" | "_to" => "to",
        "properties" | "props" | "attributes" | "attrs" | "fields" | "values" => "data",
        _ => return None,
    })
}

/// What is missing in a line with these members, which has neither `type` nor `edge`.
pub(super) fn of_members<'m>(members: impl Iterator<Item = &'m str> + Clone) -> Option<&'static str> {
    let has = |names: &[&str]| members.clone().any(|member| names.contains(&member));
    if has(&["nodes", "edges", "vertices", "relationships"]) {
        return Some("a line holds one node or one edge, not the whole graph");
    }
    if has(&[
        "from",
        "to",
        "src",
        "dst",
        "source",
        "target",
        "relation",
        "relationship",
        "rel",
    ]) {
        return Some("a line of an edge names its type as `edge`");
    }
    has(&["label", "labels", "kind", "class", "node", "Type", "_type", "@type"])
        .then_some("a line of a node names its type as `type`")
}
