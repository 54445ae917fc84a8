//! Kùzu's definitions of tables.

use omnigraph_grammar::Name;

use crate::ast::{Column, NodeTable, RelTable};
use crate::lexer::Kind;

use super::{Parsed, Parser};

impl Parser<'_> {
    /// Behind `CREATE NODE TABLE`.
    pub(super) fn node_table(&mut self) -> Parsed<NodeTable> {
        self.take_words(&["IF", "NOT", "EXISTS"]);
        let name = self.name("a table's name")?;
        let mut table = NodeTable {
            name,
            columns: Vec::new(),
            key: None,
        };
        self.expect(Kind::LeftParen, "`(`")?;
        while self.kind() != Kind::RightParen {
            if self.take_words(&["PRIMARY", "KEY"]) {
                self.expect(Kind::LeftParen, "`(`")?;
                table.key = Some(self.name("a column's name")?);
                self.expect(Kind::RightParen, "`)`")?;
            } else {
                let column = self.column()?;
                if self.take_words(&["PRIMARY", "KEY"]) {
                    table.key = Some(column.name.clone());
                }
                table.columns.push(column);
            }
            if !self.take(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RightParen, "`)`")?;
        self.end()?;
        Ok(table)
    }

    /// Behind `CREATE REL TABLE`.
    pub(super) fn rel_table(&mut self) -> Parsed<RelTable> {
        self.take_words(&["IF", "NOT", "EXISTS"]);
        let name = self.name("a table's name")?;
        let mut table = RelTable {
            name,
            ends: Vec::new(),
            columns: Vec::new(),
            multiplicity: None,
        };
        self.expect(Kind::LeftParen, "`(`")?;
        while self.kind() != Kind::RightParen {
            if self.is_word("FROM") && self.is_word_ahead(2, "TO") {
                self.next();
                let from = self.name("a table's name")?;
                self.next();
                table.ends.push((from, self.name("a table's name")?));
            } else if let Some(word) = self.multiplicity() {
                table.multiplicity = Some(word);
            } else {
                table.columns.push(self.column()?);
            }
            if !self.take(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RightParen, "`)`")?;
        self.end()?;
        Ok(table)
    }

    fn end(&mut self) -> Parsed<()> {
        match self.kind() {
            Kind::End => Ok(()),
            _ => Err(self.wrong("the end of the statement")),
        }
    }

    fn multiplicity(&mut self) -> Option<Name> {
        let alone = matches!(self.token(1).kind, Kind::Comma | Kind::RightParen);
        let known = ["MANY_MANY", "MANY_ONE", "ONE_MANY", "ONE_ONE"];
        let word = known.iter().find(|word| alone && self.is_word(word))?;
        let token = self.next();
        Some(Name {
            text: (*word).to_owned(),
            span: token.span,
        })
    }

    fn column(&mut self) -> Parsed<Column> {
        let name = self.name("a column's name")?;
        let start = self.span();
        let mut ty = String::new();
        loop {
            match self.kind() {
                Kind::LeftParen | Kind::LeftBracket => {
                    let closed = self.closing[self.place];
                    if closed == 0 {
                        return Err(self.wrong("a bracket that is closed"));
                    }
                    while self.place <= closed {
                        let token = self.next();
                        ty += &self.own(token).to_uppercase();
                    }
                }
                Kind::Word if ty.is_empty() => {
                    let token = self.next();
                    ty += &self.own(token).to_uppercase();
                }
                _ => break,
            }
        }
        if ty.is_empty() {
            return Err(self.wrong("a type"));
        }
        let ty_span = self.since(start);
        let default = match self.take_word("DEFAULT") {
            true => Some(self.expression()?),
            false => None,
        };
        Ok(Column {
            name,
            ty,
            ty_span,
            default,
        })
    }
}
