//! Diagnostics: pushed to a client that does not pull, pulled by one that does. They are the findings of the compiler's
//! own report, which the command line prints. Either way a file is looked at again only if something may have changed.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use omnigraph_compiler::db::{Db, Project, SourceFile};
use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources};
use omnigraph_compiler::lint::{Options, ProjectFindings, file_diagnostics, near_diagnostics};
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
pub(crate) struct Due {
    /// Counts the jobs; only the newest one publishes.
    job: u64,
    near: VecDeque<PathBuf>,
    far: BTreeSet<PathBuf>,
    /// Projects of which the lints that look at all files may have something new to say.
    projects: HashSet<Project>,
    published: HashMap<PathBuf, Published>,
    /// What those lints said last.
    across: HashMap<Project, Arc<ProjectFindings>>,
    /// Counts what changes texts and projects.
    revision: u64,
    pulled: Pulled,
}

/// What is known of the reports of a client that pulls. Those of files that are far are not.
#[derive(Default)]
struct Pulled {
    exact: HashMap<PathBuf, String>,
    /// The ids that the client got last.
    told: HashMap<PathBuf, String>,
    /// How many reports have been made.
    #[cfg(test)]
    made: usize,
}

/// What a client got last of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Published {
    uri: String,
    hash: u64,
    version: Option<i32>,
    empty: bool,
}

impl Due {
    pub(crate) fn near(&mut self, path: &Path) {
        if !self.near.iter().any(|known| known == path) {
            self.near.push_back(path.to_owned());
        }
        self.far.insert(path.to_owned());
    }

    pub(crate) fn far(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        self.far.extend(paths);
    }

    pub(crate) fn project(&mut self, project: Project) {
        self.projects.insert(project);
    }

    pub(crate) fn is_near(&self) -> bool {
        !self.near.is_empty()
    }

    pub(crate) fn is_far(&self) -> bool {
        !self.far.is_empty() || !self.projects.is_empty()
    }

    /// Nothing is published near by: a client that pulls asks for it.
    pub(crate) fn forget_near(&mut self) {
        self.near.clear();
    }

    /// Texts or projects have changed: what jobs and requests of before find is out of date.
    pub(crate) fn changed(&mut self) {
        self.revision += 1;
        self.begin();
    }

    /// How many reports have been made for clients that pull.
    #[cfg(test)]
    pub(crate) fn reports_made(&self) -> usize {
        self.pulled.made
    }

    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// A new job takes over.
    pub(crate) fn begin(&mut self) -> u64 {
        self.job += 1;
        self.job
    }

    pub(crate) fn job(&self) -> u64 {
        self.job
    }

    /// Tells news. An open document hears of each version, others only of what changes. What was told under another spelling
    /// of the file's URI is taken back.
    fn send(&mut self, snapshot: &Snapshot, path: &Path, items: &[Value], client: &Client) {
        let now = Published {
            uri: snapshot.workspace.uri(path),
            hash: hash(items),
            version: snapshot.workspace.version(path),
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
pub(crate) enum Distance {
    Near,
    Far,
}

/// A publishing job. It ends early when newer text arrives or a newer job begins; the rest stays due. What an older job has
/// found is never published after a newer one's: jobs publish under the lock, after a look at their number.
pub(crate) struct Job<'a> {
    pub snapshot: &'a Snapshot,
    pub due: &'a Mutex<Due>,
    pub number: u64,
    pub client: &'a Client,
    /// Whether nothing is published, because the client pulls.
    pub pulls: bool,
}

impl Job<'_> {
    /// Gives whether a client that pulls should do so again.
    pub(crate) fn run(&self, distance: Distance) -> bool {
        match distance {
            Distance::Near => {
                self.near();
                false
            }
            Distance::Far => self.far(),
        }
    }

    /// After a failure: leaves out what failed, so that it is not tried for ever.
    pub(crate) fn give_up(due: &Mutex<Due>, number: u64, distance: Distance) {
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
            let project = self.snapshot.workspace.root_of(&path).map(|root| root.project);
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

    fn far(&self) -> bool {
        look_across(self.snapshot, &|| self.lock());
        let mut again = false;
        while let Some(path) = self.lock().and_then(|due| due.far.first().cloned()) {
            let items = of_path(self.snapshot, &path);
            let Some(mut due) = self.lock() else { return again };
            match self.pulls {
                true => {
                    let id = due.made(&path, &items);
                    // A client that has not pulled yet will do so by itself.
                    let pulls = !due.pulled.told.is_empty();
                    let told = due.pulled.told.get(&path);
                    again |= pulls && told.map_or(!items.is_empty(), |told| *told != id);
                }
                false => {
                    due.far.remove(&path);
                    due.send(self.snapshot, &path, &items, self.client);
                }
            }
        }
        again
    }
}

impl Due {
    /// Takes note of a file's exact report.
    fn made(&mut self, path: &Path, items: &[Value]) -> String {
        let id = id(items);
        self.far.remove(path);
        #[cfg(test)]
        {
            self.pulled.made += 1;
        }
        self.pulled.exact.insert(path.to_owned(), id.clone());
        id
    }

    /// The id of a file's exact report, if it is known.
    fn known(&self, path: &Path) -> Option<&String> {
        self.pulled.exact.get(path).filter(|_| !self.far.contains(path))
    }
}

/// Asks the lints that look at all files where they may have something new to say; the files of which they have become due.
fn look_across<'d>(snapshot: &Snapshot, lock: &dyn Fn() -> Option<MutexGuard<'d, Due>>) {
    while let Some(project) = lock().and_then(|due| due.projects.iter().next().copied()) {
        let across = ProjectFindings::of(&snapshot.db, project);
        let Some(mut due) = lock() else { return };
        let before = due.across.remove(&project).unwrap_or_default();
        let changed = across.changed(&before).into_iter();
        due.far(changed.map(|file| PathBuf::from(file.path(&snapshot.db))));
        due.across.insert(project, Arc::new(across));
        due.projects.remove(&project);
    }
}

/// `textDocument/diagnostic`
pub(crate) fn document(snapshot: &Snapshot, params: Value) -> Result<Value> {
    let uri = params
        .pointer("/textDocument/uri")
        .and_then(Value::as_str)
        .unwrap_or("");
    let path = path_of(snapshot, uri).unwrap_or_default();
    let pull = Pull { snapshot };
    // Who is told to pull again gets at once what the file says by itself.
    if snapshot.workspace.refreshes {
        if let Some(across) = pull.waits_for(&path) {
            let items = shown_of(snapshot, &path, &|db, project, file, options| {
                near_diagnostics(db, project, file, options, across.as_deref())
            });
            return Ok(pull.told(&path, id(&items), items, params.get("previousResultId")));
        }
    } else {
        look_across(snapshot, &|| pull.lock());
    }
    Ok(pull.report(&path, params.get("previousResultId")))
}

/// `workspace/diagnostic`
pub(crate) fn workspace(snapshot: &Snapshot, params: Value) -> Result<Value> {
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
    let pull = Pull { snapshot };
    look_across(snapshot, &|| pull.lock());
    let known = snapshot
        .workspace
        .of_file
        .keys()
        .chain(snapshot.workspace.troubles.keys());
    let mut paths: BTreeSet<&PathBuf> = known.collect();
    paths.extend(before.keys());
    let items = paths.into_iter().map(|path| {
        let mut report = pull.report(path, before.get(path).copied());
        report["uri"] = snapshot.workspace.uri(path).into();
        report["version"] = json!(snapshot.workspace.version(path));
        report
    });
    Ok(json!({ "items": items.collect::<Vec<_>>() }))
}

/// A request for reports.
struct Pull<'a> {
    snapshot: &'a Snapshot,
}

