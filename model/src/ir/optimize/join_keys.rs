//! An equality between the two sides of a product makes it a join on keys.

use super::Pass;
use crate::ir::joins::equates;
use crate::ir::spine::{Spine, Step, bound_at};
use crate::ir::walk::Vars;

pub(super) const PASS: Pass = Pass {
    name: "join-keys",
    summary: "turns products under an equality into joins",
    run: |operator| joined(Spine::of(operator), &Vars::new()).into_operator(),
};

fn joined(spine: Spine, outer: &Vars) -> Spine {
    let positions = spine.positions(outer);
    let mut steps: Vec<Step> = Vec::with_capacity(spine.steps.len());
    // The join that the filters being looked at stand right above: its place among the steps, and both sides' variables.
    let mut sides: Option<(usize, Vars, Vars)> = None;
    for (index, step) in spine.steps.into_iter().enumerate() {
        match step {
            Step::Filter(predicate) => {
                let pair = sides
                    .as_ref()
                    .and_then(|(at, left, right)| Some((*at, equates(&predicate, left, right)?)));
                match pair {
                    Some((at, pair)) => {
                        if let Some(Step::Join { on, .. }) = steps.get_mut(at) {
                            on.push(pair);
                        }
                    }
                    None => steps.push(Step::Filter(predicate)),
                }
            }
            Step::Join { right, on } => {
                let left = bound_at(&positions, index);
                let own: Vars = positions
                    .iter()
                    .filter(|(_, at)| **at == index + 1)
                    .map(|(v, _)| *v)
                    .collect();
                sides = Some((steps.len(), left, own));
                steps.push(Step::Join {
                    right: joined(right, &Vars::new()),
                    on,
                });
            }
            other => {
                sides = None;
                steps.push(other.map_inners(|inner| joined(inner, &bound_at(&positions, index))));
            }
        }
    }
    Spine {
        leaf: spine.leaf.map_stage(|stage| joined(stage, &Vars::new())),
        steps,
    }
}
