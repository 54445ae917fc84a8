//! Source texts and what the compiler makes of them: the bridge from files, stdin and stores to checked queries.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use omnigraph_compiler::db::{self, Database, Project, QuerySummary, SourceFile};
use omnigraph_compiler::diagnostic::render::{self, Sources};
use omnigraph_compiler::diagnostic::{Diagnostic, Severity};
use omnigraph_compiler::lint::published::Published;
use omnigraph_compiler::lint::{self as lints, External};
use omnigraph_compiler::rules::{self, Rule};
use omnigraph_compiler::schema::SchemaSettings;
use omnigraph_grammar::{Language, Span};
use omnigraph_workspace::disk::{MOST_BYTES, too_large};
use omnigraph_workspace::{self as workspace, Located};

use crate::failure::{Failure, io_reason};
use crate::streams::say;
use crate::terminal::Terminal;

/// The most bytes of a query file.
const MOST_QUERY_BYTES: u64 = 4 << 20;

/// A text and the path under which diagnostics name it.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// A query or parameters: a file, or stdin for `-`.
    pub(crate) fn read(path: &Path) -> Result<Source, Failure> {
        Source::read_most(path, MOST_QUERY_BYTES)
    }

    /// A schema, which may be larger.
    pub(crate) fn read_schema(path: &Path) -> Result<Source, Failure> {
        Source::read_most(path, MOST_BYTES)
    }

    fn read_most(path: &Path, most: u64) -> Result<Source, Failure> {
        let (shown, bytes) = bytes(path, most)?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Source { path: shown, text }),
            Err(error) => {
                let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()]
                    .iter()
                    .filter(|b| **b == b'\n')
                    .count();
                let reason = format!("line {line} is not UTF-8 text");
                Err(Failure::usage(format!("cannot read {shown}: {reason}")))
            }
        }
    }

    /// For those who report what is wrong with a file and do not write it: what is not UTF-8 stands as U+FFFD, and where it
    /// begins is an error.
    pub(crate) fn read_to_tell(path: &Path) -> Result<(Source, Option<Diagnostic>), Failure> {
        let (shown, bytes) = bytes(path, MOST_BYTES)?;
        let bad = std::str::from_utf8(&bytes).err().map(|error| error.valid_up_to());
        let source = Source {
            path: shown,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        };
        let told = bad.map(|at| Diagnostic {
            rule: foreign_character(&source.path),
            severity: Severity::Error,
            message: "this is not UTF-8 text".to_owned(),
            file: source.path.clone(),
            span: Span::new(at, at + REPLACEMENT.len_utf8()),
            label: "another encoding begins here".to_owned(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Some("save the file as UTF-8".to_owned()),
            fixes: Vec::new(),
        });
        Ok((source, told))
    }
}

/// A text has errors, which are printed already.
pub(crate) fn compiler_failure(message: impl Into<String>, errors: &[&Diagnostic], sources: &Sources) -> Failure {
    let errors = errors.iter().map(|diagnostic| render::json(diagnostic, sources));
    Failure::no(message)
        .class("Compiler")
        .detail("diagnostics", errors.collect())
}

/// What stands for bytes that are not text.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

fn foreign_character(path: &str) -> &'static Rule {
    let code = if path.ends_with(".gq") { "Q001" } else { "S001" };
    rules::find(code)[0]
}

/// Adds the errors of files that are not UTF-8 to what was found; the characters in their place are not mistakes of their own.
pub(crate) fn tell_encodings(found: &mut Vec<Diagnostic>, encodings: &[Diagnostic], sources: &Sources) {
    if encodings.is_empty() {
        return;
    }
    let stands_for_bytes = |diagnostic: &Diagnostic| {
        let text = sources.text(&diagnostic.file).unwrap_or("");
        let span = diagnostic.span;
        ["S001", "Q001"].contains(&diagnostic.rule.subcode)
            && encodings.iter().any(|encoding| encoding.file == diagnostic.file)
            && text
                .get(span.start as usize..span.end as usize)
                .is_some_and(|text| text.contains(REPLACEMENT))
    };
    found.retain(|diagnostic| !stands_for_bytes(diagnostic));
    found.extend(encodings.iter().cloned());
    found.sort_by(|a, b| (&a.file, a.span.start, a.rule.code).cmp(&(&b.file, b.span.start, b.rule.code)));
}

