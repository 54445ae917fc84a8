//! Why files cannot be looked at, and what to say of it.

use std::path::{Path, PathBuf};

use omnigraph_compiler::diagnostic::LineIndex;
use omnigraph_compiler::settings::SettingsProblem;

/// Why files cannot be grouped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The settings are wrong.
    Settings {
        /// The file of settings.
        file: PathBuf,
        /// Its text, in which the problems have their places.
        text: String,
        /// At least one.
        problems: Vec<SettingsProblem>,
    },
    /// A file or a folder cannot be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// As the system puts it.
        reason: String,
    },
    /// The settings name a file that lies outside of the project, or a link that leads out of it.
    Outside {
        /// The file of settings.
        file: PathBuf,
        /// What it names.
        named: PathBuf,
    },
    /// The settings name a schema that is not there.
    NoSuchSchema {
        /// The file of settings.
        file: PathBuf,
        /// As `schema` lists them.
        patterns: Vec<String>,
    },
}

impl Problem {
    /// The file that the problem is about.
    pub fn path(&self) -> &Path {
        match self {
            Problem::Settings { file, .. } | Problem::NoSuchSchema { file, .. } | Problem::Outside { file, .. } => file,
            Problem::Unreadable { path, .. } => path,
        }
    }

    /// What to print, given how the paths are shown: a sentence (for wrong settings, one per line), and a way out.
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
            Problem::Outside { file, named } => {
                let message = format!("{}: {} lies outside of the project", shown(file), shown(named));
                let help = "settings name files of their own project; what lies elsewhere is named on the command line";
                (message, Some(help.to_owned()))
            }
            Problem::NoSuchSchema { file, patterns } => {
                let message = format!("{}: `schema` matches no file: {}", shown(file), patterns.join(", "));
                (message, None)
            }
        }
    }
}
