//! Schemas: from the declarations of a `.pg` file to its canonical shape, and on to the accepted schema of a graph with
//! its stable identities. The checks never fail; they give what could be understood, and all that is wrong at once.

mod annotation;
mod assemble;
mod comment;
mod constraint;
mod datacheck;
mod declare;
mod default;
mod directive;
mod expand;
mod identity;
mod node;
mod paths;
mod property;
mod stray;
mod types;

use std::collections::BTreeSet;
use std::sync::Arc;

use omnigraph_grammar::schema::ast::Declaration;
use omnigraph_grammar::{ItemKind, Name};
use omnigraph_model::schema::{DeclarationKind, Presentation, Shape};

use crate::diagnostic::{Finding, Place};

pub use identity::accept;
pub(crate) use identity::numbers_needed;
pub use paths::SchemaIndex;

pub(crate) use annotation::text_of;
pub(crate) use comment::apply as apply_comments;
pub(crate) use constraint::{ListKind, ListUse};
pub(crate) use datacheck::OwnQuery;
pub(crate) use declare::{Decl, Declared};
pub(crate) use directive::{migration_allowances, target_entity};
pub(crate) use expand::Effective;
pub(crate) use property::{Default, Embed, Property};
pub(crate) use stray::StrayEnum;

/// One item of a schema file, parsed as far as possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaItem {
    pub kind: ItemKind,
    /// What its tokens say it is called.
    pub name: Option<Name>,
    pub tree: Option<Arc<Declaration>>,
    /// It has syntax errors: its tree may lack members, so nothing is reported as missing from it.
    pub broken: bool,
    /// The item's own text.
    pub text: Arc<str>,
}

/// What a check depends on besides the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaSettings {
    /// Annotations that the project declares as its own.
    pub known_annotations: BTreeSet<String>,
    /// Days since 1970-01-01; suppressions do not expire without it.
    pub today: Option<i32>,
}

/// What checking a schema gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaCheck {
    /// All that could be understood; whole if no finding is an error.
    pub shape: Arc<Shape>,
    pub presentation: Arc<Presentation>,
    pub hints: Vec<Hint>,
    /// Declared, but not understood well enough to say anything about those who use it.
    pub broken: BTreeSet<(DeclarationKind, String)>,
    pub findings: Vec<Finding>,
}

/// A `@rename_from`: consumed when the schema meets an accepted one, never stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    pub kind: DeclarationKind,
    pub owner: String,
    pub property: Option<String>,
    /// The former name, as written.
    pub from: String,
    pub place: Place,
    /// Handed on by an interface to a node that implements it.
    pub injected: bool,
}

/// Checks the declarations of one schema file.
pub(crate) fn check_schema(items: &[SchemaItem], settings: &SchemaSettings) -> SchemaCheck {
    let mut findings = Vec::new();
    let declared = declare::declare(items, &mut findings);
    let mut check = node::build(&declared, settings, &mut findings);
    stray::check(&declared, &mut findings);
    directive::check(items, &declared, settings, &mut findings);
    findings.sort_by_key(|finding| match &finding.place {
        Place::Item { item, span } => (*item, span.start, finding.rule.subcode),
        _ => (u32::MAX, 0, finding.rule.subcode),
    });
    check.findings = findings;
    check
}
