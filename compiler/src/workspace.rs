//! Which files belong together: the settings that hold in a folder, the schema that a query belongs to, the files of a
//! project. The command line and the language server ask here, so that both see the same. Discovery reads no disk: it is
//! given one, such as `disk`.

pub mod disk;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::LineIndex;
use crate::settings::{self, Pattern, SETTINGS_FILE, Settings, SettingsProblem};

/// What discovery needs of a file system. Paths are absolute.
pub trait Files {
    /// What lies in a folder; an error says why it cannot be read.
    fn list(&self, folder: &Path) -> Result<Vec<Entry>, String>;

    /// The text of a file; an error says why it cannot be read.
    fn read(&self, file: &Path) -> Result<String, String>;
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub name: String,
    pub folder: bool,
}

/// Settings, and where they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Paths in the settings count from here.
    pub root: PathBuf,
    /// `None` if nothing but the defaults hold.
    pub file: Option<PathBuf>,
    pub settings: Settings,
}

impl Located {
    fn defaults(root: &Path) -> Arc<Located> {
        Arc::new(Located {
            root: root.to_owned(),
            file: None,
            settings: Settings::default(),
        })
    }

    /// A path as the settings' patterns see it: from their folder, with `/`.
    pub fn relative(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        let names: Vec<_> = below
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        names.join("/")
    }
}

/// Files that are checked together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub settings: Arc<Located>,
    /// `None` if there is no schema anywhere above.
    pub schema: Option<PathBuf>,
    /// Sorted.
    pub queries: Vec<PathBuf>,
}

/// Why files cannot be grouped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The settings are wrong.
    Settings {
        file: PathBuf,
        text: String,
        problems: Vec<SettingsProblem>,
    },
    Unreadable {
        path: PathBuf,
        reason: String,
    },
    /// Several schemas are equally near to the file.
    Ambiguous {
        path: PathBuf,
        schemas: Vec<PathBuf>,
    },
    /// The settings name a schema that is not there.
    NoSuchSchema {
        file: PathBuf,
        patterns: Vec<String>,
    },
}

impl Problem {
    /// The file that the problem is about.
    pub fn path(&self) -> &Path {
        match self {
            Problem::Settings { file, .. } | Problem::NoSuchSchema { file, .. } => file,
            Problem::Unreadable { path, .. } | Problem::Ambiguous { path, .. } => path,
        }
    }

    /// What to print, given how the paths are shown: a sentence (for wrong settings, one a line), and a way out.
    pub fn told(&self, shown: &dyn Fn(&Path) -> String) -> (String, Option<String>) {
        match self {
            Problem::Settings { file, text, problems } => {
                let index = LineIndex::new(text);
                let line = |problem: &SettingsProblem| {
                    let at = index.position(text, problem.span.start);
                    format!("{}:{}:{}: {}", shown(file), at.line, at.column, problem.message)
                };
                if let [problem] = problems.as_slice() {
                    return (line(problem), problem.help.clone());
                }
                let lines = problems.iter().map(|problem| match &problem.help {
                    Some(help) => format!("{} ({help})", line(problem)),
                    None => line(problem),
                });
                (lines.collect::<Vec<_>>().join("\n"), None)
            }
            Problem::Unreadable { path, reason } => (format!("cannot read {}: {reason}", shown(path)), None),
            Problem::Ambiguous { path, schemas } => {
                let names: Vec<String> = schemas.iter().map(|schema| shown(schema)).collect();
                let message = format!("{} could belong to several schemas: {}", shown(path), names.join(", "));
                let help = "say which with --schema FILE.pg, or by `schema` in omnigraph.toml";
                (message, Some(help.to_owned()))
            }
            Problem::NoSuchSchema { file, patterns } => {
                let message = format!("{}: `schema` matches no file: {}", shown(file), patterns.join(", "));
                (message, None)
            }
        }
    }
}

/// What a folder holds, or why it cannot be read.
type Listing = Result<Arc<Vec<Entry>>, String>;

