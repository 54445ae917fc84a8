//! What the productions of the query grammar build. What is large is boxed while the parser moves it.

#![expect(clippy::vec_box, reason = "the lists of the parser hold what it moves")]

use super::ast::*;
pub(crate) use crate::shared::parse::prepend;
use crate::{Name, Span, SyntaxError};

pub(crate) type Errors = Vec<SyntaxError>;

/// What the grammar can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Query(Box<Query>),
    Parameter(Box<Parameter>),
    Annotation(Annotation),
    Clauses(Vec<Clause>),
    Matches(Vec<PropertyMatch>),
    Projections(Vec<Projection>),
    Item(Box<Projection>),
    Member(Box<Member>),
    Key(Box<SortKey>),
    Statement(Box<Statement>),
    Assignments(Vec<PropertyMatch>),
}

/// A list as the tree has it.
pub(crate) fn unboxed<T>(list: Vec<Box<T>>) -> Vec<T> {
    list.into_iter().map(|boxed| *boxed).collect()
}

pub(crate) fn query(
    name: Name,
    parameters: Vec<Box<Parameter>>,
    annotations: Vec<Annotation>,
    body: Body,
    span: Span,
) -> Box<Query> {
    Box::new(Query {
        name,
        parameters: unboxed(parameters),
        annotations,
        body,
        span,
    })
}

pub(crate) type Word = (Comparator, Span);

fn expression(kind: ExpressionKind, span: Span) -> Expression {
    Expression { kind, span }
}

/// Comparisons one behind the other: Q015, as `a < b` is no value to compare with.
pub(crate) fn chain(
    left: Expression,
    op: Word,
    right: Expression,
    rest: Vec<(Word, Expression)>,
    errors: &mut Errors,
) -> Expression {
    let end = rest.last().map_or(right.span, |(_, last)| last.span);
    if let Some(((_, second), _)) = rest.first() {
        let error = SyntaxError::new("Q015", *second)
            .message("comparisons do not chain: this one would compare a condition")
            .label(left.span.to(right.span), "the condition");
        errors.push(match joined(&right) {
            // `$a > 1 || $b > 2`
            Some(sign) => error.help("`||` joins texts, and binds tighter than a comparison").fix(
                "write `or` between conditions",
                sign,
                "or",
            ),
            None => error.help("write two comparisons and `and` between them, such as `$a < $b and $b < $c`"),
        });
    }
    compared(left, op, right, end)
}

/// The place of a `||`, if an operand is made by one.
fn joined(operand: &Expression) -> Option<Span> {
    match &operand.kind {
        ExpressionKind::Binary(binary) if binary.op == BinaryOperator::Join => Some(binary.op_span),
        _ => None,
    }
}

pub(crate) fn comparison(left: Expression, op: Word, right: Expression) -> Expression {
    let end = right.span;
    compared(left, op, right, end)
}

fn compared(left: Expression, (op, op_span): Word, right: Expression, end: Span) -> Expression {
    let span = left.span.to(end);
    let comparison = Comparison {
        left,
        op,
        op_span,
        right,
        span,
    };
    expression(ExpressionKind::Compare(Box::new(comparison)), span)
}

/// An item of `with`: a variable goes on under its own name, whatever else under the one behind `as`.
pub(crate) fn item(
    expression: Expression,
    name: Option<(Name, bool)>,
    span: Span,
    errors: &mut Errors,
) -> Box<Projection> {
    let alias = match name {
        Some((alias, true)) => Some(alias),
        Some((word, false)) => {
            let error = SyntaxError::new("Q018", word.span)
                .message(format!("what `with` hands on is a variable: `${}`", word.text))
                .safe_fix("write `$`", Span::at(word.span.start as usize), "$");
            errors.push(error);
            Some(word)
        }
        None => {
            if !matches!(expression.kind, ExpressionKind::Variable(_)) {
                let error = SyntaxError::new("Q018", expression.span)
                    .message("a value needs a name to go on under")
                    .label(Span::at(expression.span.end as usize), "expected `as $name` here");
                errors.push(error);
            }
            None
        }
    };
    Box::new(Projection {
        expression,
        alias,
        span,
    })
}

/// `braces`: with what stands in them.
pub(crate) fn object(variable: Name, members: Vec<Member>, braces: Span) -> Expression {
    let span = variable.span.to(braces);
    let object = Object {
        variable,
        members,
        braces,
    };
    expression(ExpressionKind::Object(Box::new(object)), span)
}

/// A property of the variable before the braces.
pub(crate) fn chosen(name: Name) -> Box<Member> {
    let span = name.span;
    Box::new(Member {
        name,
        value: None,
        span,
    })
}

