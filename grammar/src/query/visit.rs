//! Walks over the tree of a query. What every walk has to know, which parts a form has and which blocks it holds, stands
//! here once: a new form of clause, expression or statement fails to compile in this file, and every walk goes through it
//! from then on.

use super::ast::*;
use crate::{Name, Span};

/// One method for each kind of node; each goes on to the parts unless it is overridden. One that is overridden calls the
/// function `walk_…` of the same name where it wants the parts visited; where there is none, nobody has needed it yet.
pub trait Visit<'t> {
    /// Parameters, annotations and body.
    fn visit_query(&mut self, query: &'t Query) {
        walk_query(self, query);
    }

    /// Its default.
    fn visit_parameter(&mut self, parameter: &'t Parameter) {
        walk_parameter(self, parameter);
    }

    /// Has no parts that are visited.
    fn visit_annotation(&mut self, _annotation: &'t Annotation) {}

    /// Its stages, each by the same method; the block of `match`, the projections, the condition of `having`, the keys of `order`, the numbers of rows.
    fn visit_read(&mut self, read: &'t Read) {
        walk_read(self, read);
    }

    /// Its branches, each by the method for reads; then the keys of `order` and the numbers of rows of all branches.
    fn visit_union(&mut self, union: &'t Union) {
        walk_union(self, union);
    }

    /// `match`, or what stands in the braces of a clause.
    fn visit_block(&mut self, block: &'t Block) {
        walk_block(self, block);
    }

    /// Goes on to the method of its form.
    fn visit_clause(&mut self, clause: &'t Clause) {
        walk_clause(self, clause);
    }

    /// Its variable, and each match.
    fn visit_binding(&mut self, binding: &'t Binding) {
        walk_binding(self, binding);
    }

    /// A condition in a binding's braces.
    fn visit_match(&mut self, written: &'t PropertyMatch) {
        self.visit_expression(&written.value);
    }

    /// What must be true of each step of a traversal.
    fn visit_step_condition(&mut self, condition: &'t Expression) {
        self.visit_expression(condition);
    }

    /// The traversal, and what is summed along it.
    fn visit_walk(&mut self, walk: &'t Walk) {
        walk_walk(self, walk);
    }

    /// Its variables: source, edge, target; the condition on its steps.
    fn visit_traversal(&mut self, traversal: &'t Traversal) {
        walk_traversal(self, traversal);
    }

    /// A condition that stands as a clause; goes on to the method of its form.
    fn visit_condition(&mut self, condition: &'t Expression) {
        walk_condition(self, condition);
    }

    /// A comparison that stands as a clause.
    fn visit_filter(&mut self, filter: &'t Comparison) {
        self.visit_comparison(filter);
    }

    /// Both operands of a comparison, wherever it stands.
    fn visit_comparison(&mut self, comparison: &'t Comparison) {
        walk_comparison(self, comparison);
    }

    /// A call that stands as a clause.
    fn visit_text_predicate(&mut self, call: &'t Call) {
        self.visit_call(call);
    }

    /// Its variable and its value.
    fn visit_definition(&mut self, definition: &'t Definition) {
        walk_definition(self, definition);
    }

    /// The blocks inside.
    fn visit_nested(&mut self, nested: &'t Nested) {
        nested.blocks.iter().for_each(|block| self.visit_block(block));
    }

    /// Its expression.
    fn visit_projection(&mut self, projection: &'t Projection) {
        self.visit_expression(&projection.expression);
    }

    /// Its condition.
    fn visit_having(&mut self, having: &'t Having) {
        self.visit_expression(&having.condition);
    }

    /// Its expression.
    fn visit_sort_key(&mut self, key: &'t SortKey) {
        self.visit_expression(&key.expression);
    }

    /// The parameter of `limit` or `offset`.
    fn visit_limit(&mut self, limit: &'t Limit) {
        walk_limit(self, limit);
    }

    /// The parameter of `after`.
    fn visit_after(&mut self, after: &'t After) {
        self.visit_bare(&after.parameter.text, after.parameter.span);
    }

    /// `match` with its stages, the statements, and what is returned.
    fn visit_mutation(&mut self, mutation: &'t Mutation) {
        walk_mutation(self, mutation);
    }

    /// The columns.
    fn visit_returning(&mut self, returning: &'t Returning) {
        walk_returning(self, returning);
    }

    /// The variable that it is about or binds, the assignments and the condition, as far as its form has them.
    fn visit_statement(&mut self, statement: &'t Statement) {
        walk_statement(self, statement);
    }

    /// Its value.
    fn visit_assignment(&mut self, assignment: &'t PropertyMatch) {
        self.visit_expression(&assignment.value);
    }

    /// What stands behind `where`: a condition over the properties of a row.
    fn visit_where(&mut self, condition: &'t Expression) {
        self.visit_expression(condition);
    }

    /// Goes on to the method of its form.
    fn visit_expression(&mut self, expression: &'t Expression) {
        walk_expression(self, expression);
    }

    /// A variable of the pattern or of a statement: bound, an end, an edge, what is written, or before a property.
    fn visit_variable(&mut self, _variable: &'t Name) {}

    /// `$x` alone as a value: a node, an edge or a parameter.
    fn visit_bare(&mut self, _name: &'t str, _span: Span) {}

    /// `$x.name`
    fn visit_property(&mut self, variable: &'t Name, _property: &'t Name) {
        self.visit_variable(variable);
    }

    /// A bare name.
    fn visit_alias(&mut self, _name: &'t str, _span: Span) {}

    /// The items of a list; another literal has no parts.
    fn visit_literal(&mut self, literal: &'t Literal, _span: Span) {
        walk_literal(self, literal);
    }

    /// The arguments, the keys of its order, its limit.
    fn visit_call(&mut self, call: &'t Call) {
        walk_call(self, call);
    }

    /// The arguments of a function of scalar values.
    fn visit_apply(&mut self, apply: &'t Apply, _span: Span) {
        apply
            .arguments
            .iter()
            .for_each(|argument| self.visit_expression(argument));
    }

    /// Its block.
    fn visit_block_value(&mut self, value: &'t BlockValue) {
        self.visit_block(&value.block);
    }

    /// Its variable and its members.
    fn visit_object(&mut self, object: &'t Object) {
        walk_object(self, object);
    }

    /// The value of a member of an object; one without is [`Visit::visit_chosen`].
    fn visit_member(&mut self, object: &'t Object, member: &'t Member) {
        walk_member(self, object, member);
    }

    /// A member that is a property of the object's variable, which has been visited by itself.
    fn visit_chosen(&mut self, _object: &'t Object, _property: &'t Name) {}

    /// Its block, its items, and what stands behind them.
    fn visit_rows(&mut self, rows: &'t Rows) {
        walk_rows(self, rows);
    }

    /// The item, the list and the condition.
    fn visit_comprehension(&mut self, comprehension: &'t Comprehension) {
        walk_comprehension(self, comprehension);
    }
}

/// Visits parameters, annotations and body.
pub fn walk_query<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, query: &'t Query) {
    query.parameters.iter().for_each(|p| visitor.visit_parameter(p));
    query.annotations.iter().for_each(|a| visitor.visit_annotation(a));
    match &query.body {
        Body::Read(read) => visitor.visit_read(read),
        Body::Union(union) => visitor.visit_union(union),
        Body::Mutation(mutation) => visitor.visit_mutation(mutation),
        Body::Fragment(block) => visitor.visit_block(block),
    }
}

/// Visits the default.
pub fn walk_parameter<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, parameter: &'t Parameter) {
    if let Some(default) = &parameter.default {
        visitor.visit_expression(default);
    }
}

fn walk_read<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, read: &'t Read) {
    read.stages.iter().for_each(|stage| visitor.visit_read(stage));
    walk_part(visitor, read);
}

