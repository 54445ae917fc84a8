//! `return` and `order`: the columns with their names and types, the grouping, the sort keys.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{
    self, Call, Direction, Expression as Source, ExpressionKind, Function, Projection, Read, SortKey,
};
use omnigraph_model::ir::pattern::{Key, Output, OutputValue};
use omnigraph_model::ir::{ColumnType, Expression, Nulls, Rank};
use omnigraph_model::types::{Scalar, Type};

use super::context::{Cause, Context, Ty, Typed};
use super::environment::VariableKind;
use super::expression::Place;
use super::stages::Handed;
use super::text::ranked;
use crate::rules::types::*;

/// A projection on its way to a column.
pub(crate) struct Column<'q> {
    pub written: &'q Projection,
    pub name: String,
    /// Whether `order` and later projections may refer to it by its name.
    pub referable: bool,
    /// Whether `$name` refers to it: it is a new name of `with`.
    pub variable: bool,
    /// `None` where a mistake has been reported.
    pub output: Option<(OutputValue, ColumnType)>,
}

pub(crate) struct Outputs {
    pub columns: Vec<Output>,
    pub grouped: bool,
    pub rank: Option<Rank>,
    pub having: Option<Expression>,
    pub order: Vec<Key>,
    /// What a stage hands on; one per column.
    pub handed: Vec<Handed>,
}

/// A sort key as it was found.
pub(super) enum Found {
    Value(Box<OutputValue>),
    /// Reported, or of a part that is.
    Wrong,
}

impl<'a> Context<'a> {
    /// `is_stage`: what `with` hands on instead of what is returned.
    pub(crate) fn outputs(&mut self, read: &'a Read, is_stage: bool) -> Outputs {
        let having = read.having.as_ref().map(|having| &having.condition);
        let projected = read.projections.iter().map(|p| &p.expression);
        let aggregate = projected.chain(having).find_map(aggregate_in);
        let mut columns: Vec<Column> = Vec::new();
        for written in &read.projections {
            let output = self.projection(written, &columns, aggregate);
            let (name, referable) = match &written.alias {
                Some(alias) => (alias.text.clone(), true),
                None => implicit_name(&written.expression),
            };
            if is_stage {
                self.check_item(written, &columns);
            } else if let Some((value, _)) = &output
                && let Some(other) = columns.iter().find(|other| other.name == name)
                && other.output.as_ref().is_some_and(|(known, _)| known != value)
            {
                self.report(t29_duplicate_column::finding(written, other.written, &name));
            }
            columns.push(Column {
                written,
                name,
                referable: referable && !is_stage,
                variable: is_stage && written.alias.is_some(),
                output,
            });
        }
        if is_stage {
            // The other name of a node or an edge is good for its properties, too.
            for column in columns.iter().filter(|column| column.variable) {
                if let Some((OutputValue::Plain(Expression::Entity { variable }), _)) = &column.output {
                    let names = &mut self.environment.scopes[self.stage].names;
                    names.entry(column.name.clone()).or_insert(*variable);
                }
            }
        }
        // Rows that are equal in all columns are one group.
        let grouped = aggregate.is_some() || read.distinct.is_some();
        let having = read.having.as_ref();
        let having = having.and_then(|written| self.having(written, read, &columns, grouped));
        let (rank, order) = self.order(read, &columns, grouped);
        let handed = columns.iter().filter(|_| is_stage);
        let handed = handed.map(|column| self.hand_on(column)).collect();
        let columns = columns
            .into_iter()
            .filter_map(|column| {
                let (value, mut ty) = column.output?;
                if let (OutputValue::Rank(own), ColumnType::Value(ty)) = (&value, &mut ty) {
                    // The function that orders the rows has dropped those it has no value for.
                    ty.nullable = rank.as_ref() != Some(own);
                }
                Some(Output {
                    name: column.name,
                    value,
                    ty,
                })
            })
            .collect();
        Outputs {
            columns,
            grouped,
            rank,
            having,
            order,
            handed,
        }
    }

