//! The parts of a request that `query` and `mutate` share: where the text comes from, and the parameters.

use std::path::Path;

use omnigraph::{Bound, EntryPoint, Error, Prepared};
use omnigraph_compiler::params::{self, Given, Options, ParameterProblem};
use omnigraph_compiler::project::with_fragments;
use omnigraph_model::ir::Parameter;
use omnigraph_model::printable::escape;
use serde_json::{Map, Value, json};

use crate::arguments::Request;
use crate::failure::Failure;
use crate::project;
use crate::source::Source;
use crate::terminal::Terminal;

pub(crate) fn source(request: &Request) -> Result<Source, Failure> {
    match (&request.query, &request.text) {
        (Some(path), _) => Ok(with_project(Source::read(path)?, path)),
        (None, text) => Ok(Source {
            path: "<text>".to_owned(),
            text: text.clone().unwrap_or_default(),
        }),
    }
}

/// A query file with the fragments that it calls from other files of its project.
pub(crate) fn with_project(own: Source, path: &Path) -> Source {
    let text = with_fragments(&own.text, || beside(path));
    Source { text, ..own }
}

/// The texts of the other query files of the project around a file, as far as they can be read.
fn beside(path: &Path) -> Vec<String> {
    let Ok(directory) = std::env::current_dir() else {
        return Vec::new();
    };
    let group = project::around(&directory, path, project::Asked::default());
    let queries = group.map_or_else(|_| Vec::new(), |group| group.queries);
    let others = queries
        .iter()
        .filter(|other| directory.join(other) != directory.join(path));
    others
        .filter_map(|other| Some(Source::read(other).ok()?.text))
        .collect()
}

/// What is asked of a session: the text, its query of this name, and the kind that it must be of.
pub(crate) fn of<'r>(request: &'r Request, source: &'r Source, entry: EntryPoint) -> omnigraph::Request<'r> {
    omnigraph::Request {
        path: &source.path,
        text: &source.text,
        name: request.name.as_deref(),
        entry: Some(entry),
    }
}

/// The parameters, decoded by their declarations. All problems are reported at once.
pub(crate) fn parameters(request: &Request, prepared: &Prepared, terminal: &Terminal) -> Result<Bound, Failure> {
    let given = match (&request.params, &request.params_file) {
        (Some(text), _) => parse(text, "--params")?,
        (None, Some(path)) => parse(&Source::read(path)?.text, &path.display().to_string())?,
        (None, None) => from_pairs(&request.param, prepared.parameters())?,
    };
    let options = Options {
        strict: request.strict,
        ..Options::default()
    };
    let warn = |warnings: &[ParameterProblem]| {
        for warning in warnings {
            terminal.warn(&warning.to_string());
        }
    };
    match prepared.bind_given(&given, options) {
        Ok(bound) => {
            warn(&bound.warnings);
            Ok(bound)
        }
        Err(Error::Parameters { errors, warnings }) => {
            warn(&warnings);
            Err(rejected(&errors))
        }
        Err(error) => Err(Failure::failed(error.to_string()).class(error.class().name())),
    }
}

/// Parameters that are wrong, a line per problem.
pub(crate) fn rejected(errors: &[ParameterProblem]) -> Failure {
    let line = |(at, problem): (usize, &ParameterProblem)| match at {
        0 => escape(&problem.to_string()).into_owned(),
        _ => format!("error: {}", escape(&problem.to_string())),
    };
    let listed = errors.iter().map(|problem| {
        json!({"code": problem.rule.subcode, "path": problem.path, "message": problem.message, "help": problem.help})
    });
    let listed = listed.collect();
    Failure::no("")
        .lines(errors.iter().enumerate().map(line))
        .class("BadRequest")
        .detail("parameters", listed)
}

fn parse(text: &str, origin: &str) -> Result<Given, Failure> {
    params::read(text).map_err(|reason| Failure::usage(format!("{origin} is not JSON: {reason}")))
}

fn from_pairs(pairs: &[String], declared: &[Parameter]) -> Result<Given, Failure> {
    let mut object = Map::new();
    let mut too_large = Vec::new();
    for pair in pairs {
        let Some((name, text)) = pair.split_once('=') else {
            return Err(Failure::usage(format!("`-p {pair}` is not of the form name=value")));
        };
        let name = name.strip_prefix('$').unwrap_or(name);
        let parameter = declared.iter().find(|parameter| parameter.name == name);
        if parameter.is_some_and(|parameter| params::is_too_large(&parameter.ty, text)) {
            too_large.push((name.to_owned(), text.to_owned()));
        }
        let value = match parameter {
            Some(parameter) => params::from_text(&parameter.ty, text),
            None => Value::String(text.to_owned()),
        };
        if object.insert(name.to_owned(), value).is_some() {
            return Err(Failure::usage(format!("parameter `{name}` is given twice")));
        }
    }
    Ok(Given {
        values: Value::Object(object),
        too_large,
    })
}
