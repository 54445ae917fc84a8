//! Dates, instants and durations: the proleptic Gregorian calendar in UTC, days of 86 400 seconds, years 1 to 9999.

use arrow_array::ArrayRef;
use arrow_schema::DataType;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, Timelike};
use datafusion::common::{DataFusionError, Result};
use omnigraph_model::temporal::{print_date, print_datetime, print_duration};

use super::arithmetic::Sign;
use super::operand::{Arguments, counts, days, instants, spans};
use super::place::Place;
use crate::error::EvaluationCode;
use crate::kernel::{DAY_MS, Span};

/// Midnight of 0001-01-01, and the last millisecond of 9999, since the epoch.
const FIRST_MS: i64 = -62_135_596_800_000;
const LAST_MS: i64 = 253_402_300_799_999;

fn naive(milliseconds: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp_millis(milliseconds).map(|instant| instant.naive_utc())
}

pub(super) fn milliseconds(time: NaiveDateTime) -> i64 {
    time.and_utc().timestamp_millis()
}

/// A number that each time has.
pub(super) fn part(a: &Arguments, read: impl Fn(NaiveDateTime) -> u32) -> Result<ArrayRef> {
    let moments = a.moments(0)?;
    Ok(counts((0..a.rows).map(|row| {
        moments.get(row).and_then(naive).map(|time| i64::from(read(time)))
    })))
}

pub(super) fn year(a: &Arguments) -> Result<ArrayRef> {
    let moments = a.moments(0)?;
    Ok(counts((0..a.rows).map(|row| {
        moments.get(row).and_then(naive).map(|time| i64::from(time.year()))
    })))
}

pub(super) fn quarter(time: NaiveDateTime) -> u32 {
    time.month0() / 3 + 1
}

pub(super) fn week(time: NaiveDateTime) -> u32 {
    time.iso_week().week()
}

pub(super) fn day_of_week(time: NaiveDateTime) -> u32 {
    time.weekday().number_from_monday()
}

/// Milliseconds as a column of dates or of instants.
fn moments(values: impl Iterator<Item = Result<Option<i64>>>, are_days: bool) -> Result<ArrayRef> {
    match are_days {
        true => days(values.map(|value| Ok(value?.and_then(|ms| i32::try_from(ms.div_euclid(DAY_MS)).ok())))),
        false => instants(values),
    }
}

/// As messages show a time.
fn shown(milliseconds: i64, is_day: bool) -> String {
    match (is_day, i32::try_from(milliseconds.div_euclid(DAY_MS))) {
        (true, Ok(days)) => print_date(days),
        _ => print_datetime(milliseconds),
    }
}

fn within(milliseconds: i128) -> Option<i64> {
    let milliseconds = i64::try_from(milliseconds).ok()?;
    (FIRST_MS..=LAST_MS).contains(&milliseconds).then_some(milliseconds)
}

fn outside(place: &Place, what: impl std::fmt::Display) -> DataFusionError {
    let message = format!("{what} lies outside of the years 1 to 9999");
    place.fail(EvaluationCode::Overflow, message)
}

pub(super) fn trunc(a: &Arguments) -> Result<ArrayRef> {
    let (units, times) = (a.texts(0)?, a.moments(1)?);
    let are_days = times.are_days();
    let start = |row: usize| {
        let (Some(unit), Some(ms)) = (units.get(row), times.get(row)) else {
            return Ok(None);
        };
        let Some(time) = naive(ms) else { return Ok(None) };
        let date = time.date();
        let floor = |unit: i64| Some(ms.div_euclid(unit) * unit);
        let first = |month: u32| NaiveDate::from_ymd_opt(date.year(), month, 1);
        let midnight = |date: Option<NaiveDate>| date.map(|date| milliseconds(date.into()));
        let start = match unit {
            "year" => midnight(first(1)),
            "quarter" => midnight(first(date.month0() / 3 * 3 + 1)),
            "month" => midnight(first(date.month())),
            "week" => {
                let since = Days::new(date.weekday().num_days_from_monday().into());
                midnight(date.checked_sub_days(since))
            }
            "day" => floor(DAY_MS),
            "hour" => floor(3_600_000),
            "minute" => floor(60_000),
            "second" => floor(1_000),
            other => {
                let message = format!("`{}` is no unit of time", super::place::short(other));
                return Err(a.place.fail(EvaluationCode::Cast, message));
            }
        };
        match start {
            Some(start) if start >= FIRST_MS || ms < FIRST_MS => Ok(Some(start)),
            _ => Err(outside(a.place, format_args!("the {unit} of {}", shown(ms, are_days)))),
        }
    };
    moments((0..a.rows).map(start), are_days)
}

