//! What the grammar accepts although the language does not, and what only the whole query can tell: one walk over the tree.

use super::ast::*;
use super::build;
use super::visit::{self, Visit};
use crate::{Name, Span, SyntaxError};

const MOST_CLAUSES: usize = 1000;
const MOST_PARTS: usize = 256;
const MOST_LIST_ITEMS: usize = 65_536;
const LONGEST_STRING: usize = 1 << 20;
const ANNOTATIONS: [&str; 2] = ["description", "instruction"];

pub(super) fn check(query: &mut Query, errors: &mut Vec<SyntaxError>) {
    let parameters: Vec<String> = query.parameters.iter().map(|p| p.name.text.clone()).collect();
    if let Body::Read(read) = &mut query.body {
        tell_filters(&mut read.pattern, &parameters);
    }
    let mut checker = Checker { errors };
    checker.annotations(&query.annotations);
    checker.count("parameters", query.parameters.iter().map(|p| p.span));
    checker.visit_query(query);
}

/// `$a contains $b` is a traversal, unless one of the two is a parameter.
fn tell_filters(block: &mut Block, parameters: &[String]) {
    for clause in &mut block.clauses {
        if let Some(filter) = as_filter(clause, parameters) {
            *clause = Clause::Filter(filter);
        }
        clause.blocks_mut().iter_mut().for_each(|b| tell_filters(b, parameters));
    }
}

fn as_filter(clause: &Clause, parameters: &[String]) -> Option<Filter> {
    let Clause::Traversal(t) = clause else { return None };
    let op = match t.edge.text.as_str() {
        "contains" => Comparator::Contains,
        "starts_with" => Comparator::StartsWith,
        _ => return None,
    };
    let bare = t.edge_variable.is_none() && t.hops.is_none() && !t.undirected;
    let is_parameter = |name: &Name| parameters.contains(&name.text);
    if !bare || !(is_parameter(&t.source) || is_parameter(&t.target)) {
        return None;
    }
    let (left, right) = (build::variable(t.source.clone()), build::variable(t.target.clone()));
    Some(build::filter(left, (op, t.edge.span), right))
}

struct Checker<'a> {
    errors: &'a mut Vec<SyntaxError>,
}

impl Checker<'_> {
    fn report(&mut self, error: SyntaxError) {
        self.errors.push(error);
    }

    fn count(&mut self, what: &str, spans: impl Iterator<Item = Span>) {
        if let Some(span) = spans.into_iter().nth(MOST_PARTS) {
            self.report(
                SyntaxError::new("Q014", span).message(format!("a query can have at most {MOST_PARTS} {what}")),
            );
        }
    }

    fn annotations(&mut self, annotations: &[Annotation]) {
        for (i, annotation) in annotations.iter().enumerate() {
            let name = &annotation.name;
            if !ANNOTATIONS.contains(&name.text.as_str()) {
                let nearest = ANNOTATIONS
                    .iter()
                    .find(|a| a.starts_with(name.text.get(..2).unwrap_or("?")));
                let error = SyntaxError::new("Q008", name.span)
                    .message(format!("there is no annotation `@{}` for a query", name.text))
                    .help("a query can have `@description(\"…\")` and `@instruction(\"…\")`");
                self.report(match nearest {
                    Some(known) => error.fix(format!("write `{known}`"), name.span, *known),
                    None => error,
                });
            } else if let Some(first) = annotations[..i].iter().find(|a| a.name.text == name.text) {
                self.report(
                    SyntaxError::new("Q007", annotation.span)
                        .message(format!("`@{}` stands twice", name.text))
                        .label(first.span, "the first one")
                        .fix("delete the second", annotation.span, ""),
                );
            }
        }
    }

    /// What is compared with a property of a variable. Null never is equal to anything, so the help says how to ask for it.
    fn compared(&mut self, expression: &Expression, other: Option<(&Name, &Name)>) {
        match (&expression.kind, other) {
            (ExpressionKind::Alias(name), Some((variable, property))) if name == "null" => {
                let error = SyntaxError::new("Q001", expression.span)
                    .message("there is no literal for null")
                    .help(null_test(&format!("${}.{}", variable.text, property.text)));
                self.report(error);
            }
            _ => self.visit_expression(expression),
        }
    }

    /// What a statement writes or compares with.
    fn value(&mut self, value: &Expression) {
        self.visit_expression(value);
        if let ExpressionKind::Property { variable, .. } = &value.kind {
            let error = SyntaxError::new("Q001", value.span)
                .message("a statement takes its values from literals and parameters alone")
                .help(format!(
                    "mutations cannot read other rows, so `${}` has no properties here",
                    variable.text
                ));
            self.report(error);
        }
    }
}

impl Visit<'_> for Checker<'_> {
    fn visit_read(&mut self, read: &Read) {
        self.visit_block(&read.pattern);
        self.count("projections", read.projections.iter().map(|p| p.span));
        self.count("sort keys", read.order.iter().map(|k| k.span));
        read.projections.iter().for_each(|p| self.visit_projection(p));
        read.order.iter().for_each(|key| self.visit_sort_key(key));
    }

