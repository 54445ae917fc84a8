//! Constraints, compared by what they mean and not by how they are written: columns are known by their numbers.

use super::property::with_answer;
use super::step::{Action, ConstraintForm, Cost, Tier, Validation};
use super::view::View;
use super::{Planner, Question, Test, entity, type_place};
use crate::catalog::Bound;
use crate::diagnostic::Finding;
use crate::rules::Rule;
use crate::rules::migrations::{
    og_cd_101_unique_removed, og_cd_102_range_loosened, og_cd_103_check_removed, og_cd_104_index_removed,
    og_mf_101_unique_added, og_mf_102_unique_loses_column, og_mf_105_values_restricted, og_mf_108_key_changed,
};
use crate::schema::{ConstraintIr, FieldRef, SystemRole};

/// A column: a property by its number, or an end of an edge.
type Column = (u8, u64);

fn column(field: &FieldRef) -> Column {
    match field {
        FieldRef::System { role, .. } => (
            0,
            match role {
                SystemRole::Id => 0,
                SystemRole::Src => 1,
                SystemRole::Dst => 2,
            },
        ),
        FieldRef::Property { property_id, .. } => (1, *property_id),
    }
}

fn columns(fields: &[FieldRef]) -> Vec<Column> {
    let mut columns: Vec<Column> = fields.iter().map(column).collect();
    columns.sort_unstable();
    columns
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Key,
    Unique,
    Index,
    Range,
    Check,
}

fn kind(constraint: &ConstraintIr) -> Kind {
    match constraint {
        ConstraintIr::Key { .. } => Kind::Key,
        ConstraintIr::Unique { .. } => Kind::Unique,
        ConstraintIr::Index { .. } => Kind::Index,
        ConstraintIr::Range { .. } => Kind::Range,
        ConstraintIr::Check { .. } => Kind::Check,
    }
}

fn fields(constraint: &ConstraintIr) -> &[FieldRef] {
    match constraint {
        ConstraintIr::Key { fields } | ConstraintIr::Unique { fields } | ConstraintIr::Index { fields } => fields,
        ConstraintIr::Range { field, .. } | ConstraintIr::Check { field, .. } => std::slice::from_ref(field),
    }
}

fn same(a: &ConstraintIr, b: &ConstraintIr) -> bool {
    let alike = kind(a) == kind(b) && columns(fields(a)) == columns(fields(b));
    alike
        && match (a, b) {
            (ConstraintIr::Range { min: a, max: b, .. }, ConstraintIr::Range { min: c, max: d, .. }) => {
                (a, b) == (c, d)
            }
            (ConstraintIr::Check { pattern: a, .. }, ConstraintIr::Check { pattern: b, .. }) => a == b,
            _ => true,
        }
}

fn form(constraint: &ConstraintIr) -> ConstraintForm {
    let names = |fields: &[FieldRef]| fields.iter().map(|field| field.name().to_owned()).collect();
    match constraint {
        ConstraintIr::Key { fields } => ConstraintForm::Key(names(fields)),
        ConstraintIr::Unique { fields } => ConstraintForm::Unique(names(fields)),
        ConstraintIr::Index { fields } => ConstraintForm::Index(names(fields)),
        ConstraintIr::Range { field, min, max } => ConstraintForm::Range {
            property: field.name().to_owned(),
            min: *min,
            max: *max,
        },
        ConstraintIr::Check { field, pattern } => ConstraintForm::Check {
            property: field.name().to_owned(),
            pattern: pattern.clone(),
        },
    }
}

