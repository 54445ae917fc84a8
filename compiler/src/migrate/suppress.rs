//! What the schema's author waves through: `@allow` on an entity, for it and its members, and `allow … on …`.

use super::{FindingState, MigrationPlan};
use crate::schema::{SchemaItem, migration_allowances};

pub(super) fn apply(plan: &mut MigrationPlan, items: &[SchemaItem]) {
    for allowance in migration_allowances(items) {
        for judged in &mut plan.findings {
            let own = judged.entity == allowance.entity;
            let member = allowance.members
                && judged
                    .entity
                    .strip_prefix(allowance.entity.as_str())
                    .is_some_and(|rest| rest.starts_with('.'));
            let fixed = !judged.finding.rule.may_be_set();
            if judged.finding.rule.code == allowance.code && !fixed && (own || member || allowance.entity == "schema") {
                judged.state = FindingState::Suppressed;
            }
        }
    }
}
