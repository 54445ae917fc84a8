//! `compile`: what the compiler makes of a query, stage by stage.

use omnigraph_compiler::params::{self, Candidate};
use omnigraph_grammar::{Language, items, query};
use omnigraph_model::ir::{Descriptor, Plan};

use crate::arguments::{Compile, Emit};
use crate::failure::Failure;
use crate::project;
use crate::request;
use crate::source::{CheckedSources, Source, check};
use crate::terminal::Terminal;

use super::print;

pub(crate) fn run(arguments: Compile, terminal: &Terminal) -> Result<(), Failure> {
    let source = Source::read(&arguments.file)?;
    match arguments.emit {
        Emit::Tokens => return tokens(&source),
        Emit::Ast => return tree(&source, arguments.name.as_deref()),
        Emit::Ir | Emit::Plan | Emit::Descriptor => {}
    }
    let schema = match &arguments.schema {
        Some(path) => path.clone(),
        None => {
            let directory =
                std::env::current_dir().map_err(|_| Failure::usage("the working directory does not exist"))?;
            let group = project::around(&directory, &arguments.file, project::Asked::default())?;
            match &group.schema {
                Some(schema) => schema.clone(),
                None => return Err(project::without_schema(&group)),
            }
        }
    };
    let source = request::with_project(source, &arguments.file);
    let checked = check(Some(&Source::read_schema(&schema)?), std::slice::from_ref(&source));
    let chosen = chosen(&checked, arguments.name.as_deref(), terminal)?;
    let text = match arguments.emit {
        Emit::Ir => json(&chosen.plan)?,
        Emit::Descriptor => json(&chosen.descriptor)?,
        _ => chosen.plan.to_string(),
    };
    print(|out| writeln!(out, "{}", text.trim_end()))
}

/// The query that a request means, compiled.
struct Chosen {
    plan: Plan,
    descriptor: Descriptor,
}

/// Finds the query of this name (or the only one) and prints the errors that keep it from
/// running.
fn chosen(checked: &CheckedSources, name: Option<&str>, terminal: &Terminal) -> Result<Chosen, Failure> {
    let queries: Vec<_> = checked.queries().collect();
    let candidates: Vec<Candidate> = queries
        .iter()
        .map(|(_, query)| Candidate {
            name: query.name.clone(),
            mutation: query.mutation == Some(true),
        })
        .collect();
    if candidates.is_empty() {
        // A text without any query usually is one that could not be read.
        checked.reject(&checked.errors(), terminal)?;
    }
    let index = params::select(&candidates, name, None).map_err(|problem| Failure::usage(problem.to_string()))?;
    let (file, query) = &queries[index];
    checked.reject(&checked.errors_of(file, query.span), terminal)?;
    match (&query.checked.plan, &query.checked.descriptor) {
        (Some(plan), Some(descriptor)) => Ok(Chosen {
            plan: plan.clone(),
            descriptor: descriptor.clone(),
        }),
        _ => {
            checked.reject(&checked.errors(), terminal)?;
            Err(Failure::failed(format!(
                "internal error: query `{}` has neither a plan nor an error",
                query.name
            )))
        }
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string_pretty(value).map_err(|error| Failure::failed(error.to_string()))
}

fn tokens(source: &Source) -> Result<(), Failure> {
    print(|out| {
        for token in query::tokens(&source.text) {
            writeln!(
                out,
                "{:?} {:?} {:?}",
                token.span,
                token.kind,
                &source.text[token.span.range()]
            )?;
        }
        Ok(())
    })
}

fn tree(source: &Source, name: Option<&str>) -> Result<(), Failure> {
    let (items, _) = items(Language::Query, &source.text);
    let mut found = false;
    print(|out| {
        for item in &items {
            let item_name = item.name.as_ref().map(|name| name.text.as_str());
            if name.is_some() && name != item_name {
                continue;
            }
            found = true;
            match query::parse_item(&source.text[item.span.range()]).tree {
                Some(tree) => writeln!(out, "{tree:#?}")?,
                None => writeln!(out, "{} cannot be parsed", item_name.unwrap_or("a query"))?,
            }
        }
        Ok(())
    })?;
    match name {
        Some(name) if !found => Err(Failure::usage(format!("{} declares no query `{name}`", source.path))),
        _ => Ok(()),
    }
}
