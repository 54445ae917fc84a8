//! What may stand at a place of a query file.

use omnigraph_compiler::db::SourceFile;
use omnigraph_grammar::Language;
use omnigraph_model::catalog::{Property, common_properties};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::types::{Scalar, Type};
use omnigraph_model::vocabulary::{
    self, AnnotationPlace, FunctionKind, KeywordKind, QUERY_KEYWORDS, SCALARS, functions_of, is_operator_word,
    is_section, is_statement, keywords_of,
};

use super::items::{declarations, enum_item, function, operators, parameter_types};
use super::place::{Before, Place};
use super::results::scalar_functions;
use super::written::{Frame, QueryNames, frames, last_query, unites, writes};
use super::{About, Completion, CompletionKind, Item, keyword, property_item, types, word};
use crate::ide::Ide;
use crate::ide::describe::value_type;
use crate::ide::names::Owner;
use crate::ide::outline::pieces;

pub(super) fn complete(ide: &Ide<'_>, file: SourceFile, text: &str, offset: u32) -> Completion {
    let nothing = Completion {
        items: Vec::new(),
        replaces: omnigraph_grammar::Span::at(offset as usize),
    };
    let Some(mut place) = Place::new(text, offset, &pieces(Language::Query, text)) else {
        return nothing;
    };
    let start = last_query(&place);
    let item_start = start.map_or(offset, |at| place.tokens[at].span.start);
    if let Some(at) = start {
        place.tokens.drain(..at);
    }
    let frames = if start.is_some() { frames(&place) } else { Vec::new() };
    let finished = frames.is_empty() && place.tokens.iter().any(|token| token.text == "{");
    let replaces = place.word;
    if start.is_none() || finished {
        let items = if place.in_string { Vec::new() } else { declarations(ide) };
        return Completion { items, replaces };
    }
    let known = QueryNames::new(ide, file, text, item_start, offset, &place, &frames);
    let cursor = Cursor {
        offset,
        ide,
        text,
        place: &place,
        frames: &frames,
        known: &known,
    };
    let items = if place.in_string {
        cursor.in_string()
    } else {
        cursor.items()
    };
    Completion { items, replaces }
}

pub(super) struct Cursor<'a> {
    offset: u32,
    pub(super) ide: &'a Ide<'a>,
    pub(super) text: &'a str,
    pub(super) place: &'a Place<'a>,
    pub(super) frames: &'a [Frame],
    pub(super) known: &'a QueryNames,
}

