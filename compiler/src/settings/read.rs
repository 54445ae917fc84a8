//! From the text of `omnigraph.toml` to settings. An unknown key is an error: a misspelt setting must not be silent. Which keys
//! there are, the JSON schema says.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::{Component, Path};

use omnigraph_grammar::Span;
use omnigraph_model::suggest::{nearest, suggestion};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::schema::keys;
use super::{
    EmbeddingProvider, FAIL_ON, FormatSettings, Level, Levels, LintSettings, MAX_EMBEDDING_BATCH, Override,
    OwnerSettings, Pattern, Settings, SettingsProblem, WIDTHS,
};
use crate::diagnostic::Severity;

/// Reads settings; everything that is wrong with them at once otherwise.
pub fn read(text: &str) -> Result<Settings, Vec<SettingsProblem>> {
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let message = error.message().lines().next().unwrap_or("this is not TOML").to_owned();
            let span = span(error.span().unwrap_or_default());
            return Err(vec![SettingsProblem {
                span,
                message,
                help: None,
            }]);
        }
    };
    let mut reader = Reader { problems: Vec::new() };
    let settings = reader.settings(table.get_ref());
    reader.problems.sort_by_key(|problem| problem.span.start);
    match reader.problems.is_empty() {
        true => Ok(settings),
        false => Err(reader.problems),
    }
}

