//! Plans as the reports that pipelines read, with the findings where the files of the project have them.

use omnigraph_compiler::diagnostic::Diagnostic;
use omnigraph_compiler::migrate::FindingState;
use omnigraph_grammar::{Language, Span, items};

use crate::output::lint::Findings;
use crate::source::Source;

use super::planned::Planned;

/// What plans find, and the errors of queries that they break.
pub(super) fn findings(plans: &[Planned]) -> Findings {
    let mut all = Findings::new("schema plan");
    for planned in plans {
        for source in std::iter::once(&planned.desired).chain(&planned.queries) {
            all.sources.insert(source.path.clone(), source.text.clone());
        }
        for (diagnostic, _, state) in planned.findings() {
            let diagnostic = in_files(planned, diagnostic);
            match state {
                FindingState::Open => all.reported.push(diagnostic),
                FindingState::Suppressed => all.suppressed.push((diagnostic, String::new())),
                FindingState::Proved => {}
            }
        }
        let broken = planned
            .broken
            .iter()
            .flat_map(|query| query.diagnostics.iter().cloned());
        all.reported.extend(broken);
    }
    all.files = all.sources.paths().count();
    all
}

/// The finding in a file that is there: the former schema is none.
fn in_files(planned: &Planned, mut diagnostic: Diagnostic) -> Diagnostic {
    let (accepted, desired) = (&planned.accepted, &planned.desired);
    let known = |file: &str| file == desired.path || planned.queries.iter().any(|source| source.path == file);
    if diagnostic.file == accepted.path && accepted.path != desired.path {
        diagnostic.span = declaration(accepted, diagnostic.span, desired);
        diagnostic.file.clone_from(&desired.path);
    }
    diagnostic.labels.retain(|label| known(&label.file));
    diagnostic
        .fixes
        .retain(|fix| fix.edits.iter().all(|edit| known(&edit.file)));
    diagnostic
}

/// The name of the declaration around a place of one schema, in another; the start of that if it has no such declaration.
fn declaration(of: &Source, place: Span, other: &Source) -> Span {
    let (before, _) = items(Language::Schema, &of.text);
    let around = before
        .iter()
        .find(|item| item.span.start <= place.start && place.start <= item.span.end);
    let name = around.and_then(|item| item.name.as_ref());
    let (after, _) = items(Language::Schema, &other.text);
    let same = after.iter().find(|item| {
        let own = item.name.as_ref().map(|name| name.text.as_str());
        own.is_some() && own == name.map(|name| name.text.as_str()) && Some(item.kind) == around.map(|item| item.kind)
    });
    let found = same.and_then(|item| Some(item.name.as_ref()?.span.shifted(item.span.start)));
    found.unwrap_or(Span::at(0))
}