/// A duration of a number of months, or of a number of milliseconds.
pub(super) fn span(a: &Arguments, function: &str, months: i128, milliseconds: i128) -> Result<ArrayRef> {
    let numbers = a.integers(0)?;
    spans((0..a.rows).map(|row| {
        let Some(number) = numbers.get(row) else {
            return Ok(None);
        };
        match Span::of(number * months, number * milliseconds) {
            Some(span) => Ok(Some(span)),
            None => Err(a.place.overflow(format_args!("{function}({number})"), "a Duration")),
        }
    }))
}

/// Whole units from one time to another, towards zero.
pub(super) fn between(a: &Arguments, unit: i64) -> Result<ArrayRef> {
    let (from, to) = (a.moments(0)?, a.moments(1)?);
    Ok(counts(
        (0..a.rows).map(|row| Some((to.get(row)? - from.get(row)?) / unit)),
    ))
}

pub(super) fn epoch_ms(a: &Arguments) -> Result<ArrayRef> {
    let times = a.moments(0)?;
    Ok(counts((0..a.rows).map(|row| times.get(row))))
}

pub(super) fn from_epoch_ms(a: &Arguments) -> Result<ArrayRef> {
    let numbers = a.integers(0)?;
    instants((0..a.rows).map(|row| {
        let Some(number) = numbers.get(row) else {
            return Ok(None);
        };
        match within(number) {
            Some(instant) => Ok(Some(instant)),
            None => Err(outside(a.place, format_args!("from_epoch_ms({number})"))),
        }
    }))
}

/// `+`, `-` and `*` where a side is a time or a duration.
pub(super) fn arithmetic(sign: Sign, a: &Arguments) -> Result<ArrayRef> {
    let is_span = |index: usize| Ok::<bool, DataFusionError>(matches!(a.data_type(index)?, DataType::Interval(_)));
    match (sign, is_span(0)?, is_span(1)?) {
        (Sign::Add | Sign::Subtract, false, true) => shift(sign, a, 0, 1),
        (Sign::Add, true, false) => shift(sign, a, 1, 0),
        (Sign::Subtract, false, false) => {
            let (left, right) = (a.moments(0)?, a.moments(1)?);
            spans((0..a.rows).map(|row| {
                let exact = left.get(row).zip(right.get(row)).map(|(left, right)| left - right);
                Ok(exact.map(|milliseconds| Span {
                    months: 0,
                    milliseconds,
                }))
            }))
        }
        (Sign::Add | Sign::Subtract, true, true) => {
            let (left, right) = (a.spans(0)?, a.spans(1)?);
            let factor: i128 = if sign == Sign::Add { 1 } else { -1 };
            spans((0..a.rows).map(|row| {
                let (Some(left), Some(right)) = (left.get(row), right.get(row)) else {
                    return Ok(None);
                };
                let months = i128::from(left.months) + factor * i128::from(right.months);
                let exact = i128::from(left.milliseconds) + factor * i128::from(right.milliseconds);
                let sum = Span::of(months, exact);
                let overflow = || {
                    let (left, right) = (text(left), text(right));
                    a.place.overflow(format_args!("{left} {sign} {right}"), "a Duration")
                };
                sum.map(Some).ok_or_else(overflow)
            }))
        }
        (Sign::Multiply, true, false) => times(a, 0, 1),
        (Sign::Multiply, false, true) => times(a, 1, 0),
        _ => Err(DataFusionError::Internal(format!(
            "`{sign}` of a time and something else"
        ))),
    }
}

fn text(span: Span) -> String {
    print_duration(span.months, span.milliseconds)
}

