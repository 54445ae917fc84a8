//! Properties: added, renamed, dropped; their types, defaults and embeddings.

use omnigraph_model::migration::{Action, Answer, Cost, EmbedForm, Mode, Question, Test, Tier, Validation};
use omnigraph_model::schema::{ConstraintIr, DeclarationKind, EmbedIr, PropertyIr};
use omnigraph_model::types::Scalar;

use super::change::Change;
use super::view::View;
use super::{Planner, Side, entity};
use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::migrations::{
    og_bc_102_property_renamed, og_bc_104_type_widened, og_bc_105_enum_extended, og_bc_107_interface_grows,
    og_cd_105_made_nullable, og_cd_108_enum_to_string, og_cd_109_default_changed, og_ds_104_property_dropped,
    og_ds_105_vector_dropped, og_ds_106_blob_dropped, og_ds_109_history_reclaimed, og_lk_108_reclaims,
    og_mf_103_required_property, og_mf_104_made_required, og_mf_106_type_changed, og_ve_101_dimension_changed,
    og_ve_102_embed_source_changed, og_ve_103_embed_model_changed, og_ve_104_embed_added_or_removed,
    og_ve_107_vectors_to_compute,
};

/// The finding with what the data said.
pub(super) fn with_answer(finding: Finding, answer: Option<Answer>) -> Finding {
    match answer {
        None => finding,
        Some(answer) => {
            let noun = if answer.rows == 1 { "row breaks" } else { "rows break" };
            let some = match answer.examples.is_empty() {
                true => String::new(),
                false => format!(": {}", answer.examples.join(", ")),
            };
            finding.note(format!("{} {noun} it{some}", answer.rows))
        }
    }
}

