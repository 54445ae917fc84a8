//! Where a thing is named, in the whole project.

use std::collections::HashSet;

use omnigraph_compiler::db::SourceFile;
use omnigraph_grammar::Language;
use omnigraph_model::schema::DeclarationKind;

use super::family::family;
use super::names::{self, Occurrence, Owner, Symbol};
use super::{FileSpan, Ide, Part};

/// An occurrence with its file; the span in the occurrence counts from the start of the file.
#[derive(Clone)]
pub(crate) struct Reference {
    pub place: FileSpan,
    pub occurrence: Occurrence,
}

/// What counts as the same thing as a symbol.
struct Same {
    symbol: Symbol,
    /// For a property, all types that share it.
    family: HashSet<Owner>,
}

impl Same {
    fn new(ide: &Ide<'_>, symbol: &Symbol) -> Same {
        let family = match symbol {
            Symbol::Property(owner, name) | Symbol::EnumValue(owner, name, _) => {
                family(ide, owner, name).into_iter().collect()
            }
            _ => HashSet::new(),
        };
        Same {
            symbol: symbol.clone(),
            family,
        }
    }

    fn holds(&self, other: &Symbol) -> bool {
        match (&self.symbol, other) {
            (Symbol::Property(_, a), Symbol::Property(owner, b)) => a == b && self.family.contains(owner),
            (Symbol::EnumValue(_, p, a), Symbol::EnumValue(owner, q, b)) => {
                a == b && p == q && self.family.contains(owner)
            }
            (a, b) => a == b,
        }
    }

    /// Whether an item could name it; cheaper than to look.
    fn may_be_in(&self, text: &str) -> bool {
        let name = self.symbol.name();
        match &self.symbol {
            Symbol::Type(DeclarationKind::Edge, _) => {
                let lower = name.as_bytes();
                text.as_bytes()
                    .windows(lower.len().max(1))
                    .any(|window| window.eq_ignore_ascii_case(lower))
            }
            Symbol::EnumValue(..) => true,
            _ => text.contains(name),
        }
    }
}

/// All places that name the thing at an occurrence, in the order of the project's files.
pub(crate) fn all(ide: &Ide<'_>, file: SourceFile, part: Part<'_>, symbol: &Symbol) -> Vec<Reference> {
    let same = Same::new(ide, symbol);
    if symbol.is_local() {
        return in_part(ide, file, part, &same);
    }
    let files = match symbol {
        Symbol::Query(_) => std::slice::from_ref(&file),
        _ => ide.files(),
    };
    in_files(ide, files, &same)
}

/// Those of one file.
pub(crate) fn in_file(ide: &Ide<'_>, file: SourceFile, part: Part<'_>, symbol: &Symbol) -> Vec<Reference> {
    let same = Same::new(ide, symbol);
    match symbol.is_local() {
        true => in_part(ide, file, part, &same),
        false => in_files(ide, &[file], &same),
    }
}

fn in_files(ide: &Ide<'_>, files: &[SourceFile], same: &Same) -> Vec<Reference> {
    let mut found = Vec::new();
    for file in files {
        if same.may_be_in(file.text(ide.db)) {
            for part in ide.parts(*file) {
                found.extend(in_part(ide, *file, part, same));
            }
        }
    }
    found
}

fn in_part(ide: &Ide<'_>, file: SourceFile, part: Part<'_>, same: &Same) -> Vec<Reference> {
    if !same.may_be_in(part.text.text(ide.db)) {
        return Vec::new();
    }
    let all = names::of_item(ide, part.text)
        .into_iter()
        .filter(|occurrence| same.holds(&occurrence.symbol));
    all.map(|mut occurrence| {
        occurrence.span = occurrence.span.shifted(part.item.span.start);
        Reference {
            place: FileSpan {
                file,
                span: occurrence.span,
            },
            occurrence,
        }
    })
    .collect()
}

/// Where a thing is declared: in the schema, or where a query binds it.
pub(crate) fn declarations(ide: &Ide<'_>, file: SourceFile, part: Part<'_>, symbol: &Symbol) -> Vec<Reference> {
    // Nothing declares the node of a step but its types.
    if let Symbol::Arrival(types, _) = symbol {
        let types = types
            .iter()
            .map(|name| Symbol::Type(DeclarationKind::Node, name.clone()));
        return types.flat_map(|ty| declarations(ide, file, part, &ty)).collect();
    }
    let everywhere = match symbol {
        Symbol::End(edge, _) => Symbol::Type(DeclarationKind::Edge, edge.clone()),
        other => other.clone(),
    };
    let found: Vec<Reference> =
        match everywhere.is_local() || matches!(everywhere, Symbol::Query(_) | Symbol::Fragment(_)) {
            true => all(ide, file, part, &everywhere),
            false => in_schema(ide, &everywhere),
        };
    let declaring: Vec<Reference> = found.into_iter().filter(|found| found.occurrence.declares).collect();
    // If several types declare a property, the type's own one counts.
    if let Symbol::Property(owner, _) | Symbol::EnumValue(owner, ..) = symbol {
        let own = |reference: &&Reference| match &reference.occurrence.symbol {
            Symbol::Property(other, _) | Symbol::EnumValue(other, ..) => other == owner,
            _ => false,
        };
        let own: Vec<Reference> = declaring.iter().filter(own).cloned().collect();
        if !own.is_empty() {
            return own;
        }
    }
    declaring
}

/// The declarations of the schema that may declare a thing: a type by its name, the rest by the types that have it.
fn in_schema(ide: &Ide<'_>, symbol: &Symbol) -> Vec<Reference> {
    let same = Same::new(ide, symbol);
    let names: HashSet<&str> = match symbol {
        Symbol::Type(_, own) => HashSet::from([own.as_str()]),
        _ => same.family.iter().map(|(_, owner)| owner.as_str()).collect(),
    };
    let mut found = Vec::new();
    let schema = ide
        .files()
        .iter()
        .filter(|file| file.language(ide.db) == Language::Schema);
    for file in schema {
        let parts = ide.parts(*file);
        let named = parts.filter(|part| {
            part.item
                .name
                .as_ref()
                .is_some_and(|name| names.contains(name.text.as_str()))
        });
        found.extend(named.flat_map(|part| in_part(ide, *file, part, &same)));
    }
    found
}
