//! What a plan costs on data of the size that is stored: what is written, read, indexed and copied.

use omnigraph_model::migration::{Action, ConstraintForm, Cost, Mode, Step};
use omnigraph_model::types::Scalar;

use super::view::{View, views};
use super::{Planner, Side, TypeStatistics, entity};
use crate::diagnostic::{Finding, Place};
use crate::rules::Rule;
use crate::rules::migrations::{
    og_lk_101_large_rewrite, og_lk_102_index_lost, og_lk_103_index_to_build, og_lk_104_vector_index_to_train,
    og_lk_105_long_scan, og_lk_106_long_apply, og_lk_107_blobs_copied,
};

const GIB: u64 = 1 << 30;
const REWRITTEN_ROWS: u64 = 1_000_000;
const INDEXED_ROWS: u64 = 100_000;
const ROWS_TO_INDEX: u64 = 1_000_000;
const VECTORS_TO_TRAIN: u64 = 100_000;
const SCANNED_ROWS: u64 = 5_000_000;
/// Speeds of writing, reading and syncing on one ordinary disk.
const BYTES_A_SECOND: u64 = 100 << 20;
const LONGEST_SECONDS: u64 = 30;

impl Planner<'_> {
    pub(super) fn costs(&mut self) {
        let desired = self.desired;
        let mut written = 0;
        for new in &views(desired) {
            let Some(statistics) = self.data.of(new.id) else {
                continue;
            };
            let own = |step: &&Step| step.action.of_type() == Some((new.kind, new.name));
            let steps: Vec<Step> = self.plan.steps.iter().filter(own).cloned().collect();
            let columns = steps.iter().any(|step| step.cost == Cost::Rewrite);
            let whole = steps.iter().any(|step| hard_drop(&step.action));
            if columns || whole {
                written += statistics.bytes;
            }
            self.type_costs(new, statistics, &steps, columns, whole);
        }
        let seconds = written / BYTES_A_SECOND;
        if seconds > LONGEST_SECONDS {
            let message = format!("about {seconds} seconds pass before the new schema is published");
            let place = crate::diagnostic::Place::File(omnigraph_grammar::Span::at(0));
            self.loose(
                Finding::new(&og_lk_106_long_apply::RULE, place, message),
                "schema".to_owned(),
            );
        }
    }

    fn type_costs(&mut self, new: &View, statistics: TypeStatistics, steps: &[Step], columns: bool, whole: bool) {
        let TypeStatistics { rows, bytes, indexed } = statistics;
        let size = format!("{rows} rows in {bytes} bytes");
        if (columns || whole) && (rows >= REWRITTEN_ROWS || bytes >= GIB) {
            let message = format!("the apply writes {}, which has {size}", new.name);
            self.cost(&og_lk_101_large_rewrite::RULE, message, new);
        }
        let marked = |name: &str| {
            new.property(name_id(new, name))
                .is_some_and(|p| p.property_constraints.index)
        };
        let loses = |step: &Step| match &step.action {
            Action::ChangePropertyType { property_name, .. } | Action::ChangeNullability { property_name, .. } => {
                step.cost == Cost::Rewrite && marked(property_name)
            }
            action => hard_drop(action),
        };
        if indexed && rows >= INDEXED_ROWS && steps.iter().any(loses) {
            let message = format!("indexes of {} are gone until `optimize` has built them again", new.name);
            self.cost(&og_lk_102_index_lost::RULE, message, new);
        }
        for step in steps {
            if let Action::AddConstraint {
                constraint: ConstraintForm::Index(columns),
                ..
            } = &step.action
            {
                let scalar = |name: &String| new.property(name_id(new, name)).map(|p| p.prop_type.scalar);
                let vector = columns
                    .iter()
                    .filter_map(scalar)
                    .any(|scalar| matches!(scalar, Scalar::Vector(_)));
                let columns = columns.join(", ");
                if vector && rows >= VECTORS_TO_TRAIN {
                    let message = format!("an index of {columns} is trained on up to {rows} vectors");
                    self.cost(&og_lk_104_vector_index_to_train::RULE, message, new);
                } else if !vector && rows >= ROWS_TO_INDEX {
                    let message = format!("an index of {columns} is built over {rows} rows");
                    self.cost(&og_lk_103_index_to_build::RULE, message, new);
                }
            }
        }
        if rows >= SCANNED_ROWS && steps.iter().any(|step| step.cost == Cost::Scan) {
            let message = format!("all {rows} rows of {} are read to make the plan", new.name);
            self.cost(&og_lk_105_long_scan::RULE, message, new);
        }
        let blob = new
            .properties
            .iter()
            .any(|property| property.prop_type.scalar == Scalar::Blob);
        if whole && blob && bytes >= GIB {
            let message = format!("the blobs of {} are copied: {size}", new.name);
            self.cost(&og_lk_107_blobs_copied::RULE, message, new);
        }
    }

    fn cost(&mut self, rule: &'static Rule, message: String, owner: &View) {
        let finding = Finding::new(rule, Place::of_type(owner.kind, owner.name), message);
        self.judge(finding, entity(owner.kind, owner.name, None), Side::Desired, None);
    }
}

fn name_id(view: &View, name: &str) -> u64 {
    let found = view.properties.iter().find(|property| property.name == name);
    found.map_or(0, |property| property.property_id)
}

fn hard_drop(action: &Action) -> bool {
    let hard = |mode: &Mode| *mode == Mode::Hard;
    matches!(action, Action::DropProperty { mode, .. } if hard(mode))
}