    fn projection(
        &mut self,
        written: &'a Projection,
        earlier: &[Column],
        aggregate: Option<Span>,
    ) -> Option<(OutputValue, ColumnType)> {
        let source = &written.expression;
        let place = Place {
            scope: self.stage,
            columns: Some(earlier),
            aggregates: true,
            row: None,
            blocks: true,
        };
        let typed = match &source.kind {
            ExpressionKind::Alias(name) => {
                return match earlier.iter().find(|column| column.referable && column.name == *name) {
                    Some(column) => column.output.clone(),
                    None => {
                        let names: Vec<&str> = earlier
                            .iter()
                            .filter(|c| c.referable)
                            .map(|c| c.name.as_str())
                            .collect();
                        let before = earlier.last().map(|column| column.written);
                        let finding = t30_unknown_alias::projected(name, source.span, &names, before);
                        self.report_once(Cause::Alias(name.clone()), source.span, |_| finding);
                        None
                    }
                };
            }
            ExpressionKind::Call(call) if call.function.is_rank() => {
                if let Some(aggregate) = aggregate {
                    self.report(t09_2_ungrouped_projection::finding(written, aggregate));
                    return None;
                }
                let rank = self.rank(call, self.stage)?;
                let ty = ColumnType::Value(Type::of(Scalar::F64).nullable());
                return Some((OutputValue::Rank(rank), ty));
            }
            _ => self.expression(source, place),
        };
        self.plain_output(typed)
    }

    /// A column that holds an expression.
    pub(super) fn plain_output(&mut self, typed: Typed) -> Option<(OutputValue, ColumnType)> {
        self.note_use(&typed.expression, None);
        let ty = match &typed.ty {
            Ty::Error => return None,
            Ty::Null => {
                self.report(t44_branch_types::only_null(std::slice::from_ref(&typed)));
                return None;
            }
            Ty::Edge(var) => match self.kind(*var) {
                VariableKind::Edge(edge) if self.variable(*var).nullable => ColumnType::OptionalEdge(edge.name.clone()),
                VariableKind::Edge(edge) => ColumnType::Edge(edge.name.clone()),
                VariableKind::Edges(edges) => {
                    let (edges, var) = (edges.clone(), *var);
                    return self.whole_of_several(&edges, var, typed);
                }
                _ => return None,
            },
            Ty::Value(ty) if ty.scalar == Scalar::Blob => {
                self.report(t24_blob_value::finding(&typed));
                return None;
            }
            Ty::Value(ty) => ColumnType::Value(ty.clone()),
            Ty::Node(var) => match self.kind(*var) {
                VariableKind::Node(node) if self.variable(*var).nullable => ColumnType::OptionalNode(node.name.clone()),
                VariableKind::Node(node) => ColumnType::Node(node.name.clone()),
                VariableKind::Interface(interface) => {
                    let (interface, var) = (interface.clone(), *var);
                    return self.whole_interface(&interface, var, typed);
                }
                _ => return None,
            },
        };
        Some((OutputValue::Plain(typed.expression), ty))
    }

    fn order(&mut self, read: &'a Read, columns: &[Column], grouped: bool) -> (Option<Rank>, Vec<Key>) {
        let mut rank: Option<(Rank, Span)> = None;
        let mut keys = Vec::new();
        for (index, key) in read.order.iter().enumerate() {
            let Found::Value(value) = self.sort_key(key, read, columns, grouped) else {
                continue;
            };
            let mut descending = matches!(key.direction, Some((Direction::Descending, _)));
            if let OutputValue::Rank(own) = &*value {
                if rank.as_ref().is_some_and(|(first, _)| first == own) {
                    continue;
                }
                if index > 0 {
                    self.report(t39_misplaced_rank::not_first(&read.order, index, rank.is_some()));
                    continue;
                }
                if grouped && !self.groups_by(own, columns) {
                    let finding = t39_misplaced_rank::ungrouped(self, key, own, read);
                    self.report(finding);
                    continue;
                }
                self.needs_limit(own, key, read);
                if let (Rank::Nearest { .. }, Some((Direction::Descending, span))) = (own, key.direction) {
                    self.report(t39_misplaced_rank::farthest(key, span));
                }
                descending = !matches!(own, Rank::Nearest { .. });
                rank = Some((own.clone(), key.span));
            } else if let (Some((Rank::Nearest { .. }, span)), ExpressionKind::Alias(name)) =
                (&rank, &key.expression.kind)
                && !matches!(*value, OutputValue::Plain(Expression::Property { .. }))
            {
                self.report(t18_alias_beside_nearest::finding(key, name, *span, columns));
                continue;
            }
            let nulls = nulls(key);
            keys.push(Key {
                value: *value,
                descending,
                nulls,
            });
        }
        (rank.map(|(rank, _)| rank), keys)
    }

