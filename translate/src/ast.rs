//! Trees of Cypher statements and of Kùzu's table definitions. Every span counts from the start of the file.

use omnigraph_grammar::{Name, Span};

/// A statement with its place.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) span: Span,
    pub(crate) kind: StatementKind,
}

#[derive(Clone, Debug)]
pub(crate) enum StatementKind {
    Query(Query),
    NodeTable(NodeTable),
    RelTable(RelTable),
    /// A statement that is known, has no tree, and has no equal: its words.
    Known(&'static str),
}

/// Queries that `UNION` joins.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) parts: Vec<Vec<Clause>>,
    pub(crate) unions: Vec<Union>,
}

/// The words between two of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Union {
    pub(crate) span: Span,
    /// Whether equal rows stay.
    pub(crate) all: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Clause {
    pub(crate) span: Span,
    pub(crate) kind: ClauseKind,
}

#[derive(Clone, Debug)]
pub(crate) enum ClauseKind {
    Match {
        optional: bool,
        patterns: Vec<Path>,
        condition: Option<Expr>,
    },
    Unwind {
        list: Expr,
        name: Name,
    },
    With(Projection),
    Return(Projection),
    Create(Vec<Path>),
    Merge {
        path: Path,
        on_create: Vec<Assignment>,
        on_match: Vec<Assignment>,
    },
    Set(Vec<Assignment>),
    Remove(Vec<Expr>),
    Delete {
        detach: bool,
        targets: Vec<Expr>,
    },
    /// A clause that is known, has no tree, and has no equal: its words.
    Known(&'static str),
}

#[derive(Clone, Debug)]
pub(crate) struct Projection {
    pub(crate) distinct: bool,
    /// Where `*` stands before the items.
    pub(crate) star: Option<Span>,
    pub(crate) items: Vec<Item>,
    pub(crate) order: Vec<SortKey>,
    pub(crate) skip: Option<Expr>,
    pub(crate) limit: Option<Expr>,
    /// The `WHERE` of a `WITH`.
    pub(crate) condition: Option<Expr>,
}

#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) value: Expr,
    pub(crate) alias: Option<Name>,
}

#[derive(Clone, Debug)]
pub(crate) struct SortKey {
    pub(crate) value: Expr,
    pub(crate) descending: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Assignment {
    Property {
        target: Expr,
        value: Expr,
    },
    /// `p = {…}`, or `p += {…}`.
    All {
        target: Name,
        value: Expr,
        added: bool,
    },
    /// `p:Label`
    Label {
        span: Span,
    },
}

/// A chain of nodes and relationships; one more node than relationships.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) span: Span,
    pub(crate) variable: Option<Name>,
    /// Where it asks which of the ways are found: `shortestPath`, `* SHORTEST`.
    pub(crate) searched: Option<Span>,
    /// What it asks for, where that is known.
    pub(crate) search: Option<Search>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) links: Vec<Link>,
}

/// Which ways are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Search {
    /// One of the shortest.
    One,
    /// All of the shortest.
    All,
    /// All that repeat no relationship.
    Trail,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) variable: Option<Name>,
    pub(crate) labels: Labels,
    pub(crate) properties: Vec<(Name, Expr)>,
    pub(crate) condition: Option<Expr>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Labels {
    pub(crate) names: Vec<Name>,
    /// Where they are more than a single name: `:A|B`, `:A&B`, `:!A`.
    pub(crate) compound: Option<Span>,
}

#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) span: Span,
    pub(crate) variable: Option<Name>,
    pub(crate) types: Labels,
    pub(crate) direction: Direction,
    pub(crate) hops: Option<Hops>,
    pub(crate) properties: Vec<(Name, Expr)>,
    pub(crate) condition: Option<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Right,
    Left,
    Either,
}

/// `*`, `*2`, `*1..3`.
#[derive(Clone, Debug)]
pub(crate) struct Hops {
    pub(crate) span: Span,
    pub(crate) from: Option<u64>,
    pub(crate) to: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) span: Span,
    pub(crate) kind: ExprKind,
    /// Expressions inside each other, itself counted.
    pub(crate) height: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Join,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    All,
    Any,
    None,
    Single,
}

