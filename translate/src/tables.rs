//! Kùzu's tables as a schema.

use std::collections::BTreeSet;

use omnigraph_grammar::Name;
use omnigraph_model::schema::is_reserved;

use crate::ast::{Column, Expr, ExprKind, NodeTable, RelTable};
use crate::codes;
use crate::names;
use crate::problem::Problem;
use crate::value::{fraction, quoted};

/// A table as a declaration; `None` if something of it has no equal.
pub(crate) struct Declared {
    pub(crate) text: Option<String>,
    pub(crate) problems: Vec<Problem>,
}

/// A property's type, and what else holds of it.
struct Ty {
    word: String,
    /// A constraint in the body, with `{}` for the property's name.
    range: Option<(i64, i64)>,
}

#[derive(Default)]
struct Table {
    problems: Vec<Problem>,
    members: Vec<String>,
    taken: BTreeSet<String>,
    flawed: bool,
}

pub(crate) fn node_table(table: &NodeTable) -> Declared {
    let mut own = Table::default();
    let name = own.type_name(&table.name);
    for column in &table.columns {
        let is_key = table
            .key
            .as_ref()
            .is_some_and(|key| key.text.eq_ignore_ascii_case(&column.name.text));
        own.column(column, is_key, false);
    }
    match &table.key {
        None => own.flaw(
            Problem::new(&codes::TABLE, table.name.span, "a node table has a primary key")
                .help("add `PRIMARY KEY (…)`"),
        ),
        Some(key) => {
            let known = table
                .columns
                .iter()
                .any(|column| column.name.text.eq_ignore_ascii_case(&key.text));
            if !known {
                let message = format!("no column is called `{}`", key.text);
                let columns = table.columns.iter().map(|column| column.name.text.as_str());
                own.flaw(Problem::new(&codes::TABLE, key.span, message).meaning(&key.text, columns));
            }
        }
    }
    own.declared(format!("node {name}"))
}

pub(crate) fn rel_table(table: &RelTable) -> Declared {
    let mut own = Table::default();
    let name = own.type_name(&table.name);
    let ends = match table.ends.as_slice() {
        [(from, to)] => (own.type_name(from), own.type_name(to)),
        _ => {
            let message = "an edge leads from one node type to one";
            let problem = Problem::new(&codes::TABLE, table.name.span, message);
            own.flaw(problem.help("make a table for each pair of `FROM` and `TO`"));
            Default::default()
        }
    };
    for column in &table.columns {
        own.column(column, false, true);
    }
    let mut head = format!("edge {name}: {} -> {}", ends.0, ends.1);
    let word = table
        .multiplicity
        .as_ref()
        .map_or("MANY_MANY", |word| word.text.as_str());
    if ["MANY_ONE", "ONE_ONE"].contains(&word) {
        head += " @card(0..1)";
    }
    if ["ONE_MANY", "ONE_ONE"].contains(&word) {
        own.members.push("@unique(dst)".to_owned());
    }
    own.declared(head)
}

impl Table {
    fn flaw(&mut self, problem: Problem) {
        self.problems.push(problem);
        self.flawed = true;
    }

    fn declared(self, head: String) -> Declared {
        let body = match self.members.is_empty() && head.starts_with("edge") {
            true => String::new(),
            false => format!(" {{\n{}\n}}", self.members.join("\n")),
        };
        Declared {
            text: (!self.flawed).then(|| head + &body),
            problems: self.problems,
        }
    }

    fn type_name(&mut self, name: &Name) -> String {
        let ours = names::capital(&name.text);
        match ours {
            Some(ours) => {
                if ours != name.text {
                    self.renamed(name, &ours);
                }
                ours
            }
            None => {
                let message = format!("`{}` holds no letter or digit for a name", name.text);
                self.flaw(Problem::new(&codes::TABLE, name.span, message).help("rename the table"));
                String::new()
            }
        }
    }

    fn renamed(&mut self, name: &Name, ours: &str) {
        let message = format!("`{}` is called `{ours}`", name.text);
        let help = "queries are translated with either name: case and underscores do not count";
        self.problems
            .push(Problem::new(&codes::RENAMED, name.span, message).help(help));
    }