    /// The keys of what stands behind the branches of a union, whose columns these are; `read` is its first one.
    pub(super) fn order_of_columns(&mut self, order: &[SortKey], read: &Read, columns: &[Column]) -> Vec<Key> {
        let mut keys = Vec::new();
        for key in order {
            let source = &key.expression;
            let foreign = [
                ("a ranking", call_in(source, &|call| call.function.is_rank())),
                ("an aggregate", call_in(source, &|call| call.function.is_aggregate())),
                ("a block", block_in(source)),
            ];
            if let Some((what, found)) = foreign.iter().find_map(|(what, found)| Some((what, (*found)?))) {
                self.report(t58_1_ended_name::behind_branches(what, found.span));
            } else if let Found::Value(value) = self.sort_key(key, read, columns, false) {
                keys.push(Key {
                    value: *value,
                    descending: matches!(key.direction, Some((Direction::Descending, _))),
                    nulls: nulls(key),
                });
            }
        }
        keys
    }

    fn sort_key(&mut self, key: &SortKey, read: &Read, columns: &[Column], grouped: bool) -> Found {
        let source = &key.expression;
        let typed = match &source.kind {
            ExpressionKind::Variable(name) if columns.iter().any(|column| column.variable && column.name == *name) => {
                let column = columns.iter().find(|column| column.variable && column.name == *name);
                return column.map_or(Found::Wrong, |column| self.ordered_by(column, name, source.span));
            }
            ExpressionKind::Alias(name) => {
                let Some(column) = columns.iter().find(|column| column.referable && column.name == *name) else {
                    self.report_once(Cause::Alias(name.clone()), source.span, |context| {
                        t30_unknown_alias::ordered(context, name, source.span, columns)
                    });
                    return Found::Wrong;
                };
                return self.ordered_by(column, name, source.span);
            }
            ExpressionKind::Property { variable, property } => self.property(variable, property, self.stage),
            ExpressionKind::Variable(name) => {
                let typed = self.bare_variable(name, source.span, self.stage);
                if !matches!(typed.expression, Expression::Value { .. }) {
                    if !typed.is_error() {
                        let finding = t32_sort_key::variable(self, &typed, name);
                        self.report(finding);
                    }
                    return Found::Wrong;
                }
                typed
            }
            ExpressionKind::Literal(_) => {
                self.report(t32_sort_key::constant(source.span));
                return Found::Wrong;
            }
            ExpressionKind::Call(call) if call.function.is_rank() => {
                return match self.rank(call, self.stage) {
                    Some(rank) => Found::Value(Box::new(OutputValue::Rank(rank))),
                    None => Found::Wrong,
                };
            }
            ExpressionKind::Call(call) if call.function == Function::Now || call.function.is_text_predicate() => {
                self.report(t32_sort_key::constant(source.span));
                return Found::Wrong;
            }
            _ => {
                let place = Place {
                    scope: self.stage,
                    columns: Some(columns),
                    aggregates: true,
                    row: None,
                    blocks: true,
                };
                let typed = self.expression(source, place);
                if !typed.is_error() && is_constant(&typed.expression) {
                    self.report(t32_sort_key::constant(source.span));
                    return Found::Wrong;
                }
                typed
            }
        };
        let Some(ty) = typed.scalar_type() else {
            return Found::Wrong;
        };
        if !ty.is_orderable() {
            self.report(t32_sort_key::unorderable(&typed, ty));
            return Found::Wrong;
        }
        if grouped && let Some(missing) = unprojected(columns, &typed.expression, false) {
            let is_aggregate = missing.has_aggregate();
            if is_aggregate && columns.iter().any(|column| column.output.is_none()) {
                return Found::Wrong;
            }
            let finding = match read.distinct {
                Some(word) => t50_distinct_sort_key::finding(source.span, word, read),
                None => t38_ungrouped_sort_key::finding(source.span, read, is_aggregate),
            };
            self.report(finding);
            return Found::Wrong;
        }
        if !grouped && let Some(call) = call_in(source, &|call| call.function.is_aggregate()) {
            self.report(t38_ungrouped_sort_key::finding(call.span, read, true));
            return Found::Wrong;
        }
        Found::Value(Box::new(OutputValue::Plain(typed.expression)))
    }

