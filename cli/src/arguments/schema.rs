//! What is said to `schema` and the commands below it.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Authorship, TextOrJson};

#[derive(Debug, Subcommand)]
pub(crate) enum Schema {
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
pub(crate) struct SchemaPlanning {
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
    /// What both schemas were made from: where they contradict each other is reported
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
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

#[derive(Debug, Args)]
pub(crate) struct SchemaApply {
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
pub(crate) struct SchemaShow {
    /// The graph
    #[arg(long, value_name = "STORE")]
    pub store: String,
    /// Print the state of each index instead
    #[arg(long)]
    pub indexes: bool,
    /// text is the source; json the resolved catalog with its identities, and the state of the indexes
    #[arg(long, default_value = "text")]
    pub format: TextOrJson,
    /// Read an older commit
    #[arg(long, value_name = "COMMIT")]
    pub at: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaDiagram {
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
    /// Read an older commit
    #[arg(long, value_name = "COMMIT", requires = "store")]
    pub at: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiagramFormat {
    /// A class diagram as text, for pages that draw it
    Mermaid,
    Svg,
    /// One page with a search, which works offline
    Html,
}