/// A duration several times.
fn times(a: &Arguments, span: usize, number: usize) -> Result<ArrayRef> {
    let (values, numbers) = (a.spans(span)?, a.integers(number)?);
    spans((0..a.rows).map(|row| {
        let (Some(span), Some(number)) = (values.get(row), numbers.get(row)) else {
            return Ok(None);
        };
        let (months, exact) = (
            i128::from(span.months) * number,
            i128::from(span.milliseconds).checked_mul(number),
        );
        let product = exact.and_then(|exact| Span::of(months, exact));
        let overflow = || {
            a.place
                .overflow(format_args!("{} * {number}", text(span)), "a Duration")
        };
        product.map(Some).ok_or_else(overflow)
    }))
}

pub(super) fn negate(a: &Arguments) -> Result<ArrayRef> {
    let values = a.spans(0)?;
    spans((0..a.rows).map(|row| {
        let Some(span) = values.get(row) else { return Ok(None) };
        let negated = Span::of(-i128::from(span.months), -i128::from(span.milliseconds));
        let overflow = || a.place.overflow(format_args!("-{}", text(span)), "a Duration");
        negated.map(Some).ok_or_else(overflow)
    }))
}

/// A time and a duration: months first, clipped to the last day of the month, then the exact part.
fn shift(sign: Sign, a: &Arguments, time: usize, span: usize) -> Result<ArrayRef> {
    let (times, values) = (a.moments(time)?, a.spans(span)?);
    let are_days = times.are_days();
    let shifted = |row: usize| {
        let (Some(ms), Some(span)) = (times.get(row), values.get(row)) else {
            return Ok(None);
        };
        let (months, exact) = match sign {
            Sign::Subtract => (-i128::from(span.months), -i128::from(span.milliseconds)),
            _ => (i128::from(span.months), i128::from(span.milliseconds)),
        };
        if are_days && exact % i128::from(DAY_MS) != 0 {
            return Err(part_of_a_day(a.place, sign, span));
        }
        let moved = months_later(ms, months).and_then(|ms| within(i128::from(ms) + exact));
        let beyond = || outside(a.place, format_args!("{} {sign} {}", shown(ms, are_days), text(span)));
        moved.map(Some).ok_or_else(beyond)
    };
    moments((0..a.rows).map(shifted), are_days)
}

fn months_later(ms: i64, months: i128) -> Option<i64> {
    if months == 0 {
        return Some(ms);
    }
    let time = naive(ms)?;
    let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    let moved = match months > 0 {
        true => time.checked_add_months(count),
        false => time.checked_sub_months(count),
    };
    moved.map(milliseconds)
}

fn part_of_a_day(place: &Place, sign: Sign, span: Span) -> DataFusionError {
    let exact = span.milliseconds;
    let units = [
        (3_600_000, "hour"),
        (60_000, "minute"),
        (1_000, "second"),
        (1, "millisecond"),
    ];
    let (unit, name) = units
        .into_iter()
        .find(|(unit, _)| exact % unit == 0)
        .unwrap_or((1, "millisecond"));
    let (number, word) = (exact / unit, if sign == Sign::Add { "plus" } else { "minus" });
    let plural = if number.abs() == 1 { "" } else { "s" };
    let message = format!("a Date {word} {number} {name}{plural}; cast it to DateTime");
    place.fail(EvaluationCode::Time, message)
}

/// The parts of a pattern of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    DayOfYear,
    Week,
    DayOfWeek,
    Character(char),
}

impl Piece {
    /// The most digits that it has; as many are written.
    fn width(self) -> usize {
        match self {
            Piece::Year => 4,
            Piece::Millisecond | Piece::DayOfYear => 3,
            Piece::DayOfWeek => 1,
            _ => 2,
        }
    }

    fn of(self, time: NaiveDateTime) -> u32 {
        match self {
            Piece::Year => time.year().unsigned_abs(),
            Piece::Month => time.month(),
            Piece::Day => time.day(),
            Piece::Hour => time.hour(),
            Piece::Minute => time.minute(),
            Piece::Second => time.second(),
            Piece::Millisecond => time.and_utc().timestamp_subsec_millis(),
            Piece::DayOfYear => time.ordinal(),
            Piece::Week => week(time),
            Piece::DayOfWeek => day_of_week(time),
            Piece::Character(_) => 0,
        }
    }
}

