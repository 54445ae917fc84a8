//! Plans as people read them: one operator a line, its inputs indented below it, rows flowing upwards.

use std::fmt::{Display, Formatter, Result, Write};

use super::walk::Vars;
use super::*;
use crate::temporal;

impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Plan::Read(plan) => plan.fmt(f),
            Plan::Mutation(plan) => plan.fmt(f),
        }
    }
}

impl Plan {
    /// The plan as JSON, indented.
    pub fn to_json(&self) -> String {
        // A plan is made of maps with text keys, so it cannot fail to be written.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

impl Display for ReadPlan {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "read {}{}", self.name, signature(&self.parameters))?;
        let printer = Printer {
            plan: self,
            variables: &self.variables,
        };
        let mut text = String::new();
        printer.operator(&self.root, 1, &Vars::new(), &mut text)?;
        f.write_str(&text)
    }
}

impl Display for MutationPlan {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "mutation {}{}", self.name, signature(&self.parameters))?;
        let known = &self.variables;
        if let Some(assignments) = &self.assignments {
            let read: Vec<String> = assignments.columns.iter().map(|leaf| expression(leaf, known)).collect();
            writeln!(f, "  for each ({})", read.join(", "))?;
            let printer = Printer {
                plan: &assignments.plan,
                variables: known,
            };
            let mut text = String::new();
            printer.operator(&assignments.plan.root, 2, &Vars::new(), &mut text)?;
            f.write_str(&text)?;
        }
        for statement in &self.statements {
            let target = entity(statement.target());
            let called = |variable: &Option<Var>| match variable {
                Some(variable) => format!(" as {}", name(*variable, known)),
                None => String::new(),
            };
            f.write_str("  ")?;
            match statement {
                Statement::Insert {
                    variable, assignments, ..
                } => writeln!(
                    f,
                    "insert {target}{} {}",
                    called(variable),
                    assigned(assignments, known)
                )?,
                Statement::Upsert {
                    variable,
                    assignments,
                    otherwise,
                    ..
                } => writeln!(
                    f,
                    "upsert {target}{} {} else set {}",
                    called(variable),
                    assigned(assignments, known),
                    assigned(otherwise, known)
                )?,
                Statement::Update {
                    assignments, condition, ..
                } => writeln!(
                    f,
                    "update {target} set {} where {}",
                    assigned(assignments, known),
                    expression(condition, known)
                )?,
                Statement::UpdateVariable {
                    variable, assignments, ..
                } => writeln!(
                    f,
                    "update {target} {} set {}",
                    name(*variable, known),
                    assigned(assignments, known)
                )?,
                Statement::Delete { condition, .. } => {
                    writeln!(f, "delete {target} where {}", expression(condition, known))?;
                }
                Statement::DeleteVariable { variable, .. } => {
                    writeln!(f, "delete {target} {}", name(*variable, known))?
                }
            }
        }
        if let Some(returning) = &self.returning {
            let values = returning.expressions.iter().zip(&returning.columns);
            let columns: Vec<String> = values
                .map(|(value, column)| format!("{} = {}", column.name, expression(value, known)))
                .collect();
            let of = returning
                .statement
                .map_or(String::new(), |number| format!(" of {}", number + 1));
            writeln!(f, "  returning{of} {{ {} }}", columns.join(", "))?;
        }
        Ok(())
    }
}

fn signature(parameters: &[Parameter]) -> String {
    let declared = |parameter: &Parameter| Type {
        enum_values: None,
        ..parameter.ty.clone()
    };
    let listed: Vec<String> = parameters
        .iter()
        .map(|p| {
            let default = p
                .default
                .as_ref()
                .map(|default| format!(" = {}", expression(default, &[])));
            let ty = match &p.node {
                Some(node) => format!("{node}{}", if p.ty.nullable { "?" } else { "" }),
                None => declared(p).to_string(),
            };
            format!("${}: {ty}{}", p.name, default.unwrap_or_default())
        })
        .collect();
    format!("({})", listed.join(", "))
}

