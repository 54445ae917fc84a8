//! Texts to catalogs and trees, by the front door of the compiler and the grammar.

use std::sync::Arc;

use omnigraph_compiler::db::{self, Database, Project, SourceFile};
use omnigraph_compiler::diagnostic::Severity;
use omnigraph_grammar::query::ast::Query;
use omnigraph_grammar::{ItemKind, Language};
use omnigraph_model::catalog::Catalog;

/// The catalog of a schema text that must be right.
pub fn read_catalog(schema: &str) -> Arc<Catalog> {
    let database = Database::new();
    let file = SourceFile::new(&database, "schema.pg".to_owned(), schema.to_owned(), Language::Schema);
    let project = Project::of(&database, vec![file]);
    let errors: Vec<String> = db::diagnostics(&database, project)
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| format!("{}: {}", diagnostic.rule.code, diagnostic.message))
        .collect();
    assert!(errors.is_empty(), "{errors:?} in\n{schema}");
    db::catalog(&database, project).clone()
}

/// The tree of the one query of a text.
pub fn parse_query(text: &str) -> Result<Query, String> {
    find_query(text, None)
}

/// The tree of a query by name, or of the only one.
pub fn find_query(text: &str, name: Option<&str>) -> Result<Query, String> {
    let (items, stray) = omnigraph_grammar::items(Language::Query, text);
    if !stray.is_empty() {
        return Err(format!("{stray:?}"));
    }
    let wanted = |item: &&omnigraph_grammar::Item| {
        item.kind == ItemKind::Query && name.is_none_or(|name| item.name.as_ref().is_some_and(|n| n.text == name))
    };
    let item = items.iter().find(wanted).ok_or("no such query")?;
    let parsed = omnigraph_grammar::query::parse_item(&text[item.span.range()]);
    match parsed.tree {
        Some(tree) if parsed.errors.is_empty() => Ok(tree),
        _ => Err(format!("{:?}", parsed.errors)),
    }
}
