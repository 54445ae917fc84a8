//! What a name stands for, in Markdown.

use omnigraph_compiler::catalog::{Bound, Catalog, Property};
use omnigraph_compiler::db::{SourceFile, check_query, parse_query_item};
use omnigraph_compiler::diagnostic::DeclarationKind;
use omnigraph_compiler::query::variables;
use omnigraph_compiler::types::{Scalar, Type, Value};
use omnigraph_grammar::query::ast;

use super::names::{Occurrence, Owner, Symbol, owner_of};
use super::{Ide, Part, references, words};

/// The hover of an occurrence.
pub fn describe(ide: &Ide<'_>, file: SourceFile, part: Part<'_>, occurrence: &Occurrence) -> Option<String> {
    match &occurrence.symbol {
        Symbol::Type(kind, name) => of_type(ide, &(*kind, name.clone())),
        Symbol::Property(owner, name) => {
            let comment = comment_of(ide, file, part, &occurrence.symbol);
            of_property(ide, owner, name).map(|text| text + &comment)
        }
        Symbol::End(edge, end) => {
            let edge = ide.catalog().edge(edge)?.clone();
            let to = if end == "from" { &edge.from } else { &edge.to };
            Some(format!(
                "{}The id of the `{to}` node at this end.",
                code(&format!("{}.{end}: {to}", edge.name), "pg")
            ))
        }
        Symbol::EnumValue((_, owner), property, value) => {
            Some(format!("{}A value of `{owner}.{property}`.", code(value, "pg")))
        }
        Symbol::Variable(name, index) => of_variable(ide, part, name, *index),
        Symbol::Parameter(name) => {
            let tree = parse_query_item(ide.db, part.text).tree.clone()?;
            let parameter = tree.parameters.iter().find(|parameter| parameter.name.text == *name)?;
            let shown = parameter_type(parameter);
            Some(format!(
                "{}{}",
                code(&format!("${name}: {shown}"), "gq"),
                json_form(parameter)
            ))
        }
        Symbol::Alias(name) => Some(format!("{}A column of the result.", code(name, "gq"))),
        Symbol::Query(name) => of_query(ide, file, part, name),
        Symbol::Function(name) => {
            let (_, signature, sentence) = words::find(&words::FUNCTIONS, name)?;
            Some(format!("{}{sentence}", code(signature, "gq")))
        }
        Symbol::Annotation(name) => {
            let (_, _, sentence) = words::find(&words::ANNOTATIONS, name)?;
            Some(format!("{}{sentence}", code(&format!("@{name}"), "pg")))
        }
        Symbol::Scalar(name) => {
            let (_, json, sentence) = words::find(&words::SCALARS, name)?;
            Some(format!("{}{sentence} In JSON: `{json}`.", code(name, "pg")))
        }
    }
}

fn code(text: &str, language: &str) -> String {
    format!("```{language}\n{text}\n```\n")
}

