//! `migration_check`: what an author wants to hold of the stored data before a change is made. Whoever has the data runs
//! the queries; what they gave is judged here.

use std::fmt;
use std::sync::Arc;

use omnigraph_grammar::schema::ast::{ArgumentValue, Declaration, Expectation};
use omnigraph_model::catalog::of_accepted;
use omnigraph_model::ir::{ColumnType, Plan, ReadPlan};
use omnigraph_model::schema::{Accepted, Presentation};
use omnigraph_model::types::Scalar;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::{FindingState, MigrationPlan};
use crate::query;
use crate::schema::{OwnQuery, target_entity};
use crate::schema_text::SchemaText;

/// Rows that a failed check shows.
pub const SHOWN_ROWS: usize = 5;

/// A check, compiled for the accepted schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub name: String,
    pub query: ReadPlan,
    pub(crate) expected: Expected,
    pub(crate) guards: Guards,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expected {
    Rows {
        compare: Compare,
        count: u64,
    },
    /// A column of the only row.
    Column {
        column: String,
        compare: Compare,
        value: Json,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// The findings that a check disproves when it passes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Guards {
    pub codes: Vec<String>,
    /// Findings about this entity and its members, or about any.
    pub entity: Option<String>,
}

/// What the query of a check gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Evidence {
    Rows {
        count: u64,
        /// The first of them, at most [`SHOWN_ROWS`].
        first: Vec<Map<String, Json>>,
    },
    /// It did not come to an end.
    Failure(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// There are no data at hand.
    NotRun,
    Passed,
    Failed,
}

/// A check, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    pub name: String,
    pub status: CheckStatus,
    /// As it is declared: `missing = 0`.
    pub expected: String,
    /// What there was instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Map<String, Json>>,
}

/// The checks of a text that can be run on a graph with the accepted schema, in their order.
pub fn checks(accepted: &Accepted, text: &SchemaText) -> Vec<Check> {
    let mut names = None;
    let mut found = Vec::new();
    for source in &text.items {
        let Some(Declaration::MigrationCheck(check)) = source.tree.as_deref() else {
            continue;
        };
        let Some((_, tree)) = OwnQuery::of(check, &source.text).and_then(OwnQuery::parsed) else {
            continue;
        };
        let names = names.get_or_insert_with(|| Arc::new(of_accepted(accepted, &Presentation::default())));
        if let (Some(Plan::Read(query)), Some(expected)) = (query::check(&tree, names).plan, expected(&check.expect)) {
            let expected = expected.beside(&query);
            found.push(Check {
                name: check.name.0.clone(),
                query,
                expected,
                guards: Guards {
                    codes: check.guards.iter().map(|code| code.text.clone()).collect(),
                    entity: check.target.as_ref().map(target_entity),
                },
            });
        }
    }
    found
}

fn expected(expectation: &Expectation) -> Option<Expected> {
    Some(match expectation {
        Expectation::NoRows => Expected::Rows {
            compare: Compare::Equal,
            count: 0,
        },
        Expectation::Rows { compare, count } => Expected::Rows {
            compare: Compare::of(&compare.text)?,
            // More than can be counted is never reached.
            count: count.text.parse().unwrap_or(u64::MAX),
        },
        Expectation::Column { column, compare, value } => Expected::Column {
            column: column.text.clone(),
            compare: Compare::of(&compare.text)?,
            value: match value {
                ArgumentValue::String(text) => text.as_str().into(),
                ArgumentValue::Boolean(value) => (*value).into(),
                ArgumentValue::Integer(digits) | ArgumentValue::Float(digits) => serde_json::from_str(digits)
                    .or_else(|_| digits.parse::<f64>().map(serde_json::Value::from))
                    .ok()?,
                _ => return None,
            },
        },
    })
}

/// Judges each check by its evidence, which stands at the same place; one without any has not been run.
pub(super) fn apply(plan: &mut MigrationPlan, checks: &[Check], evidence: &[Evidence]) {
    for (at, check) in checks.iter().enumerate() {
        let result = check.judge(evidence.get(at));
        if result.status == CheckStatus::Passed {
            for judged in &mut plan.findings {
                if judged.state == FindingState::Open && check.guards.hold(judged.finding.rule.code, &judged.entity) {
                    judged.state = FindingState::Proved;
                }
            }
        }
        plan.checks.push(result);
    }
}

