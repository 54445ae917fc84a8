//! What may stand at a place of a pattern: how clauses begin and go on.

use omnigraph_compiler::query::spelled;
use omnigraph_grammar::query::ast::{BlockWord, DefinitionWord};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::vocabulary::{FunctionKind, QUERY_KEYWORDS, functions_of, is_operator_word};

use super::items::{first_letter, fragments, function, is_edge_word, operators};
use super::paths::Walked;
use super::queries::Cursor;
use super::{About, CompletionKind, Item, MANY, MOST, keyword, starts_with, types, word};
use crate::ide::Owner;

impl Cursor<'_> {
    pub(super) fn clause(&self) -> Vec<Item> {
        let (one, two, three) = (self.back(1), self.back(2), self.back(3));
        if let Some(items) = self.path_clause() {
            return items;
        }
        match one {
            // `$a <follows>`
            ">" if !self.place.breaks_after(self.text, 1)
                && let Some(walked) = self.open_walk() =>
            {
                return self.targets(&walked);
            }
            ":" if two.starts_with('$') && three.starts_with('$') && !self.place.breaks_after(self.text, 3) => {
                return self.edges(three);
            }
            ":" => {
                let mut items = types(self.ide, DeclarationKind::Node, 1, self.typed());
                self.prefer_unbound(&mut items);
                items.extend(self.interfaces(2));
                return items;
            }
            "not" if two == "is" => return self.tested(three),
            "is" => {
                let mut items = self.tested(two);
                items.push(word("not", 2));
                return items;
            }
            // Between conditions, or before one.
            "and" | "or" | "not" | "(" if two != "." && two != "}" => return self.conditions(),
            // A variable alone is not compared.
            "<" if two.starts_with('$') && self.known.variables.contains_key(&two[1..]) => return self.edges(two),
            "<" if two.starts_with('$') && !self.text[..self.place.word.start as usize].ends_with(' ') => {
                return self.edges(two);
            }
            "=" | "!=" | "<" | "<=" | ">" | ">=" => return self.values(),
            word if is_operator_word(word) => return self.values(),
            _ => {}
        }
        let continues = !self.place.breaks_after(self.text, 1);
        if one.starts_with('$') && continues {
            // A variable that ends a clause may also be followed by the next one, but that starts with `$` or a word before a block.
            let ends = is_edge_word(two) && three.starts_with('$') && !self.place.breaks_after(self.text, 2);
            let mut items = self.edges(one);
            if ends {
                items.iter_mut().for_each(|item| item.rank += 4);
                items.extend(self.starts());
            }
            return items;
        }
        let compares = |word: &str| matches!(word, "=" | "!=" | "<" | "<=" | ">" | ">=") || is_operator_word(word);
        let ends = match one {
            "null" => matches!(two, "is" | "not"),
            _ => compares(two) || two == "." && compares(self.back(4)),
        };
        if ends && continues {
            let mut items = self.starts();
            items.extend(["and", "or"].map(|word| keyword(&QUERY_KEYWORDS, word, 0)));
            return items;
        }
        if two == "." && continues {
            return operators();
        }
        if continues {
            let alone = || Walked {
                source: two.to_owned(),
                edges: vec![one.to_owned()],
                undirected: false,
            };
            let plain = is_edge_word(one) && two.starts_with('$');
            if let Some(walked) = self.open_walk().or_else(|| plain.then(alone)) {
                return self.targets(&walked);
            }
        }
        self.starts()
    }

    /// What a condition begins with.
    fn conditions(&self) -> Vec<Item> {
        let mut items = self.variables(0);
        items.extend(["not", "exists"].map(|word| keyword(&QUERY_KEYWORDS, word, 2)));
        let searches = functions_of(FunctionKind::Search).filter(|name| self.fits(name));
        items.extend(searches.map(|name| function(name, 3)));
        items.extend(fragments(self.ide, 3));
        items.extend(
            self.read(4)
                .into_iter()
                .skip_while(|item| item.kind == CompletionKind::Variable),
        );
        items
    }

    /// What a clause begins with.
    pub(super) fn starts(&self) -> Vec<Item> {
        let mut items = self.variables(0);
        if self.ends_alternative() {
            items.push(word("or", 0).snippet("or { $0 }"));
        }
        items.extend(BlockWord::ALL.map(|word| keyword(&QUERY_KEYWORDS, word.text(), 2)));
        // A path leads from one node to another.
        let ends = self.known.variables.values().flatten().count();
        items.extend(DefinitionWord::ALL.map(|word| {
            let rank = if word == DefinitionWord::Path && ends < 2 { 6 } else { 2 };
            keyword(&QUERY_KEYWORDS, word.text(), rank)
        }));
        let searches = functions_of(FunctionKind::Search).filter(|name| self.fits(name));
        items.extend(searches.map(|name| function(name, 4)));
        if self.known.variables.values().flatten().count() > 1 {
            items.push(
                Item::new("distinct", CompletionKind::Function, 4)
                    .snippet("distinct($0)")
                    .detail("distinct($a, $b, …)"),
            );
        }
        items.extend(fragments(self.ide, 3));
        items.extend(self.path_functions(4));
        items.extend(self.parameters(None, 5));
        items.push(
            Item::new("$…: Type", CompletionKind::Snippet, 3)
                .snippet("\\$${1:x}: ${2:Type}")
                .detail("bind a node"),
        );
        items
    }

    /// Interfaces that a node type implements.
    pub(super) fn interfaces(&self, rank: u8) -> Vec<Item> {
        let catalog = self.ide.catalog();
        let all = types(self.ide, DeclarationKind::Interface, rank, self.typed());
        let ranged = all
            .into_iter()
            .filter(|item| !catalog.implementers(&item.label).is_empty());
        ranged.collect()
    }

    /// What stands behind `is`: a type that a node may have, or `null`.
    fn tested(&self, variable: &str) -> Vec<Item> {
        let catalog = self.ide.catalog();
        let mut items = vec![keyword(&QUERY_KEYWORDS, "null", 1)];
        if let Some((DeclarationKind::Interface, interface)) = self.variable(variable) {
            let own = catalog.implementers(interface);
            let named = types(self.ide, DeclarationKind::Node, 0, self.typed()).into_iter();
            items.extend(named.filter(|item| own.contains(&item.label.as_str())));
        }
        items
    }

    /// Types that no variable has yet come first.
    pub(super) fn prefer_unbound(&self, items: &mut [Item]) {
        let bound: Vec<&String> = self.known.variables.values().flatten().map(|owner| &owner.1).collect();
        for item in items {
            if !bound.contains(&&item.label) {
                item.rank = 0;
            }
        }
    }

    /// Edges that fit the variable, those that lead out of it first.
    pub(super) fn edges(&self, variable: &str) -> Vec<Item> {
        let catalog = self.ide.catalog();
        let owner = self.variable(variable);
        let ahead = self.text[self.place.word.end as usize..].trim_start();
        let end = ahead
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$'))
            .unwrap_or(ahead.len());
        let target = self.variable(&ahead[..end]).filter(|_| ahead.starts_with('$'));
        let ranked = catalog.edges.values().map(|edge| {
            let may_be = |owner: &Owner, end: &str| match owner.0 {
                DeclarationKind::Interface => catalog.node(end).is_some_and(|node| node.implements(&owner.1)),
                _ => owner.1 == end,
            };
            let fits = |end: &str| owner.is_none_or(|owner| may_be(owner, end));
            let other = if fits(&edge.from) { &edge.to } else { &edge.from };
            let reaches = target.is_none_or(|target| may_be(target, other));
            let rank = match (fits(&edge.from), fits(&edge.to), reaches) {
                (true, _, true) => 0,
                (_, true, true) => 1,
                (true, _, false) | (_, true, false) => 5,
                _ => 9,
            };
            (rank, edge)
        });
        let mut ranked: Vec<_> = ranked.collect();
        if ranked.iter().any(|(rank, _)| *rank < 9) {
            ranked.retain(|(rank, _)| *rank < 9);
        } else if ranked.len() > MANY {
            ranked.retain(|(_, edge)| starts_with(&edge.name, self.typed()));
            ranked.truncate(MOST + 1);
        }
        let made = ranked.into_iter().map(|(rank, edge)| {
            Item::new(spelled(&edge.name), CompletionKind::Edge, rank)
                .detail(format!("{} -> {}", edge.from, edge.to))
                .about(About::Type((DeclarationKind::Edge, edge.name.clone())))
        });
        made.collect()
    }

    /// Variables that a traversal may lead to.
    pub(super) fn targets(&self, walked: &Walked) -> Vec<Item> {
        let catalog = self.ide.catalog();
        let source = walked.source.as_str();
        let wanted: Vec<String> = match walked.edges.as_slice() {
            [edge] => {
                let wanted = catalog.edge(edge).map(|edge| match self.variable(source) {
                    Some(owner) if owner.1 == edge.to && owner.1 != edge.from => edge.from.clone(),
                    _ => edge.to.clone(),
                });
                wanted.into_iter().collect()
            }
            _ => self.step_of(walked).arrivals,
        };
        let mut items = self.variables(3);
        for item in &mut items {
            let fits = self
                .variable(&item.label)
                .is_some_and(|owner| wanted.contains(&owner.1));
            item.rank = match (item.label == source, fits) {
                (true, _) => 6,
                (_, true) => 0,
                _ => 4,
            };
        }
        for wanted in wanted {
            let name = format!("${}", first_letter(&wanted));
            let taken = items.iter().any(|item| item.label == name);
            let rank = if taken { 5 } else { 1 };
            items.push(Item::new(name, CompletionKind::Variable, rank).detail(format!("new: {wanted}")));
        }
        items.push(Item::new("$_", CompletionKind::Variable, 2).detail("any node"));
        items
    }
}
