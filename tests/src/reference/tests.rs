use omnigraph_model::vocabulary::functions::SCALAR_FUNCTIONS;
use serde_json::{Map, Value as Json, json};

use super::Model;
use crate::compile::{parse_query, read_catalog};

const SCHEMA: &str = "node Item {\n    n: I64?\n    w: U64?\n    f: F32?\n    s: String?\n    tags: [String]?\n}\n\
                      edge Link: Item -> Item\n";

/// 2024-02-29T13:14:15.016Z
const NOW: i64 = 1_709_212_455_016;

fn model(lines: &[Json]) -> Model {
    let lines: Vec<String> = lines.iter().map(Json::to_string).collect();
    Model::from_lines(read_catalog(SCHEMA), &lines.join("\n")).expect("a graph")
}

fn rows(model: &Model, clauses: &str, results: &str) -> Result<Vec<Json>, String> {
    let query = parse_query(&format!("query q() {{ match {{ {clauses} }} return {results} }}"))?;
    let answer = model.read(&query, &Map::new(), NOW, true)?;
    Ok(answer
        .rows
        .into_iter()
        .map(|row| row.into_iter().map(|(_, cell)| cell).collect())
        .collect())
}

/// What an expression without variables gives.
fn value(expression: &str) -> Result<Json, String> {
    let rows = rows(&model(&[]), "1 = 1", &format!("{{ ({expression}) as x }}"))?;
    Ok(rows[0][0].clone())
}

#[test]
fn functions_give_what_their_examples_say() {
    for function in SCALAR_FUNCTIONS {
        let wanted: Json = serde_json::from_str(function.result).expect("a result is JSON");
        assert_eq!(value(function.example), Ok(wanted), "{}", function.example);
    }
}