pub(crate) fn member(name: Name, value: Expression) -> Box<Member> {
    let span = name.span.to(value.span);
    Box::new(Member {
        name,
        value: Some(value),
        span,
    })
}

pub(crate) fn rows(rows: Rows, span: Span) -> Expression {
    let block = Block { span, ..rows.block };
    let rows = Rows { block, ..rows };
    expression(ExpressionKind::Rows(Box::new(rows)), span)
}

/// A call with its arguments alone.
pub(crate) fn called((function, function_span): (Function, Span), arguments: Vec<Expression>, span: Span) -> Call {
    Call {
        function,
        function_span,
        arguments,
        distinct: None,
        star: None,
        order: Vec::new(),
        limit: None,
        span,
    }
}

/// One more operand behind those of a list. An operator that binds tighter than the last one of `left` takes that one's right
/// side, unless it stands in parentheses.
pub(crate) fn chained(left: Expression, op: (BinaryOperator, Span), right: Expression) -> Expression {
    let Expression { kind, span } = left;
    match kind {
        ExpressionKind::Binary(last)
            if binding(last.op) < binding(op.0) && span == last.left.span.to(last.right.span) =>
        {
            let last = *last;
            binary(last.left, (last.op, last.op_span), chained(last.right, op, right))
        }
        kind => binary(expression(kind, span), op, right),
    }
}

/// How tightly an operator binds.
fn binding(op: BinaryOperator) -> u8 {
    match op {
        BinaryOperator::Or => 1,
        BinaryOperator::And => 2,
        BinaryOperator::Join => 3,
        BinaryOperator::Add | BinaryOperator::Subtract => 4,
        BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Remainder => 5,
    }
}

fn binary(left: Expression, (op, op_span): (BinaryOperator, Span), right: Expression) -> Expression {
    let span = left.span.to(right.span);
    let binary = Binary {
        left,
        op,
        op_span,
        right,
    };
    expression(ExpressionKind::Binary(Box::new(binary)), span)
}

/// `signs`: the places of one `not` or several.
pub(crate) fn not(signs: Vec<Span>, operand: Expression) -> Expression {
    let op = UnaryOperator::Not;
    signs.into_iter().rfold(operand, |operand, op_span| {
        let span = op_span.to(operand.span);
        expression(ExpressionKind::Unary(Box::new(Unary { op, op_span, operand })), span)
    })
}

/// `signs`: the places of one `-` or several.
pub(crate) fn negate(signs: Vec<Span>, operand: Expression) -> Expression {
    signs
        .into_iter()
        .rfold(operand, |operand, sign| negative(sign, operand))
}

/// `-3` is a literal; before anything else, the sign is an operator.
fn negative(op_span: Span, operand: Expression) -> Expression {
    let span = op_span.to(operand.span);
    match operand.kind {
        ExpressionKind::Literal(Literal::Integer(number)) if number > 0 => {
            expression(ExpressionKind::Literal(Literal::Integer(-number)), span)
        }
        ExpressionKind::Literal(Literal::Unsigned(number)) if number == i64::MIN.unsigned_abs() => {
            expression(ExpressionKind::Literal(Literal::Integer(i64::MIN)), span)
        }
        ExpressionKind::Literal(Literal::Float(text)) if !text.starts_with('-') => {
            expression(ExpressionKind::Literal(Literal::Float(format!("-{text}"))), span)
        }
        kind => {
            let operand = expression(kind, operand.span);
            let op = UnaryOperator::Negate;
            expression(ExpressionKind::Unary(Box::new(Unary { op, op_span, operand })), span)
        }
    }
}

pub(crate) fn null_test(operand: Expression, negated: bool, test: Span) -> Expression {
    let span = operand.span.to(test);
    let test = NullTest { operand, negated, test };
    expression(ExpressionKind::NullTest(Box::new(test)), span)
}

pub(crate) fn type_test(operand: Expression, negated: bool, start: usize, ty: Name) -> Expression {
    let span = operand.span.to(ty.span);
    let test = Span::new(start, ty.span.end as usize);
    let test = TypeTest {
        operand,
        negated,
        test,
        ty,
    };
    expression(ExpressionKind::TypeTest(Box::new(test)), span)
}

pub(crate) fn case(branches: Vec<(Expression, Expression)>, otherwise: Option<Expression>, span: Span) -> Expression {
    let otherwise = otherwise.map(Box::new);
    expression(ExpressionKind::Case(Case { branches, otherwise }), span)
}

