//! Two changes of one schema that parted: where they contradict each other.

use std::collections::BTreeMap;

use omnigraph_model::migration::{Action, ConstraintForm};
use omnigraph_model::schema::{Accepted, Counter, DeclarationKind};
use serde_json::Value as Json;

use super::view::views;
use super::{FindingState, Judged, MigrationPlan, PlanOptions, Refusal, Side, StoredData, identify, plan};
use crate::diagnostic::{Finding, Place};
use crate::rules::Rule;
use crate::rules::migrations::{og_nl_103_both_changed, og_nl_104_both_added, og_nl_105_dropped_and_changed};
use crate::schema_text::SchemaText;

/// What one side did to one thing: to a type's header, or to a property with the rules on it.
#[derive(Default)]
struct Change {
    added: bool,
    dropped: bool,
    steps: Vec<Json>,
}

type Changes = BTreeMap<String, Change>;

/// Contradictions between `theirs` and `ours`, which were both made from `base`.
pub(super) fn conflicts(
    base: &SchemaText,
    theirs: &SchemaText,
    ours: &SchemaText,
    path: &str,
) -> Result<Vec<Judged>, Refusal> {
    let mut counter = Counter::default();
    let base = identify(base, None, &mut counter, path)?;
    let side = |text: &SchemaText| -> Result<(Accepted, MigrationPlan), Refusal> {
        let mut counter = Counter::after(base.next_identity_id);
        let next = identify(text, Some(&base), &mut counter, path)?;
        let plan = plan(&base, &next, text, &StoredData::unknown(), &PlanOptions::default());
        Ok((next, plan))
    };
    let ((their_schema, their_plan), (our_schema, our_plan)) = (side(theirs)?, side(ours)?);
    let (their_changes, our_changes) = (changes(&their_plan, &their_schema), changes(&our_plan, &our_schema));
    let mut found = Vec::new();
    for (entity, ours) in &our_changes {
        if let Some(theirs) = their_changes.get(entity) {
            let (rule, message): (&'static Rule, String) = match (ours, theirs) {
                (a, b) if a.steps == b.steps => continue,
                (a, b) if a.added && b.added => (
                    &og_nl_104_both_added::RULE,
                    format!("both sides add {entity}, and each another"),
                ),
                (a, b) if a.dropped != b.dropped => {
                    let which = if a.dropped {
                        "this side drops"
                    } else {
                        "the other side drops"
                    };
                    (
                        &og_nl_105_dropped_and_changed::RULE,
                        format!("{which} {entity}, which the other changes"),
                    )
                }
                _ => (
                    &og_nl_103_both_changed::RULE,
                    format!("both sides change {entity}, and each otherwise"),
                ),
            };
            found.push(judged(rule, message, entity, &our_schema));
        }
    }
    // A type that one side drops, and of which the other changes a part.
    for (dropping, other, which) in [
        (&our_changes, &their_changes, "this side"),
        (&their_changes, &our_changes, "the other side"),
    ] {
        for (entity, _) in dropping
            .iter()
            .filter(|(entity, change)| change.dropped && !entity.contains('.'))
        {
            let part = |key: &&String| {
                key.strip_prefix(entity.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
            };
            if let Some(part) = other.keys().find(part) {
                let message = format!("{which} drops {entity}, of which the other changes {part}");
                found.push(judged(
                    &og_nl_105_dropped_and_changed::RULE,
                    message,
                    entity,
                    &our_schema,
                ));
            }
        }
    }
    Ok(found)
}

fn judged(rule: &'static Rule, message: String, entity: &str, ours: &Accepted) -> Judged {
    let (kind, rest) = entity.split_once(':').unwrap_or_default();
    let name = rest.split('.').next().unwrap_or_default();
    let own = views(ours)
        .into_iter()
        .find(|view| view.kind.word() == kind && view.name == name);
    let place = own.map_or(Place::File(omnigraph_grammar::Span::at(0)), |view| {
        Place::of_type(view.kind, view.name)
    });
    Judged {
        finding: Finding::new(rule, place, message).help("take one side's change over into the other, then plan again"),
        step: None,
        entity: entity.to_owned(),
        side: Side::Desired,
        state: FindingState::Open,
    }
}

fn changes(plan: &MigrationPlan, next: &Accepted) -> Changes {
    let mut changes = Changes::new();
    for step in &plan.steps {
        let Some((kind, name)) = step.action.of_type() else {
            continue;
        };
        // By the name that both sides know.
        let old = plan.steps.iter().find_map(|other| match &other.action {
            Action::RenameType { type_kind, from, to } if *type_kind == kind && to == name => Some(from.as_str()),
            _ => None,
        });
        let own = format!("{kind}:{}", old.unwrap_or(name));
        let parts: Vec<&str> = match &step.action {
            Action::AddProperty { property_name, .. }
            | Action::DropProperty { property_name, .. }
            | Action::ExtendEnum { property_name, .. }
            | Action::ShrinkEnum { property_name, .. }
            | Action::ConvertEnum { property_name, .. }
            | Action::ChangePropertyType { property_name, .. }
            | Action::ChangeNullability { property_name, .. }
            | Action::ChangeEmbed { property_name, .. }
            | Action::ChangeDefault { property_name, .. }
            | Action::UpdatePropertyMetadata { property_name, .. } => vec![property_name],
            Action::RenameProperty { from, .. } => vec![from],
            Action::AddConstraint { constraint, .. } | Action::DropConstraint { constraint, .. } => columns(constraint),
            _ => Vec::new(),
        };
        let mut told = serde_json::to_value(&step.action).unwrap_or_default();
        let added = matches!(step.action, Action::AddType { .. } | Action::AddProperty { .. });
        let dropped = matches!(step.action, Action::DropType { .. } | Action::DropProperty { .. });
        if let Action::AddType { .. } = step.action {
            told = whole(next, kind, name);
        }
        let keys: Vec<String> = match parts.is_empty() {
            true => vec![own.clone()],
            false => parts.iter().map(|part| format!("{own}.{part}")).collect(),
        };
        for key in keys {
            let change = changes.entry(key).or_default();
            change.added |= added;
            change.dropped |= dropped;
            change.steps.push(told.clone());
        }
    }
    changes
}

/// A new type with all that it has, apart from its numbers.
fn whole(schema: &Accepted, kind: DeclarationKind, name: &str) -> Json {
    let own = views(schema)
        .into_iter()
        .find(|view| view.kind == kind && view.name == name);
    own.map_or(Json::Null, |view| {
        let properties = view
            .properties
            .iter()
            .map(|p| (p.name.clone(), Json::from(p.prop_type.to_string())));
        let ends = view.ends.filter(|_| view.kind == DeclarationKind::Edge);
        let ends = ends.map(|(from, to, card)| format!("{} {} {card:?}", from.name, to.name));
        serde_json::json!({"properties": properties.collect::<BTreeMap<_, _>>(), "ends": ends})
    })
}

fn columns(constraint: &ConstraintForm) -> Vec<&str> {
    match constraint {
        ConstraintForm::Key(columns) | ConstraintForm::Unique(columns) | ConstraintForm::Index(columns) => {
            columns.iter().map(String::as_str).collect()
        }
        ConstraintForm::Range { property, .. } | ConstraintForm::Check { property, .. } => vec![property],
    }
}