#[test]
fn expressions_have_the_values_of_the_specification() {
    let cases = [
        ("1 + 2 * 3 - -4", json!(11)),
        ("7 % 3 + -7 % 3", json!(0)),
        ("7 / 2", json!(3.5)),
        ("1 / 0", Json::Null),
        ("1.5 % 0", Json::Null),
        ("div(7, 0)", Json::Null),
        ("1e308 * 10", Json::Null),
        ("\"a\" || \"b\" || \"c\"", json!("abc")),
        ("\"a\" || null", Json::Null),
        ("null and false", json!(false)),
        ("null or true", json!(true)),
        ("not (null = 1)", Json::Null),
        ("null = 1 or 1 = 1 and 2 = 2", json!(true)),
        ("1 in [2, null]", Json::Null),
        ("1 in [1, null]", json!(true)),
        ("1 not in [2, 3]", json!(true)),
        ("[1, 2] = [1, 2.0]", json!(true)),
        ("[1, null] = [2, 3]", json!(false)),
        ("[1, null] = [1, 3]", Json::Null),
        ("[1, null] != [1]", json!(true)),
        (
            "\"abc\" matches \"^a\" and \"abc\" ends_with \"c\" and \"abc\" contains \"b\"",
            json!(true),
        ),
        ("null is null and 1 is not null", json!(true)),
        ("case when 1 = 2 then 1 when null = 1 then 2 else 2.5 end", json!(2.5)),
        ("case when 1 = 1 then 1 else 2.5 end", json!(1.0)),
        ("case when 1 = 2 then 1 end", Json::Null),
        ("if(0 = 0, 0, 9223372036854775807 + 1)", json!(0)),
        ("coalesce(null, 3, 9223372036854775807 + 1)", json!(3)),
        ("nullif(3, 3.0)", Json::Null),
        ("nullif(3, 4)", json!(3)),
        ("[1, 2, 3][1]", json!(2)),
        ("[1, 2, 3][-1]", Json::Null),
        ("[1, 2, 3][1..]", json!([2, 3])),
        ("\"süßes\"[1..3]", json!("üß")),
        ("\"abc\"[5..9]", json!("")),
        ("[$x * 2 for $x in [1, 2, null, 4] if $x != 2]", json!([2, 8])),
        ("[$x for $x in [1, null]]", json!([1, null])),
        ("date(\"2024-01-31\") + months(1)", json!("2024-02-29")),
        ("date(\"2024-01-31\") + months(1) + months(1)", json!("2024-03-29")),
        ("date(\"2024-03-31\") - months(1) + days(1)", json!("2024-03-01")),
        ("months(13) + days(1) + hours(-30)", json!("P1Y1MT-6H")),
        (
            "datetime(\"2024-02-29T12:00:00Z\") - hours(13)",
            json!("2024-02-28T23:00:00.000Z"),
        ),
        ("date(\"2024-03-01\") - date(\"2024-02-28\")", json!("P2D")),
        ("days(1) = hours(24)", json!(true)),
        ("months(1) = days(30)", Json::Null),
        ("months(1) != months(2)", json!(true)),
        ("days(1) * 3 = -days(-3)", json!(true)),
        ("today()", json!("2024-02-29")),
        ("now()", json!("2024-02-29T13:14:15.016Z")),
        ("trunc(\"week\", date(\"2024-03-03\"))", json!("2024-02-26")),
        (
            "trunc(\"hour\", datetime(\"1969-12-31T23:59:59.999Z\"))",
            json!("1969-12-31T23:00:00.000Z"),
        ),
        (
            "week(date(\"2021-01-03\")) * 100 + day_of_week(date(\"2021-01-03\"))",
            json!(5307),
        ),
        ("round(2.675, 2)", json!(2.67)),
        ("round(-2.5)", json!(-3.0)),
        ("round(0.5)", json!(1.0)),
        ("round(1234.5, -2)", json!(1200.0)),
        ("round(150, -2)", json!(200)),
        ("round(-149, -2)", json!(-100)),
        ("round(9.99, 1)", json!(10.0)),
        ("round(1e300, 3)", json!(1e300)),
        ("cast(\"-12\" as I32)", json!(-12)),
        ("cast(-2.9 as I64)", json!(-2)),
        ("cast(0.1 as F32)", json!(0.10000000149011612)),
        ("cast(0.1 as F32) = 0.1", json!(true)),
        ("cast(2.5 as String) || cast(true as String)", json!("2.5true")),
        (
            "cast(date(\"2024-02-29\") as DateTime)",
            json!("2024-02-29T00:00:00.000Z"),
        ),
        ("cast(datetime(\"1969-12-31T23:00:00Z\") as Date)", json!("1969-12-31")),
        ("cast([1, 2] as [String])", json!(["1", "2"])),
        ("try_cast(\"x\" as I64)", Json::Null),
        ("try_cast([\"1\", \"x\"] as [I64])", json!([1, null])),
        ("list_sum([1.5, 2])", json!(3.5)),
        ("list_sort([3, null, 1])", json!([null, 1, 3])),
        ("range(3, 1, -1)", json!([3, 2, 1])),
        ("concat(\"a\", null)", json!("a")),
        ("least(null, 2, 1.5)", json!(1.5)),
        ("parse_date(\"30.02.2024\", \"%d.%m.%Y\")", Json::Null),
        (
            "format(datetime(\"2024-02-29T13:14:15.016Z\"), \"%H:%M:%S.%3f %j %V %u %%\")",
            json!("13:14:15.016 060 09 4 %"),
        ),
        ("upper(\"ß\") || lower(\"ÀΣ\")", json!("SSàς")),
    ];
    for (expression, wanted) in cases {
        assert_eq!(value(expression), Ok(wanted), "{expression}");
    }
}

