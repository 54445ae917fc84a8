//! Which files are meant: paths on the command line, or the project around the working directory. What belongs together
//! is decided by the compiler's `workspace`, which the language server asks, too; here are the disk and the paths as they
//! are shown.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use omnigraph_compiler::workspace::disk::Disk;
use omnigraph_compiler::workspace::{self, Discovery, Located, Problem};

use crate::failure::{Failure, io_reason};

pub use omnigraph_compiler::workspace::{is_query, is_schema};

/// Files that are checked together: one schema, and the queries that belong to it. Paths as they are shown.
#[derive(Debug)]
pub struct Group {
    pub schema: Option<PathBuf>,
    pub queries: Vec<PathBuf>,
    pub settings: Arc<Located>,
}

/// The groups that `paths` mean; without paths, those of the project around `directory`. `schema` overrides what the
/// folders say, `config` the settings that lie in them.
pub fn groups(
    directory: &Path,
    paths: &[PathBuf],
    schema: Option<&Path>,
    config: Option<&Path>,
) -> Result<Vec<Group>, Failure> {
    let failure = |problem| failure(directory, &problem);
    let discovery = discovery(directory, config)?;
    let paths = match paths.is_empty() {
        true => vec![project_root(directory, &discovery)?],
        false => absolute(directory, paths)?,
    };
    let schema = schema.map(|schema| directory.join(schema));
    let groups = discovery.groups(&paths, schema.as_deref()).map_err(failure)?;
    let shown = |group: workspace::Group| Group {
        schema: group.schema.map(|schema| shown(directory, &schema)),
        queries: group.queries.iter().map(|query| shown(directory, query)).collect(),
        settings: group.settings,
    };
    Ok(groups.into_iter().map(shown).collect())
}

/// Whether a project lies around the directory.
pub fn has_project(directory: &Path) -> Result<bool, Failure> {
    let root = discovery(directory, None)?.root(directory);
    Ok(root.map_err(|problem| failure(directory, &problem))?.is_some())
}

/// All schema and query files that `paths` name or hold.
pub fn named(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let directory = working_directory()?;
    let files = Discovery::new(&Disk).files_of(&absolute(&directory, paths)?);
    let files = files.map_err(|problem| failure(&directory, &problem))?;
    Ok(files.iter().map(|file| shown(&directory, file)).collect())
}

/// The settings that hold for a file or in a folder.
pub fn settings_of(path: &Path) -> Result<Arc<Located>, Failure> {
    let directory = working_directory()?;
    let found = Discovery::new(&Disk).settings_of(&workspace::clean(&directory.join(path)));
    found.map_err(|problem| failure(&directory, &problem))
}

pub fn working_directory() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|_| Failure::usage("the working directory does not exist"))
}

fn discovery(directory: &Path, config: Option<&Path>) -> Result<Discovery<'static>, Failure> {
    match config {
        None => Ok(Discovery::new(&Disk)),
        Some(file) => {
            let found = Discovery::with_settings(&Disk, &directory.join(file));
            found.map_err(|problem| failure(directory, &problem))
        }
    }
}

fn absolute(directory: &Path, paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    for path in paths {
        let metadata = std::fs::metadata(path)
            .map_err(|error| Failure::usage(format!("cannot read {}: {}", path.display(), io_reason(&error))))?;
        if !metadata.is_dir() && !is_schema(path) && !is_query(path) {
            return Err(Failure::usage(format!(
                "{} is neither a .pg nor a .gq file",
                path.display()
            )));
        }
    }
    Ok(paths.iter().map(|path| directory.join(path)).collect())
}

fn project_root(directory: &Path, discovery: &Discovery) -> Result<PathBuf, Failure> {
    let root = discovery
        .root(directory)
        .map_err(|problem| failure(directory, &problem))?;
    root.ok_or_else(|| {
        Failure::usage("no project here: neither omnigraph.toml nor a .pg file in this folder or above it")
            .help("name the files to check, or give the schema with --schema FILE.pg")
    })
}

fn failure(directory: &Path, problem: &Problem) -> Failure {
    let (message, help) = problem.told(&|path| shown(directory, path).display().to_string());
    Failure {
        help,
        ..Failure::usage(message)
    }
}

/// An absolute path as it is shown: from the working directory, with `..` where it lies above.
pub fn shown(directory: &Path, path: &Path) -> PathBuf {
    let names = |path: &Path| {
        path.components()
            .map(|part| part.as_os_str().to_owned())
            .collect::<Vec<_>>()
    };
    let (from, to) = (names(directory), names(path));
    let common = from.iter().zip(&to).take_while(|(one, two)| one == two).count();
    // Nothing in common but the root: the whole path is plainer.
    if common <= 1 && path.components().next() == Some(Component::RootDir) && from.len() > 1 {
        return path.to_owned();
    }
    let up = std::iter::repeat_n("..".into(), from.len() - common);
    let relative: PathBuf = up.chain(to[common..].iter().cloned()).collect();
    match relative.as_os_str().is_empty() {
        true => PathBuf::from("."),
        false => relative,
    }
}