/// A look at a file system. What it has read it remembers: make a new one when files may have changed.
pub struct Discovery<'a> {
    files: &'a dyn Files,
    /// Settings that hold everywhere instead of those that the folders hold.
    given: Option<Arc<Located>>,
    settings: RefCell<HashMap<PathBuf, Option<Arc<Located>>>>,
    listings: RefCell<HashMap<PathBuf, Listing>>,
    schemas: RefCell<HashMap<PathBuf, Arc<Vec<PathBuf>>>>,
}

impl<'a> Discovery<'a> {
    pub fn new(files: &'a dyn Files) -> Discovery<'a> {
        Discovery {
            files,
            given: None,
            settings: RefCell::default(),
            listings: RefCell::default(),
            schemas: RefCell::default(),
        }
    }

    /// With the settings of one file, wherever it lies.
    pub fn with_settings(files: &'a dyn Files, file: &Path) -> Result<Discovery<'a>, Problem> {
        let mut discovery = Discovery::new(files);
        discovery.given = Some(discovery.read_settings(&clean(file))?);
        Ok(discovery)
    }

    /// The settings that hold in a folder: those of the nearest `omnigraph.toml` upwards.
    pub fn settings(&self, folder: &Path) -> Result<Option<Arc<Located>>, Problem> {
        if let Some(given) = &self.given {
            return Ok(Some(given.clone()));
        }
        if let Some(known) = self.settings.borrow().get(folder) {
            return Ok(known.clone());
        }
        let found = match self.has(folder, SETTINGS_FILE) {
            true => Some(self.read_settings(&folder.join(SETTINGS_FILE))?),
            false => match folder.parent() {
                Some(parent) => self.settings(parent)?,
                None => None,
            },
        };
        self.settings.borrow_mut().insert(folder.to_owned(), found.clone());
        Ok(found)
    }

    /// The settings for a file, the defaults if no file says anything.
    pub fn settings_of(&self, file: &Path) -> Result<Arc<Located>, Problem> {
        let folder = parent(file);
        Ok(self.settings(folder)?.unwrap_or_else(|| Located::defaults(folder)))
    }

    /// The root of the project around a folder: where the nearest settings lie, or else the nearest schema upwards.
    pub fn root(&self, folder: &Path) -> Result<Option<PathBuf>, Problem> {
        if let Some(located) = self.settings(folder)? {
            return Ok(Some(located.root.clone()));
        }
        let holds_schema = |folder: &&Path| !self.schemas_in(folder).is_empty();
        Ok(folder.ancestors().find(holds_schema).map(Path::to_owned))
    }

    /// The files that are checked together with this one, which belongs to the result whatever the settings say.
    pub fn project_of(&self, file: &Path) -> Result<Group, Problem> {
        let file = clean(file);
        let (settings, schema) = self.owner(&file)?;
        let start = match (&settings.file, &schema) {
            (Some(_), _) => settings.root.clone(),
            (None, Some(schema)) => parent(schema).to_owned(),
            (None, None) => parent(&file).to_owned(),
        };
        let mut queries = Vec::new();
        for other in self.walk(&start)? {
            if is_query(&other) && self.owner(&other).is_ok_and(|(_, owner)| owner == schema) {
                queries.push(other);
            }
        }
        if is_query(&file) && !queries.contains(&file) {
            queries.push(file);
        }
        queries.sort();
        Ok(Group {
            settings,
            schema,
            queries,
        })
    }

    /// All groups of the files that these paths name or hold. `schema` overrides what the folders say.
    pub fn groups(&self, paths: &[PathBuf], schema: Option<&Path>) -> Result<Vec<Group>, Problem> {
        let schema = schema.map(clean);
        let mut grouped: BTreeMap<Option<PathBuf>, Group> = BTreeMap::new();
        let mut add = |settings: Arc<Located>, schema: Option<PathBuf>, query: Option<PathBuf>| {
            let group = grouped.entry(schema.clone()).or_insert_with(|| Group {
                settings,
                schema,
                queries: Vec::new(),
            });
            group.queries.extend(query);
        };
        for file in self.files_of(paths)? {
            let (settings, owner) = match &schema {
                Some(schema) => (self.settings_of(&file)?, Some(schema.clone())),
                None => self.owner(&file)?,
            };
            match is_schema(&file) {
                true => add(settings, Some(file), None),
                false => add(settings, owner, Some(file)),
            }
        }
        if let Some(schema) = schema {
            add(self.settings_of(&schema)?, Some(schema), None);
        }
        let mut groups: Vec<Group> = grouped.into_values().collect();
        for group in &mut groups {
            group.queries.sort();
            group.queries.dedup();
        }
        Ok(groups)
    }

    /// All schema and query files that these paths name or hold. One that is named is taken whatever the settings say.
    pub fn files_of(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>, Problem> {
        let mut files = Vec::new();
        for path in paths {
            let path = clean(path);
            match is_schema(&path) || is_query(&path) {
                true if !self.is_folder(&path) => files.push(path),
                _ => files.extend(self.walk(&path)?),
            }
        }
        files.sort();
        files.dedup();
        Ok(files)
    }

    /// The settings that hold for a file and the schema it belongs to, itself for a schema.
    fn owner(&self, file: &Path) -> Result<(Arc<Located>, Option<PathBuf>), Problem> {
        let found = self.settings(parent(file))?;
        if is_schema(file) {
            let settings = found.unwrap_or_else(|| Located::defaults(parent(file)));
            return Ok((settings, Some(file.to_owned())));
        }
        if let Some(located) = &found
            && !located.settings.schema.is_empty()
        {
            let schema = self.named_schema(located, file)?;
            return Ok((located.clone(), Some(schema)));
        }
        let top = found
            .as_ref()
            .filter(|_| self.given.is_none())
            .map(|located| located.root.clone());
        for folder in file.ancestors().skip(1) {
            let schemas = self.schemas_in(folder);
            match schemas.as_slice() {
                [] => {}
                [schema] => {
                    let settings = found.unwrap_or_else(|| Located::defaults(folder));
                    return Ok((settings, Some(schema.clone())));
                }
                _ => {
                    return Err(Problem::Ambiguous {
                        path: file.to_owned(),
                        schemas,
                    });
                }
            }
            if top.as_deref() == Some(folder) {
                break;
            }
        }
        let settings = found.unwrap_or_else(|| Located::defaults(parent(file)));
        Ok((settings, None))
    }

    /// Of the schemas that the settings name, the only one, or else the one whose folder is nearest above the file.
    fn named_schema(&self, located: &Located, file: &Path) -> Result<PathBuf, Problem> {
        let schemas = self.named_schemas(located)?;
        if let [schema] = schemas.as_slice() {
            return Ok(schema.clone());
        }
        let depth = |schema: &&PathBuf| {
            file.starts_with(parent(schema))
                .then(|| parent(schema).components().count())
        };
        let best = schemas.iter().filter_map(|schema| depth(&schema)).max();
        let nearest: Vec<&PathBuf> = schemas
            .iter()
            .filter(|schema| best.is_some() && depth(schema) == best)
            .collect();
        match (nearest.as_slice(), schemas.is_empty()) {
            ([schema], _) => Ok((*schema).clone()),
            (_, true) => Err(Problem::NoSuchSchema {
                file: located.file.clone().unwrap_or_default(),
                patterns: located
                    .settings
                    .schema
                    .iter()
                    .map(|pattern| pattern.text().to_owned())
                    .collect(),
            }),
            ([], _) => Err(Problem::Ambiguous {
                path: file.to_owned(),
                schemas: schemas.to_vec(),
            }),
            (several, _) => Err(Problem::Ambiguous {
                path: file.to_owned(),
                schemas: several.iter().map(|schema| (*schema).clone()).collect(),
            }),
        }
    }

    fn named_schemas(&self, located: &Located) -> Result<Arc<Vec<PathBuf>>, Problem> {
        if let Some(known) = self.schemas.borrow().get(&located.root) {
            return Ok(known.clone());
        }
        let mut schemas = Vec::new();
        let (literal, globs): (Vec<&Pattern>, Vec<&Pattern>) =
            located.settings.schema.iter().partition(|pattern| pattern.is_literal());
        for pattern in literal {
            let file = clean(&located.root.join(pattern.text()));
            if self.is_file(&file) {
                schemas.push(file);
            }
        }
        if !globs.is_empty() {
            for file in self.all_below(&located.root)? {
                let path = located.relative(&file);
                if is_schema(&file) && globs.iter().any(|pattern| pattern.matches(&path)) {
                    schemas.push(file);
                }
            }
        }
        schemas.retain(|file| !excluded(located, file));
        schemas.sort();
        schemas.dedup();
        let schemas = Arc::new(schemas);
        self.schemas.borrow_mut().insert(located.root.clone(), schemas.clone());
        Ok(schemas)
    }

    /// The files below a folder that the settings take: those that hold where each file lies.
    fn walk(&self, folder: &Path) -> Result<Vec<PathBuf>, Problem> {
        let mut files = Vec::new();
        for file in self.all_below(folder)? {
            let taken = match self.settings(parent(&file))? {
                None => true,
                Some(located) if excluded(&located, &file) => false,
                Some(located) if is_schema(&file) => {
                    located.settings.schema.is_empty() || self.named_schemas(&located)?.contains(&file)
                }
                Some(located) => {
                    let path = located.relative(&file);
                    let queries = &located.settings.queries;
                    queries.is_empty() || queries.iter().any(|pattern| pattern.matches(&path))
                }
            };
            if taken {
                files.push(file);
            }
        }
        Ok(files)
    }

    /// All schema and query files below a folder, hidden folders and those of builds left out.
    fn all_below(&self, folder: &Path) -> Result<Vec<PathBuf>, Problem> {
        let mut files = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = self.list(&folder);
            let entries = entries.map_err(|reason| Problem::Unreadable {
                path: folder.clone(),
                reason,
            })?;
            for entry in entries.iter() {
                let path = folder.join(&entry.name);
                let hidden = entry.name.starts_with('.') || ["target", "node_modules"].contains(&entry.name.as_str());
                match entry.folder {
                    true if !hidden => open.push(path),
                    false if is_schema(&path) || is_query(&path) => files.push(path),
                    _ => {}
                }
            }
        }
        files.sort();
        Ok(files)
    }

    fn read_settings(&self, file: &Path) -> Result<Arc<Located>, Problem> {
        let text = self.files.read(file);
        let text = text.map_err(|reason| Problem::Unreadable {
            path: file.to_owned(),
            reason,
        })?;
        match settings::read(&text) {
            Ok(settings) => Ok(Arc::new(Located {
                root: parent(file).to_owned(),
                file: Some(file.to_owned()),
                settings,
            })),
            Err(problems) => Err(Problem::Settings {
                file: file.to_owned(),
                text,
                problems,
            }),
        }
    }

    fn list(&self, folder: &Path) -> Listing {
        if let Some(known) = self.listings.borrow().get(folder) {
            return known.clone();
        }
        let listed = self.files.list(folder).map(Arc::new);
        self.listings.borrow_mut().insert(folder.to_owned(), listed.clone());
        listed
    }

    fn has(&self, folder: &Path, name: &str) -> bool {
        let entries = self.list(folder).unwrap_or_default();
        entries.iter().any(|entry| !entry.folder && entry.name == name)
    }

    fn is_file(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| self.has(parent(path), name))
    }

    fn is_folder(&self, path: &Path) -> bool {
        let entries = self.list(parent(path)).unwrap_or_default();
        entries
            .iter()
            .any(|entry| entry.folder && path.file_name().is_some_and(|name| name == entry.name.as_str()))
    }

    fn schemas_in(&self, folder: &Path) -> Vec<PathBuf> {
        let entries = self.list(folder).unwrap_or_default();
        let files = entries
            .iter()
            .filter(|entry| !entry.folder)
            .map(|entry| folder.join(&entry.name));
        let mut schemas: Vec<PathBuf> = files.filter(|path| is_schema(path)).collect();
        schemas.sort();
        schemas
    }
}

fn excluded(located: &Located, file: &Path) -> bool {
    let path = located.relative(file);
    located.settings.exclude.iter().any(|pattern| pattern.matches(&path))
}

pub fn is_schema(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "pg")
}

pub fn is_query(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "gq")
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

/// The path without `.` and `..`, by its words alone.
pub fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}