#[test]
fn failures_have_codes() {
    let cases = [
        ("9223372036854775807 + 1", "R001"),
        ("-9223372036854775807 - 2", "R001"),
        ("4611686018427387904 * 2", "R001"),
        ("abs(-9223372036854775807 - 1)", "R001"),
        ("div(-9223372036854775807 - 1, -1)", "R001"),
        ("date(\"9999-12-31\") + days(1)", "R001"),
        ("date(\"0001-01-01\") - months(1)", "R001"),
        ("years(9223372036854775807)", "R001"),
        ("date(\"2024-01-01\") + hours(3)", "R005"),
        ("cast(\"x\" as I64)", "R002"),
        ("cast(300 as U32) + cast(-1 as U32)", "R002"),
        ("cast(1e300 as F32)", "R002"),
        ("cast(\"2024-02-30\" as Date)", "R002"),
        ("1 = 2 or 9223372036854775807 + 1 = 0", "R001"),
    ];
    let model = model(&[]);
    for (expression, code) in cases {
        let query = parse_query(&format!(
            "query q() {{ match {{ 1 = 1 }} return {{ ({expression}) as x }} }}"
        ));
        let reading = model.try_read(&query.expect("a query"), &Map::new(), NOW, true);
        let reading = reading.expect("a query of the language");
        assert_eq!((reading.answer, reading.codes), (None, [code].into()), "{expression}");
    }
    // What one operand decides is true whether the other one is evaluated or not.
    let query = parse_query("query q() { match { 1 = 1 or 9223372036854775807 + 1 = 0 } return { 1 as x } }");
    let reading = model.try_read(&query.expect("a query"), &Map::new(), NOW, true);
    let reading = reading.expect("a query of the language");
    assert_eq!(reading.answer.map(|answer| answer.rows.len()), Some(1));
    assert_eq!(reading.codes, ["R001"].into());
}

#[test]
fn rows_are_filtered_grouped_and_ordered_by_expressions() {
    let item = |id: &str, data: Json| {
        let mut data = data;
        data["id"] = id.into();
        json!({ "type": "Item", "data": data })
    };
    let model = model(&[
        item("a", json!({ "n": 1, "s": "x", "f": 0.1, "tags": ["q"] })),
        item("b", json!({ "n": 2, "s": "x", "w": 18_446_744_073_709_551_615_u64 })),
        item("c", json!({ "s": "yy", "tags": [] })),
        json!({ "edge": "Link", "from": "a", "to": "b" }),
        json!({ "edge": "Link", "from": "a", "to": "c" }),
    ]);
    let rows = |clauses: &str, results: &str| rows(&model, clauses, results).expect("a query");
    assert_eq!(
        rows("$p: Item  $p.n is null or $p.n > 1", "{ $p.id }"),
        [json!(["b"]), json!(["c"])]
    );
    assert_eq!(rows("$p: Item  not ($p.n = 2)", "{ $p.id }"), [json!(["a"])]);
    assert_eq!(rows("$p: Item  $p.f = 0.1", "{ $p.id }"), [json!(["a"])]);
    assert_eq!(
        rows("$p: Item  $q: Item  $p != $q  $p link $q", "{ $q.id }"),
        [json!(["b"]), json!(["c"])]
    );
    assert_eq!(
        rows("$p: Item", "{ $p.id } order { length($p.s) desc, coalesce(-$p.n, 0) }"),
        [json!(["c"]), json!(["b"]), json!(["a"])]
    );
    assert_eq!(
        rows(
            "$p: Item",
            "{ count(*) + length($p.s) as n, count(distinct $p.s) as d, count($p.n) as k } order { n desc }"
        ),
        [json!([3, 1, 2]), json!([3, 1, 0])]
    );
    let distinct = |results: &str| rows("$p: Item", &format!("distinct {{ {results} }}"));
    assert_eq!(distinct("$p.s"), [json!(["x"]), json!(["yy"])]);
    assert_eq!(
        distinct("coalesce($p.n, 9) > 1 as late, null is null as yes } order { late desc"),
        [json!([true, true]), json!([false, true])]
    );
    assert_eq!(
        rows("$p: Item  $p.n > 5", "{ count(*) as n, sum($p.n) / count($p) as mean }"),
        [json!([0, null])]
    );
    assert_eq!(
        rows("$p: Item  $p.w is not null", "{ $p.w - 1 as w }"),
        [json!([18_446_744_073_709_551_614_u64])]
    );
    assert_eq!(
        rows(
            "$p: Item  \"q\" in $p.tags",
            "{ [$t || $p.id for $t in $p.tags] as x, $p.n + 1 as m, m * 2 as k }"
        ),
        [json!([["qa"], 2, 4])]
    );
}
