//! Which files are meant: paths on the command line, or the project around the working directory. What belongs together
//! is decided by the compiler's `workspace`, which the language server asks, too; here are the disk and the paths as they
//! are shown.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, LazyLock};

use omnigraph_workspace::disk::Disk;
use omnigraph_workspace::{self as workspace, Discovery, Files, Located, Problem};

use crate::failure::{Failure, io_reason};

pub(crate) use omnigraph_workspace::{is_query, is_schema};

/// One command looks once.
static DISK: LazyLock<Disk> = LazyLock::new(Disk::new);

/// Files that are checked together: one schema, and the queries that belong to it. Paths as they are shown.
#[derive(Debug)]
pub(crate) struct Group {
    pub schema: Option<PathBuf>,
    /// Schemas that are equally near, so that none is taken.
    pub rivals: Vec<PathBuf>,
    pub queries: Vec<PathBuf>,
    pub settings: Arc<Located>,
}

/// What a command is to look at.
#[derive(Clone, Copy, Default)]
pub(crate) struct Asked<'a> {
    pub paths: &'a [PathBuf],
    /// Overrides what the folders say.
    pub schema: Option<&'a Path>,
    /// Settings instead of those that lie in the folders.
    pub config: Option<&'a Path>,
    /// Whether what git ignores is looked at, too.
    pub no_ignore: bool,
}

/// What was found, and what could not be looked at.
#[derive(Debug)]
pub(crate) struct Look {
    pub groups: Vec<Group>,
    pub problems: Vec<Failure>,
    /// Links that lead out of the project, and are not followed.
    pub links: Vec<PathBuf>,
}

impl Look {
    /// The groups, for those who need all of them.
    pub(crate) fn whole(self) -> Result<Vec<Group>, Failure> {
        match self.problems.into_iter().next() {
            None => Ok(self.groups),
            Some(problem) => Err(problem),
        }
    }
}

/// The groups that `paths` mean; without paths, those of the project around `directory`, or of all projects below it.
pub(crate) fn look(directory: &Path, asked: Asked<'_>) -> Result<Look, Failure> {
    look_if_any(directory, asked)?.ok_or_else(no_project)
}

/// The same; `None` if no project lies around the directory or below it.
pub(crate) fn look_if_any(directory: &Path, asked: Asked<'_>) -> Result<Option<Look>, Failure> {
    let discovery = discovery(directory, asked)?;
    let given = match asked.paths.is_empty() {
        true => None,
        false => Some(absolute(directory, asked.paths)?),
    };
    let paths = match given {
        Some(paths) => paths,
        None => vec![project_root(directory, &discovery)?.unwrap_or_else(|| directory.to_owned())],
    };
    let schema = asked.schema.map(|schema| directory.join(schema));
    let look = discovery.look(&paths, schema.as_deref());
    let is_project = |group: &workspace::Group| group.schema.is_some() || group.settings.file.is_some();
    let nothing = asked.paths.is_empty() && look.problems.is_empty() && !look.groups.iter().any(is_project);
    if nothing && project_root(directory, &discovery)?.is_none() {
        return Ok(None);
    }
    let groups = look.groups.into_iter();
    Ok(Some(Look {
        groups: groups.map(|group| shown_group(directory, group)).collect(),
        problems: look
            .problems
            .iter()
            .map(|problem| failure(directory, problem))
            .collect(),
        links: look.links.iter().map(|link| shown(directory, link)).collect(),
    }))
}

fn shown_group(directory: &Path, group: workspace::Group) -> Group {
    let all = |paths: &[PathBuf]| paths.iter().map(|path| shown(directory, path)).collect();
    Group {
        schema: group.schema.as_deref().map(|schema| shown(directory, schema)),
        rivals: all(&group.rivals),
        queries: all(&group.queries),
        settings: group.settings,
    }
}

/// The files that are checked together with one that need not be there.
pub(crate) fn around(directory: &Path, file: &Path, asked: Asked<'_>) -> Result<Group, Failure> {
    let discovery = discovery(directory, asked)?;
    let file = workspace::clean(&directory.join(file));
    let mut group = discovery
        .project_of(&file)
        .map_err(|problem| failure(directory, &problem))?;
    if let Some(schema) = asked.schema {
        group.schema = Some(directory.join(schema));
        group.rivals.clear();
    }
    Ok(shown_group(directory, group))
}

/// What is said of a query file whose schema is not known, where one is needed.
pub(crate) fn without_schema(group: &Group) -> Failure {
    let file = group.queries.first().map_or(Path::new(""), PathBuf::as_path).display();
    let message = match group.rivals.as_slice() {
        [] => format!("there is no schema for {file}: no .pg file in its folder or above it"),
        rivals => {
            let names: Vec<String> = rivals.iter().map(|path| path.display().to_string()).collect();
            format!("{file} could belong to several schemas: {}", names.join(", "))
        }
    };
    Failure::usage(message).help("give it with --schema FILE.pg")
}

