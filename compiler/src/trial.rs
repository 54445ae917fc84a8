//! Whether a change of texts would bring errors that the project does not have: asked before a fix, an action or a rename is
//! offered or kept. What is asked is what checks everything else; only what the change cannot reach is left out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use omnigraph_grammar::query::ast;
use omnigraph_grammar::{Item, ItemKind, Language, Name, SyntaxError};
use omnigraph_model::catalog::{Catalog, EdgeType, InterfaceType, NodeType};
use omnigraph_model::schema::DeclarationKind;

use crate::catalog::unbound;
use crate::db::{self, Db, ItemText, Project, ProjectNames, SourceFile};
use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::query::{self, Names};
use crate::rules::is_lint;
use crate::schema::{SchemaCheck, check_schema};

/// A file as it would be.
#[derive(Clone)]
pub struct Tried {
    /// `None` for a new file.
    pub file: Option<SourceFile>,
    pub language: Language,
    pub text: String,
}

/// An error that a change would bring; the file is `None` for a new one.
#[derive(Clone, PartialEq, Eq)]
pub struct NewError {
    pub file: Option<SourceFile>,
    pub finding: Finding,
}

/// The errors of the languages among `after` that go beyond those of `before`: more of a rule in a file than there were.
/// Messages and places may differ, because a change moves and renames what an error is about.
pub fn new_errors<'d>(before: &[Diagnostic], after: &'d [Diagnostic]) -> Vec<&'d Diagnostic> {
    let counts = |diagnostic: &&Diagnostic| is_error(diagnostic.rule, diagnostic.severity);
    let key = |diagnostic: &Diagnostic| (diagnostic.file.clone(), diagnostic.rule.subcode);
    let before = before.iter().filter(counts).map(key);
    let after = after
        .iter()
        .filter(counts)
        .map(|diagnostic| (key(diagnostic), diagnostic));
    beyond(before, after)
}

/// The errors that a project would have beyond its own if these files had these texts. A query that cannot be checked as it
/// is, because it does not parse or because a type that it names is not understood, is not held to what shows once it can.
pub fn tried(db: &dyn Db, project: Project, files: &[Tried]) -> Vec<NewError> {
    let schema = db::schema_file(db, project);
    let mut trial = Trial {
        db,
        project,
        before: Vec::new(),
        after: Vec::new(),
    };
    let next_schema = files
        .iter()
        .find(|tried| tried.language == Language::Schema && tried.file == schema)
        .map(|tried| trial.schema(schema, tried));
    let next = trial.with_fragments(next_schema, files);
    for tried in files.iter().filter(|tried| tried.language == Language::Query) {
        trial.query_file(tried, next.as_ref());
    }
    if let Some(next) = &next {
        let edited: HashSet<SourceFile> = files.iter().filter_map(|tried| tried.file).collect();
        for file in project.files(db) {
            if file.language(db) == Language::Query && !edited.contains(file) {
                trial.unchanged_file(*file, next);
            }
        }
    }
    let before = trial.before.into_iter();
    let after = trial.after.into_iter().map(|(file, finding)| {
        let key = (file, finding.rule.subcode);
        (key, NewError { file, finding })
    });
    beyond(before, after)
}

/// The same for a change that stays within one query: the errors that it would have beyond its own.
pub(crate) fn tried_query(db: &dyn Db, project: Project, before: &str, after: &str) -> Vec<Finding> {
    let mut trial = Trial {
        db,
        project,
        before: Vec::new(),
        after: Vec::new(),
    };
    let [old, new] = [before, after].map(|text| trial.cut(Language::Query, text));
    for item in &old.texts {
        let found = trial.found(*item, None);
        trial.had(None, found);
    }
    trial.had(None, old.around());
    for item in &new.texts {
        let found = trial.found(*item, None);
        trial.has(None, found);
    }
    trial.has(None, new.around());
    let before = trial.before.into_iter();
    let after = trial
        .after
        .into_iter()
        .map(|(file, finding)| ((file, finding.rule.subcode), finding));
    beyond(before, after)
}

