//! What may stand at a place behind the pattern: columns, conditions on groups, keys of the order.

use omnigraph_model::catalog::Property;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::types::Scalar;
use omnigraph_model::vocabulary::functions::SCALAR_FUNCTIONS;
use omnigraph_model::vocabulary::{FunctionKind, QUERY_KEYWORDS, functions_of, is_operator_word};

use super::expressions::forms;
use super::items::{function, operators};
use super::queries::Cursor;
use super::written::Frame;
use super::{CompletionKind, Item, keyword};
use crate::ide::names::Owner;

impl Cursor<'_> {
    pub(super) fn projection(&self) -> Vec<Item> {
        if !matches!(self.back(1), "{" | ",") {
            return match self.back(1) {
                "as" => Vec::new(),
                _ => vec![keyword(&QUERY_KEYWORDS, "as", 0)],
            };
        }
        self.shown()
    }

    /// What a column or a member may be.
    pub(super) fn shown(&self) -> Vec<Item> {
        let mut items = self.variables(0);
        let others = [
            FunctionKind::Ranking,
            FunctionKind::Search,
            FunctionKind::Value,
            FunctionKind::Graph,
        ];
        let in_rows = self.frames.contains(&Frame::Rows);
        // A ranking is a column by itself.
        let ranks = !in_rows && !matches!(self.frames.last(), Some(Frame::Object(_)));
        let others = others
            .into_iter()
            .filter(|kind| ranks || *kind != FunctionKind::Ranking);
        let names = functions_of(FunctionKind::Aggregate)
            .map(|name| (1, name))
            .chain(others.flat_map(functions_of).map(|name| (2, name)));
        items.extend(
            names
                .filter(|(rank, name)| (*rank > 1 || !in_rows) && self.fits(name))
                .map(|(rank, name)| function(name, rank)),
        );
        items.extend(self.path_functions(1));
        items.extend(self.parameters(None, 3));
        items.extend(forms(3));
        items.extend(scalar_functions(4));
        items
    }

    /// A member of an object, or its value.
    pub(super) fn member(&self, variable: &str) -> Vec<Item> {
        match self.back(1) {
            "{" | "," => {
                let mut items = self.properties_of(variable);
                let taken = self.members();
                items.retain(|item| !taken.contains(&item.label.as_str()));
                items
            }
            ":" => {
                let mut items = self.shown();
                let list = Item::new("[ { … } => { … } ]", CompletionKind::Keyword, 1)
                    .snippet("[ { $1 } => { $2 } ]")
                    .detail("a list of objects");
                if !self.frames.contains(&Frame::Returning) {
                    items.push(list);
                }
                items
            }
            _ => Vec::new(),
        }
    }

    /// The members that the object around the cursor has before it.
    fn members(&self) -> Vec<&str> {
        let (mut depth, mut members) = (0, Vec::new());
        let tokens = &self.place.tokens;
        for (at, token) in tokens.iter().enumerate().rev() {
            match token.text {
                "}" | ")" | "]" => depth += 1,
                "{" if depth == 0 => break,
                "{" | "(" | "[" => depth -= 1,
                text if depth == 0 && at > 0 && matches!(tokens[at - 1].text, "{" | ",") => members.push(text),
                _ => {}
            }
        }
        members
    }

    /// What follows the block or the items of a list of objects.
    pub(super) fn behind_items(&self) -> Vec<Item> {
        match self.back(1) {
            "limit" | "offset" => return self.parameters(None, 0),
            "[" | "=>" | "order" => return Vec::new(),
            _ => {}
        }
        let (mut depth, mut written) = (0, Vec::new());
        for token in self.place.tokens.iter().rev() {
            match token.text {
                "}" | ")" | "]" => depth += 1,
                "[" if depth == 0 => break,
                "{" | "(" | "[" => depth -= 1,
                text if depth == 0 => written.push(text),
                _ => {}
            }
        }
        if !written.contains(&"=>") {
            let items = Item::new("=>", CompletionKind::Keyword, 0).snippet("=> { $1 }");
            return vec![items.detail("what each object holds")];
        }
        let tail = ["order", "limit", "offset"];
        let last = tail.iter().rposition(|word| written.contains(word));
        let missing = tail.into_iter().zip(0..).skip(last.map_or(0, |last| last + 1));
        missing
            .map(|(word, rank)| keyword(&QUERY_KEYWORDS, word, rank))
            .collect()
    }

    /// Whether a function has something to work on: of the query's variables, or of the schema while none is bound.
    pub(super) fn fits(&self, function: &str) -> bool {
        let bound: Vec<&Owner> = self.known.variables.values().flatten().collect();
        let catalog = self.ide.catalog();
        let has = |wanted: &dyn Fn(&[Vec<String>], &Property) -> bool| {
            let node = |name: &String| {
                let node = catalog.node(name);
                node.is_some_and(|node| node.properties.iter().any(|property| wanted(&node.indexes, property)))
            };
            let edge = |name: &String| {
                let edge = catalog.edge(name);
                edge.is_some_and(|edge| edge.properties.iter().any(|property| wanted(&edge.indexes, property)))
            };
            match bound.is_empty() {
                true => catalog.nodes.keys().any(node),
                false => bound.iter().any(|(kind, name)| match kind {
                    DeclarationKind::Edge => edge(name),
                    _ => node(name),
                }),
            }
        };
        let text = || {
            has(&|indexes, property| {
                let indexed = indexes.iter().any(|set| set.len() == 1 && set[0] == property.name);
                indexed && property.ty.scalar == Scalar::String && property.ty.enum_values.is_none()
            })
        };
        let vector = || has(&|_, property| matches!(property.ty.scalar, Scalar::Vector(_)));
        match function {
            "sum" | "avg" => has(&|_, property| property.ty.scalar.is_numeric() && !property.ty.list),
            "search" | "fuzzy" | "match_text" | "bm25" => text(),
            "nearest" => vector(),
            // Offered with the paths that they are about.
            "nodes" | "edges" | "cost" => false,
            "rrf" => text() || vector(),
            _ => true,
        }
    }

    /// Aggregates first: a condition on single rows stands in the match block.
    pub(super) fn having(&self) -> Vec<Item> {
        let (one, two) = (self.back(1), self.back(2));
        match one {
            "=" | "!=" | "<" | "<=" | ">" | ">=" => return self.values(),
            word if is_operator_word(word) => return self.values(),
            "{" | "and" | "or" | "not" | "(" => {}
            _ if two == "." || one == ")" || self.known.aliases.iter().any(|alias| alias == one) => return operators(),
            _ => {}
        }
        let mut items: Vec<Item> = functions_of(FunctionKind::Aggregate)
            .map(|name| function(name, 1))
            .collect();
        items.extend(self.columns(0));
        items.extend(self.variables(2));
        items
    }

    pub(super) fn columns(&self, rank: u8) -> impl Iterator<Item = Item> {
        let aliases = match self.frames.contains(&Frame::Rows) {
            true => self.named_items(),
            false => self.known.aliases.clone(),
        };
        let aliases = aliases.into_iter();
        aliases.map(move |alias| Item::new(alias.clone(), CompletionKind::Property, rank).detail("a column"))
    }

    /// The names of the members of the list of objects around the cursor.
    fn named_items(&self) -> Vec<String> {
        let tokens = &self.place.tokens;
        let items = tokens
            .iter()
            .rposition(|token| token.text == "=>")
            .unwrap_or(tokens.len());
        let named = tokens[items..].windows(2).filter(|pair| pair[0].text == "as");
        named.map(|pair| pair[1].text.to_owned()).collect()
    }

    pub(super) fn sort_key(&self) -> Vec<Item> {
        match self.back(1) {
            "{" | "," => {}
            "nulls" => return ["first", "last"].map(|word| keyword(&QUERY_KEYWORDS, word, 0)).into(),
            "asc" | "desc" => return vec![keyword(&QUERY_KEYWORDS, "nulls", 0)],
            _ => {
                let ranked = [("desc", 0), ("asc", 1), ("nulls", 2)];
                return ranked.map(|(word, rank)| keyword(&QUERY_KEYWORDS, word, rank)).into();
            }
        }
        let mut items: Vec<Item> = self.columns(0).collect();
        items.extend(self.variables(1));
        let ranked = !self.is_behind_branches() && !self.frames.contains(&Frame::Rows);
        let ranks = functions_of(FunctionKind::Ranking).filter(|name| ranked && self.fits(name));
        items.extend(ranks.map(|name| function(name, 2)));
        items.extend(self.path_functions(2));
        items.extend(scalar_functions(4));
        items.extend(forms(5));
        items
    }
}

/// The functions of the table, wherever a value may stand.
pub(super) fn scalar_functions(rank: u8) -> impl Iterator<Item = Item> {
    SCALAR_FUNCTIONS.iter().map(move |known| function(known.name, rank))
}