/// Visits all but the stages.
pub fn walk_part<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, read: &'t Read) {
    visitor.visit_block(&read.pattern);
    read.projections.iter().for_each(|p| visitor.visit_projection(p));
    if let Some(having) = &read.having {
        visitor.visit_having(having);
    }
    read.order.iter().for_each(|key| visitor.visit_sort_key(key));
    read.limits().for_each(|limit| visitor.visit_limit(limit));
    if let Some(after) = &read.after {
        visitor.visit_after(after);
    }
}

/// Visits the branches, then the keys and the numbers of rows behind them.
pub fn walk_union<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, union: &'t Union) {
    union
        .branches
        .iter()
        .for_each(|branch| visitor.visit_read(&branch.read));
    walk_tail(visitor, union);
}

/// Visits what stands behind the branches.
pub fn walk_tail<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, union: &'t Union) {
    union.order.iter().for_each(|key| visitor.visit_sort_key(key));
    union.limits().for_each(|limit| visitor.visit_limit(limit));
    if let Some(after) = &union.after {
        visitor.visit_after(after);
    }
}

fn walk_limit<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, limit: &'t Limit) {
    match &limit.amount {
        Amount::Parameter(name) | Amount::Skippable(name) => visitor.visit_bare(&name.text, name.span),
        Amount::Number(_) => {}
    }
}

