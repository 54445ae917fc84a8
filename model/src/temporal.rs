//! Dates and instants as text: what is accepted in literals, parameters and loaded data, and how they are printed.
//! A Date counts days, a DateTime milliseconds, both from 1970-01-01 and the latter in UTC.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime};

/// An accepted example of each, for messages.
pub const DATE_EXAMPLE: &str = "2026-04-01";
/// An instant as messages show one.
pub const DATETIME_EXAMPLE: &str = "2026-04-01T08:30:00Z";

/// What can be written as a date, `0000-01-01` to `9999-12-31`, in days since the epoch.
pub const DAYS: RangeInclusive<i32> = -719_528..=2_932_896;

/// The same for instants, in milliseconds.
pub const MILLISECONDS: RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

/// Days since the epoch of a `YYYY-MM-DD`; `None` unless it is a day of the calendar.
pub fn parse_date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, byte)| match i {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(
        text[..4].parse().ok()?,
        text[5..7].parse().ok()?,
        text[8..].parse().ok()?,
    )?;
    Some(days(date))
}

/// Milliseconds since the epoch of an RFC 3339 instant. A space may stand for the `T`, a missing offset means UTC, a
/// date alone its midnight; digits beyond milliseconds are cut off. `None` for anything else, a leap second among it.
///
/// ```
/// use omnigraph_model::temporal::{parse_datetime, print_datetime};
///
/// let instant = parse_datetime("2026-04-01T10:30:00+02:00").unwrap();
/// assert_eq!(print_datetime(instant), "2026-04-01T08:30:00.000Z");
/// assert_eq!(parse_datetime("2026-04-31"), None);
/// ```
pub fn parse_datetime(text: &str) -> Option<i64> {
    if let Some(days) = parse_date(text) {
        return Some(i64::from(days) * 86_400_000);
    }
    let date = parse_date(text.get(..10)?)?;
    let rest = text.get(10..)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, offset) = split_offset(rest)?;
    let milliseconds = parse_clock(clock)?;
    let local = i64::from(date) * 86_400_000 + milliseconds;
    // An offset may lead out of the calendar.
    Some(local - offset * 60_000).filter(|instant| MILLISECONDS.contains(instant))
}

/// The clock and the offset in minutes east of UTC.
fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, 0));
    };
    let (clock, offset) = text.split_at(at);
    let digits = &offset.as_bytes()[1..];
    if digits.len() != 5 || digits[2] != b':' || !digits.iter().enumerate().all(|(i, b)| i == 2 || b.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = offset[1..3].parse().ok()?;
    let minutes: i64 = offset[4..6].parse().ok()?;
    if hours > 23 || minutes > 59 {
        return None;
    }
    let total = hours * 60 + minutes;
    Some((clock, if offset.starts_with('-') { -total } else { total }))
}

/// Milliseconds since midnight of `HH:MM:SS` with an optional fraction.
fn parse_clock(text: &str) -> Option<i64> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (text, "0"),
    };
    let bytes = whole.as_bytes();
    if bytes.len() != 8 || bytes[2] != b':' || bytes[5] != b':' {
        return None;
    }
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = whole.get(range)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let time = NaiveTime::from_hms_opt(part(0..2)?, part(3..5)?, part(6..8)?)?;
    let milliseconds: i64 = format!("{:0<3}", &fraction[..fraction.len().min(3)]).parse().ok()?;
    Some(i64::from(chrono::Timelike::num_seconds_from_midnight(&time)) * 1000 + milliseconds)
}

fn days(date: NaiveDate) -> i32 {
    // 719 163 is the day of 1970-01-01 when counting from 0001-01-01.
    date.num_days_from_ce() - 719_163
}

