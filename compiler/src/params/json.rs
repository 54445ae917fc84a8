//! Parameters as a JSON text. It is read as data are: a byte order mark is no part of it, a name that is given twice is an
//! error, and a number that no type can hold is told as such, not as a text that is no JSON.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use super::ParameterProblem;
use crate::ir::Parameter;
use crate::rules::parameters::p004_out_of_range;
use crate::types::Scalar;

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

/// Reads a text; an error says why it is no JSON.
///
/// # Errors
/// What the parser says, with the line and the column, or the name that is given twice.
pub fn read(text: &str) -> Result<Given, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.trim_start().starts_with('{') {
        let values = serde_json::from_str(text).map_err(|error| error.to_string())?;
        return Ok(Given {
            values,
            too_large: Vec::new(),
        });
    }
    let members: Members = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut given = Given {
        values: Json::Null,
        too_large: Vec::new(),
    };
    let mut object = Map::new();
    for (name, raw) in members.0 {
        match serde_json::from_str::<Json>(raw.get()) {
            Ok(value) => {
                object.insert(name, value);
            }
            Err(error) => match number_at(raw.get(), &error) {
                Some(number) => given.too_large.push((name, number)),
                None => return Err(format!("`{name}`: {error}")),
            },
        }
    }
    given.values = Json::Object(object);
    Ok(given)
}

/// The number that the parser could not hold. It stops at its end.
fn number_at(text: &str, error: &serde_json::Error) -> Option<String> {
    let refused = error.to_string().starts_with("number out of range");
    let line = text.split('\n').nth(error.line().checked_sub(1).filter(|_| refused)?)?;
    let before = line.get(..error.column().min(line.len()))?;
    let is_part = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    let start = before.rfind(|c| !is_part(c)).map_or(0, |at| at + 1);
    let end = line[start..].find(|c| !is_part(c)).map_or(line.len(), |at| start + at);
    Some(line[start..end].to_owned())
}

/// Members of an object, each name once, their values as they are written.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members: Vec<(String, Box<RawValue>)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    if members.iter().any(|(other, _)| *other == name) {
                        return Err(A::Error::custom(format!("`{name}` is given twice")));
                    }
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Read)
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
            let given = read(&format!("{{\"m\":1,\"n\":{text}}}")).expect("JSON");
            assert_eq!(given.values, json!({"m": 1}), "{text}");
            assert_eq!(given.too_large, [("n".to_owned(), number.to_owned())], "{text}");
        }
    }
}
