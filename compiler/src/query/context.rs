//! What checking one query carries along: the schema's names, the parameters, the variables with their scopes, and the
//! findings, each root cause once.

use std::collections::{BTreeMap, HashMap, HashSet};

use omnigraph_grammar::query::ast;
use omnigraph_grammar::{Name, Span};
use omnigraph_model::ir::pattern::Term;
use omnigraph_model::ir::{self, Expression, Var};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::types::{Scalar, Type, Value};

use super::Names;
use super::environment::{Environment, Parameter, Variable, VariableKind};
use super::fragments::Calls;
use crate::diagnostic::{Finding, Place};

/// The identity of a node or an edge, readable wherever a property is.
const ID: &str = "id";

pub(crate) struct Context<'a> {
    pub names: &'a dyn Names,
    pub query: &'a ast::Query,
    pub findings: Vec<Finding>,
    /// Something could not be understood and was not reported here, a broken type of the schema: there is no plan.
    pub incomplete: bool,
    pub causes: HashMap<Cause, usize>,
    pub environment: Environment,
    /// Start of every anonymous variable's `$_` to its number, in the order of the text.
    pub anonymous: HashMap<u32, usize>,
    /// How the parameters are used, for what can be checked when their values are known.
    pub compared: BTreeMap<String, Vec<Option<Vec<String>>>>,
    /// Variables of outer blocks that each block mentions, at any depth; by scope.
    pub correlated: HashSet<usize>,
    /// Scopes in which something unresolvable is mentioned.
    pub murky: HashSet<usize>,
    /// The items of the comprehensions around the expression that is looked at, the innermost last.
    pub locals: Vec<Local>,
    /// How many comprehensions have been met.
    pub comprehensions: u32,
    /// How many parts the expressions have that stand for the names of columns.
    pub written_out: usize,
    /// The values of blocks in expressions, each with the number of the block that it stands in.
    pub hoisted: Vec<(usize, Term)>,
    /// The scope of the `match` that is looked at, or was last; of what stands behind the branches of a union, one of its own.
    pub stage: usize,
    /// The first scope of the read that is looked at.
    pub branch: usize,
    /// Whether every name that may be used is asked for, used or not.
    pub lists: bool,
    /// Where a section may be added to the stage.
    pub stage_end: Span,
    /// What the stage before hands on.
    pub handed: Vec<super::stages::Handed>,
    /// What the calls of fragments have come to.
    pub calls: Calls,
    /// The edge of the step of a path that is looked at.
    pub step: Option<Var>,
    /// Variables that a clause `$x is T` has given their type.
    pub narrowed: HashSet<Var>,
    /// Integers beyond an I64 of which it is not known yet whether a U64 is expected there.
    pub wide: Vec<Span>,
}

/// The variable of a comprehension.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    /// Without the `$`.
    pub name: String,
    /// The number of the comprehension.
    pub id: u32,
    /// Of an item.
    pub ty: Type,
}

/// What has been reported already and only gains labels from then on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cause {
    Type(String),
    Edge(String),
    Property(String, String),
    Variable(String),
    Parameter(String),
    Alias(String),
}

/// An expression with its type.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub expression: Expression,
    pub ty: Ty,
    pub span: Span,
    /// The declaration to point at, if it is a property.
    pub owner: Option<Owner>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    /// Compatible with everything: the mistake has been reported.
    Error,
    Value(Type),
    /// The literal null, which takes the type that is due.
    Null,
    Node(Var),
    Edge(Var),
}

/// The property of the schema that an expression reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub kind: DeclarationKind,
    pub owner: String,
    pub property: String,
    /// Where the query names it.
    pub name_span: Span,
}

impl Typed {
    pub(crate) fn value(expression: Expression, ty: Type, span: Span) -> Typed {
        Typed {
            expression,
            ty: Ty::Value(ty),
            span,
            owner: None,
        }
    }

    pub(crate) fn error(span: Span) -> Typed {
        Typed {
            expression: nothing(),
            ty: Ty::Error,
            span,
            owner: None,
        }
    }

    pub(crate) fn is_error(&self) -> bool {
        self.ty == Ty::Error
    }

    pub(crate) fn scalar_type(&self) -> Option<&Type> {
        match &self.ty {
            Ty::Value(ty) => Some(ty),
            _ => None,
        }
    }
}

/// Stands where a mistake has been reported; no plan holds it.
pub(crate) fn nothing() -> Expression {
    Expression::Literal {
        value: Value::Null,
        ty: Type::of(Scalar::Bool).nullable(),
    }
}

/// What a name stands for at a place.
pub(crate) enum Resolved {
    Variable(Var),
    Parameter(Box<Parameter>),
    Unbound,
}

