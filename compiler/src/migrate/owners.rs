//! What a project demands of its own: owners who agree, descriptions, and vectors that fit their models.

use omnigraph_model::schema::{Annotation, DeclarationKind};
use omnigraph_model::types::Scalar;

use super::view::views;
use super::{Planner, entity};
use crate::diagnostic::{Finding, Place};
use crate::rules::migrations::{
    og_nm_107_no_description, og_ow_102_not_an_owner, og_ow_104_no_owner, og_ve_110_model_size,
};

fn value<'a>(annotations: &'a [Annotation], name: &str) -> Option<&'a str> {
    annotations
        .iter()
        .find(|annotation| annotation.name == name)?
        .value
        .as_deref()
}

impl Planner<'_> {
    pub(super) fn demands(&mut self) {
        self.owners_agree();
        let (accepted, desired) = (self.accepted, self.desired);
        let before = views(accepted);
        for new in views(desired) {
            let old = before.iter().find(|old| old.id == new.id);
            if old.is_none() {
                let own = entity(new.kind, new.name, None);
                let place = || Place::of_type(new.kind, new.name);
                if self.options.owners.require && value(new.annotations, "owner").is_none() {
                    let message = format!("nobody owns {}", new.name);
                    let finding = Finding::new(&og_ow_104_no_owner::RULE, place(), message);
                    self.loose(finding.help("write `@owner(\"team\")`"), own.clone());
                }
                if self.options.descriptions && value(new.annotations, "description").is_none() {
                    let message = format!("{} has no `@description`", new.name);
                    self.loose(Finding::new(&og_nm_107_no_description::RULE, place(), message), own);
                }
            }
            for property in new.properties.iter().filter(|property| property.declared_directly) {
                let former = old.and_then(|old| old.property(property.property_id));
                let own = entity(new.kind, new.name, Some(&property.name));
                let described = value(&property.annotations, "description").is_some();
                if former.is_none() && self.options.descriptions && !described {
                    let message = format!("{}.{} has no `@description`", new.name, property.name);
                    let place = Place::of_property(new.kind, new.name, &property.name);
                    self.loose(
                        Finding::new(&og_nm_107_no_description::RULE, place, message),
                        own.clone(),
                    );
                }
                let model = property.embed_source.as_ref().and_then(|embed| embed.model.as_ref());
                if let (Scalar::Vector(size), Some(model)) = (property.prop_type.scalar, model)
                    && let Some(wanted) = self.options.models.get(model)
                    && *wanted != size
                {
                    let place = Place::of_property_type(new.kind, new.name, &property.name);
                    let message = format!("{} holds {size} numbers, and {model} gives {wanted}", property.name);
                    let finding = Finding::new(&og_ve_110_model_size::RULE, place.clone(), message);
                    let optional = if property.prop_type.nullable { "?" } else { "" };
                    let fix = vec![(place, format!("Vector({wanted}){optional}"))];
                    self.loose(finding.maybe_fix(format!("make it `Vector({wanted})`"), fix), own);
                }
            }
        }
    }

    /// Each step on what a team owns is made by one of the team.
    fn owners_agree(&mut self) {
        if self.options.owners.teams.is_empty() {
            return;
        }
        let before = views(self.accepted);
        let mut told: Vec<String> = Vec::new();
        for step in self.plan.steps.clone() {
            let Some((kind, name)) = step.action.of_type() else {
                continue;
            };
            let after = views(self.desired);
            let id = after
                .iter()
                .find(|view| view.kind == kind && view.name == name)
                .map(|view| view.id);
            // What is dropped has its old name only.
            let old = before
                .iter()
                .find(|old| Some(old.id) == id || (id.is_none() && old.kind == kind && old.name == name));
            let Some(old) = old else { continue };
            let owner = value(old.annotations, "owner");
            let Some(team) = owner.and_then(|owner| self.options.owners.teams.get(owner)) else {
                continue;
            };
            let own = entity(old.kind, name, None);
            let actor = self.options.actor.clone().unwrap_or_default();
            if team.contains(&actor) || told.contains(&own) {
                continue;
            }
            told.push(own.clone());
            let who = if actor.is_empty() {
                "nobody in particular".to_owned()
            } else {
                actor
            };
            let message = format!(
                "{} belongs to {}, and {who} is none of them",
                old.name,
                owner.unwrap_or_default()
            );
            let finding = Finding::new(&og_ow_102_not_an_owner::RULE, place_of(old.kind, name, id), message);
            self.loose(finding.help("let one of them apply the change with `--as`"), own);
        }
    }
}

fn place_of(kind: DeclarationKind, name: &str, desired: Option<u64>) -> crate::diagnostic::Place {
    match desired {
        Some(_) => Place::of_type(kind, name),
        None => crate::diagnostic::Place::File(omnigraph_grammar::Span::at(0)),
    }
}
