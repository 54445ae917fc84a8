//! The published queries: what each of them asks for and gives, as its callers know it. A file keeps them, so that a
//! change that breaks callers is found before it reaches them.

use std::collections::BTreeMap;

use omnigraph_grammar::Span;
use omnigraph_model::ir::{Plan, ResultColumn, Touched};
use serde::{Deserialize, Serialize};

use crate::db::{self, Db, Project};
use crate::diagnostic::{Diagnostic, FilePlaces, Finding, Place, resolve};
use crate::query::CheckedQuery;
use crate::rules::lints::l706_breaking_change;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    version: u32,
    queries: BTreeMap<String, Operation>,
}

/// A query as its callers know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// `read` or `mutation`.
    kind: String,
    parameters: Vec<Parameter>,
    result: Vec<ResultColumn>,
    writes: Vec<Touched>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    nullable: bool,
}

impl Published {
    /// The queries of a project that have no errors. Of two with one name, the first in the order of the files' paths.
    pub fn of(db: &dyn Db, project: Project) -> Published {
        let mut files = project.files(db).clone();
        files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
        let mut queries = BTreeMap::new();
        for file in files {
            for query in db::queries(db, project, file) {
                if let Some(operation) = Operation::of(&query.checked) {
                    queries.entry(query.name).or_insert(operation);
                }
            }
        }
        Published { version: 1, queries }
    }

    /// These and those of another project; of two with one name, this one's.
    pub fn and(mut self, other: Published) -> Published {
        for (name, operation) in other.queries {
            self.queries.entry(name).or_insert(operation);
        }
        self
    }

    pub fn read(text: &str) -> Result<Published, String> {
        let published: Published = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match published.version {
            1 => Ok(published),
            version => Err(format!("version {version} is not known")),
        }
    }

    /// The file's text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    pub fn len(&self) -> usize {
        self.queries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.queries.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Operation> {
        self.queries.get(name)
    }
}

/// The published queries of a file that are not there any more, each found where the file names it. `file` is its path.
pub fn gone(file: &str, text: &str, is_there: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    let Ok(published) = Published::read(text) else {
        return Vec::new();
    };
    let names = published.queries.keys().filter(|name| !is_there(name));
    let told = names.map(|name| {
        let rule = &l706_breaking_change::RULE;
        let key = serde_json::Value::from(name.as_str()).to_string();
        // As a key it is followed by a colon; a column may have the same name.
        let keys = text.match_indices(&key);
        let start = keys
            .map(|(at, _)| at)
            .find(|at| text[at + key.len()..].trim_start().starts_with(':'));
        let place = Place::File(start.map_or(Span::at(0), |at| Span::new(at, at + key.len())));
        let finding = Finding::new(
            rule,
            place,
            format!("`{name}` is published, and there is no such query"),
        );
        let places = FilePlaces {
            path: file,
            items: &[],
            length: text.len() as u32,
        };
        resolve(&finding, places, None)
    });
    told.collect()
}

impl Operation {
    /// `None` if the query has errors.
    pub(crate) fn of(checked: &CheckedQuery) -> Option<Operation> {
        let (kind, parameters) = match checked.plan.as_ref()? {
            Plan::Read(plan) => ("read", &plan.parameters),
            Plan::Mutation(plan) => ("mutation", &plan.parameters),
        };
        let descriptor = checked.descriptor.as_ref()?;
        let parameters = parameters.iter().map(|parameter| {
            let mut ty = parameter.ty.clone();
            // Who may leave it out need not know whether it is null then.
            let nullable = std::mem::take(&mut ty.nullable) || parameter.default.is_some();
            // The values that an enum has are the schema's matter: they come and go without the query.
            ty.enum_values = None;
            Parameter {
                name: parameter.name.clone(),
                ty: parameter.node.clone().unwrap_or_else(|| ty.to_string()),
                nullable,
            }
        });
        Some(Operation {
            kind: kind.to_owned(),
            parameters: parameters.collect(),
            result: descriptor.result.clone(),
            writes: descriptor.writes.clone(),
        })
    }

    /// What callers of `before` meet in this one: sentences that go on after the query's name. What is only added, an
    /// optional parameter or a column, breaks nobody.
    pub(crate) fn breaks(&self, before: &Operation) -> Vec<String> {
        if self.kind != before.kind {
            return vec![format!("is published as a {} and is a {} now", before.kind, self.kind)];
        }
        let mut broken = Vec::new();
        for old in &before.parameters {
            let Some(new) = self.parameters.iter().find(|new| new.name == old.name) else {
                broken.push(format!(
                    "is published with a parameter `${}`, which it has no more",
                    old.name
                ));
                continue;
            };
            if new.ty != old.ty {
                let (new, old, name) = (&new.ty, &old.ty, &old.name);
                broken.push(format!("is published with `${name}: {old}`, which is `{new}` now"));
            } else if old.nullable && !new.nullable {
                broken.push(format!(
                    "is published with an optional `${}`, which is required now",
                    old.name
                ));
            }
        }
        for new in &self.parameters {
            let is_new = before.parameters.iter().all(|old| old.name != new.name);
            if is_new && !new.nullable {
                broken.push(format!("is published without `${}`, which is required now", new.name));
            }
        }
        for old in &before.result {
            let Some(new) = self.result.iter().find(|new| new.name == old.name) else {
                broken.push(format!(
                    "is published with a column `{}`, which it gives no more",
                    old.name
                ));
                continue;
            };
            let kind = |column: &ResultColumn| match (&column.item_kind, column.vector_dim) {
                (Some(item), _) => format!("{} of {item}", column.kind),
                (_, Some(length)) => format!("{} of {length}", column.kind),
                (None, None) => column.kind.clone(),
            };
            let (new_kind, old_kind) = (kind(new), kind(old));
            if new_kind != old_kind {
                broken.push(format!(
                    "is published with {old_kind} in `{}`, which is {new_kind} now",
                    old.name
                ));
            } else if new.nullable && !old.nullable {
                broken.push(format!(
                    "is published with a value in `{}`, which can be null now",
                    old.name
                ));
            }
        }
        let listed = |here: &[Touched], there: &[Touched]| {
            let only = here.iter().filter(|touched| !there.contains(touched));
            only.map(|touched| format!("`{}`", touched.type_name))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let (more, fewer) = (
            listed(&self.writes, &before.writes),
            listed(&before.writes, &self.writes),
        );
        if !more.is_empty() {
            broken.push(format!("writes {more}, too, which is not published"));
        }
        if !fewer.is_empty() {
            broken.push(format!("is published as writing {fewer}, which it does no more"));
        }
        broken
    }
}
