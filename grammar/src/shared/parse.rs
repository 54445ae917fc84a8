//! Text to tree for one item: the grammar first, and only if it refuses the text, the mending and the recovery.

use std::ops::Range;

use lalrpop_util::ParseError;

use super::lexeme::{Lexeme, depths};
use super::lexing;
use super::spellings::Spellings;
use super::token::{Bracket, LanguageToken};
use crate::{Parsed, Span, SyntaxError};

/// What brackets may be nested within each other, `{` aside.
const DEEPEST_BRACKETS: usize = 64;

pub(crate) type Lexemes<'s, G> = Vec<Lexeme<'s, <G as Grammar>::Kind>>;
pub(crate) type InputOf<'s, G> = Input<'s, <G as Grammar>::Kind, <G as Grammar>::Terminal<'s>>;

/// The steps of a language.
pub(crate) trait Grammar {
    type Kind: LanguageToken;
    type Terminal<'s>: Copy;
    type Tree;
    /// Beyond so many braces within each other nothing is read.
    const DEEPEST_BRACES: usize;
    /// Beyond so many the grammar is not asked for the whole.
    const DEEPEST_WHOLE: usize;

    fn lexemes(text: &str) -> (Lexemes<'_, Self>, Vec<SyntaxError>);

    fn terminals<'s>(lexemes: &[Lexeme<'s, Self::Kind>]) -> Vec<Option<(Span, Self::Terminal<'s>)>>;

    /// What is wrong if the tree would be deeper than a stack bears, brackets aside.
    fn too_deep(_: &InputOf<'_, Self>) -> Option<SyntaxError> {
        None
    }

    fn whole(input: &InputOf<'_, Self>, errors: &mut Vec<SyntaxError>) -> Option<Self::Tree>;

    fn mend<'s>(
        text: &'s str,
        spellings: &'s Spellings,
        lexemes: &[Lexeme<'s, Self::Kind>],
    ) -> (Lexemes<'s, Self>, Vec<SyntaxError>);

    fn recover(text: &str, input: &InputOf<'_, Self>, errors: &mut Vec<SyntaxError>) -> Option<Self::Tree>;

    /// What the grammar accepts although the language does not.
    fn check(tree: &mut Self::Tree, text: &str, errors: &mut Vec<SyntaxError>);
}

/// Whatever is wrong with an item comes out in one go, and as much of the tree as can be understood.
pub(crate) fn parse_item<G: Grammar>(text: &str) -> Parsed<G::Tree> {
    let (lexemes, mut errors) = G::lexemes(text);
    let refused = |error| Parsed {
        tree: None,
        errors: vec![error],
    };
    if let Some(error) = too_deep::<G>(&lexemes) {
        return refused(error);
    }
    let written = input::<G>(lexemes);
    if let Some(error) = G::too_deep(&written) {
        return refused(error);
    }
    let mut tree = whole::<G>(&written, &mut errors);
    if tree.is_none() {
        let spellings = Spellings::new(text);
        let (mended, mistakes) = G::mend(text, &spellings, &written.lexemes);
        errors.extend(mistakes);
        let input = input::<G>(mended);
        // Signs of other languages are operators now.
        if let Some(error) = G::too_deep(&input) {
            return refused(error);
        }
        tree = whole::<G>(&input, &mut errors).or_else(|| G::recover(text, &input, &mut errors));
    }
    if let Some(tree) = &mut tree {
        G::check(tree, text, &mut errors);
    }
    lexing::drop_consequences::<G::Kind>(&mut errors);
    errors.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
    errors.dedup();
    Parsed { tree, errors }
}

pub(crate) fn input<G: Grammar>(lexemes: Lexemes<'_, G>) -> InputOf<'_, G> {
    let terminals = G::terminals(&lexemes);
    Input { lexemes, terminals }
}

fn whole<G: Grammar>(input: &InputOf<'_, G>, errors: &mut Vec<SyntaxError>) -> Option<G::Tree> {
    let braces = depths(&input.lexemes, |bracket| bracket == Bracket::Brace).max();
    if braces.unwrap_or(0) > G::DEEPEST_WHOLE {
        return None;
    }
    G::whole(input, errors)
}

fn too_deep<G: Grammar>(lexemes: &[Lexeme<'_, G::Kind>]) -> Option<SyntaxError> {
    let brackets = depths(lexemes, |bracket| bracket != Bracket::Brace);
    let braces = depths(lexemes, |bracket| bracket == Bracket::Brace);
    let depths = lexemes.iter().zip(brackets.zip(braces));
    let most = |(brackets, braces): (usize, usize)| match brackets > DEEPEST_BRACKETS {
        true => Some(DEEPEST_BRACKETS),
        false => (braces > G::DEEPEST_BRACES).then_some(G::DEEPEST_BRACES),
    };
    let (lexeme, most) = depths
        .map(|(lexeme, depths)| (lexeme, most(depths)))
        .find_map(|(lexeme, most)| Some((lexeme, most?)))?;
    let message = format!("brackets are nested deeper than {most} levels");
    Some(SyntaxError::new(G::Kind::CODES.too_deep, lexeme.span).message(message))
}

/// Lexemes with their terminals, which depend on their neighbours. A terminal may stand for several lexemes; the further
/// ones have none.
pub(crate) struct Input<'s, K, T> {
    pub lexemes: Vec<Lexeme<'s, K>>,
    terminals: Vec<Option<(Span, T)>>,
}

impl<K, T: Copy> Input<'_, K, T> {
    /// The terminals, each with the index of its lexeme.
    pub(crate) fn placed(&self) -> impl Iterator<Item = (usize, T)> {
        let placed = self.terminals.iter().enumerate();
        placed.filter_map(|(i, terminal)| Some((i, (*terminal)?.1)))
    }
}

/// Where the automaton stopped, and what it could have taken there.
pub(crate) struct Refusal {
    /// Index of the lexeme; the end of the range if something is missing there.
    pub at: usize,
    pub expected: Vec<String>,
}

/// What an automaton reads: the terminal that says which part follows, and those of some of the lexemes.
pub(crate) struct Terminals<'i, 's, K, T> {
    input: &'i Input<'s, K, T>,
    start: Option<T>,
    rest: Range<usize>,
    /// The lexeme of the last one. Noted, since lexemes that were inserted have no place of their own.
    taken: usize,
}

impl<K, T: Copy> Iterator for Terminals<'_, '_, K, T> {
    type Item = (usize, T, usize);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(start) = self.start.take() {
            let begin = self.input.lexemes.get(self.rest.start);
            let begin = begin.map_or(0, |lexeme| lexeme.span.start as usize);
            return Some((begin, start, begin));
        }
        loop {
            self.taken = self.rest.next()?;
            if let Some((span, terminal)) = self.input.terminals[self.taken] {
                return Some((span.start as usize, terminal, span.end as usize));
            }
        }
    }
}

/// Runs an automaton over some of the lexemes, behind the terminal that says which part they are.
pub(crate) fn part<'s, K, T: Copy, P>(
    start: T,
    input: &Input<'s, K, T>,
    range: Range<usize>,
    parse: impl FnOnce(&mut Terminals<'_, 's, K, T>) -> Result<P, ParseError<usize, T, ()>>,
) -> Result<P, Refusal> {
    let end = range.end;
    let mut terminals = Terminals {
        input,
        start: Some(start),
        taken: range.start,
        rest: range,
    };
    let (at, expected) = match parse(&mut terminals) {
        Ok(part) => return Ok(part),
        Err(ParseError::UnrecognizedToken { expected, .. }) => (terminals.taken, expected),
        Err(ParseError::UnrecognizedEof { expected, .. }) => (end, expected),
        Err(_) => (end, Vec::new()),
    };
    Err(Refusal { at, expected })
}

/// A list of which a production wants at least one item.
pub(crate) fn prepend<T>(first: T, mut rest: Vec<T>) -> Vec<T> {
    rest.insert(0, first);
    rest
}
