//! What may stand in a search for paths, and in the conditions on the steps of a traversal.

use omnigraph_compiler::db::ProjectNames;
use omnigraph_model::catalog::Property;
use omnigraph_model::types::{Cost, Scalar};
use omnigraph_model::vocabulary::{QUERY_KEYWORDS, is_operator_word};

use super::items::{function, operators};
use super::place::Before;
use super::queries::Cursor;
use super::results::scalar_functions;
use super::written::Frame;
use super::{About, CompletionKind, Item, keyword, property_item, word};
use crate::ide::names::{ARRIVAL, Owner};
use crate::ide::steps::Step;

/// The functions that are about a path.
const OF_PATHS: [&str; 4] = ["length", "nodes", "edges", "cost"];

/// What is written of a traversal up to its edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Walked {
    pub source: String,
    /// As they are written; one or more.
    pub edges: Vec<String>,
    /// Followed either way.
    pub undirected: bool,
}

/// The traversal whose edges are the last tokens: `$a <follows|wrote>`.
pub(super) fn walked(tokens: &[Before<'_>]) -> Option<Walked> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let mut at = tokens.len().checked_sub(1)?;
    let undirected = text(at) == ">";
    if undirected {
        at = at.checked_sub(1)?;
    }
    let mut edges = Vec::new();
    loop {
        if !is_word(text(at)) {
            return None;
        }
        edges.push(text(at).to_owned());
        at = at.checked_sub(1)?;
        if text(at) != "|" {
            break;
        }
        at = at.checked_sub(1)?;
    }
    if undirected {
        if text(at) != "<" {
            return None;
        }
        at = at.checked_sub(1)?;
    }
    if text(at) == ":" && is_variable(text(at.checked_sub(1)?)) {
        at = at.checked_sub(2)?;
    }
    edges.reverse();
    is_variable(text(at)).then(|| Walked {
        source: text(at).to_owned(),
        edges,
        undirected,
    })
}

/// The same with the hops behind the edges, if there are any.
fn walked_with_hops(tokens: &[Before<'_>]) -> Option<Walked> {
    if tokens.last().is_none_or(|last| last.text != "}") {
        return walked(tokens);
    }
    let mut depth = 0;
    let open = tokens.iter().rposition(|token| {
        match token.text {
            "}" => depth += 1,
            "{" => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    walked(&tokens[..open?])
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

fn is_variable(text: &str) -> bool {
    text.starts_with('$') && text.len() > 1
}

/// A clause with `path` as far as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// `path`
    Word,
    /// `path $p`
    Named,
    /// `path $p =`
    Begun,
    /// `path $p = all`
    All,
    /// `path $p = shortest`
    Search,
    /// `path $p = shortest $a`, or `<` behind it.
    Source(String),
    /// `path $p = shortest $a follows`, with or without bounds: the path, and the traversal.
    Edge(String, Walked),
    /// `path $p = cheapest $a follows $b`
    Target { sums: bool },
    /// What is behind `by`, from this token on.
    Weight(Walked, usize),
}

/// The clause with `path` at the end of the tokens of a block; `breaks`: whether a token ends a line.
pub(super) fn written(tokens: &[Before<'_>], breaks: impl Fn(usize) -> bool) -> Option<Written> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let begins = |at: &usize| {
        let edge = at
            .checked_sub(1)
            .is_some_and(|before| is_variable(text(before)) && !breaks(before));
        let equals = matches!(text(at + 2), "=") && is_variable(text(at + 1));
        let open = at + 2 >= tokens.len() && (at + 1 == tokens.len() || is_variable(text(at + 1)));
        text(*at) == "path" && (equals || open && !edge)
    };
    let start = (0..tokens.len()).rev().find(begins)?;
    let end = tokens.len();
    let mut at = start + 3;
    match end - start {
        1 => return Some(Written::Word),
        2 => return Some(Written::Named),
        3 => return Some(Written::Begun),
        _ => {}
    }
    if text(at) == "all" {
        at += 1;
        if at == end {
            return Some(Written::All);
        }
    }
    let sums = text(at) == "cheapest";
    if !matches!(text(at), "shortest" | "cheapest" | "trail" | "simple") {
        return None;
    }
    at += 1;
    if text(at).starts_with(|c: char| c.is_ascii_digit()) {
        at += 1;
    }
    if at == end {
        return Some(Written::Search);
    }
    let source = text(at).to_owned();
    if !is_variable(&source) {
        return None;
    }
    at += 1;
    if is_variable(text(at)) && text(at + 1) == ":" {
        at += 2;
    }
    let undirected = text(at) == "<";
    at += usize::from(undirected);
    let mut edges = Vec::new();
    loop {
        if at == end {
            return Some(Written::Source(source));
        }
        if !is_word(text(at)) {
            return None;
        }
        edges.push(text(at).to_owned());
        at += 1;
        if text(at) != "|" {
            break;
        }
        at += 1;
    }
    at += usize::from(undirected && text(at) == ">");
    let walked = Walked {
        source,
        edges,
        undirected,
    };
    if text(at) == "{" {
        let mut depth = 0;
        while at < end {
            match text(at) {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                break;
            }
        }
        if depth > 0 {
            return None;
        }
    }
    if at == end {
        return Some(Written::Edge(text(start + 1).to_owned(), walked));
    }
    if !is_variable(text(at)) {
        return None;
    }
    at += 1;
    if at == end {
        return Some(Written::Target { sums });
    }
    (text(at) == "by").then_some(Written::Weight(walked, at + 1))
}

impl Cursor<'_> {
    /// The clause with `path` that the cursor is in.
    fn path(&self) -> Option<Written> {
        let tokens = &self.place.tokens;
        let count = tokens.len();
        written(tokens, |at| self.place.breaks_after(self.text, count - at))
    }

    pub(super) fn step_of(&self, walked: &Walked) -> Step {
        let names: ProjectNames<'_> = self.ide.names();
        Step::along(walked.edges.iter().map(String::as_str), walked.undirected, &names)
    }

    /// The traversal before the cursor that lacks its target alone: of several edges, or with hops.
    pub(super) fn open_walk(&self) -> Option<Walked> {
        let walked = walked_with_hops(&self.place.tokens)?;
        let known = walked.edges.iter().all(|edge| self.ide.catalog().edge(edge).is_some());
        Some(walked).filter(|_| known)
    }

    /// The step that the cursor is about: in the braces of a traversal, or behind `by`.
    pub(super) fn step(&self) -> Option<Step> {
        let around = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Steps(walked) => Some(self.step_of(walked)),
            _ => None,
        });
        around.or_else(|| match self.path()? {
            Written::Weight(walked, from) if self.in_weight(from) => Some(self.step_of(&walked)),
            _ => None,
        })
    }

    /// Whether the weight that begins at this token goes on at the cursor.
    fn in_weight(&self, from: usize) -> bool {
        let tokens = &self.place.tokens;
        let mut depth = 0_i32;
        let broken = (from..tokens.len()).any(|at| {
            match tokens[at].text {
                "(" | "[" | "{" | "case" => depth += 1,
                ")" | "]" | "}" | "end" => depth -= 1,
                _ => {}
            }
            let goes_on = is_sign(tokens[at].text) || tokens.get(at + 1).is_some_and(|next| is_sign(next.text));
            depth < 0 || depth == 0 && !goes_on && self.place.breaks_after(self.text, tokens.len() - at)
        });
        !broken
    }

    /// What stands behind `$.`, or behind `$node.` of a step: what each of these types has, before what only some have.
    pub(super) fn shared_properties(&self, owners: &[Owner]) -> Vec<Item> {
        let has = |owner: &Owner, property: &Property| self.ide.has_property(owner, &property.name);
        let mut items: Vec<Item> = Vec::new();
        for owner in owners {
            for property in self.ide.properties(owner) {
                let shared = owners.iter().all(|owner| has(owner, &property));
                if shared && !items.iter().any(|item| item.label == property.name) {
                    items.push(property_item(owner, &property, 0));
                }
            }
        }
        items
    }

    /// The type whose property is compared: `$.` and `$node.` stand for several.
    pub(super) fn owner_of_step(&self, token: &str, property: &str) -> Option<Owner> {
        let step = self.step()?;
        let names = self.ide.names();
        let owners = match token {
            "$" => step.edges_with(&names, property),
            _ if token.strip_prefix('$') == Some(ARRIVAL) => step.arrivals_with(&names, property),
            _ => return None,
        };
        owners.into_iter().next()
    }

    /// Inside the braces of a traversal: bounds, then what must be true of each step.
    pub(super) fn steps(&self) -> Vec<Item> {
        let (one, two) = (self.back(1), self.back(2));
        match one {
            "{" | "," => return vec![keyword(&QUERY_KEYWORDS, "where", 0)],
            "where" | "and" | "or" | "not" | "(" => return self.operands_of_step(),
            "=" | "!=" | "<" | "<=" | ">" | ">=" => return self.values(),
            word if is_sign(word) => return self.operands_of_step(),
            word if is_operator_word(word) => return self.values(),
            _ => {}
        }
        // The upper bound, or the lower one.
        if one.starts_with(|c: char| c.is_ascii_digit()) && matches!(two, "," | "{") {
            return match two {
                "," => vec![keyword(&QUERY_KEYWORDS, "where", 0)],
                _ => Vec::new(),
            };
        }
        if two == "." {
            let ends = matches!(self.back(4), "=" | "!=" | "<" | "<=" | ">" | ">=") || is_operator_word(self.back(4));
            if !ends {
                return operators();
            }
        }
        ["and", "or"].map(|word| keyword(&QUERY_KEYWORDS, word, 0)).into()
    }

    /// What an expression about a step may begin with.
    pub(super) fn operands_of_step(&self) -> Vec<Item> {
        let step = self.step().unwrap_or_default();
        let of_edge = self.shared_properties(&step.edge_owners());
        let mut items: Vec<Item> = of_edge
            .into_iter()
            .map(|item| Item {
                insert: format!("$.{}", item.label),
                label: format!("$.{}", item.label),
                ..item
            })
            .collect();
        let about = match step.arrival_owners().as_slice() {
            [only] => About::Type(only.clone()),
            _ => About::Nothing,
        };
        items.push(
            Item::new(format!("${ARRIVAL}"), CompletionKind::Variable, 1)
                .detail(step.arrivals.join(" | "))
                .about(about),
        );
        items.extend(self.parameters(None, 2));
        items.extend(scalar_functions(4));
        items
    }

    /// What a clause with `path` goes on with, if the cursor is in one.
    pub(super) fn path_clause(&self) -> Option<Vec<Item>> {
        Some(match self.path()? {
            Written::Word => {
                let free = |name: &String| !self.known.variables.contains_key(&name[1..]);
                let name = ["$p".to_owned(), "$path".to_owned()].into_iter().find(free)?;
                vec![Item::new(name, CompletionKind::Variable, 0).detail("new: a path")]
            }
            Written::Named => vec![Item::new("=", CompletionKind::Operator, 0)],
            Written::Begun => searches(),
            Written::All => vec![word("shortest", 0)],
            Written::Search => {
                let mut items = self.variables(0);
                items.retain(|item| self.variable(&item.label).is_some());
                items
            }
            Written::Source(source) => self.edges(&source),
            Written::Edge(path, walked) => {
                let mut items = self.targets(&walked);
                items.retain(|item| item.label != path);
                items
            }
            Written::Target { sums: true } => vec![keyword(&QUERY_KEYWORDS, "by", 0)],
            Written::Target { sums: false } => self.starts(),
            Written::Weight(_, from) => {
                let last = self.back(1);
                if from == self.place.tokens.len() || self.in_weight(from) && (is_sign(last) || last == "by") {
                    return Some(self.operands_of_step());
                }
                return None;
            }
        })
    }

    /// The edges behind `|`.
    pub(super) fn other_edges(&self) -> Vec<Item> {
        let tokens = &self.place.tokens;
        let mut at = tokens.len();
        // To the variable before the first edge.
        while let Some(before) = at.checked_sub(1)
            && (is_word(tokens[before].text) || matches!(tokens[before].text, "|" | "<"))
        {
            at = before;
        }
        let variable = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |token| token.text);
        let source = match variable(at.checked_sub(1)) {
            ":" => variable(at.checked_sub(3)),
            source => source,
        };
        let named: Vec<&str> = tokens[at..].iter().map(|token| token.text).collect();
        let mut items = match is_variable(source) {
            true => self.edges(source),
            false => Vec::new(),
        };
        // Later steps begin where earlier ones end: every edge may follow.
        if let Some(walk) = is_variable(source).then(|| self.edges("")) {
            items.extend(walk.into_iter().map(|item| Item {
                rank: item.rank + 4,
                ..item
            }));
        }
        items.retain(|item| !named.iter().any(|name| name.eq_ignore_ascii_case(&item.label)));
        items
    }

    /// The functions that something is known by of a path in reach; none where there is no path.
    pub(super) fn path_functions(&self, rank: u8) -> impl Iterator<Item = Item> {
        let costs: Vec<Cost> = self
            .known
            .values
            .values()
            .filter_map(|ty| match ty.scalar {
                Scalar::Path(cost) if !ty.list => Some(cost),
                _ => None,
            })
            .collect();
        let known = move |name: &&str| match *name {
            "cost" => costs.iter().any(|cost| *cost != Cost::None),
            _ => !costs.is_empty(),
        };
        OF_PATHS.into_iter().filter(known).map(move |name| function(name, rank))
    }

    /// Whether a variable is a path that a function is about.
    pub(super) fn is_path_for(&self, function: &str, name: &str) -> bool {
        let ty = self.known.values.get(name.trim_start_matches('$'));
        OF_PATHS.contains(&function)
            && ty.is_some_and(|ty| match ty.scalar {
                Scalar::Path(cost) => !ty.list && (function != "cost" || cost != Cost::None),
                _ => false,
            })
    }
}

fn is_sign(text: &str) -> bool {
    matches!(text, "+" | "-" | "*" | "/" | "%" | "||" | "by")
}

/// The searches, with what usually follows.
fn searches() -> Vec<Item> {
    let forms = [
        ("shortest", "one path with the fewest edges", 0),
        ("all shortest", "every path with the fewest edges", 1),
        ("cheapest", "one path with the least sum", 2),
        ("trail", "every path that repeats no edge", 3),
        ("simple", "every path that repeats no node", 4),
    ];
    forms
        .map(|(form, meaning, rank)| word(form, rank).detail(meaning))
        .into()
}
