//! Rename in one edit, checked before it is offered: against other meanings of the new name, and against capture.

use omnigraph_compiler::db::{SourceFile, parse_query_item};
use omnigraph_compiler::diagnostic::DeclarationKind;
use omnigraph_compiler::query::{spelled, variables};
use omnigraph_grammar::{Language, Span};

use super::names::{Occurrence, Symbol};
use super::{FileSpan, Ide, Part, names, references};

/// A replacement in a file of the project.
#[derive(Clone)]
pub struct Edit {
    pub place: FileSpan,
    pub text: String,
}

/// Whether the thing can be renamed, and the part of the text that is its name.
pub fn renamable(
    ide: &Ide<'_>,
    file: SourceFile,
    part: Part<'_>,
    found: &Occurrence,
) -> Result<(Span, String), String> {
    let text = &file.text(ide.db)[found.span.range()];
    match &found.symbol {
        Symbol::Scalar(_) | Symbol::Function(_) | Symbol::Annotation(_) => Err("the language names this".to_owned()),
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

/// The edits that give a thing another name everywhere. With `keep_data`, the schema says what the former name was.
pub fn rename(
    ide: &Ide<'_>,
    file: SourceFile,
    part: Part<'_>,
    found: &Occurrence,
    new: &str,
    keep_data: bool,
) -> Result<Vec<Edit>, String> {
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
            Symbol::Variable(..) | Symbol::Parameter(_) => format!("${new}"),
            // A query may spell an edge with a small first letter, and keeps its way.
            Symbol::Type(DeclarationKind::Edge, _) if old.starts_with(|c: char| c.is_ascii_lowercase()) => spelled(new),
            _ => new.to_owned(),
        };
        edits.push(Edit {
            place: reference.place,
            text,
        });
    }
    if keep_data {
        for reference in all.iter().filter(|reference| reference.occurrence.declares) {
            edits.extend(former_name(ide, reference));
        }
    }
    Ok(edits)
}

fn check_form(symbol: &Symbol, new: &str) -> Result<(), String> {
    let word = !new.is_empty() && new.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let upper = new.starts_with(|c: char| c.is_ascii_uppercase());
    let lower = new.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    match symbol {
        Symbol::Type(..) if word && upper => Ok(()),
        Symbol::Type(..) => Err(format!(
            "`{new}` is no name of a type: those start with an upper-case letter"
        )),
        Symbol::Variable(..) | Symbol::Parameter(_) if new == "_" => Err("`$_` is the anonymous variable".to_owned()),
        _ if word && lower => Ok(()),
        _ => Err(format!(
            "`{new}` is no name: those are letters, digits and `_`, starting with a lower-case letter"
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
            for owner in names::family(ide, owner, name) {
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
        Symbol::Query(_) => {
            let other = ide
                .parts(file)
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
fn former_name(ide: &Ide<'_>, reference: &references::Reference) -> Option<Edit> {
    use omnigraph_compiler::db::parse_schema_item;
    use omnigraph_grammar::schema::ast::{Declaration, Member};
    let file = reference.place.file;
    if file.language(ide.db) != Language::Schema {
        return None;
    }
    let part = ide.part_at(file, reference.place.span.start)?;
    let base = part.item.span.start;
    let tree = parse_schema_item(ide.db, part.text).item.tree.clone()?;
    let (name, annotations, members) = match &*tree {
        Declaration::Interface(d) => (&d.name, &d.annotations, &d.members),
        Declaration::Node(d) => (&d.name, &d.annotations, &d.members),
        Declaration::Edge(d) => (&d.name, &d.annotations, &d.members),
        _ => return None,
    };
    let (at, annotations) = match &reference.occurrence.symbol {
        // A type without storage has nothing to keep.
        Symbol::Type(DeclarationKind::Interface, _) => return None,
        Symbol::Type(..) => {
            let end = match &*tree {
                Declaration::Edge(edge) => edge.to.span.end,
                _ => name.span.end,
            };
            (end, annotations)
        }
        Symbol::Property(_, property) => {
            let found = members.iter().find_map(|member| match member {
                Member::Property(found) if found.name.text == *property => Some(found),
                _ => None,
            })?;
            (found.ty.span.end, &found.annotations)
        }
        _ => return None,
    };
    // One that is there already tells the name that the data has.
    if annotations
        .iter()
        .any(|annotation| annotation.name.text == "rename_from")
    {
        return None;
    }
    let old = reference.occurrence.symbol.name();
    let span = Span {
        start: at + base,
        end: at + base,
    };
    Some(Edit {
        place: FileSpan { file, span },
        text: format!(" @rename_from(\"{old}\")"),
    })
}
