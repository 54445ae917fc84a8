//! What a name stands for, in Markdown.

use omnigraph_compiler::db::{SourceFile, check_query, parse_query_item, parse_schema_item, project_fragments};
use omnigraph_compiler::query::variables;
use omnigraph_compiler::settings::DEFAULT_WIDTH;
use omnigraph_grammar::format::format;
use omnigraph_grammar::query::ast;
use omnigraph_grammar::schema::ast as schema;
use omnigraph_grammar::{ItemKind, Language};
use omnigraph_model::catalog::common_properties;
use omnigraph_model::ir::Entity;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::types::{Cost, Scalar, Type};
use omnigraph_model::vocabulary::{self, find_annotation, find_scalar};

use super::names::{Occurrence, Owner, Symbol, owner_of};
use super::{Ide, Part, references};

/// The hover of an occurrence.
pub(crate) fn describe(ide: &Ide<'_>, file: SourceFile, part: Part<'_>, occurrence: &Occurrence) -> Option<String> {
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
            let text = part.text.text(ide.db);
            let default = parameter
                .default
                .as_ref()
                .and_then(|default| text.get(default.span.range()));
            let default = default.map(|default| format!(" = {default}")).unwrap_or_default();
            Some(format!(
                "{}{}",
                code(&format!("${name}: {shown}{default}"), "gq"),
                json_form(parameter)
            ))
        }
        Symbol::Arrival(types, _) => {
            let shown = code(&format!("$node: {}", types.join(" | ")), "gq");
            let known = match types.as_slice() {
                [only] => of_type(ide, &(DeclarationKind::Node, only.clone())),
                _ => None,
            };
            let known = known.unwrap_or_default();
            Some(format!("{shown}The node that a step arrives at.\n\n{known}"))
        }
        Symbol::Alias(name) => Some(format!("{}A column of the result.", code(name, "gq"))),
        Symbol::Query(name) => of_query(ide, file, part, name),
        Symbol::Fragment(name) => of_fragment(ide, name),
        Symbol::Function(name) => {
            let known = format!(
                "{}{}",
                code(&vocabulary::signature(name)?, "gq"),
                vocabulary::meaning(name)?
            );
            Some(match name == LENGTH {
                true => format!("{known}\n\n{}{OF_PATH}", code(LENGTH_OF_PATH, "gq")),
                false => known,
            })
        }
        Symbol::Annotation(name) => {
            let known = find_annotation(name)?;
            Some(format!("{}{}", code(&format!("@{name}"), "pg"), known.meaning))
        }
        Symbol::Scalar(name) => {
            let known = find_scalar(name)?;
            Some(format!(
                "{}{} In JSON: `{}`.",
                code(name, "pg"),
                known.meaning,
                known.json
            ))
        }
    }
}

fn code(text: &str, language: &str) -> String {
    format!("```{language}\n{text}\n```\n")
}

/// The comment lines directly above the start of an item or a member.
pub(crate) fn comment_above(text: &str, start: u32) -> Option<String> {
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

/// So many lines of a declaration are shown.
const LINES: usize = 30;

/// A type as it is declared, and what it takes over from interfaces.
pub(crate) fn of_type(ide: &Ide<'_>, owner: &Owner) -> Option<String> {
    let (schema, part) = declared(ide, owner)?;
    let own = part.text.text(ide.db);
    let shown = format(Language::Schema, own, DEFAULT_WIDTH).text;
    let lines: Vec<&str> = shown.trim_end().lines().collect();
    let mut code_lines = lines.iter().take(LINES).copied().collect::<Vec<_>>().join("\n");
    if lines.len() > LINES {
        code_lines.push_str(&format!("\n    // and {} more lines", lines.len() - LINES));
    }
    let mut text = code(&code_lines, "pg");
    text.push_str(&inherited(ide, owner));
    if owner.0 == DeclarationKind::Interface {
        let catalog = ide.catalog();
        let types: Vec<String> = catalog
            .implementers(&owner.1)
            .into_iter()
            .map(|name| format!("`{name}`"))
            .collect();
        text.push_str(&match types.is_empty() {
            true => "No type implements it.\n\n".to_owned(),
            false => format!("Implemented by {}.\n\n", types.join(", ")),
        });
    }
    let tree = parse_schema_item(ide.db, part.text).item.tree.clone();
    if let Some(description) = tree
        .as_deref()
        .and_then(|tree| description(tree.as_type()?.annotations))
    {
        text.push_str(&format!("{description}\n\n"));
    }
    if let Some(comment) = comment_above(schema.text(ide.db), part.item.span.start) {
        text.push_str(&format!("\n\n---\n{comment}"));
    }
    Some(text)
}

/// Where a type is declared.
fn declared<'a>(ide: &Ide<'a>, owner: &Owner) -> Option<(SourceFile, Part<'a>)> {
    let schema = ide.schema()?;
    let kind = match owner.0 {
        DeclarationKind::Node => ItemKind::Node,
        DeclarationKind::Edge => ItemKind::Edge,
        DeclarationKind::Interface => ItemKind::Interface,
    };
    let is_it = |part: &Part<'_>| part.item.kind == kind && part.item.name.as_ref().is_some_and(|n| n.text == owner.1);
    Some((schema, ide.parts(schema).find(is_it)?))
}

