//! Passes that make a plan cheaper and never change what it returns. Each is a function from plan to plan with a name,
//! and `explain` shows what each has done.

mod inline_values;
mod join_keys;
mod push_filters;
mod push_semi_joins;
mod push_values;
mod simplify;
mod test_blocks;

use super::{Operator, ReadPlan, validate};

/// A pass over plans.
#[derive(Debug)]
pub struct Pass {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Gives a plan with the same answers.
    pub run: fn(Operator) -> Operator,
}

/// In the order in which they run.
const PASSES: &[Pass] = &[
    inline_values::PASS,
    simplify::PASS,
    test_blocks::PASS,
    push_values::PASS,
    push_filters::PASS,
    join_keys::PASS,
    push_semi_joins::PASS,
];

/// The plan after all passes.
pub fn run(plan: ReadPlan) -> ReadPlan {
    PASSES.iter().fold(plan, apply)
}

/// The plan after each pass, the last one being what [`run`] gives.
pub fn trace(plan: ReadPlan) -> Vec<(&'static Pass, ReadPlan)> {
    let mut steps: Vec<(&'static Pass, ReadPlan)> = Vec::new();
    for pass in PASSES {
        let before = steps.last().map_or(&plan, |(_, plan)| plan).clone();
        steps.push((pass, apply(before, pass)));
    }
    steps
}

fn apply(plan: ReadPlan, pass: &Pass) -> ReadPlan {
    let plan = ReadPlan {
        root: (pass.run)(plan.root),
        ..plan
    };
    debug_assert_eq!(validate::validate(&plan), Ok(()), "after {}", pass.name);
    plan
}
