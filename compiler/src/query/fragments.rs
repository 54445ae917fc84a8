//! Fragments: patterns with a name and parameters, which other patterns call as a clause. A fragment is checked by itself, by its
//! declaration alone. Where a query calls one, its clauses stand as a nested block that holds for the arguments: they are looked at
//! once more with the parameters in scope and nothing else, and then each parameter is put in for its argument.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use omnigraph_grammar::query::ast::{self, Apply, Block, Body, Clause, Expression as Source, ExpressionKind};
use omnigraph_grammar::query::visit::{self, Visit};
use omnigraph_grammar::{Name, Span};
use omnigraph_model::ir::pattern::Term;
use omnigraph_model::ir::{Expression, Origin, Var};
use omnigraph_model::types::{Scalar, Type, Value};
use omnigraph_model::vocabulary::functions::{Operation, find_scalar_function};
use omnigraph_model::vocabulary::{KeywordKind, QUERY_KEYWORDS, find_function, find_keyword};

use super::constant::adapt;
use super::context::{Context, Ty};
use super::edge_words::resolved;
use super::environment::{Parameter, Scope, VariableKind};
use super::expression::{Place, call, null, nullable_if, origin};
use super::parameters::{as_type, is_vector};
use super::{Names, pattern};
use crate::diagnostic::Severity;
use crate::rules::types::*;

/// How deep the blocks of a pattern and of the fragments that it calls may stand in each other.
const DEEPEST: usize = 64;
/// How many calls there may be in a query, those in fragments included.
const MOST_CALLS: usize = 1000;
/// How many parts the expressions may have that stand for parameters.
const MOST_PARTS: usize = 10_000;

/// The word of a fragment's block, where messages name it.
const WORD: &str = "fragment";

/// What the calls of a query have come to.
#[derive(Default)]
pub(crate) struct Calls {
    /// Whether the clauses of a fragment are put in for a call. A fragment is checked by itself without.
    pub expand: bool,
    /// How many there were.
    count: usize,
    /// How many expressions stand for parameters.
    parts: usize,
    /// How many blocks are open.
    pub nesting: usize,
}

/// Whether the language has a function or an operator of this name, so that a fragment cannot have it.
pub fn is_taken(name: &str) -> bool {
    let word = |kind| {
        let (clause, operator) = (KeywordKind::Clause, KeywordKind::Operator);
        let others = [KeywordKind::Connective, KeywordKind::Literal];
        kind == clause || kind == operator || others.contains(&kind)
    };
    find_scalar_function(name).is_some()
        || find_function(name).is_some()
        || find_keyword(&QUERY_KEYWORDS, name).is_some_and(|keyword| word(keyword.kind))
        || matches!(
            name,
            "coalesce" | "nullif" | "if" | "distinct" | "cast" | "try_cast" | "date" | "datetime"
        )
}

/// What a clause calls, if it is a call and nothing else. In parentheses it is a condition.
pub(super) fn called(clause: &Clause) -> Option<&Apply> {
    let Clause::Condition(condition) = clause else {
        return None;
    };
    match &condition.kind {
        ExpressionKind::Apply(apply)
            if condition.span.start == apply.name.span.start && !is_taken(&apply.name.text) =>
        {
            Some(apply)
        }
        _ => None,
    }
}

/// The names that the clauses of a query or a fragment call, each once, with where they do first.
pub fn calls(query: &ast::Query) -> BTreeMap<String, Span> {
    #[derive(Default)]
    struct Called(BTreeMap<String, Span>);
    impl<'t> Visit<'t> for Called {
        fn visit_clause(&mut self, clause: &'t Clause) {
            if let Some(apply) = called(clause) {
                self.0.entry(apply.name.text.clone()).or_insert(apply.name.span);
            }
            visit::walk_clause(self, clause);
        }
    }
    let mut found = Called::default();
    found.visit_query(query);
    found.0
}

/// A variable as an argument where a fragment takes a node.
pub(super) struct NodeArgument<'q> {
    pub name: &'q str,
    pub span: Span,
    /// The type of the parameter.
    pub ty: String,
}

