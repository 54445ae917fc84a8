//! The formatter: one style for each language, and no option but the width. It keeps every token but optional commas,
//! every comment, and blank lines as far as one. An item with mistakes stays as it is, byte for byte.

mod layout;
mod queries;
mod schemas;
mod writer;

use crate::{Item, ItemKind, Language, Span, items, query, schema};

/// The outcome of formatting a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formatted {
    /// The whole file.
    pub text: String,
    /// Items of the input that were left as they are, because they have mistakes.
    pub skipped: Vec<Span>,
}

/// Formats a file so that lines are at most `width` columns wide where that can be.
///
/// ```
/// use omnigraph_grammar::Language;
/// use omnigraph_grammar::format::format;
///
/// let formatted = format(Language::Schema, "node Person{name:String @key // who\n}", 80);
/// assert_eq!(formatted.text, "node Person {\n    name: String @key // who\n}\n");
/// assert!(formatted.skipped.is_empty());
///
/// // One style, kept when it is there already.
/// assert_eq!(format(Language::Schema, &formatted.text, 80), formatted);
///
/// let query = format(Language::Query, "query all(){match{$p:Person}return{$p.name}}", 80);
/// assert_eq!(query.text, "query all() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\n");
/// ```
pub fn format(language: Language, text: &str, width: usize) -> Formatted {
    let mut file = File::new(language, text);
    let mut skipped = Vec::new();
    for item in items(language, text).0 {
        let own = &text[item.span.range()];
        let formatted = format_item(language, &item, own, width);
        if formatted.is_none() {
            skipped.push(item.span);
        }
        file.item(item.span, formatted.as_deref().unwrap_or(own));
    }
    let formatted = file.finish();
    let formatted = if has_crlf(text) {
        with_crlf(&formatted)
    } else {
        formatted
    };
    // Better no formatting than a wrong one.
    let unharmed = essence(language, &formatted) == essence(language, text);
    Formatted {
        text: if unharmed { formatted } else { text.to_owned() },
        skipped,
    }
}

/// Formats the items that touch a range: replacements in the order of the file, without those that change nothing.
pub fn format_range(language: Language, text: &str, width: usize, range: Span) -> Vec<(Span, String)> {
    let touched = items(language, text)
        .0
        .into_iter()
        .filter(|i| i.span.start <= range.end && range.start <= i.span.end);
    let crlf = has_crlf(text);
    let edits = touched.filter_map(|item| {
        let own = &text[item.span.range()];
        let formatted = format_item(language, &item, own, width)?;
        let formatted = if crlf { with_crlf(&formatted) } else { formatted };
        (formatted != own).then_some((item.span, formatted))
    });
    edits.collect()
}

/// The text of an item in our style; `None` if it has mistakes or would not come out unharmed.
fn format_item(language: Language, item: &Item, text: &str, width: usize) -> Option<String> {
    if item.kind == ItemKind::Stray {
        return None;
    }
    let formatted = print(language, text, width)?;
    let again = print(language, &formatted, width)?;
    (again == formatted && essence(language, &formatted) == essence(language, text)).then_some(formatted)
}

fn print(language: Language, text: &str, width: usize) -> Option<String> {
    let operations = match language {
        Language::Schema => {
            let parsed = schema::parse_item(text);
            let tree = parsed.tree.filter(|_| parsed.errors.is_empty())?;
            schemas::write(text, &tree)
        }
        Language::Query => {
            let parsed = query::parse_item(text);
            let tree = parsed.tree.filter(|_| parsed.errors.is_empty())?;
            queries::write(text, &tree)
        }
    };
    Some(layout::render(operations, width))
}

/// What formatting must not change: the tokens, separators aside, and the comments.
fn essence(language: Language, text: &str) -> Vec<&str> {
    let significant = |content: &str| !matches!(content, "," | ";") && !content.chars().all(is_blank);
    let spans: Vec<Span> = match language {
        Language::Schema => schema::tokens(text).iter().map(|t| t.span).collect(),
        Language::Query => query::tokens(text).iter().map(|t| t.span).collect(),
    };
    // A line comment carries the blanks at the end of its line, which are not kept.
    spans
        .into_iter()
        .map(|s| text[s.range()].trim_end())
        .filter(|c| significant(c))
        .collect()
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// The first line says how all of them end.
fn has_crlf(text: &str) -> bool {
    text.find('\n').is_some_and(|at| text[..at].ends_with('\r'))
}

fn with_crlf(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 20);
    let mut before = ' ';
    for c in text.chars() {
        if c == '\n' && before != '\r' {
            out.push('\r');
        }
        out.push(c);
        before = c;
    }
    out
}

/// Puts items and the comments between them together.
struct File<'s> {
    language: Language,
    text: &'s str,
    out: String,
    /// How much of the input is written.
    done: usize,
}

impl<'s> File<'s> {
    fn new(language: Language, text: &'s str) -> Self {
        File {
            language,
            text,
            out: String::with_capacity(text.len()),
            done: 0,
        }
    }

    fn item(&mut self, span: Span, formatted: &str) {
        self.gap(span.start as usize);
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(formatted);
        self.done = span.end as usize;
    }

    /// Writes the comments up to `end`, and the blank line before what follows.
    fn gap(&mut self, end: usize) {
        let gap = &self.text[self.done..end];
        let mut breaks = 0;
        for comment in writer::trivia(self.language, gap) {
            match comment {
                writer::Trivia::Blank(text) => breaks += text.matches('\n').count(),
                writer::Trivia::Comment(text) => {
                    self.separate(breaks);
                    self.out.push_str(text.trim_end());
                    breaks = 0;
                }
            }
        }
        if breaks > 1 && !self.out.is_empty() {
            self.out.truncate(self.out.trim_end_matches('\n').len());
            self.out.push_str("\n\n");
        }
        self.done = end;
    }

    fn separate(&mut self, breaks: usize) {
        match breaks {
            _ if self.out.is_empty() => {}
            0 if self.done == 0 && self.out.is_empty() => {}
            0 => self.out.push(' '),
            1 => self.out.push('\n'),
            _ => self.out.push_str("\n\n"),
        }
    }

    fn finish(mut self) -> String {
        self.gap(self.text.len());
        self.out.truncate(self.out.trim_end_matches('\n').len());
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}