/// `YYYY-MM-DD`
pub fn print_date(days: i32) -> String {
    match days.checked_add(719_163).and_then(NaiveDate::from_num_days_from_ce_opt) {
        Some(date) => date.format("%Y-%m-%d").to_string(),
        None => format!("{days} days"),
    }
}

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`, always with three decimals.
pub fn print_datetime(milliseconds: i64) -> String {
    let instant: Option<NaiveDateTime> =
        DateTime::from_timestamp_millis(milliseconds).map(|instant| instant.naive_utc());
    match instant {
        Some(instant) => instant.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        None => format!("{milliseconds} ms"),
    }
}

/// An ISO 8601 duration of months and an exact time, such as `P1M2DT3.5S`; a part that is negative has its own sign.
///
/// ```
/// use omnigraph_model::temporal::print_duration;
///
/// assert_eq!(print_duration(14, 0), "P1Y2M");
/// assert_eq!(print_duration(1, 2 * 86_400_000 + 3_500), "P1M2DT3.5S");
/// assert_eq!(print_duration(0, -90_000), "PT-1M-30S");
/// assert_eq!(print_duration(0, 0), "PT0S");
/// ```
pub fn print_duration(months: i64, milliseconds: i64) -> String {
    let part = |value: i64, unit: &str| match value {
        0 => String::new(),
        _ => format!("{value}{unit}"),
    };
    let (seconds, rest) = (milliseconds / 1_000 % 60, milliseconds % 1_000);
    let exact = match (seconds, rest) {
        (0, 0) => String::new(),
        (_, 0) => format!("{seconds}S"),
        _ => {
            let sign = if milliseconds < 0 { "-" } else { "" };
            let fraction = format!("{:03}", rest.abs());
            format!("{sign}{}.{}S", seconds.abs(), fraction.trim_end_matches('0'))
        }
    };
    let time = part(milliseconds / 3_600_000 % 24, "H") + &part(milliseconds / 60_000 % 60, "M") + &exact;
    let date = part(months / 12, "Y") + &part(months % 12, "M") + &part(milliseconds / 86_400_000, "D");
    match (date.is_empty(), time.is_empty()) {
        (true, true) => "PT0S".to_owned(),
        (_, true) => format!("P{date}"),
        (_, false) => format!("P{date}T{time}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_of_the_calendar() {
        assert_eq!(parse_date("1970-01-01"), Some(0));
        assert_eq!(parse_date("2024-02-29"), Some(19_782));
        assert_eq!(parse_date("1969-12-31"), Some(-1));
        for bad in [
            "2026-02-30",
            "2026-2-03",
            "2026-02-03Z",
            "26-02-03",
            "",
            "2026/02/03",
            "20260203",
            "+026-02-03",
        ] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
        assert_eq!(print_date(19_782), "2024-02-29");
        let (first, last) = (print_date(*DAYS.start()), print_date(*DAYS.end()));
        assert_eq!((first.as_str(), last.as_str()), ("0000-01-01", "9999-12-31"));
        assert_eq!(
            (parse_date(&first), parse_date(&last)),
            (Some(*DAYS.start()), Some(*DAYS.end()))
        );
        assert_eq!(parse_datetime("0000-01-01"), Some(*MILLISECONDS.start()));
        assert_eq!(parse_datetime("9999-12-31T23:59:59.999Z"), Some(*MILLISECONDS.end()));
    }

    #[test]
    fn instants_are_read_in_every_accepted_spelling() {
        let noon = 1_711_960_200_000;
        for text in [
            "2024-04-01T08:30:00Z",
            "2024-04-01T08:30:00",
            "2024-04-01 08:30:00",
            "2024-04-01t08:30:00z",
            "2024-04-01T10:30:00+02:00",
            "2024-04-01T03:00:00-05:30",
            "2024-04-01T08:30:00.0009Z",
        ] {
            assert_eq!(parse_datetime(text), Some(noon), "{text}");
        }
        assert_eq!(parse_datetime("2024-04-01"), Some(1_711_929_600_000));
        assert_eq!(parse_datetime("2024-04-01T08:30:00.25Z"), Some(noon + 250));
        for bad in [
            "2024-04-01T8:30:00Z",
            "2024-04-01T08:30Z",
            "2024-04-01T25:00:00Z",
            "2024-04-01T08:30:00+2",
            "now",
            "9999-12-31T23:59:59-00:01",
            "0000-01-01T00:00:00+00:01",
        ] {
            assert_eq!(parse_datetime(bad), None, "{bad}");
        }
        assert_eq!(print_datetime(noon), "2024-04-01T08:30:00.000Z");
        assert_eq!(print_datetime(-1), "1969-12-31T23:59:59.999Z");
    }
}
