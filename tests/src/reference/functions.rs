//! The functions of texts, numbers, lists and vectors, each as its row of the table says.

use std::cmp::Ordering;

use omnigraph_grammar::query::ast::Comparator;
use omnigraph_model::types::Scalar;
use omnigraph_model::vocabulary::functions::{Function, Nulls};
use regex::Regex;

use super::sum::exact_sum;
use super::types::{Kind, integer};
use super::value::decide;
use super::{Stop, Value, hash, time};

/// A float, or null where it is none.
pub(super) fn finite(number: f64) -> Value {
    match number.is_finite() {
        true => Value::Double(number),
        false => Value::Null,
    }
}

/// The arguments of a call, read as what the signature says they are.
struct Arguments<'a>(&'a [Value]);

impl<'a> Arguments<'a> {
    fn text(&self, at: usize) -> Result<&'a str, Stop> {
        match self.0.get(at) {
            Some(Value::Text(text)) => Ok(text),
            other => Err(format!("{other:?} is no text").into()),
        }
    }

    fn characters(&self, at: usize) -> Result<Vec<char>, Stop> {
        Ok(self.text(at)?.chars().collect())
    }

    fn integer(&self, at: usize) -> Result<i128, Stop> {
        match self.0.get(at) {
            Some(Value::Integer(number)) => Ok(*number),
            other => Err(format!("{other:?} is no integer").into()),
        }
    }

    /// A place or a number of things: below zero there are none.
    fn count(&self, at: usize) -> Result<usize, Stop> {
        Ok(usize::try_from(self.integer(at)?.max(0)).unwrap_or(usize::MAX))
    }

    fn number(&self, at: usize) -> Result<f64, Stop> {
        let number = self.0.get(at).and_then(Value::as_double);
        number.ok_or_else(|| format!("{:?} is no number", self.0.get(at)).into())
    }

    fn items(&self, at: usize) -> Result<&'a [Value], Stop> {
        match self.0.get(at) {
            Some(Value::List(items)) => Ok(items),
            other => Err(format!("{other:?} is no list").into()),
        }
    }

    fn known_items(&self, at: usize) -> Result<Vec<Value>, Stop> {
        Ok(self.items(at)?.iter().filter(|item| !item.is_null()).cloned().collect())
    }

    fn pattern(&self, at: usize) -> Result<Regex, Stop> {
        pattern(self.text(at)?)
    }

    fn vector(&self, at: usize) -> Result<Option<Vec<f64>>, Stop> {
        match &self.0[at] {
            Value::Vector(items) => Ok(Some(items.iter().map(|item| f64::from(*item)).collect())),
            Value::List(items) => Ok(items.iter().map(Value::as_double).collect()),
            other => Err(format!("{other:?} is no vector").into()),
        }
    }
}

fn pattern(text: &str) -> Result<Regex, Stop> {
    Regex::new(text).map_err(|_| Stop::Fails("R002"))
}

pub(super) fn matches(text: &Value, wanted: &Value) -> Result<Value, Stop> {
    Ok(match (text, wanted) {
        (Value::Text(text), Value::Text(wanted)) => Value::Bool(pattern(wanted)?.is_match(text)),
        _ => Value::Null,
    })
}

/// `x[i..j]`: a bound that is null is open.
pub(super) fn slice(list: &Value, from: &Value, to: &Value) -> Result<Value, Stop> {
    let bound = |bound: &Value, open: usize| match bound {
        Value::Null => Ok(open),
        _ => Arguments(std::slice::from_ref(bound)).count(0),
    };
    let (from, to) = (bound(from, 0)?, bound(to, usize::MAX)?);
    let kept = to.saturating_sub(from);
    Ok(match list {
        Value::Text(text) => Value::Text(text.chars().skip(from).take(kept).collect()),
        Value::List(items) => Value::List(items.iter().skip(from).take(kept).cloned().collect()),
        _ => Value::Null,
    })
}

