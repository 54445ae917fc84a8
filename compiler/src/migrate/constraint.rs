//! Constraints, compared by what they mean and not by how they are written: columns are known by their numbers.

use omnigraph_model::migration::{Action, Column, ConstraintForm, Cost, Question, Test, Tier, Validation};
use omnigraph_model::schema::{Bound, ConstraintIr, FieldRef, PropertyIr, SystemRole};

use super::change::Change;
use super::property::with_answer;
use super::view::View;
use super::{Planner, entity};
use crate::diagnostic::{Finding, Place};
use crate::rules::Rule;
use crate::rules::migrations::{
    og_cd_101_unique_removed, og_cd_102_range_loosened, og_cd_103_check_removed, og_cd_104_index_removed,
    og_mf_101_unique_added, og_mf_102_unique_loses_column, og_mf_105_values_restricted, og_mf_107_constant_unique,
    og_mf_108_key_changed,
};

/// A property by its number, or an end of an edge.
type Part = (u8, u64);

fn part(field: &FieldRef) -> Part {
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

fn parts(fields: &[FieldRef]) -> Vec<Part> {
    let mut parts: Vec<Part> = fields.iter().map(part).collect();
    parts.sort_unstable();
    parts
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
    let alike = kind(a) == kind(b) && parts(fields(a)) == parts(fields(b));
    alike
        && match (a, b) {
            (ConstraintIr::Range { min: a, max: b, .. }, ConstraintIr::Range { min: c, max: d, .. }) => {
                (a, b) == (c, d)
            }
            (ConstraintIr::Check { pattern: a, .. }, ConstraintIr::Check { pattern: b, .. }) => a == b,
            // Ids are made of a key's values in its order.
            (ConstraintIr::Key { fields: a }, ConstraintIr::Key { fields: b }) => {
                a.iter().map(part).eq(b.iter().map(part))
            }
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
        let (mut removed, mut added) = (missing(old, new), missing(new, old));
        self.key_turned(old, new, &mut removed, &mut added);
        for constraint in &removed {
            self.removed(new, constraint, &added);
        }
        for constraint in &added {
            self.added_constraint(old, new, constraint);
        }
        for constraint in new.constraints.iter().filter(|kept| !added.contains(kept)) {
            self.kept_constraint(old, new, constraint);
        }
    }

    /// The same key with its columns in another order, which is one change and not two.
    fn key_turned(&mut self, old: &View, new: &View, removed: &mut Vec<ConstraintIr>, added: &mut Vec<ConstraintIr>) {
        let key = |list: &[ConstraintIr]| list.iter().position(|constraint| kind(constraint) == Kind::Key);
        let (Some(before), Some(after)) = (key(removed), key(added)) else {
            return;
        };
        let columns = |constraint: &ConstraintIr| parts(fields(constraint));
        if columns(&removed[before]) != columns(&added[after]) || !self.populated(old.id) {
            return;
        }
        let (before, after) = (removed.remove(before), added.remove(after));
        // In the new names.
        let of = |field: &FieldRef| {
            fields(&after)
                .iter()
                .find(|other| part(other) == part(field))
                .map(FieldRef::name)
        };
        let names: Vec<&str> = fields(&before).iter().filter_map(of).collect();
        let right = format!("@key({})", names.join(", "));
        let own = entity(new.kind, new.name, None);
        let reason = format!("{} of {} has another order than {right}", form(&after), new.name);
        let help = format!("write `{right}`: ids are made of the values in this order");
        self.key_refused(new, &own, reason, help);
    }

    fn removed(&mut self, new: &View, constraint: &ConstraintIr, added: &[ConstraintIr]) {
        let stays = |(role, id): &Part| *role == 0 || new.property(*id).is_some();
        let own_parts = parts(fields(constraint));
        // What concerned a dropped property alone goes with it.
        if !own_parts.iter().any(stays) {
            return;
        }
        let own = entity(new.kind, new.name, None);
        let shown = form(constraint);
        let report = |rule: &'static Rule, text: String| Finding::new(rule, Place::of_type(new.kind, new.name), text);
        if kind(constraint) == Kind::Key && self.populated(new.id) {
            self.key_changed(new, &own, format!("{shown} of {} is removed", new.name));
            return;
        }
        self.safe(Action::DropConstraint {
            type_kind: new.kind,
            type_name: new.name.to_owned(),
            constraint: shown.clone(),
        });
        let finding = match constraint {
            ConstraintIr::Key { .. } => return,
            ConstraintIr::Unique { .. } => {
                // Fewer columns demand more.
                let stricter = |other: &ConstraintIr| {
                    kind(other) == Kind::Unique && parts(fields(other)).iter().all(|c| own_parts.contains(c))
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
                    .find(|other| kind(other) == Kind::Range && parts(fields(other)) == own_parts);
                if let Some(ConstraintIr::Range {
                    field,
                    min: low,
                    max: high,
                }) = successor
                    && !loosened(beside(new, field, [min, max]), beside(new, field, [low, high]))
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
        let help =
            "add a type with that key and edge types for it, load the exported rows as theirs, then drop the old ones";
        self.key_refused(new, own, reason, help.to_owned());
    }

    fn key_refused(&mut self, new: &View, own: &str, reason: String, help: String) {
        let reason = format!("{reason}: ids, and the ends of edges, are made of the key");
        self.unsupported(own, reason.clone(), og_mf_108_key_changed::RULE.code);
        let finding = Finding::new(&og_mf_108_key_changed::RULE, Place::of_type(new.kind, new.name), reason).help(help);
        self.find(finding, own);
    }

    fn added_constraint(&mut self, old: &View, new: &View, constraint: &ConstraintIr) {
        let own = entity(new.kind, new.name, None);
        let shown = form(constraint);
        if kind(constraint) == Kind::Key && self.populated(old.id) {
            self.key_changed(new, &own, format!("{shown} of {} is new", new.name));
            return;
        }
        let action = |validation: Validation| Action::AddConstraint {
            type_kind: new.kind,
            type_name: new.name.to_owned(),
            constraint: shown.clone(),
            validation,
        };
        match kind(constraint) {
            Kind::Key => return self.safe(action(Validation::None)),
            Kind::Index => return self.step(action(Validation::None), Tier::Safe, Cost::Index),
            _ => {}
        }
        let Some(doubt) = self.doubt(old, new, constraint) else {
            return self.safe(action(Validation::None));
        };
        let offence = self.offends(old.id, doubt.question.clone());
        let validation = if offence.is_some() {
            Validation::Scan
        } else {
            Validation::Proved
        };
        self.step(action(validation), Tier::Validated, Cost::Scan);
        if let Some(answer) = offence {
            let place = doubt.place(new);
            let finding = Finding::new(doubt.rule, place, doubt.message).help(doubt.help);
            self.find(with_answer(finding, answer), &entity(new.kind, new.name, doubt.filled));
        }
    }

    /// A constraint that holds of the stored rows may not hold of what becomes of them: values are converted, and nulls
    /// give way to a default.
    fn kept_constraint(&mut self, old: &View, new: &View, constraint: &ConstraintIr) {
        if matches!(kind(constraint), Kind::Key | Kind::Index) {
            return;
        }
        let Some(doubt) = self.doubt(old, new, constraint) else {
            return;
        };
        if let Some(answer) = self.offends(old.id, doubt.question.clone()) {
            let own = entity(new.kind, new.name, doubt.filled);
            self.unsupported(&own, doubt.message.clone(), doubt.rule.code);
            let place = doubt.place(new);
            let finding = Finding::new(doubt.rule, place, doubt.message).help(doubt.help);
            self.find(with_answer(finding, answer), &own);
        }
    }

    /// What only the rows can tell about a constraint on values; nothing if the rows as they will be satisfy it anyway, or
    /// if they cannot become such rows at all, which is reported elsewhere.
    fn doubt<'v>(&mut self, old: &View, new: &View<'v>, constraint: &ConstraintIr) -> Option<Doubt<'v>> {
        let columns = future(old, new, constraint)?;
        // Rows with a null are exempt.
        if columns.iter().any(|(_, column)| column.empty()) {
            return None;
        }
        if old
            .constraints
            .iter()
            .any(|other| implies(old, new, &columns, other, constraint))
        {
            return None;
        }
        // A new column holds its default in all rows, which the values' own rules have let through.
        let constant = columns.iter().all(|(_, column)| column.stored.is_none());
        let shown = form(constraint);
        let (message, test) = match constraint {
            ConstraintIr::Range { .. } | ConstraintIr::Check { .. } if constant => return None,
            ConstraintIr::Range { min, max, .. } => (
                format!("values of {} may be outside of {shown}", new.name),
                Test::OutOfRange {
                    column: columns.into_iter().next()?.1,
                    min: *min,
                    max: *max,
                },
            ),
            ConstraintIr::Check { pattern, .. } => (
                format!("values of {} may not match {shown}", new.name),
                Test::Mismatch {
                    column: columns.into_iter().next()?.1,
                    pattern: pattern.clone(),
                },
            ),
            _ => return Some(repeated(old, new, constraint, columns)),
        };
        Some(Doubt {
            rule: &og_mf_105_values_restricted::RULE,
            message,
            help: "correct them first, with `update … set`",
            filled: None,
            question: question(old, test),
        })
    }
}

fn question(old: &View, test: Test) -> Question {
    Question {
        kind: old.kind,
        type_name: old.name.to_owned(),
        test,
    }
}

/// Whether an old constraint makes a new one hold of the rows as they will be. Conversions keep what differs apart, and
/// defaults are within the bounds and patterns of their property.
fn implies(
    old: &View,
    new: &View,
    columns: &[(Part, Column)],
    other: &ConstraintIr,
    constraint: &ConstraintIr,
) -> bool {
    let own_parts = parts(fields(constraint));
    match (other, constraint) {
        (
            ConstraintIr::Range { field, min, max },
            ConstraintIr::Range {
                min: new_min,
                max: new_max,
                ..
            },
        ) => {
            let before = beside(old, field, [min, max]);
            let after = beside(new, field, [new_min, new_max]);
            parts(fields(other)) == own_parts && !loosened(after, before)
        }
        (ConstraintIr::Check { pattern: before, .. }, ConstraintIr::Check { pattern, .. }) => {
            parts(fields(other)) == own_parts && before == pattern
        }
        (ConstraintIr::Unique { .. } | ConstraintIr::Key { .. }, ConstraintIr::Unique { .. }) => {
            let kept = |part: &Part| {
                let column = columns.iter().find(|(own, _)| own == part);
                column.is_some_and(|(_, column)| column.stored.is_some() && column.fill.is_none())
            };
            parts(fields(other)).iter().all(kept)
        }
        _ => false,
    }
}

/// The doubt whether rows differ in the columns of a constraint.
fn repeated<'v>(old: &View, new: &View<'v>, constraint: &ConstraintIr, columns: Vec<(Part, Column)>) -> Doubt<'v> {
    let shown = form(constraint);
    let own_parts = parts(fields(constraint));
    let filled = columns.iter().find(|(_, column)| column.fill.is_some());
    let filled = filled.and_then(|((_, id), _)| Some(new.property(*id)?.name.as_str()));
    let wider = old
        .constraints
        .iter()
        .any(|other| kind(other) == Kind::Unique && own_parts.iter().all(|part| parts(fields(other)).contains(part)));
    let (rule, message, help): (&'static Rule, String, &'static str) = match (filled, wider) {
        (Some(name), _) => (
            &og_mf_107_constant_unique::RULE,
            format!(
                "several rows of {} would share the default of {name}, against {shown}",
                new.name
            ),
            "leave the default out, give the rows different values, then demand that they are unique",
        ),
        (None, true) => (
            &og_mf_102_unique_loses_column::RULE,
            format!("several rows of {} may break {shown}", new.name),
            "make their values differ first, with `update … set`",
        ),
        (None, false) => (
            &og_mf_101_unique_added::RULE,
            format!("several rows of {} may break {shown}", new.name),
            "make their values differ first, with `update … set`",
        ),
    };
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    Doubt {
        rule,
        message,
        help,
        filled,
        question: question(old, Test::Duplicate { columns }),
    }
}

