//! Which files belong together: the settings that hold in a folder, the schema that a query belongs to, the files of a
//! project. The command line and the language server ask here, so that both see the same. Discovery reads no disk: it is
//! given one, such as `disk`.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use omnigraph_compiler::settings::{self, Pattern, SETTINGS_FILE, Settings};

use crate::files::{Entry, Files};
use crate::problem::Problem;

/// Settings, and where they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Paths in the settings count from here.
    pub root: PathBuf,
    /// `None` if nothing but the defaults hold.
    pub file: Option<PathBuf>,
    /// What the file says, or the defaults.
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
    /// Those that hold for its files.
    pub settings: Arc<Located>,
    /// `None` if there is no schema anywhere above, or none is nearer than the others.
    pub schema: Option<PathBuf>,
    /// Schemas that are equally near, so that none is taken.
    pub rivals: Vec<PathBuf>,
    /// Sorted.
    pub queries: Vec<PathBuf>,
}

/// What belongs together, and what could not be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Ordered by schema; no file is in two of them.
    pub groups: Vec<Group>,
    /// Each once, however many files it concerns.
    pub problems: Vec<Problem>,
    /// Links that lead out of the project, and are not followed.
    pub links: Vec<PathBuf>,
}

/// What a file belongs to.
struct Owner {
    settings: Arc<Located>,
    schema: Option<PathBuf>,
    rivals: Vec<PathBuf>,
}

impl Owner {
    fn of(settings: Arc<Located>, schema: Option<PathBuf>) -> Owner {
        Owner {
            settings,
            schema,
            rivals: Vec::new(),
        }
    }

    fn key(&self) -> Key {
        key(&self.settings, &self.schema, &self.rivals)
    }
}

/// What is equal for files that are checked together: the schema, or the schemas of which none is nearest and the folder.
pub type Key = (Option<PathBuf>, Vec<PathBuf>, Option<PathBuf>);

fn key(settings: &Located, schema: &Option<PathBuf>, rivals: &[PathBuf]) -> Key {
    let root = schema.is_none().then(|| settings.root.clone());
    (schema.clone(), rivals.to_vec(), root)
}

