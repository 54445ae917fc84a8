//! Queries about expressions: as conditions, columns, sort keys, and what aggregates are about.

use rand::rngs::SmallRng;
use serde_json::Map;

use super::super::graphs::Kind;
use super::expressions::{Expressions, Item, Sort};
use super::{Request, Variable, Writer};

/// A query with expressions at every place that may have one.
pub(in super::super) fn expressions(rng: &mut SmallRng) -> Request {
    let mut writer = Writer::new(rng);
    let (mut clauses, scope) = writer.small_pattern();
    for _ in 0..writer.choose(&[0, 0, 0, 0, 1, 1, 2]) {
        let condition = condition(&mut writer, &scope);
        clauses.push(format!("({condition})"));
    }
    if writer.chance(0.15) {
        // What a nested block asks about is only its own.
        let word = writer.choose(&["not", "exists"]);
        let (mut inner, mut all, mut budget) = (Vec::new(), scope.clone(), 1);
        writer.traversal(&mut inner, &mut all, &mut budget);
        let condition = Expressions::new(&mut writer, &all).of(Sort::Bool, 2);
        inner.push(format!("(${} is not null and {condition})", scope[0].name));
        let inner: String = inner.iter().map(|clause| format!("            {clause}\n")).collect();
        clauses.push(format!("{word} {{\n{inner}        }}"));
    }
    let distinct = writer.chance(0.15);
    let grouped = writer.chance(0.35);
    let (projections, order) = match grouped {
        true => aggregates(&mut writer, &scope),
        false => columns(&mut writer, &scope, distinct),
    };
    let having = writer.chance(if grouped { 0.4 } else { 0.05 }).then(|| match grouped {
        true => having(&mut writer, &scope, &projections),
        false => condition_on_columns(&mut writer, &projections),
    });
    let limited = writer.chance(0.2);
    let tail = match limited {
        true => writer.tail(),
        false => String::new(),
    };
    let clauses: String = clauses.iter().map(|clause| format!("        {clause}\n")).collect();
    let mut text = format!(
        "query q({}) {{\n    match {{\n{clauses}    }}\n    return {}{{ {} }}\n",
        writer.parameters.join(", "),
        if distinct { "distinct " } else { "" },
        projections.join(", ")
    );
    if let Some(having) = having {
        text += &format!("    having {{ {having} }}\n");
    }
    if !order.is_empty() {
        text += &format!("    order {{ {} }}\n", order.join(", "));
    }
    text += &tail;
    text += "}\n";
    Request {
        text,
        params: writer.params,
        ordered: !order.is_empty(),
        limited,
    }
}

/// A condition on groups, which reads columns and aggregates, those of no column among them.
fn having(writer: &mut Writer<'_>, scope: &[Variable], projections: &[String]) -> String {
    let mut write = Expressions::new(writer, scope);
    let one = aggregate(&mut write);
    let bound = write.choose(&["0", "1", "2", "10"]);
    let sign = write.choose(&[">", ">=", "<", "!="]);
    let mut condition = format!("{one} {sign} {bound}");
    if write.chance(0.4) {
        let word = write.choose(&["and", "or"]);
        let column = on_column(&mut write, projections);
        condition = format!("({condition} {word} {column})");
    }
    match write.chance(0.1) {
        true => format!("not {condition}"),
        false => condition,
    }
}

fn condition_on_columns(writer: &mut Writer<'_>, projections: &[String]) -> String {
    on_column(&mut Expressions::new(writer, &[]), projections)
}

/// A condition on a column, whatever its type.
fn on_column(write: &mut Expressions<'_, '_>, projections: &[String]) -> String {
    let column = write.choose(projections);
    let name = column.rsplit(' ').next().unwrap_or_default();
    format!("{name} {}", write.choose(&["is null", "is not null"]))
}

/// A direction, and where nulls go.
fn direction(write: &mut Expressions<'_, '_>) -> String {
    let direction = write.choose(&["", " asc", " desc"]);
    format!("{direction}{}", write.choose(&["", "", " nulls first", " nulls last"]))
}

