//! Findings known by what they are about, not by where they stand: fingerprints, and the baseline file of old findings.

use std::collections::{BTreeMap, HashMap};

use omnigraph_grammar::{Language, items};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, Sources};

/// A fingerprint for each diagnostic: a hash of the code, the file, the item and the text underlined, layout left out.
/// Lines may move. Of several equal ones, each counts.
pub fn fingerprints(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<String> {
    let mut items_of: HashMap<&str, Vec<(u32, u32, String)>> = HashMap::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut all = Vec::with_capacity(diagnostics.len());
    for diagnostic in diagnostics {
        let text = sources.text(&diagnostic.file).unwrap_or("");
        let known = items_of.entry(&diagnostic.file).or_insert_with(|| {
            let language = if diagnostic.file.ends_with(".gq") {
                Language::Query
            } else {
                Language::Schema
            };
            let named = items(language, text).0.into_iter();
            named
                .map(|item| {
                    (
                        item.span.start,
                        item.span.end,
                        item.name.map_or(String::new(), |name| name.text),
                    )
                })
                .collect()
        });
        let at = diagnostic.span.start;
        let after = known.partition_point(|(start, ..)| *start <= at);
        let item = after
            .checked_sub(1)
            .and_then(|index| known.get(index))
            .filter(|(_, end, _)| at <= *end);
        let item = item.map_or("", |(_, _, name)| name.as_str());
        let words = text
            .get(diagnostic.span.range())
            .unwrap_or("")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let mut hash = Sha256::new();
        for part in [
            diagnostic.rule.subcode,
            &diagnostic.file,
            item,
            &words,
            &diagnostic.message,
        ] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let mut print: String = hash.finalize()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
        let count = seen.entry(print.clone()).or_default();
        *count += 1;
        if *count > 1 {
            print += &format!("-{count}");
        }
        all.push(print);
    }
    all
}

/// The findings that are known and not to be reported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    findings: BTreeMap<String, BaselineEntry>,
}

/// What a person who reads the baseline file wants to know of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct BaselineEntry {
    code: String,
    file: String,
    message: String,
}

impl Baseline {
    /// The baseline of all these findings.
    pub fn of(diagnostics: &[Diagnostic], sources: &Sources) -> Baseline {
        let known = |diagnostic: &Diagnostic| BaselineEntry {
            code: diagnostic.rule.subcode.to_owned(),
            file: diagnostic.file.clone(),
            message: diagnostic.message.clone(),
        };
        let prints = fingerprints(diagnostics, sources).into_iter();
        Baseline {
            version: 1,
            findings: prints.zip(diagnostics.iter().map(known)).collect(),
        }
    }

    pub fn read(text: &str) -> Result<Baseline, String> {
        let baseline: Baseline = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match baseline.version {
            1 => Ok(baseline),
            version => Err(format!("version {version} is not known")),
        }
    }

    /// The file's text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    pub fn len(&self) -> usize {
        self.findings.len()
    }

    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Leaves out the findings that are known. Gives what is new, and how many entries are of no use any more.
    pub fn apply(&self, diagnostics: Vec<Diagnostic>, sources: &Sources) -> (Vec<Diagnostic>, usize) {
        let prints = fingerprints(&diagnostics, sources);
        let stale = self.findings.keys().filter(|print| !prints.contains(print)).count();
        let paired = diagnostics.into_iter().zip(prints);
        let new = paired
            .filter(|(_, print)| !self.findings.contains_key(print))
            .map(|(diagnostic, _)| diagnostic);
        (new.collect(), stale)
    }
}
