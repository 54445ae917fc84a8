//! From one query's tree to its meaning: names resolved, types checked, the plan and the descriptor if it is correct,
//! and all that is wrong with it otherwise. A query is checked alone; of the schema it reads the types it names.

mod aggregates;
mod assignments;
mod blocks;
mod casts;
mod compare;
pub(crate) mod constant;
pub(crate) mod context;
mod definitions;
mod descriptor;
mod edge_words;
pub(crate) mod environment;
pub(crate) mod expression;
mod fragments;
mod functions;
mod given;
mod graph_functions;
mod interfaces;
pub(crate) mod mutation;
mod nested;
mod objects;
pub(crate) mod output;
mod parameters;
mod paths;
mod pattern;
pub(crate) mod report;
mod row;
mod skips;
mod stages;
mod tail;
pub(crate) mod text;
mod unions;
mod variables;
mod widening;
mod writing;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use omnigraph_grammar::Name;
use omnigraph_grammar::query::ast;
use omnigraph_model::catalog::{Catalog, EdgeType, InterfaceType, NodeType};
use omnigraph_model::ir::pattern::Pattern;
use omnigraph_model::ir::{self, lower, optimize};
use omnigraph_model::schema::DeclarationKind;

use self::context::Context;
use self::environment::Environment;
use self::mutation::Target;
use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::types::{t35_invalid_literal, t41_duplicate_query, t61_fragment_name};

pub(crate) use self::constant::fits;
pub use self::edge_words::resolved;
pub use self::fragments::{calls, is_taken};
pub(crate) use self::parameters::RESERVED;
pub use self::variables::{Block, Variable, Variables, variables};
pub use crate::wording::{snake_case, spelled};

/// The schema as a query sees it. Look-ups are by single names, so that an incremental database can tell which types a
/// query depends on.
pub trait Names {
    fn node(&self, name: &str) -> Option<Arc<NodeType>>;

    /// As queries spell it: the exact name first, then ignoring case.
    fn edge(&self, name: &str) -> Option<Arc<EdgeType>>;

    fn interface(&self, name: &str) -> Option<Arc<InterfaceType>>;

    /// The names of the node types that implement an interface, in byte order.
    fn implementers(&self, interface: &str) -> Vec<String>;

    /// Whether the schema declares a type of this name that could not be understood: what depends on it is not
    /// reported. An edge is asked for as the query spells it.
    fn is_broken_type(&self, name: &str) -> bool;

    /// The fragment of this name, as its tree says, be something wrong with it.
    fn fragment(&self, _name: &str) -> Option<Arc<ast::Query>> {
        None
    }

    /// Whether something is wrong with the fragment of this name, which is reported where it stands. Not asked while a fragment is
    /// checked by itself.
    fn is_broken_fragment(&self, _name: &str) -> bool {
        false
    }

    /// The names that the fragment of this name calls.
    fn fragment_calls(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }

    /// The names of all fragments. Asked for where a mistake needs a suggestion.
    fn fragments(&self) -> Vec<String> {
        Vec::new()
    }

    /// Everything at once. Asked for where a mistake needs a suggestion, and where a deleted node takes its edges along.
    fn catalog(&self) -> Arc<Catalog>;
}

/// Whether one of these declarations, which could not be understood, is meant by a name as a query spells it.
pub(crate) fn is_broken(broken: &BTreeSet<(DeclarationKind, String)>, name: &str) -> bool {
    broken.iter().any(|(kind, broken)| match kind {
        DeclarationKind::Edge => broken.eq_ignore_ascii_case(name),
        DeclarationKind::Node | DeclarationKind::Interface => broken == name,
    })
}

impl Names for Arc<Catalog> {
    fn node(&self, name: &str) -> Option<Arc<NodeType>> {
        Catalog::node(self, name).cloned()
    }

    fn edge(&self, name: &str) -> Option<Arc<EdgeType>> {
        Catalog::edge(self, name).cloned()
    }

    fn interface(&self, name: &str) -> Option<Arc<InterfaceType>> {
        self.interfaces.get(name).cloned()
    }

    fn implementers(&self, interface: &str) -> Vec<String> {
        Catalog::implementers(self, interface)
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    fn is_broken_type(&self, _name: &str) -> bool {
        false
    }

    fn catalog(&self) -> Arc<Catalog> {
        self.clone()
    }
}

/// What checking one query gives. Plan and descriptor are there unless the findings hold an error, or the query touches a
/// type of the schema that could not be understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedQuery {
    pub plan: Option<ir::Plan>,
    pub descriptor: Option<ir::Descriptor>,
    /// In the order of the text. Places count from the query's start and name item 0.
    pub findings: Vec<Finding>,
}

/// A query with all that checking has found out about its names, before anything is decided about how it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// In the order of the text, as those of [`CheckedQuery`].
    pub findings: Vec<Finding>,
    /// `None` if the findings hold an error, or something could not be understood.
    pub(crate) correct: Option<Correct>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Correct {
    pub environment: Environment,
    meaning: Meaning,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Meaning {
    Read(Box<Pattern>),
    Mutation(Box<Writing>),
    /// What it means shows where it is called.
    Fragment,
}

/// A mutation before its assignments have a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Writing {
    plan: ir::MutationPlan,
    /// What its statements run for; they run once without it.
    pattern: Option<Pattern>,
    /// What each column of the pattern is in the statements' expressions.
    columns: Vec<ir::Expression>,
    /// Those of the statements.
    targets: Vec<Target>,
}

