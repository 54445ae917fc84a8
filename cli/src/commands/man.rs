//! `man`: manual pages, made from the command line's own words.

use clap::CommandFactory;
use clap_mangen::Man as Page;

use crate::arguments::{Cli, Man};
use crate::failure::{Failure, io_reason};

use super::print;

pub(crate) fn run(arguments: &Man) -> Result<(), Failure> {
    let Some(folder) = &arguments.out else {
        return print(|out| Page::new(Cli::command()).render(out));
    };
    let failed =
        |error: std::io::Error| Failure::failed(format!("cannot write to {}: {}", folder.display(), io_reason(&error)));
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(failed)
}