fn is_error(rule: &'static crate::rules::Rule, severity: Severity) -> bool {
    severity == Severity::Error && !is_lint(rule)
}

/// What is left of `after` when each of `before` has taken one with its key.
fn beyond<K: Eq + Hash, T>(before: impl Iterator<Item = K>, after: impl Iterator<Item = (K, T)>) -> Vec<T> {
    let mut known: HashMap<K, usize> = HashMap::new();
    before.for_each(|key| *known.entry(key).or_default() += 1);
    let is_new = |(key, value): (K, T)| match known.get_mut(&key).filter(|count| **count > 0) {
        Some(count) => {
            *count -= 1;
            None
        }
        None => Some(value),
    };
    after.filter_map(is_new).collect()
}

fn cut<'db>(db: &'db dyn Db, language: Language, text: &str) -> Cut<'db> {
    let (items, stray) = omnigraph_grammar::items(language, text);
    let own = |item: &Item| Arc::<str>::from(text.get(item.span.range()).unwrap_or(""));
    let texts = items
        .iter()
        .map(|item| ItemText::new(db, item.kind, item.name.clone(), own(item)))
        .collect();
    Cut { texts, items, stray }
}

/// The queries of a text that is no file of the project.
pub(crate) fn query_texts<'db>(db: &'db dyn Db, text: &str) -> Vec<ItemText<'db>> {
    cut(db, Language::Query, text).texts
}

struct Trial<'db> {
    db: &'db dyn Db,
    project: Project,
    before: Vec<(Option<SourceFile>, &'static str)>,
    after: Vec<(Option<SourceFile>, Finding)>,
}

/// A text cut into its items.
struct Cut<'db> {
    texts: Vec<ItemText<'db>>,
    items: Vec<Item>,
    stray: Vec<SyntaxError>,
}

/// What the queries of a project see as it would be, and what differs.
#[derive(Default)]
struct Next<'db> {
    /// The schema, if that is another.
    schema: Option<NextNames>,
    /// In lower case: types that differ, and the edges that lead to them. Only queries that name one can fare differently.
    changed: HashSet<String>,
    /// In lower case: types that are not understood as the schema is.
    hidden: HashSet<String>,
    /// The fragments that have another text, come or go.
    fragments: BTreeMap<String, Option<ItemText<'db>>>,
    /// The same, and those that call one of them, be it through others.
    reached: HashSet<String>,
}

