//! What is said to commands that read or write a graph's rows and files.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::TextOrJson;

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The schema file
    #[arg(long, value_name = "FILE.pg")]
    pub schema: PathBuf,
    /// Where to create the graph: a folder or a URI
    #[arg(value_name = "STORE")]
    pub store: String,
    /// text or json
    #[arg(long, default_value = "text")]
    pub format: TextOrJson,
}

/// Who writes, and why: kept in the commit record.
#[derive(Debug, Clone, Args)]
pub(crate) struct Authorship {
    /// Text of the commit
    #[arg(long, value_name = "TEXT")]
    pub message: Option<String>,
    /// Who is writing; `OMNIGRAPH_ACTOR` otherwise
    #[arg(long = "as", value_name = "ACTOR")]
    pub actor: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Load {
    /// The graph
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// NDJSON, one node or edge a line; `-` is stdin
    #[arg(long, value_name = "FILE.jsonl")]
    pub data: PathBuf,
    /// What happens to rows that exist
    #[arg(long, default_value = "append")]
    pub mode: LoadMode,
    /// text or json
    #[arg(long, default_value = "text")]
    pub format: TextOrJson,
    /// Memory to work with, such as 512MiB; beyond it, rows go to scratch files or the request is refused
    #[arg(long, value_name = "SIZE", value_parser = crate::memory::parse)]
    pub memory: Option<usize>,
    #[command(flatten)]
    pub authorship: Authorship,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LoadMode {
    /// An id that exists is an error
    Append,
    /// A row whose id exists is replaced in full
    Merge,
    /// The types that occur in the input are replaced by it
    Overwrite,
}

/// Which query of which source, and its parameters.
#[derive(Debug, Args)]
pub(crate) struct Request {
    /// The query's name; may be left out when the source declares one query
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// The graph
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// A query file; `-` is stdin
    #[arg(
        long,
        value_name = "FILE.gq",
        required_unless_present = "text",
        conflicts_with = "text"
    )]
    pub query: Option<PathBuf>,
    /// The query's text
    #[arg(short = 'e', long = "expression", value_name = "TEXT")]
    pub text: Option<String>,
    /// Parameters as a JSON object
    #[arg(long, value_name = "JSON", conflicts_with_all = ["params_file", "param"])]
    pub params: Option<String>,
    /// Parameters as a JSON object in a file; `-` is stdin
    #[arg(long, value_name = "FILE", conflicts_with = "param")]
    pub params_file: Option<PathBuf>,
    /// A parameter as `name=value`, read by its declared type
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE")]
    pub param: Vec<String>,
    /// An undeclared parameter is an error instead of a warning
    #[arg(long)]
    pub strict: bool,
    /// Print the plan instead of running
    #[arg(long)]
    pub explain: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Query {
    #[command(flatten)]
    pub request: Request,
    /// Run, and print the plan with rows and times beside each operator instead of the result
    #[arg(long, conflicts_with = "explain")]
    pub analyze: bool,
    /// table on a terminal, json otherwise
    #[arg(long)]
    pub format: Option<ResultFormat>,
    /// In CSV, put a `'` before texts that a spreadsheet would take for a formula
    #[arg(long)]
    pub csv_safe: bool,
    /// Read an older commit
    #[arg(long, value_name = "COMMIT")]
    pub at: Option<String>,
    /// Memory to work with, such as 512MiB; beyond it, rows go to scratch files or the request is refused
    #[arg(long, value_name = "SIZE", value_parser = crate::memory::parse)]
    pub memory: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResultFormat {
    /// Aligned columns, for people
    Table,
    /// One document: rows, columns, commit
    Json,
    /// A line of metadata, then one row per line
    Jsonl,
    Csv,
    /// One `column: value` a line
    Kv,
    /// Arrow IPC stream
    Arrow,
}

impl ResultFormat {
    /// Whether rows are written while the query runs. The others begin with something about the whole result, or are one
    /// document that must not end in the middle.
    pub(crate) fn streams(self) -> bool {
        matches!(self, ResultFormat::Csv | ResultFormat::Arrow)
    }
}

#[derive(Debug, Args)]
pub(crate) struct Mutate {
    #[command(flatten)]
    pub request: Request,
    /// text on a terminal, json otherwise
    #[arg(long)]
    pub format: Option<TextOrJson>,
    /// Fail (exit 1) unless the head is this commit
    #[arg(long, value_name = "COMMIT")]
    pub if_commit: Option<String>,
    #[command(flatten)]
    pub authorship: Authorship,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The graph
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// These types only
    #[arg(long = "type", value_name = "TYPE", num_args = 1..)]
    pub types: Vec<String>,
    /// Read an older commit
    #[arg(long, value_name = "COMMIT")]
    pub at: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Optimize {
    /// The graph
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// These types only
    #[arg(long = "type", value_name = "TYPE", num_args = 1..)]
    pub types: Vec<String>,
    /// text or json
    #[arg(long, default_value = "text")]
    pub format: TextOrJson,
    #[command(flatten)]
    pub authorship: Authorship,
}

#[derive(Debug, Args)]
pub(crate) struct Cleanup {
    /// The graph
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// Retain the newest commits, this many; all of them without this and `--older-than`
    #[arg(long, value_name = "COMMITS", value_parser = clap::value_parser!(u64).range(1..))]
    pub keep: Option<u64>,
    /// Retain commits that are younger, such as `30d`, `12h`, `45m` or `10s`
    #[arg(long, value_name = "AGE", value_parser = duration)]
    pub older_than: Option<Duration>,
    /// Spare files that are younger: longer than the longest write and the longest read
    #[arg(long, value_name = "AGE", value_parser = duration, default_value = "24h")]
    pub grace: Duration,
    /// Remove, instead of saying what would be removed
    #[arg(long)]
    pub confirm: bool,
    /// text or json
    #[arg(long, default_value = "text")]
    pub format: TextOrJson,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The graph
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// text or json
    #[arg(long, default_value = "text")]
    pub format: TextOrJson,
}

/// A whole number with a unit.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("`{text}` is not an age: write a whole number and a unit, such as `30d`, `12h`, `45m` or `10s`");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number: u64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| wrong())?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return Err(wrong()),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}
