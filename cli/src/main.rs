//! `omnigraph`: the command line over the toolchain and the engine. Results go to stdout, everything else to stderr;
//! exit codes are a contract (see `failure`).

mod allocator;
mod arguments;
mod commands;
mod diagram;
mod embedding;
mod failure;
mod interrupt;
mod memory;
mod output;
mod project;
mod request;
mod source;
mod streams;
mod terminal;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use arguments::{Cli, Command, Schema};
use failure::{Exit, Failure};
use terminal::Terminal;

/// Crates whose panics the engine turns into errors.
const LIBRARIES: [&str; 5] = ["/lance", "/arrow-", "/datafusion", "/parquet-", "/object_store-"];

/// A panic of the storage library ends as an error of the request that met it; its trace would be said twice.
fn quiet_libraries() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let file = panic.location().map_or("", |location| location.file());
        let library = LIBRARIES.iter().any(|library| file.contains(library));
        if !library || std::env::var_os("RUST_BACKTRACE").is_some_and(|wanted| wanted != "0") {
            usual(panic);
        }
    }));
}

fn main() -> ExitCode {
    quiet_libraries();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    if !matches!(cli.command, Command::Lsp) {
        allocator::give_back_at_once();
        interrupt::watch();
    }
    let terminal = Terminal::new(&cli.global);
    let outcome = run(cli.command, &terminal);
    if let Some(peak) = memory::peak() {
        terminal.detail(&format!("used up to {} MiB of memory", peak.div_ceil(1 << 20)));
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the result has read enough.
        Err(failure) if failure.exit == Exit::Failed && streams::closed() => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure, &terminal);
            ExitCode::from(failure.exit.code())
        }
    }
}

/// What clap has to say. Help and version are answers; they go to stdout by its own choice.
fn usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let _ = error.print();
    if wants_json() {
        let text = error.render().to_string();
        let message = text.lines().next().unwrap_or_default();
        print_document(&Failure::usage(message.strip_prefix("error: ").unwrap_or(message)));
    }
    ExitCode::from(Exit::Usage.code())
}

/// Whether a JSON document was asked for. Asked of the arguments as they were given, since wrong ones count, too.
fn wants_json() -> bool {
    let given: Vec<_> = std::env::args_os().collect();
    let json = |value: &std::ffi::OsStr| value == "json" || value == "jsonl";
    given
        .iter()
        .any(|one| one == "--format=json" || one == "--format=jsonl")
        || given.windows(2).any(|pair| pair[0] == "--format" && json(&pair[1]))
}

/// The error as the one document on stdout, unless a result has begun there.
fn print_document(failure: &Failure) {
    if !streams::begun() && !streams::failed() {
        let mut out = streams::Out::new();
        let _ = writeln!(out, "{}", failure.document()).and_then(|()| out.flush());
    }
}

fn run(command: Command, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        Command::Init(arguments) => commands::init::run(arguments, terminal),
        Command::Load(arguments) => commands::load::run(arguments, terminal),
        Command::Query(arguments) => commands::query::run(arguments, terminal),
        Command::Mutate(arguments) => commands::mutate::run(arguments, terminal),
        Command::Lint(arguments) => commands::lint::run(arguments, terminal),
        Command::Fmt(arguments) => commands::fmt::run(arguments, terminal),
        Command::Explain(arguments) => commands::explain::run(arguments),
        Command::Compile(arguments) => commands::compile::run(arguments, terminal),
        Command::Schema(Schema::Show(arguments)) => commands::schema::show(arguments),
        Command::Schema(Schema::Plan(arguments)) => commands::migrate::plan(arguments, terminal),
        Command::Schema(Schema::Apply(arguments)) => commands::migrate::apply(arguments, terminal),
        Command::Schema(Schema::Diagram(arguments)) => commands::diagram::run(arguments, terminal),
        Command::Translate(arguments) => commands::translate::run(arguments, terminal),
        Command::Export(arguments) => commands::export::run(arguments, terminal),
        Command::Optimize(arguments) => commands::optimize::run(arguments, terminal),
        Command::Cleanup(arguments) => commands::cleanup::run(arguments),
        Command::Verify(arguments) => commands::verify::run(arguments),
        Command::Lsp => commands::lsp::run(),
        Command::Completions(arguments) => commands::completions::run(&arguments),
        Command::Man(arguments) => commands::man::run(&arguments),
    }
}

fn report(failure: &Failure, terminal: &Terminal) {
    if !failure.message.is_empty() {
        terminal.label("error", "31;1", &failure.message);
    }
    if let Some(text) = &failure.help {
        terminal.label("help", "36", text);
    }
    if wants_json() {
        print_document(failure);
    }
}