fn entity(entity: &Entity) -> String {
    match entity {
        Entity::Node(name) => format!("node {name}"),
        Entity::Interface(name) => format!("interface {name}"),
        Entity::Edge(name) => format!("edge {name}"),
        Entity::Edges(names) => format!("edge {}", names.join("|")),
        Entity::Value(ty) => ty.to_string(),
    }
}

fn assigned(assignments: &[(String, Expression)], variables: &[Variable]) -> String {
    let listed: Vec<String> = assignments
        .iter()
        .map(|(property, value)| format!("{property}: {}", expression(value, variables)))
        .collect();
    format!("{{ {} }}", listed.join(", "))
}

struct Printer<'p> {
    plan: &'p ReadPlan,
    variables: &'p [Variable],
}

impl Printer<'_> {
    fn operator(&self, operator: &Operator, depth: usize, outer: &Vars, out: &mut String) -> Result {
        let chain = operator.chain();
        // Which expansions lead to a variable that is bound already, and what each nested block sees.
        let mut bound = Vars::new();
        let mut seen: Vec<(bool, Vars)> = Vec::new();
        for operator in chain.iter().rev() {
            let into = matches!(operator, Operator::Expand { link, .. } if bound.contains(&link.to));
            let sees = !operator.inners().is_empty();
            seen.push((into, if sees { bound.clone() } else { Vars::new() }));
            match operator {
                Operator::Outer => bound.extend(outer),
                Operator::NodeScan { variable, .. }
                | Operator::Let { variable, .. }
                | Operator::Each { variable, .. }
                | Operator::Fold { variable, .. } => {
                    bound.insert(*variable);
                }
                Operator::Expand { link, .. } => {
                    bound.insert(link.to);
                    bound.extend(link.edge_variable);
                }
                Operator::Optional { variables, .. } => bound.extend(variables),
                Operator::Either { variables, .. } => bound.extend(variables.iter().map(|common| common.variable)),
                Operator::Join { right, .. } => bound.extend(right.binds(outer)),
                Operator::Union { position, .. } => bound.extend(position),
                Operator::With { items, .. } => bound = items.iter().map(|(variable, _)| *variable).collect(),
                _ => {}
            }
        }
        let mut beside = Vec::new();
        for (index, (operator, (into, bound))) in chain.iter().zip(seen.into_iter().rev()).enumerate() {
            let depth = depth + index;
            writeln!(out, "{}{}", "  ".repeat(depth), self.line(operator, into))?;
            let word = match operator {
                Operator::Join { right, .. } => {
                    beside.push((&**right, depth + 1, None));
                    continue;
                }
                Operator::Union { branches, .. } => {
                    let others = branches.iter().skip(1).rev();
                    beside.extend(others.map(|branch| (branch, depth + 1, None)));
                    continue;
                }
                Operator::SemiJoin { negated: true, .. } => "not",
                Operator::SemiJoin { .. } => "exists",
                Operator::Optional { .. } => "optional",
                Operator::Either { .. } => "or",
                _ => "of",
            };
            for inner in operator.inners().into_iter().rev() {
                beside.push((inner, depth + 2, Some((word, bound.clone()))));
            }
        }
        for (operator, depth, nested) in beside.into_iter().rev() {
            match nested {
                Some((word, bound)) => {
                    writeln!(out, "{}{word}", "  ".repeat(depth - 1))?;
                    self.operator(operator, depth, &bound, out)?;
                }
                None => self.operator(operator, depth, outer, out)?,
            }
        }
        Ok(())
    }

    fn listed(&self, variables: &[Var]) -> String {
        let names: Vec<String> = variables.iter().map(|var| name(*var, self.variables)).collect();
        match names.is_empty() {
            true => String::new(),
            false => format!(" {}", names.join(", ")),
        }
    }

    /// `into`: an expansion to a variable that is bound already.
    fn line(&self, operator: &Operator, into: bool) -> String {
        match operator {
            Operator::Unit => "unit".to_owned(),
            Operator::Outer => "outer".to_owned(),
            Operator::NodeScan { variable, predicates } => {
                format!("scan {}{}", self.typed(*variable), self.conditions(predicates))
            }
            Operator::Expand { link, predicates, .. } => {
                format!(
                    "expand{} {}{}",
                    if into { " into" } else { "" },
                    self.link(link, !into),
                    self.conditions(predicates)
                )
            }
            Operator::Join { on, .. } if on.is_empty() => "product".to_owned(),
            Operator::Join { on, .. } => {
                let pairs: Vec<String> = on
                    .iter()
                    .map(|(left, right)| format!("{} = {}", self.expression(left), self.expression(right)))
                    .collect();
                format!("join on {}", pairs.join(" and "))
            }
            Operator::Filter { predicate, .. } => format!("filter {}", self.expression(predicate)),
            Operator::Let { variable, value, .. } => {
                format!("let {} = {}", name(*variable, self.variables), self.expression(value))
            }
            Operator::Each { variable, list, .. } => {
                format!("each {} in {}", name(*variable, self.variables), self.expression(list))
            }
            Operator::Fold {
                variable, aggregate, ..
            } => {
                format!(
                    "fold {} = {}",
                    name(*variable, self.variables),
                    self.aggregate(aggregate)
                )
            }
            Operator::Optional { variables, .. } => format!("left join{}", self.listed(variables)),
            Operator::Either { variables, .. } => {
                let own: Vec<Var> = variables.iter().map(|common| common.variable).collect();
                format!("either{}", self.listed(&own))
            }
            Operator::SemiJoin { negated: true, .. } => "anti-join".to_owned(),
            Operator::SemiJoin { negated: false, .. } => "semi-join".to_owned(),
            Operator::With { items, .. } => {
                let made = items.iter().map(|(variable, value)| {
                    let (own, value) = (name(*variable, self.variables), self.expression(value));
                    format!("{own} = {value}")
                });
                format!("with {}", made.collect::<Vec<String>>().join(", "))
            }
            Operator::Union { position: None, .. } => "union".to_owned(),
            Operator::Union {
                position: Some(position),
                ..
            } => format!("union numbered {}", name(*position, self.variables)),
            Operator::Aggregate { keys, aggregates, .. } => {
                let by: Vec<String> = keys.iter().map(|key| self.expression(key)).collect();
                let made: Vec<String> = aggregates.iter().map(|aggregate| self.aggregate(aggregate)).collect();
                match by.is_empty() {
                    true => format!("aggregate {}", made.join(", ")),
                    false => format!("aggregate {} by {}", made.join(", "), by.join(", ")),
                }
            }
            Operator::Rank { rank, .. } => format!("rank by {}", rank_function(rank, self.variables)),
            Operator::Project { expressions, .. } => {
                let columns: Vec<String> = expressions
                    .iter()
                    .zip(&self.plan.columns)
                    .map(|(expression, column)| {
                        let text = self.expression(expression);
                        match text.strip_prefix('$') == Some(&column.name) {
                            true => text,
                            false => format!("{text} as {}", column.name),
                        }
                    })
                    .collect();
                format!("project {}", columns.join(", "))
            }
            Operator::Sort {
                keys,
                ties,
                limit,
                offset,
                ..
            } => {
                let mut parts = sorted(keys, ties, self.variables);
                for (word, amount) in [("limit", limit), ("offset", offset)] {
                    if let Some(amount) = amount {
                        parts.push(format!("{word} {amount}"));
                    }
                }
                if let (Some(after), true) = (&self.plan.after, self.is_last(operator)) {
                    parts.push(format!("after ${}", after.parameter));
                }
                format!("sort {}", parts.join(", "))
            }
        }
    }

    /// Whether it is what the result is made of.
    fn is_last(&self, operator: &Operator) -> bool {
        matches!(&self.plan.root, Operator::Project { input, .. } if std::ptr::eq(&**input, operator))
    }

    fn link(&self, link: &Link, typed: bool) -> String {
        if link.identity {
            let target = match typed {
                true => self.typed(link.to),
                false => name(link.to, self.variables),
            };
            return format!("{} is {target}", name(link.from, self.variables));
        }
        if let Some(steps) = link.steps() {
            let way = if link.reversed { " backwards" } else { "" };
            let new = if typed {
                format!(", {}", self.typed(link.to))
            } else {
                String::new()
            };
            return format!("{}{way}{new}", walk(steps, link.edge_variable, self.variables));
        }
        let bounds = match link.hops {
            Hops { min: 1, max: 1 } => String::new(),
            Hops { min, max } => format!("{{{min},{max}}}"),
        };
        let edge = match link.edge_variable {
            Some(variable) => format!("{}: {}{bounds}", name(variable, self.variables), link.edge),
            None => format!("{}{bounds}", link.edge),
        };
        let (left, right) = match link.direction {
            Direction::Out => ("-", "->"),
            Direction::In => ("<-", "-"),
            Direction::Both => ("-", "-"),
        };
        let target = match typed {
            true => self.typed(link.to),
            false => name(link.to, self.variables),
        };
        format!("{} {left}[{edge}]{right} {target}", name(link.from, self.variables))
    }

    fn typed(&self, variable: Var) -> String {
        let ty = match self.variables.get(variable.0 as usize).map(|v| &v.entity) {
            Some(Entity::Node(ty) | Entity::Interface(ty) | Entity::Edge(ty)) => ty.clone(),
            Some(Entity::Edges(types)) => types.join("|"),
            Some(Entity::Value(ty)) => ty.to_string(),
            None => "?".to_owned(),
        };
        format!("{}: {ty}", name(variable, self.variables))
    }

    fn conditions(&self, predicates: &[Expression]) -> String {
        let listed: Vec<String> = predicates.iter().map(|predicate| self.expression(predicate)).collect();
        match listed.is_empty() {
            true => String::new(),
            false => format!(" where {}", listed.join(" and ")),
        }
    }

    fn aggregate(&self, shown: &Aggregate) -> String {
        aggregate(shown, self.variables)
    }

    fn expression(&self, shown: &Expression) -> String {
        expression(shown, self.variables)
    }
}

