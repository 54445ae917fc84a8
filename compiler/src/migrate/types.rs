//! Types: added, renamed, dropped; interfaces implemented; ends and cardinality of edges; their annotations.

use omnigraph_model::migration::{Action, AnnotationForm, Cost, Mode, Question, Test, Tier, Validation};
use omnigraph_model::schema::{Annotation, Cardinality, DeclarationKind};

use super::view::{View, views};
use super::{Planner, Side, entity, likeness};
use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::migrations::{
    og_bc_101_node_renamed, og_bc_103_edge_renamed, og_bc_107_interface_grows, og_bc_109_guidance_removed,
    og_cd_106_cardinality_loosened, og_cd_107_interface_left, og_ds_101_every_node_dropped, og_ds_102_node_dropped,
    og_ds_103_edge_dropped, og_ds_107_edge_goes_with_its_end, og_ed_101_end_changed, og_ed_102_fewer_edges_allowed,
    og_ed_103_more_edges_demanded, og_ed_104_ends_swapped, og_ed_106_end_renamed_without_hint,
    og_ed_107_demanding_new_edge, og_lk_108_reclaims, og_ow_105_owner_changed,
};

impl Planner<'_> {
    pub(super) fn types(&mut self) {
        let (accepted, desired) = (self.accepted, self.desired);
        let (before, after) = (views(accepted), views(desired));
        for kind in [DeclarationKind::Interface, DeclarationKind::Node, DeclarationKind::Edge] {
            for new in after.iter().filter(|view| view.kind == kind) {
                match before.iter().find(|old| old.id == new.id) {
                    Some(old) => self.kept(old, new),
                    None => self.added(new),
                }
            }
            for old in before.iter().filter(|view| view.kind == kind) {
                if !after.iter().any(|new| new.id == old.id) {
                    self.dropped(old);
                }
            }
        }
        let nodes = || before.iter().filter(|view| view.kind == DeclarationKind::Node);
        let kept = nodes().any(|old| after.iter().any(|new| new.id == old.id));
        if nodes().next().is_some() && !kept && !nodes().all(|old| self.data.rows(old.id) == Some(0)) {
            let place = crate::diagnostic::Place::File(omnigraph_grammar::Span::at(0));
            let finding = Finding::new(&og_ds_101_every_node_dropped::RULE, place, "every node type is dropped")
                .help("check that this is the right file");
            self.loose(finding, "schema".to_owned());
        }
    }

    fn added(&mut self, new: &View) {
        self.safe(Action::AddType {
            type_kind: new.kind,
            name: new.name.to_owned(),
        });
        if let Some((from, _, cardinality)) = new.ends {
            let known = self.accepted.nodes.iter().any(|node| node.type_id == from.type_id);
            if cardinality.min > 0 && known && self.populated(from.type_id) {
                let message = format!(
                    "every {} that exists lacks the {} {} that it must have",
                    from.name, cardinality.min, new.name
                );
                let finding = Finding::new(
                    &og_ed_107_demanding_new_edge::RULE,
                    Place::of_type(new.kind, new.name),
                    message,
                )
                .help("start with `@card(0..)`, load the edges, then tighten");
                self.find(finding, &entity(new.kind, new.name, None));
            }
        }
        for interface in new.implements {
            self.implementer(interface.type_id, &interface.name, new);
        }
    }

    /// A node that implements an interface which the graph has already.
    fn implementer(&mut self, interface: u64, name: &str, node: &View) {
        if self.accepted.interfaces.iter().any(|known| known.type_id == interface) {
            let finding = og_bc_107_interface_grows::finding(
                Place::of_type(node.kind, node.name),
                name,
                &format!("is now implemented by {} too", node.name),
            )
            .help(format!("queries about {name} find its nodes from now on"));
            self.find(finding, &entity(node.kind, node.name, None));
        }
    }

    fn kept(&mut self, old: &View, new: &View) {
        let own = entity(new.kind, new.name, None);
        let place = || Place::of_type(new.kind, new.name);
        if old.name != new.name {
            self.safe(Action::RenameType {
                type_kind: new.kind,
                from: old.name.to_owned(),
                to: new.name.to_owned(),
            });
            let rule = match new.kind {
                DeclarationKind::Node => &og_bc_101_node_renamed::RULE,
                DeclarationKind::Edge => &og_bc_103_edge_renamed::RULE,
                DeclarationKind::Interface => &og_bc_107_interface_grows::RULE,
            };
            let message = format!("{} is called {} from now on", old.name, new.name);
            let finding =
                Finding::new(rule, place(), message).help("change the queries, loads and policies that name it");
            self.find(finding, &own);
        }
        self.implements(old, new);
        self.ends(old, new);
        self.annotations(old.annotations, new.annotations, new, None);
        self.properties(old, new);
        self.constraints(old, new);
    }

    fn implements(&mut self, old: &View, new: &View) {
        let missing = |list: &View, other: &View| -> Vec<(u64, String)> {
            let lacks = |entry: &&omnigraph_model::schema::TypeRef| {
                !other.implements.iter().any(|o| o.type_id == entry.type_id)
            };
            let found = list.implements.iter().filter(lacks);
            found.map(|entry| (entry.type_id, entry.name.clone())).collect()
        };
        let (added, removed) = (missing(new, old), missing(old, new));
        if added.is_empty() && removed.is_empty() {
            return;
        }
        let names = |list: &[(u64, String)]| list.iter().map(|(_, name)| name.clone()).collect();
        self.safe(Action::ChangeImplements {
            type_name: new.name.to_owned(),
            added: names(&added),
            removed: names(&removed),
        });
        for (id, name) in added {
            self.implementer(id, &name, new);
        }
        for (_, name) in removed {
            let message = format!("{} does not implement {name} any more", new.name);
            let finding = Finding::new(
                &og_cd_107_interface_left::RULE,
                Place::of_type(new.kind, new.name),
                message,
            );
            self.find(finding, &entity(new.kind, new.name, None));
        }
    }

    fn ends(&mut self, old: &View, new: &View) {
        let (Some((old_from, old_to, old_card)), Some((from, to, card))) = (old.ends, new.ends) else {
            return;
        };
        let own = entity(new.kind, new.name, None);
        let moved = (old_from.type_id, old_to.type_id) != (from.type_id, to.type_id);
        if moved && !self.populated(old.id) {
            self.safe(Action::ChangeEndpoints {
                type_name: new.name.to_owned(),
                from: [old_from.name.clone(), old_to.name.clone()],
                to: [from.name.clone(), to.name.clone()],
            });
        } else if moved {
            let swapped = (old_from.type_id, old_to.type_id) == (to.type_id, from.type_id);
            let renamed = [(old_from, from), (old_to, to)].into_iter().find(|(old, new)| {
                old.type_id != new.type_id && likeness::nodes_alike(self.accepted, self.desired, old, new)
            });
            let reason = format!(
                "{} leads from {} to {} and would lead from {} to {}: stored ends belong to the old types",
                new.name, old_from.name, old_to.name, from.name, to.name
            );
            let (rule, help) = match (&renamed, swapped) {
                (_, true) => (
                    &og_ed_104_ends_swapped::RULE,
                    "add an edge type with another name, and load the exported edges into it with their ends swapped"
                        .to_owned(),
                ),
                (Some((old, new)), _) => (
                    &og_ed_106_end_renamed_without_hint::RULE,
                    format!(
                        "write `@rename_from(\"{}\")` on {}; this step then disappears",
                        old.name, new.name
                    ),
                ),
                (None, _) => (
                    &og_ed_101_end_changed::RULE,
                    "add an edge type between those ends, load the exported edges into it, then drop the old one"
                        .to_owned(),
                ),
            };
            self.unsupported(&own, reason.clone(), rule.code);
            self.find(
                Finding::new(rule, Place::of_type(new.kind, new.name), reason).help(help),
                &own,
            );
        }
        if old_card != card {
            // Edges that lead elsewhere are none: the nodes at their new start are those that lack some.
            let known = self.accepted.nodes.iter().find(|node| node.type_id == from.type_id);
            let source = known.map(|node| (node.type_id, node.name.as_str()));
            self.cardinality(old, new, source, old_card, card);
        }
    }

    fn cardinality(&mut self, old: &View, new: &View, source: Option<(u64, &str)>, from: Cardinality, to: Cardinality) {
        let unbounded = |max: Option<u32>| max.unwrap_or(u32::MAX);
        let lowered = unbounded(to.max) < unbounded(from.max);
        let raised = to.min > from.min;
        let mut offence = None;
        if let (Some((source, name)), true) = (source, lowered || raised) {
            let question = Question {
                kind: old.kind,
                type_name: old.name.to_owned(),
                test: Test::Fan {
                    source: name.to_owned(),
                    // A least number that was there before is not a new rule for nodes without edges.
                    allowed: Cardinality {
                        min: if raised { to.min } else { 0 },
                        max: to.max,
                    },
                },
            };
            // A node without edges breaks a minimum, so the rows that count are those of the source.
            offence = self.offends(if raised { source } else { old.id }, question);
        }
        let validation = match (lowered || raised, &offence) {
            (false, _) => Validation::None,
            (true, None) => Validation::Proved,
            (true, Some(_)) => Validation::Scan,
        };
        let action = Action::ChangeCardinality {
            type_name: new.name.to_owned(),
            from,
            to,
            validation,
        };
        match validation {
            Validation::None => self.safe(action),
            _ => self.step(action, Tier::Validated, Cost::Scan),
        }
        let own = entity(new.kind, new.name, None);
        let start = new.ends.map_or("node", |(start, ..)| start.name.as_str());
        let place = || Place::of_type(new.kind, new.name);
        if let Some(answer) = offence {
            let (rule, what, help) = match lowered {
                true => (
                    &og_ed_102_fewer_edges_allowed::RULE,
                    "fewer",
                    "remove the surplus first, with `delete`",
                ),
                false => (&og_ed_103_more_edges_demanded::RULE, "more", "add the edges first"),
            };
            let message = format!("every {start} must have {what} {} than before", new.name);
            self.find(
                super::property::with_answer(Finding::new(rule, place(), message).help(help), answer),
                &own,
            );
        }
        if unbounded(to.max) > unbounded(from.max) || to.min < from.min {
            let message = format!("every {start} may have another number of {} than before", new.name);
            self.find(
                Finding::new(&og_cd_106_cardinality_loosened::RULE, place(), message),
                &own,
            );
        }
    }

    fn dropped(&mut self, old: &View) {
        let own = entity(old.kind, old.name, None);
        let hard = old.kind != DeclarationKind::Interface && self.options.hard_drops.include(&own);
        let action = Action::DropType {
            type_kind: old.kind,
            name: old.name.to_owned(),
            mode: if hard { Mode::Hard } else { Mode::Soft },
        };
        match hard {
            true => self.step(action, Tier::Destructive, Cost::Reclaim),
            false => self.safe(action),
        }
        let place = Place::of_type(old.kind, old.name);
        let message = format!("{} is dropped", old.name);
        if old.kind == DeclarationKind::Interface {
            self.find_in(
                Finding::new(&og_cd_107_interface_left::RULE, place, message),
                &own,
                Side::Accepted,
            );
            return;
        }
        let rule = match old.kind {
            DeclarationKind::Node => &og_ds_102_node_dropped::RULE,
            _ => &og_ds_103_edge_dropped::RULE,
        };
        let mut finding = Finding::new(rule, place, message).label("dropped");
        match self.data.rows(old.id) {
            Some(0) => finding.severity = Severity::Info,
            Some(rows) => finding = finding.note(format!("it has {rows} rows")),
            None => {}
        }
        let finding = match hard {
            true => finding.help("what is dropped cannot be read again"),
            false => finding.help("older commits still hold it"),
        };
        self.find_in(finding, &own, Side::Accepted);
        if hard && self.populated(old.id) {
            let message = format!("the files of {} are removed at once", old.name);
            let place = Place::of_type(old.kind, old.name);
            self.find_in(
                Finding::new(&og_lk_108_reclaims::RULE, place, message),
                &own,
                Side::Accepted,
            );
        }
        if let Some((from, to, _)) = old.ends {
            let gone = |id: u64| !self.desired.nodes.iter().any(|node| node.type_id == id);
            if let Some(end) = [from, to].into_iter().find(|end| gone(end.type_id)) {
                let message = format!("{} goes together with {}, one of its ends", old.name, end.name);
                let finding = Finding::new(
                    &og_ds_107_edge_goes_with_its_end::RULE,
                    Place::of_type(old.kind, old.name),
                    message,
                )
                .help("load its edges into another type first if their data matter");
                self.find_in(finding, &own, Side::Accepted);
            }
        }
    }

    /// Changed annotations of a type, or of a property of it.
    pub(super) fn annotations(&mut self, old: &[Annotation], new: &[Annotation], owner: &View, property: Option<&str>) {
        let typed = |annotation: &&Annotation| matches!(annotation.name.as_str(), "description" | "instruction");
        let split = |list: &[Annotation], wanted: bool| -> Vec<AnnotationForm> {
            let found = list.iter().filter(|annotation| typed(annotation) == wanted);
            found.map(AnnotationForm::from).collect()
        };
        let own = entity(owner.kind, owner.name, property);
        let place = || match property {
            Some(property) => Place::of_property(owner.kind, owner.name, property),
            None => Place::of_type(owner.kind, owner.name),
        };
        if split(old, true) != split(new, true) {
            let annotations = split(new, true);
            self.safe(match property {
                None => Action::UpdateTypeMetadata {
                    type_kind: owner.kind,
                    name: owner.name.to_owned(),
                    annotations,
                },
                Some(property) => Action::UpdatePropertyMetadata {
                    type_kind: owner.kind,
                    type_name: owner.name.to_owned(),
                    property_name: property.to_owned(),
                    annotations,
                },
            });
            let names = |list: &[Annotation], name: &str| list.iter().any(|annotation| annotation.name == name);
            for name in ["description", "instruction"] {
                if names(old, name) && !names(new, name) {
                    let message = format!("`@{name}` is gone from {}", property.unwrap_or(owner.name));
                    self.find(Finding::new(&og_bc_109_guidance_removed::RULE, place(), message), &own);
                }
            }
        }
        if split(old, false) != split(new, false) {
            self.safe(Action::UpdateAnnotations {
                type_kind: owner.kind,
                type_name: owner.name.to_owned(),
                property_name: property.map(str::to_owned),
                annotations: split(new, false),
            });
            let of = |list: &[Annotation]| {
                list.iter()
                    .find(|annotation| annotation.name == "owner")
                    .and_then(|a| a.value.clone())
            };
            if let Some(before) = of(old).filter(|before| of(new).as_ref() != Some(before)) {
                let message = match of(new) {
                    Some(after) => format!("{} passes from {before} to {after}", property.unwrap_or(owner.name)),
                    None => format!(
                        "{} has no owner any more; it was {before}",
                        property.unwrap_or(owner.name)
                    ),
                };
                let finding = Finding::new(&og_ow_105_owner_changed::RULE, place(), message).help("let both agree");
                self.find(finding, &own);
            }
        }
    }
}