impl<'db> Trial<'db> {
    fn cut(&self, language: Language, text: &str) -> Cut<'db> {
        cut(self.db, language, text)
    }

    fn cut_of(&self, file: SourceFile) -> Cut<'db> {
        let known = db::items(self.db, file);
        Cut {
            texts: db::item_texts(self.db, file).clone(),
            items: known.items.clone(),
            stray: known.stray.clone(),
        }
    }

    fn had(&mut self, file: Option<SourceFile>, findings: impl IntoIterator<Item = Finding>) {
        let errors = findings
            .into_iter()
            .filter(|finding| is_error(finding.rule, finding.severity));
        self.before.extend(errors.map(|finding| (file, finding.rule.subcode)));
    }

    fn has(&mut self, file: Option<SourceFile>, findings: impl IntoIterator<Item = Finding>) {
        let errors = findings
            .into_iter()
            .filter(|finding| is_error(finding.rule, finding.severity));
        self.after.extend(errors.map(|finding| (file, finding)));
    }

    fn schema(&mut self, file: Option<SourceFile>, tried: &Tried) -> Next<'db> {
        let before = file.map(|file| self.cut_of(file));
        let after = self.cut(Language::Schema, &tried.text);
        let syntax = |cut: &Cut<'db>| {
            let stray = cut.stray.iter().map(Finding::of_stray);
            let items = cut.texts.iter().enumerate().flat_map(|(at, item)| {
                let errors = db::parse_schema_item(self.db, *item).errors.iter();
                errors.map(move |error| Finding::of_syntax(error, at as u32))
            });
            stray.chain(items).collect::<Vec<Finding>>()
        };
        let old = db::schema_check(self.db, self.project);
        let items: Vec<_> = after
            .texts
            .iter()
            .map(|item| db::parse_schema_item(self.db, *item).item.clone())
            .collect();
        let new = check_schema(&items, self.project.settings(self.db));
        let (wrong, still) = (before.as_ref().map_or_else(Vec::new, &syntax), syntax(&after));
        // Declarations that did not parse hide what else is wrong.
        let uncovered = still.len() < wrong.len();
        self.had(file, wrong);
        self.has(file, still);
        if !uncovered {
            self.had(file, old.findings.iter().cloned());
            self.has(file, new.findings.iter().cloned());
        }
        self.next(old, &new)
    }

    fn next(&self, old: &SchemaCheck, new: &SchemaCheck) -> Next<'db> {
        let before = db::catalog(self.db, self.project);
        let after = Arc::new(unbound(&new.shape, &new.presentation));
        let mut changed = HashSet::new();
        differing(&before.nodes, &after.nodes, &mut changed);
        differing(&before.interfaces, &after.interfaces, &mut changed);
        let edges = before.edges.values().chain(after.edges.values());
        let leads = |edge: &&Arc<EdgeType>| {
            [&edge.from, &edge.to]
                .iter()
                .any(|end| changed.contains(&end.to_ascii_lowercase()))
        };
        let leading: Vec<String> = edges
            .clone()
            .filter(leads)
            .map(|edge| edge.name.to_ascii_lowercase())
            .collect();
        differing(&before.edges, &after.edges, &mut changed);
        changed.extend(leading);
        let lower = |broken: &BTreeSet<(DeclarationKind, String)>| -> HashSet<String> {
            broken.iter().map(|(_, name)| name.to_ascii_lowercase()).collect()
        };
        let (mut hidden, broken) = (lower(&old.broken), lower(&new.broken));
        changed.extend(hidden.symmetric_difference(&broken).cloned());
        let leads = |edge: &&Arc<EdgeType>| {
            [&edge.from, &edge.to]
                .iter()
                .any(|end| hidden.contains(&end.to_ascii_lowercase()))
        };
        let leading: Vec<String> = edges.filter(leads).map(|edge| edge.name.to_ascii_lowercase()).collect();
        hidden.extend(leading);
        let names = after
            .edges
            .keys()
            .map(|name| (name.to_ascii_lowercase(), name.clone()))
            .collect();
        Next {
            schema: Some(NextNames {
                catalog: after,
                edges: names,
                broken: new.broken.clone(),
            }),
            changed,
            hidden,
            ..Next::default()
        }
    }

    /// With the fragments of the files as they would be; `None` if nothing differs that other files see.
    fn with_fragments(&self, next: Option<Next<'db>>, files: &[Tried]) -> Option<Next<'db>> {
        let mut fragments: BTreeMap<String, Option<ItemText<'db>>> = BTreeMap::new();
        for tried in files.iter().filter(|tried| tried.language == Language::Query) {
            let before = tried.file.map_or(&[][..], |file| db::file_fragments(self.db, file));
            let after = self.cut(Language::Query, &tried.text).fragments(self.db);
            for (name, item) in &after {
                if !before.iter().any(|(known, old)| known == name && old == item) {
                    fragments.insert(name.clone(), Some(*item));
                }
            }
            for (name, _) in before {
                if !after.iter().any(|(other, _)| other == name) {
                    fragments.entry(name.clone()).or_insert(None);
                }
            }
        }
        if fragments.is_empty() {
            return next;
        }
        let mut reached: HashSet<String> = fragments.keys().cloned().collect();
        let known = db::project_fragments(self.db, self.project);
        loop {
            let before = reached.len();
            for (name, (_, item)) in known {
                if db::item_calls(self.db, *item)
                    .iter()
                    .any(|called| reached.contains(called))
                {
                    reached.insert(name.clone());
                }
            }
            if reached.len() == before {
                break;
            }
        }
        Some(Next {
            fragments,
            reached,
            ..next.unwrap_or_default()
        })
    }

    /// Whether a query or a fragment may fare otherwise than it does.
    fn is_concerned(&self, item: ItemText<'db>, next: &Next<'db>) -> bool {
        names_any(item.text(self.db), &next.changed)
            || !next.reached.is_empty()
                && db::item_calls(self.db, item)
                    .iter()
                    .any(|name| next.reached.contains(name))
    }

    fn query_file(&mut self, tried: &Tried, next: Option<&Next<'db>>) {
        let before = tried.file.map(|file| self.cut_of(file));
        let after = self.cut(Language::Query, &tried.text);
        if let Some(before) = &before {
            let found = before.texts.iter().flat_map(|item| self.found(*item, None));
            let found: Vec<Finding> = found.collect();
            self.had(tried.file, found);
            self.had(tried.file, before.around());
        }
        // Queries that could not be checked, and so have nothing that could be compared.
        let unparsed = |at: usize| {
            let before = before.as_ref()?;
            let item = before.texts.get(at).filter(|_| before.texts.len() == after.texts.len());
            match item {
                Some(item) => Some(!db::syntax_errors(self.db, *item).is_empty()),
                None => Some(
                    before
                        .texts
                        .iter()
                        .any(|item| !db::syntax_errors(self.db, *item).is_empty()),
                ),
            }
        };
        for (at, item) in after.texts.iter().enumerate() {
            let known = before.as_ref().is_some_and(|before| before.texts.contains(item));
            let hidden = next.is_some_and(|next| names_any(item.text(self.db), &next.hidden));
            let found = match !known && unparsed(at) == Some(true) || hidden {
                true => self.syntax(*item),
                false => self.found(*item, next),
            };
            self.has(tried.file, found);
        }
        self.has(tried.file, after.around());
    }

    /// A file that stays as it is, below another schema or beside other fragments.
    fn unchanged_file(&mut self, file: SourceFile, next: &Next<'db>) {
        for item in db::item_texts(self.db, file) {
            let text = item.text(self.db);
            if self.is_concerned(*item, next) && !names_any(text, &next.hidden) {
                let (before, after) = (self.found(*item, None), self.found(*item, Some(next)));
                self.had(Some(file), before);
                self.has(Some(file), after);
            }
        }
    }

    fn syntax(&self, item: ItemText<'db>) -> Vec<Finding> {
        let errors = db::syntax_errors(self.db, item).iter();
        errors.map(|error| Finding::of_syntax(error, 0)).collect()
    }

    /// What is found in a query by itself, in the project as it is or as it would be.
    fn found(&self, item: ItemText<'db>, next: Option<&Next<'db>>) -> Vec<Finding> {
        let mut found = self.syntax(item);
        match next.filter(|next| self.is_concerned(item, next)) {
            None => found.extend(db::query_findings(self.db, self.project, item).iter().cloned()),
            Some(next) => {
                let parsed = db::parse_query_item(self.db, item);
                if let Some(tree) = parsed.tree.as_ref().filter(|_| parsed.errors.is_empty()) {
                    let base = ProjectNames {
                        db: self.db,
                        project: self.project,
                    };
                    found.extend(query::analyse(tree, &TrialNames { base, next }).findings);
                }
            }
        }
        found
    }
}

