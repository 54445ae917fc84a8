//! L411: the comparisons of a variable can hold together.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L411",
    subcode: "L411",
    name: "always-false",
    severity: Severity::Warning,
    summary: "The comparisons of a variable can hold together.",
    explanation: "No value satisfies them all, so the query finds nothing.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.age > 5\n        $p.age < 3\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.age > 3\n        $p.age < 5\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

use std::cmp::Ordering;
use std::collections::BTreeMap;

use omnigraph_model::schema::Bound;
use omnigraph_model::ir::Var;

/// Bounds of one property: the greatest least value and the least greatest one, each with whether it is excluded.
#[derive(Default)]
struct Bounds {
    low: Option<(Bound, bool)>,
    high: Option<(Bound, bool)>,
    equal: Option<String>,
    first: Option<Span>,
    told: bool,
}

impl Bounds {
    fn low(&mut self, value: Bound, open: bool) {
        let tighter = |(known, excluded): (Bound, bool)| match value.compare(known) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => open && !excluded,
            _ => false,
        };
        if self.low.is_none_or(tighter) {
            self.low = Some((value, open));
        }
    }

    fn high(&mut self, value: Bound, open: bool) {
        let tighter = |(known, excluded): (Bound, bool)| match value.compare(known) {
            Some(Ordering::Less) => true,
            Some(Ordering::Equal) => open && !excluded,
            _ => false,
        };
        if self.high.is_none_or(tighter) {
            self.high = Some((value, open));
        }
    }

    fn empty(&self) -> bool {
        match (self.low, self.high) {
            (Some((low, a)), Some((high, b))) => match low.compare(high) {
                Some(Ordering::Greater) => true,
                Some(Ordering::Equal) => a || b,
                _ => false,
            },
            _ => false,
        }
    }
}

fn check(view: &View, found: &mut Vec<Finding>) {
    let mut all: BTreeMap<(usize, Option<Var>, &str), Bounds> = BTreeMap::new();
    for compared in view
        .compared
        .iter()
        .filter(|compared| compared.left.is_of_variable() || compared.right.is_of_variable())
    {
        let Some((Side::Property { var, .. }, property, ty, op, Side::Literal(literal))) = compared.of_property()
        else {
            continue;
        };
        if ty.list {
            continue;
        }
        let bounds = all.entry((compared.scope, *var, property)).or_default();
        let first = *bounds.first.get_or_insert(compared.span);
        match (number(literal).map(|number| number.beside(ty.scalar)), op) {
            (Some(value), Comparator::Equal) => {
                bounds.low(value, false);
                bounds.high(value, false);
            }
            (Some(value), Comparator::Greater) => bounds.low(value, true),
            (Some(value), Comparator::GreaterEqual) => bounds.low(value, false),
            (Some(value), Comparator::Less) => bounds.high(value, true),
            (Some(value), Comparator::LessEqual) => bounds.high(value, false),
            _ => {}
        }
        let mut wrong = bounds.empty();
        if let (Literal::String(text), Comparator::Equal) = (literal, op) {
            wrong |= bounds.equal.get_or_insert_with(|| text.clone()) != text;
        }
        if wrong && !bounds.told {
            bounds.told = true;
            let finding = Finding::new(
                &RULE,
                compared.span,
                format!("no `{property}` satisfies all its comparisons"),
            );
            found.push(match first == compared.span {
                true => finding,
                false => finding.also(first, "compared here, too"),
            });
        }
    }
    for compared in &view.compared {
        if let (Side::Literal(left), Side::Literal(right)) = (&compared.left, &compared.right)
            && constant(left, compared.op, right) == Some(false)
        {
            found.push(Finding::new(&RULE, compared.span, "this is never true").label("finds nothing"));
        }
    }
}

/// What a comparison of two literals of one kind gives, where that is plain.
pub(crate) fn constant(left: &Literal, op: Comparator, right: &Literal) -> Option<bool> {
    let order = match (left, right) {
        (Literal::String(left), Literal::String(right)) => left.cmp(right),
        (Literal::Boolean(left), Literal::Boolean(right)) => left.cmp(right),
        _ => number(left)?.compare(number(right)?)?,
    };
    Some(match op {
        Comparator::Equal => order.is_eq(),
        Comparator::NotEqual => order.is_ne(),
        Comparator::Less => order.is_lt(),
        Comparator::LessEqual => order.is_le(),
        Comparator::Greater => order.is_gt(),
        Comparator::GreaterEqual => order.is_ge(),
        Comparator::Contains
        | Comparator::StartsWith
        | Comparator::EndsWith
        | Comparator::Matches
        | Comparator::In
        | Comparator::NotIn => return None,
    })
}
