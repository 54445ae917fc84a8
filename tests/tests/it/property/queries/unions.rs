//! Queries of several branches, whose columns have the same names and fitting types.

use rand::Rng;
use rand::rngs::SmallRng;

use super::super::graphs::{Class, Kind, NODES, Shape, properties};
use super::{Request, Variable, Writer};

/// What every branch returns in one place.
#[derive(Clone, Copy)]
enum Column {
    /// Numbers of several widths are one class.
    Class(Class),
    Kind(Kind),
    Node(&'static str),
    List(Kind),
}

impl Column {
    fn takes(self, shape: Shape) -> bool {
        match (self, shape) {
            (Column::Class(class), Shape::Scalar(kind)) => kind.class() == class,
            (Column::Kind(own), Shape::Scalar(kind)) => own == kind,
            (Column::List(own), Shape::List(kind)) => own == kind,
            _ => false,
        }
    }

    fn is_orderable(self) -> bool {
        matches!(self, Column::Class(_) | Column::Kind(_))
    }
}

/// A union of two branches, or three. What it returns is determined to the last row: where no order is written, by the order of
/// the branches.
pub(crate) fn united(rng: &mut SmallRng) -> Request {
    let mut writer = Writer {
        most: 2,
        ..Writer::new(rng)
    };
    let columns: Vec<Column> = (0..writer.choose(&[1, 1, 2, 2, 3]))
        .map(|_| writer.column(false))
        .collect();
    let branches: Vec<String> = (0..writer.choose(&[2, 2, 2, 3]))
        .map(|_| writer.branch(&columns, true))
        .collect();
    let tail = writer.union_tail(&columns, &|_| true, 0.5, 0.3);
    let word = writer.choose(&["union", "union all"]);
    writer.whole(format!("    {word} {{\n{}    }}\n{tail}", branches.join("    } {\n")))
}

/// Two queries, and the rows of both with `union all` and with `union`.
pub(crate) fn apart_and_united(rng: &mut SmallRng) -> [Request; 4] {
    let mut writer = Writer {
        most: 2,
        ..Writer::new(rng)
    };
    let columns: Vec<Column> = (0..writer.choose(&[1, 1, 2])).map(|_| writer.column(true)).collect();
    let branches = [0, 1].map(|_| writer.branch(&columns, false));
    let both = branches.join("    } {\n");
    let [first, second] = branches;
    let texts = [
        first,
        second,
        format!("    union all {{\n{both}    }}\n"),
        format!("    union {{\n{both}    }}\n"),
    ];
    texts.map(|text| writer.whole(text))
}

impl Writer<'_> {
    fn whole(&self, body: String) -> Request {
        Request {
            text: format!("query q({}) {{\n{body}}}\n", self.parameters.join(", ")),
            params: self.params.clone(),
            ordered: true,
            limited: false,
        }
    }

    /// `exactly`: of one type in all branches.
    fn column(&mut self, exactly: bool) -> Column {
        let kinds = [
            Kind::I32,
            Kind::I64,
            Kind::U64,
            Kind::F32,
            Kind::F64,
            Kind::Bool,
            Kind::Date,
            Kind::DateTime,
            Kind::Text,
            Kind::Text,
            Kind::Enum,
        ];
        let kind = self.choose(&kinds);
        match self.rng.random_range(0..10) {
            0 | 1 => Column::Node(self.choose(&[NODES[0].name, NODES[1].name, NODES[2].name])),
            2 => Column::List(self.choose(&[Kind::Text, Kind::I64])),
            _ if exactly => Column::Kind(kind),
            _ => Column::Class(kind.class()),
        }
    }

    /// A pattern that mostly finds something.
    fn little(&mut self) -> (String, Vec<Variable>) {
        let (mut clauses, mut scope, mut budget) = (Vec::new(), Vec::new(), 2);
        while scope.is_empty() {
            budget = 2;
            self.binding(&mut clauses, &mut scope, &mut budget);
        }
        if self.chance(0.4) {
            self.traversal(&mut clauses, &mut scope, &mut budget);
        }
        if self.chance(0.3) {
            let known = scope.clone();
            let filter = self.filter(&known, &known);
            clauses.push(filter);
        }
        let clauses = clauses.iter().map(|clause| format!("        {clause}\n"));
        (clauses.collect(), scope)
    }