#[derive(Clone, Debug)]
pub(crate) enum ExprKind {
    Null,
    Boolean(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    Parameter(String),
    Variable(String),
    Property(Box<Expr>, Name),
    Index(Box<Expr>, Box<Expr>),
    Slice(Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    List(Vec<Expr>),
    Map(Vec<(Name, Expr)>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Xor(Box<Expr>, Box<Expr>),
    /// `a < b <= c`: the first, and each comparison with what follows.
    Compare(Box<Expr>, Vec<(Comparison, Expr)>),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Box<Expr>),
    TextTest(TextTest, Box<Expr>, Box<Expr>),
    Matches(Box<Expr>, Box<Expr>),
    IsNull(Box<Expr>, bool),
    HasLabels(Name, Labels),
    Case {
        subject: Option<Box<Expr>>,
        branches: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    Call(Call),
    Comprehension {
        variable: Name,
        list: Box<Expr>,
        condition: Option<Box<Expr>>,
        item: Option<Box<Expr>>,
    },
    Quantified {
        quantifier: Quantifier,
        variable: Name,
        list: Box<Expr>,
        condition: Box<Expr>,
    },
    /// `p {.name, older: p.age + 1}`: the variable, and what each member is.
    MapProjection(Name, Vec<(Name, Expr)>),
    Pattern(Box<Path>),
    PatternComprehension {
        path: Box<Path>,
        condition: Option<Box<Expr>>,
        item: Box<Expr>,
    },
    Exists(Vec<Clause>),
    Count(Vec<Clause>),
    Cast(Box<Expr>, Name),
    /// A form that is known and has no equal: its words.
    Known(&'static str),
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// In lower case, `duration.between`.
    pub(crate) name: String,
    /// As it is written.
    pub(crate) written: String,
    pub(crate) name_span: Span,
    pub(crate) distinct: bool,
    /// `count(*)`.
    pub(crate) star: bool,
    pub(crate) arguments: Vec<Expr>,
}

/// `CREATE NODE TABLE`.
#[derive(Clone, Debug)]
pub(crate) struct NodeTable {
    pub(crate) name: Name,
    pub(crate) columns: Vec<Column>,
    pub(crate) key: Option<Name>,
}

/// `CREATE REL TABLE`.
#[derive(Clone, Debug)]
pub(crate) struct RelTable {
    pub(crate) name: Name,
    pub(crate) ends: Vec<(Name, Name)>,
    pub(crate) columns: Vec<Column>,
    /// `MANY_ONE` and its like, in upper case.
    pub(crate) multiplicity: Option<Name>,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: Name,
    /// As it is written, without spaces, in upper case.
    pub(crate) ty: String,
    pub(crate) ty_span: Span,
    pub(crate) default: Option<Expr>,
}

impl Expr {
    /// With its height.
    pub(crate) fn new(kind: ExprKind, span: Span) -> Expr {
        let mut expr = Expr { span, kind, height: 1 };
        let mut below = 0;
        expr.children(&mut |child| below = below.max(child.height));
        expr.height = below.saturating_add(1);
        expr
    }

    /// What it directly consists of, patterns and blocks included.
    pub(crate) fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            ExprKind::Null
            | ExprKind::Boolean(_)
            | ExprKind::Integer(_)
            | ExprKind::Float(_)
            | ExprKind::Text(_)
            | ExprKind::Parameter(_)
            | ExprKind::Variable(_)
            | ExprKind::HasLabels(..)
            | ExprKind::Known(_) => {}
            ExprKind::Property(one, _)
            | ExprKind::Not(one)
            | ExprKind::Negative(one)
            | ExprKind::IsNull(one, _)
            | ExprKind::Cast(one, _) => visit(one),
            ExprKind::Index(a, b)
            | ExprKind::Xor(a, b)
            | ExprKind::Arithmetic(_, a, b)
            | ExprKind::In(a, b)
            | ExprKind::TextTest(_, a, b)
            | ExprKind::Matches(a, b) => {
                visit(a);
                visit(b);
            }
            ExprKind::Slice(list, from, to) => {
                visit(list);
                from.iter().chain(to).for_each(|one| visit(one));
            }
            ExprKind::List(items) | ExprKind::And(items) | ExprKind::Or(items) => items.iter().for_each(visit),
            ExprKind::Map(entries) | ExprKind::MapProjection(_, entries) => {
                entries.iter().for_each(|(_, value)| visit(value))
            }
            ExprKind::Compare(first, rest) => {
                visit(first);
                rest.iter().for_each(|(_, one)| visit(one));
            }
            ExprKind::Case {
                subject,
                branches,
                otherwise,
            } => {
                subject.iter().for_each(|one| visit(one));
                for (when, then) in branches {
                    visit(when);
                    visit(then);
                }
                otherwise.iter().for_each(|one| visit(one));
            }
            ExprKind::Call(call) => call.arguments.iter().for_each(visit),
            ExprKind::Comprehension {
                list, condition, item, ..
            } => {
                visit(list);
                condition.iter().chain(item).for_each(|one| visit(one));
            }
            ExprKind::Quantified { list, condition, .. } => {
                visit(list);
                visit(condition);
            }
            ExprKind::Pattern(path) => path.expressions(visit),
            ExprKind::PatternComprehension { path, condition, item } => {
                path.expressions(visit);
                condition.iter().for_each(|one| visit(one));
                visit(item);
            }
            ExprKind::Exists(clauses) | ExprKind::Count(clauses) => {
                clauses.iter().for_each(|clause| clause.expressions(visit));
            }
        }
    }

    /// Whether something in it, itself included, is such.
    pub(crate) fn any(&self, test: &dyn Fn(&Expr) -> bool) -> bool {
        if test(self) {
            return true;
        }
        let mut found = false;
        self.children(&mut |child| found = found || child.any(test));
        found
    }

    /// Whether two expressions are written alike, but for spaces and the places where they stand.
    pub(crate) fn same(&self, other: &Expr, text: &str) -> bool {
        let plain = |expr: &Expr| -> String {
            let own = text.get(expr.span.range()).unwrap_or("");
            own.chars().filter(|c| !c.is_whitespace()).collect()
        };
        plain(self) == plain(other)
    }
}

impl Path {
    /// The expressions in its braces and conditions.
    pub(crate) fn expressions<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        for node in &self.nodes {
            node.properties.iter().for_each(|(_, value)| visit(value));
            node.condition.iter().for_each(&mut *visit);
        }
        for link in &self.links {
            link.properties.iter().for_each(|(_, value)| visit(value));
            link.condition.iter().for_each(&mut *visit);
        }
    }
}

impl Clause {
    /// The expressions of it that are not inside another expression.
    pub(crate) fn expressions<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            ClauseKind::Match {
                patterns, condition, ..
            } => {
                patterns.iter().for_each(|path| path.expressions(visit));
                condition.iter().for_each(visit);
            }
            ClauseKind::Unwind { list, .. } => visit(list),
            ClauseKind::With(projection) | ClauseKind::Return(projection) => {
                projection.items.iter().for_each(|item| visit(&item.value));
                projection.order.iter().for_each(|key| visit(&key.value));
                let rest = projection
                    .skip
                    .iter()
                    .chain(&projection.limit)
                    .chain(&projection.condition);
                rest.for_each(visit);
            }
            ClauseKind::Create(paths) => paths.iter().for_each(|path| path.expressions(visit)),
            ClauseKind::Merge {
                path,
                on_create,
                on_match,
            } => {
                path.expressions(visit);
                on_create.iter().chain(on_match).for_each(|one| one.expressions(visit));
            }
            ClauseKind::Set(assignments) => assignments.iter().for_each(|one| one.expressions(visit)),
            ClauseKind::Remove(targets) | ClauseKind::Delete { targets, .. } => targets.iter().for_each(visit),
            ClauseKind::Known(_) => {}
        }
    }
}

impl Assignment {
    fn expressions<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            Assignment::Property { target, value } => {
                visit(target);
                visit(value);
            }
            Assignment::All { value, .. } => visit(value),
            Assignment::Label { .. } => {}
        }
    }
}
