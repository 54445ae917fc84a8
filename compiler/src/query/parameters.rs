//! Declarations of parameters.

use omnigraph_grammar::Name;
use omnigraph_grammar::query::ast::{self, Function};
use omnigraph_grammar::query::visit::{self, Visit};
use omnigraph_model::ir::{EnumOf, Expression};
use omnigraph_model::types::{Scalar, Type, Value};

use super::assignments::parameter_fits;
use super::constant::fits;
use super::context::{Context, Ty};
use super::environment::{Parameter, Scope, VariableKind};
use super::expression::{Place, null};
use super::text::vector;
use crate::rules::types::{t27_parameter_declaration, t56_skipped_parameter, t62_2_interface_place};

/// The instant of a request travels under this name in programs of old; no query may declare it.
pub(crate) const RESERVED: &str = "__nanograph_now";

impl Context<'_> {
    pub(crate) fn declare_parameters(&mut self) {
        let is_fragment = matches!(self.query.body, ast::Body::Fragment(_));
        if is_fragment {
            // Parameters that are nodes are variables around the clauses.
            self.environment.scopes.push(Scope {
                parent: None,
                names: Default::default(),
                word: None,
                span: self.query.span,
                ended: None,
            });
        }
        for parameter in &self.query.parameters {
            let name = &parameter.name;
            if name.text == RESERVED {
                self.report(t27_parameter_declaration::reserved(name));
            }
            let node = parameter.ty.node().filter(|_| is_fragment);
            let given = parameter.ty.node().filter(|_| !is_fragment);
            let given = given.and_then(|ty| self.names.node(&ty.text));
            let ty = match (node, &given) {
                (Some(_), _) => None,
                // The id of the node.
                (None, Some(_)) => Some(Type {
                    nullable: parameter.optional,
                    ..Type::of(Scalar::String)
                }),
                (None, None) => match parameter.ty.node().and_then(|ty| self.interface_kind(&ty.text)) {
                    Some(VariableKind::Interface(interface)) => {
                        self.report(t62_2_interface_place::parameter(&parameter.ty.name, &interface.types));
                        None
                    }
                    _ => self.parameter_type(parameter),
                },
            };
            let node_of_name = self
                .environment
                .scopes
                .first()
                .and_then(|scope| scope.names.get(&name.text));
            if let Some(first) = node_of_name.map(|var| self.variable(*var).declared) {
                let taken = |name: &str| self.query.parameters.iter().any(|other| other.name.text == name);
                self.report(t27_parameter_declaration::duplicate(name, first, &taken));
                continue;
            }
            let environment = &self.environment;
            let known = environment.parameters.get(&name.text);
            if let Some(first) = known.or_else(|| environment.nodes.get(&name.text)) {
                let first = first.declared;
                let taken = |name: &str| self.query.parameters.iter().any(|other| other.name.text == name);
                self.report(t27_parameter_declaration::duplicate(name, first, &taken));
                continue;
            }
            if let Some(node) = node {
                self.node_parameter(parameter, node);
                continue;
            }
            let declared = parameter.span;
            let enum_of = parameter.ty.property.as_ref().map(|property| EnumOf {
                type_name: parameter.ty.name.text.clone(),
                property: property.text.clone(),
            });
            let default = match (&parameter.default, &ty) {
                (Some(default), Some(ty)) => self.default(name, default, ty),
                _ => None,
            };
            let known = Parameter {
                ty,
                declared,
                enum_of,
                default,
                node: given,
            };
            // Statements without a pattern take the id.
            let is_write = matches!(&self.query.body, ast::Body::Mutation(mutation) if mutation.read.is_none());
            let parameters = match known.node.is_some() && !is_write {
                true => &mut self.environment.nodes,
                false => &mut self.environment.parameters,
            };
            parameters.insert(name.text.clone(), known);
        }
    }

    /// A default as a value of the parameter's type.
    pub(super) fn default(&mut self, name: &Name, written: &ast::Expression, ty: &Type) -> Option<Expression> {
        let name = &name.text;
        if reads_anything(written) {
            self.report(t56_skipped_parameter::not_constant(written.span, name));
            return None;
        }
        let place = Place {
            blocks: false,
            ..Place::filter(0)
        };
        let typed = self.expression(written, place);
        if ty.scalar == Scalar::U64 {
            self.expects_unsigned(written.span);
        }
        let found = match typed.ty {
            Ty::Error => return None,
            Ty::Null if ty.nullable => return Some(null(ty.clone())),
            Ty::Value(found) => Some(found),
            Ty::Null | Ty::Node(_) | Ty::Edge(_) => None,
        };
        let fits = match (&typed.expression, &found) {
            (Expression::Literal { value, .. }, Some(found)) if parameter_fits(found, ty) || is_vector(value, ty) => {
                as_type(value, ty).map(|value| Expression::Literal { value, ty: ty.clone() })
            }
            (_, Some(found)) if parameter_fits(found, ty) => Some(typed.expression.clone()),
            _ => None,
        };
        match (&fits, &ty.enum_values) {
            (None, _) => self.report(t56_skipped_parameter::other_type(written, name, ty, found.as_ref())),
            (
                Some(Expression::Literal {
                    value: Value::String(text),
                    ..
                }),
                Some(values),
            ) if !values.contains(text) => {
                self.report(t56_skipped_parameter::not_a_variant(written, name, values));
                return None;
            }
            _ => {}
        }
        fits
    }

    /// `Person.role`: the enum of a property.
    fn enum_type(&mut self, parameter: &ast::Parameter, property: &Name) -> Option<Type> {
        let owner = &parameter.ty.name;
        let (node, edge) = (self.names.node(&owner.text), self.names.edge(&owner.text));
        let edge = edge.filter(|edge| edge.name == owner.text);
        let properties = match (&node, &edge) {
            (Some(node), _) => &node.properties,
            (None, Some(edge)) => &edge.properties,
            (None, None) => {
                match self.names.is_broken_type(&owner.text) {
                    true => self.broken(),
                    false => self.report(t27_parameter_declaration::unknown_type(&parameter.ty)),
                }
                return None;
            }
        };
        let found = properties.iter().find(|known| known.name == property.text);
        let values = found.and_then(|found| found.ty.enum_values.clone());
        if values.is_none() {
            let enums = properties.iter().filter(|known| known.ty.enum_values.is_some());
            let enums: Vec<&str> = enums.map(|known| known.name.as_str()).collect();
            self.report(t27_parameter_declaration::no_enum(owner, property, &enums));
        }
        Some(Type {
            nullable: parameter.optional,
            enum_values: Some(values?),
            ..Type::of(Scalar::String)
        })
    }

    pub(super) fn parameter_type(&mut self, parameter: &ast::Parameter) -> Option<Type> {
        if let Some(property) = &parameter.ty.property {
            return self.enum_type(parameter, property);
        }
        let written = &parameter.ty;
        let scalar = if written.name.text == "Vector" {
            let size = written.size.as_ref().and_then(|(digits, _)| digits.parse::<u32>().ok());
            match size {
                Some(size) if size >= 1 && size <= i32::MAX as u32 && !written.list => Scalar::Vector(size),
                _ => {
                    self.report(t27_parameter_declaration::vector(written));
                    return None;
                }
            }
        } else {
            match Scalar::from_word(&written.name.text) {
                Some(scalar) if written.size.is_none() => scalar,
                Some(_) => {
                    self.report(t27_parameter_declaration::sized(written));
                    return None;
                }
                None => {
                    self.report(t27_parameter_declaration::unknown_type(written));
                    return None;
                }
            }
        };
        Some(Type {
            scalar,
            nullable: parameter.optional,
            list: written.list,
            enum_values: None,
            members: Vec::new(),
        })
    }
}

