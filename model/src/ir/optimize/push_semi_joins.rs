//! Every test of a nested block as soon as the outer variables that it mentions are bound, so that later expansions start from fewer
//! rows. Filters at the same point stay below it, being cheaper.

use super::Pass;
use crate::ir::spine::{Nested, Spine, Step, bound_at, latest};
use crate::ir::walk::Vars;

pub(super) const PASS: Pass = Pass {
    name: "push-semi-joins",
    summary: "tests each nested block as soon as the variables it is linked by are bound",
    run: |operator| pushed(Spine::of(operator), &Vars::new()).into_operator(),
};

/// A test, the outer variables that it needs, and the position from which on all of them are bound.
type Waiting = (usize, Vars, Step);

fn pushed(spine: Spine, outer: &Vars) -> Spine {
    let positions = spine.positions(outer);
    let mut tests = Vec::new();
    let mut kept: Vec<(usize, Step)> = Vec::new();
    for (index, step) in spine.steps.into_iter().enumerate() {
        match step {
            Step::Nested(nested @ Nested::Test { .. }, inners) => {
                let bound = bound_at(&positions, index);
                let inners: Vec<Spine> = inners.into_iter().map(|inner| pushed(inner, &bound)).collect();
                let mentioned: Vars = inners.iter().flat_map(Spine::mentions).collect();
                let needed: Vars = mentioned.intersection(&bound).copied().collect();
                tests.push((needed, Step::Nested(nested, inners)));
            }
            Step::Join { right, on } => {
                let right = pushed(right, &Vars::new());
                kept.push((index + 1, Step::Join { right, on }));
            }
            other => {
                let bound = bound_at(&positions, index);
                kept.push((index + 1, other.map_inners(|inner| pushed(inner, &bound))));
            }
        }
    }
    let mut steps: Vec<Step> = Vec::with_capacity(kept.len() + tests.len());
    let mut waiting: Vec<Waiting> = tests
        .into_iter()
        .map(|(needed, test)| (latest(&needed, &positions), needed, test))
        .collect();
    // A stable sort keeps the order of the text among those at one point.
    waiting.sort_by_key(|(position, ..)| *position);
    let mut waiting = waiting.into_iter().peekable();
    let mut reached = 0;
    for (position, step) in kept {
        if !matches!(step, Step::Filter(_)) {
            // All that stands at the point behind, its filters included, is there now.
            while let Some((_, _, test)) = waiting.next_if(|(at, ..)| *at <= reached) {
                steps.push(test);
            }
            reached = position;
        }
        steps.push(match step {
            Step::Join { right, on } => Step::Join {
                right: with_tests(right, &positions, position, &mut waiting),
                on,
            },
            other => other,
        });
    }
    steps.extend(waiting.map(|(_, _, test)| test));
    Spine {
        leaf: spine.leaf.map_stage(|stage| pushed(stage, &Vars::new())),
        steps,
    }
}

/// Gives the right side of a join those tests that concern it alone.
fn with_tests(
    right: Spine,
    positions: &crate::ir::spine::Positions,
    position: usize,
    waiting: &mut std::iter::Peekable<std::vec::IntoIter<Waiting>>,
) -> Spine {
    let mut own = Vec::new();
    let mut rest = Vec::new();
    for (at, needed, test) in waiting.by_ref() {
        let alone = at == position && needed.iter().all(|variable| positions.get(variable) == Some(&position));
        match alone && !needed.is_empty() {
            true => own.push(test),
            false => rest.push((at, needed, test)),
        }
    }
    *waiting = rest.into_iter().peekable();
    if own.is_empty() {
        return right;
    }
    let mut steps = right.steps;
    steps.extend(own);
    pushed(
        Spine {
            leaf: right.leaf,
            steps,
        },
        &Vars::new(),
    )
}
