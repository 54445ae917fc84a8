//! The syntax tree of a query or a fragment. It says what was written and where; types and names are the compiler's.

mod expression;

pub use expression::*;

use omnigraph_model::vocabulary::is_scalar;

use crate::{Name, Span};

/// An item of a query file, head and body: a query or a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Empty where the text has none.
    pub name: Name,
    /// As declared, in order; two may have the same name.
    pub parameters: Vec<Parameter>,
    /// Those between the parameters and the body.
    pub annotations: Vec<Annotation>,
    /// What stands in the braces.
    pub body: Body,
    /// From its first word to the closing brace.
    pub span: Span,
}

/// `@description("…")`, or another name with a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Without the `@`.
    pub name: Name,
    /// What the string stands for, and the place of the literal.
    pub value: (String, Span),
    /// From the `@` to the closing parenthesis.
    pub span: Span,
}

/// `$than: I32?`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Without the `$`; the span has it.
    pub name: Name,
    /// The type without the `?`.
    pub ty: ParameterType,
    /// Whether a `?` follows the type.
    pub optional: bool,
    /// The value that it has where a request leaves it out.
    pub default: Option<Expression>,
    /// From the `$` to the end of the declaration.
    pub span: Span,
}

impl ParameterType {
    /// The node type that it names, if it is no type of values.
    pub fn node(&self) -> Option<&Name> {
        let is_node = self.property.is_none() && !self.list && self.size.is_none() && !is_scalar(&self.name.text);
        is_node.then_some(&self.name)
    }
}

/// `String`, `[String]`, `Vector(3)`, `Person`, `Person.role`; `name` may be a word that names no type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterType {
    /// The word of the type; of a list, that of its elements.
    pub name: Name,
    /// A property of a type of the schema, whose enum it is.
    pub property: Option<Name>,
    /// Whether it stands in square brackets.
    pub list: bool,
    /// The number of `Vector(n)`, as written.
    pub size: Option<(String, Span)>,
    /// With brackets and size.
    pub span: Span,
}

/// What stands in the braces of an item: a query reads or writes, a fragment is a pattern with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// `match`, `return`, and what may follow.
    Read(Box<Read>),
    /// The rows of several reads together.
    Union(Box<Union>),
    /// Statements, and what may stand around them.
    Mutation(Box<Mutation>),
    /// The clauses of a fragment, which hold where it is called. The block's span is that of the braces.
    Fragment(Block),
}

impl Body {
    /// The reads that it is made of, in order: one, those that `union` puts together, or none.
    pub fn reads(&self) -> impl DoubleEndedIterator<Item = &Read> {
        let (one, branches) = match self {
            Body::Read(read) => (Some(&**read), None),
            Body::Union(union) => (None, Some(&union.branches)),
            Body::Mutation(_) | Body::Fragment(_) => (None, None),
        };
        let branches = branches.into_iter().flatten().map(|branch| &branch.read);
        one.into_iter().chain(branches)
    }

    /// The reads whose `match` it has: those that it is made of, or what the statements of a mutation run for.
    pub fn matched(&self) -> impl DoubleEndedIterator<Item = &Read> {
        let given = match self {
            Body::Mutation(mutation) => mutation.read.as_deref(),
            Body::Read(_) | Body::Union(_) | Body::Fragment(_) => None,
        };
        self.reads().chain(given)
    }

    /// The same, to be changed.
    pub fn matched_mut(&mut self) -> impl Iterator<Item = &mut Read> {
        let (one, branches) = match self {
            Body::Read(read) => (Some(&mut **read), None),
            Body::Union(union) => (None, Some(&mut union.branches)),
            Body::Mutation(mutation) => (mutation.read.as_deref_mut(), None),
            Body::Fragment(_) => (None, None),
        };
        let branches = branches.into_iter().flatten().map(|branch| &mut branch.read);
        one.into_iter().chain(branches)
    }

    /// Those that it is made of, to be changed.
    pub fn reads_mut(&mut self) -> impl Iterator<Item = &mut Read> {
        let (one, branches) = match self {
            Body::Read(read) => (Some(&mut **read), None),
            Body::Union(union) => (None, Some(&mut union.branches)),
            Body::Mutation(_) | Body::Fragment(_) => (None, None),
        };
        let branches = branches.into_iter().flatten().map(|branch| &mut branch.read);
        one.into_iter().chain(branches)
    }
}

