//! The calendar, by counting: days of the proleptic Gregorian calendar, all in UTC.

use omnigraph_grammar::query::ast::BinaryOperator;

use super::{Stop, Value};

const DAY: i64 = 86_400_000;
const OVERFLOW: Stop = Stop::Fails("R001");

/// A day: year, month, day of the month.
type Civil = (i64, i64, i64);

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of the first day of a year.
fn new_year(year: i64) -> i64 {
    let before = year - 1;
    before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - 719_162
}

fn days((year, month, day): Civil) -> i64 {
    new_year(year) + (1..month).map(|month| days_of_month(year, month)).sum::<i64>() + day - 1
}

fn civil(days: i64) -> Civil {
    let mut year = 1970 + days.div_euclid(366);
    while new_year(year + 1) <= days {
        year += 1;
    }
    while new_year(year) > days {
        year -= 1;
    }
    let (mut month, mut rest) = (1, days - new_year(year));
    while rest >= days_of_month(year, month) {
        rest -= days_of_month(year, month);
        month += 1;
    }
    (year, month, rest + 1)
}

/// 1 for Monday; 1970-01-01 was a Thursday.
fn day_of_week(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

fn day_of_year(days: i64) -> i64 {
    days - new_year(civil(days).0) + 1
}

/// A week belongs to the year that its Thursday is in.
fn week(days: i64) -> i64 {
    let thursday = days - day_of_week(days) + 4;
    (day_of_year(thursday) - 1) / 7 + 1
}

/// The day, and the milliseconds since its midnight.
fn parts(time: &Value) -> Result<(i64, i64), Stop> {
    match time {
        Value::Date(days) => Ok(((*days).into(), 0)),
        Value::DateTime(instant) => Ok((instant.div_euclid(DAY), instant.rem_euclid(DAY))),
        other => Err(format!("{other:?} is no time").into()),
    }
}

/// A time of the same type as another, if its year is one of the calendar's.
fn like(other: &Value, days: i64, milliseconds: i64) -> Result<Value, Stop> {
    let instant = days
        .checked_mul(DAY)
        .and_then(|midnight| midnight.checked_add(milliseconds))
        .ok_or(OVERFLOW)?;
    if !(1..=9999).contains(&civil(instant.div_euclid(DAY)).0) {
        return Err(OVERFLOW);
    }
    Ok(match other {
        Value::Date(_) => Value::Date(i32::try_from(days).map_err(|_| OVERFLOW)?),
        _ => Value::DateTime(instant),
    })
}

pub(super) fn day_of(instant: i64) -> Value {
    Value::Date(instant.div_euclid(DAY) as i32)
}

pub(super) fn instant(milliseconds: i128) -> Result<Value, Stop> {
    let milliseconds = i64::try_from(milliseconds).map_err(|_| OVERFLOW)?;
    like(&Value::DateTime(0), 0, milliseconds)
}

/// An interval has 32 bits for the months and 32 for the days.
pub(super) fn duration(months: i128, milliseconds: i128) -> Result<Value, Stop> {
    let days = milliseconds / i128::from(DAY);
    match (i32::try_from(months), i32::try_from(days)) {
        (Ok(months), Ok(_)) => Ok(Value::Duration(months.into(), milliseconds as i64)),
        _ => Err(OVERFLOW),
    }
}

/// Whole units between two times, towards zero.
pub(super) fn between(from: &Value, to: &Value, unit: i64) -> Result<Value, Stop> {
    let (from, to) = (parts(from)?, parts(to)?);
    let milliseconds = (to.0 - from.0) * DAY + to.1 - from.1;
    Ok(Value::Integer((milliseconds / unit).into()))
}

/// What is computed of times and durations.
pub(super) fn arithmetic(left: Value, op: BinaryOperator, right: Value) -> Result<Value, Stop> {
    let sign = if op == BinaryOperator::Subtract { -1 } else { 1 };
    match (&left, op, &right) {
        (Value::Duration(a, x), BinaryOperator::Add | BinaryOperator::Subtract, Value::Duration(b, y)) => duration(
            i128::from(*a) + sign * i128::from(*b),
            i128::from(*x) + sign * i128::from(*y),
        ),
        (Value::Duration(months, milliseconds), BinaryOperator::Multiply, Value::Integer(times))
        | (Value::Integer(times), BinaryOperator::Multiply, Value::Duration(months, milliseconds)) => {
            let times = i128::from(i64::try_from(*times).map_err(|_| OVERFLOW)?);
            duration(i128::from(*months) * times, i128::from(*milliseconds) * times)
        }
        (time, _, Value::Duration(months, milliseconds)) => add(time, sign as i64 * months, sign as i64 * milliseconds),
        (Value::Duration(months, milliseconds), _, time) => add(time, *months, *milliseconds),
        (a, BinaryOperator::Subtract, b) => {
            let (a, b) = (parts(a)?, parts(b)?);
            duration(0, i128::from((a.0 - b.0) * DAY + a.1 - b.1))
        }
        _ => Err(format!("{left:?} {} {right:?}", op.text()).into()),
    }
}

/// The months first, the day clipped to the last one of its month; then the exact time.
fn add(time: &Value, months: i64, milliseconds: i64) -> Result<Value, Stop> {
    let (day, clock) = parts(time)?;
    if matches!(time, Value::Date(_)) && milliseconds % DAY != 0 {
        return Err(Stop::Fails("R005"));
    }
    let (year, month, of_month) = civil(day);
    let months = year * 12 + month - 1 + months;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let day = days((year, month, of_month.min(days_of_month(year, month))));
    like(time, day + milliseconds / DAY, clock + milliseconds % DAY)
}

/// `year`, `quarter`, …
pub(super) fn part(name: &str, time: &Value) -> Result<Value, Stop> {
    let (day, clock) = parts(time)?;
    let (year, month, of_month) = civil(day);
    let number = match name {
        "year" => year,
        "quarter" => (month - 1) / 3 + 1,
        "month" => month,
        "week" => week(day),
        "day" => of_month,
        "day_of_week" => day_of_week(day),
        "day_of_year" => day_of_year(day),
        "hour" => clock / 3_600_000,
        "minute" => clock / 60_000 % 60,
        "second" => clock / 1_000 % 60,
        _ => return Err(format!("a time has no `{name}`").into()),
    };
    Ok(Value::Integer(number.into()))
}

pub(super) fn trunc(unit: &str, time: &Value) -> Result<Value, Stop> {
    let (day, clock) = parts(time)?;
    let (year, month, _) = civil(day);
    let (day, clock) = match unit {
        "year" => (days((year, 1, 1)), 0),
        "quarter" => (days((year, (month - 1) / 3 * 3 + 1, 1)), 0),
        "month" => (days((year, month, 1)), 0),
        "week" => (day - day_of_week(day) + 1, 0),
        "day" => (day, 0),
        "hour" => (day, clock - clock % 3_600_000),
        "minute" => (day, clock - clock % 60_000),
        "second" => (day, clock - clock % 1_000),
        _ => return Err(format!("there is no unit `{unit}`").into()),
    };
    like(time, day, clock)
}

/// A piece of a pattern of times.
enum Piece {
    Character(char),
    /// What it stands for, and how many digits that has.
    Part(&'static str, usize),
}

fn pieces(pattern: &str) -> Result<Vec<Piece>, Stop> {
    const PARTS: [(&str, &str, usize); 10] = [
        ("%Y", "year", 4),
        ("%m", "month", 2),
        ("%d", "day", 2),
        ("%H", "hour", 2),
        ("%M", "minute", 2),
        ("%S", "second", 2),
        ("%3f", "millisecond", 3),
        ("%j", "day_of_year", 3),
        ("%V", "week", 2),
        ("%u", "day_of_week", 1),
    ];
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(next) = rest.chars().next() {
        if let Some((sign, name, digits)) = PARTS.iter().find(|(sign, ..)| rest.starts_with(sign)) {
            pieces.push(Piece::Part(name, *digits));
            rest = &rest[sign.len()..];
        } else if let Some(behind) = rest.strip_prefix("%%") {
            pieces.push(Piece::Character('%'));
            rest = behind;
        } else if next == '%' {
            return Err(Stop::Fails("R002"));
        } else {
            pieces.push(Piece::Character(next));
            rest = &rest[next.len_utf8()..];
        }
    }
    Ok(pieces)
}

pub(super) fn format(time: &Value, pattern: &str) -> Result<Value, Stop> {
    let mut text = String::new();
    for piece in pieces(pattern)? {
        match piece {
            Piece::Character(character) => text.push(character),
            Piece::Part(name, digits) => {
                let number = match name {
                    "millisecond" => i128::from(parts(time)?.1 % 1_000),
                    _ => match part(name, time)? {
                        Value::Integer(number) => number,
                        other => return Err(format!("{other:?} is no number").into()),
                    },
                };
                text += &format!("{number:0digits$}");
            }
        }
    }
    Ok(Value::Text(text))
}

/// The time that a text states, of the type of another; null if it states none.
pub(super) fn parse(text: &str, pattern: &str, like_this: &Value) -> Result<Value, Stop> {
    let pieces = pieces(pattern)?;
    let mut rest = text;
    let mut found: Vec<(&str, i64)> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Character(character) => match rest.strip_prefix(character) {
                Some(behind) => rest = behind,
                None => return Ok(Value::Null),
            },
            Piece::Part(name, most) => {
                let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
                if digits == 0 {
                    return Ok(Value::Null);
                }
                found.push((name, rest[..digits].parse().map_err(|_| "digits are no number")?));
                rest = &rest[digits..];
            }
        }
    }
    let given = |wanted: &str| {
        found
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, number)| *number)
    };
    let day = match (given("year"), given("month"), given("day"), given("day_of_year")) {
        (Some(year @ 1..), Some(month @ 1..=12), Some(day), _) if (1..=days_of_month(year, month)).contains(&day) => {
            days((year, month, day))
        }
        (Some(year @ 1..), _, _, Some(day)) if (1..=365 + i64::from(is_leap(year))).contains(&day) => {
            new_year(year) + day - 1
        }
        _ => return Ok(Value::Null),
    };
    let clock = |name: &str, below: i64| Some(given(name).unwrap_or(0)).filter(|number| *number < below);
    let (Some(hour), Some(minute), Some(second), Some(rest_of_second)) = (
        clock("hour", 24),
        clock("minute", 60),
        clock("second", 60),
        clock("millisecond", 1_000),
    ) else {
        return Ok(Value::Null);
    };
    if !rest.is_empty() {
        return Ok(Value::Null);
    }
    let clock = ((hour * 60 + minute) * 60 + second) * 1_000 + rest_of_second;
    let stated = like(&Value::DateTime(0), day, clock)?;
    // What is stated twice has to agree.
    for (name, number) in &found {
        if *name != "millisecond" && part(name, &stated)? != Value::Integer((*number).into()) {
            return Ok(Value::Null);
        }
    }
    like(like_this, day, clock)
}
