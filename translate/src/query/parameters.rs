//! Parameters. Cypher declares none; here each has the type that its uses tell.

use std::collections::BTreeMap;

use omnigraph_grammar::Span;

use crate::ast::{Expr, ExprKind};
use crate::codes;
use crate::names::{self, Names};
use crate::problem::Problem;
use crate::value::{Ty, Value};

use super::Translator;

#[derive(Clone, Debug, Default)]
pub(super) struct Parameters {
    known: BTreeMap<String, Parameter>,
    /// In the order in which they stand in the statement.
    order: Vec<String>,
}

#[derive(Clone, Debug)]
struct Parameter {
    /// Without `$`.
    name: String,
    span: Span,
    ty: Option<Ty>,
    /// The first two uses that do not go together.
    conflict: Option<(Ty, Ty)>,
}

/// The parameters of an expression, each with where it stands.
pub(super) fn collect(expr: &Expr, found: &mut Vec<(String, Span)>) {
    if let ExprKind::Parameter(name) = &expr.kind {
        found.push((name.clone(), expr.span));
    }
    expr.children(&mut |child| collect(child, found));
}

impl Parameters {
    pub(super) fn add(&mut self, name: &str, span: Span, names: &mut Names) {
        if let Some(known) = self.known.get(name) {
            names.take(&known.name);
            if self.order.iter().all(|other| other != name) {
                self.order.push(name.to_owned());
            }
            return;
        }
        let wanted = names::small(name).unwrap_or_else(|| "p".to_owned());
        let parameter = Parameter {
            name: names.fresh(&wanted),
            span,
            ty: None,
            conflict: None,
        };
        self.known.insert(name.to_owned(), parameter);
        self.order.push(name.to_owned());
    }

    /// The same, with what was learnt, for another reading of the statement.
    pub(super) fn again(&self) -> Parameters {
        Parameters {
            known: self.known.clone(),
            order: Vec::new(),
        }
    }

    fn learn(&mut self, name: &str, ty: Ty) {
        let Some(parameter) = self.known.get_mut(name) else {
            return;
        };
        match (&parameter.ty, &ty) {
            (_, Ty::Unknown | Ty::Null) => {}
            (None, _) | (Some(Ty::Integer), Ty::Float) => parameter.ty = Some(ty),
            (Some(Ty::Float), Ty::Integer) => {}
            (Some(known), _) if *known == ty => {}
            (Some(known), _) => {
                let pair = (known.clone(), ty);
                parameter.conflict.get_or_insert(pair);
            }
        }
    }

    /// What keeps parameters from being declared. Uses that tell nothing count only if `all` uses were understood.
    pub(super) fn problems(&self, all: bool) -> Vec<Problem> {
        let of = |name: &String| {
            let parameter = self.known.get(name)?;
            let problem = |message: String| Problem::new(&codes::PARAMETER, parameter.span, message);
            if let Some((a, b)) = &parameter.conflict {
                let message = format!("`${name}` stands for {} and for {}", a.word(), b.word());
                return Some(problem(message).help("use a parameter of its own for each"));
            }
            let undeclared = parameter.ty.as_ref().and_then(Ty::declared).is_none();
            (undeclared && all).then(|| {
                problem(format!("nothing tells the type of `${name}`"))
                    .help("compare it with a property, or use it where one type alone fits")
            })
        };
        self.order.iter().filter_map(of).collect()
    }

    /// As the query declares them.
    pub(super) fn declared(&self) -> String {
        let of = |name: &String| {
            let parameter = self.known.get(name)?;
            let ty = parameter.ty.as_ref().and_then(Ty::declared)?;
            Some(format!("${}: {ty}", parameter.name))
        };
        let all: Vec<String> = self.order.iter().filter_map(of).collect();
        all.join(", ")
    }
}

impl Translator<'_> {
    pub(super) fn parameter(&mut self, name: &str) -> Value {
        let Some(parameter) = self.parameters.known.get(name) else {
            return Value::unknown();
        };
        let ty = parameter.ty.clone().unwrap_or_else(|| Ty::Parameter(name.to_owned()));
        Value::primary(format!("${}", parameter.name), ty)
    }

    /// Learns the type of a value that is a parameter, or an item of one.
    pub(super) fn settle(&mut self, value: &mut Value, ty: &Ty) {
        match &value.ty {
            Ty::Parameter(name) => self.parameters.learn(&name.clone(), ty.clone()),
            Ty::ItemOf(name) => self.parameters.learn(&name.clone(), Ty::List(ty.clone().into())),
            // A parameter that stood beside an integer may stand beside a fraction as well.
            Ty::Integer if *ty == Ty::Float && value.level == crate::value::Level::Primary => {
                let text = value.text.clone();
                let named = self
                    .parameters
                    .known
                    .iter()
                    .find(|(_, known)| format!("${}", known.name) == text);
                if let Some(name) = named.map(|(name, _)| name.clone()) {
                    self.parameters.learn(&name, Ty::Float);
                    value.ty = Ty::Float;
                }
                return;
            }
            _ => return,
        }
        value.ty = ty.clone();
    }

    /// Two values that must be of one type: what is known of one tells the other.
    pub(super) fn pair(&mut self, left: &mut Value, right: &mut Value) {
        if !right.ty.is_open() {
            let ty = right.ty.clone();
            self.settle(left, &ty);
        }
        if !left.ty.is_open() {
            let ty = left.ty.clone();
            self.settle(right, &ty);
        }
    }
}
