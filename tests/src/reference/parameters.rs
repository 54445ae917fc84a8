//! Parameter values of a request, read by their declared types. Requests that must be refused are the compiler's tests;
//! here a value that does not fit is an error without detail.

use std::collections::BTreeMap;

use omnigraph_grammar::query::ast;
use omnigraph_model::types::{Scalar, Type};
use serde_json::{Map, Value as Json};

use super::expression::Scope;
use super::load::read_value;
use super::mutate::assign;
use super::solve::{Bound, Context, Entity, Solution, Type as Kinds, Types};
use super::types::Kind;
use super::{Model, Value};

/// A declared parameter, and what the request gives it.
pub(super) struct Parameter {
    pub kind: Kind,
    pub value: Value,
}

/// By name, all that are declared.
pub(super) type Parameters = BTreeMap<String, Parameter>;

impl Model {
    /// The values of a request; a default is evaluated as a query of its own would.
    pub(super) fn parameters(
        &self,
        query: &ast::Query,
        given: &Map<String, Json>,
        now: i64,
    ) -> Result<Parameters, String> {
        let mut values = Parameters::new();
        for parameter in &query.parameters {
            let name = &parameter.name.text;
            let ty = self.declared(parameter)?;
            let value = match (given.get(name), &parameter.default) {
                (None, Some(default)) => {
                    let none = Parameters::new();
                    let context = Context::new(self, &none, now);
                    let value = context.value(default, &Scope::new(&Types::new(), &Solution::new()))?;
                    assign(value, &ty)?
                }
                (None | Some(Json::Null), _) if parameter.optional => Value::Null,
                (None, None) => return Err(format!("`{name}` is missing")),
                (Some(json), _) => read_one(json, &ty).map_err(|reason| format!("`{name}`: {reason}"))?,
            };
            if let (Value::Text(text), Some(values)) = (&value, &ty.enum_values)
                && !values.contains(text)
            {
                return Err(format!("`{name}` is none of the enum's values"));
            }
            let node = parameter.ty.node().map(|ty| ty.text.as_str());
            if let (Some(node), Value::Text(id)) = (node, &value)
                && !self.nodes.get(node).is_some_and(|nodes| nodes.contains_key(id))
            {
                return Err(format!("no {node} has the id `{id}`"));
            }
            let kind = Kind {
                scalar: ty.scalar,
                list: ty.list,
            };
            values.insert(name.clone(), Parameter { kind, value });
        }
        Ok(values)
    }

    /// The nodes that parameters name, which are no values of a pattern.
    pub(super) fn given<'m>(&'m self, query: &ast::Query, values: &mut Parameters) -> (Types, Solution<'m>) {
        let (mut types, mut row) = (Types::new(), Solution::new());
        for parameter in &query.parameters {
            let Some(node) = parameter.ty.node().and_then(|ty| self.catalog.node(&ty.text)) else {
                continue;
            };
            let name = &parameter.name.text;
            let id = match values.remove(name).map(|known| known.value) {
                Some(Value::Text(id)) => self.nodes[&node.name].get_key_value(&id),
                _ => None,
            };
            let bound = id.map_or(Bound::Missing, |(id, _)| {
                let (edge, ty) = (false, node.name.as_str());
                Bound::Entity(Entity { edge, ty, id })
            });
            types.insert(name.clone(), Kinds::Entity(node.name.clone(), false));
            row.insert(name.clone(), bound);
        }
        (types, row)
    }

    pub(super) fn declared(&self, parameter: &ast::Parameter) -> Result<Type, String> {
        let word = parameter.ty.name.text.as_str();
        if let Some(property) = &parameter.ty.property {
            let node = self.catalog.node(word).and_then(|node| node.property(&property.text));
            let edge = self.catalog.edge(word).and_then(|edge| edge.property(&property.text));
            let known = node.or(edge).ok_or("unknown property")?;
            return Ok(Type {
                enum_values: known.ty.enum_values.clone(),
                nullable: parameter.optional,
                ..Type::of(Scalar::String)
            });
        }
        if parameter
            .ty
            .node()
            .is_some_and(|ty| self.catalog.node(&ty.text).is_some())
        {
            return Ok(Type {
                nullable: parameter.optional,
                ..Type::of(Scalar::String)
            });
        }
        let scalar = match &parameter.ty.size {
            Some((digits, _)) => Scalar::Vector(digits.parse().map_err(|_| "vector size")?),
            None => Scalar::from_word(word).ok_or("unknown type")?,
        };
        let ty = if parameter.ty.list {
            Type::list_of(scalar)
        } else {
            Type::of(scalar)
        };
        Ok(Type {
            nullable: parameter.optional,
            ..ty
        })
    }
}

/// As a load reads it, but for integers, which may come as decimal text, and dates, which may not come as numbers.
fn read_one(json: &Json, ty: &Type) -> Result<Value, String> {
    if ty.list {
        let items = json.as_array().ok_or("not an array")?;
        let item = Type::of(ty.scalar);
        return Ok(Value::List(
            items
                .iter()
                .map(|json| read_one(json, &item))
                .collect::<Result<_, _>>()?,
        ));
    }
    match (ty.scalar, json) {
        (scalar, Json::String(digits)) if scalar.is_integer() => {
            let number: Json = serde_json::from_str(digits).map_err(|_| "not an integer")?;
            read_value(&number, ty)
        }
        (Scalar::Date | Scalar::DateTime, Json::Number(_)) => Err("not a string".into()),
        _ => read_value(json, ty),
    }
}
