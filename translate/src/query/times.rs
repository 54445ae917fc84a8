//! Dates, instants and durations.

use omnigraph_grammar::{Name, Span};

use crate::ast::{Call, Expr, ExprKind};
use crate::codes;
use crate::value::{Level, Ty, Value, call, quoted};

use super::Translator;
use super::operators::call_cast;

/// The units of durations: in Cypher's maps, in Kùzu's texts, and the function of ours.
static UNITS: [(&str, &str); 8] = [
    ("years", "years"),
    ("months", "months"),
    ("weeks", "weeks"),
    ("days", "days"),
    ("hours", "hours"),
    ("minutes", "minutes"),
    ("seconds", "seconds"),
    ("milliseconds", "milliseconds"),
];

/// A part of a duration: the function of ours, and how many.
pub(super) struct Part {
    unit: &'static str,
    count: Value,
}

impl Translator<'_> {
    pub(super) fn of_time(&mut self, of: &Call, expr: &Expr) -> Option<Value> {
        let span = expr.span;
        let name = of.name.as_str();
        match (name, of.arguments.as_slice()) {
            ("date", []) | ("current_date", []) => Some(Value::primary("today()", Ty::Date)),
            ("datetime" | "current_timestamp" | "now", []) => Some(Value::primary("now()", Ty::DateTime)),
            ("timestamp", []) if !self.is_kuzu() => Some(Value::primary("epoch_ms(now())", Ty::Integer)),
            ("date" | "datetime" | "timestamp" | "interval", [only]) => Some(match &only.kind {
                ExprKind::Text(text) => self.literal_of_time(name, text, span),
                ExprKind::Map(entries) if name == "date" => self.date_of(entries, span),
                _ => self.time_of(name, only, span),
            }),
            ("duration", [_]) => Some(match self.duration(expr) {
                Some(parts) => match parts.as_slice() {
                    [one] => one.value(),
                    [] => Value::unknown(),
                    _ => {
                        let help = "add it to a date or an instant, or write one unit";
                        self.none(
                            &codes::TIME,
                            span,
                            "a duration of several units stands beside a time here",
                            help,
                        )
                    }
                },
                None => Value::unknown(),
            }),
            ("date.truncate" | "datetime.truncate" | "date_trunc", [unit, time]) => {
                Some(self.truncated(name, unit, time, span))
            }
            ("date_part" | "datepart", [unit, time]) if self.is_kuzu() => {
                let ExprKind::Text(unit_text) = &unit.kind else {
                    return Some(self.none(&codes::TIME, unit.span, "the unit is written as a text", "write it"));
                };
                let name = Name {
                    text: unit_text.to_lowercase(),
                    span: unit.span,
                };
                let value = self.value(time);
                Some(match value.ty {
                    Ty::Date | Ty::DateTime => self.component(&value, &name),
                    Ty::Unknown => Value::unknown(),
                    ref other => {
                        let message = format!("`date_part` takes a time, and this is {}", other.word());
                        self.none(&codes::OPERANDS, span, message, "is it a time in the schema?")
                    }
                })
            }
            _ if name.starts_with("duration.") || ["localdatetime", "time", "localtime"].contains(&name) => {
                let help = "the days between two times are `duration.inDays(a, b).days`";
                Some(self.none(&codes::TIME, span, format!("`{}` has no equal", of.written), help))
            }
            _ => None,
        }
    }

    /// `date('2024-02-29')` and its like.
    pub(super) fn literal_of_time(&mut self, name: &str, text: &str, span: Span) -> Value {
        match name {
            "date" if shape(text) == "dddd-dd-dd" => Value::primary(format!("date({})", quoted(text)), Ty::Date),
            "datetime" | "timestamp" => {
                let text = text.trim();
                let (own, offset) = match text.strip_suffix('Z') {
                    Some(own) => (own, "Z"),
                    None => match text.len().checked_sub(6).filter(|at| text.is_char_boundary(*at)) {
                        Some(at) if ["+dd:dd", "-dd:dd"].contains(&shape(&text[at..]).as_str()) => text.split_at(at),
                        _ if name == "timestamp" => (text, "Z"),
                        _ => (text, ""),
                    },
                };
                let own = own.replacen(' ', "T", 1);
                let seconds = match shape(&own).as_str() {
                    "dddd-dd-ddTdd:dd" => Some(":00"),
                    "dddd-dd-ddTdd:dd:dd"
                    | "dddd-dd-ddTdd:dd:dd.d"
                    | "dddd-dd-ddTdd:dd:dd.dd"
                    | "dddd-dd-ddTdd:dd:dd.ddd" => Some(""),
                    "dddd-dd-dd" if name == "timestamp" => Some("T00:00:00"),
                    _ => None,
                };
                match seconds {
                    Some(seconds) if !offset.is_empty() => {
                        let literal = quoted(&format!("{own}{seconds}{offset}"));
                        Value::primary(format!("datetime({literal})"), Ty::DateTime)
                    }
                    Some(_) => {
                        let help = "write it with `Z` or an offset, such as `+02:00`";
                        self.none(
                            &codes::TIME,
                            span,
                            "this instant does not say which offset it has",
                            help,
                        )
                    }
                    None => self.form_of_time(span),
                }
            }
            "interval" => {
                let call = Expr::new(ExprKind::Text(text.to_owned()), span);
                match self.interval(&call, text) {
                    Some(parts) if parts.len() == 1 => parts[0].value(),
                    _ => self.form_of_time(span),
                }
            }
            _ => self.form_of_time(span),
        }
    }

    fn form_of_time(&mut self, span: Span) -> Value {
        let help = "write `date('2024-02-29')` or `datetime('2024-02-29T13:00:00Z')`";
        self.none(&codes::TIME, span, "this form of a time has no equal", help)
    }

    /// `date({year: 2024, month: 2, day: 29})`
    fn date_of(&mut self, entries: &[(Name, Expr)], span: Span) -> Value {
        let mut fields = [None, Some(1), Some(1)];
        for (name, value) in entries {
            let at = ["year", "month", "day"]
                .iter()
                .position(|field| name.text.eq_ignore_ascii_case(field));
            match (at, &value.kind) {
                (Some(at), ExprKind::Integer(number)) => fields[at] = Some(*number),
                _ => return self.form_of_time(name.span),
            }
        }
        match fields {
            [Some(year @ 1..=9999), Some(month @ 1..=12), Some(day @ 1..=31)] => {
                Value::primary(format!("date(\"{year:04}-{month:02}-{day:02}\")"), Ty::Date)
            }
            _ => self.form_of_time(span),
        }
    }

    /// `date(x)` of a value that is none written.
    fn time_of(&mut self, name: &str, only: &Expr, span: Span) -> Value {
        let mut value = self.value(only);
        let wanted = if name == "date" { Ty::Date } else { Ty::DateTime };
        match (&value.ty, &wanted) {
            (Ty::Unknown, _) => Value::unknown(),
            (Ty::Parameter(_), _) => {
                // A request gives the time itself.
                self.settle(&mut value, &wanted);
                value
            }
            (known, wanted) if known == wanted => value,
            (Ty::DateTime, Ty::Date) => call_cast(&value, "Date", Ty::Date),
            _ => {
                let message = format!("`{name}` reads texts in more forms than we do");
                self.none(
                    &codes::TIME,
                    span,
                    message,
                    "store times as times, or pass one as a parameter",
                )
            }
        }
    }

    /// A part of a time, `p.born.year`.
    pub(super) fn component(&mut self, time: &Value, name: &Name) -> Value {
        let part = name.text.to_lowercase();
        let of_day = matches!(part.as_str(), "hour" | "minute" | "second" | "epochmillis");
        let ours = match part.as_str() {
            "year" | "quarter" | "month" | "day" => part.as_str(),
            "hour" | "minute" | "second" if time.ty == Ty::DateTime => part.as_str(),
            "week" if !self.is_kuzu() => "week",
            "dayofweek" | "weekday" if !self.is_kuzu() => "day_of_week",
            "ordinalday" if !self.is_kuzu() => "day_of_year",
            "epochmillis" if time.ty == Ty::DateTime && !self.is_kuzu() => "epoch_ms",
            _ => {
                let message = match of_day {
                    true => format!("a date has no `{}`", name.text),
                    false => format!("`{}` of a time has no equal", name.text),
                };
                return self.none(&codes::TIME, name.span, message, "ask for the year, the month, the day");
            }
        };
        call(ours, &[time], Ty::Integer)
    }

    /// `duration.inDays(a, b).days`; `None` if the owner is no such call.
    pub(super) fn component_of_call(&mut self, base: &Expr, name: &Name) -> Option<Value> {
        let ExprKind::Call(call_of) = &base.kind else {
            return None;
        };
        let [from, to] = call_of.arguments.as_slice() else {
            return None;
        };
        let (ours, dates_only) = match (call_of.name.as_str(), name.text.to_lowercase().as_str()) {
            ("duration.indays", "days") => ("between_days", false),
            ("duration.inseconds", "seconds") => ("between_seconds", true),
            _ => return None,
        };
        let (from, to) = (self.value(from), self.value(to));
        let span = base.span;
        match (&from.ty, &to.ty) {
            (Ty::Unknown, _) | (_, Ty::Unknown) => Some(Value::unknown()),
            (Ty::Date, Ty::Date) => Some(call(ours, &[&from, &to], Ty::Integer)),
            (Ty::DateTime, Ty::DateTime) if !dates_only => Some(call(ours, &[&from, &to], Ty::Integer)),
            _ => {
                let help = "take two dates";
                Some(self.none(&codes::TIME, span, "this difference of times has no equal", help))
            }
        }
    }

    fn truncated(&mut self, name: &str, unit: &Expr, time: &Expr, span: Span) -> Value {
        let time = self.value(time);
        if time.is_unknown() {
            return time;
        }
        let ExprKind::Text(written) = &unit.kind else {
            return self.none(&codes::TIME, unit.span, "the unit is written as a text", "write it");
        };
        let unit = written.to_lowercase();
        let of_date = ["year", "quarter", "month", "week", "day"].contains(&unit.as_str());
        let of_instant = of_date || ["hour", "minute", "second"].contains(&unit.as_str());
        let fits = match (name, &time.ty) {
            ("date.truncate" | "date_trunc", Ty::Date) => of_date,
            ("datetime.truncate" | "date_trunc", Ty::DateTime) => of_instant,
            _ => false,
        };
        if !fits {
            let message = format!("`{written}` of {} cannot be cut off here", time.ty.word());
            return self.none(
                &codes::TIME,
                span,
                message,
                "cut a date to its year, quarter, month, week or day",
            );
        }
        let ty = time.ty.clone();
        Value::primary(format!("trunc({}, {})", quoted(&unit), time.text), ty).from(&[&time])
    }

    // ---- durations ---------------------------------------------------------

    /// The parts of a duration that is written; `None` if it is none. Parts that have no equal are reported.
    pub(super) fn duration(&mut self, expr: &Expr) -> Option<Vec<Part>> {
        if let ExprKind::Cast(operand, ty) = &expr.kind {
            return match &operand.kind {
                ExprKind::Text(text) if ty.text.eq_ignore_ascii_case("INTERVAL") => self.interval(expr, text),
                _ => None,
            };
        }
        let ExprKind::Call(call_of) = &expr.kind else {
            return None;
        };
        let [only] = call_of.arguments.as_slice() else {
            return None;
        };
        match (call_of.name.as_str(), &only.kind) {
            ("duration", ExprKind::Map(entries)) => {
                let mut parts = Vec::new();
                for (name, value) in entries {
                    let unit = UNITS.iter().find(|(unit, _)| name.text.eq_ignore_ascii_case(unit));
                    let mut count = self.value(value);
                    self.settle(&mut count, &Ty::Integer);
                    match (unit, &count.ty) {
                        (Some(&(_, unit)), Ty::Integer) => parts.push(Part { unit, count }),
                        (_, Ty::Unknown) => {}
                        _ => {
                            let help = "count whole years, months, weeks, days, hours, minutes or seconds";
                            self.report(&codes::TIME, name.span, "this unit of a duration has no equal", help);
                        }
                    }
                }
                Some(sorted(parts))
            }
            ("duration", ExprKind::Text(text)) => match iso(text) {
                Some(parts) => Some(parts),
                None => {
                    self.form_of_duration(expr.span);
                    Some(Vec::new())
                }
            },
            ("duration", _) => {
                self.form_of_duration(expr.span);
                Some(Vec::new())
            }
            ("interval", ExprKind::Text(text)) if self.is_kuzu() => self.interval(expr, text),
            _ => None,
        }
    }

    fn form_of_duration(&mut self, span: Span) {
        let help = "write `duration({days: 7})` or `duration('P7D')`";
        self.report(&codes::TIME, span, "this form of a duration has no equal", help);
    }

    /// Kùzu's `3 days 2 hours`.
    fn interval(&mut self, expr: &Expr, text: &str) -> Option<Vec<Part>> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut parts = Vec::new();
        for pair in words.chunks(2) {
            let [count, unit] = pair else {
                self.form_of_duration(expr.span);
                return Some(Vec::new());
            };
            let known = UNITS.iter().find(|(known, _)| {
                let single = &known[..known.len() - 1];
                unit.eq_ignore_ascii_case(known) || unit.eq_ignore_ascii_case(single)
            });
            match (count.parse::<i64>(), known) {
                (Ok(count), Some(&(_, unit))) => parts.push(part(unit, count)),
                _ => {
                    self.form_of_duration(expr.span);
                    return Some(Vec::new());
                }
            }
        }
        Some(sorted(parts))
    }

    /// A time with a duration added or subtracted: months first, then days, then the rest, as in Cypher.
    pub(super) fn moved(&mut self, time: &Expr, forth: bool, parts: Vec<Part>, span: Span) -> Value {
        let mut value = self.value(time);
        let of_day = parts
            .iter()
            .any(|part| matches!(part.unit, "hours" | "minutes" | "seconds" | "milliseconds"));
        match value.ty {
            Ty::Unknown => return Value::unknown(),
            Ty::Date if of_day => {
                let help = "add whole days, or start from `datetime(…)`";
                return self.none(&codes::TIME, span, "a date moves by whole days only", help);
            }
            Ty::Date | Ty::DateTime => {}
            ref other => {
                let message = format!("a duration is added to a time, and this is {}", other.word());
                return self.none(&codes::TIME, span, message, "add it to a date or an instant");
            }
        }
        let sign = if forth { "+" } else { "-" };
        for part in &parts {
            let moved = part.value();
            let ty = value.ty.clone();
            value = crate::value::binary(&value, sign, &moved, Level::Sum, ty);
        }
        match parts.is_empty() {
            true => Value::unknown(),
            false => value,
        }
    }
}