/// The comment lines directly above the start of an item or a member.
pub fn comment_above(text: &str, start: u32) -> Option<String> {
    let before = &text[..start as usize];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    if !before[line_start..].trim().is_empty() {
        return None;
    }
    let mut lines: Vec<&str> = Vec::new();
    for line in before[..line_start].lines().rev() {
        match line.trim().strip_prefix("//") {
            Some(comment) => lines.push(comment.trim()),
            None => break,
        }
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn comment_of(ide: &Ide<'_>, file: SourceFile, part: Part<'_>, symbol: &Symbol) -> String {
    let declared = references::declarations(ide, file, part, symbol);
    let comment = declared.first().and_then(|declared| {
        let text = declared.place.file.text(ide.db);
        comment_above(text, declared.place.span.start)
    });
    comment.map_or(String::new(), |comment| format!("\n\n---\n{comment}"))
}

/// A type's declaration as the catalog has it.
pub fn of_type(ide: &Ide<'_>, owner: &Owner) -> Option<String> {
    let catalog = ide.catalog();
    let (head, annotations) = match owner.0 {
        DeclarationKind::Node => {
            let node = catalog.node(&owner.1)?;
            let implements = match node.implements.as_slice() {
                [] => String::new(),
                list => format!(" implements {}", list.join(", ")),
            };
            (format!("node {}{implements}", node.name), node.annotations.clone())
        }
        DeclarationKind::Edge => {
            let edge = catalog.edge(&owner.1)?;
            let most = edge.cardinality.max.map_or(String::new(), |max| max.to_string());
            let card = match (edge.cardinality.min, edge.cardinality.max) {
                (0, None) => String::new(),
                (min, _) => format!(" @card({min}..{most})"),
            };
            (
                format!("edge {}: {} -> {}{card}", edge.name, edge.from, edge.to),
                edge.annotations.clone(),
            )
        }
        DeclarationKind::Interface => (
            format!("interface {}", catalog.interfaces.get(&owner.1)?.name),
            Vec::new(),
        ),
    };
    let properties = ide.properties(owner);
    let shown = properties
        .iter()
        .take(12)
        .map(|p| format!("    {}: {}{}\n", p.name, p.ty, marks(&catalog, owner, p)));
    let more = match properties.len() {
        count if count > 12 => format!("    // and {} more\n", count - 12),
        _ => String::new(),
    };
    let body = match properties.is_empty() {
        true => String::new(),
        false => format!(" {{\n{}{more}}}", shown.collect::<String>()),
    };
    let mut text = code(&format!("{head}{body}"), "pg");
    for annotation in annotations.iter().filter(|annotation| annotation.name == "description") {
        text.push_str(annotation.value.as_deref().unwrap_or(""));
    }
    let declared = ide.schema().and_then(|schema| {
        let part = ide
            .parts(schema)
            .find(|part| part.item.name.as_ref().is_some_and(|name| name.text == owner.1))?;
        comment_above(schema.text(ide.db), part.item.span.start)
    });
    if let Some(comment) = declared {
        text.push_str(&format!("\n\n---\n{comment}"));
    }
    Some(text)
}

/// The constraints of a property, as one would write them.
fn marks(catalog: &Catalog, owner: &Owner, property: &Property) -> String {
    let name = &property.name;
    let alone = |sets: &[Vec<String>]| sets.iter().any(|set| set.len() == 1 && set[0] == *name);
    let mut marks = String::new();
    let (unique, indexes) = match owner.0 {
        DeclarationKind::Node => match catalog.node(&owner.1) {
            Some(node) => {
                if node.key.contains(name) {
                    marks.push_str(" @key");
                }
                (node.unique.clone(), node.indexes.clone())
            }
            None => Default::default(),
        },
        DeclarationKind::Edge => match catalog.edge(&owner.1) {
            Some(edge) => (edge.unique.clone(), edge.indexes.clone()),
            None => Default::default(),
        },
        DeclarationKind::Interface => Default::default(),
    };
    if alone(&unique) {
        marks.push_str(" @unique");
    }
    if alone(&indexes) && !marks.contains("@key") {
        marks.push_str(" @index");
    }
    if let Some(node) = catalog.node(&owner.1).filter(|_| owner.0 == DeclarationKind::Node) {
        let bound = |bound: &Option<Bound>| match bound {
            Some(Bound::Integer(value)) => value.to_string(),
            Some(Bound::Float(value)) => value.to_string(),
            None => String::new(),
        };
        for range in node.ranges.iter().filter(|range| range.property == *name) {
            marks.push_str(&format!(" @range({}..{})", bound(&range.min), bound(&range.max)));
        }
        for check in node.checks.iter().filter(|check| check.property == *name) {
            marks.push_str(&format!(" @check({:?})", check.pattern));
        }
    }
    marks
}

pub fn of_property(ide: &Ide<'_>, owner: &Owner, name: &str) -> Option<String> {
    let property = ide.property(owner, name)?;
    let catalog = ide.catalog();
    let marks = marks(&catalog, owner, &property);
    let mut text = code(&format!("{}.{name}: {}{marks}", owner.1, property.ty), "pg");
    if let Some(description) = &property.description {
        text.push_str(&format!("{description}\n\n"));
    }
    text.push_str(match marks.contains("@key") || marks.contains("@index") {
        true => "Indexed.",
        false => "Not indexed.",
    });
    if let Some(default) = &property.default {
        text.push_str(&format!(" Default: `{}`.", value(default)));
    }
    Some(text)
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Unsigned(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::String(value) => format!("{value:?}"),
        Value::Date(days) => omnigraph_compiler::temporal::print_date(*days),
        Value::DateTime(instant) => omnigraph_compiler::temporal::print_datetime(*instant),
        Value::List(_) | Value::Vector(_) => "a list".to_owned(),
    }
}

fn of_variable(ide: &Ide<'_>, part: Part<'_>, name: &str, index: usize) -> Option<String> {
    let tree = parse_query_item(ide.db, part.text).tree.clone()?;
    let variables = variables(&tree, &ide.names());
    let Some(entity) = variables.list.get(index)?.entity.as_ref() else {
        return Some(format!("{}Its type is not known.", code(&format!("${name}"), "gq")));
    };
    let owner = owner_of(entity);
    let shown = match owner.0 {
        DeclarationKind::Edge => format!("${name}: edge {}", owner.1),
        _ => format!("${name}: {}", owner.1),
    };
    Some(format!(
        "{}\n{}",
        code(&shown, "gq"),
        of_type(ide, &owner).unwrap_or_default()
    ))
}

/// The type of a parameter as it is written.
pub fn parameter_type(parameter: &ast::Parameter) -> String {
    let ty = &parameter.ty;
    let size = ty.size.as_ref().map_or(String::new(), |(size, _)| format!("({size})"));
    let core = match ty.list {
        true => format!("[{}]", ty.name.text),
        false => format!("{}{size}", ty.name.text),
    };
    format!("{core}{}", if parameter.optional { "?" } else { "" })
}

fn json_form(parameter: &ast::Parameter) -> String {
    let Some((_, json, _)) = words::find(&words::SCALARS, &parameter.ty.name.text) else {
        return String::new();
    };
    let form = if parameter.ty.list {
        format!("[{json}]")
    } else {
        (*json).to_owned()
    };
    let optional = if parameter.optional {
        " It may be left out, or `null`."
    } else {
        ""
    };
    format!("In JSON: `{{\"{}\": {form}}}`.{optional}", parameter.name.text)
}

/// The head of a query.
pub fn signature(tree: &ast::Query) -> String {
    let parameters: Vec<String> = tree
        .parameters
        .iter()
        .map(|parameter| format!("${}: {}", parameter.name.text, parameter_type(parameter)))
        .collect();
    format!("query {}({})", tree.name.text, parameters.join(", "))
}

fn of_query(ide: &Ide<'_>, file: SourceFile, part: Part<'_>, _: &str) -> Option<String> {
    let tree = parse_query_item(ide.db, part.text).tree.clone()?;
    let mut text = code(&signature(&tree), "gq");
    if let Some(descriptor) = &check_query(ide.db, ide.project, part.text).descriptor {
        let touched = |list: &[omnigraph_compiler::ir::Touched]| {
            list.iter()
                .map(|touched| format!("`{}`", touched.type_name))
                .collect::<Vec<_>>()
                .join(", ")
        };
        if !descriptor.result.is_empty() {
            text.push_str("Returns:\n");
            for column in &descriptor.result {
                let optional = if column.nullable { "?" } else { "" };
                text.push_str(&format!("- `{}`: {}{optional}\n", column.name, column.kind));
            }
        }
        text.push_str(&format!("\nReads {}.", touched(&descriptor.reads)));
        if !descriptor.writes.is_empty() {
            text.push_str(&format!(" Writes {}.", touched(&descriptor.writes)));
        }
    }
    if let Some(comment) = comment_above(file.text(ide.db), part.item.span.start) {
        text.push_str(&format!("\n\n---\n{comment}"));
    }
    Some(text)
}

/// A literal that has this type, to start from.
pub fn sample(ty: &Type) -> String {
    let one = match (&ty.enum_values, ty.scalar) {
        (Some(values), _) => format!("\"{}\"", values.first().map_or("", String::as_str)),
        (None, Scalar::Bool) => "true".to_owned(),
        (None, Scalar::Date) => "date(\"2026-01-31\")".to_owned(),
        (None, Scalar::DateTime) => "datetime(\"2026-01-31T12:00:00Z\")".to_owned(),
        (None, scalar) if scalar.is_integer() => "0".to_owned(),
        (None, scalar) if scalar.is_float() => "0.0".to_owned(),
        _ => "\"\"".to_owned(),
    };
    if ty.list { format!("[{one}]") } else { one }
}