impl Planner<'_> {
    pub(super) fn constraints(&mut self, old: &View, new: &View) {
        let missing = |list: &View<'_>, other: &View<'_>| -> Vec<ConstraintIr> {
            let lacks = |constraint: &&ConstraintIr| !other.constraints.iter().any(|o| same(o, constraint));
            list.constraints.iter().filter(lacks).cloned().collect()
        };
        let (removed, added) = (missing(old, new), missing(new, old));
        for constraint in &removed {
            self.removed(new, constraint, &added);
        }
        for constraint in &added {
            self.added_constraint(old, new, constraint);
        }
    }

    fn removed(&mut self, new: &View, constraint: &ConstraintIr, added: &[ConstraintIr]) {
        let stays = |(role, id): &Column| *role == 0 || new.property(*id).is_some();
        let own_columns = columns(fields(constraint));
        // What concerned a dropped property alone goes with it.
        if !own_columns.iter().any(stays) {
            return;
        }
        let own = entity(new.kind, new.name, None);
        let shown = form(constraint);
        let report = |rule: &'static Rule, text: String| Finding::new(rule, type_place(new.kind, new.name), text);
        if kind(constraint) == Kind::Key && self.populated(new.id) {
            self.key_changed(new, &own, format!("{shown} of {} is removed", new.name));
            return;
        }
        self.safe(Action::DropConstraint {
            type_kind: new.word(),
            type_name: new.name.to_owned(),
            constraint: shown.clone(),
        });
        let finding = match constraint {
            ConstraintIr::Key { .. } => return,
            ConstraintIr::Unique { .. } => {
                // Fewer columns demand more.
                let stricter = |other: &ConstraintIr| {
                    kind(other) == Kind::Unique && columns(fields(other)).iter().all(|c| own_columns.contains(c))
                };
                if added.iter().any(stricter) {
                    return;
                }
                report(
                    &og_cd_101_unique_removed::RULE,
                    format!("{shown} does not hold any more"),
                )
                .help("make sure that no reader relies on it")
            }
            ConstraintIr::Index { .. } => report(&og_cd_104_index_removed::RULE, format!("{shown} is removed"))
                .help("keep it if queries filter by it"),
            ConstraintIr::Range { min, max, .. } => {
                let successor = added
                    .iter()
                    .find(|other| kind(other) == Kind::Range && columns(fields(other)) == own_columns);
                if let Some(ConstraintIr::Range {
                    min: low, max: high, ..
                }) = successor
                    && !loosened(min, low, max, high)
                {
                    return;
                }
                report(
                    &og_cd_102_range_loosened::RULE,
                    format!("values outside of {shown} may be written"),
                )
                .help("make sure that no reader relies on it")
            }
            ConstraintIr::Check { .. } => report(
                &og_cd_103_check_removed::RULE,
                format!("values that do not match {shown} may be written"),
            )
            .help("make sure that no reader relies on it"),
        };
        self.find(finding, &own);
    }

    pub(super) fn key_changed(&mut self, new: &View, own: &str, reason: String) {
        let reason = format!("{reason}: ids, and the ends of edges, are made of the key");
        self.unsupported(own, reason.clone(), og_mf_108_key_changed::RULE.code);
        let finding = Finding::new(&og_mf_108_key_changed::RULE, type_place(new.kind, new.name), reason)
            .help("add a new type with that key, copy nodes and edges, drop the old one");
        self.find(finding, own);
    }

    fn added_constraint(&mut self, old: &View, new: &View, constraint: &ConstraintIr) {
        let own = entity(new.kind, new.name, None);
        let shown = form(constraint);
        let own_columns = columns(fields(constraint));
        if kind(constraint) == Kind::Key && self.populated(old.id) {
            self.key_changed(new, &own, format!("{shown} of {} is new", new.name));
            return;
        }
        let action = |validation: Validation| Action::AddConstraint {
            type_kind: new.word(),
            type_name: new.name.to_owned(),
            constraint: shown.clone(),
            validation,
        };
        if kind(constraint) == Kind::Key {
            self.safe(action(Validation::None));
            return;
        }
        // The accepted names of those columns that exist, and whether the new ones will hold one value in all rows.
        let (mut names, mut constant) = (Vec::new(), true);
        for (role, id) in &own_columns {
            match (role, id) {
                (0, 1) => names.push("src".to_owned()),
                (0, _) => names.push("dst".to_owned()),
                _ => match old.property(*id) {
                    Some(property) => names.push(property.name.clone()),
                    None => constant &= new.property(*id).is_some_and(|property| property.default.is_some()),
                },
            }
        }
        let is_unique = kind(constraint) == Kind::Unique;
        if is_unique && names.is_empty() && constant {
            // One value in all rows.
            let one = matches!(self.facts.rows(old.id), Some(0 | 1));
            let validation = if one { Validation::Proved } else { Validation::Scan };
            self.step(action(validation), Tier::Validated, Cost::Scan);
            return;
        }
        let free = if is_unique { !constant } else { names.is_empty() };
        let implied = kind(constraint) == Kind::Unique
            && old.constraints.iter().any(|other| {
                matches!(kind(other), Kind::Unique | Kind::Key)
                    && columns(fields(other)).iter().all(|c| own_columns.contains(c))
            });
        let range_before = old.constraints.iter().find_map(|other| match other {
            ConstraintIr::Range { field, min, max } if columns(std::slice::from_ref(field)) == own_columns => {
                Some((min, max))
            }
            _ => None,
        });
        let loose = match (constraint, range_before) {
            (ConstraintIr::Range { min, max, .. }, Some((low, high))) => !loosened(min, low, max, high),
            _ => false,
        };
        if kind(constraint) == Kind::Index {
            self.step(action(Validation::None), Tier::Safe, Cost::Index);
            return;
        }
        // New columns are null, or hold a default that the values' rules have let through.
        if implied || loose || free {
            self.safe(action(Validation::None));
            return;
        }
        let column = names.first().cloned().unwrap_or_default();
        let (test, rule, message, help): (Test, &'static Rule, String, &str) = match constraint {
            ConstraintIr::Range { min, max, .. } => (
                Test::OutOfRange {
                    column,
                    min: *min,
                    max: *max,
                },
                &og_mf_105_values_restricted::RULE,
                format!("values outside of {shown} may be stored"),
                "correct them first",
            ),
            ConstraintIr::Check { pattern, .. } => (
                Test::Mismatch {
                    column,
                    pattern: pattern.clone(),
                },
                &og_mf_105_values_restricted::RULE,
                format!("values that do not match {shown} may be stored"),
                "correct them first",
            ),
            _ => {
                let wider = old.constraints.iter().find(|other| {
                    kind(other) == Kind::Unique && own_columns.iter().all(|c| columns(fields(other)).contains(c))
                });
                let rule: &'static Rule = match wider {
                    Some(_) => &og_mf_102_unique_loses_column::RULE,
                    None => &og_mf_101_unique_added::RULE,
                };
                (
                    Test::Duplicate { columns: names },
                    rule,
                    format!("several rows of {} may break {shown}", new.name),
                    "make their values differ first",
                )
            }
        };
        let question = Question {
            kind: old.kind,
            type_name: old.name.to_owned(),
            test,
        };
        let offence = self.offends(old.id, question);
        let validation = if offence.is_some() {
            Validation::Scan
        } else {
            Validation::Proved
        };
        self.step(action(validation), Tier::Validated, Cost::Scan);
        if let Some(answer) = offence {
            let finding = Finding::new(rule, type_place(new.kind, new.name), message).help(help);
            self.find(with_answer(finding, answer), &own);
        }
    }
}

/// Whether the second pair of bounds lets through what the first does not. The arguments alternate: old and new lower
/// bound, old and new upper bound.
fn loosened(low: &Option<Bound>, new_low: &Option<Bound>, high: &Option<Bound>, new_high: &Option<Bound>) -> bool {
    let number = |bound: &Bound| match bound {
        Bound::Integer(value) => *value as f64,
        Bound::Float(value) => *value,
    };
    // Integers are compared exactly; mixed bounds as numbers.
    let less = |a: &Bound, b: &Bound| match (a, b) {
        (Bound::Integer(a), Bound::Integer(b)) => a < b,
        _ => number(a) < number(b),
    };
    let below = match (low, new_low) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(old), Some(new)) => less(new, old),
    };
    let above = match (high, new_high) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(old), Some(new)) => less(old, new),
    };
    below || above
}
