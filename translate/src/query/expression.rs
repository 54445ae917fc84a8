//! Expressions: which form becomes which.

use omnigraph_grammar::{Name, Span};

use crate::ast::{Expr, ExprKind};
use crate::codes;
use crate::names::{self, Found};
use crate::problem::Problem;
use crate::value::{Level, Ty, Value, fraction, quoted};

use super::Translator;
use super::pattern::PATH;

impl Translator<'_> {
    /// The value of ours. What has none is reported and `Unknown`.
    pub(super) fn value(&mut self, expr: &Expr) -> Value {
        let lenient = self.lenient;
        // Only within `and` and `or` null still counts as false.
        let keeps = matches!(
            expr.kind,
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::In(..) | ExprKind::Quantified { .. }
        );
        self.lenient &= keeps;
        let value = self.value_of(expr);
        self.lenient = lenient;
        value
    }

    fn value_of(&mut self, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Null => Value::primary("null", Ty::Null).nullable(true),
            ExprKind::Boolean(value) => Value::primary(value.to_string(), Ty::Bool),
            ExprKind::Integer(number) => self.integer(*number, expr.span),
            ExprKind::Float(number) => Value::primary(fraction(*number), Ty::Float),
            ExprKind::Text(text) => Value::primary(quoted(text), Ty::Text),
            ExprKind::Parameter(name) => self.parameter(name),
            ExprKind::Variable(name) => self.variable(name, expr.span),
            ExprKind::Property(base, name) => self.property(base, name, expr.span),
            ExprKind::Index(list, index) => self.index(list, index, expr.span),
            ExprKind::Slice(list, from, to) => self.slice(list, from.as_deref(), to.as_deref(), expr.span),
            ExprKind::List(items) => self.list(items, expr.span),
            ExprKind::Map(_) => self.none(
                &codes::VALUE,
                expr.span,
                "a map is no value here",
                "return its members as columns",
            ),
            ExprKind::Not(inner) => self.not(inner, expr.span),
            ExprKind::Negative(inner) => self.negative(inner, expr.span),
            ExprKind::And(all) => self.junction(all, "and", Level::And),
            ExprKind::Or(all) => self.junction(all, "or", Level::Or),
            ExprKind::Xor(left, right) => self.xor(left, right),
            ExprKind::Compare(first, rest) => self.compare(first, rest),
            ExprKind::Arithmetic(operator, left, right) => self.arithmetic(*operator, left, right, expr.span),
            ExprKind::In(item, list) => self.within(item, list, expr.span),
            ExprKind::TextTest(test, left, right) => self.text_test(*test, left, right, expr.span),
            ExprKind::Matches(text, pattern) => self.matches(text, pattern, expr.span),
            ExprKind::IsNull(inner, negated) => self.is_null(inner, *negated, expr.span),
            ExprKind::HasLabels(name, labels) => self.has_labels(name, labels),
            ExprKind::Case {
                subject,
                branches,
                otherwise,
            } => self.case(subject.as_deref(), branches, otherwise.as_deref(), expr.span),
            ExprKind::Call(call) => self.call(call, expr),
            ExprKind::Comprehension {
                variable,
                list,
                condition,
                item,
            } => self.comprehension(variable, list, condition.as_deref(), item.as_deref()),
            ExprKind::Quantified {
                quantifier,
                variable,
                list,
                condition,
            } => self.quantified(*quantifier, variable, list, condition, expr.span),
            ExprKind::Pattern(path) => {
                self.pattern_of_missing(path);
                let block = self.pattern_block(path, true);
                block_value(format!("exists {block}"), Ty::Bool)
            }
            ExprKind::Exists(clauses) => match self.inner_block(clauses, expr.span, true) {
                Some(block) => block_value(format!("exists {block}"), Ty::Bool),
                None => Value::unknown(),
            },
            ExprKind::Count(clauses) => match self.inner_block(clauses, expr.span, false) {
                Some(block) => block_value(format!("count {block}"), Ty::Integer),
                None => Value::unknown(),
            },
            ExprKind::PatternComprehension { path, condition, item } => {
                self.pattern_comprehension(path, condition.as_deref(), item, expr.span)
            }
            ExprKind::Cast(operand, ty) => self.cast(operand, ty, expr.span),
            ExprKind::MapProjection(..) => self.none(
                &codes::FUNCTION,
                expr.span,
                "a map projection has an equal as a column alone",
                "return it as it is, or its members as columns",
            ),
            ExprKind::Known(words) => self.none(
                &codes::FUNCTION,
                expr.span,
                format!("{words} has no equal"),
                "compute it outside of the query",
            ),
        }
    }

    fn integer(&mut self, number: i128, span: Span) -> Value {
        match i64::try_from(number) {
            Ok(_) => Value::primary(number.to_string(), Ty::Integer),
            Err(_) => self.none(
                &codes::OPERANDS,
                span,
                "this number does not fit 64 bits",
                "write a smaller number",
            ),
        }
    }

    fn variable(&mut self, name: &str, span: Span) -> Value {
        match self.lookup(name) {
            Some(value) => {
                if value.is_unknown() && value.text == PATH {
                    let help = "return the nodes and the properties of the relationships instead";
                    self.report(&codes::PATH, span, format!("`{name}` has no value here"), help);
                    return Value::unknown();
                }
                value.clone()
            }
            None => {
                let problem = Problem::new(&codes::VARIABLE, span, format!("nothing binds `{name}` here"));
                let known: Vec<String> = self.frames.iter().flat_map(|frame| frame.keys().cloned()).collect();
                self.problems
                    .push(problem.meaning(name, known.iter().map(String::as_str)));
                Value::unknown()
            }
        }
    }

    fn property(&mut self, base: &Expr, name: &Name, span: Span) -> Value {
        if let Some(value) = self.component_of_call(base, name) {
            return value;
        }
        let owner = self.value(base);
        match &owner.ty {
            Ty::Node(_) | Ty::Edge(_) => self.property_of(&owner, name),
            Ty::Date | Ty::DateTime => self.component(&owner, name),
            Ty::Unknown => Value::unknown(),
            other => {
                let message = format!("{} has no property `{}` here", other.word(), name.text);
                self.none(
                    &codes::VALUE,
                    span,
                    message,
                    "pass the value itself, as a parameter of its own",
                )
            }
        }
    }

    /// A property of a node or an edge.
    pub(super) fn property_of(&mut self, owner: &Value, name: &Name) -> Value {
        let catalog = self.catalog;
        let (ty, properties) = match &owner.ty {
            Ty::Node(ty) => (ty, catalog.node(ty).map(|ty| &ty.properties)),
            Ty::Edge(ty) => (ty, catalog.edge(ty).map(|ty| &ty.properties)),
            _ => return Value::unknown(),
        };
        let Some(properties) = properties else {
            return Value::unknown();
        };
        let known = properties.iter().map(|property| property.name.as_str());
        match names::find(&name.text, known.clone()) {
            Found::One(found) => {
                let property = properties.iter().find(|property| property.name == found);
                // The row of a statement that writes has no variable.
                let text = match owner.text.is_empty() {
                    true => found.to_owned(),
                    false => format!("{}.{found}", owner.text),
                };
                let mut value = Value::primary(text, Ty::Unknown);
                value.reads = true;
                if let Some(property) = property {
                    value.ty = Ty::of(&property.ty);
                    value.nullable = property.ty.nullable || owner.nullable;
                    value.single = property.ty.scalar == omnigraph_model::types::Scalar::F32;
                }
                value
            }
            Found::None => {
                let message = format!("{ty} has no property `{}`", name.text);
                let problem = Problem::new(&codes::PROPERTY, name.span, message);
                self.problems.push(problem.meaning(&name.text, known));
                Value::unknown()
            }
            Found::Several(all) => {
                let message = format!("`{}` may mean {}", name.text, all.join(" or "));
                self.none(&codes::PROPERTY, name.span, message, "write the property's own name")
            }
        }
    }

    fn is_null(&mut self, inner: &Expr, negated: bool, span: Span) -> Value {
        let value = self.value(inner);
        match &value.ty {
            Ty::Unknown => return Value::unknown(),
            Ty::Node(_) | Ty::Edge(_) if !value.nullable => {
                let message = "a node or relationship that a pattern binds is never null";
                return self.none(
                    &codes::OPERANDS,
                    span,
                    message,
                    "leave the condition out, or ask for `EXISTS { … }`",
                );
            }
            Ty::Parameter(_) | Ty::ItemOf(_) => {
                let help = "make two queries, with the parameter and without it";
                return self.none(&codes::PARAMETER, span, "a parameter is never null here", help);
            }
            _ => {}
        }
        let words = if negated { "is not null" } else { "is null" };
        let text = format!("{} {words}", value.at(Level::Join));
        let mut test = Value::new(text, Level::Comparison, Ty::Bool).from(&[&value]);
        test.nullable = false;
        test
    }

    fn case(
        &mut self,
        subject: Option<&Expr>,
        branches: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
        span: Span,
    ) -> Value {
        let guards = self.guards.len();
        let mut text = "case".to_owned();
        let mut results: Vec<Value> = Vec::new();
        let mut conditions: Vec<Value> = Vec::new();
        for (when, then) in branches {
            let condition = match subject {
                Some(_) if matches!(when.kind, ExprKind::Null) => {
                    let help = "write `CASE WHEN x IS NULL THEN …`";
                    self.none(&codes::RESULT, when.span, "`WHEN null` has no one meaning", help)
                }
                Some(subject) => {
                    let pair = (crate::ast::Comparison::Equal, when.clone());
                    let test = self.compare(subject, std::slice::from_ref(&pair));
                    let both = !test.is_unknown() && self.value(subject).nullable && self.value(when).nullable;
                    if both {
                        let message = "whether null is found by `WHEN` of null differs";
                        self.none(&codes::RESULT, when.span, message, "write `CASE WHEN a = b THEN …`")
                    } else {
                        test
                    }
                }
                None => {
                    let mut value = self.value(when);
                    self.settle(&mut value, &Ty::Bool);
                    value
                }
            };
            if condition.is_unknown() {
                // It was reported.
                conditions.push(condition);
                let _ = self.value(then);
                continue;
            }
            let inside = self.guards.len();
            if subject.is_none() {
                self.guard(when, true);
            }
            let result = self.value(then);
            self.guards.truncate(inside);
            if subject.is_none() {
                self.guard(when, false);
            }
            text += &format!(" when {} then {}", condition.text, result.text);
            conditions.push(condition);
            results.push(result);
        }
        let mut nullable = otherwise.is_none();
        if let Some(otherwise) = otherwise {
            let result = self.value(otherwise);
            text += &format!(" else {}", result.text);
            results.push(result);
        }
        self.guards.truncate(guards);
        text += " end";
        if conditions.iter().any(Value::is_unknown) {
            return Value::unknown();
        }
        nullable |= results.iter().any(|result| result.nullable);
        let Some(ty) = self.one_type(&mut results, span) else {
            return Value::unknown();
        };
        let parts: Vec<&Value> = results.iter().chain(&conditions).collect();
        Value::primary(text, ty).from(&parts).nullable(nullable)
    }

    /// The one type of values that stand for each other; numbers widen, and null fits everywhere.
    pub(super) fn one_type(&mut self, values: &mut [Value], span: Span) -> Option<Ty> {
        let mut ty: Option<Ty> = None;
        for value in values.iter() {
            let own = &value.ty;
            if own.is_open() || *own == Ty::Null {
                continue;
            }
            match (&ty, own) {
                (_, Ty::Unknown) => return None,
                (None, _) => ty = Some(own.clone()),
                (Some(Ty::Integer), Ty::Float) => ty = Some(Ty::Float),
                (Some(Ty::Float), Ty::Integer) => {}
                (Some(known), own) if known == own => {}
                (Some(known), own) => {
                    let message = format!("{} and {} stand for each other", known.word(), own.word());
                    self.report(
                        &codes::OPERANDS,
                        span,
                        message,
                        "values that stand for each other have one type here",
                    );
                    return None;
                }
            }
        }
        let ty = ty.unwrap_or(Ty::Null);
        values.iter_mut().for_each(|value| self.settle(value, &ty));
        Some(ty)
    }
}

/// The value of a block. It sees the row from around it.
pub(super) fn block_value(text: String, ty: Ty) -> Value {
    let mut value = Value::primary(text, ty);
    value.reads = true;
    value
}