    fn column(&mut self, column: &Column, is_key: bool, on_edge: bool) {
        let Some(mut name) = names::small(&column.name.text) else {
            let message = format!("`{}` holds no letter or digit for a name", column.name.text);
            self.flaw(Problem::new(&codes::COLUMN, column.name.span, message).help("rename the column"));
            return;
        };
        let taken = name == "id" || on_edge && ["src", "dst", "from", "to"].contains(&name.as_str());
        if taken || is_reserved(&name) {
            name.push('_');
        }
        if name != column.name.text {
            self.renamed(&column.name, &name);
        }
        if !self.taken.insert(names::folded(&name)) {
            let message = format!("two columns are called `{name}`, but for case and underscores");
            self.flaw(Problem::new(&codes::COLUMN, column.name.span, message).help("rename one of them"));
        }
        let Some(ty) = self.ty(column, on_edge) else {
            return;
        };
        let mut text = format!("{name}: {}", ty.word);
        match is_key {
            true => text += " @key",
            false => text.push('?'),
        }
        if let Some(default) = &column.default {
            match literal(default) {
                Some(value) => text += &format!(" @default({value})"),
                None if matches!(default.kind, ExprKind::Null) => {}
                None => {
                    let problem = Problem::new(&codes::COLUMN, default.span, "a default is a literal here");
                    self.flaw(problem.help("write a number, a text or a truth value"));
                }
            }
        }
        self.members.push(text);
        if let Some((least, greatest)) = ty.range {
            self.members.push(format!("@range({name}, {least}..{greatest})"));
        }
    }

    fn ty(&mut self, column: &Column, on_edge: bool) -> Option<Ty> {
        let plain = |word: &str| {
            Some(Ty {
                word: word.to_owned(),
                range: None,
            })
        };
        let written = column.ty.as_str();
        if let Some(item) = written.strip_suffix("[]") {
            return match scalar(item) {
                Some(word) if !matches!(word, "Blob") => plain(&format!("[{word}]")),
                _ => self.no_type(column, "lists hold scalar values here"),
            };
        }
        if let Some((item, size)) = written.strip_suffix(']').and_then(|own| own.split_once('[')) {
            return match (item, size.parse::<u32>()) {
                ("FLOAT", Ok(size)) if size > 0 => plain(&format!("Vector({size})")),
                _ => self.no_type(column, "only arrays of FLOAT are vectors here"),
            };
        }
        let range = match written {
            "INT8" => Some((-128, 127)),
            "INT16" => Some((-32_768, 32_767)),
            "UINT8" => Some((0, 255)),
            "UINT16" => Some((0, 65_535)),
            _ => None,
        };
        if let Some(range) = range {
            if on_edge {
                return self.no_type(column, "an edge cannot bound its numbers here");
            }
            let word = if range.0 == 0 { "U32" } else { "I32" };
            return Some(Ty {
                word: word.to_owned(),
                range: Some(range),
            });
        }
        if matches!(written, "TIMESTAMP" | "TIMESTAMP_TZ" | "TIMESTAMP_NS") {
            let message = format!("a {written} holds more digits of a second than a DateTime, which holds three");
            let help = "loads refuse instants with more of them";
            self.problems
                .push(Problem::new(&codes::PRECISION, column.ty_span, message).help(help));
            return plain("DateTime");
        }
        match scalar(written) {
            Some(word) => plain(word),
            None => self.no_type(column, "no type of ours holds the same values"),
        }
    }

    fn no_type(&mut self, column: &Column, reason: &str) -> Option<Ty> {
        let message = format!("the type {} has no equal: {reason}", column.ty);
        let help = "choose among STRING, BOOL, INT32, INT64, UINT32, UINT64, FLOAT, DOUBLE, DATE, TIMESTAMP_MS and lists of them";
        self.flaw(Problem::new(&codes::COLUMN, column.ty_span, message).help(help));
        None
    }
}

fn scalar(word: &str) -> Option<&'static str> {
    Some(match word {
        "STRING" => "String",
        "BOOL" | "BOOLEAN" => "Bool",
        "INT64" => "I64",
        "INT32" | "INT" | "INTEGER" => "I32",
        "UINT64" => "U64",
        "UINT32" => "U32",
        "DOUBLE" => "F64",
        "FLOAT" => "F32",
        "DATE" => "Date",
        "TIMESTAMP_MS" | "TIMESTAMP_SEC" => "DateTime",
        "BLOB" | "BYTEA" => "Blob",
        _ => return None,
    })
}

/// A default as the schema language writes it.
fn literal(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Boolean(value) => Some(value.to_string()),
        ExprKind::Integer(number) => Some(number.to_string()),
        ExprKind::Float(number) => Some(fraction(*number)).filter(|text| !text.contains('e')),
        ExprKind::Text(text) => Some(quoted(text)),
        ExprKind::Negative(inner) => match inner.kind {
            ExprKind::Integer(_) | ExprKind::Float(_) => literal(inner).map(|text| format!("-{text}")),
            _ => None,
        },
        _ => None,
    }
}