/// `union { match { … } return { … } } { match { … } return { … } } order { … }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Union {
    /// The word `union`.
    pub keyword: Span,
    /// The word `all`: equal rows stay.
    pub all: Option<Span>,
    /// Two or more, unless something is wrong.
    pub branches: Vec<Branch>,
    /// The keys by which the rows of all branches are ordered; empty without the section.
    pub order: Vec<SortKey>,
    /// How many rows of all branches are returned at most.
    pub limit: Option<Limit>,
    /// How many of them are skipped.
    pub offset: Option<Limit>,
    /// Which of them stand before the page that is asked for.
    pub after: Option<After>,
}

/// A read of a union, in braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// What stands in the braces.
    pub read: Read,
    /// With the braces.
    pub span: Span,
}

/// The body of a query that reads, or a stage of it, which hands its rows on to the next `match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// What ends in `with`, in the order of the text; a stage has none itself.
    pub stages: Vec<Read>,
    /// What stands behind `match`.
    pub pattern: Block,
    /// The word `distinct`: equal rows are returned once.
    pub distinct: Option<Span>,
    /// The columns of the result, in order. In `with`, the alias of each but a variable is a variable, whose span has the `$`.
    pub projections: Vec<Projection>,
    /// From `return` or `with` to its closing brace.
    pub return_span: Span,
    /// What has to be true of a row of the result; `None` without the section.
    pub having: Option<Having>,
    /// The keys of `order`, the first one deciding first; empty without the section.
    pub order: Vec<SortKey>,
    /// How many rows are returned at most; `None` without the section.
    pub limit: Option<Limit>,
    /// How many rows are skipped; `None` without the section.
    pub offset: Option<Limit>,
    /// Which rows stand before the page that is asked for; `None` without the section, and in stages and branches of a union.
    pub after: Option<After>,
}

impl Read {
    /// Its stages, then itself: each has a pattern, and what becomes of its rows.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &Read> {
        self.stages.iter().chain([self])
    }
}

/// `having { count($p) > 3 }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Having {
    /// What stands in the braces.
    pub condition: Expression,
    /// From `having` to the closing brace.
    pub span: Span,
}

/// `limit 10`, `offset $n`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many rows.
    pub amount: Amount,
    /// From the word to the amount.
    pub span: Span,
}

/// `after $cursor`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The parameter that says where the page before ended.
    pub parameter: Name,
    /// From the word to the parameter.
    pub span: Span,
}

/// A number of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// The greatest number that fits, if the digits are too many for it (Q005).
    Number(u64),
    /// The value of a parameter.
    Parameter(Name),
    /// `$n?`: the value of a parameter; as if the section were not there where it is null.
    Skippable(Name),
}

/// Clauses that hold together, in braces: those of `match`, and those of each clause that has a block of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// In the order of the text, which means nothing.
    pub clauses: Vec<Clause>,
    /// What is computed of the assignments: `sum($q.age)` before the braces.
    pub aggregate: Option<Call>,
    /// From the word before the braces.
    pub span: Span,
}

/// `count { … }`, `exists { … }`, `sum($q.age) { … }` in an expression: a value of the assignments that satisfy the block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockValue {
    /// What is asked of the block.
    pub fold: BlockFold,
    /// The word, or the name of the aggregate.
    pub keyword: Span,
    /// Its span starts with the word. An aggregate stands in it, as its arguments name what the block binds.
    pub block: Block,
}

impl BlockValue {
    /// What stands before the braces: `count`, `exists`, `sum`.
    pub fn word(&self) -> &'static str {
        match (self.fold, &self.block.aggregate) {
            (BlockFold::Exists, _) => BlockWord::Exists.text(),
            (BlockFold::Not, _) => BlockWord::Not.text(),
            (_, Some(call)) => call.function.name(),
            (_, None) => Function::Count.name(),
        }
    }
}

/// What an expression asks of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockFold {
    /// Whether some assignment satisfies it.
    Exists,
    /// Whether none does.
    Not,
    /// How many do.
    Count,
    /// What an aggregate makes of them.
    Aggregate,
}

/// `visit.rs` says what a form consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// A variable ranges over the nodes of a type.
    Binding(Binding),
    /// Two nodes are linked.
    Traversal(Traversal),
    /// What has to be true: a comparison, `search(…)` alone, or any other condition.
    Condition(Expression),
    /// `let $x = …`, `each $x in …`
    Definition(Definition),
    /// `not { … }`, `exists { … }`, `optional { … }`, `either { … } or { … }`
    Nested(Nested),
}

/// `$p: Person { role: "lead" }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Without the `$`.
    pub variable: Name,
    /// A node type or an interface.
    pub ty: Name,
    /// What stands in the braces: properties and the values that they have.
    pub matches: Vec<PropertyMatch>,
    /// From the variable to the type or the closing brace.
    pub span: Span,
}

