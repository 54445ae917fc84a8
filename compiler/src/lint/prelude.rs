//! What the files of the lints use.

pub(crate) use super::external::{Asked, External};
pub(crate) use super::project::{ProjectView, QueryAt};
pub(crate) use super::tables::{decimal, is_to_one, number};
pub(crate) use super::view::{PartView, Role, Side, View};
pub(crate) use super::{Check, Lint};
pub(crate) use crate::diagnostic::{Finding, Place, Severity};
pub(crate) use crate::rules::{Example, Rule};
pub(crate) use crate::wording::{snake_case, spelled};
pub(crate) use omnigraph_grammar::Span;
pub(crate) use omnigraph_grammar::query::ast::*;
pub(crate) use omnigraph_grammar::query::visit::Visit;
pub(crate) use omnigraph_model::schema::DeclarationKind;
pub(crate) use omnigraph_model::types::Scalar;
