//! What was dropped and what was added looks like a rename without its hint. Likeness is never identity: it is pointed
//! out, with the hint as a fix.

use omnigraph_model::schema::{Accepted, DeclarationKind, PropertyIr, TypeRef};

use super::view::{View, views};
use super::{Planner, entity};
use crate::diagnostic::{Finding, Place};
use crate::rules::migrations::og_ds_108_probable_rename;

/// How many members in ten must be alike.
const ALIKE_TENTHS: usize = 8;

/// Whether two nodes, one of each schema, look like one that was renamed.
pub(super) fn nodes_alike(accepted: &Accepted, desired: &Accepted, old: &TypeRef, new: &TypeRef) -> bool {
    let gone = !desired.nodes.iter().any(|node| node.type_id == old.type_id);
    let fresh = !accepted.nodes.iter().any(|node| node.type_id == new.type_id);
    let (before, after) = (views(accepted), views(desired));
    let find = |views: &[View<'_>], id: u64| {
        views
            .iter()
            .find(|view| view.id == id)
            .map(|view| view.properties.to_vec())
    };
    match (find(&before, old.type_id), find(&after, new.type_id)) {
        (Some(a), Some(b)) => gone && fresh && members_alike(&a, &b),
        _ => false,
    }
}

fn members_alike(old: &[PropertyIr], new: &[PropertyIr]) -> bool {
    let most = old.len().max(new.len());
    let equal = |a: &&PropertyIr| new.iter().any(|b| a.name == b.name && a.prop_type == b.prop_type);
    most > 0 && old.iter().filter(equal).count() * 10 >= most * ALIKE_TENTHS
}

impl Planner<'_> {
    pub(super) fn renames_without_hint(&mut self) {
        let (accepted, desired) = (self.accepted, self.desired);
        let (before, after) = (views(accepted), views(desired));
        let mut taken: Vec<u64> = Vec::new();
        for new in after.iter().filter(|new| !before.iter().any(|old| old.id == new.id)) {
            let alike = |old: &&View| {
                let gone = old.kind == new.kind && !after.iter().any(|kept| kept.id == old.id);
                let ends = match (old.ends, new.ends) {
                    (Some((a, b, _)), Some((c, d, _))) => (a.type_id, b.type_id) == (c.type_id, d.type_id),
                    _ => true,
                };
                let bare = old.ends.is_some() && old.properties.is_empty() && new.properties.is_empty();
                gone && ends && !taken.contains(&old.id) && (bare || members_alike(old.properties, new.properties))
            };
            let own = entity(new.kind, new.name, None);
            let former = |old: &&View| {
                let gone = !after.iter().any(|kept| kept.id == old.id) && !taken.contains(&old.id);
                gone && self.was_called(old.id, &own)
            };
            let taken_back = before.iter().find(former);
            if let Some(old) = taken_back.or_else(|| before.iter().find(alike)) {
                taken.push(old.id);
                let place = Place::of_type(new.kind, new.name);
                let hint = format!("@rename_from(\"{}\")", old.name);
                let message = dropped_and_added(old.name, new.name, taken_back.is_some());
                if taken_back.is_some() {
                    self.taken_back.insert(own.clone());
                }
                let mut finding = Finding::new(&og_ds_108_probable_rename::RULE, place.clone(), message)
                    .help(format!("if it is a rename, write `{hint}`; the data then stay"));
                if new.kind == DeclarationKind::Node {
                    finding = finding.maybe_fix(format!("add `{hint}`"), vec![(place, format!("{} {hint}", new.name))]);
                }
                self.loose(finding, own);
            }
        }
        for new in &after {
            if let Some(old) = before.iter().find(|old| old.id == new.id) {
                self.properties_without_hint(old, new);
            }
        }
    }

    fn properties_without_hint(&mut self, old: &View, new: &View) {
        let gone: Vec<&PropertyIr> = old
            .properties
            .iter()
            .filter(|p| new.property(p.property_id).is_none())
            .collect();
        let fresh: Vec<&PropertyIr> = new
            .properties
            .iter()
            .filter(|p| old.property(p.property_id).is_none())
            .collect();
        let same = |a: &PropertyIr, b: &PropertyIr| {
            a.prop_type == b.prop_type && a.property_constraints == b.property_constraints
        };
        for after in fresh.iter().filter(|after| after.declared_directly) {
            // The only one of its kind that goes, and the only one that comes.
            let one = |list: &[&PropertyIr]| list.iter().filter(|other| same(other, after)).count() == 1;
            let only = one(&gone) && one(&fresh);
            let alike = |before: &&&PropertyIr| {
                let near = omnigraph_model::suggest::nearest(&after.name, [before.name.as_str()]).is_some();
                same(before, after) && (only || near)
            };
            let own = entity(new.kind, new.name, Some(&after.name));
            let former = entity(old.kind, old.name, Some(&after.name));
            let taken_back = gone.iter().find(|before| self.was_called(before.property_id, &former));
            let Some(before) = taken_back.or_else(|| gone.iter().find(alike)) else {
                continue;
            };
            let hint = format!("@rename_from(\"{}\")", before.name);
            let message = dropped_and_added(&before.name, &after.name, taken_back.is_some());
            if taken_back.is_some() {
                self.taken_back.insert(own.clone());
            }
            let edit = format!("{} {hint}", after.prop_type);
            let finding = Finding::new(
                &og_ds_108_probable_rename::RULE,
                Place::of_property(new.kind, new.name, &after.name),
                message,
            )
            .help(format!("if it is a rename, write `{hint}`; the values then stay"))
            .maybe_fix(
                format!("add `{hint}`"),
                vec![(Place::of_property_type(new.kind, new.name, &after.name), edit)],
            );
            self.loose(finding, own);
        }
    }
}

fn dropped_and_added(old: &str, new: &str, taken_back: bool) -> String {
    match taken_back {
        true => format!("{old} is dropped and {new}, as it was called before, is added"),
        false => format!("{old} is dropped and {new}, which looks like it, is added"),
    }
}
