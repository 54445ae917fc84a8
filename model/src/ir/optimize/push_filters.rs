//! Every predicate at the earliest point where its variables are bound: on the scan or the expansion that binds them if
//! it mentions nothing else, else right above the operator that brings them together.

use super::Pass;
use crate::ir::Expression;
use crate::ir::spine::{Leaf, Spine, Step, bound_at, latest, with_steps};
use crate::ir::walk::Vars;

pub(super) const PASS: Pass = Pass {
    name: "push-filters",
    summary: "evaluates each predicate as soon as its variables are bound",
    run: |operator| pushed(Spine::of(operator), &Vars::new()).into_operator(),
};

fn pushed(spine: Spine, outer: &Vars) -> Spine {
    let mut predicates = Vec::new();
    let mut kept = Vec::new();
    // What filters groups reads what only they have.
    let mut matches = true;
    for step in spine.steps {
        matches &= !matches!(step, Step::Aggregate { .. });
        match step {
            Step::Filter(predicate) if matches => predicates.push(predicate),
            other => kept.push(other),
        }
    }
    let spine = Spine {
        leaf: spine.leaf.map_stage(|stage| pushed(stage, &Vars::new())),
        steps: kept,
    };
    let mut spine = placed(spine, predicates, outer);
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

/// Puts the predicates where their variables are bound.
fn placed(mut spine: Spine, predicates: Vec<Expression>, outer: &Vars) -> Spine {
    let positions = spine.positions(outer);
    let mut filters = Vec::new();
    // What concerns the right side of a join alone, by the join's step.
    let mut beside: Vec<(usize, Expression)> = Vec::new();
    for predicate in predicates {
        let wanted = predicate.variables();
        let position = latest(&wanted, &positions);
        if position == 0 {
            match &mut spine.leaf {
                Leaf::Scan { variable, predicates } if wanted == Vars::from([*variable]) => predicates.push(predicate),
                _ => filters.push((0, Step::Filter(predicate))),
            }
            continue;
        }
        // The variables that are bound by this very step.
        let here = wanted.iter().all(|variable| positions.get(variable) == Some(&position));
        match &mut spine.steps[position - 1] {
            Step::Expand { predicates, .. } if here => predicates.push(predicate),
            Step::Join { .. } if here => beside.push((position - 1, predicate)),
            _ => filters.push((position, Step::Filter(predicate))),
        }
    }
    for (index, step) in spine.steps.iter_mut().enumerate() {
        let own: Vec<Expression> = beside
            .extract_if(.., |(at, _)| *at == index)
            .map(|(_, own)| own)
            .collect();
        if let Step::Join { right, .. } = step
            && !own.is_empty()
        {
            let side = std::mem::replace(right, Spine::empty());
            *right = placed(side, own, &Vars::new());
        }
    }
    spine.steps = with_steps(spine.steps, filters);
    spine
}
