//! A page of rows: headings, fenced blocks, and lines that name tests elsewhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What is asked of every row, in the order of the table.
pub(crate) const ASPECTS: [&str; 5] = ["accepted", "rejected", "answer", "format", "completion"];

pub(crate) struct Page {
    pub name: String,
    pub rows: Vec<Row>,
    /// The schema of the page's rows; the Lab's if there is none.
    schema: Option<String>,
    path: PathBuf,
    text: String,
}

pub(crate) struct Row {
    pub id: String,
    pub title: String,
    pub page: String,
    /// The schema of its page; the Lab's if there is none.
    pub schema: Option<String>,
    pub blocks: Vec<Block>,
    /// By aspect, what stands for it.
    pub stated: BTreeMap<&'static str, Vec<Stated>>,
}

/// A line such as `- answer: …`.
#[derive(Clone)]
pub(crate) enum Stated {
    /// A heading of a page, a test of a Rust file, or a query of a corpus.
    Test { file: String, name: String },
    /// As in another row.
    As(String),
    /// There is none, and why.
    None(String),
}

/// Lines of a page: the first one within the fences, and the closing fence.
type Lines = (usize, usize);

#[derive(PartialEq)]
pub(crate) struct Expected {
    pub text: String,
    pub lines: Lines,
}

#[derive(PartialEq)]
pub(crate) enum Kind {
    Accepted,
    Rejected { findings: Expected },
    Completion,
}

pub(crate) struct Block {
    pub kind: Kind,
    pub text: String,
    pub lines: Lines,
}

impl Page {
    /// Panics where a page breaks the format, because a page is a test.
    pub(crate) fn read(path: &Path) -> Page {
        let text = fs::read_to_string(path).expect("a page");
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let mut page = Page {
            name,
            rows: Vec::new(),
            schema: None,
            path: path.to_owned(),
            text: text.clone(),
        };
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            if let Some(heading) = line.strip_prefix("## ") {
                let (id, title) = heading.split_once(' ').unwrap_or((heading, ""));
                page.rows.push(Row {
                    id: id.to_owned(),
                    title: title.to_owned(),
                    page: page.name.clone(),
                    schema: page.schema.clone(),
                    blocks: Vec::new(),
                    stated: BTreeMap::new(),
                });
                continue;
            }
            let fail = |what: &str| -> ! { panic!("{}:{}: {what}", page.name, number + 1) };
            if let Some(schema) = line.strip_prefix("Schema: ") {
                let schema = path.with_file_name(schema.trim_matches('`'));
                page.schema = Some(fs::read_to_string(schema).expect("a schema"));
                continue;
            }
            let Some(row) = page.rows.last_mut() else { continue };
            if let Some(stated) = line.strip_prefix("- ") {
                let (aspect, stated) = stated.split_once(": ").unwrap_or_else(|| fail("no aspect"));
                for aspect in aspect.split(", ") {
                    let known = ASPECTS.iter().find(|known| **known == aspect);
                    let aspect = known.unwrap_or_else(|| fail("there is no such aspect"));
                    let stated = Stated::read(stated).unwrap_or_else(|| fail("neither a test, `as` nor `none`"));
                    row.stated.entry(aspect).or_default().push(stated);
                }
            } else if let Some(info) = line.strip_prefix("```") {
                let mut body = String::new();
                let last = loop {
                    match lines.next() {
                        Some((last, "```")) => break last,
                        Some((_, line)) => body = body + line + "\n",
                        None => fail("a block does not end"),
                    }
                };
                let lines = (number + 1, last);
                let mut push = |kind| {
                    let text = body.clone();
                    row.blocks.push(Block { kind, text, lines });
                };
                match info {
                    "gq" => push(Kind::Accepted),
                    "gq rejected" => {
                        let text = String::new();
                        push(Kind::Rejected {
                            findings: Expected { text, lines: (0, 0) },
                        });
                    }
                    "completion" => push(Kind::Completion),
                    "text" => match row.blocks.last_mut().map(|block| &mut block.kind) {
                        Some(Kind::Rejected { findings }) => *findings = Expected { text: body, lines },
                        _ => fail("nothing is rejected above"),
                    },
                    _ => fail("there is no such block"),
                }
            }
        }
        page
    }

    /// Puts other texts into blocks.
    pub(crate) fn rewrite(&mut self, mut edits: Vec<(Lines, String)>) {
        if edits.is_empty() {
            return;
        }
        let mut lines: Vec<&str> = self.text.lines().collect();
        edits.sort_by_key(|((first, _), _)| std::cmp::Reverse(*first));
        for ((first, last), text) in &edits {
            assert!(*first > 0, "{}: a rejected text has a block `text` below it", self.name);
            lines.splice(first..last, text.lines());
        }
        fs::write(&self.path, lines.join("\n") + "\n").expect("the page is written");
    }
}

impl Row {
    /// Whether a block of the row shows an aspect by itself.
    pub(crate) fn shows(&self, aspect: &str) -> bool {
        self.blocks.iter().any(|block| match block.kind {
            Kind::Accepted => matches!(aspect, "accepted" | "format"),
            Kind::Rejected { .. } => aspect == "rejected",
            Kind::Completion => aspect == "completion",
        })
    }
}

impl Stated {
    fn read(text: &str) -> Option<Stated> {
        if let Some(row) = text.strip_prefix("as ") {
            return Some(Stated::As(row.to_owned()));
        }
        if let Some(reason) = text.strip_prefix("none, ") {
            return Some(Stated::None(reason.to_owned()));
        }
        let (file, name) = text.strip_prefix('`')?.split_once("` ")?;
        let (file, name) = (file.to_owned(), name.to_owned());
        Some(Stated::Test { file, name })
    }
}
