//! Which rules and which paths a setting is about.

use std::collections::BTreeMap;

use omnigraph_model::suggest::nearest;

use crate::diagnostic::Severity;
use crate::rules::{RULES, Rule};

/// What a rule's findings are reported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Off,
    Info,
    Warning,
    Error,
}

impl Level {
    pub const WORDS: [&str; 4] = ["off", "info", "warning", "error"];

    pub(crate) fn from_word(word: &str) -> Option<Level> {
        Some(match word {
            "off" => Level::Off,
            "info" => Level::Info,
            "warning" => Level::Warning,
            "error" => Level::Error,
            _ => return None,
        })
    }

    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Info => Some(Severity::Info),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

/// Levels by what they are about: a rule by code, sub-code or name, or a family by the beginning of its codes (`L`,
/// `L4`). The most exact one holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<String, Level>);

impl Levels {
    /// Adds a level; the error says what is wrong with the key, and what was probably meant.
    pub fn insert(&mut self, key: &str, level: Level) -> Result<(), (String, Option<String>)> {
        let named: Vec<&Rule> = RULES
            .iter()
            .copied()
            .filter(|rule| [rule.code, rule.subcode, rule.name].contains(&key))
            .collect();
        if let [first, ..] = named.as_slice() {
            if named.iter().all(|rule| !rule.may_be_set()) {
                let message = format!("`{key}` is an error of the language: `{}`", first.name);
                return Err((message, Some("its severity cannot be set".to_owned())));
            }
        } else if !is_family(key) {
            let known = configurable().flat_map(|rule| [rule.code, rule.name]);
            let help = match nearest(key, known) {
                Some(word) => format!("did you mean `{word}`?"),
                None => "`omnigraph explain --list` prints all rules".to_owned(),
            };
            return Err((format!("no rule and no family of rules is called `{key}`"), Some(help)));
        }
        self.0.insert(key.to_owned(), level);
        Ok(())
    }

    pub(crate) fn of(&self, rule: &Rule) -> Option<Level> {
        if self.0.is_empty() {
            return None;
        }
        [rule.subcode, rule.name, rule.code]
            .iter()
            .find_map(|key| self.0.get(*key))
            .or_else(|| {
                (1..rule.code.len())
                    .rev()
                    .find_map(|length| self.0.get(rule.code.get(..length)?))
            })
            .copied()
    }
}

/// Rules whose severity may be set.
pub(crate) fn configurable() -> impl Iterator<Item = &'static Rule> {
    let rules = RULES.iter().copied();
    rules.filter(|rule| rule.may_be_set())
}

/// The beginnings of codes that name a family: a letter, or a letter and a digit where codes have three digits;
/// `OG` and `OG-DS` for migrations.
pub(super) fn families() -> Vec<&'static str> {
    let mut families: Vec<&str> = configurable()
        .flat_map(|rule| match rule.code.starts_with("OG-") {
            true => [rule.code.get(..2), rule.code.get(..5)],
            false => [rule.code.get(..1), rule.code.get(..2).filter(|_| rule.code.len() == 4)],
        })
        .flatten()
        .collect();
    families.sort_unstable();
    families.dedup();
    families
}

fn is_family(key: &str) -> bool {
    families().contains(&key)
}

/// A pattern for paths from the settings' folder: `*` within a folder's name, `**` across folders, `?`, `[ab]`. One
/// that ends in `/` means everything below that folder.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    glob: glob::Pattern,
}

impl Pattern {
    pub(crate) fn new(text: &str) -> Result<Pattern, String> {
        let trimmed = text.strip_prefix("./").unwrap_or(text);
        let glob = match trimmed.ends_with('/') {
            true => format!("{trimmed}**"),
            false => trimmed.to_owned(),
        };
        let glob = glob::Pattern::new(&glob).map_err(|error| error.msg.to_owned())?;
        Ok(Pattern {
            text: trimmed.to_owned(),
            glob,
        })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it names one path and no other.
    pub fn is_literal(&self) -> bool {
        !self.text.contains(['*', '?', '[']) && !self.text.ends_with('/')
    }

    pub fn matches(&self, path: &str) -> bool {
        let options = glob::MatchOptions {
            require_literal_separator: true,
            ..glob::MatchOptions::new()
        };
        self.glob.matches_with(path, options)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}
