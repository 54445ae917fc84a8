//! Search and rank functions: which field they read, what they look for, and their numbers.

use omnigraph_grammar::query::ast::{Call, Expression as Source, ExpressionKind, Function, Literal};
use omnigraph_model::ir::{Expression, Rank, TextFunction, Var};
use omnigraph_model::types::{Scalar, Type, Value};

use super::constant;
use super::context::{Cause, Context, Owner, Resolved, Ty, Typed};
use super::environment::VariableKind;
use crate::rules::types::*;

impl Context<'_> {
    /// `search`, `fuzzy` or `match_text`, a Bool. The parser has refused other calls that stand alone as a clause, and
    /// calls with too few or too many arguments.
    pub(crate) fn text_predicate(&mut self, call: &Call, scope: usize) -> Typed {
        if !call.function.is_text_predicate() {
            self.broken();
            return Typed::error(call.span);
        }
        let field = call
            .arguments
            .first()
            .and_then(|field| self.text_field(call, field, scope));
        let text = call
            .arguments
            .get(1)
            .and_then(|text| self.text_argument(call, text, scope));
        let fuzzy = call.function == Function::Fuzzy;
        let edits = call.arguments.get(2).map(|edits| self.edits(call, edits, scope));
        let wanted = if fuzzy { 2..=3 } else { 2..=2 };
        if !wanted.contains(&call.arguments.len()) {
            self.broken();
            return Typed::error(call.span);
        }
        let (Some((variable, property)), Some(text)) = (field, text) else {
            return Typed::error(call.span);
        };
        if edits == Some(None) {
            return Typed::error(call.span);
        }
        let function = if fuzzy {
            TextFunction::Fuzzy
        } else {
            TextFunction::Search
        };
        let expression = Expression::Text {
            function,
            variable,
            property,
            text: Box::new(text),
            edits: edits.flatten().map(Box::new),
        };
        Typed::value(expression, Type::of(Scalar::Bool), call.span)
    }

    /// A rank function with what it needs to know; `None` if it is wrong.
    pub(crate) fn rank(&mut self, call: &Call, scope: usize) -> Option<Rank> {
        let rank = self.ranking(call, scope)?;
        let variable = self.variable(ranked(&rank));
        if variable.nullable && !matches!(rank, Rank::Rrf { .. }) {
            self.report(t47_optional_end::ranked(call, variable));
        }
        Some(rank)
    }

    fn ranking(&mut self, call: &Call, scope: usize) -> Option<Rank> {
        match call.function {
            Function::Bm25 => {
                let field = call
                    .arguments
                    .first()
                    .and_then(|field| self.text_field(call, field, scope));
                let text = call
                    .arguments
                    .get(1)
                    .and_then(|text| self.text_argument(call, text, scope));
                if call.arguments.len() != 2 {
                    self.broken();
                    return None;
                }
                let ((variable, property), text) = (field?, text?);
                Some(Rank::Bm25 {
                    variable,
                    property,
                    text,
                })
            }
            Function::Nearest => self.nearest(call, scope),
            _ => self.rrf(call, scope),
        }
    }

    fn rrf(&mut self, call: &Call, scope: usize) -> Option<Rank> {
        let mut arms = Vec::new();
        for argument in call.arguments.iter().take(2) {
            match &argument.kind {
                ExpressionKind::Call(arm) if matches!(arm.function, Function::Nearest | Function::Bm25) => {
                    arms.push(self.rank(arm, scope));
                }
                // The parser has refused anything else.
                _ => self.broken(),
            }
        }
        let k = match call.arguments.get(2) {
            None => Some(Expression::Literal {
                value: Value::Integer(60),
                ty: Type::of(Scalar::I64),
            }),
            Some(source) => self.rrf_constant(source),
        };
        if !(2..=3).contains(&call.arguments.len()) {
            self.broken();
            return None;
        }
        let [Some(first), Some(second)] = <[Option<Rank>; 2]>::try_from(arms).ok()? else {
            return None;
        };
        if ranked(&first) != ranked(&second) {
            self.report(t21_4_rrf_variables::finding(&call.arguments));
            return None;
        }
        Some(Rank::Rrf {
            arms: Box::new([first, second]),
            k: k?,
        })
    }

    fn rrf_constant(&mut self, source: &Source) -> Option<Expression> {
        let typed = match self.constant(source) {
            constant::Constant::Typed(typed) => *typed,
            _ => {
                self.report(t21_2_rrf_constant::not_an_integer(source.span));
                return None;
            }
        };
        self.note_use(&typed.expression, None);
        let ty = typed.scalar_type()?;
        if ty.list || !ty.scalar.is_integer() {
            self.report(t21_2_rrf_constant::not_an_integer(source.span));
            return None;
        }
        if matches!(source.kind, ExpressionKind::Literal(Literal::Integer(number)) if number < 1) {
            self.report(t21_2_rrf_constant::not_positive(source.span));
            return None;
        }
        Some(typed.expression)
    }

    fn nearest(&mut self, call: &Call, scope: usize) -> Option<Rank> {
        let field = call.arguments.first().and_then(|field| self.vector_field(field, scope));
        let query = call
            .arguments
            .get(1)
            .and_then(|query| self.vector_query(call, query, field.as_ref(), scope));
        if call.arguments.len() != 2 {
            self.broken();
            return None;
        }
        let ((variable, property, _), query) = (field?, query?);
        let embed = match self.kind(variable) {
            VariableKind::Node(node) => node.embeds.iter().find(|embed| embed.target == property).cloned(),
            VariableKind::Interface(interface) => {
                let interface = interface.clone();
                self.vectors_alike(call, &interface, &property, &query)?
            }
            _ => None,
        };
        Some(Rank::Nearest {
            variable,
            property,
            query,
            embed,
        })
    }

    /// A Vector property of a bound node variable, with its dimension.
    fn vector_field(&mut self, source: &Source, scope: usize) -> Option<(Var, String, u32)> {
        let ExpressionKind::Property { variable, property } = &source.kind else {
            self.report(t15_4_nearest_property::not_a_property(source.span));
            return None;
        };
        let Some(var) = self.lookup(scope, &variable.text) else {
            self.murk(scope);
            self.report_once(Cause::Variable(variable.text.clone()), variable.span, |context| {
                t15_4_nearest_property::unbound(context, variable, scope)
            });
            return None;
        };
        self.mention(scope, &variable.text);
        let kind = match self.kind(var) {
            kind @ (VariableKind::Node(_) | VariableKind::Interface(_)) => kind.clone(),
            VariableKind::Edge(_) | VariableKind::Edges(_) => {
                let finding = t23_5_edge_field::finding(self, var, source.span);
                self.report(finding);
                return None;
            }
            VariableKind::Value(ty) => {
                let (declared, ty) = (self.variable(var).declared, ty.clone());
                self.report(t06_3_property_of_parameter::of_value(variable, property, declared, &ty));
                return None;
            }
            _ => return None,
        };
        match kind.property(&property.text).map(|p| &p.ty) {
            Some(Type {
                scalar: Scalar::Vector(size),
                list: false,
                ..
            }) => Some((var, property.text.clone(), *size)),
            found => {
                let finding = t15_4_nearest_property::not_a_vector(&kind, property, found);
                self.report_once(
                    Cause::Property(kind.described(), property.text.clone()),
                    property.span,
                    |_| finding,
                );
                None
            }
        }
    }

    /// What to be near to: numbers, as many as the property has, or text to embed.
    fn vector_query(
        &mut self,
        call: &Call,
        source: &Source,
        field: Option<&(Var, String, u32)>,
        scope: usize,
    ) -> Option<Expression> {
        let typed = self.search_argument(call, source, scope)?;
        let ty = typed.scalar_type()?.clone();
        let (variable, property, size) = field?;
        let size = *size;
        if !ty.list && ty.scalar == Scalar::String {
            return Some(typed.expression);
        }
        match typed.expression {
            Expression::Parameter { .. } if ty.scalar == Scalar::Vector(size) && !ty.list => Some(typed.expression),
            Expression::Literal {
                value: Value::List(items),
                ..
            } if ty.scalar.is_numeric() && items.len() == size as usize => {
                let ty = Type::of(Scalar::Vector(size));
                let value = vector(&items);
                if value.is_none()
                    && let Some((kind, owner, _)) = self.kind(*variable).declaration()
                {
                    let owner = Owner {
                        kind,
                        owner: owner.to_owned(),
                        property: property.clone(),
                        name_span: source.span,
                    };
                    self.report(t35_invalid_literal::out_of_range(source.span, &ty, &owner));
                }
                Some(Expression::Literal { value: value?, ty })
            }
            expression => {
                let count = match &expression {
                    Expression::Literal {
                        value: Value::List(items),
                        ..
                    } if ty.scalar.is_numeric() || items.is_empty() => Some(items.len()),
                    _ => None,
                };
                let finding = t15_5_nearest_query::finding(self, call, source, &ty, count, size);
                self.report(finding);
                None
            }
        }
    }

    /// A String property of a node variable.
    fn text_field(&mut self, call: &Call, source: &Source, scope: usize) -> Option<(Var, String)> {
        let ExpressionKind::Property { variable, property } = &source.kind else {
            // What stands there may be wrong in itself, but one finding is enough.
            self.report(text_rule(call).field_is_no_property(call, source.span));
            return None;
        };
        let typed = self.property(variable, property, scope);
        let ty = typed.scalar_type()?;
        let Expression::Property { variable: var, .. } = &typed.expression else {
            return None;
        };
        if self.kind(*var).is_edge() {
            let finding = t23_5_edge_field::finding(self, *var, source.span);
            self.report(finding);
            return None;
        }
        if ty.scalar != Scalar::String || ty.list {
            self.report(text_rule(call).field_type(call, &typed, ty));
            return None;
        }
        Some((*var, property.text.clone()))
    }

    /// The words to look for.
    fn text_argument(&mut self, call: &Call, source: &Source, scope: usize) -> Option<Expression> {
        let typed = self.search_argument(call, source, scope)?;
        let ty = typed.scalar_type()?;
        if ty.scalar != Scalar::String || ty.list {
            self.report(text_rule(call).text_type(call, &typed, ty));
            return None;
        }
        Some(typed.expression)
    }

    /// How many letters may differ.
    fn edits(&mut self, call: &Call, source: &Source, scope: usize) -> Option<Expression> {
        let typed = self.search_argument(call, source, scope)?;
        let ty = typed.scalar_type()?;
        if !ty.scalar.is_integer() || ty.list {
            self.report(text_rule(call).edits_type(call, &typed, ty));
            return None;
        }
        Some(typed.expression)
    }

    /// A literal or a parameter: what a search function looks for does not change from row to row.
    fn search_argument(&mut self, call: &Call, source: &Source, scope: usize) -> Option<Typed> {
        let typed = match &source.kind {
            ExpressionKind::Literal(literal) => self.literal(literal, source),
            ExpressionKind::Variable(name) => match self.resolve(scope, name) {
                Resolved::Parameter(parameter) => self.parameter(name, &parameter, source.span),
                Resolved::Variable(_) => {
                    self.report(t39_misplaced_rank::argument(call, source.span));
                    return None;
                }
                Resolved::Unbound => {
                    self.report_once(Cause::Variable(name.clone()), source.span, |context| {
                        t26_unknown_variable::finding(context, name, source.span, scope)
                    });
                    return None;
                }
            },
            ExpressionKind::Property { variable, property } => {
                if !self.property(variable, property, scope).is_error() {
                    self.report(t39_misplaced_rank::argument(call, source.span));
                }
                return None;
            }
            _ => {
                self.report(t39_misplaced_rank::argument(call, source.span));
                return None;
            }
        };
        self.note_use(&typed.expression, None);
        match typed.ty {
            Ty::Value(_) => Some(typed),
            _ => None,
        }
    }
}

/// The rule that a text function's arguments come under.
fn text_rule(call: &Call) -> t19_search_arguments::TextRule {
    match call.function {
        Function::Search | Function::Fuzzy => t19_search_arguments::TextRule(&t19_search_arguments::RULE),
        _ => t19_search_arguments::TextRule(&t20_bm25_arguments::RULE),
    }
}

/// The variable whose nodes are ranked.
pub(crate) fn ranked(rank: &Rank) -> Var {
    match rank {
        Rank::Nearest { variable, .. } | Rank::Bm25 { variable, .. } => *variable,
        Rank::Rrf { arms, .. } => ranked(&arms[0]),
    }
}

/// Numbers as a vector, each rounded to 32 bits; `None` if one is beyond them.
pub(crate) fn vector(items: &[Value]) -> Option<Value> {
    let numbers = items.iter().map(|item| match item {
        Value::Float(number) => *number as f32,
        Value::Integer(number) => *number as f32,
        _ => 0.0,
    });
    let numbers: Vec<f32> = numbers.collect();
    numbers
        .iter()
        .all(|number| number.is_finite())
        .then_some(Value::Vector(numbers))
}
