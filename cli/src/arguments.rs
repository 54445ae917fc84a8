//! The command line's words: commands, flags, formats. `--help` is made from this file.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Typed property graphs: check schemas and queries, load data, ask and change it.
#[derive(Debug, Parser)]
#[command(
    name = "omnigraph",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
#[command(after_help = "Exit codes: 0 fine · 1 the answer is no · 2 wrong usage or settings · 3 the operation failed")]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Print results and errors only
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more about what is done
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create a graph from a schema
    Init(Init),
    /// Load NDJSON as one commit
    Load(Load),
    /// Run a read query
    Query(Query),
    /// Run a mutation
    Mutate(Mutate),
    /// Check schemas and queries
    #[command(alias = "check")]
    Lint(Lint),
    /// Format schemas and queries
    Fmt(Fmt),
    /// Print the page of a diagnostic
    Explain(Explain),
    /// Show what the compiler makes of a query
    Compile(Compile),
    /// The schema of a graph
    #[command(subcommand)]
    Schema(Schema),
    /// Print the graph as NDJSON that `load` accepts
    Export(Export),
    /// Join small files and build the indexes that the schema asks for
    Optimize(Optimize),
    /// Remove what no retained commit needs
    Cleanup(Cleanup),
    /// Compare all stored files with what was written
    Verify(Verify),
    /// Serve editors: the language server on stdin and stdout
    Lsp,
    /// Print a script that completes commands and flags
    Completions(Completions),
    /// Write manual pages
    Man(Man),
}

