//! Which files belong together, in thirty layouts of folders: the groups that a look at everything gives, as the command
//! line asks for them, are those that each file gives by itself, as the language server asks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use omnigraph_compiler::workspace::{Discovery, Entry, Files, Group, Problem};

/// A file system in memory: paths with `/`, and texts.
struct Tree(BTreeMap<PathBuf, String>);

impl Tree {
    /// From lines `path` or `path = settings`, below `/w`.
    fn new(layout: &str) -> Tree {
        let lines = layout.split_whitespace().filter(|word| !word.is_empty());
        let file = |word: &str| match word.split_once('=') {
            Some((path, text)) => (Path::new("/w").join(path), text.replace('~', " ").replace(';', "\n")),
            None => (Path::new("/w").join(word), String::new()),
        };
        Tree(lines.map(file).collect())
    }
}

impl Files for Tree {
    fn list(&self, folder: &Path) -> Result<Vec<Entry>, String> {
        let mut entries = BTreeSet::new();
        for path in self.0.keys() {
            if let Ok(below) = path.strip_prefix(folder)
                && let Some(first) = below.components().next()
            {
                let name = first.as_os_str().to_string_lossy().into_owned();
                entries.insert(Entry {
                    folder: below.components().count() > 1,
                    name,
                });
            }
        }
        match entries.is_empty() {
            true => Err("no such file or folder".to_owned()),
            false => Ok(entries.into_iter().collect()),
        }
    }

    fn read(&self, file: &Path) -> Result<String, String> {
        self.0
            .get(file)
            .cloned()
            .ok_or_else(|| "no such file or folder".to_owned())
    }
}

/// Layouts, and the groups in them: `schema: queries`, or what is wrong.
const LAYOUTS: &[(&str, &str)] = &[
    ("s.pg a.gq", "s.pg: a.gq"),
    ("s.pg q/a.gq q/deep/b.gq", "s.pg: q/a.gq q/deep/b.gq"),
    ("s.pg a.gq sub/t.pg sub/b.gq", "s.pg: a.gq | sub/t.pg: sub/b.gq"),
    ("s.pg sub/t.pg sub/deep/b.gq", "s.pg: | sub/t.pg: sub/deep/b.gq"),
    ("a.gq", "-: a.gq"),
    ("a/s.pg b/x.gq", "-: b/x.gq | a/s.pg:"),
    ("a/s.pg a/x.gq b/t.pg b/y.gq", "a/s.pg: a/x.gq | b/t.pg: b/y.gq"),
    ("s.pg .hidden/a.gq target/b.gq node_modules/c.gq d.gq", "s.pg: d.gq"),
    ("omnigraph.toml s.pg a.gq", "s.pg: a.gq"),
    ("omnigraph.toml=schema='s.pg' s.pg a.gq q/b.gq", "s.pg: a.gq q/b.gq"),
    (
        "omnigraph.toml=schema='schema/s.pg' schema/s.pg q/b.gq",
        "schema/s.pg: q/b.gq",
    ),
    ("omnigraph.toml=schema='s.pg' s.pg t.pg a.gq", "s.pg: a.gq"),
    (
        "omnigraph.toml=schema=['a/*.pg','b/*.pg'] a/s.pg a/x.gq b/t.pg b/y.gq",
        "a/s.pg: a/x.gq | b/t.pg: b/y.gq",
    ),
    ("omnigraph.toml=queries='q/**' s.pg q/a.gq r/b.gq", "s.pg: q/a.gq"),
    (
        "omnigraph.toml=queries='q/*.gq' s.pg q/a.gq q/deep/b.gq",
        "s.pg: q/a.gq",
    ),
    ("omnigraph.toml=exclude='old/' s.pg a.gq old/b.gq", "s.pg: a.gq"),
    (
        "omnigraph.toml=exclude=['**/gen_*.gq'] s.pg a.gq q/gen_b.gq",
        "s.pg: a.gq",
    ),
    (
        "omnigraph.toml s.pg a.gq in/omnigraph.toml in/t.pg in/b.gq",
        "in/t.pg: in/b.gq | s.pg: a.gq",
    ),
    (
        "omnigraph.toml s.pg a.gq in/omnigraph.toml in/b.gq",
        "-: in/b.gq | s.pg: a.gq",
    ),
    (
        "omnigraph.toml s.pg in/omnigraph.toml=schema='../s.pg' in/b.gq",
        "s.pg: in/b.gq",
    ),
    ("omnigraph.toml=schema='s.pg' s.pg in/t.pg in/b.gq", "s.pg: in/b.gq"),
    (
        "s.pg in/omnigraph.toml=format.width=80 in/b.gq a.gq",
        "-: in/b.gq | s.pg: a.gq",
    ),
    ("omnigraph.toml=schema='./s.pg' s.pg a.gq", "s.pg: a.gq"),
    ("omnigraph.toml=schema='**/*.pg' x/s.pg x/q/a.gq", "x/s.pg: x/q/a.gq"),
    (
        "omnigraph.toml=schema='**/*.pg' s.pg x/t.pg x/a.gq b.gq",
        "s.pg: b.gq | x/t.pg: x/a.gq",
    ),
    ("s.pg q.gq/a.gq", "s.pg: q.gq/a.gq"),
    ("s.pg t.pg a.gq", "several schemas"),
    (
        "omnigraph.toml=schema=['a/s.pg','b/t.pg'] a/s.pg b/t.pg c/x.gq",
        "several schemas",
    ),
    ("omnigraph.toml=schema='nowhere.pg' a.gq", "no schema"),
    ("omnigraph.toml=shcema='s.pg' s.pg a.gq", "settings"),
    ("omnigraph.toml=lint.rules.L9999='off' s.pg a.gq", "settings"),
    ("s.pg sub/omnigraph.toml=[ sub/a.gq", "settings"),
];