fn aggregate(shown: &Aggregate, variables: &[Variable]) -> String {
    let distinct = if shown.distinct { "distinct " } else { "" };
    let mut inside = vec![format!("{distinct}{}", expression(&shown.argument, variables))];
    inside.extend(shown.part.iter().map(|part| expression(part, variables)));
    let mut inside = inside.join(", ");
    let order = sorted(&shown.order, &shown.ties, variables);
    if !order.is_empty() {
        inside += &format!(" order {}", order.join(", "));
    }
    for (word, amount) in [("limit", &shown.limit), ("offset", &shown.offset)] {
        if let Some(amount) = amount {
            inside += &format!(" {word} {amount}");
        }
    }
    format!("{}({inside})", shown.function.name())
}

/// The keys of an order, and what decides among equal ones.
fn sorted(keys: &[SortKey], ties: &[Expression], variables: &[Variable]) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for key in keys {
        let direction = if key.descending { " desc" } else { "" };
        let nulls = match key.nulls {
            Some(Nulls::First) => " nulls first",
            Some(Nulls::Last) => " nulls last",
            None => "",
        };
        parts.push(format!("{}{direction}{nulls}", expression(&key.expression, variables)));
    }
    let ties: Vec<String> = ties.iter().map(|tie| expression(tie, variables)).collect();
    if !ties.is_empty() {
        parts.push(format!("ties {}", ties.join(", ")));
    }
    parts
}

