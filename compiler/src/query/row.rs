//! Expressions of statements: a bare word is a property of the row that the statement is about.

use omnigraph_grammar::query::ast::{
    Call, Comparator, Comprehension, Expression as Source, ExpressionKind, Function, Literal, PropertyMatch,
};
use omnigraph_grammar::query::visit::{self, Visit};
use omnigraph_grammar::{Name, Span};
use omnigraph_model::ir::{Expression, Var};
use omnigraph_model::types::{Scalar, Type};
use omnigraph_model::vocabulary::functions::Operation;

use super::assignments::parameter_fits;
use super::context::{Cause, Context, Owner, Ty, Typed};
use super::environment::VariableKind;
use super::expression::{Place, call, null};
use super::mutation::Target;
use super::skips;
use crate::rules::types::*;

/// What a statement writes to, and where it names that.
#[derive(Clone, Copy)]
pub(crate) struct Row<'c> {
    pub target: &'c Target,
    pub ty: &'c Name,
}

impl<'c> Row<'c> {
    /// `scope`: of the assignments that the statement runs for.
    pub(super) fn place(self, scope: usize) -> Place<'c> {
        Place {
            row: Some(self),
            ..Place::filter(scope)
        }
    }
}

/// Which rows a statement is about.
pub(crate) struct RowCondition {
    pub condition: Expression,
    /// True where all of it is skipped.
    pub skipped: Option<Expression>,
}