/// What can be a clause, which a constant alone cannot.
fn condition(writer: &mut Writer<'_>, scope: &[Variable]) -> String {
    let condition = Expressions::new(writer, scope).of(Sort::Bool, 3);
    match condition.as_str() {
        "true" | "false" => format!("{condition} = true"),
        _ => condition,
    }
}

fn columns(writer: &mut Writer<'_>, scope: &[Variable], distinct: bool) -> (Vec<String>, Vec<String>) {
    let mut write = Expressions::new(writer, scope);
    let (mut projections, mut keys) = (Vec::new(), Vec::new());
    for number in 0..write.choose(&[1, 2, 2, 3]) {
        let sort = write.any();
        let value = write.of(sort, 3);
        projections.push(format!("({value}) as c{number}"));
        if Sort::ORDERED.contains(&sort) {
            keys.push(format!("c{number}"));
        }
        if sort == Sort::Integer && write.chance(0.3) {
            projections.push(format!("coalesce(c{number} % 10, -1) + 1 as d{number}"));
        }
    }
    let mut order = Vec::new();
    // Those of distinct rows are made of columns.
    if distinct && !keys.is_empty() && write.chance(0.5) {
        let key = write.choose(&keys);
        order.push(key + &direction(&mut write));
    }
    if !distinct && write.chance(0.5) {
        for _ in 0..write.choose(&[1, 1, 2]) {
            let sort = write.choose(&Sort::ORDERED);
            let key = write.of(sort, 2);
            // What is the same for all rows orders none, and neither does a search alone.
            let search = ["search(", "match_text(", "fuzzy("]
                .iter()
                .any(|word| key.starts_with(word));
            if !search && scope.iter().any(|one| key.contains(&format!("${}.", one.name))) {
                order.push(format!("({key}){}", direction(&mut write)));
            }
        }
    }
    (projections, order)
}

fn aggregates(writer: &mut Writer<'_>, scope: &[Variable]) -> (Vec<String>, Vec<String>) {
    let mut write = Expressions::new(writer, scope);
    let mut projections = Vec::new();
    let mut keys = Vec::new();
    for number in 0..write.choose(&[0, 1, 1, 2]) {
        let sort = write.choose(&Sort::ORDERED);
        let key = write.of(sort, 2);
        projections.push(format!("({key}) as g{number}"));
        keys.push(format!("g{number}"));
    }
    for number in 0..write.choose(&[1, 2, 2]) {
        let one = aggregate(&mut write);
        let value = match write.below(6) {
            0 => format!("{one} * 2"),
            1 => format!("if(count(*) > 1, {one}, null)"),
            2 => {
                let beside = write.small(1);
                format!("{one} + {beside}")
            }
            3 => format!("{one} / count(*)"),
            4 => format!("coalesce({one}, -1)"),
            _ => one,
        };
        projections.push(format!("({value}) as n{number}"));
        keys.push(format!("n{number}"));
        if write.chance(0.3) {
            keys.push(format!("(n{number} + 1)"));
        }
    }
    if write.chance(0.3) {
        let sort = write.choose(&Sort::ORDERED);
        let function = write.choose(&["min", "max"]);
        let value = write.of(sort, 2);
        projections.push(format!("{function}({value}) as m"));
        keys.push("m".to_owned());
    }
    if write.chance(0.2) {
        projections.push(format!("{} as l", collected(&mut write)));
    }
    if write.chance(0.15) {
        let function = write.choose(&["any", "all"]);
        let condition = write.of(Sort::Bool, 2);
        projections.push(format!("{function}({condition}) as b"));
        keys.push("b".to_owned());
    }
    let mut order = Vec::new();
    if write.chance(0.6) {
        for _ in 0..write.choose(&[1, 1, 2]) {
            let key = write.choose(&keys);
            order.push(key + &direction(&mut write));
        }
    }
    (projections, order)
}