fn span(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

struct Reader {
    problems: Vec<SettingsProblem>,
}

type Entry<'a> = Spanned<DeValue<'a>>;

impl Reader {
    fn settings(&mut self, table: &DeTable) -> Settings {
        let mut settings = Settings::default();
        for (key, value) in self.entries(table, &[]) {
            match key {
                "schema" => settings.schema = self.patterns(value),
                "queries" => settings.queries = self.patterns(value),
                "exclude" => settings.exclude = self.patterns(value),
                "lint" => self.lint(value, &mut settings.lint),
                "format" => self.format(value, &mut settings.format),
                "owners" => self.owners(value, &mut settings.owners),
                "embedding" => self.embedding(value, &mut settings),
                _ => {}
            }
        }
        settings
    }

    fn lint(&mut self, value: &Entry, lint: &mut LintSettings) {
        let Some(table) = self.table(value) else { return };
        for (key, value) in self.entries(table, &["lint"]) {
            match key {
                "rules" => lint.levels = self.levels(value),
                "overrides" => lint.overrides = self.overrides(value),
                "require-reason" => lint.require_reason = self.boolean(value).unwrap_or_default(),
                "fail-on" => {
                    lint.fail_on = match self.string(value) {
                        Some("error") => Some(Severity::Error),
                        Some("warning") => Some(Severity::Warning),
                        Some("info") => Some(Severity::Info),
                        Some("never") => None,
                        Some(word) => {
                            self.choice(value, word, &FAIL_ON);
                            continue;
                        }
                        None => continue,
                    }
                }
                "baseline" => lint.baseline = self.own_file(value, "--baseline"),
                "published" => lint.published = self.own_file(value, "--published"),
                "known-annotations" => {
                    let names = self.strings(value).into_iter();
                    lint.known_annotations = names.map(|(name, _)| name.trim_start_matches('@').to_owned()).collect();
                }
                _ => {}
            }
        }
    }

    fn overrides(&mut self, value: &Entry) -> Vec<Override> {
        let DeValue::Array(array) = value.get_ref() else {
            self.expected(value, "a list of tables, each written under `[[lint.overrides]]`");
            return Vec::new();
        };
        let mut overrides = Vec::new();
        for element in array.iter() {
            let Some(table) = self.table(element) else { continue };
            let mut over = Override {
                paths: Vec::new(),
                levels: Levels::default(),
            };
            for (key, value) in self.entries(table, &["lint", "overrides"]) {
                match key {
                    "paths" => over.paths = self.patterns(value),
                    "rules" => over.levels = self.levels(value),
                    _ => {}
                }
            }
            if !table.iter().any(|(key, _)| key.get_ref().as_ref() == "paths") {
                self.problem(element.span(), "an override needs `paths`", None);
            }
            overrides.push(over);
        }
        overrides
    }

    fn levels(&mut self, value: &Entry) -> Levels {
        let mut levels = Levels::default();
        let Some(table) = self.table(value) else { return levels };
        for (key, value) in table.iter() {
            let Some(word) = self.string(value) else { continue };
            let Some(level) = Level::from_word(word) else {
                self.choice(value, word, &Level::WORDS);
                continue;
            };
            if let Err((message, help)) = levels.insert(key.get_ref(), level) {
                self.problem(key.span(), message, help);
            }
        }
        levels
    }

    fn owners(&mut self, value: &Entry, owners: &mut OwnerSettings) {
        let Some(table) = self.table(value) else { return };
        for (key, value) in self.entries(table, &["owners"]) {
            match key {
                "require" => owners.require = self.boolean(value).unwrap_or_default(),
                "teams" => {
                    let Some(table) = self.table(value) else { continue };
                    for (team, people) in table.iter() {
                        let people = self.strings(people).into_iter().map(|(name, _)| name);
                        owners.teams.insert(team.get_ref().to_string(), people.collect());
                    }
                }
                _ => {}
            }
        }
    }

    /// How many numbers the vectors of each model have.
    fn models(&mut self, value: &Entry, models: &mut BTreeMap<String, u32>) {
        let Some(table) = self.table(value) else { return };
        for (model, value) in table.iter() {
            let size = match value.get_ref() {
                DeValue::Integer(number) => number.to_string().parse().ok(),
                _ => None,
            };
            match size.filter(|size| *size > 0) {
                Some(size) => {
                    models.insert(model.get_ref().to_string(), size);
                }
                None => self.expected(value, "how many numbers a vector has"),
            }
        }
    }

    fn format(&mut self, value: &Entry, format: &mut FormatSettings) {
        let Some(table) = self.table(value) else { return };
        for (key, value) in self.entries(table, &["format"]) {
            if key == "width" {
                match self.number(value, WIDTHS) {
                    Some(width) => format.width = width as usize,
                    None => {
                        let (least, most) = WIDTHS.into_inner();
                        self.expected(value, &format!("a number from {least} to {most}"));
                    }
                }
            }
        }
    }

    fn embedding(&mut self, value: &Entry, settings: &mut Settings) {
        let Some(table) = self.table(value) else { return };
        let embedding = &mut settings.embedding;
        for (key, value) in self.entries(table, &["embedding"]) {
            match key {
                "provider" => {
                    let Some(word) = self.string(value) else { continue };
                    embedding.provider = EmbeddingProvider::from_word(word);
                    if embedding.provider.is_none() {
                        self.choice(value, word, &EmbeddingProvider::WORDS);
                    }
                }
                "model" => match self.string(value) {
                    Some(model) if model.trim().is_empty() => self.expected(value, "the name of a model"),
                    model => embedding.model = model.map(str::to_owned),
                },
                "dimensions" => embedding.dimensions = self.boolean(value).unwrap_or_default(),
                "batch" => match self.number(value, 1..=MAX_EMBEDDING_BATCH) {
                    Some(batch) => embedding.batch = Some(batch),
                    None => self.expected(value, &format!("a number from 1 to {MAX_EMBEDDING_BATCH}")),
                },
                "models" => self.models(value, &mut settings.models),
                _ => {}
            }
        }
    }

    /// One pattern or a list of them.
    fn patterns(&mut self, value: &Entry) -> Vec<Pattern> {
        let written = match value.get_ref() {
            DeValue::String(text) => vec![(text.to_string(), value.span())],
            DeValue::Array(_) => self.strings(value),
            _ => {
                self.expected(value, "a path or a list of paths");
                Vec::new()
            }
        };
        let mut patterns = Vec::new();
        for (text, range) in written {
            match Pattern::new(&text) {
                Ok(pattern) => patterns.push(pattern),
                Err(reason) => self.problem(range, format!("`{text}` is not a pattern for paths: {reason}"), None),
            }
        }
        patterns
    }

    fn strings(&mut self, value: &Entry) -> Vec<(String, Range<usize>)> {
        let DeValue::Array(array) = value.get_ref() else {
            self.expected(value, "a list of strings");
            return Vec::new();
        };
        let mut strings = Vec::new();
        for element in array.iter() {
            if let Some(text) = self.string(element) {
                strings.push((text.to_owned(), element.span()));
            }
        }
        strings
    }

    fn string<'v>(&mut self, value: &'v Entry) -> Option<&'v str> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(text);
        }
        self.expected(value, "a string");
        None
    }

    /// A file below the settings' folder: settings come with a project, and say nothing about what is not its own.
    fn own_file(&mut self, value: &Entry, flag: &str) -> Option<String> {
        let text = self.string(value)?;
        let is_below = Path::new(text)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !is_below {
            let help = format!("settings name files below their own folder; {flag} names any other");
            self.problem(
                value.span(),
                format!("`{text}` lies outside of the project"),
                Some(help),
            );
        }
        Some(text.to_owned())
    }

    fn boolean(&mut self, value: &Entry) -> Option<bool> {
        if let DeValue::Boolean(value) = value.get_ref() {
            return Some(*value);
        }
        self.expected(value, "`true` or `false`");
        None
    }

    fn number(&mut self, value: &Entry, range: RangeInclusive<u32>) -> Option<u32> {
        let DeValue::Integer(number) = value.get_ref() else {
            return None;
        };
        number.to_string().parse().ok().filter(|number| range.contains(number))
    }

    fn table<'v, 'a>(&mut self, value: &'v Entry<'a>) -> Option<&'v DeTable<'a>> {
        if let DeValue::Table(table) = value.get_ref() {
            return Some(table);
        }
        self.expected(value, "a table");
        None
    }

    /// The entries of a table whose keys the JSON schema has at `path`; the others are reported.
    fn entries<'v, 'a>(&mut self, table: &'v DeTable<'a>, path: &[&str]) -> Vec<(&'v str, &'v Entry<'a>)> {
        let known = keys(path);
        let mut entries = Vec::new();
        for (key, value) in table.iter() {
            let word = key.get_ref().as_ref();
            if known.contains(&word) {
                entries.push((word, value));
            } else if path == ["embedding"] && ["url", "key"].contains(&word) {
                let variable = word.to_ascii_uppercase();
                let help = format!("it belongs to a machine: set the variable OMNIGRAPH_EMBEDDING_{variable}");
                let message = format!("`{word}` does not stand in the settings");
                self.problem(key.span(), message, Some(help));
            } else {
                self.unknown(key, &known);
            }
        }
        entries
    }

    fn expected(&mut self, value: &Entry, what: &str) {
        self.problem(value.span(), format!("this should be {what}"), None);
    }

    fn choice(&mut self, value: &Entry, word: &str, words: &[&str]) {
        let help = nearest(word, words.iter().copied()).map(suggestion);
        let all: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        self.problem(value.span(), format!("this should be one of {}", all.join(", ")), help);
    }

    fn unknown<T: AsRef<str>>(&mut self, key: &Spanned<T>, known: &[&str]) {
        let word = key.get_ref().as_ref();
        let help = match nearest(word, known.iter().copied()) {
            Some(near) => suggestion(near),
            None => {
                let all: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
                format!("known here: {}", all.join(", "))
            }
        };
        self.problem(key.span(), format!("unknown setting `{word}`"), Some(help));
    }

    fn problem(&mut self, range: Range<usize>, message: impl Into<String>, help: Option<String>) {
        self.problems.push(SettingsProblem {
            span: span(range),
            message: message.into(),
            help,
        });
    }
}