/// `kind`: of the result, where the arguments decide it.
pub(super) fn call(function: Function, arguments: &[Value], kind: Option<Kind>) -> Result<Value, Stop> {
    let strict = matches!(function.signature().nulls, Nulls::Strict | Nulls::Partial);
    if strict && arguments.iter().any(Value::is_null) {
        return Ok(Value::Null);
    }
    let a = Arguments(arguments);
    use Function::*;
    match function {
        Lower | Upper | Trim | Ltrim | Rtrim | Length | Reverse | Substring | Left | Right | Replace | Split
        | JoinList | Concat | Position | Lpad | Rpad | Normalize | RegexExtract | RegexReplace => text(function, &a),
        Abs | Sign | Ceil | Floor | Round | Sqrt | Cbrt | Pow | Exp | Ln | Log10 | Log2 | Sin | Cos | Tan | Asin
        | Acos | Atan | Atan2 | Pi | Radians | Degrees | Div => number(function, &a, kind),
        Least => Ok(extreme(arguments, Ordering::Less)),
        Greatest => Ok(extreme(arguments, Ordering::Greater)),
        Today | Year | Quarter | Month | Week | Day | DayOfWeek | DayOfYear | Hour | Minute | Second | Trunc
        | Years | Months | Weeks | Days | Hours | Minutes | Seconds | Milliseconds | BetweenDays | BetweenSeconds
        | EpochMs | FromEpochMs | Format | ParseDate | ParseDatetime => moment(function, &a),
        Size | At | ListDistinct | ListSort | ListSum | ListMin | ListMax | ListContains | Range => {
            list(function, &a, kind)
        }
        CosineSimilarity | L2Distance | Dot => vector(function, &a),
        Md5 => Ok(Value::Text(hash::md5(a.text(0)?.as_bytes()))),
        Sha256 => Ok(Value::Text(hash::sha256(a.text(0)?.as_bytes()))),
        Xxhash64 => Ok(Value::Integer(hash::xxhash64(a.text(0)?.as_bytes()).into())),
    }
}

/// The least or the greatest of the values that are not null.
fn extreme(values: &[Value], wanted: Ordering) -> Value {
    let known = values.iter().filter(|value| !value.is_null());
    let better = known.reduce(|best, value| if value.sort(best) == wanted { value } else { best });
    better.cloned().unwrap_or(Value::Null)
}