/// What may be wrong with the rows, and how to find out.
struct Doubt<'v> {
    question: Question,
    rule: &'static Rule,
    message: String,
    help: &'static str,
    /// The property that a default is put into.
    filled: Option<&'v str>,
}

impl Doubt<'_> {
    fn place(&self, new: &View) -> Place {
        match self.filled {
            Some(name) => Place::of_property(new.kind, new.name, name),
            None => Place::of_type(new.kind, new.name),
        }
    }
}

/// The columns of a constraint as the migration leaves them; nothing if a value cannot be converted.
fn future(old: &View, new: &View, constraint: &ConstraintIr) -> Option<Vec<(Part, Column)>> {
    let column = |field: &FieldRef| match field {
        FieldRef::System { role, .. } => Some(Column::end(role.name())),
        FieldRef::Property { property_id, .. } => {
            let after = new.property(*property_id)?;
            let before = old.property(*property_id);
            let refused = |before: &PropertyIr| {
                let change = Change::of(&before.prop_type, &after.prop_type);
                matches!(
                    change,
                    Change::Incompatible | Change::ListShape | Change::VectorDimension
                )
            };
            if before.is_some_and(refused) {
                return None;
            }
            let fills = before.is_none_or(|before| before.prop_type.nullable && !after.prop_type.nullable);
            Some(Column {
                stored: before.map(|before| before.name.clone()),
                into: after.prop_type.clone(),
                fill: after.default.clone().filter(|_| fills),
            })
        }
    };
    let fields = fields(constraint).iter();
    fields.map(|field| Some((part(field), column(field)?))).collect()
}

/// Bounds as they are compared with the values of a property.
fn beside(view: &View, field: &FieldRef, bounds: [&Option<Bound>; 2]) -> [Option<Bound>; 2] {
    let property = match field {
        FieldRef::Property { property_id, .. } => view.property(*property_id),
        FieldRef::System { .. } => None,
    };
    let scalar = property.map(|property| property.prop_type.scalar);
    bounds.map(|bound| bound.map(|bound| scalar.map_or(bound, |scalar| bound.beside(scalar))))
}

/// Whether the second pair of bounds, lower and upper, lets values through that the first does not.
fn loosened(before: [Option<Bound>; 2], after: [Option<Bound>; 2]) -> bool {
    let less = |a: Bound, b: Bound| a.compare(b).is_some_and(|order| order.is_lt());
    let below = match (before[0], after[0]) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(old), Some(new)) => less(new, old),
    };
    let above = match (before[1], after[1]) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(old), Some(new)) => less(old, new),
    };
    below || above
}
