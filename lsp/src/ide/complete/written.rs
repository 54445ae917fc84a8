//! What is written of a query before the cursor: the brackets around it, and what the query says about its names.

use std::collections::BTreeMap;

use omnigraph_compiler::db::SourceFile;
use omnigraph_compiler::query::variables;
use omnigraph_grammar::query::{ast, parse_item};
use omnigraph_model::ir::Entity;
use omnigraph_model::types::Type;
use omnigraph_model::vocabulary::is_statement;

use super::paths::{Walked, walked};
use super::place::{Before, Place};
use crate::ide::names::{ARRIVAL, Owner, owners_of};
use crate::ide::{Ide, describe};

/// The bracket around the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    Parameters,
    Body,
    Match,
    /// `{ property: value }` of a type: a binding or an `insert`.
    Matches(String),
    /// Bounds and the condition on the steps of a traversal.
    Steps(Walked),
    /// The same behind `set`.
    Set(String),
    Return,
    /// What a mutation returns.
    Returning,
    /// Items of a stage.
    With,
    Order,
    Having,
    /// Members of an object, whose variable it is as it is written.
    Object(String),
    /// A list of objects, in its brackets.
    Rows,
    /// The members of its objects.
    Items,
    Call(String),
    List,
    Other,
}

impl Frame {
    /// Whether expressions stand in it.
    pub(super) fn holds_values(&self) -> bool {
        match self {
            Frame::Match
            | Frame::Return
            | Frame::Returning
            | Frame::With
            | Frame::Order
            | Frame::Having
            | Frame::Object(_)
            | Frame::Items
            | Frame::Steps(..)
            | Frame::Call(_)
            | Frame::List => true,
            Frame::Parameters | Frame::Body | Frame::Matches(_) | Frame::Set(_) | Frame::Rows | Frame::Other => false,
        }
    }
}

/// The last `query` or `fragment` that begins an item before the cursor.
pub(super) fn last_query(place: &Place<'_>) -> Option<usize> {
    let tokens = &place.tokens;
    let begins = |at: usize| {
        let before = at.checked_sub(1).map_or("", |at| tokens[at].text);
        match tokens[at].text {
            "query" => !matches!(before, "." | "@" | "$" | "," | ":"),
            // Elsewhere it is the name of an edge or a property.
            "fragment" => at == 0 || before == "}",
            _ => false,
        }
    };
    (0..tokens.len()).rev().find(|at| begins(*at))
}

pub(super) fn frames(place: &Place<'_>) -> Vec<Frame> {
    let tokens = &place.tokens;
    let mut frames: Vec<Frame> = Vec::new();
    let mut target = String::new();
    // What the last bracket that was closed held.
    let mut closed = None;
    for (at, token) in tokens.iter().enumerate() {
        let before = |n: usize| at.checked_sub(n).map_or("", |at| tokens[at].text);
        if is_statement(before(1)) && frames.last() == Some(&Frame::Body) {
            target = token.text.to_owned();
        }
        match token.text {
            "{" => {
                let frame = match (frames.last(), before(1)) {
                    (None, _) if tokens.first().is_some_and(|first| first.text == "fragment") => Frame::Match,
                    (None, _) => Frame::Body,
                    (Some(Frame::Body), "match") => Frame::Match,
                    (Some(Frame::Body), "return") => Frame::Return,
                    (Some(Frame::Body), "returning") => Frame::Returning,
                    (Some(Frame::Body), "with") => Frame::With,
                    (Some(Frame::Body), "distinct") if before(2) == "with" => Frame::With,
                    (Some(Frame::Body), "distinct") => Frame::Return,
                    (Some(Frame::Body), "order") => Frame::Order,
                    (Some(Frame::Body), "having") => Frame::Having,
                    (Some(Frame::Body), "union") => Frame::Body,
                    (Some(Frame::Body), "all") if before(2) == "union" => Frame::Body,
                    (Some(Frame::Body), "}") if frames.len() == 1 && unites(tokens) => Frame::Body,
                    (Some(Frame::Body), "set") => Frame::Set(target.clone()),
                    (Some(Frame::Body), _) => Frame::Matches(target.clone()),
                    (Some(Frame::Return | Frame::Returning | Frame::Object(_) | Frame::Items), variable)
                        if variable.starts_with('$') =>
                    {
                        Frame::Object(variable.to_owned())
                    }
                    (Some(Frame::Rows), "[") => Frame::Match,
                    (Some(Frame::Rows), "=>") => Frame::Items,
                    (Some(Frame::Rows), "order") => Frame::Order,
                    (Some(Frame::Call(_)), "order") => Frame::Order,
                    (Some(frame), word) if frame.holds_values() && opens_block(tokens, at, word, &closed) => {
                        Frame::Match
                    }
                    (Some(Frame::Match), ty) if ty.starts_with(|c: char| c.is_ascii_uppercase()) => {
                        Frame::Matches(ty.to_owned())
                    }
                    (Some(Frame::Match), _) => match walked(&tokens[..at]) {
                        Some(walked) => Frame::Steps(walked),
                        None => Frame::Other,
                    },
                    _ => Frame::Other,
                };
                frames.push(frame);
            }
            "(" if frames.is_empty() => frames.push(Frame::Parameters),
            "(" => frames.push(Frame::Call(before(1).to_owned())),
            "[" => frames.push(match frames.last() {
                Some(Frame::Object(_)) if tokens.get(at + 1).is_some_and(|next| next.text == "{") => Frame::Rows,
                _ => Frame::List,
            }),
            "}" | ")" | "]" => closed = frames.pop(),
            _ => {}
        }
    }
    frames
}

