//! What may stand inside of expressions, in whatever section: operands, the parts of `case`, arguments, types of casts.

use omnigraph_model::vocabulary::{FunctionKind, QUERY_KEYWORDS, functions_of, is_operator_word};

use super::items::{function, operators, parameter_types};
use super::place::Before;
use super::queries::Cursor;
use super::results::scalar_functions;
use super::written::Frame;
use super::{CompletionKind, Item, keyword, word};

/// The aggregates that take rows in an order of their own.
const ORDERED: [&str; 2] = ["collect", "first"];

impl Cursor<'_> {
    /// What an expression around the cursor goes on with, where its last token alone says so.
    pub(super) fn expression(&self) -> Option<Vec<Item>> {
        let frame = self.frames.last()?;
        let values =
            frame.holds_values() || matches!(frame, Frame::Set(_)) || *frame == Frame::Body && self.in_condition();
        if !values || self.step().is_some() {
            return None;
        }
        let one = self.back(1);
        if let Frame::Call(called) = frame
            && is_cast(called)
            && one == "as"
        {
            let mut types = parameter_types();
            types.retain(|item| item.label != "Vector");
            return Some(types);
        }
        if let Some(part) = self.open_case() {
            if part == "case" && one == "case" {
                return Some(vec![word("when", 0).snippet("when $1 then $2")]);
            }
            if one == part {
                return Some(self.operand());
            }
            if ends_operand(one) && self.back(2) != "." || self.back(2) == "." {
                return Some(self.behind_part(part));
            }
        }
        if is_arithmetic(one) {
            return Some(self.operand());
        }
        let lists = matches!(
            frame,
            Frame::Return | Frame::With | Frame::Items | Frame::Object(_) | Frame::Returning
        );
        let goes_on = is_comparison(one) || is_operator_word(one) || matches!(one, "and" | "or" | "not");
        (lists && goes_on && self.back(2) != "." && self.back(2) != "as").then(|| self.operand())
    }

    /// The part of the innermost open `case` that is being written: its word.
    fn open_case(&self) -> Option<&str> {
        let tokens = &self.place.tokens;
        let (mut depth, mut ended, mut part) = (0_i32, 0_i32, None);
        for at in (0..tokens.len()).rev() {
            let before = at.checked_sub(1).map_or("", |before| tokens[before].text);
            // There it is a name.
            let named = matches!(before, "." | "as") || tokens.get(at + 1).is_some_and(|next| next.text == ":");
            match tokens[at].text {
                "}" | ")" | "]" => depth += 1,
                "{" | "(" | "[" => {
                    depth -= 1;
                    if depth < 0 {
                        return None;
                    }
                }
                _ if depth > 0 || named => {}
                "end" => ended += 1,
                "case" if ended > 0 => ended -= 1,
                "case" => return part.or(Some("case")),
                text @ ("when" | "then" | "else") if ended == 0 => part = part.or(Some(text)),
                _ => {}
            }
        }
        None
    }

    /// What stands behind the value of a part of `case`.
    fn behind_part(&self, part: &str) -> Vec<Item> {
        match part {
            "when" => {
                let mut items = vec![word("then", 0)];
                items.extend(operators());
                items.extend(["and", "or"].map(|name| keyword(&QUERY_KEYWORDS, name, 1)));
                items
            }
            "then" => [("when", 0), ("else", 0), ("end", 1)]
                .map(|(name, rank)| word(name, rank))
                .into(),
            _ => vec![word("end", 0)],
        }
    }

    /// What a value may begin with, by what may be read here.
    pub(super) fn operand(&self) -> Vec<Item> {
        match self.frames.last() {
            Some(Frame::Body) => {
                let mut items = self.operands(self.target().unwrap_or(""));
                items.extend(scalar_functions(4));
                items
            }
            Some(Frame::Set(ty)) => {
                let mut items = self.operands(ty);
                items.extend(scalar_functions(4));
                items
            }
            Some(Frame::Return | Frame::With | Frame::Items | Frame::Object(_)) => self.shown(),
            Some(Frame::Having) => {
                let mut items: Vec<Item> = self.columns(0).collect();
                items.extend(functions_of(FunctionKind::Aggregate).map(|name| function(name, 1)));
                items.extend(self.read(2));
                items
            }
            Some(Frame::Order) => {
                let mut items: Vec<Item> = self.columns(0).collect();
                items.extend(self.read(1));
                items
            }
            _ => self.read(0),
        }
    }

    /// Variables, parameters, and what is made of them.
    pub(super) fn read(&self, rank: u8) -> Vec<Item> {
        let mut items = self.items_of_comprehension(rank);
        items.extend(self.variables(rank));
        items.extend(self.parameters(None, rank + 1));
        items.extend(self.path_functions(rank + 1));
        items.extend(scalar_functions(4));
        items.extend(forms(4));
        items
    }

    /// The variables of the comprehensions around the cursor, as far as they are written before it.
    fn items_of_comprehension(&self, rank: u8) -> Vec<Item> {
        let tokens = &self.place.tokens;
        let mut depth = 0_i32;
        let mut items = Vec::new();
        for (at, token) in tokens.iter().enumerate().rev() {
            match token.text {
                "}" | ")" | "]" => depth += 1,
                "{" | "(" | "[" => depth = (depth - 1).max(0),
                "for" if depth == 0 => {
                    let named = tokens.get(at + 1).filter(|next| next.text.starts_with('$'));
                    let read = tokens.get(at + 2).is_some_and(|next| next.text == "in");
                    items.extend(named.filter(|_| read).map(|next| {
                        Item::new(next.text, CompletionKind::Variable, rank).detail("an item of the list")
                    }));
                }
                _ => {}
            }
        }
        items
    }

    /// What stands in the parentheses of a call, or in a list.
    pub(super) fn arguments(&self) -> Vec<Item> {
        let called = match self.frames.last() {
            Some(Frame::Call(called)) => called.as_str(),
            _ => "",
        };
        let (one, two) = (self.back(1), self.back(2));
        let aggregate = functions_of(FunctionKind::Aggregate).any(|name| name == called);
        if ends_operand(one) && (two == "." || one.starts_with('$') || matches!(one, ")" | "]")) {
            let mut items = Vec::new();
            if ORDERED.contains(&called) {
                items.push(word("order", 0).snippet("order { $1 }"));
            }
            if called == "collect" {
                items.push(word("limit", 1));
            }
            if is_cast(called) {
                items.push(word("as", 0));
            }
            // A comma, or the bracket that closes, is what mostly follows otherwise.
            items.extend(operators().into_iter().map(|item| Item {
                rank: item.rank + 3,
                ..item
            }));
            return items;
        }
        if aggregate && one == "}" {
            return vec![word("limit", 0)];
        }
        if aggregate && one == "limit" {
            return self.parameters(None, 0);
        }
        let mut items = self.read(0);
        if aggregate && one == "(" {
            items.push(word("distinct", 3));
        }
        if called == "rrf" {
            let ranks = functions_of(FunctionKind::Ranking).filter(|name| *name != "rrf" && self.fits(name));
            items.extend(ranks.map(|name| function(name, 0)));
        }
        if !self.fits_node(called) {
            items.extend(["true", "false", "null"].map(|name| word(name, 5)));
        }
        items
    }

    /// Whether a function is about a node or an edge, not about a value.
    fn fits_node(&self, called: &str) -> bool {
        functions_of(FunctionKind::Graph).any(|name| name == called) || called == "distinct"
    }

    /// Whether the brace at the cursor's left ends a block of `either`, so that another may follow.
    pub(super) fn ends_alternative(&self) -> bool {
        let tokens: &[Before<'_>] = &self.place.tokens;
        if self.back(1) != "}" {
            return false;
        }
        let mut depth = 0;
        let open = tokens.iter().rposition(|token| {
            depth += i32::from(token.text == "}") - i32::from(token.text == "{");
            depth == 0
        });
        let before = open.and_then(|open| open.checked_sub(1));
        before.is_some_and(|before| matches!(tokens[before].text, "either" | "or"))
    }
}

