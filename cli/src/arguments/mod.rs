//! The command line's words: commands, flags, formats. `--help` is made from this folder.

mod data;
mod schema;
mod sources;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use data::{
    Authorship, Cleanup, Export, Init, Load, LoadMode, Mutate, Optimize, Query, Request, ResultFormat, Verify,
};
pub(crate) use schema::{DiagramFormat, PlanFormat, Schema, SchemaApply, SchemaDiagram, SchemaPlanning, SchemaShow};
pub(crate) use sources::{Compile, Emit, Explain, FailOn, Fmt, Lint, LintFormat, Translate, TranslatedLanguage};

/// Typed property graphs: check schemas and queries, load data, ask and change it.
#[derive(Debug, Parser)]
#[command(
    name = "omnigraph",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
#[command(after_help = "Exit codes: 0 fine · 1 the answer is no · 2 wrong usage or settings · 3 the operation failed")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
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
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
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
    /// Translate statements of Cypher or Kùzu
    Translate(Translate),
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Where to write a page for every command; without it, the main page goes to stdout
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}
