//! Diagnostics: pushed to a client that does not pull, pulled by one that does. They are the findings of the compiler's
//! own report, which the command line prints.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use omnigraph_compiler::db::{Db, Project, SourceFile};
use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources};
use omnigraph_compiler::lint::{Across, Options, file_diagnostics, near_diagnostics};
use omnigraph_grammar::Span;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::document::{Document, path_of};
use crate::server::Snapshot;
use crate::service::Client;
use crate::text::Lines;

/// What has to be published, in two steps: near, at once, what the files that are looked at say by themselves; far, when
/// nothing has been typed for a moment, everything exactly.
#[derive(Default)]
pub struct Due {
    /// Counts the jobs; only the newest one publishes.
    job: u64,
    near: VecDeque<PathBuf>,
    far: BTreeSet<PathBuf>,
    /// Projects of which the lints that look at all files may have something new to say.
    projects: HashSet<Project>,
    published: HashMap<PathBuf, Published>,
    /// What those lints said last.
    across: HashMap<Project, Arc<Across>>,
}

/// What a client was told last of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Published {
    uri: String,
    hash: u64,
    version: Option<i32>,
    empty: bool,
}

impl Due {
    pub fn near(&mut self, path: &Path) {
        if !self.near.iter().any(|known| known == path) {
            self.near.push_back(path.to_owned());
        }
        self.far.insert(path.to_owned());
    }

    pub fn far(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        self.far.extend(paths);
    }

    pub fn project(&mut self, project: Project) {
        self.projects.insert(project);
    }

    pub fn is_near(&self) -> bool {
        !self.near.is_empty()
    }

    pub fn is_far(&self) -> bool {
        !self.far.is_empty() || !self.projects.is_empty()
    }

    pub fn clear(&mut self) {
        self.near.clear();
        self.far.clear();
        self.projects.clear();
    }

    /// A new job takes over.
    pub fn begin(&mut self) -> u64 {
        self.job += 1;
        self.job
    }

    pub fn job(&self) -> u64 {
        self.job
    }

    /// Tells news. An open document hears of each version, others only of what changes. What was told under another spelling
    /// of the file's URI is taken back.
    fn send(&mut self, snapshot: &Snapshot, path: &Path, items: &[Value], client: &Client) {
        let now = Published {
            uri: snapshot.world.uri(path),
            hash: hash(items),
            version: snapshot.world.version(path),
            empty: items.is_empty(),
        };
        let before = self.published.insert(path.to_owned(), now.clone());
        if let Some(before) = before.as_ref().filter(|before| before.uri != now.uri && !before.empty) {
            let nothing = json!({ "uri": before.uri, "diagnostics": [] });
            client.notify("textDocument/publishDiagnostics", nothing);
        }
        let is_news = match (before, now.version) {
            (None, None) => !now.empty,
            (before, _) => before.as_ref() != Some(&now),
        };
        if is_news {
            let mut params = json!({ "uri": now.uri, "diagnostics": items });
            if let Some(version) = now.version {
                params["version"] = version.into();
            }
            client.notify("textDocument/publishDiagnostics", params);
        }
    }
}

/// Which diagnostics a job publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    Near,
    Far,
}

/// A publishing job. It ends early when newer text arrives or a newer job begins; the rest stays due. What an older job has
/// found is never published after a newer one's: jobs publish under the lock, after a look at their number.
pub struct Job<'a> {
    pub snapshot: &'a Snapshot,
    pub due: &'a Mutex<Due>,
    pub number: u64,
    pub client: &'a Client,
}