pub(crate) fn cast(lenient: bool, operand: Expression, ty: ParameterType, span: Span) -> Expression {
    let cast = Cast { lenient, operand, ty };
    expression(ExpressionKind::Cast(Box::new(cast)), span)
}

pub(crate) fn index(list: Expression, index: Expression, end: Span) -> Expression {
    let span = list.span.to(end);
    expression(ExpressionKind::Index(Box::new(Index { list, index })), span)
}

pub(crate) fn slice(list: Expression, from: Option<Expression>, to: Option<Expression>, end: Span) -> Expression {
    let span = list.span.to(end);
    expression(ExpressionKind::Slice(Box::new(Slice { list, from, to })), span)
}

/// A list of literals is a literal.
pub(crate) fn list(items: Vec<Expression>, span: Span) -> Expression {
    let literal = |item: &Expression| matches!(item.kind, ExpressionKind::Literal(ref l) if *l != Literal::Null);
    let kind = match items.iter().all(literal) {
        true => ExpressionKind::Literal(Literal::List(items)),
        false => ExpressionKind::List(items),
    };
    expression(kind, span)
}

pub(crate) fn comprehension(
    item: Expression,
    variable: Name,
    list: Expression,
    condition: Option<Expression>,
    span: Span,
) -> Expression {
    let comprehension = Comprehension {
        item,
        variable,
        list,
        condition,
    };
    expression(ExpressionKind::Comprehension(Box::new(comprehension)), span)
}

pub(crate) fn apply(name: Name, arguments: Vec<Expression>, span: Span) -> Expression {
    expression(ExpressionKind::Apply(Apply { name, arguments }), span)
}

/// An expression in parentheses, with them.
pub(crate) fn enclosed(inner: Expression, span: Span) -> Expression {
    expression(inner.kind, span)
}

pub(crate) fn traversal(
    source: Name,
    edge_variable: Option<Name>,
    (edge, others): (Name, Vec<Name>),
    undirected: bool,
    hops: Option<Box<Hops>>,
    target: Name,
) -> Box<Traversal> {
    let span = source.span.to(target.span);
    Box::new(Traversal {
        source,
        edge_variable,
        edge,
        others,
        undirected,
        hops: hops.map(|hops| *hops),
        target,
        span,
    })
}

/// Hops of a condition alone: one step.
pub(crate) fn one_step(condition: Expression, span: Span) -> Box<Hops> {
    Box::new(Hops {
        min: (1, span),
        max: Some((1, span)),
        condition: Some(condition),
        span,
    })
}

pub(crate) fn step(property: Name, span: Span) -> Expression {
    expression(ExpressionKind::Step(property), span)
}

/// What `path` searches for.
pub(crate) fn walk(
    (search, search_span): (Search, Span),
    traversal: Box<Traversal>,
    by: Option<Box<(Span, Expression)>>,
) -> Expression {
    let end = by.as_ref().map_or(traversal.span, |by| by.1.span);
    let span = search_span.to(end);
    let walk = Walk {
        search,
        search_span,
        traversal: *traversal,
        by: by.map(|by| *by),
    };
    expression(ExpressionKind::Walk(Box::new(walk)), span)
}

pub(crate) fn definition(word: DefinitionWord, keyword: Span, variable: Name, value: Expression) -> Box<Clause> {
    let span = keyword.to(value.span);
    Box::new(Clause::Definition(Definition {
        word,
        keyword,
        variable,
        value,
        span,
    }))
}

pub(crate) fn bound(variable: Name, ty: Name, matches: Option<Vec<Box<PropertyMatch>>>, span: Span) -> Box<Clause> {
    Box::new(Clause::Binding(Binding {
        variable,
        ty,
        matches: matches.map(unboxed).unwrap_or_default(),
        span,
    }))
}

/// What a condition is as a clause: `not { … }` and `exists { … }` alone are clauses of their own.
pub(crate) fn condition(condition: Expression) -> Box<Clause> {
    let span = condition.span;
    match condition.kind {
        // In parentheses it is a condition.
        ExpressionKind::Block(value) if value.block.span == span => {
            let word = match value.fold {
                BlockFold::Exists => BlockWord::Exists,
                BlockFold::Not => BlockWord::Not,
                BlockFold::Count | BlockFold::Aggregate => {
                    return Box::new(Clause::Condition(expression(ExpressionKind::Block(value), span)));
                }
            };
            nested(word, value.keyword, vec![value.block])
        }
        kind => Box::new(Clause::Condition(expression(kind, span))),
    }
}

