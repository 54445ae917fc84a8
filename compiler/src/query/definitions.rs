//! `let` and `each`: variables that hold values. Where they stand in their block means nothing, so each is looked at behind those that
//! its own value reads.

use std::collections::HashMap;

use omnigraph_grammar::query::ast::{Block, BlockWord, Clause, Definition, DefinitionWord, Nested};
use omnigraph_grammar::query::visit::Visit;
use omnigraph_grammar::{Name, Span};
use omnigraph_model::ir::Var;
use omnigraph_model::ir::pattern::Term;
use omnigraph_model::types::{Scalar, Type};

use super::context::{Context, Ty, Typed};
use super::environment::VariableKind;
use super::expression::{Place, may_hold_nulls};
use super::nested::{Brought, mentioned};
use super::paths::Sought;
use crate::rules::types::t45_cycle::Link;
use crate::rules::types::*;

/// What a block binds beside its pattern.
#[derive(Clone, Copy)]
pub(super) enum Part<'q> {
    /// Of `let` or `each`; without a variable if the name is taken.
    Definition(&'q Definition, Option<Var>),
    /// `optional` or `either`.
    Nested(&'q Nested),
}

impl Context<'_> {
    /// Binds the value variables of a block, which have no types yet, and lists them with the blocks that bind more.
    pub(super) fn declare_parts<'q>(&mut self, block: &'q Block, scope: usize) -> Vec<Part<'q>> {
        let mut declared = Vec::new();
        for clause in &block.clauses {
            let definition = match clause {
                Clause::Definition(definition) => definition,
                Clause::Nested(nested) if matches!(nested.word, BlockWord::Optional | BlockWord::Either) => {
                    declared.push(Part::Nested(nested));
                    continue;
                }
                _ => continue,
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
            declared.push(Part::Definition(definition, var));
        }
        declared
    }

    /// Types what a block binds beside its pattern: values, what is optional, alternatives. The terms stand in an order in which
    /// each follows those that it reads.
    pub(super) fn define(
        &mut self,
        parts: &[Part<'_>],
        searches: &[Sought<'_>],
        brought: &Brought<'_>,
        scope: usize,
        terms: &mut Vec<Term>,
    ) {
        for place in self.in_turn(parts, brought) {
            match parts[place] {
                Part::Definition(definition, var) if definition.word == DefinitionWord::Path => {
                    let of_definition = |sought: &&Sought<'_>| sought.path.is_some_and(|(own, _)| own == definition);
                    let sought = searches.iter().find(of_definition);
                    if let Some(sought) = sought {
                        self.path_terms(sought, var, scope, terms);
                    }
                }
                Part::Definition(definition, var) => self.definition(definition, var, scope, terms),
                Part::Nested(nested) if nested.word == BlockWord::Optional => self.optional(nested, scope, terms),
                Part::Nested(nested) => self.either(nested, brought, scope, terms),
            }
        }
    }

    fn definition(&mut self, definition: &Definition, var: Option<Var>, scope: usize, terms: &mut Vec<Term>) {
        let typed = self.expression(&definition.value, Place::filter(scope));
        self.note_use(&typed.expression, None);
        let ty = match definition.word {
            DefinitionWord::Let => self.value_type(&typed),
            DefinitionWord::Each | DefinitionWord::Path => self.item_type(&typed),
        };
        let (Some(ty), Some(var)) = (ty, var) else { return };
        self.set_kind(var, VariableKind::Value(ty));
        terms.push(match definition.word {
            DefinitionWord::Let => Term::Let(var, typed.expression),
            DefinitionWord::Each | DefinitionWord::Path => Term::Each(var, typed.expression),
        });
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

    /// Each part behind those that it reads. Those of a cycle are reported and left out.
    fn in_turn(&mut self, parts: &[Part<'_>], brought: &Brought<'_>) -> Vec<usize> {
        // Of a value the name alone is read; of what blocks bring, properties too.
        let (mut values, mut places) = (HashMap::new(), HashMap::new());
        for (place, part) in parts.iter().enumerate() {
            match part {
                Part::Definition(_, None) => {}
                Part::Definition(definition, Some(_)) => _ = values.insert(definition.variable.text.as_str(), place),
                Part::Nested(nested) => places.extend(brought.by(nested).iter().map(|name| (*name, place))),
            }
        }
        let reads: Vec<Vec<usize>> = parts
            .iter()
            .enumerate()
            .map(|(own, part)| match part {
                Part::Definition(definition, _) => {
                    let mut found = Read::default();
                    found.visit_expression(&definition.value);
                    let bare = found
                        .bare
                        .iter()
                        .filter_map(|name| values.get(name).or(places.get(name)));
                    let owners = found.owners.iter().filter_map(|name| places.get(name));
                    bare.chain(owners).copied().collect()
                }
                Part::Nested(nested) => {
                    let names = mentioned(nested).into_iter();
                    let read = names.filter_map(|name| values.get(name).or(places.get(name)));
                    read.copied().filter(|place| *place != own).collect()
                }
            })
            .collect();
        // How many values each waits for; what a cycle holds waits for ever.
        let mut waits: Vec<usize> = reads.iter().map(Vec::len).collect();
        let mut order: Vec<usize> = (0..parts.len()).filter(|place| waits[*place] == 0).collect();
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
        let links: Vec<Link> = parts.iter().map(|part| part.link(brought)).collect();
        self.report_cycles(&links, &reads, &waits);
        order
    }

    /// Reports each cycle once, at its first definition.
    fn report_cycles(&mut self, parts: &[Link], reads: &[Vec<usize>], waits: &[usize]) {
        let mut told = vec![false; parts.len()];
        for start in 0..parts.len() {
            // Going from one that waits to one that it waits for ends in a cycle.
            let mut path: Vec<usize> = Vec::new();
            let mut at = start;
            while waits[at] > 0 && !told[at] {
                if let Some(first) = path.iter().position(|place| *place == at) {
                    let mut cycle = path[first..].to_vec();
                    let least = cycle.iter().enumerate().min_by_key(|(_, place)| **place);
                    let turn = least.map_or(0, |(index, _)| index);
                    cycle.rotate_left(turn);
                    let cycle: Vec<&Link> = cycle.into_iter().map(|place| &parts[place]).collect();
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

impl Part<'_> {
    fn link(&self, brought: &Brought<'_>) -> Link {
        match self {
            Part::Definition(definition, _) => Link {
                name: definition.variable.text.clone(),
                place: definition.variable.span,
                whole: definition.span,
            },
            Part::Nested(nested) => Link {
                name: brought
                    .by(nested)
                    .first()
                    .map_or_else(String::new, |name| (*name).to_owned()),
                place: nested.keyword,
                whole: nested.keyword,
            },
        }
    }
}

/// The names that an expression reads: those that stand alone as values, and those whose properties it reads.
#[derive(Default)]
struct Read<'t> {
    bare: Vec<&'t str>,
    owners: Vec<&'t str>,
}

impl<'t> Visit<'t> for Read<'t> {
    fn visit_bare(&mut self, name: &'t str, _: Span) {
        self.bare.push(name);
    }

    fn visit_variable(&mut self, variable: &'t Name) {
        self.owners.push(&variable.text);
    }
}
