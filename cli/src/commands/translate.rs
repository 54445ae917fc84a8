//! `translate`: statements of Cypher and Kùzu as queries and a schema.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources, render};
use omnigraph_translate::{self as translator, Dialect, Translation};
use serde_json::{Value, json};

use super::print;
use crate::arguments::{TextOrJson, Translate, TranslatedLanguage};
use crate::failure::{Failure, io_reason};
use crate::project;
use crate::source::Source;
use crate::streams::say;
use crate::terminal::Terminal;

pub(crate) fn run(arguments: Translate, terminal: &Terminal) -> Result<(), Failure> {
    let sources: Vec<Source> = arguments
        .files
        .iter()
        .map(|path| Source::read(path))
        .collect::<Result<_, _>>()?;
    let schema = match &arguments.schema {
        Some(path) => Some(Source::read_schema(path)?),
        None => None,
    };
    let (done, schema) = translated(&arguments, &sources, schema)?;
    let written = match &arguments.out {
        Some(folder) => written(&done, folder)?,
        None => Vec::new(),
    };
    let known = sources.iter().chain(&schema);
    let texts = Sources::new(known.map(|source| (source.path.clone(), source.text.clone())));
    if arguments.format == TextOrJson::Json {
        let document = document(&done, &texts);
        print(|out| writeln!(out, "{document}"))?;
    } else {
        for diagnostic in &done.diagnostics {
            say(&render::human(diagnostic, &texts, terminal.color_stderr()));
        }
        if arguments.out.is_none() {
            to_stdout(&done)?;
        }
        for path in &written {
            terminal.note(&format!("wrote {}", path.display()));
        }
        terminal.note(&format!(
            "{} of {} statements translated",
            done.translated(),
            done.statements()
        ));
    }
    match done.translated() == done.statements() && !has_error(&done.diagnostics) {
        true => Ok(()),
        false => Err(Failure::said()),
    }
}

fn has_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|one| one.severity == Severity::Error)
}

/// The translation, and the schema that was read for it. Tables in the input define the schema unless one is named; without both, it
/// is that of the project.
fn translated(
    arguments: &Translate,
    sources: &[Source],
    schema: Option<Source>,
) -> Result<(Translation, Option<Source>), Failure> {
    let dialect = match arguments.from {
        TranslatedLanguage::Cypher => Dialect::Cypher,
        TranslatedLanguage::Kuzu => Dialect::Kuzu,
    };
    let borrow = |source: &Source| -> (String, String) { (source.path.clone(), source.text.clone()) };
    let files: Vec<(String, String)> = sources.iter().map(borrow).collect();
    let files: Vec<translator::Source<'_>> = files
        .iter()
        .map(|(path, text)| translator::Source { path, text })
        .collect();
    let with = |schema: Option<&Source>| {
        let schema = schema.map(|schema| translator::Source {
            path: &schema.path,
            text: &schema.text,
        });
        translator::translate(dialect, &files, schema)
    };
    let done = with(schema.as_ref());
    if schema.is_some() || done.defines_tables {
        return Ok((done, schema));
    }
    let directory = project::working_directory()?;
    let Some(first) = arguments.files.first() else {
        return Ok((done, None));
    };
    let group = project::around(&directory, first, project::Asked::default())?;
    match &group.schema {
        Some(path) => {
            let schema = Source::read_schema(path)?;
            Ok((with(Some(&schema)), Some(schema)))
        }
        None => Ok((done, None)),
    }
}

/// The queries, or the schema. Both in one stream would be of no use.
fn to_stdout(done: &Translation) -> Result<(), Failure> {
    let texts: Vec<&str> = done
        .files
        .iter()
        .map(|file| file.text.as_str())
        .filter(|text| !text.is_empty())
        .collect();
    match (&done.schema, texts.is_empty()) {
        (Some(_), false) => Err(Failure::usage(
            "the input holds tables and queries, which are a schema and a file of queries",
        )
        .help("write both into a folder with `-o FOLDER`")),
        (Some(schema), true) => print(|out| write!(out, "{schema}")),
        (None, _) if texts.len() > 1 => Err(Failure::usage("several files hold queries of equal names")
            .help("write them into a folder with `-o FOLDER`")),
        (None, _) => print(|out| write!(out, "{}", texts.concat())),
    }
}

/// Writes what was translated into a folder; a file that is there stays as it is.
fn written(done: &Translation, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files: Vec<(PathBuf, &str)> = Vec::new();
    if let Some(schema) = &done.schema {
        files.push((folder.join("schema.pg"), schema));
    }
    for file in done.files.iter().filter(|file| !file.text.is_empty()) {
        let stem = Path::new(&file.path).file_stem().filter(|_| file.path != "<stdin>");
        let stem = stem.map_or("queries".into(), |stem| stem.to_string_lossy());
        files.push((folder.join(format!("{stem}.gq")), &file.text));
    }
    let mut seen = BTreeSet::new();
    for (path, _) in &files {
        let twice = !seen.insert(path.clone());
        if twice || path.exists() {
            let reason = if twice {
                "two files of the input would become"
            } else {
                "there is already a file"
            };
            return Err(Failure::usage(format!("{reason} {}", path.display())).help("choose another folder"));
        }
    }
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| Failure::failed(format!("cannot write {path}: {}", io_reason(&error)))
    };
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    for (path, text) in &files {
        let mut file = std::fs::File::create_new(path).map_err(failed(path))?;
        file.write_all(text.as_bytes()).map_err(failed(path))?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// What `--format json` prints.
fn document(done: &Translation, texts: &Sources) -> Value {
    let index = |path: &str, at: u32| {
        let text = texts.text(path).unwrap_or("");
        1 + text.get(..at as usize).unwrap_or("").matches('\n').count()
    };
    let files = done.files.iter().map(|file| {
        let statements = file.statements.iter().map(|statement| {
            json!({
                "line": index(&file.path, statement.span.start),
                "translated": statement.done,
                "query": statement.query,
            })
        });
        json!({ "file": file.path, "text": file.text, "statements": statements.collect::<Value>() })
    });
    let errors = done
        .diagnostics
        .iter()
        .filter(|one| one.severity == Severity::Error)
        .count();
    let diagnostics = done.diagnostics.iter().map(|one| render::json(one, texts));
    json!({
        "schema": done.schema,
        "files": files.collect::<Value>(),
        "diagnostics": diagnostics.collect::<Value>(),
        "summary": {
            "statements": done.statements(),
            "translated": done.translated(),
            "errors": errors,
        },
    })
}
