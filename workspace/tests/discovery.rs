//! Which files belong together, in thirty layouts of folders: the groups that a look at everything gives, as the command
//! line asks for them, are those that each file gives by itself, as the language server asks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use omnigraph_workspace::{Discovery, Entry, Files, Group, Problem};

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
                    link: false,
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

/// Layouts, and the groups in them.
fn layouts() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("layouts.txt").lines();
    lines.filter_map(|line| line.split_once("  =>  "))
}

fn told(result: Result<Vec<Group>, Problem>) -> String {
    let shown = |path: &PathBuf| path.strip_prefix("/w").unwrap_or(path).display().to_string();
    match result {
        Ok(groups) => {
            let group = |group: &Group| {
                let rivals: Vec<String> = group.rivals.iter().map(shown).collect();
                let schema = match rivals.is_empty() {
                    true => group.schema.as_ref().map_or("-".to_owned(), shown),
                    false => format!("either {}", rivals.join(" or ")),
                };
                let queries: Vec<String> = group.queries.iter().map(shown).collect();
                format!("{schema}: {}", queries.join(" ")).trim_end().to_owned()
            };
            groups.iter().map(group).collect::<Vec<_>>().join(" | ")
        }
        Err(Problem::Outside { .. }) => "outside".to_owned(),
        Err(Problem::NoSuchSchema { .. }) => "no schema".to_owned(),
        Err(Problem::Settings { .. }) => "settings".to_owned(),
        Err(Problem::Unreadable { .. }) => "unreadable".to_owned(),
    }
}

#[test]
fn everything_at_once_and_each_file_alone_agree() {
    assert!(layouts().count() >= 30);
    for (layout, expected) in layouts() {
        let tree = Tree::new(layout);
        let all = Discovery::new(&tree).groups(&["/w".into()], None);
        assert_eq!(told(all.clone()), expected, "{layout}");
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
                    (&alone.schema, &alone.rivals, &alone.queries),
                    (&group.schema, &group.rivals, &group.queries),
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
