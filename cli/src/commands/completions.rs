//! `completions`: a script for a shell.

use clap::CommandFactory;

use crate::arguments::{Cli, Completions};
use crate::failure::Failure;

use super::print;

pub(crate) fn run(arguments: &Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "omnigraph", &mut script);
    print(|out| out.write_all(&script))
}
