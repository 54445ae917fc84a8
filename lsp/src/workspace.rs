//! What the server knows: files and the projects they make, as inputs of the compiler's database. Which files belong
//! together is asked of the compiler's discovery, over the disk with the open documents laid upon it, so that an editor
//! sees the projects that the command line sees.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use omnigraph_compiler::db::{Database, Project, SourceFile};
use omnigraph_compiler::lint::External;
use omnigraph_compiler::lint::baseline::Baseline;
use omnigraph_compiler::lint::published::Published;
use omnigraph_compiler::settings::SETTINGS_FILE;
use omnigraph_grammar::Language;
use omnigraph_workspace::disk::Disk;
use omnigraph_workspace::{Discovery, Entry, Files, Group, Key, Problem, clean, is_query, is_schema};
use percent_encoding::{percent_decode_str, percent_encode_byte};
use salsa::{Durability, Setter};

use crate::text::Encoding;

/// A document that the client has open.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub version: i32,
    pub text: String,
}

/// A group of files as the database has it.
#[derive(Clone)]
pub(crate) struct Root {
    pub group: Group,
    pub project: Project,
    /// Findings that are known and not reported.
    pub baseline: Option<Arc<Baseline>>,
    /// What lints know beside the files.
    pub external: Option<Arc<External>>,
}

/// A settings file or a file without a project, and what is wrong with it: byte ranges and sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub text: String,
    pub findings: Vec<(u32, u32, String)>,
}

/// Everything that reads need beside the database.
#[derive(Clone, Default)]
pub(crate) struct Workspace {
    pub encoding: Encoding,
    pub files: HashMap<PathBuf, SourceFile>,
    pub roots: Vec<Root>,
    /// Index into the roots.
    pub of_file: HashMap<PathBuf, usize>,
    pub troubles: BTreeMap<PathBuf, Trouble>,
    pub open: HashMap<PathBuf, i32>,
    /// The client's spelling of the URIs that it has used.
    pub uris: HashMap<PathBuf, String>,
    pub folders: Vec<PathBuf>,
    /// How the client spells URIs that it has not used yet.
    pub spelling: Spelling,
    /// The settings files that are open.
    pub settings_texts: BTreeMap<PathBuf, String>,
    /// The store that the client's settings name.
    pub store: Option<String>,
    /// What the client's settings say of renames.
    pub keep_data: KeepData,
    /// Whether the client can ask about a part of an edit.
    pub annotates: bool,
    /// Whether the client pulls diagnostics, and whether it does so again when it is asked to.
    pub pulls: bool,
    pub refreshes: bool,
}

/// Whether a rename writes `@rename_from`, so that a migration keeps the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum KeepData {
    /// Written where the store has data of it; asked if no store is known.
    #[default]
    Ask,
    Always,
    Never,
}

impl KeepData {
    pub(crate) fn read(word: &str) -> Option<KeepData> {
        match word {
            "ask" => Some(KeepData::Ask),
            "always" => Some(KeepData::Always),
            "never" => Some(KeepData::Never),
            _ => None,
        }
    }
}

impl Workspace {
    pub(crate) fn root_of(&self, path: &Path) -> Option<&Root> {
        self.of_file.get(path).and_then(|index| self.roots.get(*index))
    }

    /// The URI of a file as the client spells it, or would.
    pub(crate) fn uri(&self, path: &Path) -> String {
        self.uris
            .get(path)
            .cloned()
            .unwrap_or_else(|| self.spelling.uri(&self.folders, path))
    }

    /// A folder that the client has open.
    pub(crate) fn add_folder(&mut self, uri: &str) {
        if let Some(path) = from_uri(uri) {
            self.spelling.folder(path.clone(), uri);
            self.folders.push(path);
        }
    }

    pub(crate) fn version(&self, path: &Path) -> Option<i32> {
        self.open.get(path).copied()
    }
}

/// The disk with the open documents laid upon it.
pub(crate) struct Overlay<'a> {
    disk: Disk,
    open: &'a HashMap<PathBuf, Open>,
}

impl Files for Overlay<'_> {
    fn list(&self, folder: &Path) -> Result<Vec<Entry>, String> {
        let mut entries = BTreeSet::new();
        match self.disk.list(folder) {
            Ok(found) => entries.extend(found),
            Err(reason) if !self.open.keys().any(|path| path.starts_with(folder)) => return Err(reason),
            Err(_) => {}
        }
        for path in self.open.keys() {
            let Ok(below) = path.strip_prefix(folder) else { continue };
            let mut parts = below.components();
            if let Some(first) = parts.next() {
                let name = first.as_os_str().to_string_lossy().into_owned();
                let folder = parts.next().is_some();
                // The disk says where a link leads that is open.
                if !entries
                    .iter()
                    .any(|known: &Entry| known.name == name && known.folder == folder)
                {
                    entries.insert(Entry {
                        name,
                        folder,
                        link: false,
                    });
                }
            }
        }
        Ok(entries.into_iter().collect())
    }

    fn read(&self, file: &Path) -> Result<String, String> {
        match self.open.get(file) {
            Some(open) => Ok(open.text.clone()),
            None => self.disk.read(file),
        }
    }

    fn repository(&self, folder: &Path) -> Option<PathBuf> {
        self.disk.repository(folder)
    }

    fn ignored(&self, path: &Path, folder: bool, root: &Path) -> bool {
        self.disk.ignored(path, folder, root)
    }

    fn real(&self, path: &Path) -> PathBuf {
        self.disk.real(path)
    }
}