    /// What stands in the braces of a branch; if `cut`, it may have stages and a limit of its own.
    fn branch(&mut self, columns: &[Column], cut: bool) -> String {
        self.values.clear();
        let (mut text, mut scope) = (String::new(), Vec::new());
        if cut && self.chance(0.2) {
            let (clauses, found) = self.going_on(&scope);
            let (with, handed) = self.with(&found);
            text += &format!("        match {{\n{clauses}        }}\n    {with}");
            scope = handed;
        }
        let (mut clauses, mut scope) = match cut {
            true => self.going_on(&scope),
            false => self.little(),
        };
        let mut returned = Vec::new();
        for (number, column) in columns.iter().enumerate() {
            let value = self.value_of(*column, &mut clauses, &mut scope);
            returned.push(format!("{value} as c{number}"));
        }
        let counts = columns.iter().position(|column| column.takes(Shape::Scalar(Kind::I64)));
        if let Some(number) = counts.filter(|_| self.chance(0.25)) {
            returned[number] = format!("count(*) as c{number}");
        }
        let distinct = if self.chance(0.2) { "distinct " } else { "" };
        text += &format!("        match {{\n{clauses}        }}\n");
        text += &format!("        return {distinct}{{ {} }}\n", returned.join(", "));
        if cut {
            // Nothing is ordered by what is the same in all rows.
            let varies =
                |number: usize| !returned[number].starts_with(['[', '"']) && !returned[number].starts_with("$q");
            let tail = self.union_tail(columns, &varies, 0.2, 0.2);
            text += &tail;
        }
        text
    }

    /// An expression for a column, with a node for it where none is there.
    fn value_of(&mut self, column: Column, clauses: &mut String, scope: &mut Vec<Variable>) -> String {
        if let Column::Node(ty) = column {
            let known: Vec<Variable> = scope.iter().filter(|own| !own.edge && own.ty == ty).cloned().collect();
            if !known.is_empty() {
                return format!("${}", self.choose(&known).name);
            }
            let name = self.fresh();
            *clauses += &format!("        ${name}: {ty}\n");
            let (edge, bound, missing) = (false, true, false);
            scope.push(Variable {
                name: name.clone(),
                ty,
                edge,
                bound,
                missing,
            });
            return format!("${name}");
        }
        let mut fitting: Vec<String> = Vec::new();
        for variable in scope.iter() {
            let own = properties(variable.ty).iter().filter(|(_, shape)| column.takes(*shape));
            fitting.extend(own.map(|(name, _)| format!("${}.{name}", variable.name)));
        }
        let values = self
            .values
            .iter()
            .filter(|(_, kind)| column.takes(Shape::Scalar(*kind)));
        fitting.extend(values.map(|(name, _)| name.clone()));
        if !fitting.is_empty() && self.chance(0.85) {
            return self.choose(&fitting);
        }
        match column {
            Column::Class(Class::Bool) => self.parameter(Kind::Bool),
            Column::Class(Class::Number) => {
                let kind = self.choose(&[Kind::I32, Kind::U64, Kind::F64]);
                self.parameter(kind)
            }
            Column::Class(Class::Date) => self.parameter(Kind::Date),
            Column::Class(Class::DateTime) => self.parameter(Kind::DateTime),
            Column::Class(Class::Text) => self.parameter(Kind::Text),
            Column::Kind(kind) => self.parameter(kind),
            Column::List(Kind::Text) => "[\"a\", \"b\"]".to_owned(),
            Column::List(_) => "[1, 2]".to_owned(),
            Column::Node(_) => unreachable!("handled above"),
        }
    }

    /// Order, limit and offset by the columns, each with its chance.
    fn union_tail(&mut self, columns: &[Column], varies: &dyn Fn(usize) -> bool, ordered: f64, cut: f64) -> String {
        let mut text = String::new();
        let orderable = columns.iter().enumerate();
        let orderable = orderable.filter(|(number, column)| column.is_orderable() && varies(*number));
        let orderable: Vec<usize> = orderable.map(|(number, _)| number).collect();
        if !orderable.is_empty() && self.chance(ordered) {
            let (number, direction) = (self.choose(&orderable), self.choose(&["", " desc", " nulls last"]));
            let key = self.choose(&["c", "c", "is null"]);
            let key = match key {
                "c" => format!("c{number}{direction}"),
                _ => format!("if(c{number} is null, 1, 0)"),
            };
            text += &format!("    order {{ {key} }}\n");
        }
        if self.chance(cut) {
            text += &format!("    limit {}\n", self.rng.random_range(0..6));
            if self.chance(0.4) {
                text += &format!("    offset {}\n", self.rng.random_range(0..3));
            }
        }
        text
    }
}
