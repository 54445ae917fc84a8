//! From findings, which point into items, to diagnostics with files and absolute spans.

use omnigraph_grammar::Span;

use super::{Diagnostic, Edit, Finding, Fix, Label, Place, SchemaPath};

/// What the last step needs to know of a file: its path, and where its items begin.
#[derive(Clone, Copy, Debug)]
pub struct FilePlaces<'a> {
    pub path: &'a str,
    /// Where each item begins, by index.
    pub items: &'a [u32],
    /// How long the text is: places never lie beyond it.
    pub length: u32,
}

impl FilePlaces<'_> {
    fn absolute(&self, item: u32, span: Span) -> Span {
        let base = self.items.get(item as usize).copied().unwrap_or(0);
        self.clamp(span.shifted(base))
    }

    fn clamp(&self, span: Span) -> Span {
        let end = span.end.min(self.length);
        Span {
            start: span.start.min(end),
            end,
        }
    }
}

/// Where a part of a schema stands: the index of an item, and the span in it.
pub type Locate<'a> = &'a dyn Fn(&SchemaPath) -> Option<(u32, Span)>;

/// Places a finding of `file`. Parts of the schema that it mentions by name are looked up in the schema's file; what cannot be
/// found any more is left out.
pub(crate) fn resolve(
    finding: &Finding,
    file: FilePlaces<'_>,
    schema: Option<(FilePlaces<'_>, Locate<'_>)>,
) -> Diagnostic {
    let locate = |place: &Place| -> Option<(String, Span)> {
        match place {
            Place::Item { item, span } => Some((file.path.to_owned(), file.absolute(*item, *span))),
            Place::File(span) => Some((file.path.to_owned(), file.clamp(*span))),
            Place::Schema(path) => {
                let (places, find) = schema?;
                let (item, span) = find(path)?;
                Some((places.path.to_owned(), places.absolute(item, span)))
            }
        }
    };
    let (path, span) = locate(&finding.place).unwrap_or_else(|| (file.path.to_owned(), Span::at(0)));
    Diagnostic {
        rule: finding.rule,
        severity: finding.severity,
        message: finding.message.clone(),
        file: path,
        span,
        label: finding.label.clone(),
        labels: finding
            .labels
            .iter()
            .filter_map(|(place, message)| {
                let (file, span) = locate(place)?;
                Some(Label {
                    file,
                    span,
                    message: message.clone(),
                })
            })
            .collect(),
        notes: finding.notes.clone(),
        help: finding.help.clone(),
        fixes: finding
            .fixes
            .iter()
            .filter_map(|fix| {
                // A fix of which a part cannot be placed is not a fix.
                let edits = fix
                    .edits
                    .iter()
                    .map(|(place, text)| {
                        let (file, span) = locate(place)?;
                        Some(Edit {
                            file,
                            span,
                            text: text.clone(),
                        })
                    })
                    .collect::<Option<Vec<_>>>()?;
                Some(Fix {
                    title: fix.title.clone(),
                    safe: fix.safe,
                    edits,
                })
            })
            .collect(),
    }
}