/// Finds all projects anew and brings the database's inputs in line with them.
pub(crate) fn rescan(db: &mut Database, workspace: &mut Workspace, open: &HashMap<PathBuf, Open>, today: Option<i32>) {
    let disk = Disk::new();
    let overlay = Overlay { disk, open };
    let discovery = Discovery::new(&overlay);
    let mut troubles = BTreeMap::new();
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    let mut add = |group: Group| {
        let into = groups.entry(group.key()).or_insert_with(|| Group {
            queries: Vec::new(),
            ..group.clone()
        });
        into.queries.extend(group.queries);
        into.queries.sort();
        into.queries.dedup();
    };
    for folder in &workspace.folders {
        let look = discovery.look(std::slice::from_ref(folder), None);
        look.groups.into_iter().for_each(&mut add);
        look.problems
            .iter()
            .for_each(|problem| note(problem, &overlay, &mut troubles));
    }
    for path in open.keys().filter(|path| is_schema(path) || is_query(path)) {
        if workspace.folders.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        match discovery.project_of(path) {
            Ok(group) => add(group),
            Err(problem) => note(&problem, &overlay, &mut troubles),
        }
    }
    // A group whose settings are wrong stays as it was.
    if troubles.keys().any(|path| path.ends_with(SETTINGS_FILE)) {
        for root in &workspace.roots {
            groups.entry(root.group.key()).or_insert_with(|| root.group.clone());
        }
    }
    workspace.troubles = troubles;
    let old = std::mem::take(&mut workspace.roots);
    workspace.of_file.clear();
    for group in groups.into_values() {
        let mut files = Vec::new();
        let paths = group.schema.iter().chain(&group.queries);
        for path in paths {
            let Ok(text) = overlay.read(path) else { continue };
            files.push(source(db, workspace, path, text));
            workspace.of_file.insert(path.clone(), workspace.roots.len());
        }
        let settings = group.settings.settings.schema_settings(today);
        let rivals = group.rivals.iter().map(|path| path.display().to_string()).collect();
        let known = old
            .iter()
            .find(|root| root.group.key() == group.key())
            .map(|root| root.project);
        let project = match known {
            Some(project) => {
                if *project.files(db) != files {
                    project.set_files(db).to(files);
                }
                if *project.settings(db) != settings {
                    project.set_settings(db).to(settings);
                }
                project
            }
            None => Project::builder(files, settings, None, rivals)
                .durability(Durability::MEDIUM)
                .new(db),
        };
        let lint = &group.settings.settings.lint;
        let named = |name: &Option<String>| {
            let path = group.settings.root.join(name.as_ref()?);
            let leaves = discovery.leaves(&path, &group.settings.root);
            overlay.read(&path).ok().filter(|_| !leaves)
        };
        // A file that cannot be read keeps nothing back, and gives nothing; the command line says so.
        let baseline = named(&lint.baseline).and_then(|text| Baseline::read(&text).ok());
        let published = named(&lint.published).and_then(|text| Published::read(&text).ok());
        let external = published.map(|published| External {
            published: Some(published),
            ..External::default()
        });
        workspace.roots.push(Root {
            group,
            project,
            baseline: baseline.map(Arc::new),
            external: external.map(Arc::new),
        });
    }
}

fn note(problem: &Problem, overlay: &Overlay<'_>, troubles: &mut BTreeMap<PathBuf, Trouble>) {
    let shown = |path: &Path| {
        path.file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned()
    };
    let path = problem.path().to_owned();
    let trouble = match problem {
        Problem::Settings { text, problems, .. } => Trouble {
            text: text.clone(),
            findings: problems
                .iter()
                .map(|p| (p.span.start, p.span.end, p.message.clone()))
                .collect(),
        },
        _ => Trouble {
            text: overlay.read(&path).unwrap_or_default(),
            findings: vec![(0, 0, problem.told(&shown).0)],
        },
    };
    troubles.insert(path, trouble);
}