impl Part {
    fn value(&self) -> Value {
        call(self.unit, &[&self.count], Ty::Duration)
    }
}

fn part(unit: &'static str, count: i64) -> Part {
    let level = if count < 0 { Level::Sign } else { Level::Primary };
    Part {
        unit,
        count: Value::new(count.to_string(), level, Ty::Integer),
    }
}

/// From months to milliseconds. Years and months are added at once: the day is clipped only once then.
fn sorted(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by_key(|part| UNITS.iter().position(|(_, unit)| *unit == part.unit));
    if let [years, months, ..] = parts.as_slice()
        && (years.unit, months.unit) == ("years", "months")
    {
        let number = |part: &Part| part.count.text.parse::<i64>().ok();
        let total = number(years)
            .zip(number(months))
            .and_then(|(y, m)| y.checked_mul(12)?.checked_add(m));
        let both = match total {
            Some(total) => part("months", total),
            None => {
                let text = format!(
                    "{} * 12 + {}",
                    years.count.at(Level::Product),
                    months.count.at(Level::Product)
                );
                let count = Value::new(text, Level::Sum, Ty::Integer).from(&[&years.count, &months.count]);
                Part { unit: "months", count }
            }
        };
        parts.splice(0..2, [both]);
    }
    parts
}

/// A text with `d` for its digits.
fn shape(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { 'd' } else { c }).collect()
}