/// Visits the clauses, in the order of the text, then what is computed of them.
pub fn walk_block<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, block: &'t Block) {
    block.clauses.iter().for_each(|clause| visitor.visit_clause(clause));
    if let Some(call) = &block.aggregate {
        visitor.visit_call(call);
    }
}

/// Visits the clause as what it is.
pub fn walk_clause<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, clause: &'t Clause) {
    match clause {
        Clause::Binding(binding) => visitor.visit_binding(binding),
        Clause::Traversal(traversal) => visitor.visit_traversal(traversal),
        Clause::Condition(condition) => visitor.visit_condition(condition),
        Clause::Definition(definition) => visitor.visit_definition(definition),
        Clause::Nested(nested) => visitor.visit_nested(nested),
    }
}

/// Visits the variable, then the value.
pub fn walk_definition<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, definition: &'t Definition) {
    visitor.visit_variable(&definition.variable);
    visitor.visit_expression(&definition.value);
}

fn walk_binding<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, binding: &'t Binding) {
    visitor.visit_variable(&binding.variable);
    binding.matches.iter().for_each(|written| visitor.visit_match(written));
}

/// Visits source, edge variable, the condition on its steps, and target.
pub fn walk_traversal<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, traversal: &'t Traversal) {
    visitor.visit_variable(&traversal.source);
    if let Some(variable) = &traversal.edge_variable {
        visitor.visit_variable(variable);
    }
    if let Some(condition) = traversal.condition() {
        visitor.visit_step_condition(condition);
    }
    visitor.visit_variable(&traversal.target);
}

/// Visits the traversal, then what is summed along it, which is about steps, too.
pub fn walk_walk<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, walk: &'t Walk) {
    visitor.visit_traversal(&walk.traversal);
    if let Some((_, weight)) = &walk.by {
        visitor.visit_step_condition(weight);
    }
}

/// Visits a clause that is a condition as what it is.
pub fn walk_condition<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, condition: &'t Expression) {
    match &condition.kind {
        ExpressionKind::Compare(comparison) => visitor.visit_filter(comparison),
        ExpressionKind::Call(call) if call.function.is_text_predicate() => visitor.visit_text_predicate(call),
        _ => visitor.visit_expression(condition),
    }
}

/// Visits the left operand, then the right one.
pub fn walk_comparison<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, comparison: &'t Comparison) {
    visitor.visit_expression(&comparison.left);
    visitor.visit_expression(&comparison.right);
}

/// Visits what stands before the statements, these, and what is returned.
pub fn walk_mutation<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, mutation: &'t Mutation) {
    if let Some(read) = &mutation.read {
        visitor.visit_read(read);
    }
    mutation
        .statements
        .iter()
        .for_each(|statement| visitor.visit_statement(statement));
    if let Some(returning) = &mutation.returning {
        visitor.visit_returning(returning);
    }
}

/// Visits the columns.
pub fn walk_returning<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, returning: &'t Returning) {
    returning.projections.iter().for_each(|p| visitor.visit_projection(p));
}

/// Visits the variable, the assignments, the condition.
pub fn walk_statement<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, statement: &'t Statement) {
    if let Some(variable) = statement.subject().or(statement.variable()) {
        visitor.visit_variable(variable);
    }
    let otherwise = statement.otherwise().map_or(&[][..], |other| &other.assignments);
    let assignments = statement.assignments().iter().chain(otherwise);
    assignments.for_each(|assignment| visitor.visit_assignment(assignment));
    if let Some(condition) = statement.condition() {
        visitor.visit_where(condition);
    }
}