fn name(variable: Var, variables: &[Variable]) -> String {
    match variables.get(variable.0 as usize) {
        Some(variable) => format!("${}", variable.name),
        None => format!("${}", variable.0),
    }
}

/// A search: `shortest $a follows|<likes>{1,4} $b`, then what holds of each step where something does.
pub fn paths(shown: &Paths, variables: &[Variable]) -> String {
    walk(shown, None, variables)
}

/// The same of a traversal, which may have a variable for the edge.
pub fn walk(shown: &Paths, edge: Option<Var>, variables: &[Variable]) -> String {
    let mut edges: Vec<String> = Vec::new();
    for step in &shown.steps {
        let both = |other: &PathStep| other.edge == step.edge && other.reversed != step.reversed;
        let text = match shown.steps.iter().any(both) {
            true => format!("<{}>", step.edge),
            false => step.edge.clone(),
        };
        if !edges.contains(&text) {
            edges.push(text);
        }
    }
    let max = shown.max.map(|max| max.to_string()).unwrap_or_default();
    let bounds = match (shown.min, shown.max) {
        (1, Some(1)) => String::new(),
        (min, _) => format!("{{{min},{max}}}"),
    };
    let mut text = format!(
        "{} {} {}{}{bounds} {}",
        shown.search.text(),
        name(shown.from, variables),
        edge.map_or_else(String::new, |edge| format!("{}: ", name(edge, variables))),
        edges.join("|"),
        name(shown.to, variables)
    );
    for step in &shown.steps {
        let conditions: Vec<String> = step.conditions.iter().map(|own| expression(own, variables)).collect();
        let direction = if step.reversed { " backwards" } else { "" };
        if !conditions.is_empty() {
            let _ = write!(text, ", {}{direction} where {}", step.edge, conditions.join(" and "));
        }
        if let Some(weight) = &step.weight {
            let _ = write!(text, ", {}{direction} by {}", step.edge, expression(weight, variables));
        }
    }
    text
}

