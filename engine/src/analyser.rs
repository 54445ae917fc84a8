//! From text to terms: runs of letters and digits, lower-cased, accents folded to ASCII, English stop words dropped,
//! English stems. The steps are the storage library's, their order is not: it stems first, so that it knows `very` as `veri`, which is
//! no stop word, and does not find `brulee` where `brûlée` is written.

use std::collections::HashSet;
use std::hash::Hash;

use lance_tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer, TokenStream,
};

/// Version of the analysis. What stores its terms records it: another version finds other terms.
pub(crate) const ANALYSER: &str = "english-1";

/// Splits texts into terms.
#[derive(Clone)]
pub struct Analyser {
    steps: TextAnalyzer,
}

impl Default for Analyser {
    fn default() -> Self {
        let folded = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(LowerCaser)
            .filter(AsciiFoldingFilter);
        let kept = match StopWordFilter::new(Language::English) {
            Some(stop_words) => folded.filter_dynamic(stop_words),
            None => folded.dynamic(),
        };
        Analyser {
            steps: kept.filter(Stemmer::new(Language::English)).build(),
        }
    }
}

impl Analyser {
    /// Calls `each` with every term in order, repeated ones too.
    pub fn each(&mut self, text: &str, mut each: impl FnMut(&str)) {
        self.steps.token_stream(text).process(&mut |token| each(&token.text));
    }

    /// The different terms, in the order of their first occurrence.
    pub(crate) fn terms(&mut self, text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        self.each(text, |term| terms.push(term.to_string()));
        once(terms)
    }
}

/// Each of those that are equal once, where it is first. A search may have as many words as a page has.
fn once<T: Eq + Hash>(mut all: Vec<T>) -> Vec<T> {
    let mut first = {
        let mut known = HashSet::new();
        let first: Vec<bool> = all.iter().map(|one| known.insert(one)).collect();
        first.into_iter()
    };
    all.retain(|_| first.next().unwrap_or(false));
    all
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::hash::Hasher;

    use super::*;

    #[test]
    fn words_become_stems_without_stop_words() {
        let mut analyser = Analyser::default();
        assert_eq!(
            analyser.terms("The JOINS of Graphs, joining the graph!"),
            ["join", "graph"]
        );
        assert_eq!(analyser.terms("Crème brûlée"), analyser.terms("creme BRULEE"));
        assert!(analyser.terms("of the and").is_empty());
        assert!(analyser.terms(" … ").is_empty());
    }
    thread_local! {
        static COMPARED: Cell<usize> = const { Cell::new(0) };
    }

    /// Counts how often two are compared.
    #[derive(Debug, Eq)]
    struct Word(usize);

    impl PartialEq for Word {
        fn eq(&self, other: &Word) -> bool {
            COMPARED.set(COMPARED.get() + 1);
            self.0 == other.0
        }
    }

    impl Hash for Word {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }

    #[test]
    fn many_words_are_not_compared_with_each_other() {
        const WORDS: usize = 10_000;
        let left = once((0..2 * WORDS).map(|n| Word(n % WORDS)).collect());
        let compared = COMPARED.get();
        assert!(compared <= 8 * WORDS, "{compared} comparisons");
        assert!(left.iter().map(|word| word.0).eq(0..WORDS));
    }
}