/// One that gives a number.
fn aggregate(write: &mut Expressions<'_, '_>) -> String {
    let number = write.choose(&[Sort::Integer, Sort::Float]);
    match write.below(12) {
        0 => "count(*)".to_owned(),
        1 => {
            let sort = write.any();
            let value = write.of(sort, 2);
            format!("count({value})")
        }
        2 => {
            let sort = write.choose(&Sort::ORDERED);
            let value = write.of(sort, 2);
            format!("count(distinct {value})")
        }
        3 => {
            let variable = write.writer.choose(&write.scope);
            format!("count(distinct ${})", variable.name)
        }
        4 => format!("sum(distinct {})", write.of(number, 2)),
        5 => {
            let function = write.choose(&["min", "max"]);
            format!("{function}({})", write.small(2))
        }
        6 | 7 => {
            let distinct = write.choose(&["", "", "distinct "]);
            let value = write.of(number, 2);
            match write.below(4) {
                0 => format!("stddev({distinct}{value})"),
                1 => format!("variance({distinct}{value})"),
                2 => format!("median({distinct}{value})"),
                _ => format!(
                    "percentile({distinct}{value}, {})",
                    write.choose(&["0", "0.25", "0.9", "1"])
                ),
            }
        }
        8 => format!("size({})", collected(write)),
        9 => ordered(write, number),
        _ => {
            let function = write.choose(&["sum", "avg"]);
            format!("{function}({})", write.of(number, 2))
        }
    }
}

/// The values of a group in a list.
fn collected(write: &mut Expressions<'_, '_>) -> String {
    let sort = write.choose(&Sort::ORDERED);
    let value = write.of(sort, 2);
    let distinct = write.choose(&["", "", "distinct "]);
    let order = inner_order(write);
    let limit = write.choose(&["", "", " limit 0", " limit 1", " limit 3"]);
    format!("collect({distinct}{value}{order}{limit})")
}

/// The value of one row of a group.
fn ordered(write: &mut Expressions<'_, '_>, sort: Sort) -> String {
    let value = write.of(sort, 2);
    if write.chance(0.5) {
        return format!("first({value}{})", inner_order(write));
    }
    let by = write.choose(&Sort::ORDERED);
    let by = write.of(by, 2);
    format!("{}({value}, {by})", write.choose(&["arg_min", "arg_max"]))
}

fn inner_order(write: &mut Expressions<'_, '_>) -> String {
    let variable = write.writer.choose(&write.scope);
    let sort = write.choose(&Sort::ORDERED);
    let key = write.of(sort, 2);
    // What is the same for all rows orders none.
    match write.chance(0.6) && key.contains(&format!("${}.", variable.name)) {
        true => format!(" order {{ ({key}){} }}", direction(write)),
        false => String::new(),
    }
}

/// All rows of a pattern, then those for which a condition is true, its negation is, it is unknown, and it is not untrue.
pub(in super::super) fn thirds(rng: &mut SmallRng) -> [Request; 5] {
    let mut writer = Writer::new(rng);
    // What is skipped is no condition that has a negation.
    writer.skips = false;
    let (clauses, scope) = writer.small_pattern();
    let condition = condition(&mut writer, &scope);
    let clauses: String = clauses.iter().map(|clause| format!("        {clause}\n")).collect();
    let ids: Vec<String> = scope.iter().map(|one| format!("${0}.id as {0}", one.name)).collect();
    let forms = [
        String::new(),
        format!("        ({condition})\n"),
        format!("        (not ({condition}))\n"),
        format!("        (({condition}) is null)\n"),
        format!("        (not (not ({condition})))\n"),
    ];
    forms.map(|form| writer.request(&format!("{clauses}{form}"), &ids.join(", ")))
}