/// Visits the expression as what it is.
pub fn walk_expression<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, expression: &'t Expression) {
    let span = expression.span;
    match &expression.kind {
        ExpressionKind::Variable(name) => visitor.visit_bare(name, span),
        ExpressionKind::Skippable(name) => {
            // Without the mark.
            let end = span.start as usize + 1 + name.len();
            visitor.visit_bare(name, Span::new(span.start as usize, end));
        }
        ExpressionKind::Property { variable, property } => visitor.visit_property(variable, property),
        ExpressionKind::Literal(literal) => visitor.visit_literal(literal, span),
        ExpressionKind::Alias(name) => visitor.visit_alias(name, span),
        ExpressionKind::Call(call) => visitor.visit_call(call),
        ExpressionKind::Apply(apply) => visitor.visit_apply(apply, span),
        ExpressionKind::Compare(comparison) => visitor.visit_comparison(comparison),
        ExpressionKind::Comprehension(comprehension) => visitor.visit_comprehension(comprehension),
        ExpressionKind::Block(value) => visitor.visit_block_value(value),
        ExpressionKind::Step(_) => {}
        ExpressionKind::Walk(walk) => visitor.visit_walk(walk),
        ExpressionKind::Object(object) => visitor.visit_object(object),
        ExpressionKind::Rows(rows) => visitor.visit_rows(rows),
        ExpressionKind::Binary(_)
        | ExpressionKind::Unary(_)
        | ExpressionKind::NullTest(_)
        | ExpressionKind::TypeTest(_)
        | ExpressionKind::Case(_)
        | ExpressionKind::Cast(_)
        | ExpressionKind::Index(_)
        | ExpressionKind::Slice(_)
        | ExpressionKind::List(_) => expression
            .operands()
            .into_iter()
            .for_each(|e| visitor.visit_expression(e)),
    }
}

impl Expression {
    /// The expressions that it is made of, in the order of the text; none of a block.
    pub fn operands(&self) -> Vec<&Expression> {
        match &self.kind {
            ExpressionKind::Variable(_)
            | ExpressionKind::Skippable(_)
            | ExpressionKind::Property { .. }
            | ExpressionKind::Alias(_)
            | ExpressionKind::Step(_)
            | ExpressionKind::Walk(_)
            | ExpressionKind::Rows(_)
            | ExpressionKind::Block(_) => Vec::new(),
            ExpressionKind::Object(object) => object.values().collect(),
            ExpressionKind::Literal(Literal::List(items)) | ExpressionKind::List(items) => items.iter().collect(),
            ExpressionKind::Literal(_) => Vec::new(),
            ExpressionKind::Call(call) => {
                let keys = call.order.iter().map(|key| &key.expression);
                call.arguments.iter().chain(keys).collect()
            }
            ExpressionKind::Apply(apply) => apply.arguments.iter().collect(),
            ExpressionKind::Binary(binary) => vec![&binary.left, &binary.right],
            ExpressionKind::Unary(unary) => vec![&unary.operand],
            ExpressionKind::Compare(comparison) => vec![&comparison.left, &comparison.right],
            ExpressionKind::NullTest(test) => vec![&test.operand],
            ExpressionKind::TypeTest(test) => vec![&test.operand],
            ExpressionKind::Case(case) => {
                let branches = case.branches.iter().flat_map(|(condition, value)| [condition, value]);
                branches.chain(case.otherwise.as_deref()).collect()
            }
            ExpressionKind::Cast(cast) => vec![&cast.operand],
            ExpressionKind::Index(index) => vec![&index.list, &index.index],
            ExpressionKind::Slice(slice) => [Some(&slice.list), slice.from.as_ref(), slice.to.as_ref()]
                .into_iter()
                .flatten()
                .collect(),
            ExpressionKind::Comprehension(c) => [Some(&c.item), Some(&c.list), c.condition.as_ref()]
                .into_iter()
                .flatten()
                .collect(),
        }
    }
}

