//! `omnigraph`: the command line over the toolchain and the engine. Results go to stdout, everything else to stderr;
//! exit codes are a contract (see `failure`).

mod allocator;
mod arguments;
mod commands;
mod diagram;
mod embedding;
mod failure;
mod memory;
mod output;
mod project;
mod request;
mod source;
mod terminal;

use std::io::{self, Write};
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
        Err(error) => {
            // Help and version are answers; they go to stdout by clap's own choice.
            let usage = !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let _ = error.print();
            return ExitCode::from(if usage { Exit::Usage as u8 } else { 0 });
        }
    };
    if !matches!(cli.command, Command::Lsp) {
        allocator::give_back_at_once();
    }
    let terminal = Terminal::new(&cli.global);
    let outcome = run(cli.command, &terminal);
    if let Some(peak) = memory::peak() {
        terminal.detail(&format!("used up to {} MiB of memory", peak.div_ceil(1 << 20)));
    }
    let outcome = outcome.and_then(|()| {
        io::stdout()
            .flush()
            .map_err(|error| Failure::failed(format!("cannot write the result: {}", failure::io_reason(&error))))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure, &terminal);
            ExitCode::from(failure.exit as u8)
        }
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
        Command::Export(arguments) => commands::export::run(arguments, terminal),
        Command::Optimize(arguments) => commands::optimize::run(arguments),
        Command::Cleanup(arguments) => commands::cleanup::run(arguments),
        Command::Verify(arguments) => commands::verify::run(arguments),
        Command::Lsp => commands::lsp::run(),
        Command::Completions(arguments) => commands::completions::run(&arguments),
        Command::Man(arguments) => commands::man::run(&arguments),
    }
}

fn report(failure: &Failure, terminal: &Terminal) {
    let (error, help) = match terminal.color_stderr() {
        true => ("\x1b[31;1merror\x1b[0m", "\x1b[36mhelp\x1b[0m"),
        false => ("error", "help"),
    };
    if !failure.message.is_empty() {
        eprintln!("{error}: {}", failure.message);
    }
    if let Some(text) = &failure.help {
        eprintln!("{help}: {text}");
    }
}
