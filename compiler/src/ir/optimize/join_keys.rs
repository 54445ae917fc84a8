//! An equality between the two sides of a product makes it a join on keys.

use super::Pass;
use crate::ir::lower::equates;
use crate::ir::walk::Vars;
use crate::ir::{Expression, Operator};

pub const PASS: Pass = Pass {
    name: "join-keys",
    summary: "turns products under an equality into joins",
    run: |operator| run(operator, &Vars::new()),
};

fn run(operator: Operator, outer: &Vars) -> Operator {
    match operator {
        Operator::Filter { input, predicate } => take(run(*input, outer), predicate, outer),
        Operator::AntiJoin { input, inner } => {
            let bound = input.binds(outer);
            Operator::AntiJoin {
                input: Box::new(run(*input, outer)),
                inner: Box::new(run(*inner, &bound)),
            }
        }
        other => other.map_inputs(&mut |input| run(input, outer)),
    }
}

/// Gives the predicate to the join below, looking through other filters.
fn take(operator: Operator, predicate: Expression, outer: &Vars) -> Operator {
    match operator {
        Operator::Join { left, right, mut on } => {
            let pair = equates(&predicate, &left.binds(outer), &right.binds(outer));
            let taken = pair.is_some();
            on.extend(pair);
            let join = Operator::Join { left, right, on };
            if taken {
                return join;
            }
            Operator::Filter {
                input: Box::new(join),
                predicate,
            }
        }
        Operator::Filter {
            input,
            predicate: other,
        } if above_join(&input) => Operator::Filter {
            input: Box::new(take(*input, predicate, outer)),
            predicate: other,
        },
        other => Operator::Filter {
            input: Box::new(other),
            predicate,
        },
    }
}

fn above_join(operator: &Operator) -> bool {
    match operator {
        Operator::Join { .. } => true,
        Operator::Filter { input, .. } => above_join(input),
        _ => false,
    }
}
