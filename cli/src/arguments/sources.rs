//! What is said to commands that look at sources of schemas and queries.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::TextOrJson;

#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Files or folders; without any, the project around the working directory, or all below it; `-` is stdin
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The file that stdin stands for, which need not be there
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
    /// Look at what git ignores, too, and at hidden folders and those of builds
    #[arg(long)]
    pub no_ignore: bool,
    /// Check queries against this schema
    #[arg(long, value_name = "FILE.pg", conflicts_with = "store")]
    pub schema: Option<PathBuf>,
    /// Check queries against the schema of a graph
    #[arg(long, value_name = "STORE")]
    pub store: Option<String>,
    #[arg(long, default_value = "human")]
    pub format: LintFormat,
    /// Settings to use instead of the nearest omnigraph.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Apply the fixes that change no result
    #[arg(long)]
    pub fix: bool,
    /// Apply, or show, those that may change results, too
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Change nothing; print what the fixes would change, and exit with 1 if that is something
    #[arg(long)]
    pub diff: bool,
    /// The least severity for which to exit with 1
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Leave out the findings that this file lists
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all findings into the baseline file, and report none
    #[arg(long)]
    pub write_baseline: bool,
    /// Tell what breaks the callers of the queries in this file
    #[arg(long, value_name = "FILE")]
    pub published: Option<PathBuf>,
    /// Write what all queries ask for and give into the file of published queries, and report nothing
    #[arg(long, conflicts_with_all = ["fix", "unsafe_fixes", "diff", "write_baseline"])]
    pub write_published: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    /// Source with the findings drawn into it
    Human,
    /// One finding per line
    Concise,
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Workflow commands, and the job's summary
    Github,
    /// A code quality report
    Gitlab,
    Junit,
}

#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// Files or folders; `-` is stdin
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Change nothing; exit 1 if a file is not formatted
    #[arg(long)]
    pub check: bool,
    /// Change nothing; print what would change
    #[arg(long)]
    pub diff: bool,
    /// Longest line wanted; what the settings say, or 100
    #[arg(long, value_name = "COLUMNS")]
    pub width: Option<usize>,
    /// The language of stdin: its file name
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
    /// Format what git ignores, too, and what is in hidden folders and those of builds
    #[arg(long)]
    pub no_ignore: bool,
    /// Format only what these lines of one file touch, such as `10-20`
    #[arg(long, value_name = "FIRST-LAST", value_parser = lines)]
    pub lines: Option<RangeInclusive<usize>>,
}

/// `10-20`, or `10` for one line.
fn lines(text: &str) -> Result<RangeInclusive<usize>, String> {
    let number = |text: &str| text.trim().parse::<usize>().ok().filter(|line| *line > 0);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        _ => Err("lines are given as `10-20`, counted from 1".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A code (`T6`), a sub-code (`T6.2`) or a name (`unknown-property`)
    #[arg(required_unless_present = "list")]
    pub code: Option<String>,
    /// A table of all diagnostics
    #[arg(long)]
    pub list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Compile {
    /// The query file; `-` is stdin
    #[arg(value_name = "FILE.gq")]
    pub file: PathBuf,
    /// The query's name; may be left out when the file declares one query
    pub name: Option<String>,
    /// The schema file
    #[arg(long, value_name = "FILE.pg")]
    pub schema: Option<PathBuf>,
    #[arg(long, default_value = "plan")]
    pub emit: Emit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Emit {
    /// The lexer's tokens, one per line
    Tokens,
    /// The syntax tree
    Ast,
    /// The logical plan as JSON
    Ir,
    /// The logical plan as an indented tree
    Plan,
    /// Result columns, reads and writes as JSON
    Descriptor,
}

#[derive(Debug, Args)]
pub(crate) struct Translate {
    /// Files of statements; `-` is stdin
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The language of the statements
    #[arg(long, value_name = "LANGUAGE")]
    pub from: TranslatedLanguage,
    /// The schema that names are looked up in; without it, the one that tables in the input define, or the project's
    #[arg(long, value_name = "FILE.pg")]
    pub schema: Option<PathBuf>,
    /// Write into this folder instead of stdout: `schema.pg`, and a `.gq` file for each file
    #[arg(long, short, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    #[arg(long, default_value = "text")]
    pub format: TextOrJson,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TranslatedLanguage {
    /// openCypher, as Neo4j and others have it
    Cypher,
    /// Kùzu: its Cypher, and its tables
    Kuzu,
}