impl<'db> Cut<'db> {
    /// The fragments with their names.
    fn fragments(&self, db: &'db dyn Db) -> Vec<(String, ItemText<'db>)> {
        let fragments = self.texts.iter().filter(|item| item.kind(db) == ItemKind::Fragment);
        fragments
            .filter_map(|item| Some((item.name(db).as_ref()?.text.clone(), *item)))
            .collect()
    }

    /// What is wrong beside the items, and between them.
    fn around(&self) -> Vec<Finding> {
        let mut found: Vec<Finding> = self.stray.iter().map(Finding::of_stray).collect();
        let queries = self.items.iter().enumerate();
        let names: Vec<(u32, &Name)> = queries
            .filter(|(_, item)| item.kind == ItemKind::Query)
            .filter_map(|(at, item)| Some((at as u32, item.name.as_ref()?)))
            .collect();
        found.extend(query::duplicate_names(&names));
        found
    }
}

/// The names, in lower case, of what is not the same in both.
fn differing<T: PartialEq>(
    before: &BTreeMap<String, Arc<T>>,
    after: &BTreeMap<String, Arc<T>>,
    into: &mut HashSet<String>,
) {
    let differs = |name: &&String| before.get(*name) != after.get(*name);
    let names = before.keys().chain(after.keys()).filter(differs);
    into.extend(names.map(|name| name.to_ascii_lowercase()));
}