/// `role: "lead"`: in a binding a condition, in `insert` and `update` an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyMatch {
    /// The word before the colon.
    pub property: Name,
    /// Made of constants and parameters; in `update`, of the row's properties, too.
    pub value: Expression,
    /// From the property to the end of the value, without a comma.
    pub span: Span,
}

/// `$p $e:<follows>{1,3} $q`. Variables are named without `$`; `_` is the anonymous one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traversal {
    /// Where it starts. For an edge that is not undirected, this is the edge's `from`.
    pub source: Name,
    /// The variable of the edge, `$e` above.
    pub edge_variable: Option<Name>,
    /// As written; the casing of an edge is free.
    pub edge: Name,
    /// The edges behind it that may be followed as well: `follows|likes`.
    pub others: Vec<Name>,
    /// Written `<edge>`.
    pub undirected: bool,
    /// `None` for exactly one.
    pub hops: Option<Hops>,
    /// Where it leads.
    pub target: Name,
    /// From the source to the target.
    pub span: Span,
}

impl Traversal {
    /// The edges that may be followed, as written; one or more.
    pub fn edges(&self) -> impl Iterator<Item = &Name> {
        [&self.edge].into_iter().chain(&self.others)
    }

    /// What must be true of each step.
    pub fn condition(&self) -> Option<&Expression> {
        self.hops.as_ref()?.condition.as_ref()
    }
}

/// `{1,3}`, `{1,4 where $.since > 3}`, `{where $.since > 3}`: how many edges in a row, and what must be true of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hops {
    /// The least number, and its place; 1 where only a condition is written.
    pub min: (u32, Span),
    /// `None` for `{1,}`, which only some paths may have.
    pub max: Option<(u32, Span)>,
    /// What must be true of each step.
    pub condition: Option<Expression>,
    /// With the braces.
    pub span: Span,
}

/// `shortest $a follows{1,6} $b`: the paths that `path` searches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Which of the paths.
    pub search: Search,
    /// The words of the search, with its number.
    pub search_span: Span,
    /// Where the paths lead, and along which edges.
    pub traversal: Traversal,
    /// What is summed, behind `by`, and the place of that word.
    pub by: Option<(Span, Expression)>,
}

/// Which paths are found, of those that a traversal allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Search {
    /// `shortest`: one with the fewest edges.
    Shortest,
    /// `all shortest`: all with the fewest edges.
    AllShortest,
    /// `shortest 3`: so many that repeat no edge, those with the fewest edges first.
    Several(u64),
    /// `cheapest`: one with the least sum.
    Cheapest,
    /// `trail`: all that repeat no edge.
    Trail,
    /// `simple`: all that repeat no node.
    Simple,
}

impl Search {
    /// As it is written, without the number.
    pub fn text(self) -> &'static str {
        match self {
            Search::Shortest | Search::Several(_) => "shortest",
            Search::AllShortest => "all shortest",
            Search::Cheapest => "cheapest",
            Search::Trail => "trail",
            Search::Simple => "simple",
        }
    }
}

/// `let $age = $p.age + 1`, `each $tag in $p.tags`, `path $p = shortest $a follows $b`: a variable that holds a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Which of the two forms it has.
    pub word: DefinitionWord,
    /// The word.
    pub keyword: Span,
    /// Without the `$`.
    pub variable: Name,
    /// The value, or the list of values; of `path` an [`ExpressionKind::Walk`].
    pub value: Expression,
    /// From the word to the end of the value.
    pub span: Span,
}

/// The words that define a value variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefinitionWord {
    /// `let`: one value.
    Let,
    /// `each`: one item of a list after the other.
    Each,
    /// `path`: one path after the other.
    Path,
}

impl DefinitionWord {
    /// All of them.
    pub const ALL: [DefinitionWord; 3] = [DefinitionWord::Let, DefinitionWord::Each, DefinitionWord::Path];

    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            DefinitionWord::Let => "let",
            DefinitionWord::Each => "each",
            DefinitionWord::Path => "path",
        }
    }
}

/// A block in a block, or two and more behind `either`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nested {
    /// What is asked of the blocks.
    pub word: BlockWord,
    /// The word.
    pub keyword: Span,
    /// One, or with `either` two and more. The span of each starts with the word before it, which is `or` from the second on.
    pub blocks: Vec<Block>,
}