#[derive(Debug, Args)]
pub struct Init {
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
pub struct Authorship {
    /// Text of the commit
    #[arg(long, value_name = "TEXT")]
    pub message: Option<String>,
    /// Who is writing; `OMNIGRAPH_ACTOR` otherwise
    #[arg(long = "as", value_name = "ACTOR")]
    pub actor: Option<String>,
}

#[derive(Debug, Args)]
pub struct Load {
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
pub enum LoadMode {
    /// An id that exists is an error
    Append,
    /// A row whose id exists is replaced in full
    Merge,
    /// The types that occur in the input are replaced by it
    Overwrite,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    Text,
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Workflow commands, and the job's summary
    Github,
    /// A code quality report
    Gitlab,
    Junit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ResultFormat {
    /// Aligned columns, for people
    Table,
    /// One document: rows, columns, commit
    Json,
    /// A line of metadata, then one row a line
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
    pub fn streams(self) -> bool {
        matches!(self, ResultFormat::Csv | ResultFormat::Arrow)
    }
}

/// Which query of which source, and its parameters.
#[derive(Debug, Args)]
pub struct Request {
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
pub struct Query {
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

#[derive(Debug, Args)]
pub struct Mutate {
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
pub struct Lint {
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
pub enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

#[derive(Debug, Args)]
pub struct Completions {
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct Man {
    /// Where to write a page for every command; without it, the main page goes to stdout
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LintFormat {
    /// Source with the findings drawn into it
    Human,
    /// One finding a line
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
pub struct Fmt {
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
pub struct Explain {
    /// A code (`T6`), a sub-code (`T6.2`) or a name (`unknown-property`)
    #[arg(required_unless_present = "list")]
    pub code: Option<String>,
    /// A table of all diagnostics
    #[arg(long)]
    pub list: bool,
}

#[derive(Debug, Args)]
pub struct Compile {
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
pub enum Emit {
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

#[derive(Debug, Subcommand)]
pub enum Schema {
    /// Print the schema of a graph
    Show(SchemaShow),
    /// Show what a change of the schema does
    Plan(SchemaPlanning),
    /// Change the schema of a graph
    Apply(SchemaApply),
    /// Draw a schema
    Diagram(SchemaDiagram),
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("old").required(true).args(["from", "against", "store"]))]
pub struct SchemaPlanning {
    /// The schema as it is
    #[arg(long, value_name = "OLD.pg")]
    pub from: Option<PathBuf>,
    /// The schema as git has it at a commit, branch or tag; a path counts from the repository's root
    #[arg(long, value_name = "GITREF[:PATH]")]
    pub against: Option<String>,
    /// The graph whose schema changes; its rows are counted
    #[arg(long, value_name = "STORE")]
    pub store: Option<String>,
    /// The schema as it shall be; without it, the project's, or with --against those of all projects below
    #[arg(long, value_name = "NEW.pg")]
    pub to: Option<PathBuf>,
    /// Queries that must go on working: files or folders; without it, the project's
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub queries: Vec<PathBuf>,
    /// Drops remove their data for good: all of them, or those named, as in `node:Kiosk,node:Member.fax`
    #[arg(long, value_name = "ENTITY", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "")]
    pub allow_data_loss: Option<Vec<String>>,
    /// What both schemas were made from: where they contradict each other is told
    #[arg(long, value_name = "BASE.pg", conflicts_with = "store")]
    pub base: Option<PathBuf>,
    /// The plan is an error unless the present schema has this hash, the `schema` of another plan
    #[arg(long, value_name = "HASH")]
    pub if_schema: Option<String>,
    /// Who plans; `OMNIGRAPH_ACTOR` otherwise
    #[arg(long = "as", value_name = "ACTOR")]
    pub actor: Option<String>,
    /// Exit 1 if the plan is unsupported or unsafe
    #[arg(long)]
    pub check: bool,
    #[arg(long, default_value = "text")]
    pub format: PlanFormat,
}

#[derive(Debug, Args)]
pub struct SchemaApply {
    /// The graph
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// The schema as it shall be
    #[arg(long, value_name = "NEW.pg")]
    pub schema: PathBuf,
    /// Queries that must go on working: files or folders; without it, the project's
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub queries: Vec<PathBuf>,
    /// Drops remove their data for good: all of them, or those named, as in `node:Kiosk,node:Member.fax`
    #[arg(long, value_name = "ENTITY", num_args = 0..=1, require_equals = true, value_delimiter = ',', default_missing_value = "")]
    pub allow_data_loss: Option<Vec<String>>,
    /// Fail (exit 1) unless the head is this commit: the `base` of a plan
    #[arg(long, value_name = "COMMIT")]
    pub if_commit: Option<String>,
    /// Fail (exit 1) unless the present schema has this hash: the `schema` of a plan
    #[arg(long, value_name = "HASH")]
    pub if_schema: Option<String>,
    /// Print the plan only
    #[arg(long)]
    pub dry_run: bool,
    /// text or json
    #[arg(long, default_value = "text")]
    pub format: TextOrJson,
    #[command(flatten)]
    pub authorship: Authorship,
}

#[derive(Debug, Args)]
pub struct SchemaDiagram {
    /// The schema file
    #[arg(value_name = "FILE.pg", required_unless_present = "store", conflicts_with = "store")]
    pub schema: Option<PathBuf>,
    /// The graph whose schema is drawn
    #[arg(long, value_name = "STORE")]
    pub store: Option<String>,
    #[arg(long, default_value = "svg")]
    pub format: DiagramFormat,
    /// Where to write it; stdout otherwise
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Of an older commit
    #[arg(long, value_name = "COMMIT", requires = "store")]
    pub at: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiagramFormat {
    /// A class diagram as text, for pages that draw it
    Mermaid,
    Svg,
    /// One page with a search, which works offline
    Html,
}

#[derive(Debug, Args)]
pub struct SchemaShow {
    /// The graph
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// Print the state of each index instead
    #[arg(long)]
    pub indexes: bool,
    /// text is the source; json the resolved catalog with its identities, and the state of the indexes
    #[arg(long, default_value = "text")]
    pub format: TextOrJson,
    /// Of an older commit
    #[arg(long, value_name = "COMMIT")]
    pub at: Option<String>,
}

#[derive(Debug, Args)]
pub struct Optimize {
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
pub struct Cleanup {
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
pub struct Verify {
    /// The graph
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// text or json
    #[arg(long, default_value = "text")]
    pub format: TextOrJson,
}

/// A whole number with a unit.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no age: write a whole number and a unit, such as `30d`, `12h`, `45m` or `10s`");
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

#[derive(Debug, Args)]
pub struct Export {
    /// The graph
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// These types only
    #[arg(long = "type", value_name = "TYPE", num_args = 1..)]
    pub types: Vec<String>,
    /// Of an older commit
    #[arg(long, value_name = "COMMIT")]
    pub at: Option<String>,
}