impl Expected {
    /// A number is compared as one of the column's type.
    pub(crate) fn beside(self, query: &ReadPlan) -> Expected {
        let Expected::Column { column, compare, value } = self else {
            return self;
        };
        let own = query.columns.iter().find(|own| own.name == column);
        let single = own.is_some_and(|own| matches!(&own.ty, ColumnType::Value(ty) if ty.scalar == Scalar::F32));
        let value = match value.as_f64().filter(|_| single) {
            Some(number) => Scalar::F32.nearest(number).into(),
            None => value,
        };
        Expected::Column { column, compare, value }
    }
}

impl Guards {
    fn hold(&self, code: &str, entity: &str) -> bool {
        let within = |of: &String| {
            let rest = entity.strip_prefix(of.as_str());
            of == "schema" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.codes.iter().any(|guarded| guarded == code) && self.entity.as_ref().is_none_or(within)
    }
}

impl Check {
    fn judge(&self, evidence: Option<&Evidence>) -> CheckResult {
        let mut result = CheckResult {
            name: self.name.clone(),
            status: CheckStatus::Failed,
            expected: self.expected.to_string(),
            actual: None,
            rows: Vec::new(),
        };
        let (count, first) = match evidence {
            None => {
                result.status = CheckStatus::NotRun;
                return result;
            }
            Some(Evidence::Failure(why)) => {
                result.actual = Some(why.clone());
                return result;
            }
            Some(Evidence::Rows { count, first }) => (*count, first),
        };
        let rows = match count {
            1 => "1 row".to_owned(),
            _ => format!("{count} rows"),
        };
        let (holds, actual) = match &self.expected {
            Expected::Rows { compare, count: wanted } => (compare.accepts(count.cmp(wanted)), rows),
            Expected::Column { column, compare, value } => match first.first().and_then(|row| row.get(column)) {
                Some(found) if count == 1 => (compare_values(found, value, *compare), format!("{column} is {found}")),
                _ => (false, format!("{rows}, where one is wanted")),
            },
        };
        if holds {
            result.status = CheckStatus::Passed;
        } else {
            result.actual = Some(actual);
            result.rows = first.iter().take(SHOWN_ROWS).cloned().collect();
        }
        result
    }
}

impl CheckResult {
    /// Why it blocks an apply, if it does.
    pub(crate) fn obstacle(&self) -> Option<String> {
        let found = self.actual.as_deref().unwrap_or_default();
        (self.status == CheckStatus::Failed).then(|| {
            format!(
                "the check {} failed: expected {}: {found}",
                Json::from(self.name.as_str()),
                self.expected
            )
        })
    }
}

impl fmt::Display for CheckResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Json::from(self.name.as_str());
        match (self.status, &self.actual) {
            (CheckStatus::NotRun, _) => write!(f, "check {name}: not run, since no graph is given"),
            (CheckStatus::Passed, _) => write!(f, "check {name}: passed"),
            (CheckStatus::Failed, actual) => {
                let actual = actual.as_deref().unwrap_or_default();
                write!(f, "check {name}: failed, expected {}: {actual}", self.expected)?;
                for row in &self.rows {
                    write!(f, "\n    {}", Json::Object(row.clone()))?;
                }
                Ok(())
            }
        }
    }
}

impl Compare {
    /// By its sign; `None` for another.
    pub(crate) fn of(sign: &str) -> Option<Compare> {
        Some(match sign {
            "=" => Compare::Equal,
            "!=" => Compare::NotEqual,
            "<" => Compare::Less,
            "<=" => Compare::LessEqual,
            ">" => Compare::Greater,
            ">=" => Compare::GreaterEqual,
            _ => return None,
        })
    }

    fn sign(self) -> &'static str {
        match self {
            Compare::Equal => "=",
            Compare::NotEqual => "!=",
            Compare::Less => "<",
            Compare::LessEqual => "<=",
            Compare::Greater => ">",
            Compare::GreaterEqual => ">=",
        }
    }

    fn accepts(self, order: std::cmp::Ordering) -> bool {
        match self {
            Compare::Equal => order.is_eq(),
            Compare::NotEqual => order.is_ne(),
            Compare::Less => order.is_lt(),
            Compare::LessEqual => order.is_le(),
            Compare::Greater => order.is_gt(),
            Compare::GreaterEqual => order.is_ge(),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Rows {
                compare: Compare::Equal,
                count: 0,
            } => f.write_str("no rows"),
            Expected::Rows { compare, count } => write!(f, "rows {} {count}", compare.sign()),
            Expected::Column { column, compare, value } => write!(f, "{column} {} {value}", compare.sign()),
        }
    }
}

