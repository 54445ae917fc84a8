//! Each function of scalar values by the table of the vocabulary: its example is accepted and in style, and it is refused other
//! numbers and types of arguments, at the place of what is wrong.

#[path = "query/support.rs"]
mod support;

use omnigraph_grammar::Language;
use omnigraph_grammar::format::format;
use omnigraph_model::vocabulary::functions::{Argument, Parameter, SCALAR_FUNCTIONS, ScalarFunction};
use support::{File, check_file};

fn query(expression: &str) -> String {
    format!("query q() {{\n    match {{\n        $p: Person\n    }}\n    return {{ ({expression}) as x }}\n}}\n")
}

fn checked(expression: &str) -> File {
    check_file(&query(expression), &support::lab())
}

#[test]
fn examples_are_accepted() {
    for function in SCALAR_FUNCTIONS {
        let file = checked(function.example);
        assert!(
            file.findings.is_empty(),
            "{}: {}",
            function.example,
            file.findings[0].line
        );
        assert!(file.queries[0].1.plan.is_some(), "{}", function.example);
    }
}

#[test]
fn examples_are_in_style() {
    for function in SCALAR_FUNCTIONS {
        let text = query(function.example);
        assert_eq!(format(Language::Query, &text, 200).text, text);
        let spaced = text.replace('(', " ( ").replace(',', " , ");
        let formatted = format(Language::Query, &spaced, 200).text;
        // Texts hold such signs, too.
        if !function.example.contains('"') {
            assert_eq!(formatted, text, "{spaced}");
        }
    }
}

/// A value of the type that an argument wants.
fn right(argument: Argument) -> &'static str {
    match argument {
        Argument::Text => "$p.name",
        Argument::Pattern => "\"[a-z]\"",
        Argument::Unit => "\"month\"",
        Argument::DateFormat => "\"%Y\"",
        Argument::Bool => "($p.age > 3)",
        Argument::Integer | Argument::Number | Argument::Comparable => "$p.age",
        Argument::Moment => "$p.joined",
        Argument::DateTime => "now()",
        Argument::List | Argument::Texts | Argument::Sequence => "$p.tags",
        Argument::Numbers | Argument::Ordered => "[$p.age, 1]",
        Argument::Vector => "cast([1.0, 2.0] as [F32])",
        Argument::Item => "\"a\"",
    }
}

/// Values of types that an argument does not take.
fn wrong(argument: Argument) -> &'static [&'static str] {
    match argument {
        Argument::Text | Argument::Pattern | Argument::Unit | Argument::DateFormat => &["$p.age", "$p.tags", "$p"],
        Argument::Bool => &["$p.age", "$p.name", "$p"],
        Argument::Integer => &["$p.name", "$p.score", "$p.tags", "$p"],
        Argument::Number => &["$p.name", "$p.joined", "$p.tags", "$p"],
        Argument::Moment => &["$p.age", "$p.name", "days(1)", "$p"],
        Argument::DateTime => &["$p.age", "$p.joined", "$p"],
        Argument::List | Argument::Ordered => &["$p.age", "$p.name", "$p"],
        Argument::Texts => &["$p.name", "[1, 2]", "$p"],
        Argument::Numbers => &["$p.age", "$p.tags", "$p"],
        Argument::Sequence => &["$p.age", "$p.joined", "$p"],
        Argument::Vector => &["$p.age", "$p.tags", "$p"],
        Argument::Comparable => &["$p.tags", "days(1)", "$p"],
        Argument::Item => &["$p.age", "$p.tags", "$p"],
    }
}

fn called(function: &ScalarFunction, arguments: &[&str]) -> String {
    format!("{}({})", function.name, arguments.join(", "))
}

/// What is told of a call, and where: the column in the line of the expression.
fn told(call: &str) -> Vec<(usize, String)> {
    let lines = checked(call).findings.into_iter().map(|finding| {
        let (place, rest) = finding.line.split_once(' ').expect("a place");
        let (line, column) = place.split_once(':').expect("a line and a column");
        assert_eq!(line, "5", "{call}: {}", finding.line);
        let column: usize = column.parse().expect("a column");
        (column - "    return { (".len(), rest.to_owned())
    });
    lines.collect()
}

#[test]
fn other_arguments_are_refused() {
    for function in SCALAR_FUNCTIONS {
        let parameters: &[Parameter] = function.parameters;
        let all: Vec<&str> = parameters.iter().map(|parameter| right(parameter.argument)).collect();
        let least = &all[..function.least()];
        for arguments in [least, &all] {
            let call = called(function, arguments);
            assert_eq!(told(&call), [], "{call}");
        }
        let mut numbers = Vec::new();
        if let Some(fewer) = function.least().checked_sub(1) {
            numbers.push(all[..fewer].to_vec());
        }
        if function.most().is_some() {
            numbers.push([&all[..], &["1"]].concat());
        }
        assert!(!numbers.is_empty());
        for arguments in numbers {
            let call = called(function, &arguments);
            let told = told(&call);
            assert!(told.len() == 1 && told[0].1.starts_with("T42 "), "{call}: {told:?}");
        }
        for (index, parameter) in parameters.iter().enumerate() {
            for other in wrong(parameter.argument) {
                let mut arguments = all.clone();
                arguments[index] = other;
                let call = called(function, &arguments);
                let place = called(function, &arguments[..index]).len() + if index > 0 { 2 } else { 0 };
                let told = told(&call);
                let families = ["T43 ", "T44 ", "T57 ", "T7.", "T60 "];
                let known = told
                    .iter()
                    .any(|(_, line)| families.iter().any(|code| line.starts_with(code)));
                assert!(known, "{call}: {told:?}");
                assert!(
                    told.iter().any(|(column, _)| *column == place),
                    "{call}: {place}, {told:?}"
                );
            }
        }
    }
}