/// Whether the body of the query is a union.
pub(super) fn unites(tokens: &[Before<'_>]) -> bool {
    let body = tokens.iter().position(|token| token.text == "{");
    body.is_some_and(|open| tokens.get(open + 1).is_some_and(|word| word.text == "union"))
}

/// Whether the brace at `at` opens a block of clauses: behind a word that asks for one, or an aggregate.
fn opens_block(tokens: &[Before<'_>], at: usize, word: &str, closed: &Option<Frame>) -> bool {
    // Before a number or `where` the word is an edge with its bounds.
    let bounds = |next: &Before<'_>| next.text == "where" || next.text.starts_with(|c: char| c.is_ascii_digit());
    match word {
        "not" => true,
        "exists" | "optional" | "either" | "or" | "count" => !tokens.get(at + 1).is_some_and(bounds),
        ")" => matches!(closed, Some(Frame::Call(name)) if ast::Function::ALL
            .into_iter()
            .any(|function| function.is_aggregate() && function.name() == name)),
        _ => false,
    }
}

/// Whether statements stand in a query, which names a type or a variable behind each.
pub(super) fn writes(place: &Place<'_>) -> bool {
    let names = |text: &str| text.starts_with(|c: char| c == '$' || c.is_ascii_uppercase());
    let pairs = place.tokens.iter().zip(place.tokens.iter().skip(1));
    pairs
        .into_iter()
        .any(|(word, next)| is_statement(word.text) && names(next.text))
}

/// Whether the last sections that are written are those of a stage.
fn ends_stage(place: &Place<'_>) -> bool {
    let tokens = &place.tokens;
    let opens = |at: usize| {
        tokens
            .get(at + 1)
            .is_some_and(|next| matches!(next.text, "{" | "distinct"))
    };
    let last = |word: &str| {
        (0..tokens.len())
            .rev()
            .find(|at| tokens[*at].text == word && opens(*at))
    };
    last("with") > last("match").max(last("return"))
}

/// What the query says about its names, as far as it is written.
#[derive(Default)]
pub(super) struct QueryNames {
    /// With the types that each may have; none of what is no node and no edge.
    pub variables: BTreeMap<String, Vec<Owner>>,
    /// The types of those that are values.
    pub values: BTreeMap<String, Type>,
    pub parameters: BTreeMap<String, String>,
    pub aliases: Vec<String>,
}

impl QueryNames {
    pub(super) fn new(
        ide: &Ide<'_>,
        file: SourceFile,
        text: &str,
        start: u32,
        offset: u32,
        place: &Place<'_>,
        frames: &[Frame],
    ) -> QueryNames {
        let mut known = QueryNames::default();
        let whole = ide.part_at(file, offset).filter(|part| part.item.span.start == start);
        let end = whole.map_or(text.len(), |part| part.item.span.end as usize);
        known.learn(ide, text.get(start as usize..end).unwrap_or(""), offset - start);
        // What is written so far, with its brackets closed: the rest of a half-written query may hide it.
        let mut written = text[start as usize..place.word.start as usize]
            .trim_end_matches([':', '.', '=', ','])
            .to_owned();
        // A branch of a union has a `return` of its own.
        let branch = match frames.iter().filter(|frame| **frame == Frame::Body).count() {
            2 => written.rfind("match").unwrap_or(0),
            _ => 0,
        };
        for (depth, frame) in frames.iter().enumerate().rev() {
            let returns = written[branch..].contains("return");
            written.push_str(match frame {
                Frame::Parameters | Frame::Call(_) => ")",
                Frame::List | Frame::Rows => " ]",
                Frame::Body if !returns && !writes(place) && !ends_stage(place) => " return { } }",
                // A stage is whole with the next pattern.
                Frame::Body if ends_stage(place) => " match { $_: T } return { } }",
                // The union is whole with a further branch.
                Frame::Body if depth == 0 && branch > 0 => " { match { $_: T } return { $_ } } }",
                _ => " }",
            });
        }
        known.learn(ide, &written, offset - start);
        known
    }

    fn learn(&mut self, ide: &Ide<'_>, text: &str, offset: u32) {
        let Some(tree) = parse_item(text).tree else { return };
        let typed = variables(&tree, &ide.names());
        for (name, index) in typed.visible(typed.block_at(offset)) {
            let variable = typed.list.get(index);
            // `$node` of a step has no name but there.
            if name == ARRIVAL && variable.is_some_and(|variable| variable.anonymous) {
                continue;
            }
            let entity = variable.and_then(|variable| variable.entity.as_ref());
            if let Some(Entity::Value(ty)) = entity {
                self.values.insert(name.to_owned(), ty.clone());
            }
            let owners = entity.map(owners_of).unwrap_or_default();
            let known = self.variables.entry(name.to_owned()).or_default();
            if known.is_empty() {
                *known = owners;
            }
        }
        for parameter in &tree.parameters {
            self.parameters
                .insert(parameter.name.text.clone(), describe::parameter_type(parameter));
        }
        let read = match &tree.body {
            // Behind the branches, the columns are those of each.
            ast::Body::Union(union) => {
                let holds = |branch: &&ast::Branch| branch.span.start <= offset && offset < branch.span.end;
                let branch = union.branches.iter().find(holds);
                branch.or(union.branches.first()).map(|branch| &branch.read)
            }
            body => body.reads().next(),
        };
        if let Some(read) = read {
            let part = read
                .parts()
                .rfind(|part| part.pattern.span.start <= offset)
                .unwrap_or(read);
            let aliases = part.projections.iter().filter_map(|item| item.alias.as_ref());
            for alias in aliases {
                if !std::ptr::eq(part, read) {
                    // `having` and `order` behind `with` read what it names.
                    self.variables.entry(alias.text.clone()).or_default();
                } else if !self.aliases.contains(&alias.text) {
                    self.aliases.push(alias.text.clone());
                }
            }
        }
    }
}
