//! Functions of texts. Places, lengths and counts are in characters: Unicode scalar values.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use datafusion::common::Result;
use unicode_normalization::UnicodeNormalization;

use super::operand::{Arguments, TextBuilder, counts, nested};

/// A text of each text.
pub(super) fn each(a: &Arguments, what: &str, change: impl Fn(&str) -> String) -> Result<ArrayRef> {
    let texts = a.texts(0)?;
    let mut builder = TextBuilder::new(a.place, a.rows, what);
    for row in 0..a.rows {
        match texts.get(row) {
            Some(text) => builder.push(Some(&change(text)))?,
            None => builder.push(None)?,
        }
    }
    Ok(builder.finish())
}

/// A part of each text.
pub(super) fn part(a: &Arguments, what: &str, cut: impl Fn(&str) -> &str) -> Result<ArrayRef> {
    let texts = a.texts(0)?;
    let mut builder = TextBuilder::new(a.place, a.rows, what);
    for row in 0..a.rows {
        builder.push(texts.get(row).map(&cut))?;
    }
    Ok(builder.finish())
}

pub(super) fn normalize(a: &Arguments) -> Result<ArrayRef> {
    each(a, "`normalize`", |text| text.nfc().collect())
}

pub(super) fn length(a: &Arguments) -> Result<ArrayRef> {
    let texts = a.texts(0)?;
    Ok(counts(
        (0..a.rows).map(|row| texts.get(row).map(|text| text.chars().count() as i64)),
    ))
}

/// Where a character begins, in bytes; the text's end beyond its last one.
fn byte(text: &str, character: usize) -> usize {
    // No text has more characters than bytes.
    match character >= text.len() {
        true if text.is_ascii() => text.len(),
        _ => text
            .char_indices()
            .nth(character)
            .map_or(text.len(), |(start, _)| start),
    }
}

/// The characters from one place to before another.
pub(super) fn slice(text: &str, from: usize, to: usize) -> &str {
    let rest = &text[byte(text, from)..];
    &rest[..byte(rest, to.saturating_sub(from))]
}

pub(super) fn substring(a: &Arguments) -> Result<ArrayRef> {
    let (texts, starts, lengths) = (a.texts(0)?, a.integers(1)?, a.optional_integers(2)?);
    let mut builder = TextBuilder::new(a.place, a.rows, "`substring`");
    for row in 0..a.rows {
        let length = match &lengths {
            Some(lengths) => lengths.count(row),
            None => Some(usize::MAX),
        };
        let part = texts.get(row).zip(starts.count(row)).zip(length);
        builder.push(part.map(|((text, start), length)| slice(text, start, start.saturating_add(length))))?;
    }
    Ok(builder.finish())
}

pub(super) fn left(a: &Arguments) -> Result<ArrayRef> {
    let (texts, lengths) = (a.texts(0)?, a.integers(1)?);
    let mut builder = TextBuilder::new(a.place, a.rows, "`left`");
    for row in 0..a.rows {
        let part = texts.get(row).zip(lengths.count(row));
        builder.push(part.map(|(text, length)| slice(text, 0, length)))?;
    }
    Ok(builder.finish())
}

pub(super) fn right(a: &Arguments) -> Result<ArrayRef> {
    let (texts, lengths) = (a.texts(0)?, a.integers(1)?);
    let mut builder = TextBuilder::new(a.place, a.rows, "`right`");
    for row in 0..a.rows {
        let part = texts.get(row).zip(lengths.count(row));
        builder.push(part.map(|(text, length)| {
            let start = text.chars().count().saturating_sub(length);
            &text[byte(text, start)..]
        }))?;
    }
    Ok(builder.finish())
}

pub(super) fn replace(a: &Arguments) -> Result<ArrayRef> {
    let (texts, parts, others) = (a.texts(0)?, a.texts(1)?, a.texts(2)?);
    let mut builder = TextBuilder::new(a.place, a.rows, "`replace`");
    for row in 0..a.rows {
        match (texts.get(row), parts.get(row), others.get(row)) {
            (Some(text), Some(""), Some(_)) => builder.push(Some(text))?,
            (Some(text), Some(part), Some(other)) => {
                let times = text.matches(part).count();
                builder.allow(text.len().saturating_add(times.saturating_mul(other.len())))?;
                builder.push(Some(&text.replace(part, other)))?;
            }
            _ => builder.push(None)?,
        }
    }
    Ok(builder.finish())
}

