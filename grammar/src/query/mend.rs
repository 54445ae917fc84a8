//! The brackets of a query that the grammar refuses: what each holds, and which are missing.

use omnigraph_model::vocabulary::{KeywordKind, QUERY_KEYWORDS, find_keyword};

use super::terminal::{Lexeme, block_word, bounds};
use super::token::TokenKind::{self, *};
use super::{slips, united};
use crate::shared::lexeme::is;
use crate::shared::mend;
use crate::shared::spellings::Spellings;
use crate::shared::token::{Bracket, Class, LanguageToken};
use crate::{Span, SyntaxError};

pub(super) type Mender<'s> = mend::Mender<'s, Frame>;

/// What an open bracket holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Frame {
    Parameters,
    Body,
    Match,
    Return,
    Order,
    /// The members of an object.
    Object,
    /// A list of objects, in brackets.
    Rows,
    /// The matches of a binding.
    Matches,
    /// The assignments of `insert` and `set`.
    Assignments,
    Hops,
    Paren,
    Bracket,
    Unknown,
}

impl mend::Frame for Frame {
    type Kind = TokenKind;

    fn bracket(self) -> Bracket {
        match self {
            Frame::Paren | Frame::Parameters => Bracket::Paren,
            Frame::Bracket | Frame::Rows => Bracket::Square,
            Frame::Body
            | Frame::Match
            | Frame::Return
            | Frame::Order
            | Frame::Object
            | Frame::Matches
            | Frame::Assignments
            | Frame::Hops
            | Frame::Unknown => Bracket::Brace,
        }
    }
}

pub(super) fn mend<'s>(
    text: &'s str,
    spellings: &'s Spellings,
    lexemes: &[Lexeme<'s>],
) -> (Vec<Lexeme<'s>>, Vec<SyntaxError>) {
    mend::run(text, spellings, lexemes, Mender::step)
}

impl<'s> Mender<'s> {
    /// Whether the item is a fragment, whose braces hold clauses.
    pub(super) fn is_fragment(&self) -> bool {
        self.out.first().is_some_and(|first| first.text == "fragment")
    }

    /// Whether there is a closing brace for each that opens.
    pub(super) fn is_balanced(&self) -> bool {
        self.surplus == 0
    }

    /// Whether the `back`th token before closes a block of `either`.
    pub(super) fn closed_alternative(&self, back: usize) -> bool {
        let Some(mut at) = self.out.len().checked_sub(back) else {
            return false;
        };
        loop {
            if !is(self.out.get(at).copied(), RightBrace) {
                return false;
            }
            let mut depth = 0;
            let opened = self.out[..=at].iter().rposition(|lexeme| {
                depth += usize::from(lexeme.kind == RightBrace);
                depth -= usize::from(lexeme.kind == LeftBrace && depth > 0);
                depth == 0
            });
            let word = opened.and_then(|opened| opened.checked_sub(1));
            match word.map(|word| (word, self.out[word].text)) {
                Some((_, "either")) => return true,
                Some((word, "or")) if word > 0 => at = word - 1,
                _ => return false,
            }
        }
    }