/// A pattern taken apart; what is wrong with it.
fn pieces(pattern: &str) -> std::result::Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            pieces.push(Piece::Character(character));
            continue;
        }
        let wrong = |text: &str| format!("`%{text}` is no part of a pattern of times");
        pieces.push(match characters.next() {
            Some('Y') => Piece::Year,
            Some('m') => Piece::Month,
            Some('d') => Piece::Day,
            Some('H') => Piece::Hour,
            Some('M') => Piece::Minute,
            Some('S') => Piece::Second,
            Some('j') => Piece::DayOfYear,
            Some('V') => Piece::Week,
            Some('u') => Piece::DayOfWeek,
            Some('%') => Piece::Character('%'),
            Some('3') => match characters.next() {
                Some('f') => Piece::Millisecond,
                other => return Err(wrong(&format!("3{}", other.map(String::from).unwrap_or_default()))),
            },
            other => return Err(wrong(&other.map(String::from).unwrap_or_default())),
        });
    }
    Ok(pieces)
}

/// The pattern of a row, taken apart once while it stays the same.
struct Patterns<'a> {
    place: &'a Place,
    last: Option<(String, Vec<Piece>)>,
}

impl Patterns<'_> {
    fn get(&mut self, pattern: &str) -> Result<&[Piece]> {
        if self.last.as_ref().is_none_or(|(known, _)| known != pattern) {
            let pieces = pieces(pattern).map_err(|wrong| self.place.fail(EvaluationCode::Cast, wrong))?;
            self.last = Some((pattern.to_owned(), pieces));
        }
        Ok(self.last.as_ref().map_or(&[], |(_, pieces)| pieces))
    }
}

pub(super) fn format(a: &Arguments) -> Result<ArrayRef> {
    use std::fmt::Write;
    let (times, texts) = (a.moments(0)?, a.texts(1)?);
    let mut patterns = Patterns {
        place: a.place,
        last: None,
    };
    let mut builder = super::operand::TextBuilder::new(a.place, a.rows, "`format`");
    for row in 0..a.rows {
        let (Some(time), Some(pattern)) = (times.get(row).and_then(naive), texts.get(row)) else {
            builder.push(None)?;
            continue;
        };
        let mut text = String::new();
        for piece in patterns.get(pattern)? {
            match piece {
                Piece::Character(character) => text.push(*character),
                _ => {
                    let (number, width) = (piece.of(time), piece.width());
                    // Writing to a text does not fail.
                    let _ = write!(text, "{number:0width$}");
                }
            }
        }
        builder.push(Some(&text))?;
    }
    Ok(builder.finish())
}

/// The time that a text states by a pattern.
fn parse(text: &str, pieces: &[Piece]) -> Option<NaiveDateTime> {
    let mut stated: Vec<(Piece, u32)> = Vec::new();
    let mut rest = text;
    for piece in pieces {
        if let Piece::Character(character) = piece {
            rest = rest.strip_prefix(*character)?;
            continue;
        }
        let digits = rest.bytes().take(piece.width()).take_while(u8::is_ascii_digit).count();
        stated.push((*piece, rest[..digits].parse().ok()?));
        rest = &rest[digits..];
    }
    let of = |wanted: Piece| {
        stated
            .iter()
            .find(|(piece, _)| *piece == wanted)
            .map(|(_, value)| *value)
    };
    let year = i32::try_from(of(Piece::Year)?).ok()?;
    let date = match (of(Piece::Month), of(Piece::Day), of(Piece::DayOfYear), of(Piece::Week)) {
        (Some(month), Some(day), ..) => NaiveDate::from_ymd_opt(year, month, day),
        (_, _, Some(day), _) => NaiveDate::from_yo_opt(year, day),
        (_, _, _, Some(week)) => {
            let day = u8::try_from(of(Piece::DayOfWeek)?).ok()?;
            let weekday = chrono::Weekday::try_from(day.checked_sub(1)?).ok()?;
            NaiveDate::from_isoywd_opt(year, week, weekday)
        }
        _ => None,
    };
    let part = |piece: Piece| of(piece).unwrap_or(0);
    let time = date?.and_hms_milli_opt(
        part(Piece::Hour),
        part(Piece::Minute),
        part(Piece::Second),
        part(Piece::Millisecond),
    )?;
    // Whatever else is stated has to be so; a year beside a week is that of the week.
    let by_week = of(Piece::Month).is_none() && of(Piece::DayOfYear).is_none();
    let agrees = |(piece, value): &(Piece, u32)| piece.of(time) == *value || (*piece == Piece::Year && by_week);
    (rest.is_empty() && stated.iter().all(agrees)).then_some(time)
}

