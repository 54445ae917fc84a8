//! The shape of a file: its items with their members, what folds, and what a selection grows to.

use omnigraph_compiler::db::{SourceFile, parse_query_item, parse_schema_item};
use omnigraph_grammar::query::ast::{Body, Clause, ExpressionKind, Member, Object, Projection};
use omnigraph_grammar::query::visit::{self, Visit};
use omnigraph_grammar::schema::ast::Declaration;
use omnigraph_grammar::{ItemKind, Language, Span, query, schema};

use super::Ide;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutlineKind {
    Node,
    Edge,
    Interface,
    Query,
    Property,
    Parameter,
    Other,
}

/// An entry of the outline. Spans count from the start of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub name: String,
    pub kind: OutlineKind,
    pub detail: String,
    pub span: Span,
    pub name_span: Span,
    pub children: Vec<Entry>,
}

/// The items of a file that have names.
pub(crate) fn entries(ide: &Ide<'_>, file: SourceFile) -> Vec<Entry> {
    let mut entries = Vec::new();
    for part in ide.parts(file) {
        let Some(name) = &part.item.name else { continue };
        let base = part.item.span.start;
        let kind = match part.item.kind {
            ItemKind::Node => OutlineKind::Node,
            ItemKind::Edge => OutlineKind::Edge,
            ItemKind::Interface => OutlineKind::Interface,
            ItemKind::Query | ItemKind::Fragment => OutlineKind::Query,
            _ => OutlineKind::Other,
        };
        let (detail, children) = match part.item.kind {
            ItemKind::Query | ItemKind::Fragment => match &parse_query_item(ide.db, part.text).tree {
                Some(tree) => {
                    let word = match tree.body {
                        Body::Read(_) | Body::Union(_) => "read",
                        Body::Mutation(_) => "mutation",
                        Body::Fragment(_) => "fragment",
                    };
                    let parameters = tree.parameters.iter().map(|parameter| Entry {
                        name: format!("${}", parameter.name.text),
                        kind: OutlineKind::Parameter,
                        detail: super::describe::parameter_type(parameter),
                        span: parameter.span.shifted(base),
                        name_span: parameter.name.span.shifted(base),
                        children: Vec::new(),
                    });
                    (word.to_owned(), parameters.collect())
                }
                None => Default::default(),
            },
            _ => match &parse_schema_item(ide.db, part.text).item.tree {
                Some(tree) => (detail(tree), members(tree, part.text.text(ide.db), base)),
                None => Default::default(),
            },
        };
        entries.push(Entry {
            name: name.text.clone(),
            kind,
            detail,
            span: part.item.span,
            name_span: name.span.shifted(base),
            children,
        });
    }
    entries
}

fn detail(tree: &Declaration) -> String {
    let Some(declared) = tree.as_type() else {
        return String::new();
    };
    match declared.ends {
        Some((from, to)) => format!("{} -> {}", from.text, to.text),
        None => {
            let interfaces = declared.implements.iter().map(|name| name.text.as_str());
            interfaces.collect::<Vec<_>>().join(", ")
        }
    }
}

fn members(tree: &Declaration, text: &str, base: u32) -> Vec<Entry> {
    let properties = tree.as_type().into_iter().flat_map(|declared| declared.properties());
    properties
        .map(|property| Entry {
            name: property.name.text.clone(),
            kind: OutlineKind::Property,
            detail: text.get(property.ty.span.range()).unwrap_or("").to_owned(),
            span: property.span.shifted(base),
            name_span: property.name.span.shifted(base),
            children: Vec::new(),
        })
        .collect()
}

/// A token of either language, as far as layout is concerned.
pub(crate) struct Piece {
    pub span: Span,
    pub comment: bool,
    pub blank: bool,
}