/// The variables that a clause gives to a fragment as nodes.
pub(super) fn node_arguments<'q>(clause: &'q Clause, names: &dyn Names) -> Vec<NodeArgument<'q>> {
    let Some(apply) = called(clause) else { return Vec::new() };
    let Some(fragment) = names.fragment(&apply.name.text) else {
        return Vec::new();
    };
    let pairs = apply.arguments.iter().zip(&fragment.parameters);
    let nodes = pairs.filter_map(|(argument, parameter)| match &argument.kind {
        ExpressionKind::Variable(name) => Some(NodeArgument {
            name,
            span: argument.span,
            ty: parameter.ty.node()?.text.clone(),
        }),
        _ => None,
    });
    nodes.collect()
}

/// How many arguments a fragment needs: those behind the last parameter without a default may be left out.
fn least(fragment: &ast::Query) -> usize {
    let needed = |parameter: &ast::Parameter| parameter.default.is_none();
    fragment.parameters.iter().rposition(needed).map_or(0, |last| last + 1)
}

/// How deep the blocks of a fragment stand in each other, its own included.
fn depth(block: &Block) -> usize {
    struct Depth {
        now: usize,
        most: usize,
    }
    impl Visit<'_> for Depth {
        fn visit_block(&mut self, block: &Block) {
            self.now += 1;
            self.most = self.most.max(self.now);
            visit::walk_block(self, block);
            self.now -= 1;
        }
    }
    let mut depth = Depth { now: 0, most: 0 };
    depth.visit_block(block);
    depth.most
}

/// The arguments of a call, by what they are given for.
#[derive(Default)]
struct Given {
    nodes: BTreeMap<String, Var>,
    /// What makes nodes of the parameters' types of arguments of other types.
    seen: Vec<Term>,
    values: BTreeMap<String, Expression>,
    /// As the values are declared, and null where the argument may be.
    declared: BTreeMap<String, Parameter>,
}

