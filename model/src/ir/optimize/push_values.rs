//! Every value of `let` that a condition, a list or a nested block reads, as soon as what it reads itself is bound, so that
//! its readers can be tested there. What only the result reads stays behind all that drops rows.

use super::Pass;
use crate::ir::Operator;
use crate::ir::spine::{Spine, Step, bound_at, latest, with_steps};
use crate::ir::walk::Vars;

pub(super) const PASS: Pass = Pass {
    name: "push-values",
    summary: "computes each value that is tested as soon as its variables are bound",
    run,
};

fn run(plan: Operator) -> Operator {
    let mut defines = false;
    plan.visit(&mut |operator| defines |= matches!(operator, Operator::Let { .. }));
    match defines {
        true => pushed(Spine::of(plan), &Vars::new()).into_operator(),
        false => plan,
    }
}

fn pushed(spine: Spine, outer: &Vars) -> Spine {
    let mut read = Vars::new();
    let mut moved = Vec::new();
    let mut kept = Vec::new();
    // From the top, so that what reads a value has been met before it.
    for step in spine.steps.into_iter().rev() {
        match &step {
            Step::Filter(own) | Step::Each(_, own) => read.extend(own.variables()),
            Step::Nested(_, inners) => read.extend(inners.iter().flat_map(Spine::mentions)),
            Step::Join { on, .. } => {
                read.extend(
                    on.iter()
                        .flat_map(|(left, right)| [left, right])
                        .flat_map(|own| own.variables()),
                );
            }
            Step::Let(variable, value) if read.contains(variable) => {
                read.extend(value.variables());
                moved.push(step);
                continue;
            }
            _ => {}
        }
        kept.push(step);
    }
    moved.reverse();
    kept.reverse();
    let mut spine = Spine {
        leaf: spine.leaf.map_stage(|stage| pushed(stage, &Vars::new())),
        steps: kept,
    };
    let mut positions = spine.positions(outer);
    let mut added = Vec::new();
    for step in moved {
        if let Step::Let(variable, value) = &step {
            let position = latest(&value.variables(), &positions);
            positions.insert(*variable, position);
            added.push((position, step));
        }
    }
    spine.steps = with_steps(spine.steps, added);
    let positions = spine.positions(outer);
    let steps = spine.steps.into_iter().enumerate().map(|(index, step)| match step {
        Step::Join { right, on } => Step::Join {
            right: pushed(right, &Vars::new()),
            on,
        },
        other => other.map_inners(|inner| pushed(inner, &bound_at(&positions, index))),
    });
    spine.steps = steps.collect();
    spine
}