impl Expression {
    /// The same as [`Expression::operands`], to be changed.
    pub fn operands_mut(&mut self) -> Vec<&mut Expression> {
        match &mut self.kind {
            ExpressionKind::Variable(_)
            | ExpressionKind::Skippable(_)
            | ExpressionKind::Property { .. }
            | ExpressionKind::Alias(_)
            | ExpressionKind::Step(_)
            | ExpressionKind::Walk(_)
            | ExpressionKind::Rows(_)
            | ExpressionKind::Block(_) => Vec::new(),
            ExpressionKind::Object(object) => object.members.iter_mut().filter_map(|m| m.value.as_mut()).collect(),
            ExpressionKind::Literal(Literal::List(items)) | ExpressionKind::List(items) => items.iter_mut().collect(),
            ExpressionKind::Literal(_) => Vec::new(),
            ExpressionKind::Call(call) => call.arguments.iter_mut().collect(),
            ExpressionKind::Apply(apply) => apply.arguments.iter_mut().collect(),
            ExpressionKind::Binary(binary) => vec![&mut binary.left, &mut binary.right],
            ExpressionKind::Unary(unary) => vec![&mut unary.operand],
            ExpressionKind::Compare(comparison) => vec![&mut comparison.left, &mut comparison.right],
            ExpressionKind::NullTest(test) => vec![&mut test.operand],
            ExpressionKind::TypeTest(test) => vec![&mut test.operand],
            ExpressionKind::Case(case) => {
                let branches = case
                    .branches
                    .iter_mut()
                    .flat_map(|(condition, value)| [condition, value]);
                branches.chain(case.otherwise.as_deref_mut()).collect()
            }
            ExpressionKind::Cast(cast) => vec![&mut cast.operand],
            ExpressionKind::Index(index) => vec![&mut index.list, &mut index.index],
            ExpressionKind::Slice(slice) => [Some(&mut slice.list), slice.from.as_mut(), slice.to.as_mut()]
                .into_iter()
                .flatten()
                .collect(),
            ExpressionKind::Comprehension(c) => [Some(&mut c.item), Some(&mut c.list), c.condition.as_mut()]
                .into_iter()
                .flatten()
                .collect(),
        }
    }
}

impl Expression {
    /// The blocks in it, to be changed; not those inside of these.
    pub(crate) fn blocks_mut(&mut self) -> Vec<&mut Block> {
        match self.kind {
            ExpressionKind::Block(ref mut value) => vec![&mut value.block],
            _ => self
                .operands_mut()
                .into_iter()
                .flat_map(Expression::blocks_mut)
                .collect(),
        }
    }
}

pub(crate) fn walk_literal<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, literal: &'t Literal) {
    match literal {
        Literal::List(items) => items.iter().for_each(|item| visitor.visit_expression(item)),
        Literal::String(_)
        | Literal::Integer(_)
        | Literal::Unsigned(_)
        | Literal::Float(_)
        | Literal::Boolean(_)
        | Literal::Null
        | Literal::Date(..)
        | Literal::DateTime(..) => {}
    }
}

/// Visits the variable, then the members.
pub fn walk_object<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, object: &'t Object) {
    visitor.visit_variable(&object.variable);
    object
        .members
        .iter()
        .for_each(|member| visitor.visit_member(object, member));
}

/// Visits the value, or the property that it is.
pub fn walk_member<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, object: &'t Object, member: &'t Member) {
    match &member.value {
        Some(value) => visitor.visit_expression(value),
        None => visitor.visit_chosen(object, &member.name),
    }
}

/// Visits the block, the items, the keys and the numbers of objects.
pub fn walk_rows<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, rows: &'t Rows) {
    visitor.visit_block(&rows.block);
    rows.items.iter().for_each(|item| visitor.visit_projection(item));
    rows.order.iter().for_each(|key| visitor.visit_sort_key(key));
    rows.limits().for_each(|limit| visitor.visit_limit(limit));
}

/// Visits the list, then the item and the condition.
pub fn walk_comprehension<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, comprehension: &'t Comprehension) {
    visitor.visit_expression(&comprehension.list);
    visitor.visit_expression(&comprehension.item);
    if let Some(condition) = &comprehension.condition {
        visitor.visit_expression(condition);
    }
}