/// Whether a word of the text is one of these names.
fn names_any(text: &str, names: &HashSet<String>) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !names.is_empty()
        && text
            .split(|c: char| !is_word(c))
            .filter(|word| !word.is_empty())
            .any(|word| names.contains(&word.to_ascii_lowercase()))
}

/// A schema that is not the project's, as a query sees it.
struct NextNames {
    catalog: Arc<Catalog>,
    /// By the name in lower case.
    edges: HashMap<String, String>,
    broken: BTreeSet<(DeclarationKind, String)>,
}

impl Names for NextNames {
    fn node(&self, name: &str) -> Option<Arc<NodeType>> {
        let found = self.catalog.nodes.get(name).cloned();
        found.filter(|_| !self.is_broken_type(name))
    }

    fn edge(&self, name: &str) -> Option<Arc<EdgeType>> {
        let found = self
            .catalog
            .edges
            .get(self.edges.get(&name.to_ascii_lowercase())?)
            .cloned();
        found.filter(|_| !self.is_broken_type(name))
    }

    fn interface(&self, name: &str) -> Option<Arc<InterfaceType>> {
        let found = self.catalog.interfaces.get(name).cloned();
        found.filter(|_| !self.is_broken_type(name))
    }

    fn implementers(&self, interface: &str) -> Vec<String> {
        Names::implementers(&self.catalog, interface)
    }

    fn is_broken_type(&self, name: &str) -> bool {
        query::is_broken(&self.broken, name)
    }

    fn catalog(&self) -> Arc<Catalog> {
        self.catalog.clone()
    }
}

/// The schema and the fragments of a project as it would be, as a query sees them.
struct TrialNames<'t, 'db> {
    base: ProjectNames<'db>,
    next: &'t Next<'db>,
}

impl TrialNames<'_, '_> {
    fn schema(&self) -> &dyn Names {
        match &self.next.schema {
            Some(schema) => schema,
            None => &self.base,
        }
    }
}

impl Names for TrialNames<'_, '_> {
    fn node(&self, name: &str) -> Option<Arc<NodeType>> {
        self.schema().node(name)
    }

    fn edge(&self, name: &str) -> Option<Arc<EdgeType>> {
        self.schema().edge(name)
    }

    fn interface(&self, name: &str) -> Option<Arc<InterfaceType>> {
        self.schema().interface(name)
    }

    fn implementers(&self, interface: &str) -> Vec<String> {
        self.schema().implementers(interface)
    }

    fn is_broken_type(&self, name: &str) -> bool {
        self.schema().is_broken_type(name)
    }

    fn fragment(&self, name: &str) -> Option<Arc<ast::Query>> {
        match self.next.fragments.get(name) {
            Some(item) => db::parse_query_item(self.base.db, (*item)?).tree.clone(),
            None => self.base.fragment(name),
        }
    }

    fn is_broken_fragment(&self, name: &str) -> bool {
        let concerned = self.next.schema.is_some() || self.next.reached.contains(name);
        match self.next.fragments.get(name) {
            Some(Some(item)) if !db::syntax_errors(self.base.db, *item).is_empty() => true,
            _ if concerned => self
                .fragment(name)
                .is_some_and(|tree| query::analyse(&tree, self).correct.is_none()),
            _ => self.base.is_broken_fragment(name),
        }
    }

    fn fragment_calls(&self, name: &str) -> Vec<String> {
        match self.next.fragments.get(name) {
            Some(item) => item.map_or_else(Vec::new, |item| db::item_calls(self.base.db, item).clone()),
            None => self.base.fragment_calls(name),
        }
    }

    fn fragments(&self) -> Vec<String> {
        self.base.fragments()
    }

    fn catalog(&self) -> Arc<Catalog> {
        self.schema().catalog()
    }
}