/// The bytes of a file, or of stdin for `-`, with the name to show. What has no end, such as a device, is not read to it.
fn bytes(path: &Path, most: u64) -> Result<(String, Vec<u8>), Failure> {
    let stdin = path.as_os_str() == "-";
    let shown = if stdin {
        "<stdin>".to_owned()
    } else {
        path.display().to_string()
    };
    let mut bytes = Vec::new();
    let read = if stdin {
        std::io::stdin().take(most + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
    };
    match read {
        Ok(_) if bytes.len() as u64 > most => Err(Failure::usage(format!("cannot read {shown}: {}", too_large(most)))),
        Ok(_) => Ok((shown, bytes)),
        Err(error) => Err(Failure::usage(format!("cannot read {shown}: {}", io_reason(&error)))),
    }
}

/// A schema, queries, and all that is to be said about them.
pub(crate) struct CheckedSources {
    database: Database,
    project: Project,
    queries: Vec<SourceFile>,
    pub diagnostics: Vec<Diagnostic>,
    pub sources: Sources,
}

/// Checks a schema (none: no type is known) together with query files.
pub(crate) fn check(schema: Option<&Source>, queries: &[Source]) -> CheckedSources {
    let mut checked = unchecked(schema, &[], queries, SchemaSettings::default());
    checked.diagnostics = db::diagnostics(&checked.database, checked.project);
    checked
}

fn unchecked(
    schema: Option<&Source>,
    rivals: &[PathBuf],
    queries: &[Source],
    settings: SchemaSettings,
) -> CheckedSources {
    let database = Database::new();
    let input =
        |source: &Source, language| SourceFile::new(&database, source.path.clone(), source.text.clone(), language);
    let mut files: Vec<SourceFile> = schema
        .map(|source| input(source, Language::Schema))
        .into_iter()
        .collect();
    let queries: Vec<SourceFile> = queries.iter().map(|source| input(source, Language::Query)).collect();
    files.extend(&queries);
    let rivals = rivals.iter().map(|path| path.display().to_string()).collect();
    let project = Project::new(&database, files, settings, None, rivals);
    let sources = db::sources(&database, project);
    CheckedSources {
        database,
        project,
        queries,
        diagnostics: Vec::new(),
        sources,
    }
}

/// The same with lints, by these settings. Gives beside it what comments suppress, with their reasons. `directory` is where
/// the paths of the sources count from, `external` what lints know beside the files. Where several schemas could be meant,
/// `rivals`, there is none.
pub(crate) fn lint(
    schema: Option<&Source>,
    rivals: &[PathBuf],
    queries: &[Source],
    located: &Located,
    directory: &Path,
    external: Option<&External>,
) -> (CheckedSources, Vec<(Diagnostic, String)>) {
    let today = chrono::Utc::now()
        .date_naive()
        .signed_duration_since(chrono::NaiveDate::default())
        .num_days();
    let settings = located.settings.schema_settings(i32::try_from(today).ok());
    let mut checked = unchecked(schema, rivals, queries, settings);
    let relative = |path: &str| located.relative(&workspace::clean(&directory.join(path)));
    let options = lints::Options {
        settings: &located.settings,
        relative: &relative,
        external,
    };
    let (found, suppressed) = lints::findings(&checked.database, checked.project, options);
    checked.diagnostics = found;
    (checked, suppressed)
}

impl CheckedSources {
    /// The queries of every file, with the file's path.
    pub(crate) fn queries(&self) -> impl Iterator<Item = (String, QuerySummary)> {
        self.queries.iter().flat_map(|file| {
            let path = file.path(&self.database).clone();
            db::queries(&self.database, self.project, *file)
                .into_iter()
                .map(move |query| (path.clone(), query))
        })
    }

    /// What the queries are for their callers.
    pub(crate) fn published(&self) -> Published {
        Published::of(&self.database, self.project)
    }

    /// Errors that concern the query that lies in `file` at `span`, and those of everything if there is none.
    pub(crate) fn errors_of(&self, file: &str, span: Span) -> Vec<&Diagnostic> {
        self.diagnostics
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .filter(|d| d.file != file || (d.span.start >= span.start && d.span.start <= span.end))
            .collect()
    }

    pub(crate) fn errors(&self) -> Vec<&Diagnostic> {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == Severity::Error)
            .collect()
    }

    /// Prints errors to stderr and ends the command if there are any.
    pub(crate) fn reject(&self, errors: &[&Diagnostic], terminal: &Terminal) -> Result<(), Failure> {
        for diagnostic in errors {
            say(&render::human(diagnostic, &self.sources, terminal.color_stderr()));
        }
        let message = match errors.len() {
            0 => return Ok(()),
            1 => "1 error".to_owned(),
            count => format!("{count} errors"),
        };
        Err(compiler_failure(message, errors, &self.sources))
    }
}
