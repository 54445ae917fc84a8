//! Lints: what is allowed, but probably not meant. A lint is a rule with a check over one correct query or over a whole
//! project; it stands in the rule's file. Settings decide what is reported, comments and baselines what is not.

pub mod baseline;
mod collect;
mod expressions;
mod external;
pub mod fix;
pub(crate) mod prelude;
mod project;
mod project_findings;
pub mod published;
mod suppress;
mod tables;
mod usage;
mod view;

use std::cell::RefCell;
use std::collections::BTreeSet;

use omnigraph_grammar::Language;
use omnigraph_grammar::query::ast::Body;

use crate::db::{self, Db, Project, SourceFile};
use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::query::Correct;
use crate::rules::{LINTS, Rule};
use crate::settings::Settings;

pub use external::{Asked, External};
pub use project::{FragmentAt, ProjectView, QueryAt};
pub use project_findings::ProjectFindings;
pub use suppress::{Directive, suppressible_at};
pub use usage::{Fixed, QueryUsage, Used};

/// A rule with its check.
#[derive(Debug)]
pub struct Lint {
    pub rule: &'static Rule,
    /// Whether it is reported unless the settings say otherwise.
    pub on: bool,
    pub(crate) check: Check,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Check {
    /// Looks at one query that has no errors.
    Query(fn(&view::View, &mut Vec<Finding>)),
    /// Looks at one query or one fragment that has no errors.
    Item(fn(&view::View, &mut Vec<Finding>)),
    /// Looks at all files of a project.
    Project(fn(&ProjectView, &mut Vec<(SourceFile, Finding)>)),
    /// Looks at one query and what is known beside the files.
    External(fn(&Asked, &External, &mut Vec<Finding>)),
    /// Looks at the comments that suppress others.
    Comment,
}

/// What a look at one query gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryLints {
    /// Findings of every lint, whatever the settings say; places name item 0.
    pub findings: Vec<Finding>,
    pub usage: QueryUsage,
}

/// Runs the lints of one query.
pub(crate) fn query(
    tree: &omnigraph_grammar::query::ast::Query,
    text: &str,
    names: &dyn crate::query::Names,
    correct: &Correct,
) -> QueryLints {
    let tree = crate::query::resolved(tree, names);
    let view = view::View::new(&tree, text, names, correct);
    let mut findings = Vec::new();
    // Most are about rows, and a fragment has none by itself.
    let is_fragment = matches!(tree.body, Body::Fragment(_));
    for lint in LINTS {
        match lint.check {
            Check::Query(check) if !is_fragment => check(&view, &mut findings),
            Check::Item(check) => check(&view, &mut findings),
            Check::Query(_) | Check::Project(_) | Check::External(_) | Check::Comment => {}
        }
    }
    QueryLints {
        usage: QueryUsage::of(&view),
        findings,
    }
}

/// What decides which findings are reported.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    pub settings: &'a Settings,
    /// A file's path as the settings' patterns see it.
    pub relative: &'a dyn Fn(&str) -> String,
    /// What lints know beside the files.
    pub external: Option<&'a External>,
}

/// All diagnostics of a project, lints among them: by file, then place, then code.
pub fn diagnostics(db: &dyn Db, project: Project, options: Options) -> Vec<Diagnostic> {
    let mut files: Vec<SourceFile> = project.files(db).clone();
    files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
    let of_file = |file: &SourceFile| file_diagnostics(db, project, *file, options);
    files.iter().flat_map(of_file).collect()
}

/// Findings, and what comments suppress with their reasons.
pub type Found = (Vec<Diagnostic>, Vec<(Diagnostic, String)>);

/// All findings of a project, however many, by file, then place, then code; and what comments suppress. A fix after which a
/// query does not check is left out.
pub fn findings(db: &dyn Db, project: Project, options: Options) -> Found {
    let (mut all, mut suppressed) = (Vec::new(), Vec::new());
    for file in project.files(db) {
        let (mut found, more) = file_findings(db, project, *file, options);
        let path = (options.relative)(file.path(db));
        let levels = Levels::new(options.settings, &path);
        fix::keep_sound(db, project, *file, &mut found, &|finding| {
            levels.of(finding.rule, finding.severity).is_some()
        });
        all.extend(found);
        suppressed.extend(more);
    }
    (db::ordered(all), suppressed)
}

/// Not too many of each file, for those who read them all.
pub fn capped(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut by_file: std::collections::BTreeMap<String, Vec<Diagnostic>> = std::collections::BTreeMap::new();
    for diagnostic in diagnostics {
        by_file.entry(diagnostic.file.clone()).or_default().push(diagnostic);
    }
    by_file.into_values().flat_map(db::finish).collect()
}

