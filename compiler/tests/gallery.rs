//! Ten broken files as people write them, each with all that is said about it. `docs/gallery.md` is made from them; with
//! `UPDATE_EXPECT=1` it is written instead of compared.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use omnigraph_compiler::diagnostic::{Diagnostic, Sources, human};
use omnigraph_compiler::project::check_project;
use omnigraph_compiler::rules::LAB_SCHEMA;

/// A broken file: a title and some words about it as comments at its top, then the text.
struct Piece {
    name: String,
    title: String,
    about: String,
    text: String,
    query: bool,
}

impl Piece {
    fn read(path: &Path) -> Piece {
        let whole = fs::read_to_string(path).expect("a piece is text");
        let comments: Vec<&str> = whole
            .lines()
            .map_while(|line| line.strip_prefix("//"))
            .map(str::trim)
            .collect();
        let text: String = whole
            .lines()
            .skip(comments.len())
            .map(|line| format!("{line}\n"))
            .collect();
        Piece {
            name: path.file_stem().expect("a name").to_string_lossy().into_owned(),
            title: comments[0].to_owned(),
            about: comments[2..].join("\n"),
            text,
            query: path.extension().is_some_and(|extension| extension == "gq"),
        }
    }

    fn file(&self) -> &'static str {
        if self.query { "queries.gq" } else { "schema.pg" }
    }

    /// What is found; a query is checked against the Lab.
    fn check(&self) -> Vec<Diagnostic> {
        match self.query {
            true => check_project(LAB_SCHEMA, &[(self.file(), &self.text)]),
            false => check_project(&self.text, &[]),
        }
    }

    fn reports(&self, found: &[Diagnostic]) -> String {
        let sources = Sources::new([("schema.pg", LAB_SCHEMA), (self.file(), &self.text)]);
        let reports: Vec<String> = found
            .iter()
            .map(|diagnostic| human(diagnostic, &sources, false))
            .collect();
        reports.join("\n")
    }
}

fn pieces() -> Vec<Piece> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gallery");
    let entries = fs::read_dir(folder).expect("the gallery is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a piece").path()).collect();
    paths.sort();
    paths.iter().map(|path| Piece::read(path)).collect()
}

#[test]
fn every_report() {
    let pieces = pieces();
    assert!(pieces.len() >= 10);
    for piece in pieces {
        let found = piece.check();
        // One mistake, one finding.
        let places: BTreeSet<_> = found
            .iter()
            .map(|d| (d.span.start, d.rule.subcode, &d.message))
            .collect();
        assert_eq!(places.len(), found.len(), "{}", piece.name);
        insta::assert_snapshot!(format!("gallery_{}", piece.name), piece.reports(&found));
    }
}

#[test]
fn the_page_shows_them() {
    let mut page = HEAD.to_owned();
    let pieces = pieces();
    for piece in &pieces {
        let anchor = piece
            .title
            .to_lowercase()
            .replace([',', ':', '`'], "")
            .replace(' ', "-");
        let _ = writeln!(page, "- [{}](#{anchor})", piece.title);
    }
    for piece in &pieces {
        let found = piece.check();
        let codes: BTreeSet<&str> = found.iter().map(|diagnostic| diagnostic.rule.subcode).collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        let language = if piece.query { "gq lab" } else { "pg" };
        let _ = write!(
            page,
            "\n## {}\n\n{}\n\n```{language} {}\n{}```\n\n```text\n{}```\n",
            piece.title,
            piece.about,
            codes.join(" "),
            piece.text,
            piece.reports(&found)
        );
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/gallery.md");
    if fs::read_to_string(&path).is_ok_and(|now| now == page) {
        return;
    }
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, page).expect("the page can be written");
        return;
    }
    panic!("docs/gallery.md is not what is found; UPDATE_EXPECT=1 writes it");
}

const HEAD: &str = "\
# A gallery of mistakes

Ten files as people write them on their first day, on a bad day, or while they are still typing, and everything that is
said about each: all at once, in the order of the text. `omnigraph explain CODE` says more about any of them, and so does its
page in [codes/](codes/). The queries are about a small laboratory with `Person` and `Doc` nodes and the edges `Follows`, `Wrote`
and `Cites`.

";
