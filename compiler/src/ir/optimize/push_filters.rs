//! Every predicate at the earliest point where its variables are bound: on the scan or the expansion that binds them if
//! it mentions nothing else, else right above the operator that brings them together.

use super::Pass;
use crate::ir::walk::Vars;
use crate::ir::{Expression, Operator};

pub const PASS: Pass = Pass {
    name: "push-filters",
    summary: "evaluates each predicate as soon as its variables are bound",
    run: |operator| run(operator, &Vars::new()),
};

fn run(operator: Operator, outer: &Vars) -> Operator {
    match operator {
        Operator::Filter { input, predicate } => sink(run(*input, outer), predicate, outer),
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

fn sink(operator: Operator, predicate: Expression, outer: &Vars) -> Operator {
    let wanted = predicate.variables();
    match operator {
        Operator::NodeScan {
            variable,
            mut predicates,
        } if wanted == Vars::from([variable]) => {
            predicates.push(predicate);
            Operator::NodeScan { variable, predicates }
        }
        Operator::Expand {
            input,
            link,
            mut predicates,
        } => {
            let bound = input.binds(outer);
            if wanted.is_subset(&bound) {
                return Operator::Expand {
                    input: Box::new(sink(*input, predicate, outer)),
                    link,
                    predicates,
                };
            }
            let local: Vars = [link.to].into_iter().chain(link.edge_variable).collect();
            let here = wanted.is_subset(&local);
            if here {
                predicates.push(predicate.clone());
            }
            let expand = Operator::Expand {
                input,
                link,
                predicates,
            };
            if here { expand } else { filter(expand, predicate) }
        }
        Operator::Join { left, right, on } => {
            if wanted.is_subset(&left.binds(outer)) {
                let left = Box::new(sink(*left, predicate, outer));
                Operator::Join { left, right, on }
            } else if wanted.is_subset(&right.binds(outer)) {
                let right = Box::new(sink(*right, predicate, outer));
                Operator::Join { left, right, on }
            } else {
                filter(Operator::Join { left, right, on }, predicate)
            }
        }
        Operator::AntiJoin { input, inner } => Operator::AntiJoin {
            input: Box::new(sink(*input, predicate, outer)),
            inner,
        },
        Operator::Filter {
            input,
            predicate: other,
        } => match *input {
            // Predicates that cannot go further keep the order in which they came.
            leaf @ (Operator::Unit | Operator::Outer | Operator::NodeScan { .. }) if !absorbs(&leaf, &wanted) => {
                filter(filter(leaf, other), predicate)
            }
            input => {
                let sunk = sink(input, predicate, outer);
                filter(sunk, other)
            }
        },
        other => filter(other, predicate),
    }
}

fn absorbs(leaf: &Operator, wanted: &Vars) -> bool {
    matches!(leaf, Operator::NodeScan { variable, .. } if *wanted == Vars::from([*variable]))
}

fn filter(input: Operator, predicate: Expression) -> Operator {
    Operator::Filter {
        input: Box::new(input),
        predicate,
    }
}
