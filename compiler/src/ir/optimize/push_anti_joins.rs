//! Every negation as soon as the outer variables that it mentions are bound, so that later expansions start from fewer
//! rows. Filters at the same point stay below it, being cheaper.

use super::Pass;
use crate::ir::Operator;
use crate::ir::walk::Vars;

pub const PASS: Pass = Pass {
    name: "push-anti-joins",
    summary: "tests each negation as soon as the variables it is linked by are bound",
    run: |operator| run(operator, &Vars::new()),
};

fn run(operator: Operator, outer: &Vars) -> Operator {
    match operator {
        Operator::AntiJoin { input, inner } => {
            let bound = input.binds(outer);
            let inner = run(*inner, &bound);
            let needed: Vars = inner.mentions().intersection(&bound).copied().collect();
            sink(run(*input, outer), inner, &needed, outer)
        }
        other => other.map_inputs(&mut |input| run(input, outer)),
    }
}

fn sink(operator: Operator, inner: Operator, needed: &Vars, outer: &Vars) -> Operator {
    if !sinks(&operator, needed, outer) {
        return Operator::AntiJoin {
            input: Box::new(operator),
            inner: Box::new(inner),
        };
    }
    match operator {
        Operator::Join { left, right, on } if !needed.is_subset(&left.binds(outer)) => Operator::Join {
            left,
            right: Box::new(sink(*right, inner, needed, outer)),
            on,
        },
        Operator::Join { left, right, on } => Operator::Join {
            left: Box::new(sink(*left, inner, needed, outer)),
            right,
            on,
        },
        Operator::Expand {
            input,
            link,
            predicates,
        } => Operator::Expand {
            input: Box::new(sink(*input, inner, needed, outer)),
            link,
            predicates,
        },
        Operator::Filter { input, predicate } => Operator::Filter {
            input: Box::new(sink(*input, inner, needed, outer)),
            predicate,
        },
        Operator::AntiJoin { input, inner: other } => Operator::AntiJoin {
            input: Box::new(sink(*input, inner, needed, outer)),
            inner: other,
        },
        other => Operator::AntiJoin {
            input: Box::new(other),
            inner: Box::new(inner),
        },
    }
}

/// Whether the negation can be tested below an expansion or a join of this plan.
fn sinks(operator: &Operator, needed: &Vars, outer: &Vars) -> bool {
    match operator {
        Operator::Expand { input, .. } => needed.is_subset(&input.binds(outer)),
        Operator::Join { left, right, .. } => {
            needed.is_subset(&left.binds(outer)) || needed.is_subset(&right.binds(outer))
        }
        Operator::Filter { input, .. } | Operator::AntiJoin { input, .. } => sinks(input, needed, outer),
        _ => false,
    }
}