impl Job<'_> {
    pub fn run(&self, distance: Distance) {
        match distance {
            Distance::Near => self.near(),
            Distance::Far => self.far(),
        }
    }

    /// After a failure: leaves out what failed, so that it is not tried for ever.
    pub fn give_up(due: &Mutex<Due>, number: u64, distance: Distance) {
        let mut due = due.lock().unwrap_or_else(PoisonError::into_inner);
        if due.job != number {
            return;
        }
        match distance {
            Distance::Near => _ = due.near.pop_front(),
            Distance::Far if due.projects.is_empty() => _ = due.far.pop_first(),
            Distance::Far => due.projects.clear(),
        }
    }

    /// What is due, if this is the newest job.
    fn lock(&self) -> Option<MutexGuard<'_, Due>> {
        let due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        Some(due).filter(|due| due.job == self.number)
    }

    fn near(&self) {
        while let Some(path) = self.lock().and_then(|due| due.near.front().cloned()) {
            let project = self.snapshot.world.root_of(&path).map(|root| root.project);
            let Some(across) = self.lock().map(|due| due.across.get(&project?).cloned()) else {
                return;
            };
            let items = shown_of(self.snapshot, &path, &|db, project, file, options| {
                near_diagnostics(db, project, file, options, across.as_deref())
            });
            let Some(mut due) = self.lock() else { return };
            due.near.pop_front();
            due.send(self.snapshot, &path, &items, self.client);
        }
    }

    fn far(&self) {
        while let Some(project) = self.lock().and_then(|due| due.projects.iter().next().copied()) {
            let across = Across::of(&self.snapshot.db, project);
            let Some(mut due) = self.lock() else { return };
            let before = due.across.remove(&project).unwrap_or_default();
            let changed = across.changed(&before);
            due.far(
                changed
                    .into_iter()
                    .map(|file| PathBuf::from(file.path(&self.snapshot.db))),
            );
            due.across.insert(project, Arc::new(across));
            due.projects.remove(&project);
        }
        while let Some(path) = self.lock().and_then(|due| due.far.first().cloned()) {
            let items = of_path(self.snapshot, &path);
            let Some(mut due) = self.lock() else { return };
            due.far.remove(&path);
            due.send(self.snapshot, &path, &items, self.client);
        }
    }
}

/// `textDocument/diagnostic`
pub fn document(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let uri = params
        .pointer("/textDocument/uri")
        .and_then(Value::as_str)
        .unwrap_or("");
    let path = path_of(snapshot, uri).unwrap_or_default();
    Ok(report(snapshot, &path, params.get("previousResultId")))
}

/// `workspace/diagnostic`
pub fn workspace(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let mut before = HashMap::new();
    for known in params
        .get("previousResultIds")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if let (Some(uri), Some(value)) = (known.get("uri").and_then(Value::as_str), known.get("value")) {
            before.extend(path_of(snapshot, uri).map(|path| (path, value)));
        }
    }
    let known = snapshot.world.of_file.keys().chain(snapshot.world.troubles.keys());
    let mut paths: BTreeSet<&PathBuf> = known.collect();
    paths.extend(before.keys());
    let items = paths.into_iter().map(|path| {
        let mut report = report(snapshot, path, before.get(path).copied());
        report["uri"] = snapshot.world.uri(path).into();
        report["version"] = json!(snapshot.world.version(path));
        report
    });
    Ok(json!({ "items": items.collect::<Vec<_>>() }))
}

fn report(snapshot: &Snapshot, path: &Path, before: Option<&Value>) -> Value {
    let items = of_path(snapshot, path);
    let id = format!("{:016x}", hash(&items));
    if before.and_then(Value::as_str) == Some(&id) {
        return json!({ "kind": "unchanged", "resultId": id });
    }
    json!({ "kind": "full", "resultId": id, "items": items })
}

fn hash(items: &[Value]) -> u64 {
    let mut hasher = DefaultHasher::new();
    items.iter().for_each(|item| item.to_string().hash(&mut hasher));
    hasher.finish()
}

/// The diagnostics of a file, or of the settings.
pub fn of_path(snapshot: &Snapshot, path: &Path) -> Vec<Value> {
    shown_of(snapshot, path, &file_diagnostics)
}

