//! Regular expressions. Matching takes time linear in the text, and compiled expressions are of a limited size.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::{ArrayRef, StringArray};
use datafusion::common::Result;
use regex::{Regex, RegexBuilder};

use super::operand::{Arguments, Reader, TextBuilder, truths};
use super::place::{Place, short};
use crate::error::EvaluationCode;

/// Bytes of a compiled expression.
const SIZE_LIMIT: usize = 1 << 20;

/// Compiled expressions that a call keeps while the rows of a batch have different ones.
const MOST: usize = 256;

/// The expression that all rows of a call have, once it is compiled.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    last: Mutex<Option<(String, Arc<Regex>)>>,
}

impl Compiled {
    fn of(&self, pattern: &str, place: &Place) -> Result<Arc<Regex>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, regex)) = &*last
            && known == pattern
        {
            return Ok(regex.clone());
        }
        let regex = Arc::new(compile(pattern, place)?);
        *last = Some((pattern.to_owned(), regex.clone()));
        Ok(regex)
    }
}

fn compile(pattern: &str, place: &Place) -> Result<Regex> {
    RegexBuilder::new(pattern)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(SIZE_LIMIT)
        .build()
        .map_err(|error| {
            let text = error.to_string();
            // The last line says what is wrong; those before draw where.
            let reason = text.lines().last().unwrap_or_default();
            let reason = reason.strip_prefix("error: ").unwrap_or(reason);
            let shown = short(pattern);
            place.fail(
                EvaluationCode::Cast,
                format!("`{shown}` is no regular expression: {reason}"),
            )
        })
}

/// The expressions of the rows of one batch.
struct Patterns<'a> {
    texts: Reader<StringArray>,
    place: &'a Place,
    whole: Option<Arc<Regex>>,
    known: HashMap<String, Arc<Regex>>,
}

impl<'a> Patterns<'a> {
    fn new(a: &Arguments<'a>, compiled: &Compiled) -> Result<Patterns<'a>> {
        let texts = a.texts(1)?;
        let whole = match texts.get(0).filter(|_| texts.is_scalar()) {
            Some(pattern) => Some(compiled.of(pattern, a.place)?),
            None => None,
        };
        Ok(Patterns {
            texts,
            place: a.place,
            whole,
            known: HashMap::new(),
        })
    }

    fn get(&mut self, row: usize) -> Result<Option<Arc<Regex>>> {
        if self.whole.is_some() {
            return Ok(self.whole.clone());
        }
        let Some(pattern) = self.texts.get(row) else {
            return Ok(None);
        };
        if let Some(regex) = self.known.get(pattern) {
            return Ok(Some(regex.clone()));
        }
        if self.known.len() >= MOST {
            self.known.clear();
        }
        let regex = Arc::new(compile(pattern, self.place)?);
        self.known.insert(pattern.to_owned(), regex.clone());
        Ok(Some(regex))
    }
}

pub(super) fn matches(a: &Arguments, compiled: &Compiled) -> Result<ArrayRef> {
    let (texts, mut patterns) = (a.texts(0)?, Patterns::new(a, compiled)?);
    let mut found = Vec::with_capacity(a.rows);
    for row in 0..a.rows {
        let Some(text) = texts.get(row) else {
            found.push(None);
            continue;
        };
        found.push(patterns.get(row)?.map(|regex| regex.is_match(text)));
    }
    Ok(truths(found.into_iter()))
}

pub(super) fn extract(a: &Arguments, compiled: &Compiled) -> Result<ArrayRef> {
    let (texts, mut patterns) = (a.texts(0)?, Patterns::new(a, compiled)?);
    let groups = a.optional_integers(2)?;
    let mut builder = TextBuilder::new(a.place, a.rows, "`regex_extract`");
    for row in 0..a.rows {
        let group = match &groups {
            Some(groups) => groups.get(row),
            None => Some(0),
        };
        let group = group.and_then(|group| usize::try_from(group).ok());
        let (Some(text), Some(group)) = (texts.get(row), group) else {
            builder.push(None)?;
            continue;
        };
        let regex = patterns.get(row)?;
        let captures = regex.as_ref().and_then(|regex| regex.captures(text));
        let found = captures.as_ref().and_then(|captures| captures.get(group));
        builder.push(found.map(|found| found.as_str()))?;
    }
    Ok(builder.finish())
}

pub(super) fn replace(a: &Arguments, compiled: &Compiled) -> Result<ArrayRef> {
    let (texts, mut patterns, others) = (a.texts(0)?, Patterns::new(a, compiled)?, a.texts(2)?);
    let mut builder = TextBuilder::new(a.place, a.rows, "`regex_replace`");
    for row in 0..a.rows {
        let (Some(text), Some(other)) = (texts.get(row), others.get(row)) else {
            builder.push(None)?;
            continue;
        };
        let Some(regex) = patterns.get(row)? else {
            builder.push(None)?;
            continue;
        };
        // Written piece by piece, so that a result that is too large is never there.
        let (mut result, mut end) = (String::new(), 0);
        for captures in regex.captures_iter(text) {
            let Some(whole) = captures.get(0) else { continue };
            result.push_str(&text[end..whole.start()]);
            captures.expand(other, &mut result);
            builder.allow(result.len())?;
            end = whole.end();
        }
        result.push_str(&text[end..]);
        builder.push(Some(&result))?;
    }
    Ok(builder.finish())
}