impl<'a> Context<'a> {
    pub(crate) fn new(query: &'a ast::Query, names: &'a dyn Names) -> Context<'a> {
        Context {
            names,
            query,
            findings: Vec::new(),
            incomplete: false,
            causes: HashMap::new(),
            environment: Environment::default(),
            anonymous: HashMap::new(),
            compared: BTreeMap::new(),
            correlated: HashSet::new(),
            murky: HashSet::new(),
            locals: Vec::new(),
            comprehensions: 0,
            written_out: 0,
            hoisted: Vec::new(),
            stage: 0,
            branch: 0,
            lists: false,
            stage_end: Span::at(0),
            handed: Vec::new(),
            calls: Calls::default(),
            step: None,
            narrowed: HashSet::new(),
            wide: Vec::new(),
        }
    }

    pub(crate) fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Reports a root cause the first time; later places become labels of that finding.
    pub(crate) fn report_once(&mut self, cause: Cause, span: Span, make: impl FnOnce(&Self) -> Finding) {
        if let Some(&index) = self.causes.get(&cause) {
            let place = Place::from(span);
            let finding = &mut self.findings[index];
            if finding.place != place && finding.labels.iter().all(|(known, _)| *known != place) {
                finding.labels.push((place, "here too".to_owned()));
            }
            return;
        }
        let finding = make(self);
        self.causes.insert(cause, self.findings.len());
        self.findings.push(finding);
    }

    /// Marks a part as not understood without a finding of its own.
    pub(crate) fn broken(&mut self) {
        self.incomplete = true;
    }

    /// A U64 is expected where these integers stand.
    pub(crate) fn expects_unsigned(&mut self, place: Span) {
        self.wide
            .retain(|wide| wide.start < place.start || place.end < wide.end);
    }

    /// The sides of an operation that takes them at one width.
    pub(crate) fn expects_alike(&mut self, sides: &[&Typed]) {
        let wide = |side: &Typed| {
            let mut inside = self.wide.iter();
            inside.any(|wide| side.span.start <= wide.start && wide.end <= side.span.end)
        };
        let unsigned = |side: &Typed| side.scalar_type().is_some_and(|ty| ty.scalar == Scalar::U64);
        if sides.iter().any(|side| unsigned(side) && !wide(side)) {
            sides.iter().for_each(|side| self.expects_unsigned(side.span));
        }
    }

    pub(crate) fn lookup(&self, scope: usize, name: &str) -> Option<Var> {
        self.environment.lookup(scope, name)
    }

    pub(crate) fn variable(&self, var: Var) -> &Variable {
        self.environment.variable(var)
    }

    pub(crate) fn kind(&self, var: Var) -> &VariableKind {
        self.environment.kind(var)
    }

    /// Records that the block of `scope` mentions a variable, so that every nested block between it and the variable's own
    /// block is known to be linked to the outside.
    pub(crate) fn mention(&mut self, scope: usize, name: &str) {
        let mut next = Some(scope);
        while let Some(index) = next {
            if self.environment.scopes[index].names.contains_key(name) {
                return;
            }
            self.correlated.insert(index);
            next = self.environment.scopes[index].parent;
        }
    }

    /// A bare `$x` in an expression: a parameter wins over a variable of the same name.
    pub(crate) fn resolve(&mut self, scope: usize, name: &str) -> Resolved {
        if let Some(parameter) = self.environment.parameters.get(name) {
            return Resolved::Parameter(Box::new(parameter.clone()));
        }
        match self.lookup(scope, name) {
            Some(var) => {
                self.mention(scope, name);
                Resolved::Variable(var)
            }
            None => {
                self.murk(scope);
                Resolved::Unbound
            }
        }
    }

    /// Something in this block could not be resolved, so nothing is said about how it is linked.
    pub(crate) fn murk(&mut self, scope: usize) {
        let mut next = Some(scope);
        while let Some(index) = next {
            self.murky.insert(index);
            next = self.environment.scopes[index].parent;
        }
    }

    pub(crate) fn set_kind(&mut self, var: Var, kind: VariableKind) {
        self.environment.variables[var.0 as usize].kind = kind;
    }

    /// `$x.name`
    pub(crate) fn property(&mut self, variable: &Name, property: &Name, scope: usize) -> Typed {
        use crate::rules::types::{t06_1_unbound_variable, t06_3_property_of_parameter};
        let span = variable.span.to(property.span);
        let Some(var) = self.lookup(scope, &variable.text) else {
            self.murk(scope);
            if let Some(parameter) = self.environment.parameters.get(&variable.text).cloned() {
                self.report(t06_3_property_of_parameter::finding(
                    variable,
                    property,
                    parameter.declared,
                ));
            } else {
                self.report_once(Cause::Variable(variable.text.clone()), variable.span, |context| {
                    t06_1_unbound_variable::finding(context, variable, scope)
                });
            }
            return Typed::error(span);
        };
        self.mention(scope, &variable.text);
        if let VariableKind::Value(ty) = self.kind(var) {
            let (declared, ty) = (self.variable(var).declared, ty.clone());
            self.report(t06_3_property_of_parameter::of_value(variable, property, declared, &ty));
            return Typed::error(span);
        }
        self.property_of(var, property, span)
    }

    /// A property of what a variable stands for; `span`: of the whole.
    pub(super) fn property_of(&mut self, var: Var, property: &Name, span: Span) -> Typed {
        use crate::rules::types::t06_2_unknown_property;
        let known = self.kind(var);
        let Some((kind, owner, _)) = known.declaration() else {
            return Typed::error(span);
        };
        let (owner, found) = (owner.to_owned(), known.property(&property.text).cloned());
        let Some(found) = found else {
            if property.text == ID {
                let ty = Type {
                    nullable: self.variable(var).nullable,
                    ..Type::of(Scalar::String)
                };
                return Typed::value(Expression::Id { variable: var }, ty, span);
            }
            let cause = Cause::Property(owner.clone(), property.text.clone());
            self.report_once(cause, property.span, |context| {
                t06_2_unknown_property::finding(context, var, property)
            });
            return Typed::error(span);
        };
        let mut ty = found.ty;
        ty.nullable |= self.variable(var).nullable;
        Typed {
            expression: Expression::Property {
                variable: var,
                property: found.name,
                ty: ty.clone(),
            },
            ty: Ty::Value(ty),
            span,
            owner: Some(Owner {
                kind,
                owner,
                property: property.text.clone(),
                name_span: property.span,
            }),
        }
    }

    /// A parameter as an expression.
    pub(crate) fn parameter(&mut self, name: &str, parameter: &Parameter, span: Span) -> Typed {
        match &parameter.ty {
            Some(ty) => Typed::value(
                Expression::Parameter {
                    name: name.to_owned(),
                    ty: ty.clone(),
                },
                ty.clone(),
                span,
            ),
            None => Typed::error(span),
        }
    }

    /// A use of a parameter: compared with an enum, or anything else.
    pub(crate) fn note_use(&mut self, expression: &Expression, enum_values: Option<Vec<String>>) {
        if let Expression::Parameter { name, .. } = expression {
            self.compared.entry(name.clone()).or_default().push(enum_values);
        }
    }

    /// The parameters as the plan lists them. One that is only ever compared with one enum carries its values, so that
    /// a request's value outside of them can be pointed out.
    pub(crate) fn plan_parameters(&self) -> Vec<ir::Parameter> {
        let mut listed = Vec::new();
        for parameter in &self.query.parameters {
            let name = &parameter.name.text;
            let known = self.environment.parameters.get(name);
            let Some(known) = known.or_else(|| self.environment.nodes.get(name)) else {
                continue;
            };
            let Some(mut ty) = known.ty.clone() else { continue };
            if known.enum_of.is_none()
                && let Some([first, rest @ ..]) = self.compared.get(name).map(Vec::as_slice)
                && rest.iter().all(|other| other == first)
            {
                ty.enum_values = first.clone();
            }
            listed.push(ir::Parameter {
                name: name.clone(),
                ty,
                declared: known.enum_of.clone(),
                node: known.node.as_ref().map(|node| node.name.clone()),
                default: known.default.clone(),
            });
        }
        listed
    }

    /// How a variable is spoken of: `` `$p: Person` ``, ``the `Follows` edge `$e` ``.
    pub(crate) fn described(&self, var: Var) -> String {
        let variable = self.variable(var);
        let name = if variable.anonymous { "_" } else { variable.written() };
        match &variable.kind {
            VariableKind::Node(_) | VariableKind::Interface(_) => {
                format!("`${name}: {}`", variable.kind.described())
            }
            VariableKind::Edge(edge) => format!("the `{}` edge `${name}`", edge.name),
            VariableKind::Edges(edges) => format!("the `{}` edge `${name}`", edges.name),
            VariableKind::Value(ty) => format!("`${name}: {ty}`"),
            _ => format!("`${name}`"),
        }
    }

    /// A label at the variable's declaration, unless that is the place itself.
    pub(crate) fn with_declaration(&self, finding: Finding, var: Var, here: Span) -> Finding {
        let declared = self.variable(var).declared;
        if declared == here {
            return finding;
        }
        finding.also(declared, format!("{} is bound here", self.described(var)))
    }
}
