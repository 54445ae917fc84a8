//! Rename in one edit, checked before it is offered: against other meanings of the new name, against capture, and by checking
//! the result.

use omnigraph_compiler::db::{SourceFile, parse_query_item, parse_schema_item, project_fragments};
use omnigraph_compiler::query::{is_taken, spelled, variables};
use omnigraph_grammar::schema::ast::{Annotation, ArgumentValue};
use omnigraph_grammar::{ItemKind, Language, Span};
use omnigraph_model::schema::{DeclarationKind, PropertyShape, Shape};

use super::family::family;
use super::names::{Occurrence, Symbol};
use super::{FileSpan, Ide, Part, names, references, trial};

/// A replacement in a file of the project.
#[derive(Clone)]
pub(crate) struct Edit {
    pub place: FileSpan,
    pub text: String,
}

/// Whether the thing can be renamed, and the part of the text that is its name.
pub(crate) fn renamable(
    ide: &Ide<'_>,
    file: SourceFile,
    part: Part<'_>,
    found: &Occurrence,
) -> Result<(Span, String), String> {
    let text = &file.text(ide.db)[found.span.range()];
    match &found.symbol {
        Symbol::Scalar(_) | Symbol::Function(_) | Symbol::Annotation(_) => Err("the language names this".to_owned()),
        Symbol::Arrival(..) => Err("`$node` is the language's name for the node of a step".to_owned()),
        Symbol::End(..) => Err("`from` and `to` are the language's names".to_owned()),
        Symbol::EnumValue(..) => Err("a value of an enum is data: changing it is a migration".to_owned()),
        Symbol::Variable(..) | Symbol::Parameter(_) => {
            let skip = u32::from(text.starts_with('$'));
            let name = text.trim_start_matches('$');
            if name == "_" {
                return Err("an anonymous variable has no name".to_owned());
            }
            Ok((
                Span {
                    start: found.span.start + skip,
                    end: found.span.end,
                },
                name.to_owned(),
            ))
        }
        symbol => match references::declarations(ide, file, part, symbol).is_empty() {
            true => Err(format!("`{text}` is declared nowhere")),
            false => Ok((found.span, text.to_owned())),
        },
    }
}

/// What a rename changes.
pub(crate) struct Renamed {
    pub edits: Vec<Edit>,
    /// Those that tell the schema what the former name was, so that a migration keeps the data.
    pub hints: Vec<Edit>,
}

/// The edits that give a thing another name everywhere. `applied` is the schema that a graph has, if one is known: only what
/// that has can be kept.
pub(crate) fn rename(
    ide: &Ide<'_>,
    file: SourceFile,
    part: Part<'_>,
    found: &Occurrence,
    new: &str,
    hints: Hints<'_>,
) -> Result<Renamed, String> {
    renamable(ide, file, part, found)?;
    let new = new.trim_start_matches('$');
    check_form(&found.symbol, new)?;
    check_collision(ide, file, part, &found.symbol, new)?;
    let all = references::all(ide, file, part, &found.symbol);
    let mut edits = Vec::new();
    for reference in &all {
        let source = reference.place.file;
        let old = &source.text(ide.db)[reference.place.span.range()];
        let text = match &found.symbol {
            Symbol::Variable(..) | Symbol::Parameter(_) if old.starts_with('$') => format!("${new}"),
            // A query may spell an edge with a small first letter, and keeps its way.
            Symbol::Type(DeclarationKind::Edge, _) if old.starts_with(|c: char| c.is_ascii_lowercase()) => spelled(new),
            _ => new.to_owned(),
        };
        edits.push(Edit {
            place: reference.place,
            text,
        });
    }
    let hints = match hints {
        Hints::None => Vec::new(),
        Hints::Where(applied) => {
            let declaring = all.iter().filter(|reference| reference.occurrence.declares);
            let hints = declaring.filter_map(|reference| former_name(ide, reference, applied));
            hints.filter(|_| found.symbol.name() != new).collect()
        }
    };
    let whole: Vec<Edit> = edits.iter().chain(&hints).cloned().collect();
    match trial::first_error(ide, &whole, None) {
        Some(error) => Err(format!("with the name `{new}` there would be an error: {error}")),
        None => Ok(Renamed { edits, hints }),
    }
}

/// Whether `@rename_from` is written.
#[derive(Clone, Copy)]
pub(crate) enum Hints<'a> {
    None,
    /// Where the graph has what is renamed; everywhere if no graph is known.
    Where(Option<&'a Shape>),
}

fn check_form(symbol: &Symbol, new: &str) -> Result<(), String> {
    let word = !new.is_empty() && new.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let upper = new.starts_with(|c: char| c.is_ascii_uppercase());
    let lower = new.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    match symbol {
        Symbol::Type(..) if word && upper => Ok(()),
        Symbol::Type(..) => Err(format!(
            "`{new}` is not a name of a type: those start with an upper-case letter"
        )),
        Symbol::Variable(..) | Symbol::Parameter(_) if new == "_" => Err("`$_` is the anonymous variable".to_owned()),
        _ if word && lower => Ok(()),
        _ => Err(format!(
            "`{new}` is not a name: those are letters, digits and `_`, starting with a lower-case letter"
        )),
    }
}