    pub(super) fn lower(&self, span: Span) -> &'s str {
        self.spellings.lower(span)
    }

    pub(super) fn capital(&self, span: Span) -> &'s str {
        self.spellings.capital(span)
    }

    pub(super) fn small(&self, span: Span) -> &'s str {
        self.spellings.small(span)
    }

    /// Where the innermost body starts in what has been passed on.
    pub(super) fn body_start(&self) -> usize {
        let body = self.frames.iter().rfind(|open| open.frame == Frame::Body);
        let brace = body.and_then(|body| {
            self.out
                .iter()
                .rposition(|l| l.kind == LeftBrace && l.span == body.span)
        });
        brace.unwrap_or(0)
    }

    /// Whether a brace that comes next would hold a branch of a union.
    pub(super) fn is_branch(&self) -> bool {
        let behind = |word: Lexeme<'_>| matches!(word.text, "union" | "all") || word.kind == RightBrace;
        let united = || {
            self.out
                .get(self.body_start() + 1)
                .is_some_and(|word| word.text == "union")
        };
        self.top() == Some(Frame::Body) && self.before(1).is_some_and(behind) && united()
    }

    fn step(&mut self, i: usize) -> usize {
        if let Some(next) = united::mend(self, i) {
            return next;
        }
        if let Some(next) = slips::mend(self, i) {
            return next;
        }
        let lexeme = self.input[i];
        match lexeme.kind.class() {
            Class::Open(_) => self.open(i),
            Class::Close(bracket) => self.close(i, bracket),
            _ if self.is_head(i) => return self.head(i),
            _ => {
                self.close_call_before(i);
                self.out.push(self.input[i]);
            }
        }
        i + 1
    }

    /// Whether a section or a statement starts at `i`.
    pub(super) fn is_head(&self, i: usize) -> bool {
        let lexeme = self.input[i];
        let before = self.before(1);
        if lexeme.kind != Name || matches!(before.map(|l| l.kind), Some(Dot | At | Less)) || self.text_before(1) == "as"
        {
            return false;
        }
        if self.is_fragment() {
            return false;
        }
        // Of a list of objects.
        if self.top() == Some(Frame::Rows) && matches!(lexeme.text, "order" | "limit" | "offset") {
            return false;
        }
        // Of an aggregate: `collect($p.name order { $p.age } limit 3)`.
        let around = self.frames.len().checked_sub(2).map(|at| self.frames[at].frame);
        let within = match lexeme.text {
            "order" => self.top() == Some(Frame::Paren),
            "limit" => {
                self.top() == Some(Frame::Paren) || self.top() == Some(Frame::Order) && around == Some(Frame::Paren)
            }
            _ => false,
        };
        if within && !lexeme.starts_line {
            return false;
        }
        let as_edge = self.top() == Some(Frame::Match) && matches!(before.map(|l| l.kind), Some(Variable | Colon));
        let in_body = matches!(self.top(), Some(Frame::Body) | None) && self.out.len() > 2;
        let next = self.at(i + 1);
        match lexeme.text {
            "returning" => in_body && (is(next, LeftBrace) || lexeme.starts_line && !is(next, LeftParen)),
            "match" | "with" | "return" | "having" | "order" => {
                let opens = is(next, LeftBrace)
                    && !(as_edge && self.at(i + 2).is_some_and(|l| matches!(l.kind, Integer | Comma)));
                let distinct = next.is_some_and(|l| l.text == "distinct") && is(self.at(i + 2), LeftBrace);
                opens || distinct || (in_body && !is(next, LeftParen))
            }
            "limit" | "offset" => {
                let listed = matches!(before.map(|l| l.kind), Some(Comma | LeftBrace));
                let alone = matches!(self.top(), Some(Frame::Order)) && lexeme.starts_line && !listed;
                alone || (is(next, Integer) && !is(before, Colon)) || (in_body && !is(next, LeftParen))
            }
            "after" => {
                let listed = matches!(before.map(|l| l.kind), Some(Comma | LeftBrace));
                let alone = matches!(self.top(), Some(Frame::Order)) && lexeme.starts_line && !listed;
                (alone && is(next, Variable)) || (in_body && !is(next, LeftParen))
            }
            "insert" | "upsert" | "update" | "delete" => {
                let names = matches!(next.map(|l| l.kind), Some(Type | Variable));
                (names && (lexeme.starts_line || in_body && !as_edge)) || (in_body && !is(next, LeftParen))
            }
            _ => false,
        }
    }

    /// A section or statement starts: everything inside of the body should be closed by now. Passes its keyword on, and
    /// a brace where one is missing.
    fn head(&mut self, i: usize) -> usize {
        let lexeme = self.input[i];
        match self.frames.iter().rposition(|f| f.frame == Frame::Body) {
            Some(body) => self.close_until(body + 1, Some(lexeme)),
            None => {
                self.close_until(0, Some(lexeme));
                let error = SyntaxError::new("Q001", lexeme.span)
                    .message("the body of a query stands in braces")
                    .label(self.gap(), "expected `{` here")
                    .fix("insert `{`", self.gap(), " {");
                self.errors.push(error);
                self.imply(Frame::Body);
            }
        }
        self.out.push(lexeme);
        let frame = match lexeme.text {
            "match" => Frame::Match,
            "return" | "returning" => Frame::Return,
            // Its items are separated by commas, too.
            "with" | "order" => Frame::Order,
            _ => return i + 1,
        };
        let mut next = i + 1;
        let distinct = self.at(next).filter(|l| {
            matches!(lexeme.text, "return" | "with") && l.text == "distinct" && is(self.at(next + 1), LeftBrace)
        });
        if let Some(distinct) = distinct {
            self.out.push(distinct);
            return next + 1;
        }
        let by = self
            .at(next)
            .filter(|l| lexeme.text == "order" && l.text.eq_ignore_ascii_case("by"));
        if let Some(by) = by {
            next += 1;
            let mut error = SyntaxError::new("Q001", by.span)
                .message("there is no `by` after `order`")
                .help("order reads `order { $p.name desc }`");
            if is(self.at(next), LeftBrace) {
                error = error.safe_fix(
                    "delete `by`",
                    Span::new(lexeme.span.end as usize, by.span.end as usize),
                    "",
                );
            }
            self.errors.push(error);
        }
        if !is(self.at(next), LeftBrace) {
            if by.is_none() {
                let gap = self.gap();
                self.errors.push(
                    SyntaxError::new("Q001", self.at(next).map_or(gap, |l| l.span))
                        .message(format!("what follows `{}` stands in braces", lexeme.text))
                        .label(gap, "expected `{` here")
                        .fix("insert `{`", gap, " {"),
                );
            }
            self.imply(frame);
        }
        next
    }

    fn open(&mut self, i: usize) {
        let lexeme = self.input[i];
        if lexeme.kind == LeftBrace && self.top() == Some(Frame::Parameters) {
            self.close_until(0, Some(lexeme));
        }
        let frame = match lexeme.kind {
            LeftParen if self.frames.is_empty() => Frame::Parameters,
            LeftParen => Frame::Paren,
            LeftBracket if self.holds_rows(i) => Frame::Rows,
            LeftBracket => Frame::Bracket,
            _ => self.brace_frame(i),
        };
        self.enter(lexeme, frame);
    }

    /// Whether the bracket at `i` begins a list of objects: `=>` stands between the brackets, or, in an object, a brace follows.
    fn holds_rows(&self, i: usize) -> bool {
        let mut open = 0;
        let mut inside = (i..).map_while(|at| self.at(at)).take_while(|lexeme| {
            match lexeme.kind {
                LeftBracket => open += 1,
                RightBracket => open -= 1,
                _ => {}
            }
            open > 0
        });
        let of_object = self.top() == Some(Frame::Object) && is(self.at(i + 1), LeftBrace);
        of_object || inside.any(|lexeme| lexeme.kind == Gives)
    }

    fn brace_frame(&self, i: usize) -> Frame {
        let kind = self.before(1).map(|l| l.kind);
        let last = match self.text_before(1) {
            "distinct" => self.text_before(2),
            last => last,
        };
        match self.top() {
            None if self.is_fragment() => Frame::Match,
            None => Frame::Body,
            Some(Frame::Body) if self.is_branch() => Frame::Body,
            Some(Frame::Body) => match last {
                "match" => Frame::Match,
                "return" | "returning" => Frame::Return,
                // Before `distinct`, the word is missing.
                "}" if self.text_before(1) == "distinct" => Frame::Return,
                "with" | "order" => Frame::Order,
                "set" => Frame::Assignments,
                _ if kind == Some(Type) => Frame::Assignments,
                _ => Frame::Unknown,
            },
            // Its variable may be missing.
            Some(Frame::Return | Frame::Object | Frame::Order)
                if matches!(kind, Some(Variable | LeftBrace | Comma | Colon)) =>
            {
                Frame::Object
            }
            Some(Frame::Paren) if last == "order" => Frame::Order,
            Some(Frame::Rows) if kind == Some(LeftBracket) => Frame::Match,
            // Items and keys are separated by commas.
            Some(Frame::Rows) => Frame::Order,
            Some(Frame::Match) if block_word(last, |j| self.at(j), i).is_some() => Frame::Match,
            Some(Frame::Match) if last == "or" && is(self.before(2), RightBrace) => Frame::Match,
            Some(Frame::Match) if kind == Some(Type) => Frame::Matches,
            Some(Frame::Match) if bounds(|j| self.at(j), i) || is(self.at(i + 1), Integer) => Frame::Hops,
            _ => Frame::Unknown,
        }
    }

    fn close(&mut self, i: usize, bracket: Bracket) {
        let lexeme = self.input[i];
        let reach = self.reach(bracket);
        let more_follows =
            lexeme.kind == RightBrace && self.frames.len() == 1 && i + 1 < self.input.len() && self.is_head(i + 1);
        let Some(reach) = reach.filter(|_| !more_follows || self.surplus >= 0) else {
            self.errors.push(
                SyntaxError::new("Q001", lexeme.span)
                    .message(format!("this `{}` closes nothing", lexeme.text))
                    .safe_fix(format!("delete the `{}`", lexeme.text), lexeme.span, ""),
            );
            self.surplus += isize::from(lexeme.kind == RightBrace);
            return;
        };
        self.close_until(reach + 1, Some(lexeme));
        if lexeme.kind == RightBrace {
            // Which of the open braces does this one close, when there are too few? Its indentation decides.
            while self.surplus > 0 && self.frames.len() > 1 && self.belongs_further_out(lexeme) {
                self.close_until(self.frames.len() - 1, Some(lexeme));
            }
        }
        self.frames.pop();
        self.out.push(lexeme);
    }

    fn belongs_further_out(&self, brace: Lexeme<'_>) -> bool {
        let Some(top) = self.frames.last() else { return false };
        if top.implied {
            let rest = self
                .input
                .iter()
                .filter(|l| l.span.start >= brace.span.start && l.kind == RightBrace)
                .count();
            return rest < self.frames.iter().filter(|f| is_brace(f.frame)).count();
        }
        brace.starts_line
            && self.indent(brace.span) < self.indent(top.span)
            && self
                .frames
                .iter()
                .any(|f| is_brace(f.frame) && self.indent(f.span) == self.indent(brace.span))
    }

    /// The indentation of the line that holds the span.
    fn indent(&self, span: Span) -> usize {
        let start = self.text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
        self.text[start..].len() - self.text[start..].trim_start_matches([' ', '\t']).len()
    }

    /// A call ends where no comma leads on.
    fn close_call_before(&mut self, i: usize) {
        let lexeme = self.input[i];
        let Some(Frame::Paren | Frame::Bracket) = self.top() else {
            return;
        };
        let leads_on = self.before(1).is_none_or(|before| leads_on(before));
        let starts = lexeme.kind == Variable || block_word(lexeme.text, |j| self.at(j), i + 1).is_some();
        let suffix = matches!(lexeme.text, "as" | "asc" | "desc") && !is(self.before(1), Dot) && !self.casts();
        if !leads_on && (lexeme.starts_line && starts || suffix) {
            self.close_until(self.lists_from(), Some(lexeme));
        }
    }
}

