//! Rules as Markdown: what `explain` prints and `docs/codes/` holds.

use std::fmt::Write;

use super::{Example, Given, RULES, Rule};

impl Rule {
    /// Where the page of the rule's code is, relative to the project's root.
    pub(crate) fn page_path(&self) -> String {
        format!("docs/codes/{}.md", self.code)
    }

    /// The rule with its examples as a page of its own.
    pub fn page(&self) -> String {
        self.section(1)
    }

    fn section(&self, level: usize) -> String {
        let mut out = String::new();
        let marks = "#".repeat(level);
        // Writing into a string cannot fail.
        let _ = write!(
            out,
            "{marks} {}: {}\n\n*{}.* {}\n\n{}\n\n{marks}# What is reported\n\n{}\n{marks}# Mended\n\n{}",
            self.subcode,
            self.name,
            capitalised(self.severity.word()),
            self.summary,
            self.explanation,
            shown(&self.fails),
            shown(&self.passes),
        );
        out
    }
}

/// What `explain` prints for a code, or for a sub-code or a name that means one rule; `None` if nothing has it.
pub fn explained(word: &str) -> Option<String> {
    let found = super::find(word);
    let first = found.first()?;
    match first.code.eq_ignore_ascii_case(word) {
        true => code_page(first.code),
        false => Some(first.page()),
    }
}

/// The page of a code with all of its rules; `None` if there are none.
pub fn code_page(code: &str) -> Option<String> {
    let rules: Vec<&Rule> = RULES.iter().copied().filter(|rule| rule.code == code).collect();
    match rules.as_slice() {
        [] => None,
        [rule] => Some(rule.page()),
        _ => {
            let mut out = format!("# {code}\n\n");
            for rule in &rules {
                let _ = writeln!(
                    out,
                    "- [{0}: {1}](#{2}) {3}",
                    rule.subcode,
                    rule.name,
                    anchor(rule),
                    rule.summary
                );
            }
            for rule in &rules {
                out.push('\n');
                out += &rule.section(2);
            }
            Some(out)
        }
    }
}

/// The anchor that a rule's heading has on the page of its code.
fn anchor(rule: &Rule) -> String {
    let heading = format!("{} {}", rule.subcode, rule.name).to_lowercase();
    heading.replace('.', "").replace(' ', "-")
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn shown(example: &Example) -> String {
    match *example {
        Example::Schema(text) => fenced("pg", text),
        Example::Query(text) => fenced("gq", text),
        Example::Project { schema, query } => fenced("pg", schema) + "\n" + &fenced("gq", query),
        Example::Change { accepted, desired } => format!(
            "The graph has the schema\n\n{}\nand is to get\n\n{}",
            fenced("pg", accepted),
            fenced("pg", desired)
        ),
        Example::Orphan(text) => format!("Without a schema:\n\n{}", fenced("gq", text)),
        Example::Stored { rows, query } => {
            let rows: Vec<String> = rows
                .iter()
                .map(|(name, rows)| format!("{rows} rows of `{name}`"))
                .collect();
            format!("In a graph with {}:\n\n{}", rows.join(", "), fenced("gq", query))
        }
        Example::Published { before, now } => format!(
            "Published as\n\n{}\nand now\n\n{}",
            fenced("gq", before),
            fenced("gq", now)
        ),
        Example::Situation {
            accepted,
            desired,
            known,
        } => {
            let known: String = known.iter().map(situation).collect();
            format!(
                "The graph has the schema\n\n{}\nand is to get\n\n{}{known}",
                fenced("pg", accepted),
                fenced("pg", desired)
            )
        }
        Example::Exhausted(text) => format!(
            "In a graph that has no numbers left for new types:\n\n{}",
            fenced("pg", text)
        ),
        Example::Foreign { language, schema, text } => {
            let without = if schema.is_none() && !text.contains("TABLE") {
                " and without a schema"
            } else {
                ""
            };
            format!(
                "With `translate --from {language}`{without}:\n\n{}",
                fenced("cypher", text)
            )
        }
        Example::Running { rows, query } => {
            format!("{}\nRun on\n\n{}", fenced("gq", query), fenced("json", rows))
        }
        Example::Request {
            query,
            name,
            mutation,
            params,
        } => {
            let door = if mutation { "mutate" } else { "query" };
            let name = name.map_or(String::new(), |name| format!(" the query `{name}`"));
            format!(
                "{}\nCalled by `{door}`{name} with the parameters\n\n{}",
                fenced("gq", query),
                fenced("json", params)
            )
        }
    }
}

fn situation(known: &Given) -> String {
    match *known {
        Given::HardDrops => "\nwith `--allow-data-loss`.\n".to_owned(),
        Given::Stored { rows, bytes } => format!("\nwhere every type has {rows} rows of {bytes} bytes and indexes.\n"),
        Given::Query(text) => format!("\nwhile the project has the query\n\n{}", fenced("gq", text)),
        Given::Earlier(text) => format!("\nand had, before that,\n\n{}", fenced("pg", text)),
        Given::Base(text) => format!("\nwhere both were made from\n\n{}", fenced("pg", text)),
        Given::Settings(text) => format!("\nby the settings\n\n{}", fenced("toml", text)),
        Given::IfSchema(hash) => format!("\nwith `--if-schema {hash}`, which is not the hash of its schema.\n"),
        Given::Actor(name) => format!("\nplanned by `{name}`.\n"),
    }
}

fn fenced(language: &str, text: &str) -> String {
    format!("```{language}\n{}\n```\n", text.trim_end_matches('\n'))
}