fn comparison(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterEqual => ">=",
        Comparison::ContainsItem => "contains item",
        Comparison::ContainsText => "contains text",
        Comparison::StartsWith => "starts with",
        Comparison::EndsWith => "ends with",
        Comparison::In => "in",
    }
}

fn expression(shown: &Expression, variables: &[Variable]) -> String {
    match shown {
        Expression::Literal { value, .. } => literal(value),
        Expression::Parameter { name, .. } => format!("param ${name}"),
        Expression::Now => "now()".to_owned(),
        Expression::Property {
            variable: Var::ROW,
            property,
            ..
        } => property.clone(),
        Expression::Property { variable, property, .. } => format!("{}.{property}", name(*variable, variables)),
        Expression::Entity { variable } | Expression::Value { variable, .. } => name(*variable, variables),
        Expression::Compare {
            left,
            comparison: operator,
            right,
        } => format!(
            "{} {} {}",
            operand(left, variables),
            comparison(*operator),
            operand(right, variables)
        ),
        Expression::Id { variable: Var::ROW } => "id".to_owned(),
        Expression::Id { variable } => format!("{}.id", name(*variable, variables)),
        Expression::TypeName { variable } => format!("type({})", name(*variable, variables)),
        Expression::Call {
            operation,
            arguments,
            ty,
            ..
        } => call(*operation, arguments, ty, variables),
        Expression::Case {
            branches, otherwise, ..
        } => {
            let mut text = "case".to_owned();
            for (condition, value) in branches {
                let (condition, value) = (expression(condition, variables), expression(value, variables));
                let _ = write!(text, " when {condition} then {value}");
            }
            if let Some(otherwise) = otherwise {
                let _ = write!(text, " else {}", expression(otherwise, variables));
            }
            text + " end"
        }
        Expression::Paths(shown) => paths(shown, variables),
        Expression::Object { present, members, ty } => {
            let named = ty.members.iter().zip(members);
            let named = named.map(|(member, value)| format!("{}: {}", member.name, expression(value, variables)));
            let present = present.as_ref().map(|present| expression(present, variables));
            let present = present.map_or(String::new(), |present| format!(" if {present}"));
            format!("{{ {} }}{present}", named.collect::<Vec<String>>().join(", "))
        }
        Expression::Comprehension {
            id,
            list,
            condition,
            item,
            ..
        } => {
            let kept = match condition {
                Some(condition) => format!(" if {}", expression(condition, variables)),
                None => String::new(),
            };
            let (item, list) = (expression(item, variables), expression(list, variables));
            format!("[{item} for item {id} in {list}{kept}]")
        }
        Expression::Item { id, .. } => format!("item {id}"),
        Expression::Aggregate(shown) => aggregate(shown, variables),
        Expression::Text {
            function,
            variable,
            property,
            text,
            edits,
        } => {
            let function = match function {
                TextFunction::Search => "search",
                TextFunction::Fuzzy => "fuzzy",
            };
            let field = format!("{}.{property}", name(*variable, variables));
            let edits = edits
                .iter()
                .map(|edits| format!(", {}", expression(edits, variables)))
                .collect::<String>();
            format!("{function}({field}, {}{edits})", expression(text, variables))
        }
        Expression::Slot { index, .. } => format!("#{index}"),
        Expression::Score { .. } => "score".to_owned(),
        Expression::ArmRank { arm, .. } => format!("rank in arm {}", arm + 1),
        Expression::RankValue { rank } => rank_function(rank, variables),
    }
}

