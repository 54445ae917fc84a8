//! Durations: calendar months and an exact time in milliseconds. Arrow has them as intervals of months, days and nanoseconds;
//! every duration has one form there, so that equal ones have equal bits.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::{IntervalMonthDayNano, IntervalMonthDayNanoType};
use arrow_array::{BooleanArray, IntervalMonthDayNanoArray};
use omnigraph_model::ir::Comparison;

use super::Operands;

pub(crate) const DAY_MS: i64 = 86_400_000;

/// A duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub months: i64,
    pub milliseconds: i64,
}

impl Span {
    /// As Arrow has it; `None` where it is too long for that.
    pub(crate) fn interval(self) -> Option<IntervalMonthDayNano> {
        Some(IntervalMonthDayNano::new(
            i32::try_from(self.months).ok()?,
            i32::try_from(self.milliseconds / DAY_MS).ok()?,
            self.milliseconds % DAY_MS * 1_000_000,
        ))
    }

    /// Of months and milliseconds of any size; `None` where Arrow has no such interval.
    pub(crate) fn of(months: i128, milliseconds: i128) -> Option<Span> {
        let span = Span {
            months: i64::try_from(months).ok()?,
            milliseconds: i64::try_from(milliseconds).ok()?,
        };
        span.interval().is_some().then_some(span)
    }

    /// Null if months and times both differ: how long a month is depends on the date.
    fn order(self, other: Span) -> Option<Ordering> {
        match (
            self.months.cmp(&other.months),
            self.milliseconds.cmp(&other.milliseconds),
        ) {
            (Ordering::Equal, order) | (order, Ordering::Equal) => Some(order),
            _ => None,
        }
    }
}

impl From<IntervalMonthDayNano> for Span {
    fn from(interval: IntervalMonthDayNano) -> Span {
        Span {
            months: interval.months.into(),
            milliseconds: i64::from(interval.days) * DAY_MS + interval.nanoseconds / 1_000_000,
        }
    }
}

pub(super) fn compare(comparison: Comparison, operands: &Operands) -> BooleanArray {
    let left: &IntervalMonthDayNanoArray = operands.left.as_primitive::<IntervalMonthDayNanoType>();
    let right: &IntervalMonthDayNanoArray = operands.right.as_primitive::<IntervalMonthDayNanoType>();
    operands.decide(|a, b| {
        let order = Span::from(left.value(a)).order(right.value(b).into())?;
        Some(match comparison {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterEqual => order.is_ge(),
            Comparison::ContainsItem
            | Comparison::ContainsText
            | Comparison::StartsWith
            | Comparison::EndsWith
            | Comparison::In => return None,
        })
    })
}