pub(crate) fn nested(word: BlockWord, keyword: Span, blocks: Vec<Block>) -> Box<Clause> {
    Box::new(Clause::Nested(Nested { word, keyword, blocks }))
}

pub(crate) fn either(keyword: Span, first: Block, others: Vec<Box<Block>>) -> Box<Clause> {
    nested(BlockWord::Either, keyword, prepend(first, unboxed(others)))
}

pub(crate) fn block(clauses: Vec<Clause>, span: Span) -> Block {
    Block {
        clauses,
        aggregate: None,
        span,
    }
}

/// A branch of a union, whose rows are no pages of their own.
pub(crate) fn branch(mut read: Box<Read>, span: Span, errors: &mut Vec<SyntaxError>) -> Box<Branch> {
    if let Some(after) = read.after.take() {
        errors.push(super::messages::page_of_part(after.span, "a branch of a union"));
    }
    Box::new(Branch { read: *read, span })
}

/// What stands before statements: a reading of which nothing is returned.
pub(crate) fn assignments(stages: Vec<Box<Read>>, pattern: Block) -> Box<Read> {
    Box::new(Read {
        stages: unboxed(stages),
        return_span: Span::at(pattern.span.end as usize),
        pattern,
        distinct: None,
        projections: Vec::new(),
        having: None,
        order: Vec::new(),
        limit: None,
        offset: None,
        after: None,
    })
}

pub(crate) fn update(keyword: Span, subject: Subject, assignments: Vec<PropertyMatch>, span: Span) -> Box<Statement> {
    Box::new(Statement::Update(Update {
        keyword,
        subject,
        assignments,
        span,
    }))
}

pub(crate) fn block_value(
    fold: BlockFold,
    keyword: Span,
    aggregate: Option<Box<Call>>,
    clauses: Vec<Clause>,
    span: Span,
) -> Expression {
    let block = Block {
        clauses,
        aggregate: aggregate.map(|call| *call),
        span,
    };
    let value = BlockValue { fold, keyword, block };
    expression(ExpressionKind::Block(Box::new(value)), span)
}

pub(crate) fn variable(name: Name) -> Expression {
    Expression {
        kind: ExpressionKind::Variable(name.text),
        span: name.span,
    }
}

pub(crate) fn skippable(name: Name, span: Span) -> Expression {
    expression(ExpressionKind::Skippable(name.text), span)
}

pub(crate) fn alias(name: Name) -> Expression {
    Expression {
        kind: ExpressionKind::Alias(name.text),
        span: name.span,
    }
}

pub(crate) fn property(variable: Name, property: Name) -> Expression {
    let span = variable.span.to(property.span);
    Expression {
        kind: ExpressionKind::Property { variable, property },
        span,
    }
}

pub(crate) fn call(call: Box<Call>) -> Expression {
    let span = call.span;
    Expression {
        kind: ExpressionKind::Call(call),
        span,
    }
}

fn out_of_range(span: Span, what: &str, largest: impl std::fmt::Display) -> SyntaxError {
    SyntaxError::new("Q005", span)
        .message(format!("{what} can be at most {largest}"))
        .fix(format!("use {largest}"), span, largest.to_string())
}

/// Whether one beyond an I64 may stand where it does is asked by the checks, which know what is expected there.
pub(crate) fn integer(digits: &str, span: Span, errors: &mut Errors) -> Literal {
    let digits = digits.replace('_', "");
    match (digits.parse(), digits.parse()) {
        (Ok(number), _) => Literal::Integer(number),
        (Err(_), Ok(number)) => Literal::Unsigned(number),
        (Err(_), Err(_)) => {
            errors.push(out_of_range(span, "an integer", i64::MAX));
            Literal::Integer(i64::MAX)
        }
    }
}

pub(crate) fn amount(digits: &str, span: Span, errors: &mut Errors) -> u64 {
    digits.replace('_', "").parse().unwrap_or_else(|_| {
        errors.push(out_of_range(span, "a number of rows", u64::MAX));
        u64::MAX
    })
}

pub(crate) fn hop(digits: &str, span: Span, errors: &mut Errors) -> u32 {
    digits.replace('_', "").parse().unwrap_or_else(|_| {
        errors.push(out_of_range(span, "a number of hops", u32::MAX));
        u32::MAX
    })
}

pub(crate) fn float(digits: &str, span: Span, errors: &mut Errors) -> String {
    let digits = digits.replace('_', "");
    if digits.parse::<f64>().is_ok_and(f64::is_finite) {
        return digits;
    }
    errors.push(SyntaxError::new("Q005", span).message("this number is too large for a 64-bit float"));
    "0.0".to_owned()
}