/// Whether these files are all that settings are about: nothing of theirs was left aside.
pub(crate) fn covers(directory: &Path, asked: Asked<'_>, settings: &Located, looked_at: &BTreeSet<PathBuf>) -> bool {
    let Ok(discovery) = discovery(directory, asked) else {
        return false;
    };
    let whole = discovery.look(std::slice::from_ref(&settings.root), None);
    let own = whole.groups.iter().filter(|group| *group.settings == *settings);
    let mut files = own.flat_map(|group| group.schema.iter().chain(&group.queries));
    whole.problems.is_empty() && files.all(|file| looked_at.contains(file))
}

/// All schema and query files that `paths` name or hold.
pub(crate) fn named(paths: &[PathBuf], no_ignore: bool) -> Result<Vec<PathBuf>, Failure> {
    let directory = working_directory()?;
    let asked = Asked {
        no_ignore,
        ..Asked::default()
    };
    let files = discovery(&directory, asked)?.files_of(&absolute(&directory, paths)?);
    let files = files.map_err(|problem| failure(&directory, &problem))?;
    Ok(files.iter().map(|file| shown(&directory, file)).collect())
}

/// Where a file of the settings lies, unless it leads out of the project.
pub(crate) fn own_file(directory: &Path, settings: &Located, name: &str) -> Result<PathBuf, Failure> {
    let path = settings.root.join(name);
    let file = settings.file.clone().unwrap_or_default();
    match Discovery::new(&*DISK).leaves(&path, &settings.root) {
        false => Ok(path),
        true => Err(failure(directory, &Problem::Outside { file, named: path })),
    }
}

/// What the paths of reports count from that others read: the folder that a pipeline has checked out, or the repository.
pub(crate) fn report_root(directory: &Path) -> PathBuf {
    let told = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].into_iter();
    let told = told.filter_map(std::env::var_os).map(PathBuf::from);
    let real = DISK.real(directory);
    let holds = |root: &PathBuf| root.is_absolute() && real.starts_with(DISK.real(root));
    let root = told.map(|root| workspace::clean(&root)).find(holds);
    root.or_else(|| DISK.repository(directory))
        .unwrap_or_else(|| directory.to_owned())
}

/// A path of a report, as it counts from such a root.
pub(crate) fn reported(directory: &Path, root: &Path, path: &str) -> String {
    let whole = workspace::clean(&directory.join(path));
    let real = || DISK.real(&whole).strip_prefix(DISK.real(root)).map(Path::to_owned);
    match whole.strip_prefix(root).map(Path::to_owned).or_else(|_| real()) {
        Ok(below) => below.display().to_string(),
        Err(_) => path.to_owned(),
    }
}

/// The settings that hold for a file or in a folder.
pub(crate) fn settings_of(path: &Path) -> Result<Arc<Located>, Failure> {
    let directory = working_directory()?;
    let found = Discovery::new(&*DISK).settings_of(&workspace::clean(&directory.join(path)));
    found.map_err(|problem| failure(&directory, &problem))
}

pub(crate) fn working_directory() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|_| Failure::usage("the working directory does not exist"))
}

fn discovery(directory: &Path, asked: Asked<'_>) -> Result<Discovery<'static>, Failure> {
    let discovery = match asked.config {
        None => Discovery::new(&*DISK),
        Some(file) => {
            let found = Discovery::with_settings(&*DISK, &directory.join(file));
            found.map_err(|problem| failure(directory, &problem))?
        }
    };
    if asked.no_ignore {
        discovery.everything();
    }
    Ok(discovery)
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

fn project_root(directory: &Path, discovery: &Discovery) -> Result<Option<PathBuf>, Failure> {
    discovery
        .root(directory)
        .map_err(|problem| failure(directory, &problem))
}

/// Whether a project lies around the directory.
pub(crate) fn has_project(directory: &Path) -> Result<bool, Failure> {
    let discovery = discovery(directory, Asked::default())?;
    Ok(project_root(directory, &discovery)?.is_some())
}

fn no_project() -> Failure {
    Failure::usage("no project here: neither omnigraph.toml nor a .pg file in this folder, above it or below")
        .help("name the files to check, or give the schema with --schema FILE.pg")
}

fn failure(directory: &Path, problem: &Problem) -> Failure {
    let (message, help) = problem.told(&|path| shown(directory, path).display().to_string());
    Failure {
        help,
        ..Failure::usage("").lines(message.lines().map(str::to_owned))
    }
}

/// An absolute path as it is shown: from the working directory, with `..` where it lies above.
pub(crate) fn shown(directory: &Path, path: &Path) -> PathBuf {
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