fn shown_of(snapshot: &Snapshot, path: &Path, report: &Report<'_>) -> Vec<Value> {
    let mut items = Vec::new();
    if let Some(trouble) = snapshot.world.troubles.get(path) {
        let lines = Lines::new(&trouble.text, snapshot.world.encoding);
        items.extend(trouble.findings.iter().map(|(start, end, message)| {
            let span = Span {
                start: *start,
                end: *end,
            };
            json!({ "range": lines.range(span), "severity": 1, "source": "omnigraph", "message": message })
        }));
    }
    if let Some(document) = Document::of_path(snapshot, path.to_owned()) {
        let found = reported(&document, report);
        items.extend(found.iter().map(|finding| shown(&document, finding)));
    }
    items
}

/// What the compiler finds in a document: by the settings, without what comments and the baseline leave out.
pub fn findings(document: &Document<'_>) -> Vec<Diagnostic> {
    reported(document, &file_diagnostics)
}

/// What the compiler gives of a file.
type Report<'a> = dyn Fn(&dyn Db, Project, SourceFile, Options<'_>) -> Vec<Diagnostic> + 'a;

fn reported(document: &Document<'_>, report: &Report<'_>) -> Vec<Diagnostic> {
    let world = &document.snapshot.world;
    let Some(root) = world.root_of(&document.path) else {
        return Vec::new();
    };
    let located = &root.group.settings;
    let options = Options {
        settings: &located.settings,
        relative: &|path| located.relative(Path::new(path)),
        known: root.known.as_deref(),
    };
    let found = report(&document.snapshot.db, document.project, document.file, options);
    let Some(baseline) = &root.baseline else {
        return found;
    };
    let path = located.relative(&document.path);
    let renamed = found.iter().map(|finding| Diagnostic {
        file: path.clone(),
        ..finding.clone()
    });
    let sources = Sources::new([(path.clone(), document.text())]);
    let (new, _) = baseline.apply(renamed.collect(), &sources);
    let key = |finding: &Diagnostic| (finding.span, finding.rule.subcode, finding.message.clone());
    let kept: HashSet<_> = new.iter().map(key).collect();
    found
        .into_iter()
        .filter(|finding| kept.contains(&key(finding)))
        .collect()
}

/// A finding in the protocol's shape.
pub fn shown(document: &Document<'_>, finding: &Diagnostic) -> Value {
    let mut message = finding.message.clone();
    if !finding.label.is_empty() && !finding.message.contains(&finding.label) {
        message.push_str(&format!("\n{}", finding.label));
    }
    for note in &finding.notes {
        message.push_str(&format!("\nnote: {note}"));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    // Paths are told from the folder that is open, as the command line tells them from its own.
    // Few messages name a path at all.
    if message.contains('/') {
        let folders = document.snapshot.world.folders.iter();
        for folder in folders.filter(|folder| document.path.starts_with(folder)) {
            message = message.replace(&format!("{}/", folder.display()), "");
        }
    }
    let mut value = json!({
        "range": document.lines.range(finding.span),
        "severity": match finding.severity { Severity::Error => 1, Severity::Warning => 2, Severity::Info => 3 },
        "code": finding.rule.subcode,
        "codeDescription": { "href": format!("omnigraph:/codes/{}.md", finding.rule.code) },
        "source": "omnigraph",
        "message": message,
    });
    let related: Vec<Value> = finding
        .labels
        .iter()
        .filter_map(|label| {
            let location = match Path::new(&label.file) == document.path {
                true => document.location(label.span),
                false => Document::of_path(document.snapshot, PathBuf::from(&label.file))?.location(label.span),
            };
            Some(json!({ "location": location, "message": label.message }))
        })
        .collect();
    if !related.is_empty() {
        value["relatedInformation"] = related.into();
    }
    if ["unused", "redundant"]
        .iter()
        .any(|word| finding.rule.name.contains(word))
    {
        value["tags"] = json!([1]);
    }
    value
}
