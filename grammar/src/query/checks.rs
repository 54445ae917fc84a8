//! What the grammar accepts although the language does not, and what only the whole query can tell: one walk over the tree.

use std::borrow::Cow;
use std::collections::HashSet;

use super::ast::*;
use super::build;
use super::visit::{self, Visit};
use crate::{Name, Span, SyntaxError};

const MOST_CLAUSES: usize = 1000;
const MOST_PARTS: usize = 256;
const MOST_STAGES: usize = 64;
const MOST_BRANCHES: usize = 64;
/// How deep objects may stand in each other.
const DEEPEST_OBJECT: usize = 16;
const MOST_LIST_ITEMS: usize = 65_536;
const LONGEST_STRING: usize = 1 << 20;
const ANNOTATIONS: [&str; 2] = ["description", "instruction"];

pub(super) fn check(query: &mut Query, text: &str, errors: &mut Vec<SyntaxError>) {
    let parameters: HashSet<String> = query.parameters.iter().map(|p| p.name.text.clone()).collect();
    let values = query.parameters.iter().filter(|p| p.ty.node().is_none());
    let values: HashSet<String> = values.map(|p| p.name.text.clone()).collect();
    match &mut query.body {
        Body::Fragment(block) => tell_traversals(block, &values),
        Body::Mutation(mutation) => {
            let read = mutation.read.as_mut();
            let values = read.map_or_else(|| values.clone(), |read| tell_traversals_of(read, &values));
            let statements = mutation.statements.iter_mut().flat_map(Statement::expressions_mut);
            let returning = mutation.returning.iter_mut().flat_map(|r| &mut r.projections);
            let outside = statements.chain(returning.map(|projection| &mut projection.expression));
            outside.for_each(|expression| tell_traversals_in(expression, &values));
        }
        body => body.reads_mut().for_each(|read| _ = tell_traversals_of(read, &values)),
    }
    let mut checker = Checker {
        text,
        errors,
        parameters: &parameters,
        words: Words::Name,
        statement: false,
        objects: 0,
    };
    checker.annotations(&query.annotations);
    checker.count("parameters", query.parameters.iter().map(|p| p.span));
    checker.visit_query(query);
}

/// Tells the traversals of each stage: what `with` hands on are values, too. The values of the last pattern.
fn tell_traversals_of(read: &mut Read, parameters: &HashSet<String>) -> HashSet<String> {
    let mut stages = std::mem::take(&mut read.stages);
    let mut values = parameters.clone();
    let mut last = values.clone();
    for stage in stages.iter_mut().chain([&mut *read]) {
        tell_traversals(&mut stage.pattern, &values);
        let projections = stage
            .projections
            .iter_mut()
            .map(|projection| &mut projection.expression);
        let having = stage.having.iter_mut().map(|having| &mut having.condition);
        let keys = stage.order.iter_mut().map(|key| &mut key.expression);
        let outside = projections.chain(having).chain(keys);
        outside.for_each(|expression| tell_traversals_in(expression, &values));
        values.extend(defined(&stage.pattern));
        last.clone_from(&values);
        let mut handed = parameters.clone();
        for item in &stage.projections {
            let known = match &item.expression.kind {
                ExpressionKind::Variable(name) => values.contains(name).then_some(name),
                _ => item.alias.as_ref().map(|alias| &alias.text),
            };
            handed.extend(
                known
                    .map(|name| item.alias.as_ref().map_or(name, |alias| &alias.text))
                    .cloned(),
            );
        }
        values = handed;
    }
    read.stages = stages;
    last
}

/// The value variables that a block has, those of its optional and alternative blocks included.
fn defined(block: &Block) -> Vec<String> {
    let mut names = Vec::new();
    for clause in &block.clauses {
        match clause {
            Clause::Definition(definition) => names.push(definition.variable.text.clone()),
            Clause::Nested(nested) if matches!(nested.word, BlockWord::Optional | BlockWord::Either) => {
                names.extend(nested.blocks.iter().flat_map(defined));
            }
            _ => {}
        }
    }
    names
}

