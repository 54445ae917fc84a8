//! Source texts and what the compiler makes of them: the bridge from files, stdin and stores to checked queries.

use std::io::Read;
use std::path::Path;

use omnigraph_compiler::diagnostic::render::{self, Sources};
use omnigraph_compiler::diagnostic::{Diagnostic, Severity};
use omnigraph_compiler::project::{self, CheckedProject};

use crate::failure::{Failure, io_reason};
use crate::terminal::Terminal;

/// A text and the path under which diagnostics name it.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    /// A file, or stdin for `-`.
    pub fn read(path: &Path) -> Result<Source, Failure> {
        let shown = if path.as_os_str() == "-" { "<stdin>".to_owned() } else { path.display().to_string() };
        let bytes = if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
        } else {
            std::fs::read(path)
        };
        let unreadable = |reason: String| Failure::usage(format!("cannot read {shown}: {reason}"));
        let bytes = bytes.map_err(|error| unreadable(io_reason(&error)))?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Source { path: shown, text }),
            Err(error) => {
                let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count();
                Err(unreadable(format!("line {line} is not UTF-8 text")))
            }
        }
    }
}

/// A schema, queries, and all that is to be said about them.
pub struct Checked {
    pub project: CheckedProject,
    pub sources: Sources,
}

/// Checks a schema with at most one query file.
pub fn check(schema: &Source, queries: Option<&Source>) -> Checked {
    check_all(schema, queries.map(std::slice::from_ref).unwrap_or_default())
}

pub fn check_all(schema: &Source, queries: &[Source]) -> Checked {
    let files: Vec<(&str, &str)> = queries.iter().map(|source| (source.path.as_str(), source.text.as_str())).collect();
    let project = project::check_project((&schema.path, &schema.text), &files);
    let sources = Sources::new(
        std::iter::once(schema).chain(queries).map(|source| (source.path.clone(), source.text.clone())),
    );
    Checked { project, sources }
}

impl Checked {
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.project.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Prints all errors to stderr and ends the command if there are any.
    pub fn reject_errors(&self, terminal: &Terminal) -> Result<(), Failure> {
        let mut errors = 0;
        for diagnostic in self.errors() {
            errors += 1;
            eprintln!("{}", render::human(diagnostic, &self.sources, terminal.color_stderr()));
        }
        match errors {
            0 => Ok(()),
            1 => Err(Failure::no("1 error")),
            errors => Err(Failure::no(format!("{errors} errors"))),
        }
    }
}