/// The words before the blocks that stand in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockWord {
    /// `not`: no assignment satisfies the block.
    Not,
    /// `exists`: one or more do.
    Exists,
    /// `optional`: those that do add their variables, which are null where there are none.
    Optional,
    /// `either { … } or { … }`: one or more satisfy one of the blocks.
    Either,
}

impl BlockWord {
    /// All of them.
    pub const ALL: [BlockWord; 4] = [
        BlockWord::Not,
        BlockWord::Exists,
        BlockWord::Optional,
        BlockWord::Either,
    ];

    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            BlockWord::Not => "not",
            BlockWord::Exists => "exists",
            BlockWord::Optional => "optional",
            BlockWord::Either => "either",
        }
    }
}

/// `$p.name as author`: a column of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// What the column holds.
    pub expression: Expression,
    /// The name behind `as`; without it the compiler derives one. Of `with` it is a variable, without the `$`; the span has it.
    pub alias: Option<Name>,
    /// With the alias, without a comma.
    pub span: Span,
}

/// `$p.age desc`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// What rows are ordered by.
    pub expression: Expression,
    /// The word and its place; ascending without it.
    pub direction: Option<(Direction, Span)>,
    /// Where nulls go, and the place of `nulls first`; without it they are smaller than every value.
    pub nulls: Option<(Nulls, Span)>,
    /// With the direction and the place of nulls.
    pub span: Span,
}

/// Where the rows stand for which a sort key is null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Nulls {
    /// Before all others.
    First,
    /// Behind all others.
    Last,
}

/// Which values come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `asc`: the least.
    Ascending,
    /// `desc`: the greatest.
    Descending,
}

/// The body of a query that writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutation {
    /// What the statements run for: each assignment of `match`, which may follow stages. It has no projections and no tail. `None` where
    /// the statements run once.
    pub read: Option<Box<Read>>,
    /// In the order in which they take effect; not empty unless something is wrong.
    pub statements: Vec<Statement>,
    /// What is returned of what was written; `None` without the section.
    pub returning: Option<Returning>,
}

/// `returning { $p.name }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returning {
    /// The columns of the result, in order.
    pub projections: Vec<Projection>,
    /// From `returning` to the closing brace.
    pub span: Span,
}

/// One step of a mutation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// A new node or edge.
    Insert(Insert),
    /// A new node or edge, unless there is one of the same key.
    Upsert(Upsert),
    /// New values for some rows.
    Update(Update),
    /// Some rows go; with a node, every edge at it.
    Delete(Delete),
}

/// `insert Person as $p { name: $name }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insert {
    /// The word `insert`.
    pub keyword: Span,
    /// The type that gets a row.
    pub ty: Name,
    /// What the row is called in what follows, without the `$`; the span has it.
    pub variable: Option<Name>,
    /// The values of the new row; of an edge, `from` and `to` are among them.
    pub assignments: Vec<PropertyMatch>,
    /// From `insert` to the closing brace.
    pub span: Span,
}

/// `upsert Person as $p { name: $name, age: $age } else set { age: $age }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upsert {
    /// The word `upsert`.
    pub keyword: Span,
    /// The type that gets a row, or has it.
    pub ty: Name,
    /// What the row is called in what follows, without the `$`; the span has it.
    pub variable: Option<Name>,
    /// The values of a new row; of an edge, `from` and `to` are among them.
    pub assignments: Vec<PropertyMatch>,
    /// What a row that is there gets; without it, the same as a new one.
    pub otherwise: Option<Otherwise>,
    /// From `upsert` to the last closing brace.
    pub span: Span,
}

/// `else set { age: $age }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Otherwise {
    /// May be empty: nothing changes then.
    pub assignments: Vec<PropertyMatch>,
    /// From `else` to the closing brace.
    pub span: Span,
}

/// Which rows an `update` or a `delete` is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Those of a type for which the condition behind `where` is true; a bare word in it is a property of the row.
    Rows {
        /// The type.
        ty: Name,
        /// What stands behind `where`.
        condition: Expression,
    },
    /// What a variable stands for, without the `$`; the span has it.
    Variable(Name),
}

/// `update Person set { age: $age } where name = $name`, `update $p set { age: $age }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The word `update`.
    pub keyword: Span,
    /// Whose properties change.
    pub subject: Subject,
    /// The new values; properties that are not named keep theirs.
    pub assignments: Vec<PropertyMatch>,
    /// From `update` to its end.
    pub span: Span,
}

/// `delete Person where name = $name`, `delete $p`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// The word `delete`.
    pub keyword: Span,
    /// What goes.
    pub subject: Subject,
    /// From `delete` to its end.
    pub span: Span,
}
