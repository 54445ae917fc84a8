//! How deep expressions are, told from their terminals: whatever walks or drops a tree recurses as deep as the tree is, so
//! one that is too deep must not be built.

use super::parse::Input;
use super::terminal::Terminal;
use crate::SyntaxError;

/// How many operators of an expression may stand in a row or inside each other. Comparisons do not count: they do not chain.
const DEEPEST_EXPRESSION: usize = 256;

/// What an open bracket or `case` has held so far.
#[derive(Default)]
struct Level {
    /// Operators of the expression that is being read.
    operators: usize,
    /// The deepest bracket in it that is closed.
    closed: usize,
    /// The deepest expression before it.
    before: usize,
}

impl Level {
    fn depth(&self) -> usize {
        self.operators + self.closed
    }

    fn next_expression(&mut self) {
        *self = Level {
            before: self.before.max(self.depth()),
            ..Level::default()
        };
    }
}

/// The first operator that makes an expression too deep.
pub(super) fn too_deep(input: &Input<'_>) -> Option<SyntaxError> {
    if input.lexemes.len() <= DEEPEST_EXPRESSION {
        return None;
    }
    let mut levels = vec![Level::default()];
    // Of all levels but the last.
    let mut outer = 0;
    let mut before = None;
    for (i, terminal) in input.placed() {
        let outermost = levels.len() == 1;
        let level = levels.last_mut()?;
        if separates(terminal) || (starts(terminal) && !before.is_some_and(goes_on)) {
            level.next_expression();
        }
        // Not that of the query.
        let folds = terminal == Terminal::LeftBrace && before == Some(Terminal::RightParen) && !outermost;
        level.operators += usize::from(deepens(terminal) || folds);
        if outer + level.depth() > DEEPEST_EXPRESSION {
            let message =
                format!("an expression can have at most {DEEPEST_EXPRESSION} operators in a row or inside each other");
            return Some(SyntaxError::new("Q014", input.lexemes[i].span).message(message).help(
                "`$x in [a, b, c]` compares with many values at once, and a second query can do a part of the work",
            ));
        }
        if opens(terminal) {
            outer += level.operators;
            levels.push(Level::default());
        } else if closes(terminal)
            && let Some(closed) = levels.pop()
        {
            match levels.last_mut() {
                Some(level) => {
                    outer -= level.operators;
                    level.closed = level.closed.max(closed.depth().max(closed.before));
                }
                None => levels.push(closed),
            }
        }
        before = Some(terminal);
    }
    None
}

/// Operators of which the tree is one level deeper.
fn deepens(terminal: Terminal<'_>) -> bool {
    use Terminal::{
        And, BlockWord, Case, CountBlock, Either, Index, Join, Minus, Negative, Not, Optional, Or, Percent, Plus,
        Slash, Star,
    };
    matches!(
        terminal,
        Or | And
            | Not
            | Join
            | Plus
            | Minus
            | Negative
            | Star
            | Slash
            | Percent
            | Index
            | Case
            | BlockWord(_)
            | CountBlock
            | Optional
            | Either
    )
}

/// Whether an operand behind the terminal belongs to the same expression.
fn goes_on(terminal: Terminal<'_>) -> bool {
    use Terminal::{
        Contains, EndsWith, Equal, Greater, GreaterEqual, In, Is, IsNot, Less, LessEqual, Matches, NotEqual, NotIn,
        StartsWith,
    };
    deepens(terminal)
        || matches!(
            terminal,
            Equal
                | NotEqual
                | Less
                | LessEqual
                | Greater
                | GreaterEqual
                | Contains
                | StartsWith
                | EndsWith
                | Matches
                | In
                | NotIn
                | Is
                | IsNot
        )
        || is_called(terminal)
}

fn is_called(terminal: Terminal<'_>) -> bool {
    use Terminal::{Call, Cast, Date, DateTime, Function, Now, TextFunction};
    matches!(
        terminal,
        Call(_) | Cast(_) | Date | DateTime | Function(_) | Now | TextFunction(_)
    )
}

/// Whether an operand begins with the terminal, and so a further expression if none is expected.
fn starts(terminal: Terminal<'_>) -> bool {
    use Terminal::{
        BlockWord, Case, CountBlock, Either, False, Float, Integer, LeftBracket, LeftParen, Negative, Not, Null,
        Optional, Step, String, True, Variable,
    };
    is_called(terminal)
        || matches!(
            terminal,
            BlockWord(_)
                | CountBlock
                | Optional
                | Either
                | Case
                | False
                | Float(_)
                | Integer(_)
                | LeftBracket
                | LeftParen
                | Negative
                | Not
                | Null
                | Step
                | String(_)
                | True
                | Variable(_)
        )
}

fn separates(terminal: Terminal<'_>) -> bool {
    use Terminal::{By, Comma, DotDot, Each, Else, Let, Path, Semicolon, Then, When};
    matches!(
        terminal,
        By | Comma | DotDot | Each | Else | Let | Path | Semicolon | Then | When
    )
}

fn opens(terminal: Terminal<'_>) -> bool {
    use Terminal::{Case, Index, LeftBrace, LeftBracket, LeftParen};
    matches!(terminal, Case | Index | LeftBrace | LeftBracket | LeftParen)
}

fn closes(terminal: Terminal<'_>) -> bool {
    use Terminal::{End, RightBrace, RightBracket, RightParen};
    matches!(terminal, End | RightBrace | RightBracket | RightParen)
}