fn text(function: Function, a: &Arguments<'_>) -> Result<Value, Stop> {
    let part = |characters: &[char]| Value::Text(characters.iter().collect());
    Ok(match function {
        Function::Lower => Value::Text(a.text(0)?.to_lowercase()),
        Function::Upper => Value::Text(a.text(0)?.to_uppercase()),
        Function::Trim => Value::Text(a.text(0)?.trim().to_owned()),
        Function::Ltrim => Value::Text(a.text(0)?.trim_start().to_owned()),
        Function::Rtrim => Value::Text(a.text(0)?.trim_end().to_owned()),
        Function::Length => Value::Integer(a.characters(0)?.len() as i128),
        Function::Reverse => Value::Text(a.text(0)?.chars().rev().collect()),
        Function::Substring => {
            let count = if a.0.len() > 2 { a.count(2)? } else { usize::MAX };
            Value::Text(a.text(0)?.chars().skip(a.count(1)?).take(count).collect())
        }
        Function::Left => Value::Text(a.text(0)?.chars().take(a.count(1)?).collect()),
        Function::Right => {
            let characters = a.characters(0)?;
            part(&characters[characters.len() - a.count(1)?.min(characters.len())..])
        }
        Function::Replace => match a.text(1)? {
            "" => Value::Text(a.text(0)?.to_owned()),
            found => Value::Text(a.text(0)?.split(found).collect::<Vec<_>>().join(a.text(2)?)),
        },
        Function::Split => {
            let text = |text: &str| Value::Text(text.to_owned());
            Value::List(match a.text(1)? {
                "" => a.characters(0)?.iter().map(|one| part(&[*one])).collect(),
                separator => a.text(0)?.split(separator).map(text).collect(),
            })
        }
        Function::JoinList => {
            let items = a.known_items(0)?;
            let texts = (0..items.len()).map(|at| Arguments(&items).text(at));
            Value::Text(texts.collect::<Result<Vec<_>, _>>()?.join(a.text(1)?))
        }
        Function::Concat => {
            let texts = (0..a.0.len()).map(|at| if a.0[at].is_null() { Ok("") } else { a.text(at) });
            Value::Text(texts.collect::<Result<String, _>>()?)
        }
        Function::Position => {
            let (whole, wanted) = (a.characters(0)?, a.characters(1)?);
            let place = (0..=whole.len()).find(|at| whole[*at..].starts_with(&wanted));
            Value::Integer(place.map_or(-1, |at| at as i128))
        }
        Function::Lpad | Function::Rpad => {
            let mut characters = a.characters(0)?;
            let fill = if a.0.len() > 2 { a.characters(2)? } else { vec![' '] };
            let length = a.count(1)?;
            let missing = match fill.is_empty() {
                true => 0,
                false => length.saturating_sub(characters.len()),
            };
            let filling: Vec<char> = fill.into_iter().cycle().take(missing).collect();
            let place = if function == Function::Lpad {
                0
            } else {
                characters.len()
            };
            characters.splice(place..place, filling);
            characters.truncate(length);
            part(&characters)
        }
        Function::Normalize => Value::Text(composed(a.text(0)?)),
        Function::RegexExtract => {
            let group = if a.0.len() > 2 { a.integer(2)? } else { 0 };
            let found = a.pattern(1)?.captures(a.text(0)?);
            let group = usize::try_from(group).ok();
            let part = found.and_then(|found| found.get(group?).map(|part| part.as_str().to_owned()));
            part.map_or(Value::Null, Value::Text)
        }
        Function::RegexReplace => Value::Text(a.pattern(1)?.replace_all(a.text(0)?, a.text(2)?).into_owned()),
        other => return Err(format!("{other:?} is not about texts").into()),
    })
}

/// Letters and the marks behind them as one character, for as many of them as tests use.
fn composed(text: &str) -> String {
    const PAIRS: [(char, char, char); 8] = [
        ('a', '\u{308}', 'ä'),
        ('a', '\u{30a}', 'å'),
        ('A', '\u{30a}', 'Å'),
        ('e', '\u{301}', 'é'),
        ('e', '\u{302}', 'ê'),
        ('i', '\u{302}', 'î'),
        ('o', '\u{308}', 'ö'),
        ('u', '\u{308}', 'ü'),
    ];
    let mut composed = String::new();
    for character in text.chars() {
        let last = composed.pop();
        let pair = PAIRS
            .iter()
            .find(|(letter, mark, _)| Some(*letter) == last && *mark == character);
        match pair {
            Some((.., both)) => composed.push(*both),
            None => composed.extend(last.into_iter().chain([character])),
        }
    }
    composed
}