impl Planner<'_> {
    pub(super) fn properties(&mut self, old: &View, new: &View) {
        for property in new.properties {
            match old.property(property.property_id) {
                Some(before) => self.kept_property(old, new, before, property),
                None => self.added_property(old, new, property),
            }
        }
        for property in old.properties {
            if new.property(property.property_id).is_none() {
                self.dropped_property(old, new, property);
            }
        }
    }

    fn added_property(&mut self, old: &View, new: &View, property: &PropertyIr) {
        let name = &property.name;
        let own = entity(new.kind, new.name, Some(name));
        let place = || Place::of_property(new.kind, new.name, name);
        let stored = new.kind != DeclarationKind::Interface;
        let fill = property.default.clone();
        let required = !property.prop_type.nullable;
        let must_fill = stored && (required || fill.is_some()) && self.populated(old.id);
        if must_fill && required && fill.is_none() {
            let reason = format!("the rows of {} would have no value of {name}", new.name);
            self.unsupported(&own, reason.clone(), og_mf_103_required_property::RULE.code);
            let ty = Place::of_property_type(new.kind, new.name, name);
            let optional = format!("{}?", property.prop_type);
            let finding = Finding::new(&og_mf_103_required_property::RULE, place(), reason)
                .help(
                    "give it a `@default`; or make it optional, load the exported rows with a value of it by `--mode merge`, and \
                     then make it required",
                )
                .maybe_fix("make it optional", vec![(ty, optional)]);
            self.find(finding, &own);
            return;
        }
        let action = Action::AddProperty {
            type_kind: new.kind,
            type_name: new.name.to_owned(),
            property_name: name.clone(),
            property_type: property.prop_type.clone(),
            fill: fill.filter(|_| stored),
        };
        self.step(
            action,
            Tier::Safe,
            if must_fill { Cost::Rewrite } else { Cost::Metadata },
        );
        if new.kind == DeclarationKind::Interface {
            let what = format!("has {name} too from now on");
            self.find(og_bc_107_interface_grows::finding(place(), old.name, &what), &own);
        }
        if stored && property.embed_source.is_some() && self.populated(old.id) {
            let message = format!(
                "rows of {} that exist have no {name} and are not found by vector search",
                new.name
            );
            let finding = Finding::new(&og_ve_107_vectors_to_compute::RULE, place(), message).help(format!(
                "load the exported rows without {name} by `--mode merge` after the apply: a write computes it"
            ));
            self.find(finding, &own);
        }
    }

    fn dropped_property(&mut self, old: &View, new: &View, property: &PropertyIr) {
        let own = entity(new.kind, new.name, Some(&property.name));
        let hard = new.kind != DeclarationKind::Interface && self.options.hard_drops.include(&own);
        let action = Action::DropProperty {
            type_kind: new.kind,
            type_name: new.name.to_owned(),
            property_name: property.name.clone(),
            mode: if hard { Mode::Hard } else { Mode::Soft },
        };
        match hard {
            true => self.step(action, Tier::Destructive, Cost::Reclaim),
            false => self.safe(action),
        }
        if new.kind == DeclarationKind::Interface {
            return;
        }
        let rule = match property.prop_type.scalar {
            Scalar::Vector(_) => &og_ds_105_vector_dropped::RULE,
            Scalar::Blob => &og_ds_106_blob_dropped::RULE,
            _ => &og_ds_104_property_dropped::RULE,
        };
        let place = Place::of_property(old.kind, old.name, &property.name);
        let mut finding = Finding::new(rule, place, format!("{}.{} is dropped", old.name, property.name))
            .label("dropped")
            .help(match hard {
                true => "what is dropped cannot be read again",
                false => "older commits still hold its values",
            });
        let question = Question {
            kind: old.kind,
            type_name: old.name.to_owned(),
            test: Test::NotNull {
                column: property.name.clone(),
            },
        };
        match self.data.rows(old.id) {
            Some(0) => finding.severity = Severity::Info,
            Some(_) => match self.data.answer(&question).map(|answer| answer.rows) {
                Some(0) => finding.severity = Severity::Info,
                Some(rows) => finding = finding.note(format!("{rows} rows have a value")),
                None => self.plan.questions.push(question),
            },
            None => {}
        }
        self.find_in(finding, &own, Side::Accepted);
        if hard && self.populated(old.id) {
            let place = Place::of_property(old.kind, old.name, &property.name);
            let message = format!("no older commit can read {} afterwards, not even what stays", old.name);
            let finding = Finding::new(&og_ds_109_history_reclaimed::RULE, place.clone(), message)
                .help("drop softly, and leave the old versions to `cleanup`");
            self.find_in(finding, &own, Side::Accepted);
            let message = format!("the files of {} are removed at once", old.name);
            self.find_in(
                Finding::new(&og_lk_108_reclaims::RULE, place, message),
                &own,
                Side::Accepted,
            );
        }
    }

    fn kept_property(&mut self, old: &View, new: &View, before: &PropertyIr, after: &PropertyIr) {
        let own = entity(new.kind, new.name, Some(&after.name));
        if before.name != after.name {
            self.safe(Action::RenameProperty {
                type_kind: new.kind,
                type_name: new.name.to_owned(),
                from: before.name.clone(),
                to: after.name.clone(),
            });
            let message = format!("{}.{} is called {} from now on", new.name, before.name, after.name);
            let finding = Finding::new(
                &og_bc_102_property_renamed::RULE,
                Place::of_property(new.kind, new.name, &after.name),
                message,
            )
            .help("change the queries, loads and policies that name it");
            self.find(finding, &own);
        }
        self.type_change(old, new, before, after, &own);
        self.embed_change(old, new, before, after, &own);
        if before.default != after.default {
            self.safe(Action::ChangeDefault {
                type_kind: new.kind,
                type_name: new.name.to_owned(),
                property_name: after.name.clone(),
                from: before.default.clone(),
                to: after.default.clone(),
            });
            if before.default.is_some() {
                let message = format!(
                    "the default of {} changes for rows that are written from now on",
                    after.name
                );
                let mut finding = Finding::new(
                    &og_cd_109_default_changed::RULE,
                    Place::of_property(new.kind, new.name, &after.name),
                    message,
                );
                if after.default.is_none() && !after.prop_type.nullable {
                    finding = finding.help("writers must give a value");
                    finding.severity = Severity::Warning;
                }
                self.find(finding, &own);
            }
        }
        self.annotations(&before.annotations, &after.annotations, new, Some(&after.name));
    }

    fn type_change(&mut self, old: &View, new: &View, before: &PropertyIr, after: &PropertyIr, own: &str) {
        let (from, to) = (&before.prop_type, &after.prop_type);
        let change = Change::of(from, to);
        let in_key = |constraint: &ConstraintIr| match constraint {
            ConstraintIr::Key { fields } => fields.iter().any(|field| field.name() == after.name),
            _ => false,
        };
        let integers = from.scalar.is_integer() && to.scalar.is_integer();
        let keyed = matches!(change, Change::Widen | Change::Narrow) && !integers && new.constraints.iter().any(in_key);
        if keyed && self.has_rows(old, new) {
            let reason = format!("{} is part of the key and would become {to}", after.name);
            self.key_changed(new, own, reason);
            return;
        }
        match &change {
            Change::Same => {}
            Change::Widen => self.widened(old, new, before, after, own),
            Change::ExtendEnum(added) => self.enum_extended(new, after, added, own),
            Change::ShrinkEnum(..) | Change::StringToEnum => {
                self.values_restricted(old, new, before, after, &change, own);
            }
            Change::EnumToString => self.enum_to_string(new, after, own),
            Change::Narrow => self.narrowed(old, new, before, after, own),
            Change::VectorDimension | Change::ListShape | Change::Incompatible if !self.has_rows(old, new) => {
                self.safe(retyped(new, before, after, "checked"));
            }
            Change::VectorDimension | Change::ListShape | Change::Incompatible => {
                self.incompatible(new, before, after, &change, own);
                return;
            }
        }
        self.metric_change(old, new, before, after, own);
        if from.nullable != to.nullable {
            self.nullability(old, new, before, after, own);
        }
    }

    /// Whether there may be rows of the type itself; an interface has none.
    fn has_rows(&mut self, old: &View, new: &View) -> bool {
        new.kind != DeclarationKind::Interface && self.populated(old.id)
    }

    fn widened(&mut self, old: &View, new: &View, before: &PropertyIr, after: &PropertyIr, own: &str) {
        let cost = match self.has_rows(old, new) {
            true => Cost::Rewrite,
            false => Cost::Metadata,
        };
        self.step(retyped(new, before, after, "widen"), Tier::Safe, cost);
        let message = format!("{} becomes {}; results show it as that", after.name, after.prop_type);
        let place = Place::of_property_type(new.kind, new.name, &after.name);
        self.find(Finding::new(&og_bc_104_type_widened::RULE, place, message), own);
    }

    /// A text or an enum that allows fewer values than before: the stored ones decide.
    fn values_restricted(
        &mut self,
        old: &View,
        new: &View,
        before: &PropertyIr,
        after: &PropertyIr,
        change: &Change,
        own: &str,
    ) {
        let question = Question {
            kind: old.kind,
            type_name: old.name.to_owned(),
            test: Test::NotAmong {
                column: before.name.clone(),
                allowed: after.prop_type.enum_values.clone().unwrap_or_default(),
            },
        };
        let offence = match new.kind {
            DeclarationKind::Interface => None,
            _ => self.offends(old.id, question),
        };
        let validation = if offence.is_some() {
            Validation::Scan
        } else {
            Validation::Proved
        };
        let (type_kind, type_name, property_name) = (new.kind, new.name.to_owned(), after.name.clone());
        let action = match change {
            Change::ShrinkEnum(removed, _) => Action::ShrinkEnum {
                type_kind,
                type_name,
                property_name,
                removed_values: removed.clone(),
                validation,
            },
            _ => Action::ConvertEnum {
                type_kind,
                type_name,
                property_name,
                direction: "to_enum",
                validation,
            },
        };
        self.step(action, Tier::Validated, Cost::Scan);
        if let Some(answer) = offence {
            let message = format!("values of {} outside of {} may be stored", after.name, after.prop_type);
            let place = Place::of_property_type(new.kind, new.name, &after.name);
            let finding = Finding::new(&og_mf_106_type_changed::RULE, place, message)
                .help("change those values first, with `update … set`");
            self.find(with_answer(finding, answer), own);
        }
        if let Change::ShrinkEnum(_, added) = change
            && !added.is_empty()
        {
            self.enum_extended(new, after, added, own);
        }
    }

    fn enum_to_string(&mut self, new: &View, after: &PropertyIr, own: &str) {
        self.safe(Action::ConvertEnum {
            type_kind: new.kind,
            type_name: new.name.to_owned(),
            property_name: after.name.clone(),
            direction: "to_string",
            validation: Validation::None,
        });
        let message = format!("{} takes any text from now on", after.name);
        let place = Place::of_property_type(new.kind, new.name, &after.name);
        let finding = Finding::new(&og_cd_108_enum_to_string::RULE, place, message).help("extend the enum instead");
        self.find(finding, own);
    }

    /// Vectors that are compared by another metric than before.
    fn metric_change(&mut self, old: &View, new: &View, before: &PropertyIr, after: &PropertyIr, own: &str) {
        let is_vector = |property: &PropertyIr| matches!(property.prop_type.scalar, Scalar::Vector(_));
        if before.metric == after.metric || !is_vector(before) || !is_vector(after) {
            return;
        }
        if !self.has_rows(old, new) {
            self.safe(retyped(new, before, after, "checked"));
            return;
        }
        let reason = format!("{} would be compared by another metric", after.name);
        self.unsupported(own, reason.clone(), og_mf_106_type_changed::RULE.code);
        let place = Place::of_property_type(new.kind, new.name, &after.name);
        let finding = Finding::new(&og_mf_106_type_changed::RULE, place, reason).help(
            "add a vector property with that metric, load the vectors into it by `--mode merge`, then drop the old one",
        );
        self.find(finding, own);
    }

    /// A number that becomes one of fewer values: the stored ones decide.
    fn narrowed(&mut self, old: &View, new: &View, before: &PropertyIr, after: &PropertyIr, own: &str) {
        let into = after.prop_type.scalar;
        let question = Question {
            kind: old.kind,
            type_name: old.name.to_owned(),
            test: Test::Unfit {
                column: before.name.clone(),
                into,
            },
        };
        let offence = match new.kind {
            DeclarationKind::Interface => None,
            _ => self.offends(old.id, question),
        };
        if let Some(answer) = offence {
            let (from, to) = (&before.prop_type, &after.prop_type);
            let reason = format!("{from} cannot become {to}: values of {} may not fit", after.name);
            self.unsupported(own, reason.clone(), og_mf_106_type_changed::RULE.code);
            let place = Place::of_property_type(new.kind, new.name, &after.name);
            let finding = Finding::new(&og_mf_106_type_changed::RULE, place, reason)
                .note(format!("accepted as `{}: {}`", before.name, before.prop_type))
                .help("change those values first, with `update … set`");
            self.find(with_answer(finding, answer), own);
            return;
        }
        let cost = match self.has_rows(old, new) {
            true => Cost::Rewrite,
            false => Cost::Metadata,
        };
        self.step(retyped(new, before, after, "checked"), Tier::Validated, cost);
    }

    fn enum_extended(&mut self, new: &View, after: &PropertyIr, added: &[String], own: &str) {
        self.safe(Action::ExtendEnum {
            type_kind: new.kind,
            type_name: new.name.to_owned(),
            property_name: after.name.clone(),
            added_values: added.to_vec(),
        });
        let message = format!("{} may also be {}", after.name, added.join(", "));
        let place = Place::of_property_type(new.kind, new.name, &after.name);
        self.find(Finding::new(&og_bc_105_enum_extended::RULE, place, message), own);
    }

    fn incompatible(&mut self, new: &View, before: &PropertyIr, after: &PropertyIr, change: &Change, own: &str) {
        let reason = format!(
            "{} cannot become {}: {}",
            before.prop_type,
            after.prop_type,
            change.obstacle()
        );
        self.unsupported(own, reason.clone(), og_mf_106_type_changed::RULE.code);
        let place = || Place::of_property_type(new.kind, new.name, &after.name);
        let finding = Finding::new(&og_mf_106_type_changed::RULE, place(), reason)
            .note(format!("accepted as `{}: {}`", before.name, before.prop_type))
            .help(
                "add an optional property of the new type, load the exported rows with its values by `--mode merge`, then \
                 drop the old one",
            );
        self.find(finding, own);
        if *change == Change::VectorDimension {
            let message = format!("vectors of {} have another length", after.name);
            let finding = Finding::new(&og_ve_101_dimension_changed::RULE, place(), message)
                .help("add a vector property, load the new vectors into it by `--mode merge`, then drop the old one");
            self.find(finding, own);
        }
    }

    fn nullability(&mut self, old: &View, new: &View, before: &PropertyIr, after: &PropertyIr, own: &str) {
        let nullable = after.prop_type.nullable;
        let place = Place::of_property_type(new.kind, new.name, &after.name);
        let question = Question {
            kind: old.kind,
            type_name: old.name.to_owned(),
            test: Test::Null {
                column: before.name.clone(),
            },
        };
        let offence = match nullable || new.kind == DeclarationKind::Interface {
            true => None,
            false => self.offends(old.id, question),
        };
        let fill = after.default.clone().filter(|_| offence.is_some());
        let (validation, tier, cost) = match (nullable, &offence, &fill) {
            (true, ..) => (Validation::None, Tier::Safe, Cost::Metadata),
            (false, None, _) => (Validation::Proved, Tier::Validated, Cost::Scan),
            (false, _, Some(_)) => (Validation::Proved, Tier::Validated, Cost::Rewrite),
            (false, Some(_), None) => (Validation::Scan, Tier::Validated, Cost::Scan),
        };
        let filled = fill.is_some();
        let action = Action::ChangeNullability {
            type_kind: new.kind,
            type_name: new.name.to_owned(),
            property_name: after.name.clone(),
            nullable,
            fill,
            validation,
        };
        self.step(action, tier, cost);
        if nullable {
            let message = format!("readers may meet a {} that is null", after.name);
            self.find(Finding::new(&og_cd_105_made_nullable::RULE, place, message), own);
        } else if let Some(answer) = offence.filter(|_| !filled) {
            let message = format!("{} may be null in rows that exist", after.name);
            let finding = Finding::new(&og_mf_104_made_required::RULE, place, message)
                .help("give those rows a value with `update … set`, or give it a `@default`");
            self.find(with_answer(finding, answer), own);
        }
    }

    fn embed_change(&mut self, old: &View, new: &View, before: &PropertyIr, after: &PropertyIr, own: &str) {
        // The source is the same property even if its name changed.
        let key = |embed: &EmbedIr| (embed.source.property_id, embed.model.clone());
        let (from, to) = (&before.embed_source, &after.embed_source);
        if from.as_ref().map(key) == to.as_ref().map(key) {
            return;
        }
        let form = |embed: &EmbedIr| EmbedForm {
            source: embed.source.name.clone(),
            model: embed.model.clone(),
        };
        let stored = new.kind != DeclarationKind::Interface;
        let question = Question {
            kind: old.kind,
            type_name: old.name.to_owned(),
            test: Test::NotNull {
                column: before.name.clone(),
            },
        };
        let offence = match stored {
            true => self.offends(old.id, question),
            false => None,
        };
        let place = Place::of_property(new.kind, new.name, &after.name);
        let action = Action::ChangeEmbed {
            type_kind: new.kind,
            type_name: new.name.to_owned(),
            property_name: after.name.clone(),
            from: from.as_ref().map(form),
            to: to.as_ref().map(form),
            stale_vectors: offence.is_some(),
        };
        self.step(action, Tier::Validated, Cost::Metadata);
        let Some(answer) = offence else {
            return;
        };
        let (rule, message, help) = match (from, to) {
            (Some(from), Some(to)) if from.source.property_id != to.source.property_id => (
                &og_ve_102_embed_source_changed::RULE,
                format!("vectors of {} were computed from {}", after.name, from.source.name),
                "add a vector property for the new source, load the exported rows without it by `--mode merge` to compute it, then \
                 drop the old one",
            ),
            (Some(_), Some(_)) => (
                &og_ve_103_embed_model_changed::RULE,
                format!("vectors of {} were computed by another model", after.name),
                "add a vector property for the new model, load the exported rows without it by `--mode merge` to compute it, then \
                 drop the old one",
            ),
            _ => (
                &og_ve_104_embed_added_or_removed::RULE,
                format!(
                    "vectors of {} exist already, whatever they were computed from",
                    after.name
                ),
                "make sure that they fit, or set them to null first",
            ),
        };
        let mut finding = Finding::new(rule, place, message).help(help);
        if let Some(answer) = answer {
            finding = finding.note(format!("{} rows have a vector", answer.rows));
        }
        self.find(finding, own);
    }
}

fn retyped(new: &View, before: &PropertyIr, after: &PropertyIr, conversion: &'static str) -> Action {
    Action::ChangePropertyType {
        type_kind: new.kind,
        type_name: new.name.to_owned(),
        property_name: after.name.clone(),
        from: before.prop_type.clone(),
        to: after.prop_type.clone(),
        conversion,
    }
}
