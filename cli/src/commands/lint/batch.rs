//! What `lint` looks at: the files that belong together, read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use omnigraph_compiler::diagnostic::Diagnostic;
use omnigraph_compiler::lint::External;
use omnigraph_workspace::Located;

use super::super::{block_on, failure, open, schema_source};
use super::Report;
use crate::arguments::Lint;
use crate::failure::Failure;
use crate::project::{self, Asked, Group};
use crate::source::{Source, lint, tell_encodings};

/// Files that are checked together, before they are.
pub(super) struct Batch {
    /// `None` where no schema is known.
    pub schema: Option<Source>,
    /// A schema of a graph is not written.
    pub stored: bool,
    /// Schemas that are equally near, so that none is taken.
    pub rivals: Vec<PathBuf>,
    pub queries: Vec<Source>,
    pub settings: Arc<Located>,
    pub external: External,
    /// Errors of files that are not UTF-8.
    pub encodings: Vec<Diagnostic>,
    /// The file that is reported on, if the others are only there to check it.
    pub only: Option<String>,
}

/// What is looked at, and what cannot be.
pub(super) struct Batches {
    pub list: Vec<Batch>,
    pub problems: Vec<Failure>,
    /// Links that lead out of the project, and are not followed.
    pub links: Vec<PathBuf>,
}

impl Batch {
    pub(super) fn check(&self, directory: &Path) -> Report {
        let (mut checked, mut suppressed) = lint(
            self.schema.as_ref(),
            &self.rivals,
            &self.queries,
            &self.settings,
            directory,
            Some(&self.external),
        );
        tell_encodings(&mut checked.diagnostics, &self.encodings, &checked.sources);
        if let Some(only) = &self.only {
            checked.diagnostics.retain(|found| found.file == *only);
            suppressed.retain(|(found, _)| found.file == *only);
        }
        Report {
            checked,
            suppressed,
            settings: self.settings.clone(),
            only: self.only.clone(),
        }
    }

    /// The texts that fixes may change.
    pub(super) fn texts(&self) -> BTreeMap<String, String> {
        let schema = self.schema.as_ref().filter(|_| !self.stored);
        let sources = schema.into_iter().chain(&self.queries);
        let sources = sources.filter(|source| self.only.as_ref().is_none_or(|only| *only == source.path));
        sources
            .map(|source| (source.path.clone(), source.text.clone()))
            .collect()
    }

    pub(super) fn take(&mut self, path: &str, text: String) {
        let sources = self.schema.iter_mut().chain(&mut self.queries);
        for source in sources.filter(|source| source.path == path) {
            source.text.clone_from(&text);
        }
    }
}

/// Reads sources as the command needs them.
struct Reader<'a> {
    /// What is written from a text must have been read as it is.
    writes: bool,
    /// What stdin holds, and the file that it stands for.
    stdin: Option<&'a Source>,
    encodings: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn read(&mut self, path: &Path) -> Result<Source, Failure> {
        if let Some(stdin) = self.stdin.filter(|stdin| Path::new(&stdin.path) == path) {
            return Ok(stdin.clone());
        }
        if self.writes {
            return Source::read_schema(path);
        }
        let (source, told) = Source::read_to_tell(path)?;
        self.encodings.extend(told);
        Ok(source)
    }

    fn all(&mut self, paths: &[PathBuf]) -> Result<Vec<Source>, Failure> {
        paths.iter().map(|path| self.read(path)).collect()
    }

    fn batch(&mut self, group: Group) -> Result<Batch, Failure> {
        let schema = group.schema.as_deref().map(|schema| self.read(schema)).transpose()?;
        Ok(Batch {
            schema,
            stored: false,
            rivals: group.rivals,
            queries: self.all(&group.queries)?,
            settings: group.settings,
            external: External::default(),
            encodings: std::mem::take(&mut self.encodings),
            only: self.stdin.map(|stdin| stdin.path.clone()),
        })
    }
}

