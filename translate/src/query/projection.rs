//! `RETURN`, with what orders and cuts its rows.

use omnigraph_grammar::{Name, Span};

use crate::ast::{Expr, ExprKind, Item, Projection, SortKey};
use crate::codes;
use crate::names::{self, Names};
use crate::value::{Level, Ty, Value};

use super::Translator;
use super::aggregates::{has_aggregate, is_aggregate};
use super::pattern::{PATH, clause};

/// A column of the result, or an item of `with`.
#[derive(Clone)]
pub(super) struct Column {
    pub(super) value: Value,
    /// Its name, if the value alone does not give it.
    pub(super) alias: Option<String>,
    pub(super) span: Span,
    /// As the statement writes it, unless `*` stands for it.
    pub(super) expr: Option<Expr>,
}

impl Column {
    fn text(&self) -> String {
        match &self.alias {
            Some(alias) => format!("{} as {alias}", self.value.text),
            None => self.value.text.clone(),
        }
    }

    /// What it is called in a result.
    pub(super) fn name(&self) -> &str {
        self.alias
            .as_deref()
            .unwrap_or_else(|| self.value.text.trim_start_matches('$'))
    }

    /// As a sort key or a condition names it.
    fn key(&self) -> String {
        self.alias.clone().unwrap_or_else(|| self.value.text.clone())
    }
}

