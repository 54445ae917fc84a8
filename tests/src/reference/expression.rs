//! What an expression gives for one assignment of the variables, or for a group of them.

use std::collections::BTreeMap;

use omnigraph_grammar::query::ast::{
    self, Apply, Binary, BinaryOperator, Comparison, Expression, ExpressionKind, Literal, UnaryOperator,
};
use omnigraph_model::types::Scalar;
use omnigraph_model::vocabulary::functions::{Function, SCALAR_FUNCTIONS};

use super::clauses::name_clauses;
use super::constant::constant;
use super::paths::EDGE;
use super::solve::{Block, Bound, Context, Entity, Solution, Type as SolvedType, Types};
use super::types::{Kind, integer, widen};
use super::value::decide;
use super::{Model, Stop, Value, cast, fold, functions, time};

/// What the names in an expression stand for.
#[derive(Clone)]
pub(super) struct Scope<'s, 'm> {
    pub types: &'s Types,
    pub solution: &'s Solution<'m>,
    /// The assignments that an aggregate is about, where there are groups.
    pub members: Option<&'s [Solution<'m>]>,
    /// The columns that a bare word may name.
    pub projections: &'s [ast::Projection],
    pub items: Vec<Item>,
    /// In a statement, the row whose properties bare words are, and the state in which it has them.
    pub row: Option<(Entity<'m>, &'m Model)>,
    /// In a mutation, the states in which variables have properties, where these are not those of the context.
    pub states: BTreeMap<&'s str, &'m Model>,
}

/// The variable of a comprehension.
#[derive(Clone)]
pub(super) struct Item {
    name: String,
    pub kind: Option<Kind>,
    value: Value,
}

impl<'s, 'm> Scope<'s, 'm> {
    pub(super) fn new(types: &'s Types, solution: &'s Solution<'m>) -> Scope<'s, 'm> {
        Scope {
            types,
            solution,
            members: None,
            projections: &[],
            items: Vec::new(),
            row: None,
            states: BTreeMap::new(),
        }
    }

    pub(super) fn with(&self, name: &str, kind: Option<Kind>, value: Value) -> Scope<'s, 'm> {
        let mut inside = self.clone();
        inside.items.push(Item {
            name: name.to_owned(),
            kind,
            value,
        });
        inside
    }

    pub(super) fn item(&self, name: &str) -> Option<&Item> {
        self.items.iter().rev().find(|item| item.name == name)
    }

    pub(super) fn column(&self, name: &str) -> Result<&'s Expression, Stop> {
        column(self.projections, name).ok_or_else(|| format!("no alias `{name}`").into())
    }
}

/// An alias stands for the expression that it was given to.
pub(super) fn column<'p>(projections: &'p [ast::Projection], name: &str) -> Option<&'p Expression> {
    let named = |projection: &&ast::Projection| match (&projection.alias, &projection.expression.kind) {
        (Some(alias), kind) => alias.text == name && !matches!(kind, ExpressionKind::Alias(own) if own == name),
        (None, ExpressionKind::Variable(own)) => own == name,
        _ => false,
    };
    Some(&projections.iter().find(named)?.expression)
}