fn check_collision(ide: &Ide<'_>, file: SourceFile, part: Part<'_>, symbol: &Symbol, new: &str) -> Result<(), String> {
    if symbol.name() == new {
        return Ok(());
    }
    let taken = |what: &str| Err(format!("{what} is called `{new}` already"));
    match symbol {
        Symbol::Type(kind, old) => {
            let catalog = ide.catalog();
            let edge = catalog
                .edge(new)
                .filter(|edge| edge.name != *old || *kind != DeclarationKind::Edge);
            let node = *kind != DeclarationKind::Edge && catalog.nodes.contains_key(new);
            let interface = *kind != DeclarationKind::Edge && catalog.interfaces.contains_key(new);
            match (node, edge.is_some(), interface) {
                (true, ..) => taken("a node"),
                (_, true, _) => taken("an edge"),
                (_, _, true) => taken("an interface"),
                _ => Ok(()),
            }
        }
        Symbol::Property(owner, name) => {
            if matches!(new, "id" | "src" | "dst" | "from" | "to") {
                return Err(format!("`{new}` is reserved"));
            }
            for owner in family(ide, owner, name) {
                if ide.has_property(&owner, new) {
                    return taken(&format!("another property of `{}`", owner.1));
                }
            }
            Ok(())
        }
        Symbol::Variable(..) | Symbol::Parameter(_) => {
            let Some(tree) = &parse_query_item(ide.db, part.text).tree else {
                return Ok(());
            };
            let typed = variables(tree, &ide.names());
            // Anywhere in the query: a name in an inner block would be captured, or capture.
            let variable = typed.blocks.iter().any(|block| block.names.contains_key(new));
            let parameter = tree.parameters.iter().any(|parameter| parameter.name.text == new);
            match (variable, parameter) {
                (true, _) => taken("another variable of this query"),
                (_, true) => taken("a parameter of this query"),
                _ => Ok(()),
            }
        }
        Symbol::Alias(_) => {
            let all = names::of_item(ide, part.text);
            match all.iter().any(|other| other.symbol == Symbol::Alias(new.to_owned())) {
                true => taken("another column of this query"),
                false => Ok(()),
            }
        }
        Symbol::Fragment(_) if is_taken(new) => Err(format!("`{new}` is a function or an operator (T61)")),
        Symbol::Fragment(_) => match project_fragments(ide.db, ide.project).contains_key(new) {
            true => taken("another fragment"),
            false => Ok(()),
        },
        Symbol::Query(_) => {
            let other = ide
                .parts(file)
                .filter(|part| part.item.kind == ItemKind::Query)
                .any(|part| part.item.name.as_ref().is_some_and(|name| name.text == new));
            if other {
                taken("another query of this file")
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

/// `@rename_from("old")` behind a declaration's name, or behind a property's type.
fn former_name(ide: &Ide<'_>, reference: &references::Reference, applied: Option<&Shape>) -> Option<Edit> {
    let file = reference.place.file;
    if file.language(ide.db) != Language::Schema {
        return None;
    }
    let part = ide.part_at(file, reference.place.span.start)?;
    let base = part.item.span.start;
    let tree = parse_schema_item(ide.db, part.text).item.tree.clone()?;
    let declared = tree.as_type()?;
    let annotations = declared.annotations;
    let old = reference.occurrence.symbol.name();
    let (at, own, is_applied) = match &reference.occurrence.symbol {
        // A type without storage has nothing to keep.
        Symbol::Type(DeclarationKind::Interface, _) => return None,
        Symbol::Type(kind, _) => {
            let end = declared.ends.map_or(declared.name, |(_, to)| to).span.end;
            (end, annotations, applied.map(|shape| has_type(shape, *kind, old)))
        }
        Symbol::Property((kind, owner), property) => {
            let found = declared.property(property)?;
            let is_applied = applied.map(|shape| {
                // The type may itself be about to be renamed.
                let former = hint(annotations).and_then(hinted);
                let owner = [Some(owner.as_str()), former].into_iter().flatten();
                owner
                    .filter(|owner| has_type(shape, *kind, owner))
                    .any(|owner| has_property(shape, *kind, owner, old))
            });
            (found.ty.span.end, found.annotations.as_slice(), is_applied)
        }
        _ => return None,
    };
    // The graph has another name, if any: a hint that is there already tells it.
    if is_applied == Some(false) {
        return None;
    }
    let text = format!("@rename_from(\"{old}\")");
    let (span, text) = match hint(own) {
        // A rename that has been applied.
        Some(spent) => (spent.span, text),
        None => (Span { start: at, end: at }, format!(" {text}")),
    };
    Some(Edit {
        place: FileSpan {
            file,
            span: span.shifted(base),
        },
        text,
    })
}

fn hint(annotations: &[Annotation]) -> Option<&Annotation> {
    annotations
        .iter()
        .find(|annotation| annotation.name.text == "rename_from")
}

/// The name that a hint gives.
fn hinted(hint: &Annotation) -> Option<&str> {
    match &hint.arguments.as_ref()?.list.first()?.value {
        ArgumentValue::String(name) | ArgumentValue::Name(name) | ArgumentValue::TypeName(name) => Some(name),
        _ => None,
    }
}

fn has_type(shape: &Shape, kind: DeclarationKind, name: &str) -> bool {
    properties(shape, kind, name).is_some()
}

fn has_property(shape: &Shape, kind: DeclarationKind, owner: &str, name: &str) -> bool {
    properties(shape, kind, owner).is_some_and(|list| list.iter().any(|property| property.name == name))
}

fn properties<'a>(shape: &'a Shape, kind: DeclarationKind, name: &str) -> Option<&'a [PropertyShape]> {
    Some(match kind {
        DeclarationKind::Node => &shape.node(name)?.properties,
        DeclarationKind::Edge => &shape.edge(name)?.properties,
        DeclarationKind::Interface => &shape.interface(name)?.properties,
    })
}