fn description(annotations: &[schema::Annotation]) -> Option<&str> {
    let found = annotations
        .iter()
        .find(|annotation| annotation.name.text == "description")?;
    match &found.arguments.as_ref()?.list.first()?.value {
        schema::ArgumentValue::String(text) => Some(text),
        _ => None,
    }
}

/// What a node has from its interfaces and does not declare itself, as they declare it.
fn inherited(ide: &Ide<'_>, owner: &Owner) -> String {
    let catalog = ide.catalog();
    let Some(node) = catalog.node(&owner.1).filter(|_| owner.0 == DeclarationKind::Node) else {
        return String::new();
    };
    let own = |name: &str| member(ide, owner, name).is_some();
    let mut text = String::new();
    for interface in &node.implements {
        let from = (DeclarationKind::Interface, interface.clone());
        let lines: Vec<String> = ide
            .properties(&from)
            .iter()
            .filter(|property| !own(&property.name))
            .filter_map(|property| member(ide, &from, &property.name))
            .collect();
        if !lines.is_empty() {
            text.push_str(&format!("From `{interface}`:\n{}", code(&lines.join("\n"), "pg")));
        }
    }
    text
}

/// A property as its type declares it, on one line.
fn member(ide: &Ide<'_>, owner: &Owner, name: &str) -> Option<String> {
    let (_, part) = declared(ide, owner)?;
    let tree = parse_schema_item(ide.db, part.text).item.tree.clone()?;
    let property = tree.as_type()?.property(name)?;
    let text = part.text.text(ide.db).get(property.span.range())?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The constraints that stand beside the properties and name this one, as they are declared.
fn constraints(ide: &Ide<'_>, owner: &Owner, name: &str) -> Vec<String> {
    let found = declared(ide, owner).and_then(|(_, part)| {
        let tree = parse_schema_item(ide.db, part.text).item.tree.clone()?;
        let text = part.text.text(ide.db);
        let names = |value: &schema::ArgumentValue| matches!(value, schema::ArgumentValue::Name(n) if n == name);
        let constraints = tree.as_type()?.members.iter().filter_map(schema::Member::as_constraint);
        let naming = constraints.filter(|annotation| {
            let mut arguments = annotation.arguments.iter().flat_map(|arguments| &arguments.list);
            arguments.any(|argument| names(&argument.value))
        });
        Some(
            naming
                .filter_map(|annotation| Some(text.get(annotation.span.range())?.to_owned()))
                .collect(),
        )
    });
    found.unwrap_or_default()
}

pub(crate) fn of_property(ide: &Ide<'_>, owner: &Owner, name: &str) -> Option<String> {
    let property = ide.property(owner, name)?;
    let catalog = ide.catalog();
    let mut owners = vec![owner.clone()];
    if let Some(node) = catalog.node(&owner.1).filter(|_| owner.0 == DeclarationKind::Node) {
        owners.extend(
            node.implements
                .iter()
                .map(|name| (DeclarationKind::Interface, name.clone())),
        );
    }
    let declared = owners.iter().find_map(|owner| member(ide, owner, name));
    let declared = declared.unwrap_or_else(|| format!("{name}: {}", property.ty));
    let mut lines = vec![format!("{}.{declared}", owner.1)];
    for owner in &owners {
        lines.extend(constraints(ide, owner, name));
    }
    let mut text = code(&lines.join("\n"), "pg");
    if let Some(description) = &property.description {
        text.push_str(&format!("{description}\n\n"));
    }
    let alone = |sets: &[Vec<String>]| sets.iter().any(|set| *set == [name]);
    let indexed = match owner.0 {
        DeclarationKind::Node => catalog
            .node(&owner.1)
            .map(|node| alone(&node.indexes) || node.key.iter().any(|column| column == name)),
        DeclarationKind::Edge => catalog.edge(&owner.1).map(|edge| alone(&edge.indexes)),
        DeclarationKind::Interface => None,
    };
    if let Some(indexed) = indexed {
        text.push_str(if indexed { "Indexed." } else { "Not indexed." });
    }
    Some(text)
}

fn of_variable(ide: &Ide<'_>, part: Part<'_>, name: &str, index: usize) -> Option<String> {
    let tree = parse_query_item(ide.db, part.text).tree.clone()?;
    let variables = variables(&tree, &ide.names());
    let variable = variables.list.get(index)?;
    let Some(entity) = variable.entity.as_ref() else {
        return Some(format!("{}Its type is not known.", code(&format!("${name}"), "gq")));
    };
    let owner = match entity {
        Entity::Value(ty) => {
            let shown = code(&format!("${name}: {}", value_type(ty)), "gq");
            return Some(match ty.scalar {
                Scalar::Path(cost) if !ty.list => format!("{shown}{}", of_path(name, cost, ty.nullable)),
                _ => shown,
            });
        }
        Entity::Edges(names) => return Some(of_edges(ide, name, names, variable.nullable)),
        _ => owner_of(entity)?,
    };
    let missing = if variable.nullable { "?" } else { "" };
    let shown = match owner.0 {
        DeclarationKind::Edge => format!("${name}: edge {}{missing}", owner.1),
        _ => format!("${name}: {}{missing}", owner.1),
    };
    Some(format!(
        "{}\n{}",
        code(&shown, "gq"),
        of_type(ide, &owner).unwrap_or_default()
    ))
}

/// An edge of one of several types, with what they have in common.
fn of_edges(ide: &Ide<'_>, name: &str, types: &[String], nullable: bool) -> String {
    let missing = if nullable { "?" } else { "" };
    let shown = code(&format!("${name}: edge {}{missing}", types.join(" | ")), "gq");
    let catalog = ide.catalog();
    let edges = types.iter().filter_map(|name| catalog.edge(name));
    let mut common = common_properties(edges.map(AsRef::as_ref));
    common.sort_by_key(|property| property.ordinal);
    let lines: Vec<String> = common.iter().map(|p| format!("{}: {}", p.name, p.ty)).collect();
    match lines.is_empty() {
        true => format!("{shown}\nThese types have no property in common."),
        false => format!("{shown}\nWhat they have in common:\n{}", code(&lines.join("\n"), "pg")),
    }
}

/// The function of texts that is one of paths, too; the table of functions has the one of texts.
pub(crate) const LENGTH: &str = "length";
pub(crate) const LENGTH_OF_PATH: &str = "length($path)";
pub(crate) const OF_PATH: &str = "How many edges a path has.";

/// What can be asked of a path.
fn of_path(name: &str, cost: Cost, nullable: bool) -> String {
    let sum = match cost {
        Cost::None => None,
        Cost::Integer => Some("I64"),
        Cost::Float => Some("F64"),
    };
    let parts = [
        (LENGTH, Some("I64")),
        ("nodes", Some("[String]")),
        ("edges", Some("[String]")),
        ("cost", sum),
    ];
    let missing = if nullable { "?" } else { "" };
    let known = parts.into_iter().filter_map(|(function, ty)| {
        let meaning = match function {
            LENGTH => OF_PATH,
            _ => vocabulary::meaning(function)?,
        };
        let meaning = meaning.replace("$path", &format!("${name}"));
        Some(format!("- `{function}(${name})`: `{}{missing}`. {meaning}\n", ty?))
    });
    format!("What is known of it:\n\n{}", known.collect::<String>())
}

/// The type of a value; an enum's values are a String.
pub(crate) fn value_type(ty: &Type) -> String {
    let plain = Type {
        enum_values: None,
        ..ty.clone()
    };
    plain.to_string()
}

/// The type of a parameter as it is written.
pub(crate) fn parameter_type(parameter: &ast::Parameter) -> String {
    let ty = &parameter.ty;
    let size = ty.size.as_ref().map_or(String::new(), |(size, _)| format!("({size})"));
    let core = match (&ty.property, ty.list) {
        (Some(property), _) => format!("{}.{}", ty.name.text, property.text),
        (None, true) => format!("[{}]", ty.name.text),
        (None, false) => format!("{}{size}", ty.name.text),
    };
    format!("{core}{}", if parameter.optional { "?" } else { "" })
}

fn json_form(parameter: &ast::Parameter) -> String {
    let word = match parameter.ty.property {
        Some(_) => "String",
        // The id.
        None if parameter.ty.node().is_some() => "String",
        None => &parameter.ty.name.text,
    };
    let Some(json) = find_scalar(word).map(|known| known.json) else {
        return String::new();
    };
    let form = if parameter.ty.list {
        format!("[{json}]")
    } else {
        json.to_owned()
    };
    let optional = match (parameter.optional, &parameter.default) {
        (true, None) => " It may be left out, or `null`.",
        (true, Some(_)) => " It may be left out for its default, or `null`.",
        (false, Some(_)) => " It may be left out for its default.",
        (false, None) => "",
    };
    format!("In JSON: `{{\"{}\": {form}}}`.{optional}", parameter.name.text)
}

/// The head of a query.
pub(crate) fn signature(tree: &ast::Query) -> String {
    let parameters: Vec<String> = tree
        .parameters
        .iter()
        .map(|parameter| format!("${}: {}", parameter.name.text, parameter_type(parameter)))
        .collect();
    format!("query {}({})", tree.name.text, parameters.join(", "))
}

/// A fragment as it is called: `adult($p: Person, $from: I32 = 18)`. `text`: of its item.
pub(crate) fn call_of(tree: &ast::Query, text: &str) -> String {
    let parameters = tree.parameters.iter().map(|parameter| {
        let default = parameter
            .default
            .as_ref()
            .and_then(|value| text.get(value.span.range()));
        let default = default.map_or(String::new(), |default| format!(" = {default}"));
        format!("${}: {}{default}", parameter.name.text, parameter_type(parameter))
    });
    let parameters: Vec<String> = parameters.collect();
    format!("{}({})", tree.name.text, parameters.join(", "))
}

/// What a fragment says about itself.
pub(crate) fn described(tree: &ast::Query) -> Option<&str> {
    let found = tree.annotations.iter().find(|known| known.name.text == "description")?;
    Some(&found.value.0)
}

/// A fragment with its clauses, wherever in the project it is declared.
pub(crate) fn of_fragment(ide: &Ide<'_>, name: &str) -> Option<String> {
    let (file, item) = project_fragments(ide.db, ide.project).get(name)?;
    let own = item.text(ide.db);
    let mut text = code(format(Language::Query, own, DEFAULT_WIDTH).text.trim_end(), "gq");
    let tree = parse_query_item(ide.db, *item).tree.clone()?;
    if let Some(description) = described(&tree) {
        text.push_str(&format!("{description}\n\n"));
    }
    let part = ide.parts(*file).find(|part| part.text == *item)?;
    if let Some(comment) = comment_above(file.text(ide.db), part.item.span.start) {
        text.push_str(&format!("\n\n---\n{comment}"));
    }
    Some(text)
}

fn of_query(ide: &Ide<'_>, file: SourceFile, part: Part<'_>, _: &str) -> Option<String> {
    let tree = parse_query_item(ide.db, part.text).tree.clone()?;
    let mut text = code(&signature(&tree), "gq");
    if let Some(descriptor) = &check_query(ide.db, ide.project, part.text).descriptor {
        let touched = |list: &[omnigraph_model::ir::Touched]| {
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
pub(crate) fn sample(ty: &Type) -> String {
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