impl<'m> Context<'m> {
    /// The block of an expression, among variables of these types.
    pub(super) fn block_of<'q>(&self, value: &'q ast::BlockValue, types: &Types) -> Result<Block<'q>, Stop> {
        // Numbers that no `$_` outside has.
        let mut anonymous = 1_000_000 + value.block.span.start as usize;
        let named = name_clauses(&value.block.clauses, &mut anonymous)?;
        Ok(self.resolve(&named, types)?)
    }

    pub(super) fn value(&self, expression: &Expression, scope: &Scope<'_, 'm>) -> Result<Value, Stop> {
        if is_condition(expression) && has_marks(expression) {
            // Where nothing is left of a condition it is true.
            return Ok(self.remaining(expression, scope)?.unwrap_or(Value::Bool(true)));
        }
        self.unmarked(expression, scope)
    }

    /// The value of a condition without the comparisons that a null parameter removes; `None` if nothing is left.
    fn remaining(&self, condition: &Expression, scope: &Scope<'_, 'm>) -> Result<Option<Value>, Stop> {
        match &condition.kind {
            ExpressionKind::Compare(_) | ExpressionKind::NullTest(_) => {
                let skipped = condition.operands().into_iter().any(|operand| self.is_skipped(operand));
                match skipped {
                    true => Ok(None),
                    false => self.unmarked(condition, scope).map(Some),
                }
            }
            ExpressionKind::Binary(binary) if is_condition(condition) => {
                let (left, right) = (
                    self.remaining(&binary.left, scope),
                    self.remaining(&binary.right, scope),
                );
                match (left, right) {
                    (Ok(None), side) | (side, Ok(None)) => side,
                    (left, right) => {
                        let side = |side: Result<Option<Value>, Stop>| side.map(|value| value.unwrap_or(Value::Null));
                        self.decided(binary.op, side(left), side(right)).map(Some)
                    }
                }
            }
            ExpressionKind::Unary(unary) if is_condition(condition) => {
                Ok(match self.remaining(&unary.operand, scope)? {
                    Some(Value::Bool(truth)) => Some(Value::Bool(!truth)),
                    other => other,
                })
            }
            _ => self.value(condition, scope).map(Some),
        }
    }

    /// Whether null parameters remove all of a condition.
    pub(super) fn is_removed(&self, condition: &Expression) -> bool {
        match &condition.kind {
            ExpressionKind::Compare(_) | ExpressionKind::NullTest(_) => {
                condition.operands().into_iter().any(|operand| self.is_skipped(operand))
            }
            ExpressionKind::Binary(_) | ExpressionKind::Unary(_) if is_condition(condition) => {
                condition.operands().into_iter().all(|operand| self.is_removed(operand))
            }
            _ => false,
        }
    }

    /// Whether a null parameter in an operand removes the comparison.
    pub(super) fn is_skipped(&self, operand: &Expression) -> bool {
        match &operand.kind {
            ExpressionKind::Skippable(name) => self.parameters.get(name).is_some_and(|known| known.value.is_null()),
            ExpressionKind::Compare(_) | ExpressionKind::NullTest(_) => false,
            _ => operand.operands().into_iter().any(|operand| self.is_skipped(operand)),
        }
    }

    fn unmarked(&self, expression: &Expression, scope: &Scope<'_, 'm>) -> Result<Value, Stop> {
        match &expression.kind {
            ExpressionKind::Skippable(name) => match self.parameters.get(name) {
                Some(parameter) => Ok(parameter.value.clone()),
                None => Err(format!("`${name}` is not a parameter").into()),
            },
            ExpressionKind::Variable(name) => match (scope.item(name), scope.solution.get(name)) {
                (Some(item), _) => Ok(item.value.clone()),
                (None, Some(Bound::Value(value))) => value.clone().map_err(Stop::Fails),
                (None, Some(Bound::Missing)) => Ok(Value::Null),
                (None, _) => constant(expression, self.parameters, self.now),
            },
            ExpressionKind::Property { variable, property } => {
                // Of edges of several types, only what they have in common has a kind.
                if let Some(SolvedType::Entity(types, true)) = scope.types.get(&variable.text)
                    && types.contains('|')
                {
                    self.kind(expression, scope)?;
                }
                if let Some(Bound::Missing) = scope.solution.get(&variable.text) {
                    return Ok(Value::Null);
                }
                let entity = scope.solution.get(&variable.text).and_then(Bound::entity);
                let entity = entity.ok_or_else(|| format!("`${}` is not bound", variable.text))?;
                let state = scope.states.get(variable.text.as_str()).copied();
                state.unwrap_or(self.model).property(entity, &property.text)
            }
            ExpressionKind::Literal(_) => constant(expression, self.parameters, self.now),
            ExpressionKind::Alias(name) => match scope.row {
                Some((row, state)) => state.row_property(row, name),
                None => self.value(scope.column(name)?, scope),
            },
            ExpressionKind::Call(call) if call.function.is_aggregate() => {
                let members = scope.members.ok_or("an aggregate without a group")?;
                fold::fold(self, call, members, scope)
            }
            ExpressionKind::Call(call) if call.function.is_text_predicate() => self.text(call, scope).map(Value::Bool),
            ExpressionKind::Call(_) => constant(expression, self.parameters, self.now),
            ExpressionKind::Compare(comparison) => self.comparison(comparison, scope),
            ExpressionKind::Binary(binary) => match binary.op {
                BinaryOperator::And | BinaryOperator::Or => self.junction(binary, scope),
                _ => self.arithmetic(expression, binary, scope),
            },
            ExpressionKind::Unary(unary) => {
                let operand = self.value(&unary.operand, scope)?;
                match (unary.op, operand) {
                    (_, Value::Null) => Ok(Value::Null),
                    (UnaryOperator::Not, Value::Bool(truth)) => Ok(Value::Bool(!truth)),
                    (UnaryOperator::Negate, Value::Integer(number)) => integer(-number, Scalar::I64),
                    (UnaryOperator::Negate, Value::Duration(months, milliseconds)) => {
                        time::duration(-i128::from(months), -i128::from(milliseconds))
                    }
                    (UnaryOperator::Negate, number) => Ok(functions::finite(-number.as_double().ok_or("no number")?)),
                    (UnaryOperator::Not, other) => Err(format!("not {other:?}").into()),
                }
            }
            ExpressionKind::NullTest(test) => {
                let null = match self.entity(&test.operand, scope) {
                    Some(_) => false,
                    None => self.value(&test.operand, scope)?.is_null(),
                };
                Ok(Value::Bool(null != test.negated))
            }
            ExpressionKind::TypeTest(test) => Ok(match self.entity(&test.operand, scope) {
                Some(node) => Value::Bool((node.ty == test.ty.text) != test.negated),
                None => Value::Null,
            }),
            ExpressionKind::Case(case) => {
                let kind = self.kind(expression, scope)?;
                for (condition, value) in &case.branches {
                    if self.is_true(condition, scope)? {
                        return widen(self.value(value, scope)?, kind);
                    }
                }
                match &case.otherwise {
                    Some(value) => widen(self.value(value, scope)?, kind),
                    None => Ok(Value::Null),
                }
            }
            ExpressionKind::Cast(written) => {
                let to = self.kind(expression, scope)?.ok_or("a cast to no type")?;
                cast::cast(self.value(&written.operand, scope)?, to, written.lenient)
            }
            ExpressionKind::Index(index) => {
                let arguments = [self.value(&index.list, scope)?, self.value(&index.index, scope)?];
                functions::call(Function::At, &arguments, None)
            }
            ExpressionKind::Slice(slice) => {
                let list = self.value(&slice.list, scope)?;
                let bound = |bound: &Option<Expression>| match bound {
                    Some(bound) => self.value(bound, scope),
                    None => Ok(Value::Null),
                };
                let (from, to) = (bound(&slice.from)?, bound(&slice.to)?);
                functions::slice(&list, &from, &to)
            }
            ExpressionKind::List(items) => {
                let item = self.common(items, scope)?;
                let items = items.iter().map(|value| widen(self.value(value, scope)?, item));
                Ok(Value::List(items.collect::<Result<_, Stop>>()?))
            }
            ExpressionKind::Block(value) => {
                let block = self.block_of(value, scope.types)?;
                let solutions = self.solutions(&block, scope.solution.clone(), false)?;
                Ok(match (value.fold, &value.block.aggregate) {
                    (ast::BlockFold::Exists, _) => Value::Bool(!solutions.is_empty()),
                    (ast::BlockFold::Not, _) => Value::Bool(solutions.is_empty()),
                    (ast::BlockFold::Aggregate, Some(call)) => {
                        let nobody = Solution::new();
                        fold::fold(self, call, &solutions, &Scope::new(&block.types, &nobody))?
                    }
                    _ => Value::Integer(solutions.len() as i128),
                })
            }
            ExpressionKind::Comprehension(comprehension) => {
                let kind = self.kind(&comprehension.list, scope)?.map(Kind::item);
                let list = match self.value(&comprehension.list, scope)? {
                    Value::List(list) => list,
                    Value::Null => return Ok(Value::Null),
                    other => return Err(format!("a comprehension of {other:?}").into()),
                };
                let mut items = Vec::new();
                for value in list {
                    let inside = scope.with(&comprehension.variable.text, kind, value);
                    let kept = match &comprehension.condition {
                        Some(condition) => self.is_true(condition, &inside)?,
                        None => true,
                    };
                    if kept {
                        items.push(self.value(&comprehension.item, &inside)?);
                    }
                }
                Ok(Value::List(items))
            }
            ExpressionKind::Apply(apply) => self.apply(expression, apply, scope),
            ExpressionKind::Step(property) => match scope.solution.get(EDGE).and_then(Bound::entity) {
                Some(edge) => self.property(edge, &property.text),
                None => Err("a step outside of a path".into()),
            },
            ExpressionKind::Object(object) => self.object(object, scope),
            ExpressionKind::Rows(rows) => self.rows(rows, scope),
            ExpressionKind::Walk(walk) => {
                let found = self.paths(walk, scope.solution)?;
                Ok(Value::List(
                    found.into_iter().map(|path| Value::Path(Box::new(path))).collect(),
                ))
            }
        }
    }

    pub(super) fn is_true(&self, condition: &Expression, scope: &Scope<'_, 'm>) -> Result<bool, Stop> {
        match self.value(condition, scope)? {
            Value::Bool(truth) => Ok(truth),
            Value::Null => Ok(false),
            other => Err(format!("{other:?} is no condition").into()),
        }
    }

    /// The node or edge that an expression stands for.
    pub(super) fn entity(&self, expression: &Expression, scope: &Scope<'_, 'm>) -> Option<Entity<'m>> {
        match &expression.kind {
            ExpressionKind::Variable(name) if scope.item(name).is_none() && !self.parameters.contains_key(name) => {
                scope.solution.get(name)?.entity()
            }
            ExpressionKind::Alias(name) => self.entity(scope.column(name).ok()?, scope),
            _ => None,
        }
    }

    /// Whether all variables stand for different nodes or edges; unknown if one that would tell is missing.
    fn are_distinct(&self, arguments: &[Expression], scope: &Scope<'_, 'm>) -> Result<Value, Stop> {
        let mut told = Vec::new();
        for argument in arguments {
            let ExpressionKind::Variable(name) = &argument.kind else {
                return Err("what is told apart is no variable".into());
            };
            let ty = scope.types.get(name).ok_or_else(|| format!("`${name}` has no type"))?;
            told.push((ty, self.entity(argument, scope)));
        }
        let mut truth = Value::Bool(true);
        for (place, (ty, one)) in told.iter().enumerate() {
            // Of two types, they always differ.
            let may_be_same = |other: &SolvedType| *ty == other || self.may_be_same(ty, other);
            for (_, other) in told[..place].iter().filter(|(other, _)| may_be_same(other)) {
                match (one, other) {
                    (Some(one), Some(other)) if one == other => return Ok(Value::Bool(false)),
                    (Some(_), Some(_)) => {}
                    _ => truth = Value::Null,
                }
            }
        }
        Ok(truth)
    }

    /// How many edges lead to a node, or leave it; each is looked at.
    fn degree(&self, apply: &Apply, scope: &Scope<'_, 'm>) -> Result<Value, Stop> {
        let ExpressionKind::Alias(edge) = &apply.arguments[1].kind else {
            return Err("an edge has a name".into());
        };
        let edge = self.model.catalog.edge(edge).ok_or("unknown edge")?;
        let Some(node) = self.entity(&apply.arguments[0], scope) else {
            return Ok(Value::Null);
        };
        let leaves = apply.name.text != "in_degree" && edge.from == node.ty;
        let arrives = apply.name.text != "out_degree" && edge.to == node.ty;
        let count = self.model.edges[&edge.name]
            .values()
            .map(|one| i128::from(leaves && one.from == node.id) + i128::from(arrives && one.to == node.id));
        Ok(Value::Integer(count.sum()))
    }

    fn comparison(&self, written: &Comparison, scope: &Scope<'_, 'm>) -> Result<Value, Stop> {
        match (self.entity(&written.left, scope), self.entity(&written.right, scope)) {
            (Some(left), Some(right)) => {
                return Ok(Value::Bool((left == right) == (written.op == ast::Comparator::Equal)));
            }
            // What is missing beside what is there: no other value is compared with a node.
            (Some(_), None) | (None, Some(_)) => return Ok(Value::Null),
            (None, None) => {}
        }
        self.compared(&written.left, written.op, &written.right, scope)
    }

    fn compared(
        &self,
        left: &Expression,
        op: ast::Comparator,
        right: &Expression,
        scope: &Scope<'_, 'm>,
    ) -> Result<Value, Stop> {
        let constants = (self.is_constant(left, scope)?, self.is_constant(right, scope)?);
        let (left, right) = (self.value(left, scope)?, self.value(right, scope)?);
        if op == ast::Comparator::Matches {
            return functions::matches(&left, &right);
        }
        let truth = decide((&left, constants.0), op, (&right, constants.1));
        Ok(truth.map_or(Value::Null, Value::Bool))
    }

    /// Whether it is written out, or a parameter: beside an F32 it is rounded.
    fn is_constant(&self, expression: &Expression, scope: &Scope<'_, 'm>) -> Result<bool, Stop> {
        Ok(match &expression.kind {
            ExpressionKind::Literal(literal) => *literal != Literal::Null,
            ExpressionKind::Skippable(_) => true,
            ExpressionKind::Variable(name) => scope.item(name).is_none() && self.parameters.contains_key(name),
            ExpressionKind::Alias(_) if scope.row.is_some() => false,
            ExpressionKind::Alias(name) => self.is_constant(scope.column(name)?, scope)?,
            _ => false,
        })
    }

    /// `and`, `or`: what one operand decides does not depend on the other one. In which order they are evaluated is not
    /// said, so a failure of the other one may or may not be met.
    fn junction(&self, binary: &Binary, scope: &Scope<'_, 'm>) -> Result<Value, Stop> {
        self.decided(
            binary.op,
            self.value(&binary.left, scope),
            self.value(&binary.right, scope),
        )
    }

    fn decided(
        &self,
        op: BinaryOperator,
        left: Result<Value, Stop>,
        right: Result<Value, Stop>,
    ) -> Result<Value, Stop> {
        let decisive = op == BinaryOperator::Or;
        let sides = [left, right];
        for side in &sides {
            match side {
                Err(Stop::Fails(code)) => self.note(code),
                Err(Stop::Broken(reason)) => return Err(Stop::Broken(reason.clone())),
                Ok(_) => {}
            }
        }
        if sides
            .iter()
            .any(|side| matches!(side, Ok(Value::Bool(truth)) if *truth == decisive))
        {
            return Ok(Value::Bool(decisive));
        }
        let [left, right] = sides;
        Ok(match left?.is_null() | right?.is_null() {
            true => Value::Null,
            false => Value::Bool(!decisive),
        })
    }

    fn arithmetic(&self, whole: &Expression, binary: &Binary, scope: &Scope<'_, 'm>) -> Result<Value, Stop> {
        let (left, right) = (self.value(&binary.left, scope)?, self.value(&binary.right, scope)?);
        let scalar = match self.kind(whole, scope)? {
            Some(kind) => kind.scalar,
            None => return Ok(Value::Null),
        };
        match (left, right) {
            (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
            (Value::Text(left), Value::Text(right)) => Ok(Value::Text(left + &right)),
            (Value::Integer(left), Value::Integer(right)) if binary.op != BinaryOperator::Divide => match binary.op {
                BinaryOperator::Add => integer(left + right, scalar),
                BinaryOperator::Subtract => integer(left - right, scalar),
                BinaryOperator::Multiply => match left.checked_mul(right) {
                    Some(product) => integer(product, scalar),
                    None => Err(Stop::Fails("R001")),
                },
                _ if right == 0 => Ok(Value::Null),
                _ => integer(left % right, scalar),
            },
            (left, right) => match (left.as_double(), right.as_double()) {
                (Some(left), Some(right)) => Ok(functions::finite(match binary.op {
                    BinaryOperator::Add => left + right,
                    BinaryOperator::Subtract => left - right,
                    BinaryOperator::Multiply => left * right,
                    // By zero there is nothing, not infinity.
                    _ if right == 0.0 => f64::NAN,
                    BinaryOperator::Divide => left / right,
                    _ => left % right,
                })),
                _ => time::arithmetic(left, binary.op, right),
            },
        }
    }

    fn apply(&self, whole: &Expression, apply: &Apply, scope: &Scope<'_, 'm>) -> Result<Value, Stop> {
        let arguments = &apply.arguments;
        match apply.name.text.as_str() {
            "coalesce" => {
                let kind = self.kind(whole, scope)?;
                for argument in arguments {
                    let value = self.value(argument, scope)?;
                    if !value.is_null() {
                        return widen(value, kind);
                    }
                }
                return Ok(Value::Null);
            }
            "nullif" => {
                let same = self.compared(&arguments[0], ast::Comparator::Equal, &arguments[1], scope)?;
                return match same {
                    Value::Bool(true) => Ok(Value::Null),
                    _ => self.value(&arguments[0], scope),
                };
            }
            "if" => {
                let taken = if self.is_true(&arguments[0], scope)? { 1 } else { 2 };
                return widen(self.value(&arguments[taken], scope)?, self.kind(whole, scope)?);
            }
            "distinct" => {
                return self.are_distinct(arguments, scope);
            }
            "type" => {
                let named = self.entity(&arguments[0], scope);
                return Ok(named.map_or(Value::Null, |entity| Value::Text(entity.ty.to_owned())));
            }
            "degree" | "in_degree" | "out_degree" => return self.degree(apply, scope),
            // It is `value in list`, down to constants beside 32-bit items.
            "list_contains" => return self.compared(&arguments[1], ast::Comparator::In, &arguments[0], scope),
            _ => {}
        }
        if let Some(Kind {
            scalar: Scalar::Path(_),
            ..
        }) = arguments
            .first()
            .map(|first| self.kind(first, scope))
            .transpose()?
            .flatten()
        {
            return Ok(match self.value(&arguments[0], scope)? {
                Value::Path(path) => path.part(&apply.name.text).ok_or("a path has no such part")?,
                _ => Value::Null,
            });
        }
        let function = SCALAR_FUNCTIONS
            .iter()
            .find(|function| function.name == apply.name.text)
            .ok_or_else(|| format!("no function `{}`", apply.name.text))?;
        let kind = self.kind(whole, scope)?;
        let values = arguments.iter().map(|argument| self.value(argument, scope));
        let mut values = values.collect::<Result<Vec<Value>, Stop>>()?;
        match function.function {
            Function::Least | Function::Greatest => {
                let widened = values.into_iter().map(|value| widen(value, kind));
                values = widened.collect::<Result<_, _>>()?;
            }
            Function::Today => return Ok(time::day_of(self.now)),
            _ => {}
        }
        functions::call(function.function, &values, kind)
    }
}

fn is_condition(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Compare(_) | ExpressionKind::NullTest(_) => true,
        ExpressionKind::Binary(binary) => matches!(binary.op, BinaryOperator::And | BinaryOperator::Or),
        ExpressionKind::Unary(unary) => unary.op == UnaryOperator::Not,
        _ => false,
    }
}

fn has_marks(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Skippable(_)) || expression.operands().into_iter().any(has_marks)
}