impl Context<'_> {
    // ---- a fragment by itself -----------------------------------------------

    /// Whether a fragment is checked by itself.
    pub(super) fn is_fragment(&self) -> bool {
        matches!(self.query.body, Body::Fragment(_))
    }

    /// Checks the clauses of a fragment, whose parameters are declared.
    pub(super) fn fragment(&mut self, block: &Block) {
        let name = &self.query.name;
        if is_taken(&name.text) {
            self.report(t61_fragment_name::of_function(name));
        }
        pattern::Anonymous(&mut self.anonymous).visit_block(block);
        self.block(block, Some((0, WORD)));
        self.report_recursion();
    }

    /// Declares a parameter that is a node, in the scope around the clauses.
    pub(super) fn node_parameter(&mut self, parameter: &ast::Parameter, ty: &Name) {
        if parameter.optional || parameter.default.is_some() {
            self.report(t59_1_fragment_argument::node_parameter(parameter));
        }
        let kind = match self.node_or_interface(&ty.text) {
            Some(kind) => self.implemented(kind, ty),
            None => {
                match self.names.is_broken_type(&ty.text) {
                    true => self.broken(),
                    false => self.report(t27_parameter_declaration::unknown_type(&parameter.ty)),
                }
                VariableKind::Error
            }
        };
        let name = &parameter.name;
        let var = self.new_variable(name.text.clone(), false, parameter.span, kind);
        self.environment.scopes[0].names.insert(name.text.clone(), var);
    }

    /// Reports the first call by which the fragment calls itself, be it through others.
    fn report_recursion(&mut self) {
        let own = &self.query.name.text;
        let mut first: Vec<(String, Span)> = calls(self.query).into_iter().collect();
        first.sort_by_key(|(_, span)| span.start);
        for (callee, span) in first {
            // The way to each fragment that is reached from here.
            let mut ways: HashMap<String, Vec<String>> = HashMap::from([(callee.clone(), Vec::new())]);
            let mut next = vec![callee];
            while let Some(name) = next.pop() {
                let way = ways.get(&name).cloned().unwrap_or_default();
                if name == *own {
                    self.report(t45_cycle::fragments(span, own, &way));
                    return;
                }
                for inner in self.names.fragment_calls(&name) {
                    if !ways.contains_key(&inner) {
                        let way = way.iter().cloned().chain([name.clone()]).collect();
                        ways.insert(inner.clone(), way);
                        next.push(inner);
                    }
                }
            }
        }
    }

    // ---- calls ---------------------------------------------------------------

    /// Binds the variables that a block's calls give to fragments as nodes and that nothing else binds.
    pub(super) fn declare_arguments(&mut self, block: &Block, is_brought: &dyn Fn(&str) -> bool, scope: usize) {
        for clause in &block.clauses {
            for argument in node_arguments(clause, self.names) {
                let NodeArgument { name, span, ty } = argument;
                let known = self.lookup(scope, name);
                if name == "_" || is_brought(name) || self.environment.parameters.contains_key(name) {
                    continue;
                }
                let var = match known {
                    Some(var) if *self.kind(var) == VariableKind::Open => var,
                    Some(_) => continue,
                    None => {
                        let var = self.new_variable(name.to_owned(), false, span, VariableKind::Open);
                        self.environment.scopes[scope].names.insert(name.to_owned(), var);
                        var
                    }
                };
                // A type that is not known is reported where the fragment is declared.
                let kind = self.node_or_interface(&ty).unwrap_or(VariableKind::Error);
                self.set_kind(var, kind);
            }
        }
    }

    /// A clause that calls a fragment; false if it calls none.
    pub(super) fn call(&mut self, clause: &Clause, scope: usize, terms: &mut Vec<Term>) -> bool {
        let Some(apply) = called(clause) else { return false };
        let Some(fragment) = self.names.fragment(&apply.name.text) else {
            return false;
        };
        let span = clause.span();
        let counts = least(&fragment)..=fragment.parameters.len();
        if !counts.contains(&apply.arguments.len()) {
            self.report(t59_1_fragment_argument::count(apply, &fragment, counts, span));
            self.murk(scope);
            return true;
        }
        let mut given = Given::default();
        let mut complete = true;
        for (at, parameter) in fragment.parameters.iter().enumerate() {
            complete &= match (parameter.ty.node(), apply.arguments.get(at)) {
                (Some(ty), Some(argument)) => self.node_argument(argument, parameter, ty, scope, &mut given),
                // A node has no default, which is reported with the fragment.
                (Some(_), None) => false,
                (None, argument) => self.value_argument(argument, parameter, &fragment, scope, &mut given),
            };
        }
        if !complete {
            self.broken();
        } else if self.calls.expand {
            self.expand(&fragment, given, span, terms);
        }
        true
    }

    /// Whether the argument is a node of the type.
    fn node_argument(
        &mut self,
        argument: &Source,
        parameter: &ast::Parameter,
        ty: &Name,
        scope: usize,
        given: &mut Given,
    ) -> bool {
        let typed = self.expression(argument, Place::filter(scope));
        let var = match typed.ty {
            Ty::Error => return false,
            Ty::Node(var) => Some(var),
            Ty::Edge(_) | Ty::Value(_) | Ty::Null => None,
        };
        let Some(due) = self.node_or_interface(&ty.text) else {
            // There are no such nodes, which is reported with the fragment.
            return false;
        };
        let fits = var.is_some_and(|var| match (self.kind(var), &due) {
            (VariableKind::Node(node), due) => due.may_be(&node.name),
            (VariableKind::Interface(own), VariableKind::Interface(due)) => own.ty.name == due.ty.name,
            _ => false,
        });
        match var.filter(|_| fits) {
            Some(var) => {
                let is_same = self.kind(var).described() == due.described();
                let name = parameter.name.text.clone();
                let seen = match is_same {
                    true => var,
                    false => self.seen_by_kind(var, due, &mut given.seen),
                };
                given.nodes.insert(name, seen);
            }
            None => {
                let finding = t59_1_fragment_argument::no_node(self, &typed, parameter, ty);
                self.report(finding);
            }
        }
        fits
    }

    /// Whether the argument, or the default in its place, is a value of the parameter's type.
    fn value_argument(
        &mut self,
        argument: Option<&Source>,
        parameter: &ast::Parameter,
        fragment: &ast::Query,
        scope: usize,
        given: &mut Given,
    ) -> bool {
        let name = &parameter.name;
        // What is wrong with the declaration is reported where it stands.
        let ty = self.silently(|own| own.parameter_type(parameter));
        let typed = argument.map(|argument| self.expression(argument, Place::filter(scope)));
        let Some(ty) = ty else { return false };
        let value = match (&typed, argument) {
            (Some(typed), Some(argument)) => {
                if ty.scalar == Scalar::U64 {
                    self.expects_unsigned(argument.span);
                }
                self.note_use(&typed.expression, ty.enum_values.clone());
                if typed.is_error() {
                    return false;
                }
                let converted = self.converted(typed, &ty);
                if converted.is_none() {
                    self.report(t59_1_fragment_argument::other_type(typed, argument, parameter, &ty));
                } else if let (
                    Some(Expression::Literal {
                        value: Value::String(text),
                        ..
                    }),
                    Some(values),
                ) = (&converted, &ty.enum_values)
                    && !values.contains(text)
                {
                    self.report(t59_1_fragment_argument::not_a_variant(argument, parameter, values));
                    return false;
                }
                converted
            }
            _ => {
                let default = parameter.default.as_ref();
                default.and_then(|default| self.silently(|own| own.default(name, default, &ty)))
            }
        };
        let Some(value) = value else { return false };
        let nullable = ty.nullable || typed.is_some_and(|typed| typed.may_be_null());
        let declared = Parameter {
            ty: Some(nullable_if(ty, nullable)),
            declared: fragment.span,
            enum_of: None,
            default: None,
            node: None,
        };
        given.declared.insert(name.text.clone(), declared);
        given.values.insert(name.text.clone(), value);
        true
    }

    /// The value as one of the type that a parameter is declared with; `None` if it is none.
    fn converted(&self, typed: &super::context::Typed, ty: &Type) -> Option<Expression> {
        let found = match &typed.ty {
            Ty::Null => return ty.nullable.then(|| null(ty.clone())),
            Ty::Value(found) => found,
            Ty::Error | Ty::Node(_) | Ty::Edge(_) => return None,
        };
        if let Expression::Literal { value, .. } = &typed.expression {
            let fits = fits(found, ty) || is_vector(value, ty);
            let value = fits.then(|| as_type(value, ty)).flatten()?;
            return Some(Expression::Literal { value, ty: ty.clone() });
        }
        if !fits(found, ty) {
            return None;
        }
        // Integers of any width compute and compare alike, and so do floats.
        let widens = found.scalar.is_integer() && ty.scalar.is_float();
        Some(match &typed.expression {
            Expression::Parameter { name, .. } if widens => Expression::Parameter {
                name: name.clone(),
                ty: nullable_if(ty.clone(), found.nullable),
            },
            expression if widens => {
                let to = nullable_if(Type::of(Scalar::F64), found.nullable);
                call(Operation::Cast, vec![expression.clone()], to, typed.span)
            }
            expression => expression.clone(),
        })
    }

    /// Runs what may report, and drops what it reports.
    fn silently<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let (findings, causes) = (std::mem::take(&mut self.findings), std::mem::take(&mut self.causes));
        let (incomplete, wide) = (self.incomplete, std::mem::take(&mut self.wide));
        let done = run(self);
        (self.findings, self.causes) = (findings, causes);
        (self.incomplete, self.wide) = (incomplete, wide);
        done
    }

    /// Puts the clauses of a fragment in for a call.
    fn expand(&mut self, fragment: &Arc<ast::Query>, given: Given, span: Span, terms: &mut Vec<Term>) {
        let name = &fragment.name.text;
        if self.names.is_broken_fragment(name) {
            return self.broken();
        }
        let tree = resolved(fragment, self.names);
        let Body::Fragment(block) = &tree.body else {
            return self.broken();
        };
        self.calls.count += 1;
        if self.calls.count > MOST_CALLS || self.calls.nesting + depth(block) > DEEPEST {
            return self.too_large(name, span);
        }
        let Given {
            nodes,
            seen,
            values,
            declared,
        } = given;
        // Nothing of the query is visible in the fragment, and nothing that is noted about its scopes outlives it.
        let scope = self.environment.scopes.len();
        self.environment.scopes.push(Scope {
            parent: None,
            names: nodes,
            word: None,
            span: fragment.span,
            ended: None,
        });
        let parameters = std::mem::replace(&mut self.environment.parameters, declared);
        let anonymous = std::mem::take(&mut self.anonymous);
        let compared = std::mem::take(&mut self.compared);
        let locals = std::mem::take(&mut self.locals);
        let hoisted = std::mem::take(&mut self.hoisted);
        let (correlated, murky) = (std::mem::take(&mut self.correlated), std::mem::take(&mut self.murky));
        let (findings, causes) = (std::mem::take(&mut self.findings), std::mem::take(&mut self.causes));
        let wide = std::mem::take(&mut self.wide);
        pattern::Anonymous(&mut self.anonymous).visit_block(block);
        let mut inner = self.block(block, Some((scope, WORD)));
        self.environment.scopes.truncate(scope);
        self.environment.parameters = parameters;
        (self.anonymous, self.compared, self.locals, self.hoisted) = (anonymous, compared, locals, hoisted);
        (self.correlated, self.murky) = (correlated, murky);
        let own = std::mem::replace(&mut self.findings, findings);
        (self.causes, self.wide) = (causes, wide);
        if let Some(error) = own.into_iter().find(|finding| finding.severity == Severity::Error) {
            let is_size = error.rule.subcode == t59_4_fragments_too_large::RULE.subcode;
            return match is_size {
                true => self.too_large(name, span),
                false => self.report(t59_1_fragment_argument::unfit(name, span, &error)),
            };
        }
        if !seen.is_empty() {
            inner = Term::All(seen.into_iter().chain([inner]).collect());
        }
        let mut put = Put {
            values: &values,
            origin: origin(span),
            parts: 0,
            text: None,
        };
        put.term(&mut inner);
        let (parts, text) = (put.parts, put.text);
        self.calls.parts += parts;
        if let Some(parameter) = text {
            self.report(t59_1_fragment_argument::no_constant(name, &parameter, span));
        }
        if self.calls.parts > MOST_PARTS {
            return self.too_large(name, span);
        }
        // Clauses that bind nothing are conditions on the row, as they are where they stand.
        terms.push(match inner.bound().is_empty() {
            true => inner,
            false => Term::Exists(Box::new(inner)),
        });
    }

    fn too_large(&mut self, name: &str, span: Span) {
        self.report(t59_4_fragments_too_large::finding(name, span));
    }
}