/// The dates or the instants that texts state by patterns.
pub(super) fn parse_all(a: &Arguments, are_days: bool) -> Result<ArrayRef> {
    let (texts, formats) = (a.texts(0)?, a.texts(1)?);
    let mut patterns = Patterns {
        place: a.place,
        last: None,
    };
    let mut found = Vec::with_capacity(a.rows);
    for row in 0..a.rows {
        let (Some(text), Some(pattern)) = (texts.get(row), formats.get(row)) else {
            found.push(Ok(None));
            continue;
        };
        let time = parse(text, patterns.get(pattern)?).map(milliseconds);
        found.push(Ok(time.filter(|time| within(i128::from(*time)).is_some())));
    }
    moments(found.into_iter(), are_days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_state_times_by_patterns() {
        let read = |text: &str, pattern: &str| {
            parse(text, &pieces(pattern).expect("a pattern")).map(|time| print_datetime(milliseconds(time)))
        };
        for (text, pattern, expected) in [
            ("29.02.2024", "%d.%m.%Y", Some("2024-02-29T00:00:00.000Z")),
            ("2.3.2024", "%d.%m.%Y", Some("2024-03-02T00:00:00.000Z")),
            ("20240229131415", "%Y%m%d%H%M%S", Some("2024-02-29T13:14:15.000Z")),
            ("2024-060", "%Y-%j", Some("2024-02-29T00:00:00.000Z")),
            ("2024-W09-4", "%Y-W%V-%u", Some("2024-02-29T00:00:00.000Z")),
            ("2025-W01-1", "%Y-W%V-%u", Some("2024-12-30T00:00:00.000Z")),
            ("10%2024-02-29", "%H%%%Y-%m-%d", Some("2024-02-29T10:00:00.000Z")),
            (
                "2024-02-29 00:00:00.007",
                "%Y-%m-%d %H:%M:%S.%3f",
                Some("2024-02-29T00:00:00.007Z"),
            ),
            ("2023-02-29", "%Y-%m-%d", None),
            ("2024-02-29 4", "%Y-%m-%d %u", Some("2024-02-29T00:00:00.000Z")),
            ("2024-02-29 5", "%Y-%m-%d %u", None),
            ("2024-02-29x", "%Y-%m-%d", None),
            ("2024-02", "%Y-%m-%d", None),
            ("2024-02", "%Y-%m", None),
            ("2024-02-29 24", "%Y-%m-%d %H", None),
            ("", "%Y", None),
        ] {
            assert_eq!(read(text, pattern).as_deref(), expected, "{text} by {pattern}");
        }
        assert!(pieces("%q").is_err() && pieces("%").is_err() && pieces("%3g").is_err());
    }

    #[test]
    fn months_are_clipped() {
        let later = |date: &str, months: i128| {
            let days = omnigraph_model::temporal::parse_date(date).expect("a date");
            let moved = months_later(i64::from(days) * DAY_MS, months).expect("a time");
            shown(moved, true)
        };
        assert_eq!(later("2024-01-31", 1), "2024-02-29");
        assert_eq!(later("2024-03-31", -1), "2024-02-29");
        assert_eq!(later("2023-12-31", 14), "2025-02-28");
        assert_eq!(months_later(0, 12 * 300_000), None);
        assert_eq!(
            (within(FIRST_MS.into()), within(i128::from(FIRST_MS) - 1)),
            (Some(FIRST_MS), None)
        );
        assert_eq!(shown(FIRST_MS, false), "0001-01-01T00:00:00.000Z");
        assert_eq!(shown(LAST_MS, false), "9999-12-31T23:59:59.999Z");
    }
}