fn told(result: Result<Vec<Group>, Problem>) -> String {
    let shown = |path: &PathBuf| path.strip_prefix("/w").unwrap_or(path).display().to_string();
    match result {
        Ok(groups) => {
            let group = |group: &Group| {
                let schema = group.schema.as_ref().map_or("-".to_owned(), shown);
                let queries: Vec<String> = group.queries.iter().map(shown).collect();
                format!("{schema}: {}", queries.join(" ")).trim_end().to_owned()
            };
            groups.iter().map(group).collect::<Vec<_>>().join(" | ")
        }
        Err(Problem::Ambiguous { .. }) => "several schemas".to_owned(),
        Err(Problem::NoSuchSchema { .. }) => "no schema".to_owned(),
        Err(Problem::Settings { .. }) => "settings".to_owned(),
        Err(Problem::Unreadable { .. }) => "unreadable".to_owned(),
    }
}

#[test]
fn everything_at_once_and_each_file_alone_agree() {
    assert!(LAYOUTS.len() >= 30);
    for (layout, expected) in LAYOUTS {
        let tree = Tree::new(layout);
        let all = Discovery::new(&tree).groups(&["/w".into()], None);
        assert_eq!(told(all.clone()), *expected, "{layout}");
        let Ok(groups) = all else {
            let queries = tree.0.keys().filter(|path| path.extension().is_some_and(|e| e == "gq"));
            let alone: Vec<String> = queries
                .map(|path| told(Discovery::new(&tree).project_of(path).map(|g| vec![g])))
                .collect();
            assert!(alone.iter().any(|one| one == expected), "{layout}: {alone:?}");
            continue;
        };
        for group in &groups {
            for query in &group.queries {
                let alone = Discovery::new(&tree).project_of(query).expect("what the whole gives");
                assert_eq!(
                    (&alone.schema, &alone.queries),
                    (&group.schema, &group.queries),
                    "{layout}: {query:?}"
                );
                assert_eq!(alone.settings, group.settings, "{layout}: {query:?}");
            }
        }
    }
}

#[test]
fn the_root_is_where_the_settings_lie_or_else_the_schema() {
    let root = |layout: &str, folder: &str| {
        let tree = Tree::new(layout);
        Discovery::new(&tree)
            .root(Path::new(folder))
            .expect("a look")
            .map(|root| root.display().to_string())
    };
    assert_eq!(root("s.pg q/a.gq", "/w/q").as_deref(), Some("/w"));
    assert_eq!(root("omnigraph.toml q/s.pg q/a.gq", "/w/q").as_deref(), Some("/w"));
    assert_eq!(root("a.gq", "/w"), None);
}

#[test]
fn a_file_that_is_named_is_taken_whatever_the_settings_say() {
    let tree = Tree::new("omnigraph.toml=exclude='old/' s.pg old/b.gq");
    let named = Discovery::new(&tree).groups(&["/w/old/b.gq".into()], None);
    assert_eq!(told(named), "s.pg: old/b.gq");
}
