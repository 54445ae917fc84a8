//! `let` and `each`: variables that hold values. Where they stand in their block means nothing, so each is looked at behind those that
//! its own value reads.

use std::collections::HashMap;

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{self, Block, Clause, Definition, DefinitionWord};
use omnigraph_grammar::query::visit::Visit;
use omnigraph_model::ir::Var;
use omnigraph_model::ir::pattern::Term;
use omnigraph_model::types::{Scalar, Type};

use super::context::{Context, Ty, Typed};
use super::environment::VariableKind;
use super::expression::{Place, may_hold_nulls};
use crate::rules::types::*;

impl Context<'_> {
    /// Binds the value variables of a block, which have no types yet; `None` for one whose name is taken.
    pub(super) fn declare_definitions<'q>(
        &mut self,
        block: &'q Block,
        scope: usize,
    ) -> Vec<(&'q Definition, Option<Var>)> {
        let mut declared = Vec::new();
        for clause in &block.clauses {
            let Clause::Definition(definition) = clause else {
                continue;
            };
            let name = &definition.variable;
            let var = if name.text == "_" {
                let number = self.anonymous.get(&name.span.start).copied().unwrap_or(0);
                Some(self.new_variable(format!("_{number}"), true, name.span, VariableKind::ValueError))
            } else if self.new_name(name, scope).is_some() {
                let var = self.new_variable(name.text.clone(), false, name.span, VariableKind::ValueError);
                self.environment.scopes[scope].names.insert(name.text.clone(), var);
                Some(var)
            } else {
                None
            };
            declared.push((definition, var));
        }
        declared
    }

    /// Types the values of a block; the terms stand in an order in which each follows those that it reads.
    pub(super) fn define(&mut self, declared: &[(&Definition, Option<Var>)], scope: usize, terms: &mut Vec<Term>) {
        for place in self.definition_order(declared) {
            let (definition, var) = declared[place];
            let typed = self.expression(&definition.value, Place::filter(scope));
            self.note_use(&typed.expression, None);
            let ty = match definition.word {
                DefinitionWord::Let => self.value_type(&typed),
                DefinitionWord::Each => self.item_type(&typed),
            };
            let (Some(ty), Some(var)) = (ty, var) else { continue };
            self.set_kind(var, VariableKind::Value(ty));
            terms.push(match definition.word {
                DefinitionWord::Let => Term::Let(var, typed.expression),
                DefinitionWord::Each => Term::Each(var, typed.expression),
            });
        }
    }

    fn value_type(&mut self, typed: &Typed) -> Option<Type> {
        match &typed.ty {
            Ty::Error => None,
            Ty::Value(ty) if ty.scalar == Scalar::Blob => {
                self.report(t24_blob_value::finding(typed));
                None
            }
            Ty::Value(ty) => Some(ty.clone()),
            Ty::Null => {
                self.report(t44_branch_types::only_null(std::slice::from_ref(typed)));
                None
            }
            Ty::Node(_) | Ty::Edge(_) => {
                let finding = t44_branch_types::not_a_value(self, typed);
                self.report(finding);
                None
            }
        }
    }

    fn item_type(&mut self, typed: &Typed) -> Option<Type> {
        match &typed.ty {
            Ty::Error => None,
            Ty::Value(ty) if ty.list => Some(Type {
                list: false,
                nullable: may_hold_nulls(&typed.expression),
                ..ty.clone()
            }),
            _ => {
                let finding = t43_operand_type::argument(self, typed, "a list", "what `each` goes through");
                self.report(finding);
                None
            }
        }
    }

    /// Each definition behind those that it reads. Those of a cycle are reported and left out.
    fn definition_order(&mut self, declared: &[(&Definition, Option<Var>)]) -> Vec<usize> {
        let places: HashMap<&str, usize> = declared
            .iter()
            .enumerate()
            .filter(|(_, (_, var))| var.is_some())
            .map(|(place, (definition, _))| (definition.variable.text.as_str(), place))
            .collect();
        let reads: Vec<Vec<usize>> = declared
            .iter()
            .map(|(definition, _)| {
                let mut found = Bare(Vec::new());
                found.visit_expression(&definition.value);
                found
                    .0
                    .into_iter()
                    .filter_map(|name| places.get(name).copied())
                    .collect()
            })
            .collect();
        // How many values each waits for; what a cycle holds waits for ever.
        let mut waits: Vec<usize> = reads.iter().map(Vec::len).collect();
        let mut order: Vec<usize> = (0..declared.len()).filter(|place| waits[*place] == 0).collect();
        let mut next = 0;
        while let Some(done) = order.get(next).copied() {
            for (place, own) in reads.iter().enumerate() {
                let known = own.iter().filter(|read| **read == done).count();
                if known > 0 {
                    waits[place] -= known;
                    if waits[place] == 0 {
                        order.push(place);
                    }
                }
            }
            next += 1;
        }
        self.report_cycles(declared, &reads, &waits);
        order
    }

    /// Reports each cycle once, at its first definition.
    fn report_cycles(&mut self, declared: &[(&Definition, Option<Var>)], reads: &[Vec<usize>], waits: &[usize]) {
        let mut told = vec![false; declared.len()];
        for start in 0..declared.len() {
            // Going from one that waits to one that it waits for ends in a cycle.
            let mut path: Vec<usize> = Vec::new();
            let mut at = start;
            while waits[at] > 0 && !told[at] {
                if let Some(first) = path.iter().position(|place| *place == at) {
                    let mut cycle = path[first..].to_vec();
                    let least = cycle.iter().enumerate().min_by_key(|(_, place)| **place);
                    let turn = least.map_or(0, |(index, _)| index);
                    cycle.rotate_left(turn);
                    let cycle: Vec<&ast::Definition> = cycle.into_iter().map(|place| declared[place].0).collect();
                    self.report(t45_cycle::finding(&cycle));
                    break;
                }
                path.push(at);
                let Some(next) = reads[at].iter().copied().find(|read| waits[*read] > 0) else {
                    break;
                };
                at = next;
            }
            path.into_iter().for_each(|place| told[place] = true);
        }
    }
}

/// The names that stand alone as values.
struct Bare<'t>(Vec<&'t str>);

impl<'t> Visit<'t> for Bare<'t> {
    fn visit_bare(&mut self, name: &'t str, _: Span) {
        self.0.push(name);
    }
}