impl Mender<'_> {
    /// Whether the innermost bracket is that of a cast, which has an `as` of its own.
    fn casts(&self) -> bool {
        let Some(open) = self.frames.last() else { return false };
        let at = self.out.iter().rposition(|lexeme| lexeme.span == open.span);
        let name = at.and_then(|at| self.out.get(at.checked_sub(1)?));
        name.is_some_and(|name| matches!(name.text, "cast" | "try_cast"))
    }
}

/// Whether an operand has to follow.
fn leads_on(before: Lexeme<'_>) -> bool {
    let sign = matches!(
        before.kind,
        LeftParen
            | LeftBracket
            | Comma
            | Equal
            | NotEqual
            | Less
            | LessEqual
            | Greater
            | GreaterEqual
            | DoubleBar
            | Plus
            | Minus
            | Star
            | Slash
            | Percent
            | DotDot
    );
    let word = find_keyword(&QUERY_KEYWORDS, before.text).is_some_and(|keyword| {
        matches!(keyword.kind, KeywordKind::Operator | KeywordKind::Connective) || before.text == "not"
    });
    sign || before.kind == Name && word && before.text != "end"
}

fn is_brace(frame: Frame) -> bool {
    mend::Frame::bracket(frame) == Bracket::Brace
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, items};

    #[test]
    fn what_is_right_is_left_alone() {
        let files = [
            include_str!("../../tests/corpus/forms.gq"),
            include_str!("../../../examples/flights/queries.gq"),
            include_str!("../../../examples/movies/queries.gq"),
        ];
        for file in files {
            for item in items(Language::Query, file).0 {
                let text = &file[item.span.range()];
                let spellings = Spellings::new(text);
                let (lexemes, _) = crate::shared::lexeme::lexemes(text);
                let (mended, errors) = mend(text, &spellings, &lexemes);
                assert_eq!(errors, [], "{text}");
                assert_eq!(mended, lexemes, "{text}");
            }
        }
    }
}
