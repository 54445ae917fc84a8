//! Parameters as a JSON text. It is read as data are: a byte order mark is not part of it, a name that is given twice is an
//! error, and a number that no type can hold is reported as such, not as text that is not JSON.

use std::fmt;
use std::ops::Range;

use omnigraph_model::ir::Parameter;
use omnigraph_model::types::Scalar;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use super::ParameterProblem;
use crate::rules::parameters::p004_out_of_range;

/// Parameters as they were given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// An object, if the request is right.
    pub values: Json,
    /// Names of parameters with a number that is too large for every type, and that number.
    pub too_large: Vec<(String, String)>,
}

impl Given {
    /// What is wrong with numbers that are too large, by the types of the parameters.
    pub fn problems(&self, declared: &[Parameter]) -> Vec<ParameterProblem> {
        let problem = |(name, number): &(String, String)| {
            let parameter = declared.iter().find(|parameter| parameter.name == *name)?;
            Some(match parameter.ty.scalar {
                Scalar::F32 | Scalar::Vector(_) => p004_out_of_range::float(name, number, Scalar::F32),
                Scalar::I32 | Scalar::I64 | Scalar::U32 | Scalar::U64 => {
                    p004_out_of_range::integer(name, number, parameter.ty.scalar)
                }
                _ => p004_out_of_range::float(name, number, Scalar::F64),
            })
        };
        self.too_large.iter().filter_map(problem).collect()
    }
}

/// Reads a text; an error says why it is not JSON.
///
/// # Errors
/// What the parser says, with the line and the column, or the name that is given twice.
pub fn read(text: &str) -> Result<Given, String> {
    let mut text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
    let mut numbers = Vec::new();
    let mut members = loop {
        match serde_json::from_str::<Read>(&text) {
            Ok(Read::Object(members)) => break members,
            Ok(Read::Other(values)) => {
                let too_large = Vec::new();
                return Ok(Given { values, too_large });
            }
            // A text takes the number's place, so that it is known whose it is.
            Err(error) => match number_at(&text, &error) {
                Some(range) => {
                    let number = text[range.clone()].to_owned();
                    text.replace_range(range, &Json::from(placeholder(numbers.len())).to_string());
                    numbers.push(number);
                }
                None => return Err(error.to_string()),
            },
        }
    };
    let mut too_large = Vec::new();
    for (at, number) in numbers.into_iter().enumerate() {
        let placeholder = Json::from(placeholder(at));
        if let Some(place) = members.iter().position(|(_, value)| holds(value, &placeholder)) {
            too_large.push((members.remove(place).0, number));
        }
    }
    Ok(Given {
        values: Json::Object(members.into_iter().collect()),
        too_large,
    })
}

/// No text that anybody writes.
fn placeholder(at: usize) -> String {
    format!("\u{0}number {at} \u{0}")
}

fn holds(value: &Json, text: &Json) -> bool {
    match value {
        Json::Array(items) => items.iter().any(|item| holds(item, text)),
        Json::Object(members) => members.values().any(|value| holds(value, text)),
        value => value == text,
    }
}

/// The place of the number that the parser could not hold. It stops at its end.
fn number_at(text: &str, error: &serde_json::Error) -> Option<Range<usize>> {
    let refused = error.to_string().starts_with("number out of range");
    let line = error.line().checked_sub(1).filter(|_| refused)?;
    let start_of_line: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let end = start_of_line + error.column();
    let is_part = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    let before = text.get(..end.min(text.len()))?.trim_end_matches(|c| !is_part(c));
    let start = before.rfind(|c| !is_part(c)).map_or(0, |at| at + 1);
    let length = text[start..].find(|c| !is_part(c)).unwrap_or(text.len() - start);
    Some(start..start + length).filter(|range| !range.is_empty())
}

/// A document: an object with each name once, or something else.
enum Read {
    Object(Vec<(String, Json)>),
    Other(Json),
}

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ReadVisitor;
        impl<'de> Visitor<'de> for ReadVisitor {
            type Value = Read;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Read, A::Error> {
                let mut members: Vec<(String, Json)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Json>()? {
                    if members.iter().any(|(other, _)| *other == name) {
                        return Err(A::Error::custom(format!("`{name}` is given twice")));
                    }
                    members.push((name, value));
                }
                Ok(Read::Object(members))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Read, A::Error> {
                Json::deserialize(SeqAccessDeserializer::new(seq)).map(Read::Other)
            }

            fn visit_unit<E>(self) -> Result<Read, E> {
                Ok(Read::Other(Json::Null))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Read, E> {
                Ok(Read::Other(value.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Read, E> {
                Ok(Read::Other(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Read, E> {
                Ok(Read::Other(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Read, E> {
                Ok(Read::Other(value.into()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Read, E> {
                Ok(Read::Other(value.into()))
            }
        }
        deserializer.deserialize_any(ReadVisitor)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn as_data_are_read() {
        let read_values = |text: &str| read(text).map(|given| given.values);
        assert_eq!(read_values("\u{feff}{\"n\":1}"), Ok(json!({"n": 1})));
        assert_eq!(read_values("null"), Ok(Json::Null));
        assert_eq!(read_values("{\"n\":[1,{\"a\":2}]}"), Ok(json!({"n": [1, {"a": 2}]})));
        assert_eq!(
            read_values("{\"n\":1,\"n\":2}"),
            Err("`n` is given twice at line 1 column 13".into())
        );
        assert!(read_values("{n:1}").is_err());
        assert!(read_values("{\"n\":1} x").is_err());
    }

    #[test]
    fn numbers_that_are_too_large_keep_their_name() {
        for (text, number) in [("1e309", "1e309"), ("-1e400 ", "-1e400"), ("[1,\n 2e999, 3]", "2e999")] {
            let given = read(&format!("{{\"m\":1,\"n\":{text}}}")).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(given.values, json!({"m": 1}), "{text}");
            assert_eq!(given.too_large, [("n".to_owned(), number.to_owned())], "{text}");
        }
    }
}