/// The forms of expressions that begin with a word.
pub(super) fn forms(rank: u8) -> Vec<Item> {
    let mut items: Vec<Item> = functions_of(FunctionKind::Conditional)
        .map(|name| function(name, rank))
        .collect();
    items.push(word("case", rank + 1).snippet("case when $1 then $2 else $3 end"));
    items.extend(["cast", "try_cast"].map(|name| {
        Item::new(name, CompletionKind::Function, rank + 1)
            .snippet(format!("{name}($1 as $2)"))
            .detail(format!("{name}(value as type)"))
    }));
    items
}

fn is_cast(called: &str) -> bool {
    matches!(called, "cast" | "try_cast")
}

fn is_arithmetic(text: &str) -> bool {
    matches!(text, "+" | "-" | "*" | "/" | "%" | "||")
}

fn is_comparison(text: &str) -> bool {
    matches!(text, "=" | "!=" | "<" | "<=" | ">" | ">=")
}

/// Whether a token may end a value.
fn ends_operand(text: &str) -> bool {
    let first = text.chars().next().unwrap_or(' ');
    let word = first.is_alphanumeric() || matches!(first, '$' | '_' | '"');
    let goes_on = is_operator_word(text)
        || matches!(
            text,
            "and"
                | "or"
                | "not"
                | "is"
                | "as"
                | "when"
                | "then"
                | "else"
                | "case"
                | "for"
                | "if"
                | "distinct"
                | "order"
                | "limit"
        );
    matches!(text, ")" | "]" | "}") || word && !goes_on
}
