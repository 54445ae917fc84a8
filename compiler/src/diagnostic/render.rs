//! Diagnostics as text for people and as JSON for tools. What is printed depends on the diagnostics and the sources
//! alone: no clock, no terminal, no hash order.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ariadne::{Color, Config, IndexType, Label, Report, ReportKind};
use omnigraph_grammar::Span;
use omnigraph_model::printable::{escape, placeholders};
use serde_json::{Map, Value, json};

use super::line_index::{LineIndex, ceil_boundary, floor_boundary};
use super::{Diagnostic, Severity};

/// The texts that diagnostics point into, by path as the project names it.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: BTreeMap<String, (String, LineIndex)>,
}

impl Sources {
    pub fn new<P: Into<String>, T: Into<String>>(files: impl IntoIterator<Item = (P, T)>) -> Sources {
        let mut sources = Sources::default();
        for (path, text) in files {
            sources.insert(path, text);
        }
        sources
    }

    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) {
        let text = text.into();
        let index = LineIndex::new(&text);
        self.files.insert(path.into(), (text, index));
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(|(text, _)| text.as_str())
    }

    /// The files, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Start and end of a span; a file that is not there counts as empty.
    fn positions(&self, path: &str, span: Span) -> (super::LineColumn, super::LineColumn) {
        let missing = (String::new(), LineIndex::new(""));
        let (text, index) = self.files.get(path).unwrap_or(&missing);
        (index.position(text, span.start), index.position(text, span.end))
    }

    /// A range that ariadne can draw: inside the text, on character boundaries, and not empty where there is a
    /// character to stand under. It is counted in characters: given bytes, ariadne takes the places of a second file
    /// for characters and fails on text beyond ASCII.
    fn drawable(&self, path: &str, span: Span) -> std::ops::Range<usize> {
        let text = self.text(path).unwrap_or("");
        let start = floor_boundary(text, span.start) as usize;
        let end = ceil_boundary(text, span.end.max(span.start)) as usize;
        let before = text[..start].chars().count();
        let mut length = text[start..end.max(start)].chars().count();
        if length == 0 && text[start..].chars().next().is_some_and(|c| c != '\n' && c != '\r') {
            length = 1;
        }
        before..before + length
    }
}

/// The report of one diagnostic: the source with its places underlined, notes and help below. Ends in a newline.
pub fn human(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let (kind, tint) = match diagnostic.severity {
        Severity::Error => (ReportKind::Error, Color::Red),
        Severity::Warning => (ReportKind::Warning, Color::Yellow),
        Severity::Info => (ReportKind::Advice, Color::Fixed(147)),
    };
    let name = |file: &str| escape(file).into_owned();
    let primary = (
        name(&diagnostic.file),
        sources.drawable(&diagnostic.file, diagnostic.span),
    );
    let text = match diagnostic.label.is_empty() {
        true => "here",
        false => diagnostic.label.as_str(),
    };
    let mut labels = vec![(primary.clone(), text, tint)];
    for label in &diagnostic.labels {
        let place = (name(&label.file), sources.drawable(&label.file, label.span));
        labels.push((place, label.message.as_str(), Color::Blue));
    }
    // Places of one file are drawn together if they come in the order of its text; the primary one's file comes first.
    labels.sort_by_key(|((file, range), ..)| (*file != primary.0, file.clone(), range.end, range.start));
    let mut report = Report::build(kind, primary.clone())
        .with_config(Config::new().with_index_type(IndexType::Char).with_color(colour))
        .with_code(diagnostic.rule.subcode)
        .with_message(&diagnostic.message);
    for (order, (place, message, tint)) in labels.into_iter().enumerate() {
        let label = Label::new(place).with_message(message).with_color(tint);
        report.add_label(label.with_order(order as i32));
    }
    for note in &diagnostic.notes {
        report.add_note(note);
    }
    match &diagnostic.help {
        Some(help) => report.add_help(help),
        // The titles of fixes are advice too.
        None => diagnostic.fixes.iter().for_each(|fix| report.add_help(&fix.title)),
    }
    let used = std::iter::once(&diagnostic.file).chain(diagnostic.labels.iter().map(|label| &label.file));
    let texts: BTreeMap<String, String> = used
        .map(|path| (name(path), placeholders(sources.text(path).unwrap_or("")).into_owned()))
        .collect();
    let mut out = Vec::new();
    // Writing into memory cannot fail.
    let _ = report.finish().write(ariadne::sources(texts), &mut out);
    let drawn = String::from_utf8_lossy(&out);
    let lines: Vec<&str> = drawn.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// One line, without its newline: `path:line:column: severity[code] message`.
pub fn concise(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let (start, _) = sources.positions(&diagnostic.file, diagnostic.span);
    let help = match &diagnostic.help {
        Some(help) => format!(" ({help})"),
        None => String::new(),
    };
    format!(
        "{}:{}:{}: {}[{}] {}{}",
        leading(&diagnostic.file),
        start.line,
        start.column,
        diagnostic.severity.word(),
        diagnostic.rule.subcode,
        diagnostic.message,
        help,
    )
}

/// A path as it begins a line: a runner of pipelines takes lines that begin with `::` or `##` for commands.
pub fn leading(path: &str) -> Cow<'_, str> {
    match path.starts_with([':', '#']) {
        true => format!("./{path}").into(),
        false => path.into(),
    }
}

/// The object that `lint --format json` prints for one diagnostic.
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let range = |file: &str, span: Span| {
        let (start, end) = sources.positions(file, span);
        json!({ "start": start, "end": end })
    };
    let mut object = Map::new();
    object.insert("code".into(), diagnostic.rule.code.into());
    if diagnostic.rule.subcode != diagnostic.rule.code {
        object.insert("subcode".into(), diagnostic.rule.subcode.into());
    }
    object.insert("name".into(), diagnostic.rule.name.into());
    object.insert("severity".into(), diagnostic.severity.word().into());
    object.insert("message".into(), diagnostic.message.clone().into());
    object.insert("file".into(), diagnostic.file.clone().into());
    object.insert("range".into(), range(&diagnostic.file, diagnostic.span));
    if !diagnostic.label.is_empty() {
        object.insert("label".into(), diagnostic.label.clone().into());
    }
    let labels = diagnostic
        .labels
        .iter()
        .map(|label| json!({ "file": label.file, "range": range(&label.file, label.span), "message": label.message }));
    object.insert("labels".into(), labels.collect());
    object.insert("notes".into(), diagnostic.notes.clone().into());
    object.insert("help".into(), diagnostic.help.clone().into());
    let fixes = diagnostic.fixes.iter().map(|fix| {
        let edits = fix
            .edits
            .iter()
            .map(|edit| json!({ "file": edit.file, "range": range(&edit.file, edit.span), "text": edit.text }));
        json!({ "title": fix.title, "safe": fix.safe, "edits": edits.collect::<Value>() })
    });
    object.insert("fixes".into(), fixes.collect());
    object.insert("url".into(), diagnostic.rule.page_path().into());
    Value::Object(object)
}