pub(super) fn split(a: &Arguments) -> Result<ArrayRef> {
    let (texts, separators) = (a.texts(0)?, a.texts(1)?);
    let (mut pieces, mut lengths): (Vec<&str>, Vec<Option<usize>>) = (Vec::new(), Vec::with_capacity(a.rows));
    for row in 0..a.rows {
        let before = pieces.len();
        let split = texts.get(row).zip(separators.get(row));
        match split {
            Some((text, "")) => pieces.extend(text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()])),
            Some((text, separator)) => pieces.extend(text.split(separator)),
            None => {}
        }
        lengths.push(split.map(|_| pieces.len() - before));
        a.place
            .allow(pieces.len().saturating_mul(size_of::<&str>()), "`split`")?;
    }
    let items: ArrayRef = Arc::new(pieces.into_iter().map(Some).collect::<StringArray>());
    nested(items, &lengths)
}

/// The texts of a list with a separator between them.
pub(super) fn join(a: &Arguments) -> Result<ArrayRef> {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    let (lists, separators) = (a.lists(0)?, a.texts(1)?);
    let items = arrow_cast::cast(&lists.items, &arrow_schema::DataType::Utf8)?;
    let items = items.as_string::<i32>();
    let mut builder = TextBuilder::new(a.place, a.rows, "`join`");
    for row in 0..a.rows {
        let Some((list, separator)) = lists.get(row).zip(separators.get(row)) else {
            builder.push(None)?;
            continue;
        };
        let texts = || {
            list.clone()
                .filter(|item| items.is_valid(*item))
                .map(|item| items.value(item))
        };
        let bytes: usize = texts().map(|text| text.len().saturating_add(separator.len())).sum();
        builder.allow(bytes)?;
        builder.push(Some(&texts().collect::<Vec<&str>>().join(separator)))?;
    }
    Ok(builder.finish())
}

/// The arguments in a row; a null counts as the empty text, or makes the whole null.
pub(super) fn concat(a: &Arguments, empty: bool, what: &str) -> Result<ArrayRef> {
    let parts = (0..a.len()).map(|index| a.texts(index)).collect::<Result<Vec<_>>>()?;
    let mut builder = TextBuilder::new(a.place, a.rows, what);
    let mut text = String::new();
    for row in 0..a.rows {
        text.clear();
        let mut whole = true;
        for part in &parts {
            match part.get(row) {
                Some(part) => {
                    builder.allow(text.len().saturating_add(part.len()))?;
                    text.push_str(part);
                }
                None => whole = empty && whole,
            }
        }
        builder.push(whole.then_some(text.as_str()))?;
    }
    Ok(builder.finish())
}

pub(super) fn position(a: &Arguments) -> Result<ArrayRef> {
    let (texts, parts) = (a.texts(0)?, a.texts(1)?);
    Ok(counts((0..a.rows).map(|row| {
        let (text, part) = (texts.get(row)?, parts.get(row)?);
        Some(text.find(part).map_or(-1, |at| text[..at].chars().count() as i64))
    })))
}

/// Which end a text is filled at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Start,
    End,
}

pub(super) fn pad(a: &Arguments, end: End) -> Result<ArrayRef> {
    let (texts, lengths) = (a.texts(0)?, a.integers(1)?);
    let fills = (a.len() > 2).then(|| a.texts(2)).transpose()?;
    let what = if end == End::Start { "`lpad`" } else { "`rpad`" };
    let mut builder = TextBuilder::new(a.place, a.rows, what);
    for row in 0..a.rows {
        let fill = match &fills {
            Some(fills) => fills.get(row),
            None => Some(" "),
        };
        let (Some(text), Some(length), Some(fill)) = (texts.get(row), lengths.count(row), fill) else {
            builder.push(None)?;
            continue;
        };
        let missing = length.saturating_sub(text.chars().count());
        if missing == 0 || fill.is_empty() {
            builder.push(Some(slice(text, 0, length)))?;
            continue;
        }
        let widest = fill.chars().map(char::len_utf8).max().unwrap_or(1);
        builder.allow(text.len().saturating_add(missing.saturating_mul(widest)))?;
        let filling: String = fill.chars().cycle().take(missing).collect();
        builder.push(Some(&match end {
            End::Start => filling + text,
            End::End => text.to_owned() + &filling,
        }))?;
    }
    Ok(builder.finish())
}
