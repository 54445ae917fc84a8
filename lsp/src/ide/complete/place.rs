//! Where the cursor is: the brackets around it and the tokens before it, for either language.

use omnigraph_grammar::Span;

/// A token before the cursor; trivia is left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before<'t> {
    pub text: &'t str,
    pub span: Span,
}

pub(super) struct Place<'t> {
    /// In the order of the text, without the word at the cursor.
    pub tokens: Vec<Before<'t>>,
    /// The word that is being written.
    pub word: Span,
    /// Inside a string; the word is then what stands in it.
    pub in_string: bool,
}

impl<'t> Place<'t> {
    /// The place behind these tokens. `None` inside a comment.
    pub(super) fn new(text: &'t str, offset: u32, pieces: &[crate::ide::outline::Piece]) -> Option<Place<'t>> {
        let mut tokens: Vec<Before<'t>> = Vec::new();
        let mut word = Span {
            start: offset,
            end: offset,
        };
        let mut in_string = false;
        for piece in pieces.iter().filter(|piece| !piece.blank) {
            let content = &text[piece.span.range()];
            if piece.span.start >= offset {
                break;
            }
            if piece.comment {
                let closed = content.starts_with("/*") && content.ends_with("*/");
                let on_line = !closed && !text[piece.span.start as usize..offset as usize].contains('\n');
                if offset < piece.span.end || on_line {
                    return None;
                }
                continue;
            }
            let quoted = content.starts_with('"');
            let closed = quoted && content.len() > 1 && content.ends_with('"');
            if quoted
                && (offset < piece.span.end || !closed)
                && !text[piece.span.start as usize..offset as usize].contains('\n')
            {
                in_string = true;
                let end = if closed { piece.span.end - 1 } else { offset };
                word = Span {
                    start: piece.span.start + 1,
                    end,
                };
                break;
            }
            if piece.span.end >= offset && is_word(content) {
                word = Span {
                    start: piece.span.start,
                    end: piece.span.end,
                };
                break;
            }
            tokens.push(Before {
                text: content,
                span: piece.span,
            });
        }
        Some(Place {
            tokens,
            word,
            in_string,
        })
    }

    /// The n-th token before the cursor, from 1; empty before the first.
    pub(super) fn back(&self, n: usize) -> &'t str {
        self.tokens
            .len()
            .checked_sub(n)
            .and_then(|at| self.tokens.get(at))
            .map_or("", |token| token.text)
    }

    /// Whether there is a line end between the n-th token before the cursor and the next one.
    pub(super) fn breaks_after(&self, text: &str, n: usize) -> bool {
        let Some(at) = self.tokens.len().checked_sub(n) else {
            return true;
        };
        let end = self.tokens[at].span.end;
        let next = self
            .tokens
            .get(at + 1)
            .map_or(self.word.start, |token| token.span.start);
        text[end as usize..next.max(end) as usize].contains('\n')
    }
}

fn is_word(content: &str) -> bool {
    content.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$')
}