/// The input of a file with this text. Inputs are never removed. Texts are taken to change seldom, but for the one that is
/// being edited (see [`set_text`]): what depends on other files alone is then known to hold without a look.
pub(crate) fn source(db: &mut Database, workspace: &mut Workspace, path: &Path, text: String) -> SourceFile {
    if let Some(file) = workspace.files.get(path).copied() {
        if *file.text(db) != text {
            file.set_text(db).to(text);
        }
        return file;
    }
    let language = if is_schema(path) {
        Language::Schema
    } else {
        Language::Query
    };
    let file = SourceFile::builder(path.display().to_string(), text, language)
        .durability(Durability::MEDIUM)
        .path_durability(Durability::HIGH)
        .language_durability(Durability::HIGH)
        .new(db);
    workspace.files.insert(path.to_owned(), file);
    file
}

/// Sets a text, which is being edited or is not.
pub(crate) fn set_text(db: &mut Database, file: SourceFile, text: String, edited: bool) {
    let durability = if edited { Durability::LOW } else { Durability::MEDIUM };
    file.set_text(db).with_durability(durability).to(text);
}

/// How a client spells the URIs of files: its folders, and which characters it leaves as they are. Clients differ, and a list
/// of findings under another spelling is another list to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spelling {
    folders: HashMap<PathBuf, String>,
    plain: BTreeSet<u8>,
}

impl Spelling {
    /// Takes up what a URI of the client's shows.
    pub(crate) fn learn(&mut self, uri: &str) {
        let Some(rest) = uri.strip_prefix("file://") else {
            return;
        };
        let mut parts = rest.split('%');
        self.plain.extend(parts.next().unwrap_or_default().bytes());
        for part in parts {
            let (code, plain) = part.split_at_checked(2).unwrap_or((part, ""));
            if let Ok(byte) = u8::from_str_radix(code, 16) {
                self.plain.remove(&byte);
            }
            self.plain.extend(plain.bytes());
        }
    }

    pub(crate) fn folder(&mut self, path: PathBuf, uri: &str) {
        self.learn(uri);
        self.folders.insert(path, uri.trim_end_matches('/').to_owned());
    }

    fn uri(&self, folders: &[PathBuf], path: &Path) -> String {
        let own = folders.iter().filter(|folder| path.starts_with(folder));
        let own = own.max_by_key(|folder| folder.components().count());
        let known = own.and_then(|folder| Some((self.folders.get(folder)?, path.strip_prefix(folder).ok()?)));
        match known {
            Some((uri, below)) if !below.as_os_str().is_empty() => format!("{uri}/{}", self.escaped(below)),
            _ => {
                let path = self.escaped(path);
                format!("file://{}{path}", if path.starts_with('/') { "" } else { "/" })
            }
        }
    }

    fn escaped(&self, path: &Path) -> String {
        let mut uri = String::new();
        for byte in path.to_string_lossy().replace('\\', "/").bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte as char),
                // What the standard allows in a path, as the client likes it.
                b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@'
                    if self.plain.contains(&byte) =>
                {
                    uri.push(byte as char);
                }
                _ => uri.push_str(percent_encode_byte(byte)),
            }
        }
        uri
    }
}

/// The path of a `file:` URI.
pub(crate) fn from_uri(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let rest = &rest[rest.find('/')?..];
    let mut path = percent_decode_str(rest).decode_utf8().ok()?.into_owned();
    // `/C:/x` is a drive, in whichever case.
    if path.as_bytes().get(2) == Some(&b':') && path.as_bytes()[1].is_ascii_alphabetic() {
        path.remove(0);
        path[..1].make_ascii_uppercase();
    }
    Some(clean(Path::new(&path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_and_paths_agree() {
        let mut spelling = Spelling::default();
        let uri = |spelling: &Spelling, path: &str| spelling.uri(&["/w/a+b".into()], Path::new(path));
        for path in ["/a/b c/ä🦀.gq", "/x%y/#?.pg", "/w/a+b/c+d@e.gq"] {
            assert_eq!(from_uri(&uri(&spelling, path)), Some(PathBuf::from(path)));
        }
        assert_eq!(uri(&spelling, "/w/a+b/c+d.gq"), "file:///w/a%2Bb/c%2Bd.gq");
        // As the client spells its folder, and then as it spells a file.
        spelling.folder("/w/a+b".into(), "file:///w/a+b");
        assert_eq!(uri(&spelling, "/w/a+b/c+d e@f.gq"), "file:///w/a+b/c+d%20e%40f.gq");
        spelling.learn("file:///w/a+b/x%2By@z.gq");
        assert_eq!(uri(&spelling, "/w/a+b/c+d e@f.gq"), "file:///w/a+b/c%2Bd%20e@f.gq");
        assert_eq!(from_uri("file:///C%3A/x.gq"), Some(PathBuf::from("C:/x.gq")));
        assert_eq!(from_uri("file:///c:/x.gq"), Some(PathBuf::from("C:/x.gq")));
        assert_eq!(from_uri("untitled:Untitled-1"), None);
    }
}
