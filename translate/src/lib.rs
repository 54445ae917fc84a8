//! Statements of Cypher and of Kùzu as queries and schemas of ours.
//!
//! A translation never changes what a statement means: a construct without an exact equal is a diagnostic with a code of its own, and
//! the statement that holds it has no translation. The other statements of a file are translated all the same.
//!
//! ```
//! use omnigraph_translate::{Dialect, Source, translate};
//!
//! let schema = Source { path: "schema.pg", text: "node Person { name: String @key  age: I32? }" };
//! let file = Source { path: "a.cypher", text: "MATCH (p:Person) WHERE p.age > 30 RETURN p.name ORDER BY p.name" };
//! let done = translate(Dialect::Cypher, &[file], Some(schema));
//! assert!(done.diagnostics.is_empty());
//! assert!(done.files[0].text.contains("order { $p.name }"));
//! ```

#![warn(missing_docs)]

mod ast;
mod codes;
mod lexer;
mod names;
mod parser;
mod problem;
mod query;
mod schema;
mod tables;
mod value;

use std::collections::BTreeSet;

use omnigraph_compiler::diagnostic::{Diagnostic, Severity};
use omnigraph_compiler::project::check_project;
use omnigraph_grammar::format::format;
use omnigraph_grammar::{Language, Span, items};

use ast::{Statement, StatementKind};
use problem::Problem;

/// The widest line of what is written.
const WIDTH: usize = 100;

/// The language that is translated. Both write patterns and clauses alike, and differ in what some of them mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// openCypher 9: no relationship occurs twice in a `MATCH`, places in lists and texts count from 0.
    Cypher,
    /// Kùzu: relationships may repeat, places count from 1, and statements define tables.
    Kuzu,
}

/// A text, and the path under which diagnostics name it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// As messages show it.
    pub path: &'a str,
    /// All of it.
    pub text: &'a str,
}

/// What became of a file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The file's own path.
    pub path: String,
    /// Its queries in our language; empty if there are none.
    pub text: String,
    /// What became of each of its statements, in their order.
    pub statements: Vec<Translated>,
}

/// What became of a statement.
#[derive(Clone, Debug)]
pub struct Translated {
    /// Where it stands in its file.
    pub span: Span,
    /// The name of its query; `None` if it has no translation, or defines a table.
    pub query: Option<String>,
    /// Whether it has a translation.
    pub done: bool,
}

/// What became of some files.
#[derive(Clone, Debug, Default)]
pub struct Translation {
    /// The schema that the files define, if they define one.
    pub schema: Option<String>,
    /// Whether the files define tables, with or without an equal.
    pub defines_tables: bool,
    /// In the order in which they were given.
    pub files: Vec<File>,
    /// What has no equal, by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Translation {
    /// How many statements there are.
    pub fn statements(&self) -> usize {
        self.files.iter().map(|file| file.statements.len()).sum()
    }

    /// How many of them have a translation.
    pub fn translated(&self) -> usize {
        let all = self.files.iter().flat_map(|file| &file.statements);
        all.filter(|statement| statement.done).count()
    }
}