/// Visits the arguments, then the keys of its order and its limit.
pub fn walk_call<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, call: &'t Call) {
    call.arguments
        .iter()
        .for_each(|argument| visitor.visit_expression(argument));
    call.order.iter().for_each(|key| visitor.visit_sort_key(key));
    if let Some(limit) = &call.limit {
        visitor.visit_limit(limit);
    }
}

impl Object {
    /// The values of its members, as far as they are written.
    pub fn values(&self) -> impl Iterator<Item = &Expression> {
        self.members.iter().filter_map(|member| member.value.as_ref())
    }
}

impl Rows {
    /// `limit` and `offset`, as far as it has them.
    pub fn limits(&self) -> impl Iterator<Item = &Limit> {
        self.limit.iter().chain(&self.offset)
    }
}

impl Union {
    /// `limit` and `offset` behind the branches, as far as it has them.
    pub fn limits(&self) -> impl Iterator<Item = &Limit> {
        self.limit.iter().chain(&self.offset)
    }
}

impl Read {
    /// `limit` and `offset`, as far as it has them.
    pub fn limits(&self) -> impl Iterator<Item = &Limit> {
        self.limit.iter().chain(&self.offset)
    }
}

impl Clause {
    /// From its first token to its last one; of a negation, from `not`.
    pub fn span(&self) -> Span {
        match self {
            Clause::Binding(c) => c.span,
            Clause::Traversal(c) => c.span,
            Clause::Condition(c) => c.span,
            Clause::Definition(c) => c.span,
            Clause::Nested(c) => c.blocks.last().map_or(c.keyword, |last| c.keyword.to(last.span)),
        }
    }

    /// The blocks inside of it, for what looks at one block after the other. A clause without any is a condition on the
    /// block that it stands in.
    pub fn blocks(&self) -> &[Block] {
        match self {
            Clause::Nested(c) => &c.blocks,
            Clause::Binding(_) | Clause::Traversal(_) | Clause::Condition(_) | Clause::Definition(_) => &[],
        }
    }

    /// The same to be changed, with those in its expressions.
    pub(crate) fn blocks_mut(&mut self) -> Vec<&mut Block> {
        match self {
            Clause::Nested(c) => c.blocks.iter_mut().collect(),
            Clause::Condition(condition) => condition.blocks_mut(),
            Clause::Definition(c) => c.value.blocks_mut(),
            Clause::Binding(_) | Clause::Traversal(_) => Vec::new(),
        }
    }
}

impl Subject {
    /// The type that it names.
    pub fn ty(&self) -> Option<&Name> {
        match self {
            Subject::Rows { ty, .. } => Some(ty),
            Subject::Variable(_) => None,
        }
    }

    /// The variable that it names.
    pub fn variable(&self) -> Option<&Name> {
        match self {
            Subject::Rows { .. } => None,
            Subject::Variable(name) => Some(name),
        }
    }

    /// What stands behind `where`.
    pub fn condition(&self) -> Option<&Expression> {
        match self {
            Subject::Rows { condition, .. } => Some(condition),
            Subject::Variable(_) => None,
        }
    }
}

impl Statement {
    /// From its keyword.
    pub fn span(&self) -> Span {
        match self {
            Statement::Insert(s) => s.span,
            Statement::Upsert(s) => s.span,
            Statement::Update(s) => s.span,
            Statement::Delete(s) => s.span,
        }
    }

    /// The word that it starts with.
    pub fn keyword(&self) -> Span {
        match self {
            Statement::Insert(s) => s.keyword,
            Statement::Upsert(s) => s.keyword,
            Statement::Update(s) => s.keyword,
            Statement::Delete(s) => s.keyword,
        }
    }

    /// The type that it names: none where it is about a variable.
    pub fn ty(&self) -> Option<&Name> {
        match self {
            Statement::Insert(s) => Some(&s.ty),
            Statement::Upsert(s) => Some(&s.ty),
            Statement::Update(s) => s.subject.ty(),
            Statement::Delete(s) => s.subject.ty(),
        }
    }

    /// The variable that it is about.
    pub fn subject(&self) -> Option<&Name> {
        match self {
            Statement::Insert(_) | Statement::Upsert(_) => None,
            Statement::Update(s) => s.subject.variable(),
            Statement::Delete(s) => s.subject.variable(),
        }
    }

