//! Values by themselves: enum sets, `@range`, `@check`, finite vectors. Types and required properties cannot be wrong
//! any more once a row is in a batch.

use arrow_array::cast::AsArray;
use arrow_array::types::Float32Type;
use arrow_array::{Array, RecordBatch};
use omnigraph_model::catalog::{Catalog, NodeType, Property};
use omnigraph_model::schema::{Bound, Metric};
use omnigraph_model::types::Scalar;
use regex::Regex;

use super::delta::{Delta, TypeDelta};
use super::rows::{line_at, lines};
use super::rules::{Breach, Rule};
use super::sink::Sink;
use crate::error::{Error, Fault, Result};
use crate::storage::ID;

pub(crate) fn check(catalog: &Catalog, delta: &Delta, sink: &mut Sink) -> Result<()> {
    for (name, change) in &delta.nodes {
        if let Some(node) = catalog.node(name) {
            Rules::of_node(node)?.check(change, sink)?;
        }
    }
    for (name, change) in &delta.edges {
        if let Some(edge) = catalog.edge(name) {
            Rules {
                type_name: &edge.name,
                properties: &edge.properties,
                node: None,
                checks: Vec::new(),
            }
            .check(change, sink)?;
        }
    }
    Ok(())
}

struct Rules<'c> {
    type_name: &'c str,
    properties: &'c [Property],
    node: Option<&'c NodeType>,
    checks: Vec<(&'c str, &'c str, Regex)>,
}

impl<'c> Rules<'c> {
    fn of_node(node: &'c NodeType) -> Result<Rules<'c>> {
        let mut checks = Vec::new();
        for check in &node.checks {
            let regex = Regex::new(&check.pattern)
                .map_err(|error| Error::internal(format!("@check of {} is not a pattern: {error}", node.name)))?;
            checks.push((check.property.as_str(), check.pattern.as_str(), regex));
        }
        Ok(Rules {
            type_name: &node.name,
            properties: &node.properties,
            node: Some(node),
            checks,
        })
    }

    fn check(&self, change: &TypeDelta, sink: &mut Sink) -> Result<()> {
        let enums: Vec<_> = self
            .properties
            .iter()
            .filter_map(|property| property.ty.enum_values.as_ref().map(|allowed| (property, allowed)))
            .collect();
        let ranges = self.node.map(|node| node.ranges.as_slice()).unwrap_or_default();
        let vectors: Vec<_> = self
            .properties
            .iter()
            .filter(|property| matches!(property.ty.scalar, Scalar::Vector(_)))
            .collect();
        if enums.is_empty() && ranges.is_empty() && self.checks.is_empty() && vectors.is_empty() {
            return Ok(());
        }
        for batch in change.rows.batches()? {
            let batch = batch?;
            for (property, allowed) in &enums {
                self.test(&batch, &property.name, &Rule::Among(allowed), sink, |breach, _| {
                    Fault::NotInEnum {
                        type_name: self.type_name.to_string(),
                        property: property.name.clone(),
                        value: breach.value,
                        allowed: allowed.to_vec(),
                    }
                })?;
            }
            for range in ranges {
                self.test(&batch, &range.property, &Rule::Range(range), sink, |breach, id| {
                    let (below, bound) = breach.bound.unwrap_or((true, Bound::Integer(0)));
                    Fault::Range {
                        type_name: self.type_name.to_string(),
                        id,
                        property: range.property.clone(),
                        value: breach.value,
                        below,
                        bound: match bound {
                            Bound::Integer(value) => value.to_string(),
                            Bound::Float(value) => value.to_string(),
                        },
                    }
                })?;
            }
            for (property, pattern, regex) in &self.checks {
                self.test(&batch, property, &Rule::Pattern(regex), sink, |breach, id| {
                    Fault::Check {
                        type_name: self.type_name.to_string(),
                        id,
                        property: property.to_string(),
                        value: breach.value,
                        pattern: pattern.to_string(),
                    }
                })?;
            }
            for property in &vectors {
                self.check_vector(&batch, property, sink);
            }
        }
        Ok(())
    }

    fn test(
        &self,
        batch: &RecordBatch,
        property: &str,
        rule: &Rule,
        sink: &mut Sink,
        fault: impl Fn(Breach, String) -> Fault,
    ) -> Result<()> {
        let Some(column) = batch.column_by_name(property) else {
            return Ok(());
        };
        rule.test(column, |row, breach| {
            sink.push(line_at(lines(batch), row), fault(breach, id_at(batch, row)));
        })
    }

    /// Elements are finite; under the cosine metric, one of them is not 0.
    fn check_vector(&self, batch: &RecordBatch, property: &Property, sink: &mut Sink) {
        let Some(array) = batch
            .column_by_name(&property.name)
            .and_then(|array| array.as_fixed_size_list_opt())
        else {
            return;
        };
        for row in (0..array.len()).filter(|row| array.is_valid(*row)) {
            let elements = array.value(row);
            let elements = elements.as_primitive::<Float32Type>();
            let bad = elements.values().iter().position(|value| !value.is_finite());
            let fault = match bad {
                Some(index) => Fault::VectorElement {
                    type_name: self.type_name.to_string(),
                    property: property.name.clone(),
                    expected: elements.len() as u32,
                    found: elements.len(),
                    index,
                    value: elements.value(index).to_string(),
                },
                None if property.metric == Some(Metric::Cosine) && elements.values().iter().all(|v| *v == 0.0) => {
                    Fault::ZeroVector {
                        type_name: self.type_name.to_string(),
                        property: property.name.clone(),
                    }
                }
                None => continue,
            };
            sink.push(line_at(lines(batch), row), fault);
        }
    }
}

fn id_at(batch: &RecordBatch, row: usize) -> String {
    batch
        .column_by_name(ID)
        .and_then(|ids| ids.as_string_opt::<i32>())
        .map(|ids| ids.value(row).to_string())
        .unwrap_or_default()
}