fn number(function: Function, a: &Arguments<'_>, kind: Option<Kind>) -> Result<Value, Stop> {
    let width = kind.map_or(Scalar::I64, |kind| kind.scalar);
    if let Some(Value::Integer(number)) = a.0.first() {
        match function {
            Function::Abs => return integer(number.abs(), width),
            Function::Sign => return Ok(Value::Integer(number.signum())),
            Function::Ceil | Function::Floor => return Ok(Value::Integer(*number)),
            Function::Round if a.0.len() == 1 => return Ok(Value::Integer(*number)),
            Function::Round => return integer(rounded_integer(*number, a.integer(1)?), width),
            Function::Div => {
                return match a.integer(1)? {
                    0 => Ok(Value::Null),
                    divisor => integer(number / divisor, width),
                };
            }
            _ => {}
        }
    }
    let x = match function {
        Function::Pi => return Ok(Value::Double(std::f64::consts::PI)),
        _ => a.number(0)?,
    };
    // Outside of its domain, a function gives no number.
    let within = |domain: bool, number: f64| if domain { number } else { f64::NAN };
    Ok(finite(match function {
        Function::Abs => x.abs(),
        Function::Sign => {
            let sign = if x > 0.0 {
                1
            } else if x < 0.0 {
                -1
            } else {
                0
            };
            return Ok(Value::Integer(sign));
        }
        Function::Ceil => x.ceil(),
        Function::Floor => x.floor(),
        Function::Round => rounded(x, if a.0.len() > 1 { a.integer(1)? } else { 0 })?,
        Function::Sqrt => x.sqrt(),
        Function::Cbrt => x.cbrt(),
        Function::Pow => x.powf(a.number(1)?),
        Function::Exp => x.exp(),
        Function::Ln => within(x > 0.0, x.ln()),
        Function::Log10 => within(x > 0.0, x.log10()),
        Function::Log2 => within(x > 0.0, x.log2()),
        Function::Sin => x.sin(),
        Function::Cos => x.cos(),
        Function::Tan => x.tan(),
        Function::Asin => x.asin(),
        Function::Acos => x.acos(),
        Function::Atan => x.atan(),
        Function::Atan2 => x.atan2(a.number(1)?),
        Function::Radians => x.to_radians(),
        Function::Degrees => x.to_degrees(),
        other => return Err(format!("{other:?} is not about numbers").into()),
    }))
}

/// To a multiple of a power of ten, half away from zero.
fn rounded_integer(number: i128, digits: i128) -> i128 {
    match digits {
        0.. => number,
        // No integer of 64 bits has as many digits.
        ..-25 => 0,
        _ => {
            let unit = 10_i128.pow(digits.unsigned_abs() as u32);
            number.signum() * ((number.abs() + unit / 2) / unit * unit)
        }
    }
}

/// Half away from zero, on all decimal digits that the float has.
fn rounded(x: f64, digits: i128) -> Result<f64, Stop> {
    const BEHIND_THE_POINT: i128 = 1_074;
    if digits >= BEHIND_THE_POINT {
        return Ok(x);
    }
    let exact = format!("{:.1074}", x.abs());
    let (whole, fraction) = exact.split_once('.').ok_or("a float has a point")?;
    let all = format!("{whole}{fraction}");
    let kept = whole.len() as i128 + digits;
    if kept < 0 {
        return Ok(0.0);
    }
    let (kept, rest) = all.split_at(kept as usize);
    let mut kept: Vec<u8> = format!("0{kept}").into_bytes();
    if rest.as_bytes().first().is_some_and(|digit| *digit >= b'5') {
        let last = kept.iter().rposition(|digit| *digit != b'9').ok_or("a zero leads")?;
        kept[last] += 1;
        kept[last + 1..].fill(b'0');
    }
    let kept = String::from_utf8(kept).map_err(|_| "digits")?;
    let rounded: f64 = format!("{kept}e{}", -digits).parse().map_err(|_| "a float")?;
    Ok(rounded.copysign(x))
}