impl Context<'_> {
    /// Parameters with the mark `?` can be null.
    pub(super) fn marked(&mut self, marked: &[(String, Span)]) {
        for (name, span) in marked {
            if let Some(parameter) = self.environment.parameters.get(name)
                && parameter.ty.as_ref().is_some_and(|ty| !ty.nullable)
            {
                let finding = t56_skipped_parameter::never_null(name, *span, parameter);
                self.report(finding);
            }
        }
    }

    /// A condition that is true where one of the parameters is null.
    pub(super) fn skipped_by(&mut self, condition: Expression, marked: &[(String, Span)]) -> Expression {
        let ty = Type::of(Scalar::Bool);
        let mut parts = Vec::new();
        for (name, span) in marked {
            let parameter = self
                .environment
                .parameters
                .get(name)
                .and_then(|parameter| parameter.ty.clone());
            let Some(own) = parameter else { continue };
            let value = Expression::Parameter {
                name: name.clone(),
                ty: own,
            };
            parts.push(call(Operation::IsNull, vec![value], ty.clone(), *span));
        }
        if parts.is_empty() {
            return condition;
        }
        parts.push(condition);
        call(Operation::Or, parts, ty.nullable(), Span::default())
    }

    /// Whether a variable is a parameter or the item of a list.
    pub(super) fn is_value(&self, name: &str) -> bool {
        self.environment.parameters.contains_key(name) || self.locals.iter().any(|local| local.name == name)
    }

    /// A variable of a statement that is no parameter; `property`: what it is assigned to.
    pub(super) fn undeclared(&mut self, name: &str, span: Span, property: Option<&Type>) {
        self.report_once(Cause::Variable(name.to_owned()), span, |context| {
            t14_undeclared_parameter::finding(context, name, span, property)
        });
    }

    /// A bare word in a statement.
    pub(super) fn row_property(&mut self, name: &str, span: Span, row: Row<'_>) -> Typed {
        let written = Name {
            text: name.to_owned(),
            span,
        };
        let Some(ty) = row.target.property(name) else {
            if name == "id" {
                let id = Expression::Id { variable: Var::ROW };
                return Typed::value(id, Type::of(Scalar::String), span);
            }
            let cause = Cause::Property(row.target.name().to_owned(), name.to_owned());
            self.report_once(cause, span, |_| {
                t11_1_unknown_mutation_property::bare(row.target, &written, row.ty)
            });
            return Typed::error(span);
        };
        Typed {
            expression: Expression::Property {
                variable: Var::ROW,
                property: name.to_owned(),
                ty: ty.clone(),
            },
            ty: Ty::Value(ty),
            span,
            owner: Some(row.target.owner(&written)),
        }
    }

    /// What stands behind `where`.
    pub(super) fn row_condition(&mut self, written: &Source, row: Row<'_>) -> Option<RowCondition> {
        if skips::any(written) {
            let split = skips::split(written);
            self.marked(&split.marked);
            let condition = self.condition(&split.condition, row.place(self.stage));
            let skipped = split
                .removed
                .map(|removed| self.condition(&removed, row.place(self.stage)));
            return Some(RowCondition {
                condition: condition?,
                skipped: match skipped {
                    Some(skipped) => Some(skipped?),
                    None => None,
                },
            });
        }
        Some(RowCondition {
            condition: self.plain_condition(written, row)?,
            skipped: None,
        })
    }

    fn plain_condition(&mut self, written: &Source, row: Row<'_>) -> Option<Expression> {
        if let Some(predicate) = written.predicate()
            && is_constant(predicate.value)
            && !self.is_bound(predicate.value)
            && orders(predicate.op)
            && predicate.property != "id"
            && !(row.target.property(predicate.property).is_some_and(|ty| ty.list) && self.is_list(predicate.value))
        {
            return self.predicate(&predicate, row);
        }
        self.condition(written, row.place(self.stage))
    }

    /// Whether a constant is a list.
    fn is_list(&self, value: &Source) -> bool {
        match &value.kind {
            ExpressionKind::Literal(literal) => matches!(literal, Literal::List(_)),
            ExpressionKind::Variable(name) => {
                let parameter = self.environment.parameters.get(name);
                parameter
                    .and_then(|parameter| parameter.ty.as_ref())
                    .is_some_and(|ty| ty.list)
            }
            _ => false,
        }
    }

    /// A value that is computed, as the property takes it.
    pub(super) fn assign_computed(
        &mut self,
        written: &Source,
        row: Row<'_>,
        to: Option<(&Type, &Owner)>,
    ) -> Option<Expression> {
        let value = self.expression(written, row.place(self.stage));
        let (to, owner) = to?;
        if to.scalar == Scalar::U64 {
            self.expects_unsigned(written.span);
        }
        let ty = match &value.ty {
            Ty::Error => return None,
            Ty::Null => return Some(null(to.clone())),
            Ty::Value(ty) => ty.clone(),
            Ty::Node(variable) => return self.end_of_edge(*variable, &value, row, owner),
            Ty::Edge(variable) => {
                let finding = t23_4_bare_edge_variable::finding(self, *variable, value.span);
                self.report(finding);
                return None;
            }
        };
        self.note_use(&value.expression, None);
        if ty.scalar == Scalar::Blob {
            self.report(t24_blob_value::finding(&value));
            return None;
        }
        if !parameter_fits(&ty, to) {
            self.report(t03_1_value_type::finding(&value, &ty, owner, to, to));
            return None;
        }
        Some(value.expression)
    }

    /// A node where the end of an edge is due: its id.
    fn end_of_edge(&mut self, variable: Var, value: &Typed, row: Row<'_>, owner: &Owner) -> Option<Expression> {
        let end = match (row.target, owner.property.as_str()) {
            (Target::Edge(edge), "from") => Some((edge, &edge.from)),
            (Target::Edge(edge), "to") => Some((edge, &edge.to)),
            _ => None,
        };
        let Some((edge, end)) = end else {
            let finding = t44_branch_types::not_a_value(self, value);
            self.report(finding);
            return None;
        };
        let is_other = match self.kind(variable) {
            VariableKind::Node(node) => node.name != *end,
            // An id alone does not say the type.
            VariableKind::Interface(_) => true,
            _ => false,
        };
        if is_other {
            let finding = t05_1_endpoint_type::written(self, variable, edge, (&owner.property, end), value.span);
            self.report(finding);
            return None;
        }
        Some(Expression::Id { variable })
    }

    /// The value of an inline match that is more than a literal or a parameter: it may read no variable.
    pub(super) fn computed_match(&mut self, written: &PropertyMatch) -> Option<Typed> {
        let mut reads = Reads {
            items: Vec::new(),
            found: Vec::new(),
        };
        reads.visit_expression(&written.value);
        for read in reads.found {
            match read {
                Read::Variable(name, span) if !self.environment.parameters.contains_key(name) => {
                    let finding = t37_match_value::undeclared(self, name, span);
                    self.report_once(Cause::Parameter(name.to_owned()), span, |_| finding);
                }
                Read::Variable(..) => continue,
                Read::Row(span) => self.report(t37_match_value::other(written, span)),
            }
            return None;
        }
        let place = Place {
            blocks: false,
            ..Place::filter(0)
        };
        let value = self.expression(&written.value, place);
        (!value.is_error()).then_some(value)
    }
}

/// Whether an operator compares by order or equality alone.
fn orders(op: Comparator) -> bool {
    use Comparator::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    matches!(op, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual)
}

/// A literal, a variable or `now()`.
pub(super) fn is_constant(value: &Source) -> bool {
    match &value.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Variable(_) => true,
        ExpressionKind::Call(call) => call.function == Function::Now,
        _ => false,
    }
}

/// What an expression reads that is no constant.
enum Read<'t> {
    Variable(&'t str, Span),
    /// A property of a variable, or a function about rows.
    Row(Span),
}

struct Reads<'t> {
    /// Variables of the comprehensions around.
    items: Vec<&'t str>,
    found: Vec<Read<'t>>,
}

impl<'t> Visit<'t> for Reads<'t> {
    fn visit_bare(&mut self, name: &'t str, span: Span) {
        if !self.items.contains(&name) {
            self.found.push(Read::Variable(name, span));
        }
    }

    fn visit_property(&mut self, variable: &'t Name, property: &'t Name) {
        self.found.push(Read::Row(variable.span.to(property.span)));
    }

    fn visit_call(&mut self, call: &'t Call) {
        match call.function {
            Function::Now => {}
            _ => self.found.push(Read::Row(call.span)),
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'t Comprehension) {
        self.items.push(&comprehension.variable.text);
        visit::walk_comprehension(self, comprehension);
        self.items.pop();
    }
}
