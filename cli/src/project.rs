//! Which files are meant: paths on the command line, or the project around the working directory. A query belongs to
//! the nearest schema upwards from its own folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::failure::{Failure, io_reason};

/// Files that are checked together: one schema, and the queries that belong to it. Paths as they are shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Group {
    pub schema: Option<PathBuf>,
    pub queries: Vec<PathBuf>,
}

/// The groups that `paths` mean; without paths, those of the project around `directory`. `schema` overrides what the
/// folders say.
pub fn groups(directory: &Path, paths: &[PathBuf], schema: Option<&Path>) -> Result<Vec<Group>, Failure> {
    let files = if paths.is_empty() {
        collect(&project_root(directory)?)?
    } else {
        named(paths)?
    };
    let mut grouped: BTreeMap<Option<PathBuf>, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        if is_schema(&file) {
            grouped.entry(Some(file)).or_default();
        } else {
            let owner = match schema {
                Some(schema) => Some(schema.to_owned()),
                None => nearest_schema(directory, &file)?,
            };
            grouped.entry(owner).or_default().push(file);
        }
    }
    if let Some(schema) = schema {
        grouped.entry(Some(schema.to_owned())).or_default();
    }
    Ok(grouped
        .into_iter()
        .map(|(schema, queries)| Group { schema, queries })
        .collect())
}

/// All schema and query files that `paths` name or hold.
pub fn named(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path)
            .map_err(|error| Failure::usage(format!("cannot read {}: {}", path.display(), io_reason(&error))))?;
        if metadata.is_dir() {
            files.extend(collect(path)?);
        } else if is_schema(path) || is_query(path) {
            files.push(path.clone());
        } else {
            return Err(Failure::usage(format!(
                "{} is neither a .pg nor a .gq file",
                path.display()
            )));
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

pub fn is_schema(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "pg")
}

pub fn is_query(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "gq")
}

/// The folder of the nearest `omnigraph.toml` upwards, or else the nearest folder upwards that holds a `.pg` file.
fn project_root(directory: &Path) -> Result<PathBuf, Failure> {
    let ancestors = || directory.ancestors().map(Path::to_owned);
    ancestors()
        .find(|folder| folder.join("omnigraph.toml").is_file())
        .or_else(|| ancestors().find(|folder| !schemas_in(folder).is_empty()))
        .map(|root| relative_to(directory, &root))
        .ok_or_else(|| {
            Failure::usage("no project here: neither omnigraph.toml nor a .pg file in this folder or above it")
                .help("name the files to check, or give the schema with --schema FILE.pg")
        })
}

/// `root`, an ancestor of `directory`, as a path that starts there.
fn relative_to(directory: &Path, root: &Path) -> PathBuf {
    let levels = directory
        .strip_prefix(root)
        .map_or(0, |below| below.components().count());
    if levels == 0 {
        PathBuf::from(".")
    } else {
        std::iter::repeat_n("..", levels).collect()
    }
}

fn collect(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0
            && entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.starts_with('.') || name == "target")
    };
    for entry in WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !hidden(entry))
    {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(folder).display().to_string();
            let reason = error
                .io_error()
                .map_or_else(|| "a link that leads in a circle".to_owned(), io_reason);
            Failure::usage(format!("cannot read {path}: {reason}"))
        })?;
        if entry.file_type().is_file() && (is_schema(entry.path()) || is_query(entry.path())) {
            files.push(entry.path().strip_prefix(".").unwrap_or(entry.path()).to_owned());
        }
    }
    Ok(files)
}

fn nearest_schema(directory: &Path, query: &Path) -> Result<Option<PathBuf>, Failure> {
    let absolute = directory.join(query);
    let shown_parent = query.parent().unwrap_or(Path::new(""));
    for (level, folder) in absolute.ancestors().skip(1).enumerate() {
        let mut schemas = schemas_in(folder);
        match schemas.len() {
            0 => {}
            1 => {
                let name = schemas.remove(0);
                // Shown along the query's own path as far as it goes, with `..` beyond.
                let shown = match shown_parent.ancestors().nth(level) {
                    Some(parent) => parent.join(name),
                    None => std::iter::repeat_n("..", level - shown_parent.components().count())
                        .collect::<PathBuf>()
                        .join(name),
                };
                return Ok(Some(shown));
            }
            _ => {
                let names: Vec<_> = schemas.iter().map(|name| name.display().to_string()).collect();
                return Err(Failure::usage(format!(
                    "{} lies in a folder with several schemas: {}",
                    query.display(),
                    names.join(", ")
                ))
                .help("say which with --schema FILE.pg"));
            }
        }
    }
    Ok(None)
}

fn schemas_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| is_schema(path) && path.is_file())
        .filter_map(|path| path.file_name().map(PathBuf::from))
        .collect();
    names.sort();
    names
}