impl Translator<'_> {
    /// `return { … }` and what follows it.
    pub(super) fn returned(&mut self, projection: &Projection) -> Option<String> {
        let columns = self.columns(projection);
        self.tail(projection, &columns, None)
    }

    fn columns(&mut self, projection: &Projection) -> Vec<Column> {
        let mut taken = Names::default();
        let mut columns = Vec::new();
        self.keyed = is_keyed(projection);
        if let Some(span) = projection.star {
            for (name, value) in self.visible() {
                if value.text == PATH {
                    let help = "name the columns instead of `*`";
                    self.report(&codes::PATH, span, format!("`{name}` is a path, and no value"), help);
                }
                let value = self.whole(value, span);
                let alias = taken.fresh(value.text.trim_start_matches('$'));
                let alias = (format!("${alias}") != value.text).then_some(alias);
                columns.push(Column {
                    value,
                    alias,
                    span,
                    expr: None,
                });
            }
        }
        for item in &projection.items {
            let column = self.column(item, &mut taken);
            columns.push(column);
        }
        columns
    }

    fn column(&mut self, item: &Item, taken: &mut Names) -> Column {
        let value = self.shown(&item.value);
        // The name that a column has by itself: that of a variable or of a property.
        let natural = match &item.value.kind {
            ExprKind::Variable(_) | ExprKind::Property(..) => value.text.strip_prefix('$').map(str::to_owned),
            ExprKind::MapProjection(variable, _) => self.lookup(&variable.text).map(|own| own.text[1..].to_owned()),
            _ => None,
        };
        let is_variable = matches!(item.value.kind, ExprKind::Variable(_) | ExprKind::MapProjection(..));
        let dots = if is_variable { 0 } else { 1 };
        let natural = natural.filter(|name| {
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
            plain && name.matches('.').count() == dots
        });
        let wanted = match &item.alias {
            Some(alias) => names::small(&alias.text).unwrap_or_else(|| "value".to_owned()),
            None => natural.clone().unwrap_or_else(|| column_name(&item.value)),
        };
        let mut name = taken.fresh(&wanted);
        if natural.as_ref() != Some(&name) {
            name = name.replace('.', "_");
        }
        if let Some(alias) = &item.alias
            && alias.text != name
        {
            let message = format!("the column `{}` is called `{name}`", alias.text);
            self.report(
                &codes::RENAMED,
                alias.span,
                message,
                "names of columns begin with a small letter here",
            );
        }
        let alias = (natural.as_ref() != Some(&name)).then_some(name);
        Column {
            value,
            alias,
            span: item.value.span,
            expr: Some(item.value.clone()),
        }
    }

    /// What a column or a member of a map projection holds.
    fn shown(&mut self, expr: &Expr) -> Value {
        if let ExprKind::MapProjection(variable, entries) = &expr.kind {
            return self.map_projection(variable, entries, expr.span);
        }
        if let ExprKind::Map(entries) = &expr.kind
            && let Some(variable) = self.owner(entries)
        {
            return self.map_projection(&variable, entries, expr.span);
        }
        let value = self.value(expr);
        self.whole(value, expr.span)
    }

    /// A node or an edge that an object of these members may belong to: it is never missing, and best one that they read. An object
    /// of a missing one would be null.
    fn owner(&self, entries: &[(Name, Expr)]) -> Option<Name> {
        let is_entity = |value: &Value| matches!(value.ty, Ty::Node(_) | Ty::Edge(_)) && !value.nullable;
        let all: Vec<(String, Value)> = self.visible();
        let fit = || all.iter().filter(|(_, value)| is_entity(value));
        let is_read = |name: &str| {
            let own = |expr: &Expr| matches!(&expr.kind, ExprKind::Variable(read) if read == name);
            entries.iter().any(|(_, expr)| expr.any(&own))
        };
        let (name, _) = fit().find(|(name, _)| is_read(name)).or_else(|| fit().next())?;
        Some(Name {
            text: name.clone(),
            span: entries.first()?.0.span,
        })
    }

    /// `p {.name, older: p.age + 1}`: an object of these members.
    fn map_projection(&mut self, variable: &Name, entries: &[(Name, Expr)], span: Span) -> Value {
        let base = self.value(&Expr::new(ExprKind::Variable(variable.text.clone()), variable.span));
        match &base.ty {
            Ty::Unknown => return Value::unknown(),
            Ty::Node(_) | Ty::Edge(_) if !entries.is_empty() => {}
            _ => {
                let message = "a map projection is of members of a node or a relationship here";
                return self.none(&codes::FUNCTION, span, message, "return its members as columns");
            }
        }
        let (mut members, mut taken, mut unknown) = (Vec::new(), Names::default(), false);
        for (name, expr) in entries {
            let value = self.shown(expr);
            unknown |= value.is_unknown();
            if value.is_unknown() {
                continue;
            }
            let called = names::small(&name.text).filter(|small| *small == name.text);
            let fits = called.is_some_and(|small| taken.fresh(&small) == name.text);
            if !fits || value.aggregates {
                let message = match fits {
                    true => "an aggregate in a map projection has no equal",
                    false => "a member of an object begins with a small letter here, and has a name of its own",
                };
                self.none(&codes::FUNCTION, name.span, message, "return it as a column");
                unknown = true;
                continue;
            }
            let own = format!("{}.{}", base.text, name.text);
            members.push(match value.text == own {
                true => name.text.clone(),
                false => format!("{}: {}", name.text, value.text),
            });
        }
        if unknown {
            return Value::unknown();
        }
        let mut object = Value::primary(format!("{} {{ {} }}", base.text, members.join(", ")), Ty::Map);
        (object.nullable, object.reads) = (base.nullable, true);
        object
    }

    /// Lists of nodes are no values of a result.
    fn whole(&mut self, value: Value, span: Span) -> Value {
        match &value.ty {
            Ty::List(item) if matches!(**item, Ty::Node(_) | Ty::Edge(_)) => {
                let help = "collect a property, such as its key";
                self.none(
                    &codes::WHOLE,
                    span,
                    "a list of nodes or relationships cannot be returned",
                    help,
                )
            }
            Ty::Null => self.none(
                &codes::VALUE,
                span,
                "a column of nulls alone has no type",
                "leave the column out",
            ),
            Ty::Blob => self.none(&codes::WHOLE, span, "bytes cannot be returned", "leave the column out"),
            _ => value,
        }
    }

    fn tail(&mut self, projection: &Projection, columns: &[Column], having: Option<String>) -> Option<String> {
        self.returned = columns.to_vec();
        Some(self.sections("return", projection, columns, having))
    }

    /// `return` or `with`, and what follows it.
    pub(super) fn sections(
        &mut self,
        word: &str,
        projection: &Projection,
        columns: &[Column],
        having: Option<String>,
    ) -> String {
        let aggregates = columns.iter().any(|column| column.value.aggregates);
        let keys: Vec<&Expr> = columns
            .iter()
            .filter(|column| !column.value.aggregates)
            .filter_map(|column| column.expr.as_ref())
            .collect();
        for column in columns {
            let told = column.expr.as_ref().is_some_and(|expr| self.is_determined(expr, &keys));
            if column.value.aggregates && column.value.reads && !told {
                let message = "a value beside an aggregate is no column of its own";
                self.report(&codes::AGGREGATE, column.span, message, "return it as a column as well");
            }
        }
        // Groups are distinct already.
        let distinct = projection.distinct && !aggregates;
        let texts: Vec<String> = columns.iter().map(Column::text).collect();
        let mut text = format!(
            "{word} {}{{ {} }}",
            if distinct { "distinct " } else { "" },
            texts.join(", ")
        );
        if let Some(having) = having {
            text += &format!(" having {{ {having} }}");
        }
        let keys = self.order(projection, columns);
        if !keys.is_empty() {
            text += &format!(" order {{ {} }}", keys.join(", "));
        }
        for (word, amount) in [("limit", &projection.limit), ("offset", &projection.skip)] {
            if let Some(amount) = amount {
                text += &format!(" {word} {}", self.amount(amount));
            }
        }
        text
    }

    fn order(&mut self, projection: &Projection, columns: &[Column]) -> Vec<String> {
        self.frames.push(Default::default());
        // A column's name hides a variable of the same name.
        for (item, column) in projection
            .items
            .iter()
            .zip(columns.iter().skip(columns.len() - projection.items.len()))
        {
            if let Some(alias) = &item.alias {
                let mut value = column.value.clone();
                let is_entity = matches!(value.ty, Ty::Node(_) | Ty::Edge(_));
                if !is_entity {
                    value.text = column.key();
                    value.level = Level::Primary;
                }
                self.bind(&alias.text, value);
            }
        }
        let keys = projection.order.iter().map(|key| self.sort_key(key, columns)).collect();
        self.frames.pop();
        keys
    }

    fn sort_key(&mut self, key: &SortKey, columns: &[Column]) -> String {
        let value = self.value(&key.value);
        match &value.ty {
            Ty::Unknown | Ty::Bool | Ty::Integer | Ty::Float | Ty::Text | Ty::Date | Ty::DateTime => {}
            other => {
                let message = format!("{} has no order here", other.word());
                self.report(
                    &codes::OPERANDS,
                    key.value.span,
                    message,
                    "order by a property or another scalar value",
                );
            }
        }
        let known = columns
            .iter()
            .find(|column| column.value.text == value.text || column.key() == value.text);
        let text = known.map_or_else(|| value.text.clone(), Column::key);
        if known.is_none() && value.aggregates && !value.is_unknown() {
            let help = "return it as a column, and order by its name";
            self.report(
                &codes::AGGREGATE,
                key.value.span,
                "an aggregate that orders rows is a column here",
                help,
            );
        }
        let direction = if key.descending { " desc" } else { "" };
        let nulls = match (value.nullable, key.descending) {
            (false, _) => "",
            (true, false) => " nulls last",
            (true, true) => " nulls first",
        };
        format!("{text}{direction}{nulls}")
    }

    fn amount(&mut self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Integer(number) if *number >= 0 => number.to_string(),
            ExprKind::Parameter(name) => {
                let mut value = self.parameter(name);
                self.settle(&mut value, &Ty::Integer);
                value.text
            }
            _ => {
                let message = "`SKIP` and `LIMIT` take a number or a parameter here";
                self.report(
                    &codes::AMOUNT,
                    expr.span,
                    message,
                    "compute the number before, and pass it as a parameter",
                );
                "0".to_owned()
            }
        }
    }

    /// `WITH` that groups, right before `RETURN`: `return` with `having`.
    pub(super) fn grouped(
        &mut self,
        stage: &Projection,
        span: Span,
        last: &Projection,
        block: &mut Vec<String>,
    ) -> Option<String> {
        let cuts = !stage.order.is_empty() || stage.skip.is_some() || stage.limit.is_some();
        if cuts || stage.star.is_some() || last.star.is_some() || self.has_aggregate(last) || last.distinct {
            let help = "make two queries of it";
            self.report(&codes::STAGE, span, "a `WITH` that aggregates has no equal yet", help);
            return None;
        }
        let mut handed = Vec::new();
        self.keyed = is_keyed(stage);
        for item in &stage.items {
            let name = match (&item.alias, &item.value.kind) {
                (Some(alias), _) => alias.text.clone(),
                (None, ExprKind::Variable(name)) => name.clone(),
                _ => {
                    self.report(
                        &codes::UNREADABLE,
                        item.value.span,
                        "a value that `WITH` hands on has a name",
                        "write `AS` and a name",
                    );
                    continue;
                }
            };
            let value = self.value(&item.value);
            let keys: Vec<&Expr> = stage
                .items
                .iter()
                .map(|item| &item.value)
                .filter(|one| !has_aggregate(one))
                .collect();
            if value.aggregates && value.reads && !self.is_determined(&item.value, &keys) {
                let message = "a value beside an aggregate is no column of its own";
                self.report(
                    &codes::AGGREGATE,
                    item.value.span,
                    message,
                    "hand it on as a value as well",
                );
            }
            handed.push((name, value));
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.clear();
        }
        for (name, value) in &handed {
            self.bind(name, value.clone());
        }
        let mut having = Vec::new();
        let parts: Vec<&Expr> = match stage.condition.as_ref() {
            Some(condition) => match &condition.kind {
                ExprKind::And(all) => all.iter().collect(),
                _ => vec![condition],
            },
            None => Vec::new(),
        };
        for part in parts {
            let lenient = std::mem::replace(&mut self.lenient, true);
            let mut value = self.value(part);
            self.lenient = lenient;
            self.settle(&mut value, &Ty::Bool);
            self.guard(part, true);
            match (value.is_unknown(), value.reads && !value.aggregates) {
                (true, _) => {}
                // What all rows of a group have in common is a condition on the rows as well.
                (_, true) => block.push(clause(&value)),
                _ => having.push(value.at(Level::Not)),
            }
        }
        let having = (!having.is_empty()).then(|| having.join(" and "));
        let columns = self.columns(last);
        for (_, value) in handed.iter().filter(|(_, value)| !value.aggregates) {
            if !columns.iter().any(|column| self.tells(column, value)) {
                let message = "what the `WITH` groups by is not returned";
                let help = "return each variable that it groups by, or its key";
                self.report(&codes::STAGE, span, message, help);
            }
        }
        self.tail(last, &columns, having)
    }

    /// Whether what an expression reads outside of aggregates follows from the keys of the groups.
    fn is_determined(&self, expr: &Expr, keys: &[&Expr]) -> bool {
        if is_aggregate(expr) || keys.iter().any(|key| key.same(expr, self.text)) {
            return true;
        }
        if matches!(
            expr.kind,
            ExprKind::Variable(_)
                | ExprKind::Pattern(_)
                | ExprKind::Exists(_)
                | ExprKind::Count(_)
                | ExprKind::MapProjection(..)
                | ExprKind::PatternComprehension { .. }
        ) {
            return false;
        }
        let mut all = true;
        expr.children(&mut |child| all = all && self.is_determined(child, keys));
        all
    }

    /// Whether a column of the result tells groups of this value apart: it is the value, or the key of the node.
    fn tells(&self, column: &Column, value: &Value) -> bool {
        let key = match &value.ty {
            Ty::Node(ty) => self.catalog.node(ty).map(|ty| ty.key.as_slice()),
            _ => None,
        };
        let is_key = matches!(key, Some([key]) if column.value.text == format!("{}.{key}", value.text));
        column.value.text == value.text || is_key
    }
}

/// Whether a projection groups rows by a column.
pub(super) fn is_keyed(projection: &Projection) -> bool {
    projection.star.is_some() || projection.items.iter().any(|item| !has_aggregate(&item.value))
}

/// The name of a column whose value has none: its function's, or `value`.
fn column_name(expr: &Expr) -> String {
    let name = match &expr.kind {
        ExprKind::Call(call) => names::small(call.written.rsplit('.').next().unwrap_or("")),
        ExprKind::Count(_) => Some("count".to_owned()),
        ExprKind::Parameter(name) | ExprKind::Variable(name) => names::small(name),
        _ => None,
    };
    name.unwrap_or_else(|| "value".to_owned())
}