/// Numbers by their value, texts by their characters; what cannot be compared does not hold, as in a query.
fn compare_values(found: &Json, wanted: &Json, compare: Compare) -> bool {
    let order = match (found, wanted) {
        (Json::Number(found), Json::Number(wanted)) => match (found.as_i128(), wanted.as_i128()) {
            (Some(found), Some(wanted)) => Some(found.cmp(&wanted)),
            _ => found.as_f64().zip(wanted.as_f64()).and_then(|(f, w)| f.partial_cmp(&w)),
        },
        (Json::String(found), Json::String(wanted)) => Some(found.cmp(wanted)),
        (Json::Bool(found), Json::Bool(wanted)) => Some(found.cmp(wanted)),
        _ => None,
    };
    order.is_some_and(|order| compare.accepts(order))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn expects(expected: Expected, rows: &[Json]) -> String {
        let check = Check {
            name: "a \"check\"".to_owned(),
            query: ReadPlan {
                name: String::new(),
                parameters: Vec::new(),
                variables: Vec::new(),
                root: omnigraph_model::ir::Operator::Outer,
                columns: Vec::new(),
                after: None,
            },
            expected,
            guards: Guards::default(),
        };
        let first = rows.iter().filter_map(|row| row.as_object().cloned()).collect();
        let count = rows.len() as u64;
        check.judge(Some(&Evidence::Rows { count, first })).to_string()
    }

    fn column(sign: &str, value: Json) -> Expected {
        Expected::Column {
            column: "n".to_owned(),
            compare: Compare::of(sign).expect("a sign"),
            value,
        }
    }

    #[test]
    fn what_was_expected_is_compared() {
        let passed = "check \"a \\\"check\\\"\": passed";
        for (sign, value) in [
            ("=", json!(2)),
            ("=", json!(2.0)),
            ("!=", json!(3)),
            ("<", json!(2.5)),
            ("<=", json!(2)),
            (">", json!(-1)),
            (">=", json!(2)),
        ] {
            assert_eq!(
                expects(column(sign, value.clone()), &[json!({"n": 2})]),
                passed,
                "{sign} {value}"
            );
        }
        assert_eq!(expects(column("=", json!("x")), &[json!({"n": "x"})]), passed);
        assert_eq!(expects(column("=", json!(true)), &[json!({"n": true})]), passed);
        let large = json!({"n": 9_007_199_254_740_993_i64});
        assert_eq!(
            expects(column("=", json!(9_007_199_254_740_992_i64)), &[large]),
            "check \"a \\\"check\\\"\": failed, expected n = 9007199254740992: n is 9007199254740993\n    \
             {\"n\":9007199254740993}"
        );
        for (found, shown) in [
            (json!({"n": null}), "n is null"),
            (json!({"n": "2"}), "n is \"2\""),
            (json!({"n": 3}), "n is 3"),
        ] {
            assert_eq!(
                expects(column("=", json!(2)), std::slice::from_ref(&found)),
                format!("check \"a \\\"check\\\"\": failed, expected n = 2: {shown}\n    {found}")
            );
        }
        assert_eq!(
            expects(column("=", json!(2)), &[]),
            "check \"a \\\"check\\\"\": failed, expected n = 2: 0 rows, where one is wanted"
        );
        let rows: Vec<Json> = (0..7).map(|n| json!({"n": n})).collect();
        let none = Expected::Rows {
            compare: Compare::Equal,
            count: 0,
        };
        assert_eq!(
            expects(none.clone(), &rows),
            "check \"a \\\"check\\\"\": failed, expected no rows: 7 rows\n    {\"n\":0}\n    {\"n\":1}\n    {\"n\":2}\n    \
             {\"n\":3}\n    {\"n\":4}"
        );
        assert_eq!(expects(none, &[]), passed);
        let few = Expected::Rows {
            compare: Compare::Less,
            count: 8,
        };
        assert_eq!(expects(few, &rows), passed);
    }

    #[test]
    fn guards_hold_for_an_entity_and_its_members() {
        let guards = |entity: Option<&str>| Guards {
            codes: vec!["OG-MF-104".to_owned()],
            entity: entity.map(str::to_owned),
        };
        let on = "node:Book.pages";
        for (entity, holds) in [
            (None, true),
            (Some("schema"), true),
            (Some("node:Book"), true),
            (Some("node:Book.pages"), true),
            (Some("node:Book.page"), false),
            (Some("node:Boo"), false),
        ] {
            assert_eq!(guards(entity).hold("OG-MF-104", on), holds, "{entity:?}");
        }
        assert!(!guards(None).hold("OG-MF-105", on));
    }
}