pub(crate) fn pieces(language: Language, text: &str) -> Vec<Piece> {
    match language {
        Language::Schema => schema::tokens(text)
            .iter()
            .map(|token| Piece {
                span: token.span,
                comment: matches!(
                    token.kind,
                    schema::TokenKind::LineComment | schema::TokenKind::BlockComment
                ),
                blank: token.kind == schema::TokenKind::Space,
            })
            .collect(),
        Language::Query => query::tokens(text)
            .iter()
            .map(|token| Piece {
                span: token.span,
                comment: matches!(
                    token.kind,
                    query::TokenKind::LineComment | query::TokenKind::BlockComment
                ),
                blank: token.kind == query::TokenKind::Space,
            })
            .collect(),
    }
}

/// What folds: the insides of brackets, and runs of comments. The flag says whether it is a comment.
pub(crate) fn folds(language: Language, text: &str) -> Vec<(Span, bool)> {
    let mut folds = Vec::new();
    let mut open = Vec::new();
    let mut comment: Option<Span> = None;
    for piece in pieces(language, text) {
        let content = &text[piece.span.range()];
        if piece.blank {
            if content.matches('\n').count() > 1 {
                folds.extend(comment.take().map(|span| (span, true)));
            }
            continue;
        }
        if piece.comment {
            comment = Some(comment.map_or(piece.span, |before| before.to(piece.span)));
            continue;
        }
        folds.extend(comment.take().map(|span| (span, true)));
        match content {
            "{" | "(" | "[" => open.push(piece.span),
            "}" | ")" | "]" => folds.extend(open.pop().map(|start| (start.to(piece.span), false))),
            _ => {}
        }
    }
    folds.extend(comment.map(|span| (span, true)));
    folds
}

/// What a selection at an offset grows to, from the smallest.
pub(crate) fn selections(ide: &Ide<'_>, file: SourceFile, offset: u32) -> Vec<Span> {
    let text = file.text(ide.db);
    let mut spans = vec![Span {
        start: 0,
        end: text.len() as u32,
    }];
    let holds = |span: &Span| span.start <= offset && offset <= span.end;
    let language = file.language(ide.db);
    let mut open = Vec::new();
    let mut token = None;
    for piece in pieces(language, text).into_iter().filter(|piece| !piece.blank) {
        match &text[piece.span.range()] {
            "{" | "(" | "[" => open.push(piece.span),
            "}" | ")" | "]" => {
                if let Some(start) = open.pop() {
                    spans.push(start.to(piece.span));
                    spans.push(Span {
                        start: start.end,
                        end: piece.span.start,
                    });
                }
            }
            _ if holds(&piece.span) => token = Some(piece.span),
            _ => {}
        }
    }
    spans.extend(token);
    if let Some(part) = ide.part_at(file, offset) {
        spans.push(part.item.span);
        let base = part.item.span.start;
        match part.item.kind {
            ItemKind::Query | ItemKind::Fragment => {
                if let Some(tree) = &parse_query_item(ide.db, part.text).tree {
                    let mut parts = Parts(Vec::new());
                    parts.visit_query(tree);
                    spans.extend(parts.0.iter().map(|span| span.shifted(base)));
                }
            }
            _ => spans.extend(
                entries(ide, file)
                    .iter()
                    .flat_map(|entry| entry.children.iter().map(|child| child.span)),
            ),
        }
    }
    spans.retain(holds);
    spans.sort_by_key(|span| (span.end - span.start, span.start));
    spans.dedup();
    // Each must hold the one before it.
    let mut nested: Vec<Span> = Vec::new();
    for span in spans {
        if nested
            .last()
            .is_none_or(|inner| span.start <= inner.start && inner.end <= span.end)
        {
            nested.push(span);
        }
    }
    nested
}

/// The clauses and the projections of a query.
struct Parts(Vec<Span>);

impl Visit<'_> for Parts {
    fn visit_clause(&mut self, clause: &Clause) {
        self.0.push(clause.span());
        visit::walk_clause(self, clause);
    }

    fn visit_projection(&mut self, projection: &Projection) {
        self.0.push(projection.span);
        if let ExpressionKind::Object(object) = &projection.expression.kind {
            self.visit_object(object);
        }
    }

    fn visit_member(&mut self, object: &Object, member: &Member) {
        self.0.push(member.span);
        visit::walk_member(self, object, member);
    }
}
