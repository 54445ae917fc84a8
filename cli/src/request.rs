//! The parts of a request that `query` and `mutate` share: where the text comes from, and the parameters.

use std::collections::BTreeMap;

use omnigraph_compiler::ir::{Parameter, Plan};
use omnigraph_compiler::params::{self, Options};
use omnigraph_compiler::types::Value;

use crate::arguments::Request;
use crate::failure::Failure;
use crate::source::Source;
use crate::terminal::Terminal;

pub fn source(request: &Request) -> Result<Source, Failure> {
    match (&request.query, &request.text) {
        (Some(path), _) => Source::read(path),
        (None, text) => Ok(Source {
            path: "<text>".to_owned(),
            text: text.clone().unwrap_or_default(),
        }),
    }
}

/// The parameters, decoded by their declarations. All problems are reported at once.
pub fn parameters(request: &Request, plan: &Plan, terminal: &Terminal) -> Result<BTreeMap<String, Value>, Failure> {
    let declared = match plan {
        Plan::Read(plan) => &plan.parameters,
        Plan::Mutation(plan) => &plan.parameters,
    };
    let json = match (&request.params, &request.params_file) {
        (Some(text), _) => parse(text, "--params")?,
        (None, Some(path)) => parse(&Source::read(path)?.text, &path.display().to_string())?,
        (None, None) => from_pairs(&request.param, declared)?,
    };
    let decoded = params::bind(
        plan,
        &json,
        Options {
            strict: request.strict,
            ..Options::default()
        },
    );
    for warning in &decoded.warnings {
        terminal.warn(&warning.to_string());
    }
    if decoded.errors.is_empty() {
        return Ok(decoded.values);
    }
    let lines: Vec<String> = decoded.errors.iter().map(ToString::to_string).collect();
    Err(Failure::no(lines.join("\nerror: ")))
}

fn parse(text: &str, origin: &str) -> Result<serde_json::Value, Failure> {
    serde_json::from_str(text).map_err(|error| {
        let reason = error.to_string();
        Failure::usage(format!("{origin} is not JSON: {reason}"))
    })
}

fn from_pairs(pairs: &[String], declared: &[Parameter]) -> Result<serde_json::Value, Failure> {
    let mut object = serde_json::Map::new();
    for pair in pairs {
        let Some((name, text)) = pair.split_once('=') else {
            return Err(Failure::usage(format!("`-p {pair}` is not of the form name=value")));
        };
        let name = name.strip_prefix('$').unwrap_or(name);
        let value = match declared.iter().find(|parameter| parameter.name == name) {
            Some(parameter) => params::from_text(&parameter.ty, text),
            None => serde_json::Value::String(text.to_owned()),
        };
        if object.insert(name.to_owned(), value).is_some() {
            return Err(Failure::usage(format!("parameter `{name}` is given twice")));
        }
    }
    Ok(serde_json::Value::Object(object))
}
