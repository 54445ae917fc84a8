//! Declarations of parameters.

use omnigraph_grammar::query::ast;
use omnigraph_model::types::{Scalar, Type};

use super::context::Context;
use super::environment::Parameter;
use crate::rules::types::t27_parameter_declaration;

/// The instant of a request travels under this name in programs of old; no query may declare it.
pub(crate) const RESERVED: &str = "__nanograph_now";

impl Context<'_> {
    pub(crate) fn declare_parameters(&mut self) {
        for parameter in &self.query.parameters {
            let name = &parameter.name;
            if name.text == RESERVED {
                self.report(t27_parameter_declaration::reserved(name));
            }
            let ty = self.parameter_type(parameter);
            if let Some(first) = self.environment.parameters.get(&name.text) {
                let first = first.declared;
                let taken = |name: &str| self.query.parameters.iter().any(|other| other.name.text == name);
                self.report(t27_parameter_declaration::duplicate(name, first, &taken));
                continue;
            }
            let declared = parameter.span;
            self.environment
                .parameters
                .insert(name.text.clone(), Parameter { ty, declared });
        }
    }

    fn parameter_type(&mut self, parameter: &ast::Parameter) -> Option<Type> {
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
        })
    }
}