    /// A key that names a column.
    pub(super) fn ordered_by(&mut self, column: &Column, name: &str, span: Span) -> Found {
        let Some((value, ty)) = &column.output else {
            return Found::Wrong;
        };
        let sortable = matches!(ty, ColumnType::Value(ty) if ty.is_orderable());
        if !sortable {
            let shown = if column.variable {
                format!("${name}")
            } else {
                name.to_owned()
            };
            self.report(t32_sort_key::aliased(span, &shown, ty, column.written.span));
            return Found::Wrong;
        }
        Found::Value(Box::new(value.clone()))
    }

    /// Whether every group of rows has one ranked node: the node itself is projected, or its whole key.
    fn groups_by(&self, rank: &Rank, columns: &[Column]) -> bool {
        let var = ranked(rank);
        let plain = |wanted: &dyn Fn(&Expression) -> bool| {
            columns
                .iter()
                .any(|column| matches!(&column.output, Some((OutputValue::Plain(plain), _)) if wanted(plain)))
        };
        if plain(&|expression| *expression == Expression::Entity { variable: var }) {
            return true;
        }
        let node = match self.kind(var) {
            VariableKind::Node(node) => node,
            // Nodes of two types may have one key.
            VariableKind::Interface(_) => return false,
            _ => return true,
        };
        !node.key.is_empty()
            && node.key.iter().all(|key| {
                plain(&|expression| {
                    matches!(expression, Expression::Property { variable, property, .. }
                        if *variable == var && property == key)
                })
            })
    }

    fn needs_limit(&mut self, rank: &Rank, key: &SortKey, read: &Read) {
        if read.limit.is_some() {
            return;
        }
        let end = self.stage_end;
        match rank {
            Rank::Nearest { .. } => self.report(t17_nearest_limit::finding(key, end)),
            Rank::Rrf { .. } => self.report(t21_3_rrf_limit::finding(key, end)),
            Rank::Bm25 { .. } => {}
        }
    }
}

impl Column<'_> {
    /// Its value as an operand; `None` where a mistake has been reported, and of a ranking, which has its value only once
    /// all rows are known.
    pub(crate) fn typed(&self) -> Option<Typed> {
        let span = self.written.span;
        match self.output.as_ref()? {
            (OutputValue::Plain(expression), ColumnType::Value(ty)) => {
                Some(Typed::value(expression.clone(), ty.clone(), span))
            }
            (
                OutputValue::Plain(Expression::Entity { variable }),
                ColumnType::Node(_)
                | ColumnType::OptionalNode(_)
                | ColumnType::Interface(_)
                | ColumnType::OptionalInterface(_)
                | ColumnType::Edge(_)
                | ColumnType::OptionalEdge(_)
                | ColumnType::Edges(_)
                | ColumnType::OptionalEdges(_),
            ) => Some(Typed {
                expression: Expression::Entity { variable: *variable },
                ty: match self.output.as_ref()?.1 {
                    ColumnType::Edge(_)
                    | ColumnType::OptionalEdge(_)
                    | ColumnType::Edges(_)
                    | ColumnType::OptionalEdges(_) => Ty::Edge(*variable),
                    _ => Ty::Node(*variable),
                },
                span,
                owner: None,
            }),
            _ => None,
        }
    }
}

