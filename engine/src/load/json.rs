//! One line of input as a tree that borrows from it. Unlike a general parser it refuses a member that occurs twice, at any
//! depth, and stops at a structure too large to be meant.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::error::Fault;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    /// Above `i64::MAX`.
    Unsigned(u64),
    /// Written with a fraction or an exponent, or too large for 64 bits.
    Float(f64),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl Json<'_> {
    /// For messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Integer(_) | Json::Unsigned(_) | Json::Float(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }
}

/// The value as JSON again, cut where it gets long.
impl std::fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(v) => write!(f, "{v}"),
            Json::Integer(v) => write!(f, "{v}"),
            Json::Unsigned(v) => write!(f, "{v}"),
            Json::Float(v) => write!(f, "{v:?}"),
            Json::String(v) => {
                let shown: String = v.chars().take(60).collect();
                let more = if shown.len() < v.len() { "…" } else { "" };
                write!(f, "{}{more}", serde_json::Value::from(shown))
            }
            Json::Array(items) if items.len() <= 4 => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if at > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Json::Array(items) => write!(f, "an array of {} items", items.len()),
            Json::Object(_) => f.write_str("an object"),
        }
    }
}

/// What a line may hold: values and member names, counted.
pub(crate) const TOKEN_LIMIT: u32 = 131_072;

#[derive(Debug, PartialEq)]
pub(crate) enum LineError {
    Fault(Box<Fault>),
    TooManyTokens,
}

pub(crate) fn parse(line: &[u8]) -> Result<Json<'_>, LineError> {
    let text = std::str::from_utf8(line).map_err(|_| LineError::Fault(Box::new(Fault::NotUtf8)))?;
    let state = State {
        whole_zeros: ["-0.", "-0e", "-0E"].iter().all(|zero| !text.contains(zero)),
        ..State::default()
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let parsed = Seed(&state).deserialize(&mut deserializer).and_then(|json| {
        deserializer.end()?;
        Ok(json)
    });
    parsed.map_err(|error| {
        if let Some(member) = state.duplicate.take() {
            LineError::Fault(Box::new(Fault::DuplicateMember { member }))
        } else if state.tokens.get() > TOKEN_LIMIT {
            LineError::TooManyTokens
        } else {
            LineError::Fault(Box::new(Fault::NotJson { reason: reason(&error) }))
        }
    })
}

/// The parser's words with the column alone: it saw one line.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _)) => format!("{reason} at column {}", error.column()),
        None => text,
    }
}

#[derive(Default)]
struct State {
    /// Whether a negative zero can only have been written `-0`, which is an integer. The parser gives it as a float.
    whole_zeros: bool,
    tokens: Cell<u32>,
    duplicate: RefCell<Option<String>>,
}

impl State {
    fn count<E: serde::de::Error>(&self) -> Result<(), E> {
        self.tokens.set(self.tokens.get() + 1);
        if self.tokens.get() > TOKEN_LIMIT {
            return Err(E::custom("too many tokens"));
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Seed<'s>(&'s State);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        self.0.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(i64::try_from(value).map_or(Json::Unsigned(value), Json::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        let zero = self.0.whole_zeros && value == 0.0 && value.is_sign_negative();
        Ok(if zero { Json::Integer(0) } else { Json::Float(value) })
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Owned(value.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json<'de>, A::Error> {
        let mut object: Vec<(Cow<'de, str>, Json<'de>)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        while let Some(name) = members.next_key_seed(Name)? {
            self.0.count()?;
            // A set only pays for wide objects.
            let twice = if object.len() < 32 {
                object.iter().any(|(other, _)| *other == name)
            } else {
                if seen.is_empty() {
                    seen.extend(object.iter().map(|(name, _)| name.to_string()));
                }
                !seen.insert(name.to_string())
            };
            if twice {
                *self.0.duplicate.borrow_mut() = Some(name.into_owned());
                return Err(A::Error::custom("a member occurs twice"));
            }
            let value = members.next_value_seed(self)?;
            object.push((name, value));
        }
        Ok(Json::Object(object))
    }
}

/// A member's name, borrowed where the text has no escapes in it.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        match parse(text.as_bytes()) {
            Err(LineError::Fault(fault)) => fault.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn duplicates_at_any_depth() {
        assert_eq!(
            fault(r#"{"a":[{"b":1,"b":2}]}"#),
            "member `b` occurs twice in one object"
        );
        // Escapes do not hide one.
        assert_eq!(fault(r#"{"a":1,"\u0061":2}"#), "member `a` occurs twice in one object");
        let wide: Vec<String> = (0..40).map(|n| format!("\"m{n}\":0")).collect();
        assert_eq!(
            fault(&format!("{{{},\"m3\":1}}", wide.join(","))),
            "member `m3` occurs twice in one object"
        );
    }

    #[test]
    fn one_value_a_line() {
        assert_eq!(fault("{} {}"), "not JSON: trailing characters at column 4");
        assert_eq!(fault("{"), "not JSON: EOF while parsing an object at column 1");
    }

    #[test]
    fn numbers_keep_their_kind() {
        assert_eq!(parse(b"1"), Ok(Json::Integer(1)));
        assert_eq!(parse(b"1.0"), Ok(Json::Float(1.0)));
        assert_eq!(parse(b"-0"), Ok(Json::Integer(0)));
        assert_eq!(parse(b"-0.0"), Ok(Json::Float(-0.0)));
        assert_eq!(parse(b"18446744073709551615"), Ok(Json::Unsigned(u64::MAX)));
    }

    #[test]
    fn a_small_text_cannot_become_a_large_tree() {
        let text = format!("[{}0]", "0,".repeat(TOKEN_LIMIT as usize));
        assert_eq!(parse(text.as_bytes()), Err(LineError::TooManyTokens));
    }
}