impl Group {
    /// Equal for two groups whose files are to be checked together.
    pub fn key(&self) -> Key {
        key(&self.settings, &self.schema, &self.rivals)
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
    boundaries: RefCell<HashMap<PathBuf, PathBuf>>,
    /// Links that lead out of the project.
    links: RefCell<Vec<PathBuf>>,
    /// Whether what git leaves out is looked at all the same, and folders of builds.
    everything: Cell<bool>,
}

impl<'a> Discovery<'a> {
    /// With the settings that the folders hold.
    pub fn new(files: &'a dyn Files) -> Discovery<'a> {
        Discovery {
            files,
            given: None,
            settings: RefCell::default(),
            listings: RefCell::default(),
            schemas: RefCell::default(),
            boundaries: RefCell::default(),
            links: RefCell::default(),
            everything: Cell::default(),
        }
    }

    /// Looks at what git leaves out, too, and at folders that are hidden or of builds.
    pub fn everything(&self) {
        self.everything.set(true);
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
        let own = folder.join(SETTINGS_FILE);
        let found = match self.has(folder, SETTINGS_FILE) && !self.is_foreign(&own) {
            true => Some(self.read_settings(&own)?),
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
        let owner = self.owner(&file)?;
        let start = match (&owner.settings.file, &owner.schema) {
            (Some(_), _) => owner.settings.root.clone(),
            (None, Some(schema)) => parent(schema).to_owned(),
            (None, None) => parent(&file).to_owned(),
        };
        let mut queries = Vec::new();
        for other in self.walk(&start, &mut Vec::new()) {
            if is_query(&other) && self.owner(&other).is_ok_and(|other| other.key() == owner.key()) {
                queries.push(other);
            }
        }
        if is_query(&file) && !queries.contains(&file) {
            queries.push(file);
        }
        queries.sort();
        Ok(Group {
            settings: owner.settings,
            schema: owner.schema,
            rivals: owner.rivals,
            queries,
        })
    }

    /// All groups of the files that these paths name or hold. `schema` overrides what the folders say.
    pub fn groups(&self, paths: &[PathBuf], schema: Option<&Path>) -> Result<Vec<Group>, Problem> {
        let look = self.look(paths, schema);
        match look.problems.into_iter().next() {
            None => Ok(look.groups),
            Some(problem) => Err(problem),
        }
    }

    /// The same as far as it is known: what cannot be looked at does not hide the rest.
    pub fn look(&self, paths: &[PathBuf], schema: Option<&Path>) -> Look {
        let schema = schema.map(clean);
        let mut problems = Vec::new();
        let mut grouped: BTreeMap<_, Group> = BTreeMap::new();
        let mut add = |owner: Owner, query: Option<PathBuf>| {
            let group = grouped.entry(owner.key()).or_insert_with(|| Group {
                settings: owner.settings,
                schema: owner.schema,
                rivals: owner.rivals,
                queries: Vec::new(),
            });
            group.queries.extend(query);
        };
        for file in self.taken(paths, &mut problems) {
            let owner = match &schema {
                Some(schema) if is_query(&file) => self
                    .settings_of(&file)
                    .map(|settings| Owner::of(settings, Some(schema.clone()))),
                _ => self.owner(&file),
            };
            match owner {
                Ok(owner) => add(owner, Some(file).filter(|file| is_query(file))),
                Err(problem) => note(&mut problems, problem),
            }
        }
        if let Some(schema) = schema {
            match self.settings_of(&schema) {
                Ok(settings) => add(Owner::of(settings, Some(schema)), None),
                Err(problem) => note(&mut problems, problem),
            }
        }
        let mut groups: Vec<Group> = grouped.into_values().collect();
        for group in &mut groups {
            group.queries.sort();
            group.queries.dedup();
        }
        let mut links = self.links.take();
        links.sort();
        links.dedup();
        Look {
            groups,
            problems,
            links,
        }
    }

    /// All schema and query files that these paths name or hold. One that is named is taken whatever the settings say.
    pub fn files_of(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>, Problem> {
        let mut problems = Vec::new();
        let files = self.taken(paths, &mut problems);
        match problems.into_iter().next() {
            None => Ok(files),
            Some(problem) => Err(problem),
        }
    }

    fn taken(&self, paths: &[PathBuf], problems: &mut Vec<Problem>) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for path in paths {
            let path = clean(path);
            match is_schema(&path) || is_query(&path) {
                true if !self.is_folder(&path) => files.push(path),
                _ => files.extend(self.walk(&path, problems)),
            }
        }
        files.sort();
        files.dedup();
        files
    }

    /// What a file belongs to: a schema to itself.
    fn owner(&self, file: &Path) -> Result<Owner, Problem> {
        let found = self.settings(parent(file))?;
        if is_schema(file) {
            let settings = found.unwrap_or_else(|| Located::defaults(parent(file)));
            return Ok(Owner::of(settings, Some(file.to_owned())));
        }
        if let Some(located) = &found
            && !located.settings.schema.is_empty()
        {
            return self.named_owner(located, file);
        }
        let top = found
            .as_ref()
            .filter(|_| self.given.is_none())
            .map(|located| located.root.clone());
        for folder in file.ancestors().skip(1) {
            let mut schemas = self.schemas_in(folder);
            let defaults = match schemas.len() {
                1 => folder,
                _ => parent(file),
            };
            if !schemas.is_empty() {
                let settings = found.unwrap_or_else(|| Located::defaults(defaults));
                return Ok(match schemas.len() {
                    1 => Owner::of(settings, schemas.pop()),
                    _ => Owner {
                        settings,
                        schema: None,
                        rivals: schemas,
                    },
                });
            }
            if top.as_deref() == Some(folder) {
                break;
            }
        }
        let settings = found.unwrap_or_else(|| Located::defaults(parent(file)));
        Ok(Owner::of(settings, None))
    }

    /// The only one of the schemas that the settings name, or else the one whose folder is nearest above the file.
    fn named_owner(&self, located: &Arc<Located>, file: &Path) -> Result<Owner, Problem> {
        let schemas = self.named_schemas(located)?;
        if let [schema] = schemas.as_slice() {
            return Ok(Owner::of(located.clone(), Some(schema.clone())));
        }
        if schemas.is_empty() {
            let patterns = located.settings.schema.iter();
            return Err(Problem::NoSuchSchema {
                file: located.file.clone().unwrap_or_default(),
                patterns: patterns.map(|pattern| pattern.text().to_owned()).collect(),
            });
        }
        let depth = |schema: &&PathBuf| {
            file.starts_with(parent(schema))
                .then(|| parent(schema).components().count())
        };
        let best = schemas.iter().filter_map(|schema| depth(&schema)).max();
        let mut nearest: Vec<PathBuf> = schemas
            .iter()
            .filter(|schema| best.is_none() || depth(schema) == best)
            .cloned()
            .collect();
        Ok(match nearest.len() {
            1 => Owner::of(located.clone(), nearest.pop()),
            _ => Owner {
                settings: located.clone(),
                schema: None,
                rivals: nearest,
            },
        })
    }

    fn named_schemas(&self, located: &Located) -> Result<Arc<Vec<PathBuf>>, Problem> {
        if let Some(known) = self.schemas.borrow().get(&located.root) {
            return Ok(known.clone());
        }
        let mut schemas = Vec::new();
        let (literal, globs): (Vec<&Pattern>, Vec<&Pattern>) =
            located.settings.schema.iter().partition(|pattern| pattern.is_literal());
        for pattern in literal {
            let named = clean(&located.root.join(pattern.text()));
            if self.is_file(&named) {
                if self.leaves(&named, &located.root) {
                    let file = located.file.clone().unwrap_or_default();
                    return Err(Problem::Outside { file, named });
                }
                schemas.push(named);
            }
        }
        if !globs.is_empty() {
            let mut problems = Vec::new();
            let all = self.all_below(&located.root, &mut problems);
            if let Some(problem) = problems.into_iter().next() {
                return Err(problem);
            }
            for file in all {
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
    fn walk(&self, folder: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for file in self.all_below(folder, problems) {
            match self.takes(&file) {
                Ok(true) => files.push(file),
                Ok(false) => {}
                Err(problem) => note(problems, problem),
            }
        }
        files
    }

    fn takes(&self, file: &Path) -> Result<bool, Problem> {
        let Some(located) = self.settings(parent(file))? else {
            return Ok(true);
        };
        if excluded(&located, file) {
            return Ok(false);
        }
        if is_schema(file) {
            return Ok(located.settings.schema.is_empty() || self.named_schemas(&located)?.iter().any(|s| s == file));
        }
        let path = located.relative(file);
        let queries = &located.settings.queries;
        Ok(queries.is_empty() || queries.iter().any(|pattern| pattern.matches(&path)))
    }

    /// All schema and query files below a folder. What git ignores is left out, and so are hidden folders, those of builds, and
    /// links that lead out of the project.
    fn all_below(&self, start: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
        let everything = self.everything.get();
        let mut files = Vec::new();
        let mut open = vec![start.to_owned()];
        while let Some(folder) = open.pop() {
            let entries = match self.list(&folder) {
                Ok(entries) => entries,
                Err(reason) => {
                    note(problems, Problem::Unreadable { path: folder, reason });
                    continue;
                }
            };
            for entry in entries.iter() {
                let path = folder.join(&entry.name);
                if !entry.folder && !is_schema(&path) && !is_query(&path) {
                    continue;
                }
                let hidden = entry.name.starts_with('.') || ["target", "node_modules"].contains(&entry.name.as_str());
                if entry.name == ".git" || !everything && (entry.folder && hidden || self.ignored(&path, entry, start))
                {
                    continue;
                }
                if entry.folder {
                    open.push(path);
                } else if entry.link && self.leaves(&path, start) {
                    self.links.borrow_mut().push(path);
                } else {
                    files.push(path);
                }
            }
        }
        files.sort();
        files
    }

    fn ignored(&self, path: &Path, entry: &Entry, start: &Path) -> bool {
        self.files.ignored(path, entry.folder, start)
    }

    /// Whether a path leads out of the project around a folder: out of its repository, or else of the outermost folder with
    /// settings, or else of itself.
    pub fn leaves(&self, path: &Path, folder: &Path) -> bool {
        let known = self.boundaries.borrow().get(folder).cloned();
        let boundary = known.unwrap_or_else(|| {
            let settings = |folder: &&Path| self.has(folder, SETTINGS_FILE);
            let outermost = || folder.ancestors().filter(settings).last().map(Path::to_owned);
            let found = self.files.repository(folder).or_else(outermost);
            let boundary = self.files.real(&found.unwrap_or_else(|| folder.to_owned()));
            self.boundaries.borrow_mut().insert(folder.to_owned(), boundary.clone());
            boundary
        });
        !self.files.real(path).starts_with(boundary)
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

    /// Whether it is a link that leads out of the project; such a one is noted.
    fn is_foreign(&self, path: &Path) -> bool {
        let entries = self.list(parent(path)).unwrap_or_default();
        let is_link = |entry: &Entry| entry.link && path.file_name().is_some_and(|name| name == entry.name.as_str());
        let foreign = entries.iter().any(is_link) && self.leaves(path, parent(path));
        if foreign {
            self.links.borrow_mut().push(path.to_owned());
        }
        foreign
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
        let files = entries.iter().filter(|entry| !entry.folder);
        let files = files.map(|entry| (entry.link, folder.join(&entry.name)));
        let schemas = files.filter(|(link, path)| is_schema(path) && !(*link && self.leaves(path, folder)));
        let mut schemas: Vec<PathBuf> = schemas.map(|(_, path)| path).collect();
        schemas.sort();
        schemas
    }
}

fn note(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.contains(&problem) {
        problems.push(problem);
    }
}

fn excluded(located: &Located, file: &Path) -> bool {
    let path = located.relative(file);
    located.settings.exclude.iter().any(|pattern| pattern.matches(&path))
}

/// By the extension: `.pg`.
pub fn is_schema(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "pg")
}

/// By the extension: `.gq`.
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
