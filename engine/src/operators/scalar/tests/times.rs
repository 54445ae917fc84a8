//! Times and durations.

use super::*;

#[test]
fn times() {
    use Function::*;
    let day = date("2024-02-29");
    let instant = datetime("2024-02-29T13:14:15.678Z");
    for (of, expected) in [
        (Year, 2024),
        (Quarter, 1),
        (Month, 2),
        (Week, 9),
        (Day, 29),
        (DayOfWeek, 4),
        (DayOfYear, 60),
    ] {
        function(
            of,
            &i64(),
            &[
                (std::slice::from_ref(&day), json!(expected)),
                (std::slice::from_ref(&instant), json!(expected)),
            ],
        );
    }
    function(
        Hour,
        &i64(),
        &[
            (std::slice::from_ref(&instant), json!(13)),
            (&[datetime("1969-12-31T23:59:59Z")], json!(23)),
        ],
    );
    function(Minute, &i64(), &[(std::slice::from_ref(&instant), json!(14))]);
    function(Second, &i64(), &[(std::slice::from_ref(&instant), json!(15))]);
    let (dates, instants) = (Type::of(Scalar::Date), Type::of(Scalar::DateTime));
    for (unit, of_day, of_instant) in [
        ("year", "2024-01-01", "2024-01-01T00:00:00.000Z"),
        ("quarter", "2024-01-01", "2024-01-01T00:00:00.000Z"),
        ("month", "2024-02-01", "2024-02-01T00:00:00.000Z"),
        ("week", "2024-02-26", "2024-02-26T00:00:00.000Z"),
        ("day", "2024-02-29", "2024-02-29T00:00:00.000Z"),
        ("hour", "2024-02-29", "2024-02-29T13:00:00.000Z"),
        ("minute", "2024-02-29", "2024-02-29T13:14:00.000Z"),
        ("second", "2024-02-29", "2024-02-29T13:14:15.000Z"),
    ] {
        function(Trunc, &dates, &[(&[json!(unit), day.clone()], json!(of_day))]);
        function(
            Trunc,
            &instants,
            &[(&[json!(unit), instant.clone()], json!(of_instant))],
        );
    }
    function(
        BetweenDays,
        &i64(),
        &[
            (&[date("2024-02-28"), date("2024-03-01")], json!(2)),
            (&[datetime("2024-02-28T12:00:00Z"), date("2024-02-27")], json!(-1)),
            (&[datetime("2024-02-28T12:00:00Z"), date("2024-02-28")], json!(0)),
        ],
    );
    function(
        BetweenSeconds,
        &i64(),
        &[(&[day.clone(), date("2024-02-28")], json!(-86400))],
    );
    function(EpochMs, &i64(), &[(&[datetime("1970-01-01T00:00:01Z")], json!(1000))]);
    function(
        FromEpochMs,
        &instants,
        &[(&[json!(-1)], json!("1969-12-31T23:59:59.999Z"))],
    );
    fails(
        Operation::Function(FromEpochMs),
        &instants,
        &[(
            &[json!(i64::MAX)],
            "R001: from_epoch_ms(9223372036854775807) lies outside of the years 1 to 9999",
        )],
    );
    function(
        Format,
        &text(),
        &[
            (&[day.clone(), json!("%d.%m.%Y, 100%%")], json!("29.02.2024, 100%")),
            (
                &[instant.clone(), json!("%H:%M:%S.%3f day %j, W%V-%u")],
                json!("13:14:15.678 day 060, W09-4"),
            ),
        ],
    );
    fails(
        Operation::Function(Format),
        &text(),
        &[(
            &[day.clone(), json!("%q")],
            "R002: `%q` is no part of a pattern of times",
        )],
    );
    function(
        ParseDate,
        &dates,
        &[
            (&[json!("29.02.2024"), json!("%d.%m.%Y")], json!("2024-02-29")),
            (&[json!("29.02.2023"), json!("%d.%m.%Y")], json!(null)),
            (&[json!("0000-01-01"), json!("%Y-%m-%d")], json!(null)),
        ],
    );
    function(
        ParseDatetime,
        &instants,
        &[(
            &[json!("2024-02-29 13:14"), json!("%Y-%m-%d %H:%M")],
            json!("2024-02-29T13:14:00.000Z"),
        )],
    );
}

#[test]
fn durations() {
    use Function::*;
    let spans = Type::of(Scalar::Duration);
    for (of, expected) in [
        (Years, "P2Y"),
        (Months, "P2M"),
        (Weeks, "P14D"),
        (Days, "P2D"),
        (Hours, "PT2H"),
        (Minutes, "PT2M"),
        (Seconds, "PT2S"),
        (Milliseconds, "PT0.002S"),
    ] {
        function(of, &spans, &[(&[json!(2)], json!(expected))]);
    }
    fails(
        Operation::Function(Years),
        &spans,
        &[(
            &[json!(1i64 << 40)],
            "R001: years(1099511627776) does not fit a Duration",
        )],
    );
    let (dates, instants) = (Type::of(Scalar::Date), Type::of(Scalar::DateTime));
    let month = duration(1, 0);
    check(
        Operation::Add,
        &dates,
        &[
            (&[date("2024-01-31"), month.clone()], json!("2024-02-29")),
            (&[month.clone(), date("2024-01-31")], json!("2024-02-29")),
            (&[date("2024-01-31"), duration(1, 86_400_000)], json!("2024-03-01")),
            (&[date("2024-03-31"), duration(-1, 0)], json!("2024-02-29")),
        ],
    );
    check(
        Operation::Subtract,
        &dates,
        &[(&[date("2024-03-31"), month.clone()], json!("2024-02-29"))],
    );
    check(
        Operation::Subtract,
        &instants,
        &[(
            &[datetime("2024-03-31T00:00:00Z"), duration(1, 1)],
            json!("2024-02-28T23:59:59.999Z"),
        )],
    );
    check(
        Operation::Subtract,
        &spans,
        &[
            (&[date("2024-03-01"), date("2024-01-01")], json!("P60D")),
            (
                &[datetime("2024-01-01T00:00:00Z"), datetime("2024-01-02T12:00:00.5Z")],
                json!("P-1DT-12H-0.5S"),
            ),
            (&[duration(3, 5), duration(1, 7)], json!("P2MT-0.002S")),
        ],
    );
    check(
        Operation::Multiply,
        &spans,
        &[
            (&[month.clone(), json!(14)], json!("P1Y2M")),
            (&[json!(-2), duration(0, 1500)], json!("PT-3S")),
        ],
    );
    check(Operation::Negate, &spans, &[(&[duration(1, -1000)], json!("P-1MT1S"))]);
    fails(
        Operation::Add,
        &dates,
        &[
            (
                &[date("2024-01-31"), duration(0, 3 * 3_600_000)],
                "R005: a Date plus 3 hours; cast it to DateTime",
            ),
            (
                &[date("9999-12-31"), duration(0, 86_400_000)],
                "R001: 9999-12-31 + P1D lies outside of the years 1 to 9999",
            ),
            (
                &[date("0001-01-01"), duration(-1, 0)],
                "R001: 0001-01-01 + P-1M lies outside of the years 1 to 9999",
            ),
        ],
    );
    fails(
        Operation::Subtract,
        &dates,
        &[(
            &[date("2024-01-31"), duration(0, 1)],
            "R005: a Date minus 1 millisecond; cast it to DateTime",
        )],
    );
    fails(
        Operation::Multiply,
        &spans,
        &[(
            &[month, json!(i64::MAX)],
            "R001: P1M * 9223372036854775807 does not fit a Duration",
        )],
    );
}