/// The diagnostics of one file, lints among them, as a person sees them: suppressed ones left out, and not too many.
pub fn file_diagnostics(db: &dyn Db, project: Project, file: SourceFile, options: Options) -> Vec<Diagnostic> {
    let (reported, _) = file_findings(db, project, file, options);
    db::finish(reported)
}

/// All that is found in a file, and what its comments suppress, with their reasons.
pub(crate) fn file_findings(db: &dyn Db, project: Project, file: SourceFile, options: Options) -> Found {
    let mut lints = own_lints(db, project, file, options);
    lints.extend(db::lint_findings_across(db, project, file));
    reported(db, project, file, options, lints)
}

/// The diagnostics of one file as it is now, but for those lints that look at all files: of these, what they said last, if
/// anything is known. So an edit's findings are there at once.
pub fn near_diagnostics(
    db: &dyn Db,
    project: Project,
    file: SourceFile,
    options: Options,
    before: Option<&ProjectFindings>,
) -> Vec<Diagnostic> {
    let mut lints = own_lints(db, project, file, options);
    lints.extend(before.map(|before| before.still_of(db, file)).unwrap_or_default());
    let (mut reported, _) = reported(db, project, file, options, lints);
    // A comment may be about a finding that is not known yet.
    reported.retain(|diagnostic| before.is_some() || diagnostic.rule.code != "L900");
    db::finish(reported)
}

fn own_lints(db: &dyn Db, project: Project, file: SourceFile, options: Options) -> Vec<Finding> {
    let path = (options.relative)(file.path(db));
    let levels = Levels::new(options.settings, &path);
    let mut lints = db::lint_findings(db, project, file, &|finding| {
        levels.of(finding.rule, finding.severity).is_some()
    });
    if let Some(external) = options.external {
        lints.extend(external::findings(db, project, file, external));
    }
    lints
}

fn reported(db: &dyn Db, project: Project, file: SourceFile, options: Options, lints: Vec<Finding>) -> Found {
    let path = (options.relative)(file.path(db));
    let levels = Levels::new(options.settings, &path);
    let mut found = db::placed(db, project, file, lints);
    found.retain_mut(|diagnostic| {
        let level = levels.of(diagnostic.rule, diagnostic.severity);
        level.is_some_and(|severity| {
            diagnostic.severity = severity;
            true
        })
    });
    let items = &db::items(db, file).items;
    let (mut kept, suppressed, problems) = suppress::apply(
        file.language(db),
        file.text(db),
        items,
        found,
        options.settings.lint.require_reason,
    );
    for problem in problems {
        let mut placed = db::placed_one(db, file, &problem);
        if let Some(severity) = levels.of(placed.rule, placed.severity) {
            placed.severity = severity;
            kept.push(placed);
        }
    }
    (kept, suppressed)
}

/// The settings' levels in one file; there are many findings of few rules.
struct Levels<'a> {
    settings: &'a Settings,
    path: &'a str,
    known: RefCell<Vec<Level>>,
}

/// A rule, the severity that its finding has, and the one that the settings give it.
type Level = (&'static Rule, Severity, Option<Severity>);

impl<'a> Levels<'a> {
    fn new(settings: &'a Settings, path: &'a str) -> Levels<'a> {
        Levels {
            settings,
            path,
            known: RefCell::default(),
        }
    }

    fn of(&self, rule: &'static Rule, own: Severity) -> Option<Severity> {
        let mut known = self.known.borrow_mut();
        if let Some((.., level)) = known
            .iter()
            .find(|(of, severity, _)| std::ptr::eq(*of, rule) && *severity == own)
        {
            return *level;
        }
        let level = self.settings.severity(rule, own, self.path);
        known.push((rule, own, level));
        level
    }
}

/// Codes that a suppression may name.
fn suppressible(language: Language) -> BTreeSet<&'static str> {
    crate::settings::configurable()
        .filter(|rule| language == Language::Query || !rule.code.starts_with('S'))
        .filter(|rule| {
            !LINTS
                .iter()
                .any(|lint| lint.rule == *rule && matches!(lint.check, Check::Comment))
        })
        .map(|rule| rule.code)
        .collect()
}

/// A finding that fails the check.
pub fn fails(settings: &Settings, severity: Severity) -> bool {
    settings.lint.fail_on.is_some_and(|least| severity <= least)
}
