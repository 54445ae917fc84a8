//! Whether edits would bring errors: asked before an action or a rename is offered.

use std::collections::HashMap;

use omnigraph_compiler::db::SourceFile;
use omnigraph_compiler::trial::{Tried, tried};
use omnigraph_grammar::Language;

use super::Ide;
use super::rename::Edit;

/// The first error that the project would have beyond its own after these edits, and beside a new query file if there is one.
pub(crate) fn first_error(ide: &Ide<'_>, edits: &[Edit], new_file: Option<&str>) -> Option<String> {
    let mut files = edited(ide, edits);
    files.extend(new_file.map(|text| Tried {
        file: None,
        language: Language::Query,
        text: text.to_owned(),
    }));
    let error = tried(ide.db, ide.project, &files).into_iter().next()?;
    let finding = error.finding;
    Some(format!("{} ({})", finding.message, finding.rule.subcode))
}

/// The texts of the files after these edits, which do not overlap.
fn edited(ide: &Ide<'_>, edits: &[Edit]) -> Vec<Tried> {
    let mut by_file: HashMap<SourceFile, Vec<&Edit>> = HashMap::new();
    for edit in edits {
        by_file.entry(edit.place.file).or_default().push(edit);
    }
    let apply = |(file, mut edits): (SourceFile, Vec<&Edit>)| {
        let old = file.text(ide.db);
        edits.sort_by_key(|edit| (edit.place.span.start, edit.place.span.end));
        let (mut text, mut at) = (String::with_capacity(old.len()), 0);
        for edit in edits {
            let span = edit.place.span.range();
            text += old.get(at..span.start).unwrap_or("");
            text += &edit.text;
            at = span.end;
        }
        text += old.get(at..).unwrap_or("");
        Tried {
            file: Some(file),
            language: file.language(ide.db),
            text,
        }
    };
    by_file.into_iter().map(apply).collect()
}
