//! The project's settings: what `omnigraph.toml` says, and what holds without one. This module turns text into settings;
//! `workspace` finds the text.

mod read;
pub mod schema;
mod select;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use omnigraph_grammar::Span;

use crate::diagnostic::Severity;
use crate::rules::{self, Rule};
use crate::schema::SchemaSettings;

pub use read::read;
pub(crate) use select::configurable;
pub use select::{Level, Levels, Pattern};

/// The name of the file that holds a project's settings.
pub const SETTINGS_FILE: &str = "omnigraph.toml";

/// The widest line that the formatter makes unless the settings say otherwise.
pub const DEFAULT_WIDTH: usize = 100;

/// The widths of lines that the settings may ask for, in characters.
const WIDTHS: RangeInclusive<u32> = 40..=400;

/// What `fail-on` may say.
const FAIL_ON: [&str; 4] = ["error", "warning", "info", "never"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Schema files; without any, the nearest one above a query is its schema.
    pub schema: Vec<Pattern>,
    /// Query files; without any, all below the settings' folder.
    pub queries: Vec<Pattern>,
    /// What is left out of both.
    pub exclude: Vec<Pattern>,
    pub lint: LintSettings,
    pub format: FormatSettings,
    pub embedding: EmbeddingSettings,
    pub owners: OwnerSettings,
    /// How many numbers the vectors of a model have.
    pub models: BTreeMap<String, u32>,
}

/// Who answers for which types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnerSettings {
    /// Every new type must say its owner.
    pub require: bool,
    /// People by the team that `@owner` names.
    pub teams: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintSettings {
    pub levels: Levels,
    /// Later ones win.
    pub overrides: Vec<Override>,
    /// Whether a suppression without a reason is a finding.
    pub require_reason: bool,
    /// The least severity for which `lint` ends with "no".
    pub fail_on: Option<Severity>,
    /// A file of old findings, relative to the settings' folder.
    pub baseline: Option<String>,
    /// A file of queries that others rely on, relative to the settings' folder.
    pub published: Option<String>,
    /// Annotations that the project declares as its own.
    pub known_annotations: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    pub paths: Vec<Pattern>,
    pub levels: Levels,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatSettings {
    pub width: usize,
}

/// Who turns texts into vectors. Where that service is and which key opens it belong to a machine, not to a project, and
/// do not stand in the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EmbeddingSettings {
    pub provider: Option<EmbeddingProvider>,
    /// The one model of the provider; without, the one that a property names.
    pub model: Option<String>,
    /// Whether the provider is asked for vectors of the property's length; it may know one length only.
    pub dimensions: bool,
    /// Texts of one call.
    pub batch: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbeddingProvider {
    /// A service that speaks the protocol of OpenAI's `/embeddings`.
    OpenAi,
    /// Vectors made up from the words of a text, for tests and demonstrations.
    Mock,
    /// None, whatever else says there is one.
    None,
}

impl EmbeddingProvider {
    pub const WORDS: [&str; 3] = ["openai", "mock", "none"];

    pub fn from_word(word: &str) -> Option<EmbeddingProvider> {
        match word {
            "openai" => Some(EmbeddingProvider::OpenAi),
            "mock" => Some(EmbeddingProvider::Mock),
            "none" => Some(EmbeddingProvider::None),
            _ => None,
        }
    }
}

/// The most texts that one call may hold.
pub(crate) const MAX_EMBEDDING_BATCH: u32 = 2048;

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            schema: Vec::new(),
            queries: Vec::new(),
            exclude: Vec::new(),
            lint: LintSettings {
                levels: Levels::default(),
                overrides: Vec::new(),
                require_reason: false,
                fail_on: Some(Severity::Error),
                baseline: None,
                published: None,
                known_annotations: BTreeSet::new(),
            },
            format: FormatSettings { width: DEFAULT_WIDTH },
            owners: OwnerSettings::default(),
            models: BTreeMap::new(),
            embedding: EmbeddingSettings::default(),
        }
    }
}

impl Settings {
    /// How severe a finding of this rule is in a file (its path from the settings' folder); `None` if it is not reported.
    /// `own` is what the finding itself says. What the language calls an error stays one.
    pub fn severity(&self, rule: &Rule, own: Severity, path: &str) -> Option<Severity> {
        if own == Severity::Error && !rule.may_be_set() {
            return Some(own);
        }
        let overrides = self.lint.overrides.iter().rev();
        let level = overrides
            .filter(|over| over.paths.iter().any(|pattern| pattern.matches(path)))
            .find_map(|over| over.levels.of(rule))
            .or_else(|| self.lint.levels.of(rule));
        match level {
            Some(level) => level.severity(),
            None => rules::is_on(rule).then_some(own),
        }
    }

    /// What of them checking a schema depends on. `today` counts days from 1970-01-01.
    pub fn schema_settings(&self, today: Option<i32>) -> SchemaSettings {
        SchemaSettings {
            known_annotations: self.lint.known_annotations.clone(),
            today,
        }
    }
}

/// Something wrong with the settings' text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsProblem {
    pub span: Span,
    /// One sentence, no code, names in backticks.
    pub message: String,
    pub help: Option<String>,
}
