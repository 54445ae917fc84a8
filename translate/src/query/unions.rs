//! `UNION`: each part by itself, as a branch.

use crate::ast::Query;
use crate::codes;
use crate::value::{Ty, Value};

use super::projection::Column;
use super::{Translator, is_write};

impl Translator<'_> {
    pub(super) fn united(&mut self, query: &Query) -> Option<String> {
        let all = query.unions.first()?.all;
        if let Some(other) = query.unions.iter().find(|union| union.all != all) {
            let help = "join all parts by `UNION`, or all by `UNION ALL`";
            self.report(
                &codes::UNION,
                other.span,
                "`UNION` and `UNION ALL` stand beside each other",
                help,
            );
        }
        // Names of a part mean nothing in another.
        let names = self.names.clone();
        let mut branches = Vec::new();
        let mut first: Vec<Column> = Vec::new();
        for (number, clauses) in query.parts.iter().enumerate() {
            if let Some(clause) = clauses.iter().find(|clause| is_write(clause)) {
                let help = "make a statement of each part";
                self.report(&codes::UNION, clause.span, "a part of a `UNION` writes", help);
                return None;
            }
            self.names = names.clone();
            self.frames = vec![Default::default()];
            self.guards.clear();
            self.spellings.clear();
            branches.push(self.reading(clauses)?);
            let columns = std::mem::take(&mut self.returned);
            match number {
                0 => first = columns,
                _ => self.compare_columns(&mut first, columns, query.unions[number - 1].span),
            }
        }
        let word = if all { "union all" } else { "union" };
        let branches: Vec<String> = branches.iter().map(|branch| format!("{{ {branch} }}")).collect();
        Some(format!("{word} {}", branches.join(" ")))
    }

    /// Reports where the columns of a part are others than those of the first one.
    fn compare_columns(&mut self, first: &mut [Column], mut columns: Vec<Column>, union: omnigraph_grammar::Span) {
        if first.len() != columns.len() {
            let message = "the parts of this `UNION` have different numbers of columns";
            self.report(&codes::UNION, union, message, "return the same columns from each part");
            return;
        }
        for (known, own) in first.iter_mut().zip(&mut columns) {
            if known.name() != own.name() {
                let message = format!(
                    "this column is `{}`, that of the first part `{}`",
                    own.name(),
                    known.name()
                );
                self.report(
                    &codes::UNION,
                    own.span,
                    message,
                    "give both one name by `AS`, in the same sequence",
                );
                continue;
            }
            self.pair(&mut known.value, &mut own.value);
            let width = |value: &Value| value.ty == Ty::Float && value.single;
            let is_told = |value: &Value| value.ty != Ty::Unknown;
            let alike = known.value.ty == own.value.ty && width(&known.value) == width(&own.value);
            if is_told(&known.value) && is_told(&own.value) && !alike {
                let message = format!(
                    "`{}` is {} here, and {} in the first part",
                    own.name(),
                    kind(&own.value),
                    kind(&known.value)
                );
                self.report(&codes::UNION, own.span, message, "return values of one type");
            }
        }
    }
}

fn kind(value: &Value) -> String {
    match &value.ty {
        Ty::Node(name) | Ty::Edge(name) => format!("{} of type `{name}`", value.ty.word()),
        Ty::Float if value.single => "a number of 32 bits".to_owned(),
        ty => ty.word(),
    }
}