/// Translates files against a schema: the given one, or else the one that the tables in the files define.
pub fn translate(dialect: Dialect, files: &[Source<'_>], schema: Option<Source<'_>>) -> Translation {
    let mut work = Work {
        dialect,
        outcome: Translation::default(),
        parsed: Vec::new(),
    };
    for file in files {
        work.parse(file);
    }
    work.tables(files);
    let catalog = match (&schema, &work.outcome.schema) {
        (Some(schema), _) => schema::read(*schema),
        (None, Some(text)) => schema::read(Source {
            path: "schema.pg",
            text,
        }),
        (None, None) => Ok(None),
    };
    match catalog {
        Ok(known) => work.queries(files, known.as_ref()),
        Err(diagnostics) => work.outcome.diagnostics.extend(diagnostics),
    }
    let mut outcome = work.outcome;
    let place = |one: &Diagnostic| (files.iter().position(|file| file.path == one.file), one.span);
    outcome.diagnostics.sort_by_key(place);
    outcome
}

struct Work {
    dialect: Dialect,
    outcome: Translation,
    /// By file and statement; what cannot be read is `None`.
    parsed: Vec<Vec<Option<Statement>>>,
}

impl Work {
    fn parse(&mut self, file: &Source<'_>) {
        let mut own = File {
            path: file.path.to_owned(),
            ..File::default()
        };
        let mut parsed = Vec::new();
        for statement in parser::statements(file.text, self.dialect) {
            let span = match &statement {
                Ok(statement) => statement.span,
                Err(wrong) => wrong.span,
            };
            own.statements.push(Translated {
                span,
                query: None,
                done: false,
            });
            match statement {
                Ok(statement) => parsed.push(Some(statement)),
                Err(wrong) => {
                    let mut problem = Problem::new(&codes::UNREADABLE, wrong.span, wrong.message);
                    if let Some(help) = wrong.help {
                        problem = problem.help(help);
                    }
                    self.outcome.diagnostics.push(problem.diagnostic(file.path));
                    parsed.push(None);
                }
            }
        }
        self.outcome.files.push(own);
        self.parsed.push(parsed);
    }

    fn say(&mut self, file: &str, problems: Vec<Problem>) {
        let all = problems.into_iter().map(|problem| problem.diagnostic(file));
        self.outcome.diagnostics.extend(all);
    }

    /// The tables of all files, as one schema.
    fn tables(&mut self, files: &[Source<'_>]) {
        // By file and statement, with the text of the declaration.
        let mut declared: Vec<(usize, usize, Span, String)> = Vec::new();
        let mut any = false;
        for (at, file) in files.iter().enumerate() {
            let mut said = Vec::new();
            for (number, statement) in self.parsed[at].iter().enumerate() {
                let (table, span) = match statement.as_ref().map(|statement| &statement.kind) {
                    Some(StatementKind::NodeTable(table)) => (tables::node_table(table), table.name.span),
                    Some(StatementKind::RelTable(table)) => (tables::rel_table(table), table.name.span),
                    _ => continue,
                };
                any = true;
                said.extend(table.problems);
                if let Some(text) = table.text {
                    declared.push((at, number, span, text));
                }
            }
            self.say(file.path, said);
        }
        self.outcome.defines_tables = any;
        if !any {
            return;
        }
        // What the schema language refuses is left out, and with it what rests on it.
        loop {
            let texts: Vec<&str> = declared.iter().map(|(.., text)| text.as_str()).collect();
            let text = texts.join("\n\n");
            let refused = schema::refused(&text);
            if refused.is_empty() {
                let formatted = format(Language::Schema, &text, WIDTH).text;
                self.outcome.schema = (!declared.is_empty()).then_some(formatted);
                break;
            }
            let mut start = 0;
            let mut kept = Vec::new();
            for one in std::mem::take(&mut declared) {
                let end = start + one.3.len() + 2;
                let found = refused.iter().find(|(at, _)| (start..end).contains(&(*at as usize)));
                start = end;
                match found {
                    Some((_, message)) => {
                        let problem = Problem::new(
                            &codes::REFUSED,
                            one.2,
                            format!("this table is no type of ours: {message}"),
                        );
                        let file = files[one.0].path;
                        self.say(file, vec![problem.help("change the table's definition")]);
                    }
                    None => kept.push(one),
                }
            }
            declared = kept;
        }
        for (at, number, ..) in declared {
            self.outcome.files[at].statements[number].done = true;
        }
    }

    fn queries(&mut self, files: &[Source<'_>], known: Option<&schema::Known>) {
        for (at, file) in files.iter().enumerate() {
            let mut texts: Vec<(usize, String)> = Vec::new();
            let mut said = Vec::new();
            let mut schema_missed = false;
            for (number, statement) in self.parsed[at].iter().enumerate() {
                let Some(statement) = statement else {
                    continue;
                };
                match &statement.kind {
                    StatementKind::Known(words) => said.push(
                        Problem::new(&codes::CLAUSE, statement.span, format!("`{words}` has no equal"))
                            .help("do its work outside of the translated file"),
                    ),
                    StatementKind::Query(query) => {
                        let Some(known) = known else {
                            if !schema_missed {
                                said.push(
                                    Problem::new(&codes::NO_SCHEMA, statement.span, "the types that this names are in no schema")
                                        .help("name the schema with `--schema FILE.pg`, or put the tables' definitions into the input"),
                                );
                            }
                            schema_missed = true;
                            continue;
                        };
                        let outcome = query::translated(file.text, self.dialect, &known.catalog, query);
                        said.extend(outcome.problems);
                        if let Some(body) = outcome.text {
                            let line = 1 + file.text[..statement.span.start as usize].matches('\n').count();
                            let head = format!("// {}:{line}\nquery q{}", file.path, number + 1);
                            let text = format(Language::Query, &format!("{head}{body}\n"), WIDTH).text;
                            texts.push((number, text));
                        }
                    }
                    StatementKind::NodeTable(_) | StatementKind::RelTable(_) => {}
                }
            }
            if let Some(known) = known {
                let (kept, refused) = accepted(&self.parsed[at], texts, &known.text);
                said.extend(refused);
                for (number, _) in &kept {
                    let statement = &mut self.outcome.files[at].statements[*number];
                    statement.done = true;
                    statement.query = Some(format!("q{}", number + 1));
                }
                let texts: Vec<String> = kept.into_iter().map(|(_, text)| text).collect();
                self.outcome.files[at].text = texts.join("\n");
            }
            self.say(file.path, said);
        }
    }
}

/// The queries that the compiler accepts, and what it says of the others.
fn accepted(
    parsed: &[Option<Statement>],
    texts: Vec<(usize, String)>,
    schema: &str,
) -> (Vec<(usize, String)>, Vec<Problem>) {
    let whole: String = texts.iter().map(|(_, text)| text.as_str()).collect();
    let found = check_project(schema, &[("translated.gq", &whole)]);
    let errors: Vec<&Diagnostic> = found.iter().filter(|one| one.severity == Severity::Error).collect();
    let mut problems = Vec::new();
    let mut kept = Vec::new();
    let mut start = 0;
    let mut said = BTreeSet::new();
    for (number, text) in texts {
        let end = start + text.len();
        let own = errors
            .iter()
            .find(|one| one.file == "translated.gq" && (start..end).contains(&(one.span.start as usize)));
        start = end;
        // Of a text that is cut into other items than queries nothing is kept.
        let whole = items(Language::Query, &text).0.len() == 1;
        let span = parsed
            .get(number)
            .and_then(Option::as_ref)
            .map_or(Span::at(0), |statement| statement.span);
        match own {
            None if whole => kept.push((number, text)),
            _ => {
                let reason = own.map_or("it cannot be read".to_owned(), |one| {
                    format!("{} {}", one.rule.subcode, one.message)
                });
                if said.insert(number) {
                    let message = format!("the translation of this statement is refused: {reason}");
                    problems.push(
                        Problem::new(&codes::REFUSED, span, message).help("`omnigraph explain` tells about the code"),
                    );
                }
            }
        }
    }
    (kept, problems)
}