/// Pairs of columns that are equal whatever is in them.
pub(in super::super) fn pairs(rng: &mut SmallRng) -> Request {
    let mut writer = Writer::new(rng);
    writer.skips = false;
    let (clauses, scope) = writer.small_pattern();
    let mut write = Expressions::new(&mut writer, &scope);
    let sort = write.any();
    let (x, y) = (write.of(sort, 2), write.of(sort, 2));
    let (item, list) = write.item_and_list(2);
    let condition = write.of(Sort::Bool, 2);
    let columns = [
        format!("coalesce({x}, {y})"),
        format!("case when {x} is not null then {x} else {y} end"),
        format!("({item} in {list})"),
        format!("list_contains({list}, {item})"),
        format!("({item} not in {list})"),
        format!("(not ({list} contains {item}))"),
        format!("if({condition}, {x}, {y})"),
        format!("case when {condition} then {x} else {y} end"),
        format!("({condition} or not {condition} or {condition} is null)"),
        "true".to_owned(),
    ];
    let columns = columns
        .iter()
        .enumerate()
        .map(|(number, column)| format!("({column}) as c{number}"));
    let clauses: String = clauses.iter().map(|clause| format!("        {clause}\n")).collect();
    let columns: Vec<String> = columns.collect();
    writer.request(&clauses, &columns.join(", "))
}

impl Writer<'_> {
    /// One or two nodes, linked or not, and perhaps an edge.
    fn small_pattern(&mut self) -> (Vec<String>, Vec<Variable>) {
        let (mut clauses, mut scope, mut budget) = (Vec::new(), Vec::new(), 4);
        while scope.is_empty() {
            self.binding(&mut clauses, &mut scope, &mut budget);
            budget = 3;
        }
        if self.chance(0.4) {
            self.traversal(&mut clauses, &mut scope, &mut budget);
        }
        if self.chance(0.2) {
            self.binding(&mut clauses, &mut scope, &mut budget);
        }
        (clauses, scope)
    }

    /// `limit`, `offset` or both, by numbers or parameters.
    fn tail(&mut self) -> String {
        let mut tail = String::new();
        for (word, likely) in [("limit", 0.8), ("offset", 0.4)] {
            if !self.chance(likely) {
                continue;
            }
            let number = self.choose(&[0, 1, 3, 5]);
            tail += &match self.chance(0.3) {
                true => {
                    let name = format!("{word}_{}", self.parameters.len());
                    self.parameters.push(format!("${name}: I64"));
                    self.params.insert(name.clone(), number.into());
                    format!("    {word} ${name}\n")
                }
                false => format!("    {word} {number}\n"),
            };
        }
        tail
    }

    /// What neither orders nor limits its rows.
    fn request(&self, clauses: &str, projections: &str) -> Request {
        Request {
            text: format!(
                "query q({}) {{\n    match {{\n{clauses}    }}\n    return {{ {projections} }}\n}}\n",
                self.parameters.join(", ")
            ),
            params: self.params.clone(),
            ordered: false,
            limited: false,
        }
    }

    /// Literals, or a parameter.
    pub(super) fn list_of(&mut self, item: Item) -> String {
        let kind = match item {
            Item::Integer => self.choose(&[Kind::I64, Kind::I32, Kind::U32]),
            Item::Float => self.choose(&[Kind::F64, Kind::F32]),
            Item::Text => Kind::Text,
            Item::Date => Kind::Date,
        };
        let values: Vec<serde_json::Value> = (0..self.choose(&[0, 1, 2, 2, 3]))
            .map(|_| kind.value(self.rng))
            .collect();
        // Neither has a place in a literal list: one is no literal, the other one is no F32.
        let awkward = |value: &serde_json::Value| {
            value.as_i64() == Some(i64::MIN) || value.as_f64().is_some_and(|number| number.abs() > 1e38)
        };
        if self.chance(0.4) || values.is_empty() || values.iter().any(awkward) {
            let name = format!("l{}", self.parameters.len());
            self.parameters.push(format!("${name}: [{}]", kind.word()));
            self.params.insert(name.clone(), values.into());
            return format!("${name}");
        }
        let literals = values.iter().map(|value| match item {
            Item::Date => format!("date({value})"),
            _ => value.to_string(),
        });
        format!("[{}]", literals.collect::<Vec<_>>().join(", "))
    }

    pub(super) fn new(rng: &mut SmallRng) -> Writer<'_> {
        Writer {
            rng,
            names: 0,
            parameters: Vec::new(),
            params: Map::new(),
            values: Vec::new(),
            found: Vec::new(),
            skips: true,
            blocks: true,
            most: 4,
            things: false,
        }
    }
}