impl<'a> Pull<'a> {
    /// What is known, if it is about what the request sees. What is to be published is not a pull's to take.
    fn lock(&self) -> Option<MutexGuard<'a, Due>> {
        let due = self.snapshot.due.lock().unwrap_or_else(PoisonError::into_inner);
        Some(due).filter(|due| self.snapshot.workspace.pulls && due.revision == self.snapshot.revision)
    }

    /// Whether the lints that look at all files have still to look at a file's project, and what they said last.
    fn waits_for(&self, path: &Path) -> Option<Option<Arc<ProjectFindings>>> {
        let project = self.snapshot.workspace.root_of(path)?.project;
        let due = self.lock()?;
        due.projects
            .contains(&project)
            .then(|| due.across.get(&project).cloned())
    }

    /// The exact report. Nothing is looked at if the client has it already.
    fn report(&self, path: &Path, before: Option<&Value>) -> Value {
        let known = self.lock().and_then(|due| due.known(path).cloned());
        if let Some(id) = known.filter(|id| before.and_then(Value::as_str) == Some(id)) {
            return self.told(path, id, Vec::new(), before);
        }
        let items = of_path(self.snapshot, path);
        let is_file =
            self.snapshot.workspace.of_file.contains_key(path) || self.snapshot.workspace.troubles.contains_key(path);
        let id = match self.lock().filter(|_| is_file) {
            Some(mut due) => due.made(path, &items),
            None => id(&items),
        };
        self.told(path, id, items, before)
    }

    fn told(&self, path: &Path, id: String, items: Vec<Value>, before: Option<&Value>) -> Value {
        if let Some(mut due) = self.lock() {
            due.pulled.told.insert(path.to_owned(), id.clone());
        }
        match before.and_then(Value::as_str) == Some(&id) {
            true => json!({ "kind": "unchanged", "resultId": id }),
            false => json!({ "kind": "full", "resultId": id, "items": items }),
        }
    }
}

fn id(items: &[Value]) -> String {
    format!("{:016x}", hash(items))
}

fn hash(items: &[Value]) -> u64 {
    let mut hasher = DefaultHasher::new();
    items.iter().for_each(|item| item.to_string().hash(&mut hasher));
    hasher.finish()
}

/// The diagnostics of a file, or of the settings.
pub(crate) fn of_path(snapshot: &Snapshot, path: &Path) -> Vec<Value> {
    shown_of(snapshot, path, &file_diagnostics)
}

fn shown_of(snapshot: &Snapshot, path: &Path, report: &Report<'_>) -> Vec<Value> {
    let mut items = Vec::new();
    if let Some(trouble) = snapshot.workspace.troubles.get(path) {
        let lines = Lines::new(&trouble.text, snapshot.workspace.encoding);
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
pub(crate) fn findings(document: &Document<'_>) -> Vec<Diagnostic> {
    reported(document, &file_diagnostics)
}

/// What the compiler gives of a file.
type Report<'a> = dyn Fn(&dyn Db, Project, SourceFile, Options<'_>) -> Vec<Diagnostic> + 'a;

fn reported(document: &Document<'_>, report: &Report<'_>) -> Vec<Diagnostic> {
    let workspace = &document.snapshot.workspace;
    let Some(root) = workspace.root_of(&document.path) else {
        return Vec::new();
    };
    let located = &root.group.settings;
    let options = Options {
        settings: &located.settings,
        relative: &|path| located.relative(Path::new(path)),
        external: root.external.as_deref(),
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
pub(crate) fn shown(document: &Document<'_>, finding: &Diagnostic) -> Value {
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
    // Paths are relative to the folder that is open, as the command line makes them relative to its own.
    // Few messages name a path at all.
    if message.contains('/') {
        let folders = document.snapshot.workspace.folders.iter();
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