/// `P1Y2M3DT4H5M6S` with whole numbers.
fn iso(text: &str) -> Option<Vec<Part>> {
    let rest = text.strip_prefix('P')?;
    let (days, times) = rest.split_once('T').unwrap_or((rest, ""));
    let mut parts = Vec::new();
    let date_units: [(char, &'static str); 4] = [('Y', "years"), ('M', "months"), ('W', "weeks"), ('D', "days")];
    let time_units: [(char, &'static str); 3] = [('H', "hours"), ('M', "minutes"), ('S', "seconds")];
    for (text, units) in [(days, &date_units[..]), (times, &time_units[..])] {
        let mut digits = String::new();
        for character in text.chars() {
            match units.iter().find(|(letter, _)| *letter == character) {
                Some(&(_, unit)) => parts.push(part(unit, std::mem::take(&mut digits).parse().ok()?)),
                None if character.is_ascii_digit() || (character == '-' && digits.is_empty()) => digits.push(character),
                None => return None,
            }
        }
        if !digits.is_empty() {
            return None;
        }
    }
    (!parts.is_empty()).then_some(sorted(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_iso() {
        let shown = |text: &str| -> Option<Vec<String>> {
            let parts = iso(text)?;
            Some(parts.iter().map(|part| part.value().text).collect())
        };
        assert_eq!(
            shown("P1Y2M3DT4H"),
            Some(["months(14)", "days(3)", "hours(4)"].map(str::to_owned).to_vec())
        );
        assert_eq!(shown("P-3D"), Some(vec!["days(-3)".to_owned()]));
        for text in ["", "P", "P1", "PT", "P1.5D", "1D", "PT3D"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