    fn visit_sort_key(&mut self, key: &SortKey) {
        self.visit_expression(&key.expression);
        let ExpressionKind::Call(call) = &key.expression.kind else {
            return;
        };
        if let (Function::Nearest, Some((_, span))) = (call.function, key.direction) {
            self.report(
                SyntaxError::new("Q009", span)
                    .message("`nearest` has no direction: the nearest always comes first")
                    .label(call.span, "ordered by this call")
                    .safe_fix(
                        "delete it",
                        Span {
                            start: call.span.end,
                            end: span.end,
                        },
                        "",
                    ),
            );
        }
    }

    fn visit_block(&mut self, block: &Block) {
        if let Some(clause) = block.clauses.get(MOST_CLAUSES) {
            let message = format!("a block can have at most {MOST_CLAUSES} clauses");
            self.report(SyntaxError::new("Q014", clause.span()).message(message));
        }
        visit::walk_block(self, block);
    }

    fn visit_binding(&mut self, binding: &Binding) {
        for written in &binding.matches {
            let of = (&binding.variable, &written.property);
            self.compared(&written.value, Some(of).filter(|(variable, _)| variable.text != "_"));
        }
    }

    fn visit_traversal(&mut self, traversal: &Traversal) {
        let edge = &traversal.edge;
        if edge.text == "not" {
            self.report(
                SyntaxError::new("Q001", edge.span)
                    .message("`not` is a keyword here, so no traversal can use an edge of that name")
                    .help("a negation reads `not { $a knows $b }`"),
            );
        }
    }

    fn visit_filter(&mut self, filter: &Filter) {
        self.compared(&filter.left, property(&filter.right));
        self.compared(&filter.right, property(&filter.left));
    }

    fn visit_assignment(&mut self, assignment: &PropertyMatch) {
        self.value(&assignment.value);
    }

    fn visit_predicate(&mut self, predicate: &Predicate) {
        self.value(&predicate.value);
    }

    fn visit_literal(&mut self, literal: &Literal, span: Span) {
        match literal {
            Literal::String(text) if text.len() > LONGEST_STRING => {
                self.report(SyntaxError::new("Q014", span).message("a string can hold at most 1 MiB"));
            }
            Literal::List(items) => {
                if let Some(item) = items.get(MOST_LIST_ITEMS) {
                    let message = format!("a list can hold at most {MOST_LIST_ITEMS} items");
                    self.report(SyntaxError::new("Q014", item.span).message(message));
                }
            }
            _ => {}
        }
        visit::walk_literal(self, literal);
    }

    fn visit_alias(&mut self, name: &str, span: Span) {
        if name == "null" {
            let error = SyntaxError::new("Q001", span)
                .message("there is no literal for null")
                .help("a null never satisfies a comparison: `not { $p.age = $p.age }` keeps the rows without a value; in an \
                         assignment a null comes in through an optional parameter, such as `$x: String?`");
            self.report(error);
        }
    }

    fn visit_call(&mut self, call: &Call) {
        visit::walk_call(self, call);
        // Something was mended in here, which is said already.
        let known = |e: &SyntaxError| call.span.start <= e.span.start && e.span.end <= call.span.end;
        if self.errors.iter().any(known) {
            return;
        }
        let (least, most, form) = match call.function {
            Function::Count => (1, 1, "count($x)"),
            Function::Sum => (1, 1, "sum($x.property)"),
            Function::Avg => (1, 1, "avg($x.property)"),
            Function::Min => (1, 1, "min($x.property)"),
            Function::Max => (1, 1, "max($x.property)"),
            Function::Now => (0, 0, "now()"),
            Function::Search => (2, 2, "search($x.property, text)"),
            Function::Fuzzy => (2, 3, "fuzzy($x.property, text, edits)"),
            Function::MatchText => (2, 2, "match_text($x.property, text)"),
            Function::Bm25 => (2, 2, "bm25($x.property, text)"),
            Function::Nearest => (2, 2, "nearest($x.vector, query)"),
            Function::Rrf => (2, 3, "rrf(nearest(…), bm25(…), k)"),
        };
        let given = call.arguments.len();
        let name = call.function.name();
        if given < least || given > most {
            let wanted = match (least, most) {
                (1, 1) => "one argument".to_owned(),
                (l, m) if l == m => format!("{l} arguments"),
                (l, m) => format!("{l} or {m} arguments"),
            };
            self.report(
                SyntaxError::new("Q001", call.span)
                    .message(format!("`{name}` takes {wanted}, not {given}"))
                    .help(format!("it is written `{form}`")),
            );
        }
        if call.function == Function::Rrf {
            let is_rank = |e: &Expression| matches!(&e.kind, ExpressionKind::Call(c) if matches!(c.function, Function::Nearest | Function::Bm25));
            for argument in call.arguments.iter().take(2).filter(|a| !is_rank(a)) {
                let error = SyntaxError::new("Q001", argument.span)
                    .message("`rrf` fuses two rankings: `nearest(…)` and `bm25(…)`")
                    .label(call.function_span, "in this call");
                self.report(error);
            }
        }
    }
}

/// The property that an expression is, with its variable.
fn property(expression: &Expression) -> Option<(&Name, &Name)> {
    match &expression.kind {
        ExpressionKind::Property { variable, property } => Some((variable, property)),
        _ => None,
    }
}

/// How to ask whether a property is null.
pub(super) fn null_test(property: &str) -> String {
    format!(
        "`not {{ {property} = {property} }}` holds where it is null, `{property} = {property}` where it has a value"
    )
}
