//! Writes the tokens of an item one by one, each with the comments before it, so that none can get lost.

use super::layout::Operation;
use crate::{Language, Span, query, schema};

pub(super) enum Trivia<'s> {
    Blank(&'s str),
    Comment(&'s str),
}

/// White space and comments of a text that holds nothing else.
pub(super) fn trivia(language: Language, text: &str) -> Vec<Trivia<'_>> {
    let spans: Vec<Span> = match language {
        Language::Schema => schema::tokens(text).iter().map(|t| t.span).collect(),
        Language::Query => query::tokens(text).iter().map(|t| t.span).collect(),
    };
    let pieces = spans.into_iter().map(|s| &text[s.range()]);
    pieces
        .map(|p| {
            if p.chars().all(super::is_blank) {
                Trivia::Blank(p)
            } else {
                Trivia::Comment(p)
            }
        })
        .collect()
}

struct Comment<'s> {
    text: &'s str,
    /// Line ends between it and what stands before.
    breaks_before: usize,
    /// Line ends between it and what follows.
    breaks_after: usize,
}

/// A token, or a run of text that is left as it is.
pub(super) struct Piece<'s> {
    pub text: &'s str,
    pub span: Span,
    comments: Vec<Comment<'s>>,
    /// Line ends before it, or before the first of its comments.
    breaks: usize,
}

impl Piece<'_> {
    pub(super) fn has_comments(&self) -> bool {
        !self.comments.is_empty()
    }
}

pub(super) struct Writer<'s> {
    pieces: Vec<Piece<'s>>,
    next: usize,
    operations: Vec<Operation>,
}

impl<'s> Writer<'s> {
    /// `spans` are those of the tokens to write, in order; what lies between them is trivia or a separator to drop.
    pub(super) fn new(language: Language, text: &'s str, spans: &[Span]) -> Self {
        let mut pieces: Vec<Piece<'s>> = Vec::with_capacity(spans.len());
        let mut end = 0;
        for span in spans {
            let (comments, breaks) = comments(language, &text[end..span.start as usize]);
            pieces.push(Piece {
                text: &text[span.range()],
                span: *span,
                comments,
                breaks,
            });
            end = span.end as usize;
        }
        Writer {
            pieces,
            next: 0,
            operations: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Vec<Operation> {
        self.operations
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<&Piece<'s>> {
        self.pieces.get(self.next + ahead)
    }

    pub(super) fn text(&self, ahead: usize) -> &'s str {
        self.peek(ahead).map_or("", |p| p.text)
    }

    /// The text of the last token that was written.
    pub(super) fn before(&self) -> &'s str {
        self.next.checked_sub(1).map_or("", |i| self.pieces[i].text)
    }

    /// The text of the one before that.
    pub(super) fn before_that(&self) -> &'s str {
        self.next.checked_sub(2).map_or("", |i| self.pieces[i].text)
    }

    /// Where the last token that was written starts.
    pub(super) fn before_start(&self) -> Option<u32> {
        self.next.checked_sub(1).map(|i| self.pieces[i].span.start)
    }

    pub(super) fn start(&self) -> u32 {
        self.peek(0).map_or(u32::MAX, |p| p.span.start)
    }

    pub(super) fn push(&mut self, operation: Operation) {
        self.operations.push(operation);
    }

    pub(super) fn space(&mut self) {
        self.operations.push(Operation::Space);
    }

    pub(super) fn comma(&mut self) {
        self.operations.push(Operation::Text(",".to_owned()));
    }

    /// A possible line end before the next token.
    pub(super) fn line(&mut self, operation: Operation) {
        self.trailing();
        self.operations.push(operation);
    }

    /// A line end before the next token, with an empty line if there is one in the source.
    pub(super) fn hard(&mut self) {
        self.trailing();
        let blank = self
            .peek(0)
            .is_some_and(|p| p.comments.first().map_or(p.breaks, |c| c.breaks_before) > 1);
        self.operations
            .push(if blank { Operation::Blank } else { Operation::Hard });
    }

    /// A line end behind an opening bracket.
    pub(super) fn first(&mut self) {
        self.line(Operation::Hard);
    }

    /// The comments before a closing bracket, which belong to what it closes.
    pub(super) fn last_comments(&mut self) {
        self.trailing();
        let next = self.next;
        let Some(piece) = self.pieces.get_mut(next) else { return };
        let comments = std::mem::take(&mut piece.comments);
        let count = comments.len();
        for (i, comment) in comments.into_iter().enumerate() {
            if i == 0 {
                self.operations.push(line_end(comment.breaks_before));
            }
            let after = (i + 1 < count).then(|| Box::new(line_end(comment.breaks_after)));
            self.operations.push(Operation::OwnLine(comment.text.to_owned(), after));
        }
    }

    /// Writes the next token.
    pub(super) fn token(&mut self) {
        self.trailing();
        let next = self.next;
        let Some(piece) = self.pieces.get_mut(next) else { return };
        let text = piece.text.to_owned();
        for comment in std::mem::take(&mut piece.comments) {
            let written = comment.text.to_owned();
            let own_line = is_line_comment(comment.text) || (comment.breaks_before > 0 && comment.breaks_after > 0);
            self.operations.push(if own_line {
                Operation::OwnLine(written, Some(Box::new(line_end(comment.breaks_after))))
            } else {
                Operation::Inline(written)
            });
        }
        self.operations.push(Operation::Text(text));
        self.next += 1;
    }

    /// The comments that end the line of the token before.
    fn trailing(&mut self) {
        let next = self.next;
        let Some(piece) = self.pieces.get_mut(next).filter(|_| next > 0) else {
            return;
        };
        // Those up to the first line end, if there is one before the token.
        let ends = piece
            .comments
            .iter()
            .position(|c| c.breaks_after > 0 || is_line_comment(c.text));
        let count = ends
            .filter(|i| piece.comments[..=*i].iter().all(|c| c.breaks_before == 0))
            .map_or(0, |i| i + 1);
        for _ in 0..count {
            let comment = piece.comments.remove(0);
            if piece.comments.is_empty() {
                piece.breaks = comment.breaks_after;
            }
            self.operations.push(Operation::Trailing(comment.text.to_owned()));
        }
    }
}

fn line_end(breaks: usize) -> Operation {
    if breaks > 1 { Operation::Blank } else { Operation::Hard }
}

fn is_line_comment(text: &str) -> bool {
    text.starts_with("//")
}

/// The comments in the text between two tokens, and the line ends before the second one if there are none.
fn comments(language: Language, gap: &str) -> (Vec<Comment<'_>>, usize) {
    let mut comments: Vec<Comment<'_>> = Vec::new();
    let mut breaks = 0;
    for trivia in trivia(language, gap) {
        match trivia {
            Trivia::Blank(text) => {
                breaks += text.matches('\n').count();
                if let Some(last) = comments.last_mut() {
                    last.breaks_after = breaks;
                }
            }
            Trivia::Comment("," | ";") => {}
            Trivia::Comment(text) => {
                comments.push(Comment {
                    text: text.trim_end(),
                    breaks_before: breaks,
                    breaks_after: 0,
                });
                breaks = 0;
            }
        }
    }
    (comments, breaks)
}
