//! `explain`: the page of a diagnostic, or the table of all.

use omnigraph_compiler::rules::{self, RULES};

use crate::arguments::Explain;
use crate::failure::Failure;

use super::print;

pub fn run(arguments: Explain) -> Result<(), Failure> {
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
    let found = rules::find(&word);
    if found.is_empty() {
        let nearest = RULES
            .iter()
            .flat_map(|rule| [rule.code, rule.name])
            .min_by_key(|known| strsim::levenshtein(&known.to_lowercase(), &word.to_lowercase()));
        let failure = Failure::usage(format!("no diagnostic is called `{word}`"));
        return Err(match nearest {
            Some(nearest) => failure.help(format!(
                "did you mean `{nearest}`? `omnigraph explain --list` has them all"
            )),
            None => failure,
        });
    }
    print(|out| {
        for (index, rule) in found.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            write!(out, "{}", rule.page())?;
        }
        Ok(())
    })
}