/// `$a contains $b` is a traversal, unless one of the two is a parameter or a value variable.
fn tell_traversals(block: &mut Block, around: &HashSet<String>) {
    let mut values: Cow<'_, HashSet<String>> = Cow::Borrowed(around);
    defined(block)
        .into_iter()
        .for_each(|name| _ = values.to_mut().insert(name));
    for clause in &mut block.clauses {
        if let Some(traversal) = as_traversal(clause, &values) {
            *clause = Clause::Traversal(traversal);
        }
        clause
            .blocks_mut()
            .into_iter()
            .for_each(|b| tell_traversals(b, &values));
    }
    if let Some(call) = &mut block.aggregate {
        let arguments = call.arguments.iter_mut().flat_map(Expression::blocks_mut);
        arguments.for_each(|b| tell_traversals(b, &values));
    }
}

/// The same of the blocks in an expression.
fn tell_traversals_in(expression: &mut Expression, around: &HashSet<String>) {
    match &mut expression.kind {
        ExpressionKind::Block(value) => tell_traversals(&mut value.block, around),
        ExpressionKind::Rows(rows) => {
            tell_traversals(&mut rows.block, around);
            let mut values = around.clone();
            values.extend(defined(&rows.block));
            let items = rows.items.iter_mut().map(|item| &mut item.expression);
            let keys = rows.order.iter_mut().map(|key| &mut key.expression);
            items.chain(keys).for_each(|part| tell_traversals_in(part, &values));
        }
        _ => expression
            .operands_mut()
            .into_iter()
            .for_each(|part| tell_traversals_in(part, around)),
    }
}

fn as_traversal(clause: &Clause, values: &HashSet<String>) -> Option<Traversal> {
    let Clause::Condition(condition) = clause else {
        return None;
    };
    let ExpressionKind::Compare(comparison) = &condition.kind else {
        return None;
    };
    let edge = match comparison.op {
        Comparator::Contains => "contains",
        Comparator::StartsWith => "starts_with",
        _ => return None,
    };
    // In parentheses it is a condition.
    let variable = |side: &Expression| match &side.kind {
        ExpressionKind::Variable(name) if !values.contains(name) => Some(Name {
            text: name.clone(),
            span: side.span,
        }),
        _ => None,
    };
    let bare = condition.span == comparison.left.span.to(comparison.right.span);
    let (source, target) = (variable(&comparison.left)?, variable(&comparison.right)?);
    let edge = Name {
        text: edge.to_owned(),
        span: comparison.op_span,
    };
    bare.then(|| *build::traversal(source, None, (edge, Vec::new()), false, None, target))
}

struct Checker<'a> {
    text: &'a str,
    errors: &'a mut Vec<SyntaxError>,
    parameters: &'a HashSet<String>,
    words: Words,
    /// Whether what is looked at belongs to a statement.
    statement: bool,
    /// How many objects are around what is looked at.
    objects: usize,
}

/// What a bare word is in an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// A column of the result or a property of a row; what it names is asked later.
    Name,
    /// Nothing: values are made of constants and parameters alone.
    Nothing,
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

    /// The order and the limit in the parentheses of an aggregate.
    fn within(&mut self, call: &Call) {
        let name = call.function.name();
        let keys = call.order.first().zip(call.order.last());
        let order = keys.map(|(first, last)| first.span.to(last.span));
        if let Some(span) = order.filter(|_| !call.function.is_ordered()) {
            self.report(
                SyntaxError::new("Q001", span)
                    .message(format!("`{name}` has no order of its own"))
                    .label(call.function_span, "takes the rows in any order")
                    .help("`collect` and `first` have one, such as `first($p.name order { $p.age })`"),
            );
        }
        if let Some(limit) = call.limit.as_ref().filter(|_| call.function != Function::Collect) {
            self.report(
                SyntaxError::new("Q001", limit.span)
                    .message(format!("`{name}` has no limit of its own"))
                    .label(call.function_span, "takes all rows")
                    .help("`collect` has one, such as `collect($p.name order { $p.age } limit 3)`"),
            );
        }
    }
}