/// What of an expression on groups is neither a column nor made of columns alone; `aggregates` may be of others, too.
pub(super) fn unprojected<'e>(columns: &[Column], key: &'e Expression, aggregates: bool) -> Option<&'e Expression> {
    let projected = |part: &Expression| {
        columns
            .iter()
            .any(|column| matches!(&column.output, Some((OutputValue::Plain(known), _)) if shows(known, part)))
    };
    if projected(key) || is_constant(key) || aggregates && matches!(key, Expression::Aggregate(_)) {
        return None;
    }
    if let Expression::Property { variable, .. } | Expression::Id { variable } | Expression::TypeName { variable } = key
        && projected(&Expression::Entity { variable: *variable })
    {
        return None;
    }
    let parts = key.operands();
    if parts.is_empty() || matches!(key, Expression::Text { .. }) {
        return Some(key);
    }
    parts
        .into_iter()
        .find_map(|part| unprojected(columns, part, aggregates))
}

/// Whether a column holds such a value: alone, or as a member of an object.
fn shows(column: &Expression, value: &Expression) -> bool {
    let of_member = |members: &Vec<Expression>| members.iter().any(|member| shows(member, value));
    column == value || matches!(column, Expression::Object { members, .. } if of_member(members))
}

/// Whether it is the same for all rows.
pub(super) fn is_constant(expression: &Expression) -> bool {
    expression.variables().is_empty() && !expression.has_aggregate()
}

/// Where a key says that nulls go.
pub(super) fn nulls(key: &SortKey) -> Option<Nulls> {
    key.nulls.map(|(nulls, _)| match nulls {
        ast::Nulls::First => Nulls::First,
        ast::Nulls::Last => Nulls::Last,
    })
}

/// The first call in an expression that is such a one, itself included.
pub(super) fn call_in<'e>(source: &'e Source, wanted: &dyn Fn(&Call) -> bool) -> Option<&'e Source> {
    if let ExpressionKind::Call(call) = &source.kind
        && wanted(call)
    {
        return Some(source);
    }
    source.operands().into_iter().find_map(|part| call_in(part, wanted))
}

/// The first block in an expression, itself included.
fn block_in(source: &Source) -> Option<&Source> {
    if matches!(source.kind, ExpressionKind::Block(_)) {
        return Some(source);
    }
    source.operands().into_iter().find_map(block_in)
}

/// Where an aggregate stands in an expression.
fn aggregate_in(source: &Source) -> Option<Span> {
    call_in(source, &|call| call.function.is_aggregate()).map(|found| found.span)
}

/// The name of a column without an alias, and whether it may be referred to.
pub(crate) fn implicit_name(source: &Source) -> (String, bool) {
    match &source.kind {
        ExpressionKind::Property { variable, property } => (format!("{}.{}", variable.text, property.text), false),
        ExpressionKind::Variable(name) => (name.clone(), true),
        ExpressionKind::Object(object) => (object.variable.text.clone(), true),
        ExpressionKind::Literal(_) => ("literal".to_owned(), false),
        ExpressionKind::Alias(name) => (name.clone(), false),
        ExpressionKind::Call(call) => (call.function.name().to_owned(), false),
        ExpressionKind::Apply(apply) => (apply.name.text.clone(), false),
        ExpressionKind::Cast(cast) if cast.lenient => ("try_cast".to_owned(), false),
        ExpressionKind::Cast(_) => ("cast".to_owned(), false),
        ExpressionKind::Skippable(_)
        | ExpressionKind::Binary(_)
        | ExpressionKind::Unary(_)
        | ExpressionKind::Compare(_)
        | ExpressionKind::NullTest(_)
        | ExpressionKind::TypeTest(_)
        | ExpressionKind::Case(_)
        | ExpressionKind::Index(_)
        | ExpressionKind::Slice(_)
        | ExpressionKind::List(_)
        | ExpressionKind::Comprehension(_)
        | ExpressionKind::Block(_)
        | ExpressionKind::Step(_)
        | ExpressionKind::Rows(_)
        | ExpressionKind::Walk(_) => ("value".to_owned(), false),
    }
}