impl Cursor<'_> {
    /// What is written of the word at the cursor.
    pub(super) fn typed(&self) -> &str {
        &self.text[self.place.word.start as usize..self.offset as usize]
    }

    pub(super) fn back(&self, n: usize) -> &str {
        self.place.back(n)
    }

    pub(super) fn owner(&self, name: &str) -> Owner {
        let catalog = self.ide.catalog();
        match (catalog.node(name), catalog.edge(name)) {
            (None, Some(edge)) => (DeclarationKind::Edge, edge.name.clone()),
            (None, None) if catalog.interfaces.contains_key(name) => (DeclarationKind::Interface, name.to_owned()),
            _ => (DeclarationKind::Node, name.to_owned()),
        }
    }

    pub(super) fn variable(&self, token: &str) -> Option<&Owner> {
        self.owners_of(token).first()
    }

    /// The types that a variable may have.
    pub(super) fn owners_of(&self, token: &str) -> &[Owner] {
        let name = token.strip_prefix('$');
        let known = name.and_then(|name| self.known.variables.get(name));
        known.map(Vec::as_slice).unwrap_or_default()
    }

    /// The property whose value is being written.
    pub(super) fn compared(&self) -> Option<(Owner, Property)> {
        let (owner, name) = match self.frames.last() {
            Some(Frame::Matches(ty) | Frame::Set(ty)) if self.back(1) == ":" => (self.owner_of(ty)?, self.back(2)),
            Some(Frame::Match | Frame::Steps(..)) if self.back(3) == "." => {
                let of_step = self.owner_of_step(self.back(4), self.back(2));
                (of_step.or_else(|| self.variable(self.back(4)).cloned())?, self.back(2))
            }
            Some(Frame::Body) => (self.owner(self.target()?), self.back(2)),
            _ => return None,
        };
        let property = self.ide.property(&owner, name)?;
        Some((owner, property))
    }

    /// The type of the statement around the cursor.
    pub(super) fn target(&self) -> Option<&str> {
        let tokens = &self.place.tokens;
        let at = tokens.iter().rposition(|token| is_statement(token.text))?;
        tokens.get(at + 1).map(|token| token.text)
    }

    pub(super) fn in_string(&self) -> Vec<Item> {
        let Some((owner, property)) = self.compared() else {
            return Vec::new();
        };
        let values = property.ty.enum_values.iter().flatten();
        values
            .map(|value| enum_item(&owner, &property, value, value.clone()))
            .collect()
    }

    pub(super) fn items(&self) -> Vec<Item> {
        if self.back(1) == "." {
            return match self.frames.last() {
                Some(Frame::Parameters) => self.enums_of(self.back(2)),
                _ if let Some(step) = self.step_named(self.back(2)) => step,
                _ => self.properties_of(self.back(2)),
            };
        }
        if let Some(items) = self.expression() {
            return items;
        }
        match self.frames.last() {
            None => self.head(),
            Some(Frame::Parameters) => match self.back(1) {
                ":" => {
                    // A fragment is mostly about nodes, a request about values.
                    let of_fragment = self.place.tokens.first().is_some_and(|first| first.text == "fragment");
                    let rank = if of_fragment { 0 } else { SCALARS.len() as u8 };
                    let mut items = types(self.ide, DeclarationKind::Node, rank, self.typed());
                    if of_fragment {
                        items.extend(self.interfaces(rank + 1));
                    }
                    items.extend(parameter_types());
                    items.extend(self.enum_owners());
                    items
                }
                // A default is constant.
                "=" => {
                    let mut items: Vec<Item> = ["true", "false"].map(|name| word(name, 3)).into();
                    items.extend(functions_of(FunctionKind::Literal).map(|name| function(name, 1)));
                    items.extend(scalar_functions(2));
                    items
                }
                _ => Vec::new(),
            },
            Some(Frame::Body) => self.body(),
            Some(Frame::Match | Frame::Steps(..)) if self.back(1) == "|" => self.other_edges(),
            Some(Frame::Match) => self.clause(),
            Some(Frame::Steps(..)) => self.steps(),
            Some(Frame::Matches(ty)) => self.matches(self.assignable(ty)),
            Some(Frame::Set(ty)) => self.matches(self.settable(ty)),
            Some(Frame::Return | Frame::With) => self.projection(),
            Some(Frame::Items) => self.projection(),
            Some(Frame::Object(variable)) => self.member(variable),
            Some(Frame::Rows) => self.behind_items(),
            Some(Frame::Returning) => self.returned(),
            Some(Frame::Order) => self.sort_key(),
            Some(Frame::Having) => self.having(),
            Some(Frame::Call(_)) if self.names_an_edge() => self.edges(self.back(2)),
            Some(Frame::Call(_) | Frame::List) if self.step().is_some() => self.operands_of_step(),
            Some(Frame::Call(called)) if self.known.variables.keys().any(|name| self.is_path_for(called, name)) => {
                let mut items = self.variables(0);
                items.retain(|item| self.is_path_for(called, &item.label));
                items
            }
            Some(Frame::List) if self.frames == [Frame::Parameters, Frame::List] => parameter_types(),
            Some(Frame::Call(_) | Frame::List) => self.arguments(),
            Some(Frame::Other) => Vec::new(),
        }
    }

    /// What stands behind `$.` or `$node.` where there are steps.
    fn step_named(&self, token: &str) -> Option<Vec<Item>> {
        let owners = match token {
            "$" => self.step()?.edge_owners(),
            "$node" => self.step()?.arrival_owners(),
            _ => return None,
        };
        Some(self.shared_properties(&owners))
    }

    /// Whether the second argument of a function follows that counts the edges of a variable.
    fn names_an_edge(&self) -> bool {
        matches!(self.back(4), "degree" | "in_degree" | "out_degree")
            && self.back(3) == "("
            && self.back(2).starts_with('$')
            && self.back(1) == ","
    }

    pub(super) fn head(&self) -> Vec<Item> {
        match self.back(1) {
            "@" => vocabulary::annotations_at(AnnotationPlace::Query)
                .map(|known| {
                    Item::new(known.name, CompletionKind::Annotation, 0)
                        .snippet(format!("{}{}", known.name, known.snippet))
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The tokens of the innermost body: of a branch of a union those behind its brace, else all.
    fn branch(&self) -> &[Before<'_>] {
        let tokens = &self.place.tokens;
        if self.frames.iter().filter(|frame| **frame == Frame::Body).count() < 2 {
            return tokens;
        }
        let mut depth = 0;
        let open = tokens.iter().rposition(|token| {
            depth += i32::from(token.text == "{") - i32::from(token.text == "}");
            depth > 0
        });
        open.map_or(tokens, |open| &tokens[open + 1..])
    }

    /// Whether the cursor stands where no branch of a union is open.
    pub(super) fn is_behind_branches(&self) -> bool {
        let bodies = self.frames.iter().filter(|frame| **frame == Frame::Body).count();
        bodies == 1 && unites(&self.place.tokens)
    }

    /// What follows `union` and its branches.
    fn behind_branches(&self, tokens: &[Before<'_>]) -> Vec<Item> {
        match self.back(1) {
            "union" => return vec![keyword(&QUERY_KEYWORDS, "all", 0)],
            "all" => return Vec::new(),
            "limit" | "offset" | "after" => return self.parameters(None, 0),
            word if is_section(word) => return Vec::new(),
            _ => {}
        }
        let mut depth = 0;
        let outside = tokens.iter().filter(|token| {
            depth += i32::from(token.text == "{") - i32::from(token.text == "}");
            depth == 1
        });
        let outside: Vec<&str> = outside.map(|token| token.text).collect();
        let tail = ["order", "limit", "offset", "after"];
        let written = tail.iter().rposition(|word| outside.contains(word));
        // Pages are cut from an order.
        let known = if outside.contains(&"order") { 4 } else { 3 };
        let missing = tail
            .into_iter()
            .zip(0..)
            .take(known)
            .skip(written.map_or(0, |last| last + 1));
        missing
            .map(|(word, rank)| keyword(&QUERY_KEYWORDS, word, rank))
            .collect()
    }

    pub(super) fn body(&self) -> Vec<Item> {
        let tokens = self.branch();
        if self.is_behind_branches() {
            return self.behind_branches(tokens);
        }
        // Each `match` has sections of its own.
        let opens = |at: &usize| tokens.get(at + 1).is_some_and(|next| next.text == "{");
        let last = (0..tokens.len())
            .rev()
            .find(|at| tokens[*at].text == "match" && opens(at));
        let section = &tokens[last.unwrap_or(0)..];
        let has = |word: &str| section.iter().any(|token| token.text == word);
        let hands_on = section.iter().zip(section.iter().skip(1));
        let hands_on = hands_on
            .into_iter()
            .any(|(word, next)| word.text == "with" && matches!(next.text, "{" | "distinct"));
        match self.back(1) {
            word if is_statement(word) => {
                let mut items = types(self.ide, DeclarationKind::Node, 0, self.typed());
                items.extend(types(self.ide, DeclarationKind::Edge, 1, self.typed()));
                if matches!(word, "update" | "delete") {
                    // A match that is written is meant.
                    let mut first = self.variables(0);
                    first.append(&mut items);
                    items = first;
                }
                return items;
            }
            "where" => return self.assignable(self.target().unwrap_or("")),
            "and" | "or" | "not" if self.in_condition() => return self.operands(self.target().unwrap_or("")),
            "=" | "!=" | "<" | "<=" | ">" | ">=" => return self.values(),
            word if is_operator_word(word) => return self.values(),
            "limit" | "offset" | "after" => return self.parameters(None, 0),
            "return" | "with" => return vec![word("distinct", 0)],
            word if is_section(word) => return Vec::new(),
            _ => {}
        }
        if self.back(2) == "where" {
            return operators();
        }
        match self.back(2) {
            "update" => return vec![keyword(&QUERY_KEYWORDS, "set", 0)],
            "delete" if !self.back(1).starts_with('$') => return vec![keyword(&QUERY_KEYWORDS, "where", 0)],
            "insert" | "upsert" => return vec![word("as", 0)],
            _ => {}
        }
        let mut items = Vec::new();
        let statements = writes(self.place);
        let returning = has("returning");
        if returning {
            return items;
        }
        let in_branch = tokens.len() < self.place.tokens.len();
        if !has("match") && !statements {
            items.push(keyword(&QUERY_KEYWORDS, "match", 0));
            if !in_branch {
                items.push(keyword(&QUERY_KEYWORDS, "union", 2));
            }
        }
        if has("match") && !has("return") && !hands_on && !statements {
            items.push(keyword(&QUERY_KEYWORDS, "return", 0));
            items.push(keyword(&QUERY_KEYWORDS, "with", 1));
        }
        if hands_on {
            items.push(keyword(&QUERY_KEYWORDS, "match", 0));
        }
        if has("return") || hands_on {
            // Those that may follow the last section that there is.
            let tail = ["having", "order", "limit", "offset", "after"];
            let written = tail.iter().rposition(|word| has(word)).map_or(0, |last| last + 1);
            let ranks = [2, 0, 1, 3, 4];
            // Pages are cut from the result, and from an order.
            let paged = !hands_on && !in_branch && has("order");
            let missing = tail.iter().zip(ranks).take(if paged { 5 } else { 4 }).skip(written);
            items.extend(missing.map(|(word, rank)| keyword(&QUERY_KEYWORDS, word, rank)));
        }
        if (statements || !has("match")) && !in_branch {
            if has("set") && !has("where") {
                items.push(keyword(&QUERY_KEYWORDS, "where", 0));
            }
            if self.in_condition() {
                items.extend(["and", "or"].map(|name| word(name, 0)));
            }
        }
        if !in_branch && (!has("match") || !has("return") && !hands_on) {
            // Behind `match`, what they are about is named by a variable.
            let matched = has("match");
            let names = keywords_of(&QUERY_KEYWORDS, KeywordKind::Statement);
            let rank = 1 + u8::from(matched && !statements);
            items.extend(names.map(|name| match (name, matched) {
                ("update", true) => word(name, rank).snippet("update \\$${1:x} set { $0 }"),
                ("delete", true) => word(name, rank).snippet("delete \\$${1:x}"),
                ("upsert", _) => keyword(&QUERY_KEYWORDS, name, rank + 1),
                _ => keyword(&QUERY_KEYWORDS, name, rank),
            }));
        }
        if statements {
            items.push(keyword(&QUERY_KEYWORDS, "returning", 2));
            if self.back(1) == "}" && self.ends_upsert() {
                items.push(word("else", 0).snippet("else set { $0 }"));
            }
        }
        items
    }

    /// Whether the last statement is an `upsert` without `else`.
    fn ends_upsert(&self) -> bool {
        let tokens = &self.place.tokens;
        let last = tokens.iter().rposition(|token| is_statement(token.text));
        last.is_some_and(|at| {
            let behind = tokens[at..].iter().zip(tokens[at + 1..].iter());
            let mut behind = behind.into_iter();
            tokens[at].text == "upsert" && !behind.any(|(word, next)| word.text == "else" && next.text == "set")
        })
    }

    /// The type that a statement writes: it names this, or a variable of it.
    fn owner_of(&self, target: &str) -> Option<Owner> {
        match target.starts_with('$') {
            true => self.variable(target).cloned(),
            false => Some(self.owner(target)),
        }
    }

    /// The columns of what a mutation returns.
    fn returned(&self) -> Vec<Item> {
        if !matches!(self.back(1), "{" | ",") {
            return self.projection();
        }
        let mut items = self.variables(0);
        let tokens = &self.place.tokens;
        let conditioned = tokens.iter().any(|token| token.text == "where");
        let target = tokens.iter().position(|token| is_statement(token.text));
        if let Some(target) = target.and_then(|at| tokens.get(at + 1)).filter(|_| conditioned) {
            items.extend(self.assignable(target.text));
        }
        items.extend(self.parameters(None, 3));
        items.extend(scalar_functions(4));
        items
    }

    /// Whether a condition of a statement is open.
    pub(super) fn in_condition(&self) -> bool {
        let tokens = &self.place.tokens;
        let last = tokens
            .iter()
            .rev()
            .find(|token| token.text == "where" || is_statement(token.text));
        last.is_some_and(|token| token.text == "where")
    }

    /// Whether the braces around the cursor are those of a statement.
    fn place_writes(&self) -> bool {
        let outer = self.frames.len().checked_sub(2).and_then(|at| self.frames.get(at));
        outer == Some(&Frame::Body)
    }

    /// What an expression of a statement may begin with: the row's properties, parameters, and what a match has found.
    pub(super) fn operands(&self, ty: &str) -> Vec<Item> {
        let mut items = match self.owner_of(ty) {
            Some(owner) => self.assignable(&owner.1),
            None => Vec::new(),
        };
        items.extend(self.variables(2));
        items.extend(self.parameters(None, 2));
        items
    }

    /// Types that have an enum, for parameters.
    pub(super) fn enum_owners(&self) -> Vec<Item> {
        let types = types(self.ide, DeclarationKind::Node, 20, self.typed());
        types
            .into_iter()
            .filter(|item| !self.enums_of(&item.label).is_empty())
            .map(|item| Item {
                insert: format!("{}.", item.insert),
                ..item
            })
            .collect()
    }

    /// The enums of a type.
    pub(super) fn enums_of(&self, ty: &str) -> Vec<Item> {
        let owner = self.owner(ty);
        let properties = self.ide.properties(&owner).into_iter();
        properties
            .filter(|property| property.ty.enum_values.is_some())
            .map(|property| property_item(&owner, &property, 0))
            .collect()
    }

    pub(super) fn matches(&self, own: Vec<Item>) -> Vec<Item> {
        if self.back(1) == ":" {
            let mut items = self.values();
            // The row as it was is read by the names of its properties.
            if let Some(Frame::Set(_)) = self.frames.last() {
                items.extend(own.into_iter().map(|item| Item { rank: 3, ..item }));
            }
            return items;
        }
        let mut items = own;
        let from = self
            .place
            .tokens
            .iter()
            .rposition(|token| token.text == "{")
            .unwrap_or(0);
        let used: Vec<&str> = self.place.tokens[from..].iter().map(|token| token.text).collect();
        for item in &mut items {
            item.insert = format!("{}: ", item.insert);
            if used.contains(&item.label.as_str()) {
                item.rank = 9;
            }
        }
        items
    }

    /// The properties that an update may set: not the key, and last what is filled from a text.
    pub(super) fn settable(&self, ty: &str) -> Vec<Item> {
        let catalog = self.ide.catalog();
        let Some(owner) = self.owner_of(ty) else {
            return Vec::new();
        };
        let node = catalog.node(&owner.1).filter(|_| owner.0 == DeclarationKind::Node);
        let Some(node) = node else {
            let properties = self.ide.properties(&owner).into_iter();
            return properties.map(|property| property_item(&owner, &property, 0)).collect();
        };
        let properties = self.ide.properties(&owner).into_iter();
        let free = properties.filter(|property| !node.key.contains(&property.name));
        let rank = |property: &Property| u8::from(node.embed(&property.name).is_some());
        free.map(|property| property_item(&owner, &property, rank(&property)))
            .collect()
    }

    /// The properties of a type that a mutation or a binding may name, the key first.
    pub(super) fn assignable(&self, ty: &str) -> Vec<Item> {
        let owner = self.owner(ty);
        let catalog = self.ide.catalog();
        let key = catalog.node(&owner.1).map(|node| node.key.clone()).unwrap_or_default();
        let properties = self.ide.properties(&owner);
        let rank = |property: &Property| match (key.contains(&property.name), property.ty.nullable) {
            (true, _) => 0,
            (_, false) => 1,
            _ => 2,
        };
        let mut items: Vec<Item> = properties.iter().map(|p| property_item(&owner, p, rank(p))).collect();
        if owner.0 == DeclarationKind::Edge {
            items.extend(
                ["from", "to"].map(|end| Item::new(end, CompletionKind::Property, 0).detail("the id of a node")),
            );
        }
        items
    }

    pub(super) fn properties_of(&self, variable: &str) -> Vec<Item> {
        let owners = self.owners_of(variable);
        let Some(owner) = owners.first() else {
            return Vec::new();
        };
        let catalog = self.ide.catalog();
        let properties = match owners {
            [_] => self.ide.properties(owner),
            _ => {
                let edges = owners.iter().filter_map(|(_, name)| catalog.edge(name));
                let mut common = common_properties(edges.map(AsRef::as_ref));
                common.sort_by_key(|property| property.ordinal);
                common
            }
        };
        let section = self
            .place
            .tokens
            .iter()
            .rposition(|token| token.text == "{")
            .unwrap_or(0);
        let named = |tokens: &[super::place::Before<'_>]| -> Vec<String> {
            let mentions = tokens
                .windows(3)
                .filter(|tokens| tokens[0].text == variable && tokens[1].text == ".");
            mentions.map(|tokens| tokens[2].text.to_owned()).collect()
        };
        let (here, before) = (
            named(&self.place.tokens[section..]),
            named(&self.place.tokens[..section]),
        );
        let order = self.frames.contains(&Frame::Order);
        let function = match self.frames.last() {
            Some(Frame::Call(name)) => name.as_str(),
            _ => "",
        };
        let mut items = Vec::new();
        let indexed: Vec<String> = match catalog.node(&owner.1) {
            Some(node) => node
                .indexes
                .iter()
                .filter(|set| set.len() == 1)
                .flatten()
                .cloned()
                .collect(),
            None => Vec::new(),
        };
        for property in properties {
            let scalar = property.ty.scalar;
            let fits = match function {
                "search" | "fuzzy" | "match_text" | "bm25" => {
                    scalar == Scalar::String && indexed.contains(&property.name)
                }
                "sum" | "avg" => scalar.is_numeric(),
                "nearest" => matches!(scalar, Scalar::Vector(_)),
                _ => scalar != Scalar::Blob,
            };
            let (here, before) = (here.contains(&property.name), before.contains(&property.name));
            let rank = match (fits, function.is_empty()) {
                (false, _) => 6,
                // What a call before has named, another one names again.
                (true, false) => u8::from(!before),
                (true, true) if order => u8::from(!before),
                (true, true) => 1 + 3 * u8::from(here),
            };
            items.push(property_item(owner, &property, rank));
        }
        if function.is_empty() && !items.iter().any(|item| item.label == "id") {
            items.push(Item::new("id", CompletionKind::Property, 5).detail("String"));
        }
        items
    }

    pub(super) fn variables(&self, rank: u8) -> Vec<Item> {
        let made = self.known.variables.iter().map(|(name, owners)| {
            let (detail, about) = match owners.as_slice() {
                [owner] => (owner.1.clone(), About::Type(owner.clone())),
                [] => {
                    let ty = self.known.values.get(name);
                    (ty.map(value_type).unwrap_or_default(), About::Nothing)
                }
                several => {
                    let names: Vec<&str> = several.iter().map(|(_, name)| name.as_str()).collect();
                    (names.join(" | "), About::Nothing)
                }
            };
            Item::new(format!("${name}"), CompletionKind::Variable, rank)
                .detail(detail)
                .about(about)
        });
        made.collect()
    }

    pub(super) fn parameters(&self, wanted: Option<&Type>, rank: u8) -> Vec<Item> {
        let made = self.known.parameters.iter().map(|(name, ty)| {
            let fits = wanted.is_none_or(|wanted| ty.trim_end_matches('?') == wanted.scalar.to_string());
            Item::new(
                format!("${name}"),
                CompletionKind::Parameter,
                if fits { rank } else { rank + 3 },
            )
            .detail(ty.clone())
        });
        made.collect()
    }

    pub(super) fn values(&self) -> Vec<Item> {
        let compared = self.compared();
        let mut items = self.parameters(compared.as_ref().map(|(_, property)| &property.ty), 1);
        if let Some((owner, property)) = &compared {
            for value in property.ty.enum_values.iter().flatten() {
                items.push(enum_item(
                    owner,
                    property,
                    &format!("\"{value}\""),
                    format!("\"{value}\""),
                ));
            }
            match property.ty.scalar {
                // Nothing is equal to null.
                Scalar::Bool => items.extend(
                    keywords_of(&QUERY_KEYWORDS, KeywordKind::Literal)
                        .filter(|name| *name != "null")
                        .map(|name| word(name, 0)),
                ),
                Scalar::Date => items.push(Item::new("date", CompletionKind::Function, 2).snippet("date(\"$1\")")),
                Scalar::DateTime => {
                    items.push(Item::new("datetime", CompletionKind::Function, 2).snippet("datetime(\"$1\")"));
                    items.push(Item::new("now", CompletionKind::Function, 2).insert("now()"));
                }
                _ => {}
            }
        }
        let matched = matches!(self.frames.last(), Some(Frame::Matches(_) | Frame::Set(_))) && self.place_writes();
        if matched || self.frames.last() == Some(&Frame::Match) {
            items.extend(self.variables(if matched { 2 } else { 3 }));
        }
        items.extend(scalar_functions(4));
        items
    }
}