impl Visit<'_> for Checker<'_> {
    fn visit_union(&mut self, union: &Union) {
        if let Some(branch) = union.branches.get(MOST_BRANCHES) {
            let message = format!("a union can have at most {MOST_BRANCHES} branches");
            self.report(SyntaxError::new("Q014", branch.span).message(message));
        }
        self.count("sort keys", union.order.iter().map(|k| k.span));
        visit::walk_union(self, union);
    }

    fn visit_read(&mut self, read: &Read) {
        if let Some(stage) = read.stages.get(MOST_STAGES) {
            self.report(
                SyntaxError::new("Q014", stage.return_span)
                    .message(format!("a query can have at most {MOST_STAGES} stages")),
            );
        }
        read.stages.iter().for_each(|stage| self.visit_read(stage));
        self.visit_block(&read.pattern);
        self.count("projections", read.projections.iter().map(|p| p.span));
        self.count("sort keys", read.order.iter().map(|k| k.span));
        read.projections.iter().for_each(|p| self.visit_projection(p));
        if let Some(having) = &read.having {
            self.visit_having(having);
        }
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
        if let (Function::Nearest | Function::Bm25 | Function::Rrf, Some((_, span))) = (call.function, key.nulls) {
            self.report(
                SyntaxError::new("Q009", span)
                    .message("a ranking has no nulls: it keeps the rows that have a rank")
                    .label(call.span, "ordered by this call")
                    .safe_fix(
                        "delete it",
                        Span {
                            start: span.start.saturating_sub(1).max(call.span.end),
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

    fn visit_parameter(&mut self, parameter: &Parameter) {
        let words = std::mem::replace(&mut self.words, Words::Nothing);
        visit::walk_parameter(self, parameter);
        self.words = words;
    }

    fn visit_match(&mut self, written: &PropertyMatch) {
        let words = std::mem::replace(&mut self.words, Words::Nothing);
        self.visit_expression(&written.value);
        self.words = words;
    }

    fn visit_returning(&mut self, returning: &Returning) {
        self.count("projections", returning.projections.iter().map(|p| p.span));
        returning.projections.iter().for_each(|p| self.visit_projection(p));
    }

    fn visit_statement(&mut self, statement: &Statement) {
        self.statement = true;
        for assignment in statement.assignments() {
            self.words = match statement {
                Statement::Insert(_) | Statement::Upsert(_) => Words::Nothing,
                Statement::Update(_) | Statement::Delete(_) => Words::Name,
            };
            self.visit_assignment(assignment);
        }
        self.words = Words::Name;
        if let Some(other) = statement.otherwise() {
            other.assignments.iter().for_each(|a| self.visit_assignment(a));
        }
        if let Some(condition) = statement.condition() {
            self.visit_where(condition);
        }
        self.statement = false;
    }

    fn visit_apply(&mut self, apply: &Apply, _: Span) {
        let counts_edges = matches!(apply.name.text.as_str(), "degree" | "in_degree" | "out_degree");
        for (at, argument) in apply.arguments.iter().enumerate() {
            // The name of an edge.
            let names = counts_edges && at == 1 && matches!(argument.kind, ExpressionKind::Alias(_));
            if !(names && self.statement) {
                self.visit_expression(argument);
            }
        }
    }

    fn visit_alias(&mut self, name: &str, span: Span) {
        if self.words == Words::Nothing {
            let is_parameter = self.parameters.contains(name);
            self.report(super::messages::bare_value(name, span, is_parameter));
        }
    }

    fn visit_object(&mut self, object: &Object) {
        self.count("members in an object", object.members.iter().map(|member| member.span));
        if self.objects == DEEPEST_OBJECT {
            let message = format!("objects are nested deeper than {DEEPEST_OBJECT} levels");
            self.report(SyntaxError::new("Q014", object.variable.span).message(message));
            return;
        }
        self.objects += 1;
        visit::walk_object(self, object);
        self.objects -= 1;
    }

    fn visit_rows(&mut self, rows: &Rows) {
        self.count("members in an object", rows.items.iter().map(|item| item.span));
        self.count("sort keys", rows.order.iter().map(|key| key.span));
        visit::walk_rows(self, rows);
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

    fn visit_condition(&mut self, condition: &Expression) {
        match &condition.kind {
            // A list that has lost its bracket is said once.
            ExpressionKind::Literal(_)
                if self
                    .errors
                    .iter()
                    .any(|e| e.code == "Q016" && e.span.end <= condition.span.start) => {}
            ExpressionKind::Literal(_) => {
                let shown = self.text.get(condition.span.range()).unwrap_or_default();
                self.report(super::messages::no_clause(condition.span, shown));
            }
            _ if self
                .text
                .get(condition.span.range())
                .is_some_and(|text| text.starts_with('-')) =>
            {
                self.report(
                    SyntaxError::new("Q001", condition.span)
                        .message("a clause does not begin with `-`: it would go on with the one before")
                        .with_fix(
                            "put parentheses around it",
                            true,
                            vec![
                                (Span::at(condition.span.start as usize), "(".to_owned()),
                                (Span::at(condition.span.end as usize), ")".to_owned()),
                            ],
                        ),
                )
            }
            _ => {}
        }
        visit::walk_condition(self, condition);
    }

    fn visit_call(&mut self, call: &Call) {
        visit::walk_call(self, call);
        // Something was mended in here, which is said already.
        let known = |e: &SyntaxError| call.span.start <= e.span.start && e.span.end <= call.span.end;
        if self.errors.iter().any(known) {
            return;
        }
        let stray = match (call.star, call.distinct) {
            (Some(star), _) if call.function != Function::Count => Some((star, "`*` stands for the rows of a group")),
            (_, Some(word)) if !call.function.is_aggregate() => {
                Some((word, "`distinct` is about the values of a group"))
            }
            _ => None,
        };
        if let Some((span, message)) = stray {
            let help = "`count(*)` counts rows; `distinct` stands in an aggregate, such as `count(distinct $p.city)`";
            self.report(SyntaxError::new("Q001", span).message(message).help(help));
        }
        self.within(call);
        let (least, most, form) = match call.function {
            Function::Count => (1, 1, "count($x)"),
            Function::Sum => (1, 1, "sum($x.property)"),
            Function::Avg => (1, 1, "avg($x.property)"),
            Function::Min => (1, 1, "min($x.property)"),
            Function::Max => (1, 1, "max($x.property)"),
            Function::StdDev => (1, 1, "stddev($x.property)"),
            Function::Variance => (1, 1, "variance($x.property)"),
            Function::Median => (1, 1, "median($x.property)"),
            Function::Percentile => (2, 2, "percentile($x.property, 0.9)"),
            Function::Any => (1, 1, "any($x.property > 3)"),
            Function::All => (1, 1, "all($x.property > 3)"),
            Function::Collect => (1, 1, "collect($x.property)"),
            Function::First => (1, 1, "first($x.property order { $x.other })"),
            Function::ArgMin => (2, 2, "arg_min($x.property, $x.other)"),
            Function::ArgMax => (2, 2, "arg_max($x.property, $x.other)"),
            Function::Now => (0, 0, "now()"),
            Function::Search => (2, 2, "search($x.property, text)"),
            Function::Fuzzy => (2, 3, "fuzzy($x.property, text, edits)"),
            Function::MatchText => (2, 2, "match_text($x.property, text)"),
            Function::Bm25 => (2, 2, "bm25($x.property, text)"),
            Function::Nearest => (2, 2, "nearest($x.vector, query)"),
            Function::Rrf => (2, 3, "rrf(nearest(…), bm25(…), k)"),
        };
        let given = call.arguments.len() + usize::from(call.star.is_some());
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