/// Whether a value of a type may be given for a parameter of another.
fn fits(from: &Type, to: &Type) -> bool {
    if from.list != to.list {
        return false;
    }
    let (integers, floats) = (from.scalar.is_integer(), from.scalar.is_float());
    let widens = !from.list && to.scalar.is_numeric();
    from.scalar == to.scalar || integers && (to.scalar.is_integer() || widens) || floats && to.scalar.is_float()
}

/// Puts arguments in for parameters, and the place of the call in for those in the fragment.
struct Put<'v> {
    values: &'v BTreeMap<String, Expression>,
    origin: Origin,
    /// How many expressions stand for parameters.
    parts: usize,
    /// A parameter that a text function takes for its words, while its argument is no constant.
    text: Option<String>,
}

impl Put<'_> {
    fn term(&mut self, term: &mut Term) {
        match term {
            Term::All(terms) | Term::Either(_, terms) => terms.iter_mut().for_each(|term| self.term(term)),
            Term::Node(_) => {}
            Term::Link(link) => link.walk.iter_mut().for_each(|walk| self.expression(walk)),
            Term::Condition(value) | Term::Let(_, value) | Term::Each(_, value) => self.expression(value),
            Term::Fold(_, aggregate, inner) => {
                aggregate.expressions_mut().for_each(|part| self.expression(part));
                self.term(inner);
            }
            Term::Not(inner) | Term::Exists(inner) | Term::Optional(inner) => self.term(inner),
        }
    }

    fn expression(&mut self, expression: &mut Expression) {
        match expression {
            Expression::Parameter { name, ty } => {
                if let Some(value) = self.values.get(name) {
                    value.visit(&mut |_| self.parts += 1);
                    *expression = adapt(value.clone(), ty.scalar);
                }
                return;
            }
            Expression::Text { text, edits, .. } => {
                for part in [Some(&**text), edits.as_deref()].into_iter().flatten() {
                    if let Expression::Parameter { name, .. } = part
                        && self.values.get(name).is_some_and(|value| !is_fixed(value))
                    {
                        self.text = Some(name.clone());
                    }
                }
            }
            Expression::Call { origin, .. } | Expression::Case { origin, .. } => *origin = self.origin,
            _ => {}
        }
        for part in expression.parts_mut() {
            self.expression(part);
        }
    }
}

fn is_fixed(value: &Expression) -> bool {
    matches!(value, Expression::Literal { .. } | Expression::Parameter { .. })
}
