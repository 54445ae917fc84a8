//! `explain`: the page of a diagnostic, or the table of all.

use omnigraph_compiler::rules::{self, RULES};
use omnigraph_model::suggest::nearest;

use super::print;
use crate::arguments::Explain;
use crate::failure::Failure;

pub(crate) fn run(arguments: Explain) -> Result<(), Failure> {
    if arguments.list {
        return print(|out| {
            for rule in RULES {
                writeln!(
                    out,
                    "{:<8} {:<8} {:<32} {}",
                    rule.subcode,
                    rule.severity.word(),
                    rule.name,
                    rule.summary
                )?;
            }
            Ok(())
        });
    }
    let word = arguments.code.unwrap_or_default();
    if let Some(page) = rules::explained(&word) {
        return print(|out| write!(out, "{page}"));
    }
    let failure = Failure::usage(format!("no diagnostic is called `{word}`"));
    let codes = RULES.iter().flat_map(|rule| [rule.code, rule.subcode]);
    let names = RULES.iter().map(|rule| rule.name);
    let way_out = "`omnigraph explain --list` has them all";
    Err(match nearest(&word, codes).or_else(|| nearest(&word, names)) {
        Some(nearest) => failure.help(format!("did you mean `{nearest}`? {way_out}")),
        None => failure.help(way_out),
    })
}