/// An expression inside another: in parentheses if it has operators of its own.
fn operand(shown: &Expression, variables: &[Variable]) -> String {
    let text = expression(shown, variables);
    let compound = match shown {
        Expression::Compare { .. } => true,
        Expression::Call { operation, .. } => !operation.is_enclosed(),
        _ => false,
    };
    if compound { format!("({text})") } else { text }
}

fn call(called: Operation, arguments: &[Expression], ty: &Type, variables: &[Variable]) -> String {
    let shown = |argument: &Expression| match called.is_enclosed() {
        true => expression(argument, variables),
        false => operand(argument, variables),
    };
    operation(called, &arguments.iter().map(shown).collect::<Vec<_>>(), ty)
}

/// An operation over arguments that are written already: in parentheses where they have operators of their own and the
/// operation does not [enclose](Operation::is_enclosed) them. `ty`: of the result.
pub fn operation(operation: Operation, arguments: &[String], ty: &Type) -> String {
    let infix = |sign: &str| arguments.join(&format!(" {sign} "));
    let listed = || arguments.join(", ");
    let bare = Type {
        nullable: false,
        ..ty.clone()
    };
    match operation {
        Operation::And => infix("and"),
        Operation::Or => infix("or"),
        Operation::Not => format!("not {}", listed()),
        Operation::IsNull => format!("{} is null", listed()),
        Operation::Matches => infix("matches"),
        Operation::Join => infix("||"),
        Operation::Add => infix("+"),
        Operation::Subtract => infix("-"),
        Operation::Multiply => infix("*"),
        Operation::Divide => infix("/"),
        Operation::Remainder => infix("%"),
        Operation::Negate => format!("-{}", listed()),
        Operation::List => format!("[{}]", listed()),
        Operation::Slice => format!("slice({})", listed()),
        Operation::Cast => format!("cast({} as {bare})", listed()),
        Operation::TryCast => format!("try_cast({} as {bare})", listed()),
        Operation::Function(function) => format!("{}({})", function.name(), listed()),
        Operation::OfPath(part) => format!("{}({})", part.name(), listed()),
    }
}

fn rank_function(rank: &Rank, variables: &[Variable]) -> String {
    let field = |variable: Var, property: &str| format!("{}.{property}", name(variable, variables));
    match rank {
        Rank::Nearest {
            variable,
            property,
            query,
            ..
        } => format!(
            "nearest({}, {})",
            field(*variable, property),
            expression(query, variables)
        ),
        Rank::Bm25 {
            variable,
            property,
            text,
        } => format!("bm25({}, {})", field(*variable, property), expression(text, variables)),
        Rank::Rrf { arms, k } => format!(
            "rrf({}, {}, {})",
            rank_function(&arms[0], variables),
            rank_function(&arms[1], variables),
            expression(k, variables)
        ),
    }
}

/// A value as the languages write it.
pub fn literal(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Unsigned(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::String(text) => format!("{text:?}"),
        Value::Date(days) => format!("date(\"{}\")", temporal::print_date(*days)),
        Value::DateTime(instant) => format!("datetime(\"{}\")", temporal::print_datetime(*instant)),
        Value::Duration { months, milliseconds } => temporal::print_duration(*months, *milliseconds),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(literal).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Vector(numbers) => {
            let mut text = String::from("[");
            for (index, number) in numbers.iter().enumerate() {
                // A vector of a model has hundreds of numbers, of which nobody reads more than a few.
                if index == 8 {
                    let _ = write!(text, ", … {} more", numbers.len() - index);
                    break;
                }
                let _ = write!(text, "{}{number:?}", if index == 0 { "" } else { ", " });
            }
            text + "]"
        }
    }
}