    /// The variable that it binds.
    pub fn variable(&self) -> Option<&Name> {
        match self {
            Statement::Insert(s) => s.variable.as_ref(),
            Statement::Upsert(s) => s.variable.as_ref(),
            Statement::Update(_) | Statement::Delete(_) => None,
        }
    }

    /// Those of a new row, or of an update; empty for `delete`.
    pub fn assignments(&self) -> &[PropertyMatch] {
        match self {
            Statement::Insert(s) => &s.assignments,
            Statement::Upsert(s) => &s.assignments,
            Statement::Update(s) => &s.assignments,
            Statement::Delete(_) => &[],
        }
    }

    /// What a row gets that is there.
    pub fn otherwise(&self) -> Option<&Otherwise> {
        match self {
            Statement::Upsert(s) => s.otherwise.as_ref(),
            Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) => None,
        }
    }

    /// Which rows of its type it is about.
    pub fn condition(&self) -> Option<&Expression> {
        match self {
            Statement::Insert(_) | Statement::Upsert(_) => None,
            Statement::Update(s) => s.subject.condition(),
            Statement::Delete(s) => s.subject.condition(),
        }
    }

    /// All its expressions, to be changed.
    pub(crate) fn expressions_mut(&mut self) -> Vec<&mut Expression> {
        fn values(assignments: &mut [PropertyMatch]) -> impl Iterator<Item = &mut Expression> {
            assignments.iter_mut().map(|assignment| &mut assignment.value)
        }
        fn condition(subject: &mut Subject) -> Option<&mut Expression> {
            match subject {
                Subject::Rows { condition, .. } => Some(condition),
                Subject::Variable(_) => None,
            }
        }
        match self {
            Statement::Insert(s) => values(&mut s.assignments).collect(),
            Statement::Upsert(s) => {
                let otherwise = s.otherwise.iter_mut().flat_map(|other| values(&mut other.assignments));
                values(&mut s.assignments).chain(otherwise).collect()
            }
            Statement::Update(s) => values(&mut s.assignments).chain(condition(&mut s.subject)).collect(),
            Statement::Delete(s) => condition(&mut s.subject).into_iter().collect(),
        }
    }

    /// The comparisons of a property with a value that hold of every row that the statement is about.
    pub fn predicates(&self) -> Vec<Predicate<'_>> {
        fn add<'t>(condition: &'t Expression, found: &mut Vec<Predicate<'t>>) {
            match &condition.kind {
                ExpressionKind::Binary(both) if both.op == BinaryOperator::And => {
                    add(&both.left, found);
                    add(&both.right, found);
                }
                _ => found.extend(condition.predicate()),
            }
        }
        let mut found = Vec::new();
        if let Some(condition) = self.condition() {
            add(condition, &mut found);
        }
        found
    }
}

/// `name = $name` in the condition of a statement.
#[derive(Clone, Debug)]
pub struct Predicate<'t> {
    /// A property of the row.
    pub property: &'t str,
    /// Where it is named.
    pub property_span: Span,
    /// How it compares.
    pub op: Comparator,
    /// The sign or the word.
    pub op_span: Span,
    /// What it is compared with.
    pub value: &'t Expression,
    /// From the property to the end of the value.
    pub span: Span,
}

impl Expression {
    /// The expression as a comparison of a bare word with a value.
    pub fn predicate(&self) -> Option<Predicate<'_>> {
        let ExpressionKind::Compare(comparison) = &self.kind else {
            return None;
        };
        let ExpressionKind::Alias(property) = &comparison.left.kind else {
            return None;
        };
        Some(Predicate {
            property,
            property_span: comparison.left.span,
            op: comparison.op,
            op_span: comparison.op_span,
            value: &comparison.right,
            span: comparison.span,
        })
    }
}

/// All traversals of a block and of the blocks inside of it, in the order of the text.
pub fn traversals(block: &Block) -> Vec<&Traversal> {
    struct Traversals<'t>(Vec<&'t Traversal>);
    impl<'t> Visit<'t> for Traversals<'t> {
        fn visit_traversal(&mut self, traversal: &'t Traversal) {
            self.0.push(traversal);
        }
    }
    let mut found = Traversals(Vec::new());
    found.visit_block(block);
    found.0
}
