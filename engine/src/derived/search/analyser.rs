//! From text to terms: runs of letters and digits, lower-cased, accents folded to ASCII, English stop words dropped,
//! English stems. The same steps, from the same library, as a Lance inverted index takes.

use std::collections::HashSet;

use lance_tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer, TokenStream,
};

/// Version of the analysis; whatever stores its terms records it.
pub const ANALYSER: &str = "english-1";

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
    pub fn terms(&mut self, text: &str) -> Vec<String> {
        let mut terms: Vec<String> = Vec::new();
        let mut known: HashSet<String> = HashSet::new();
        self.each(text, |term| {
            if !known.contains(term) {
                known.insert(term.to_string());
                terms.push(term.to_string());
            }
        });
        terms
    }
}

#[cfg(test)]
mod tests {
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
}