/// Resolves the names of one query and checks its types; never panics, whatever the tree.
pub(crate) fn analyse(query: &ast::Query, names: &dyn Names) -> Analysis {
    let resolved = edge_words::resolved(query, names);
    let query = &*resolved;
    let mut context = Context::new(query, names);
    context.calls.expand = !matches!(query.body, ast::Body::Fragment(_));
    context.declare_parameters();
    let meaning = match &query.body {
        ast::Body::Fragment(block) => {
            context.fragment(block);
            Some(Meaning::Fragment)
        }
        ast::Body::Read(read) => context.read(read).map(|pattern| Meaning::Read(Box::new(pattern))),
        ast::Body::Union(union) => context.union(union).map(|pattern| Meaning::Read(Box::new(pattern))),
        ast::Body::Mutation(mutation) => context.write(mutation),
    };
    for span in std::mem::take(&mut context.wide) {
        context.report(t35_invalid_literal::too_large(span));
    }
    let Context {
        mut findings,
        incomplete,
        environment,
        ..
    } = context;
    findings.sort_by_key(|finding| (start(finding), finding.rule.subcode));
    let is_wrong = incomplete || findings.iter().any(|finding| finding.severity == Severity::Error);
    let correct = meaning.filter(|_| !is_wrong);
    Analysis {
        findings,
        correct: correct.map(|meaning| Correct { environment, meaning }),
    }
}

/// What an analysed query comes to.
pub fn checked(analysis: &Analysis, names: &dyn Names) -> CheckedQuery {
    let correct = analysis.correct.as_ref();
    let (plan, descriptor) = correct.and_then(|correct| correct.plan(names)).unzip();
    CheckedQuery {
        plan,
        descriptor,
        findings: analysis.findings.clone(),
    }
}

/// Checks one query.
pub fn check(query: &ast::Query, names: &dyn Names) -> CheckedQuery {
    checked(&analyse(query, names), names)
}

/// The checked pattern of a read, from which its plan is lowered; `None` if the query is wrong or a mutation.
pub fn pattern(query: &ast::Query, names: &dyn Names) -> Option<Pattern> {
    match analyse(query, names).correct?.meaning {
        Meaning::Read(pattern) => Some(*pattern),
        Meaning::Mutation(_) | Meaning::Fragment => None,
    }
}

impl Correct {
    /// The pattern of a read, or of what a mutation's statements run for.
    pub(crate) fn pattern(&self) -> Option<&Pattern> {
        match &self.meaning {
            Meaning::Read(pattern) => Some(pattern),
            Meaning::Mutation(writing) => writing.pattern.as_ref(),
            Meaning::Fragment => None,
        }
    }

    /// `None` of a fragment, which does not run by itself.
    fn plan(&self, names: &dyn Names) -> Option<(ir::Plan, ir::Descriptor)> {
        match &self.meaning {
            Meaning::Read(pattern) => {
                let plan = optimize::run(lower::lower((**pattern).clone()));
                let descriptor = descriptor::of_read(&self.environment, &plan.columns, plan.after.as_deref());
                Some((ir::Plan::Read(plan), descriptor))
            }
            Meaning::Mutation(writing) => {
                let mut plan = writing.plan.clone();
                plan.assignments = writing.pattern.as_ref().map(|pattern| {
                    Box::new(ir::Assignments {
                        plan: optimize::run(lower::lower(pattern.clone())),
                        columns: writing.columns.clone(),
                        reads: descriptor::read_types(&self.environment),
                    })
                });
                if plan.assignments.is_none() && plan.statements.iter().all(|statement| statement.binds().is_none()) {
                    plan.variables.clear();
                }
                let descriptor = descriptor::of_mutation(&self.environment, &writing.targets, &plan, names);
                Some((ir::Plan::Mutation(plan), descriptor))
            }
            Meaning::Fragment => None,
        }
    }
}

/// Names of queries are unique in a file. Takes each query's item and name; places name the items.
pub fn duplicate_names(queries: &[(u32, &Name)]) -> Vec<Finding> {
    let mut firsts: HashMap<&str, (u32, &Name)> = HashMap::new();
    let mut findings = Vec::new();
    let taken = |name: &str| queries.iter().any(|(_, other)| other.text == name);
    for (item, name) in queries {
        match firsts.entry(&name.text) {
            Entry::Occupied(first) => findings.push(t41_duplicate_query::finding((*item, name), *first.get(), &taken)),
            Entry::Vacant(place) => _ = place.insert((*item, name)),
        }
    }
    findings
}

/// Names of fragments are unique in a project. `first`: the place of the first one, or the path of its file if that is another.
pub(crate) fn duplicate_fragment(again: (u32, &Name), first: Result<Place, &str>) -> Finding {
    t61_fragment_name::duplicate(again, first)
}

fn start(finding: &Finding) -> u32 {
    match &finding.place {
        Place::Item { span, .. } | Place::File(span) => span.start,
        Place::Schema(_) => 0,
    }
}