pub(super) fn is_vector(value: &Value, ty: &Type) -> bool {
    matches!((value, ty.scalar), (Value::List(_), Scalar::Vector(_)))
}

/// A literal in the width of a type; `None` of one that it cannot hold exactly.
pub(super) fn as_type(value: &Value, ty: &Type) -> Option<Value> {
    Some(match (value, ty.scalar) {
        (Value::List(items), Scalar::Vector(size)) if !ty.list => {
            vector(items).filter(|_| items.len() == size as usize)?
        }
        (Value::List(items), _) => Value::List(items.iter().map(|item| as_type(item, ty)).collect::<Option<_>>()?),
        (Value::Integer(number), scalar) if scalar.is_integer() => {
            return fits(*number, scalar).then_some(Value::Integer(*number));
        }
        (Value::Unsigned(number), scalar) => return (scalar == Scalar::U64).then_some(Value::Unsigned(*number)),
        (Value::Integer(number), scalar) if scalar.is_float() => {
            let float = scalar.nearest(*number as f64);
            return (float as i128 == i128::from(*number)).then_some(Value::Float(float));
        }
        (Value::Float(number), scalar) if scalar.is_float() => {
            let float = scalar.nearest(*number);
            return float.is_finite().then_some(Value::Float(float));
        }
        (value, _) => value.clone(),
    })
}

/// Whether a default names a variable or a parameter, or asks for rows.
fn reads_anything(default: &ast::Expression) -> bool {
    let mut reads = Reads {
        items: Vec::new(),
        anything: false,
    };
    reads.visit_expression(default);
    reads.anything
}

struct Reads<'t> {
    /// Variables of the comprehensions around.
    items: Vec<&'t str>,
    anything: bool,
}

impl<'t> Visit<'t> for Reads<'t> {
    fn visit_bare(&mut self, name: &'t str, _: omnigraph_grammar::Span) {
        self.anything |= !self.items.contains(&name);
    }

    fn visit_property(&mut self, _: &'t Name, _: &'t Name) {
        self.anything = true;
    }

    fn visit_call(&mut self, call: &'t ast::Call) {
        self.anything |= call.function != Function::Now;
    }

    fn visit_comprehension(&mut self, comprehension: &'t ast::Comprehension) {
        self.items.push(&comprehension.variable.text);
        visit::walk_comprehension(self, comprehension);
        self.items.pop();
    }
}
