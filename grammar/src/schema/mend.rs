//! The brackets of a declaration that the grammar refuses: what each holds, and which are missing.

use super::slips;
use super::terminal::Lexeme;
use super::token::TokenKind::{self, *};
use crate::shared::lexeme::is;
use crate::shared::mend;
use crate::shared::spellings::Spellings;
use crate::shared::token::{Bracket, Class, LanguageToken};
use crate::{Span, SyntaxError};

pub(super) type Mender<'s> = mend::Mender<'s, Frame>;

/// What an open bracket holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Frame {
    Body,
    Arguments,
    EnumValues,
    /// What follows the name of another type.
    TypeArguments,
    Bracket,
}

impl mend::Frame for Frame {
    type Kind = TokenKind;

    fn bracket(self) -> Bracket {
        match self {
            Frame::Body => Bracket::Brace,
            Frame::Arguments | Frame::EnumValues | Frame::TypeArguments => Bracket::Paren,
            Frame::Bracket => Bracket::Square,
        }
    }
}

pub(super) fn mend<'s>(
    text: &'s str,
    spellings: &'s Spellings,
    lexemes: &[Lexeme<'s>],
) -> (Vec<Lexeme<'s>>, Vec<SyntaxError>) {
    if matches!(lexemes.first().map(|l| l.text), Some("allow" | "migration_check")) {
        // Too rare for slips of their own.
        return (lexemes.to_vec(), Vec::new());
    }
    mend::run(text, spellings, lexemes, Mender::step)
}

impl<'s> Mender<'s> {
    /// `interface`, `node`, `edge`, …
    pub(super) fn keyword(&self) -> &'s str {
        self.out.first().map_or("", |l| l.text)
    }

    /// Replaces the lexeme at `i` by its two halves.
    pub(super) fn split(&mut self, i: usize, at: usize, kinds: [TokenKind; 2]) {
        let lexeme = self.input[i];
        let middle = lexeme.span.start + at as u32;
        let (left, right) = lexeme.text.split_at(at);
        self.input[i] = Lexeme {
            kind: kinds[0],
            text: left,
            span: Span {
                end: middle,
                ..lexeme.span
            },
            ..lexeme
        };
        let right = Lexeme {
            kind: kinds[1],
            text: right,
            span: Span {
                start: middle,
                ..lexeme.span
            },
            starts_line: false,
        };
        self.input.insert(i + 1, right);
    }

    fn step(&mut self, i: usize) -> usize {
        if let Some(next) = slips::mend(self, i) {
            return next;
        }
        let lexeme = self.input[i];
        match lexeme.kind.class() {
            Class::Open(_) => self.open(lexeme),
            Class::Close(bracket) => self.close(i, bracket),
            _ => {
                self.close_list_before(i);
                self.out.push(lexeme);
            }
        }
        i + 1
    }

    fn open(&mut self, lexeme: Lexeme<'s>) {
        if lexeme.kind == LeftBrace && self.top().is_some_and(|f| f != Frame::Body) {
            self.close_until(self.lists_from(), Some(lexeme));
        }
        let annotates = is(self.before(2), At);
        let frame = match lexeme.kind {
            LeftBrace => Frame::Body,
            LeftBracket => Frame::Bracket,
            _ if annotates => Frame::Arguments,
            _ if self.before(1).is_some_and(|l| l.text == "enum") => Frame::EnumValues,
            _ => Frame::TypeArguments,
        };
        self.enter(lexeme, frame);
    }

    fn close(&mut self, i: usize, bracket: Bracket) {
        let lexeme = self.input[i];
        let reach = self.reach(bracket);
        // A brace too many, with members behind it.
        let ends = lexeme.kind == RightBrace && self.frames.len() == 1;
        let member_follows = is(self.at(i + 1), At) || is(self.at(i + 1), Name) && is(self.at(i + 2), Colon);
        let Some(reach) = reach.filter(|_| !(ends && member_follows)) else {
            let mut error =
                SyntaxError::new("S006", lexeme.span).message(format!("this `{}` closes nothing", lexeme.text));
            if !ends {
                error = error.safe_fix(format!("delete the `{}`", lexeme.text), lexeme.span, "");
            } else {
                error = error.fix(format!("delete the `{}`", lexeme.text), lexeme.span, "");
                error.message = "members follow, so this `}` closes the body too early".to_owned();
            }
            self.errors.push(error);
            return;
        };
        self.close_until(reach + 1, Some(lexeme));
        self.frames.pop();
        self.out.push(lexeme);
    }

    /// A list ends where the next member starts a line.
    fn close_list_before(&mut self, i: usize) {
        let lexeme = self.input[i];
        let in_list = self.top().is_some_and(|f| f != Frame::Body);
        let property = matches!(lexeme.kind, Name | Type) && is(self.at(i + 1), Colon);
        let annotation = lexeme.kind == At || lexeme.text == "implements" && lexeme.starts_line;
        let leads_on =
            matches!(self.before(1).map(|l| l.kind), Some(Comma | LeftParen)) && lexeme.starts_line && annotation;
        if in_list && (property || annotation) && !leads_on {
            self.close_until(self.lists_from(), Some(lexeme));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, items};

    #[test]
    fn what_is_right_is_left_alone() {
        let files = [
            include_str!("../../tests/corpus/forms.pg"),
            include_str!("../../tests/corpus/lab.pg"),
            include_str!("../../../examples/flights/schema.pg"),
        ];
        for file in files {
            for item in items(Language::Schema, file).0 {
                let text = &file[item.span.range()];
                let spellings = Spellings::new(text);
                let (lexemes, _) = super::super::terminal::lexemes(text);
                let (mended, errors) = mend(text, &spellings, &lexemes);
                assert_eq!(errors, [], "{text}");
                assert_eq!(mended, lexemes, "{text}");
            }
        }
    }
}
