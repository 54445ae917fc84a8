//! Nested results: `$p { name, friends: [ { … } => { … } ] }`. An object is an expression of its members; a list of objects is what
//! `collect` makes of the solutions of a block, a value variable without a name of its own.

use omnigraph_grammar::query::ast::{self, ExpressionKind, Rows, SortKey};
use omnigraph_grammar::{Name, Span};
use omnigraph_model::catalog::{Property, visible};
use omnigraph_model::ir::pattern::{OutputValue, Term};
use omnigraph_model::ir::{self, Aggregate, AggregateFunction, ColumnType, Expression, Var};
use omnigraph_model::types::{Member, Scalar, Type};
use omnigraph_model::vocabulary::functions::Operation;

use super::context::{Cause, Context, Ty, Typed};
use super::environment::VariableKind;
use super::expression::{Place, bool_type, call, origin};
use super::output::{Column, Found, call_in, implicit_name, nulls};
use crate::rules::types::*;

/// The ends of an edge, which a whole one shows.
const ENDS: [&str; 2] = ["from", "to"];

/// What a whole node of an interface, and an edge of several types, shows, too.
const TYPE: &str = "type";

/// The word that messages have for the block of a list of objects.
const BLOCK: &str = "[ { … } => … ]";

impl Context<'_> {
    /// An object of chosen members.
    pub(super) fn object(&mut self, written: &ast::Object, place: Place<'_>) -> Option<(Expression, Type)> {
        let variable = self.object_of(&written.variable, place.scope);
        let mut members: Vec<Option<(Expression, Type)>> = Vec::new();
        for (index, member) in written.members.iter().enumerate() {
            if let Some(first) = written.members[..index]
                .iter()
                .find(|m| m.name.text == member.name.text)
            {
                self.report(t29_duplicate_column::member(&member.name, first.name.span));
                members.push(None);
                continue;
            }
            let typed = match (&member.value, variable) {
                (Some(value), _) => self.member_value(value, place),
                (None, Some(var)) => self.chosen(var, &member.name),
                (None, None) => Typed::error(member.span),
            };
            members.push(self.member(typed));
        }
        let (var, members) = (variable?, members.into_iter().collect::<Option<Vec<_>>>()?);
        let names = written.members.iter().map(|member| member.name.text.clone());
        Some(self.object_of_members(var, names, members))
    }

    /// What the variable of an object stands for: a node or an edge.
    fn object_of(&mut self, name: &Name, scope: usize) -> Option<Var> {
        let Some(var) = self.lookup(scope, &name.text) else {
            self.murk(scope);
            if let Some(parameter) = self.environment.parameters.get(&name.text) {
                let declared = parameter.declared;
                self.report(t06_3_property_of_parameter::object(name, declared, "a parameter"));
            } else {
                self.report_once(Cause::Variable(name.text.clone()), name.span, |context| {
                    t06_1_unbound_variable::finding(context, name, scope)
                });
            }
            return None;
        };
        self.mention(scope, &name.text);
        match self.kind(var) {
            VariableKind::Node(_) | VariableKind::Interface(_) | VariableKind::Edge(_) | VariableKind::Edges(_) => {
                Some(var)
            }
            VariableKind::Value(_) => {
                let declared = self.variable(var).declared;
                self.report(t06_3_property_of_parameter::object(name, declared, "a value"));
                None
            }
            VariableKind::Open | VariableKind::Error | VariableKind::EdgeError | VariableKind::ValueError => None,
        }
    }

    /// A member that is a property: whatever a whole node or edge shows can be chosen.
    fn chosen(&mut self, var: Var, name: &Name) -> Typed {
        match self.kind(var) {
            kind if kind.is_edge() && ENDS.contains(&name.text.as_str()) && kind.property(&name.text).is_none() => {
                let (expression, ty) = self.end(var, &name.text);
                Typed::value(expression, ty, name.span)
            }
            _ => self.property_of(var, name, name.span),
        }
    }

    /// The id of a node at the end of an edge.
    fn end(&self, var: Var, end: &str) -> (Expression, Type) {
        let ty = self.text_of(var);
        let end = Expression::Property {
            variable: var,
            property: end.to_owned(),
            ty: ty.clone(),
        };
        (end, ty)
    }

    /// The type of a text that each node or edge has.
    fn text_of(&self, var: Var) -> Type {
        Type {
            nullable: self.variable(var).nullable,
            ..Type::of(Scalar::String)
        }
    }

    fn member_value(&mut self, value: &ast::Expression, place: Place<'_>) -> Typed {
        let found = match &value.kind {
            ExpressionKind::Rows(rows) => self.rows(rows, place),
            _ => return self.expression(value, place),
        };
        match found {
            Some((expression, ty)) => Typed::value(expression, ty, value.span),
            None => Typed::error(value.span),
        }
    }

    /// The value of a member with its type; a whole node or edge is an object of all that it shows.
    fn member(&mut self, typed: Typed) -> Option<(Expression, Type)> {
        self.note_use(&typed.expression, None);
        match &typed.ty {
            Ty::Error => None,
            Ty::Null => {
                self.report(t44_branch_types::only_null(std::slice::from_ref(&typed)));
                None
            }
            Ty::Value(ty) if ty.scalar == Scalar::Blob => {
                self.report(t24_blob_value::finding(&typed));
                None
            }
            Ty::Value(ty) => {
                let ty = ty.clone();
                Some((typed.expression, ty))
            }
            Ty::Node(var) | Ty::Edge(var) => self.whole(*var, typed.span),
        }
    }

    /// A whole node or edge.
    fn whole(&mut self, var: Var, span: Span) -> Option<(Expression, Type)> {
        // The object would have two members of this name.
        let is_of_several = matches!(self.kind(var), VariableKind::Interface(_) | VariableKind::Edges(_));
        if is_of_several && self.kind(var).property(TYPE).is_some() {
            let finding = t62_2_interface_place::whole(self, var, span);
            self.report(finding);
            return None;
        }
        let properties: Vec<Property> = match self.kind(var) {
            VariableKind::Node(node) => node.visible_properties().into_iter().cloned().collect(),
            VariableKind::Interface(interface) => interface.ty.visible_properties().into_iter().cloned().collect(),
            VariableKind::Edge(edge) => edge.visible_properties().into_iter().cloned().collect(),
            VariableKind::Edges(edges) => visible(&edges.properties).into_iter().cloned().collect(),
            _ => return None,
        };
        let is_edge = self.kind(var).is_edge();
        let mut names = vec!["id".to_owned()];
        let mut members = vec![(Expression::Id { variable: var }, self.text_of(var))];
        if is_of_several {
            names.push(TYPE.to_owned());
            members.push((self.type_of_entity(var), self.text_of(var)));
        }
        for end in ENDS.into_iter().filter(|_| is_edge) {
            names.push(end.to_owned());
            members.push(self.end(var, end));
        }
        let nullable = self.variable(var).nullable;
        for Property { name, mut ty, .. } in properties {
            ty.nullable |= nullable;
            let property = Expression::Property {
                variable: var,
                property: name.clone(),
                ty: ty.clone(),
            };
            names.push(name);
            members.push((property, ty));
        }
        Some(self.object_of_members(var, names.into_iter(), members))
    }

    fn object_of_members(
        &self,
        var: Var,
        names: impl Iterator<Item = String>,
        members: Vec<(Expression, Type)>,
    ) -> (Expression, Type) {
        let nullable = self.variable(var).nullable;
        let present = nullable.then(|| {
            let entity = Expression::Entity { variable: var };
            let missing = call(Operation::IsNull, vec![entity], bool_type(false), Span::at(0));
            call(Operation::Not, vec![missing], bool_type(false), Span::at(0))
        });
        let (mut values, types): (Vec<Expression>, Vec<Type>) = members.into_iter().unzip();
        if let Some(present) = &present {
            values.iter_mut().for_each(|value| hold_if(value, var, present));
        }
        let members = names.zip(types).map(|(name, ty)| Member { name, ty });
        let ty = Type {
            nullable,
            ..Type::object(members.collect())
        };
        let object = Expression::Object {
            present: present.map(Box::new),
            members: values,
            ty: ty.clone(),
        };
        (object, ty)
    }

    /// A list of objects, one for each solution of a block.
    pub(super) fn rows(&mut self, written: &Rows, place: Place<'_>) -> Option<(Expression, Type)> {
        let scope = self.environment.scopes.len();
        let inner = self.block(&written.block, Some((place.scope, BLOCK)));
        let inside = Place {
            row: None,
            columns: None,
            ..Place::filter(scope)
        };
        let mut columns: Vec<Column<'_>> = Vec::new();
        for item in &written.items {
            let (name, referable) = match &item.alias {
                Some(alias) => (alias.text.clone(), true),
                None => implicit_name(&item.expression),
            };
            let found = match self.aggregates_nothing(&item.expression) {
                true => {
                    let typed = self.member_value(&item.expression, inside);
                    self.member(typed)
                }
                false => None,
            };
            let output = found.map(|(value, ty)| (OutputValue::Plain(value), ColumnType::Value(ty)));
            if let Some(first) = columns.iter().find(|column| column.name == name) {
                self.report(t29_duplicate_column::finding(item, first.written, &name));
            }
            columns.push(Column {
                written: item,
                name,
                referable,
                variable: false,
                output,
            });
        }
        let mut order = Vec::new();
        for key in &written.order {
            order.push(self.row_key(key, &columns, inside));
        }
        let limits = [("limit", &written.limit), ("offset", &written.offset)];
        let limits = limits.map(|(word, limit)| limit.as_ref().map(|limit| self.amount(word, Some(limit))));
        let mut terms = self.hoisted_from(scope);
        let order = order.into_iter().collect::<Option<Vec<ir::SortKey>>>()?;
        let (mut members, mut values) = (Vec::new(), Vec::new());
        for column in columns {
            let (OutputValue::Plain(value), ColumnType::Value(ty)) = column.output? else {
                return None;
            };
            if members.iter().any(|member: &Member| member.name == column.name) {
                return None;
            }
            members.push(Member { name: column.name, ty });
            values.push(value);
        }
        let item = Type::object(members);
        let ty = Type {
            list: true,
            ..item.clone()
        };
        let object = Expression::Object {
            present: None,
            members: values,
            ty: item,
        };
        let [limit, offset] = limits;
        let limit = limit.map_or(Some(None), |limit| limit.map(Some))?;
        let offset = offset.map_or(Some(None), |offset| offset.map(Some))?;
        let aggregate = Aggregate {
            order,
            limit,
            offset,
            ..Aggregate::of(AggregateFunction::Collect, object, ty.clone())
        };
        let kind = VariableKind::Value(ty.clone());
        let variable = self.new_variable("rows".to_owned(), true, written.items_span, kind);
        terms.insert(0, inner);
        let inner = match terms.len() {
            1 => terms.swap_remove(0),
            _ => Term::All(terms),
        };
        let fold = Term::Fold(variable, Box::new(aggregate), Box::new(inner));
        self.hoisted.push((place.scope, fold));
        Some((
            Expression::Value {
                variable,
                ty: ty.clone(),
            },
            ty,
        ))
    }

    /// Reports an aggregate or a ranking, which has no rows to be about in a list of objects.
    fn aggregates_nothing(&mut self, source: &ast::Expression) -> bool {
        let found = call_in(source, &|call| call.function.is_aggregate() || call.function.is_rank());
        if let Some(found) = found
            && let ExpressionKind::Call(call) = &found.kind
        {
            self.report(t31_misplaced_expression::in_rows(call));
            return false;
        }
        true
    }

    /// A key by which a list of objects is ordered.
    fn row_key(&mut self, key: &SortKey, columns: &[Column<'_>], inside: Place<'_>) -> Option<ir::SortKey> {
        if !self.aggregates_nothing(&key.expression) {
            return None;
        }
        if let ExpressionKind::Alias(name) = &key.expression.kind
            && let Some(column) = columns.iter().find(|column| column.referable && column.name == *name)
        {
            return match self.ordered_by(column, name, key.expression.span) {
                Found::Value(value) => match *value {
                    OutputValue::Plain(expression) => Some(ir::SortKey {
                        expression,
                        descending: matches!(key.direction, Some((ast::Direction::Descending, _))),
                        nulls: nulls(key),
                    }),
                    OutputValue::Rank(_) => None,
                },
                Found::Wrong => None,
            };
        }
        let place = Place {
            columns: Some(columns),
            ..inside
        };
        self.inner_key(key, place)
    }
}

/// What a null object holds is null, too, so that two of them are equal in all that they hold.
fn hold_if(value: &mut Expression, var: Var, present: &Expression) {
    match value {
        // Null where the variable is.
        Expression::Property { variable, .. } | Expression::Id { variable } if *variable == var => {}
        Expression::Object {
            present: own, members, ..
        } => {
            let both = match own.take() {
                Some(own) => call(
                    Operation::And,
                    vec![present.clone(), *own],
                    bool_type(false),
                    Span::at(0),
                ),
                None => present.clone(),
            };
            *own = Some(Box::new(both));
            members.iter_mut().for_each(|member| hold_if(member, var, present));
        }
        _ => {
            let Some(ColumnType::Value(ty)) = value.value_type() else {
                return;
            };
            let held = std::mem::replace(value, Expression::Now);
            *value = Expression::Case {
                branches: vec![(present.clone(), held)],
                otherwise: None,
                ty: ty.nullable(),
                origin: origin(Span::at(0)),
            };
        }
    }
}