fn moment(function: Function, a: &Arguments<'_>) -> Result<Value, Stop> {
    let duration = |months: i128, milliseconds: i128| {
        let count = a.integer(0)?;
        // A number of 64 bits and a factor fit.
        time::duration(count * months, count * milliseconds)
    };
    match function {
        Function::Trunc => time::trunc(a.text(0)?, &a.0[1]),
        Function::Years => duration(12, 0),
        Function::Months => duration(1, 0),
        Function::Weeks => duration(0, 604_800_000),
        Function::Days => duration(0, 86_400_000),
        Function::Hours => duration(0, 3_600_000),
        Function::Minutes => duration(0, 60_000),
        Function::Seconds => duration(0, 1_000),
        Function::Milliseconds => duration(0, 1),
        Function::BetweenDays => time::between(&a.0[0], &a.0[1], 86_400_000),
        Function::BetweenSeconds => time::between(&a.0[0], &a.0[1], 1_000),
        Function::EpochMs => match &a.0[0] {
            Value::DateTime(instant) => Ok(Value::Integer((*instant).into())),
            other => Err(format!("{other:?} is no instant").into()),
        },
        Function::FromEpochMs => time::instant(a.integer(0)?),
        Function::Format => time::format(&a.0[0], a.text(1)?),
        Function::ParseDate => time::parse(a.text(0)?, a.text(1)?, &Value::Date(0)),
        Function::ParseDatetime => time::parse(a.text(0)?, a.text(1)?, &Value::DateTime(0)),
        part => time::part(part.name(), &a.0[0]),
    }
}

fn list(function: Function, a: &Arguments<'_>, kind: Option<Kind>) -> Result<Value, Stop> {
    Ok(match function {
        Function::Size => Value::Integer(a.items(0)?.len() as i128),
        Function::At => {
            let Ok(at) = usize::try_from(a.integer(1)?) else {
                return Ok(Value::Null);
            };
            match &a.0[0] {
                Value::Text(text) => text.chars().nth(at).map_or(Value::Null, |one| Value::Text(one.into())),
                _ => a.items(0)?.get(at).cloned().unwrap_or(Value::Null),
            }
        }
        Function::ListDistinct => {
            let mut kept: Vec<Value> = Vec::new();
            for item in a.items(0)? {
                if !kept.iter().any(|other| other.sort(item).is_eq()) {
                    kept.push(item.clone());
                }
            }
            Value::List(kept)
        }
        Function::ListSort => {
            let mut items = a.items(0)?.to_vec();
            items.sort_by(Value::sort);
            Value::List(items)
        }
        Function::ListSum => {
            let items = a.known_items(0)?;
            let integers: Option<Vec<i128>> = items
                .iter()
                .map(|item| match item {
                    Value::Integer(number) => Some(*number),
                    _ => None,
                })
                .collect();
            match (integers, exact_sum(&items)) {
                (_, None) => Value::Null,
                (Some(integers), _) => integer(integers.iter().sum(), kind.map_or(Scalar::I64, |kind| kind.scalar))?,
                (None, Some(sum)) => finite(sum),
            }
        }
        Function::ListMin => extreme(a.items(0)?, Ordering::Less),
        Function::ListMax => extreme(a.items(0)?, Ordering::Greater),
        Function::ListContains => {
            let found = decide((&a.0[0], false), Comparator::Contains, (&a.0[1], false));
            found.map_or(Value::Null, Value::Bool)
        }
        Function::Range => {
            let (mut next, end) = (a.integer(0)?, a.integer(1)?);
            let step = if a.0.len() > 2 { a.integer(2)? } else { 1 };
            let mut items = Vec::new();
            if step == 0 {
                return Ok(Value::Null);
            }
            while if step > 0 { next <= end } else { next >= end } {
                if items.len() > 1_000_000 {
                    return Err(Stop::Fails("R003"));
                }
                items.push(integer(next, Scalar::I64)?);
                next += step;
            }
            Value::List(items)
        }
        other => return Err(format!("{other:?} is not about lists").into()),
    })
}

fn vector(function: Function, a: &Arguments<'_>) -> Result<Value, Stop> {
    let (Some(x), Some(y)) = (a.vector(0)?, a.vector(1)?) else {
        return Ok(Value::Null);
    };
    if x.len() != y.len() {
        return Ok(Value::Null);
    }
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    Ok(finite(match function {
        Function::Dot => dot(&x, &y),
        Function::L2Distance => x.iter().zip(&y).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt(),
        _ => dot(&x, &y) / (dot(&x, &x).sqrt() * dot(&y, &y).sqrt()),
    }))
}