pub(super) fn batches(arguments: &Lint, directory: &Path) -> Result<Batches, Failure> {
    let stdin = stdin(arguments, directory)?;
    let writes = arguments.fix || arguments.unsafe_fixes || arguments.diff;
    let mut reader = Reader {
        writes: writes || arguments.write_baseline || arguments.write_published,
        stdin: stdin.as_ref(),
        encodings: Vec::new(),
    };
    let asked = asked(arguments);
    if let Some(store) = &arguments.store {
        return Ok(Batches {
            list: vec![of_store(store, arguments, &mut reader)?],
            problems: Vec::new(),
            links: Vec::new(),
        });
    }
    if let Some(stdin) = &stdin {
        let group = project::around(directory, Path::new(&stdin.path), asked)?;
        return Ok(Batches {
            list: vec![reader.batch(group)?],
            problems: Vec::new(),
            links: Vec::new(),
        });
    }
    let look = project::look(directory, asked)?;
    let groups = look.groups.into_iter();
    Ok(Batches {
        list: groups.map(|group| reader.batch(group)).collect::<Result<_, _>>()?,
        problems: look.problems,
        links: look.links,
    })
}

pub(super) fn asked(arguments: &Lint) -> Asked<'_> {
    Asked {
        paths: &arguments.paths,
        schema: arguments.schema.as_deref(),
        config: arguments.config.as_deref(),
        no_ignore: arguments.no_ignore,
    }
}

/// Stdin, if that is what is checked, under the name of the file that it stands for.
fn stdin(arguments: &Lint, directory: &Path) -> Result<Option<Source>, Failure> {
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    if !arguments.paths.iter().any(is_stdin) {
        return Ok(None);
    }
    let Some(name) = &arguments.stdin_filename else {
        return Err(Failure::usage("the language of stdin is not known").help("say it with --stdin-filename NAME.gq"));
    };
    if !project::is_schema(name) && !project::is_query(name) {
        let message = format!("{} is neither a .pg nor a .gq file", name.display());
        return Err(Failure::usage(message));
    }
    let written = arguments.fix || arguments.unsafe_fixes || arguments.write_baseline || arguments.write_published;
    if arguments.paths.len() > 1 || written && !arguments.diff {
        let message = "stdin is checked alone, and nothing is written from it";
        return Err(Failure::usage(message).help("with --diff, what fixes would change is shown"));
    }
    let whole = omnigraph_workspace::clean(&directory.join(name));
    Ok(Some(Source {
        path: project::shown(directory, &whole).display().to_string(),
        ..Source::read(Path::new("-"))?
    }))
}

/// Queries against the schema of a graph.
fn of_store(store: &str, arguments: &Lint, reader: &mut Reader<'_>) -> Result<Batch, Failure> {
    let (schema, rows) = stored(store)?;
    let here = [PathBuf::from(".")];
    let queries: Vec<PathBuf> = match (reader.stdin, arguments.paths.is_empty()) {
        (Some(stdin), _) => vec![PathBuf::from(&stdin.path)],
        (None, true) => project::named(&here, arguments.no_ignore)?,
        (None, false) => project::named(&arguments.paths, arguments.no_ignore)?,
    };
    let queries: Vec<PathBuf> = queries.into_iter().filter(|path| project::is_query(path)).collect();
    let settings = project::settings_of(queries.first().map_or(Path::new("omnigraph.toml"), PathBuf::as_path))?;
    Ok(Batch {
        schema: Some(schema),
        stored: true,
        rivals: Vec::new(),
        queries: reader.all(&queries)?,
        settings,
        external: External { rows, published: None },
        encodings: std::mem::take(&mut reader.encodings),
        only: reader.stdin.map(|stdin| stdin.path.clone()),
    })
}

/// The schema of a graph, and how many rows each of its types has.
fn stored(store: &str) -> Result<(Source, BTreeMap<String, u64>), Failure> {
    let snapshot = block_on(async { open(store).await?.snapshot().await.map_err(failure) })?;
    let nodes = snapshot
        .catalog
        .nodes
        .keys()
        .map(|name| (name, snapshot.node_rows(name)));
    let edges = snapshot
        .catalog
        .edges
        .keys()
        .map(|name| (name, snapshot.edge_rows(name)));
    let rows = nodes.chain(edges).map(|(name, rows)| (name.clone(), rows)).collect();
    Ok((schema_source(&snapshot), rows))
}
