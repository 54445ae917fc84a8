//! Parameters from JSON, by their declared types. Nothing is coerced but what keeps its value: an integer may come as
//! decimal text, because not every client has 64-bit numbers, and becomes a float where one is declared.

use omnigraph_model::ir::{Expression, Parameter};
use omnigraph_model::temporal;
use omnigraph_model::types::{Scalar, Type, Value};
use serde_json::Value as Json;

use super::{Decoded, ParameterProblem};
use crate::query::RESERVED;
use crate::rules::parameters::*;

/// How strictly a request is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// A parameter that the query does not declare is an error instead of a warning.
    pub strict: bool,
    /// The numbers come from a JavaScript program, which has floats only: `3.0` is an integer, and one beyond ±(2⁵³−1)
    /// has lost digits and must come as text.
    pub javascript: bool,
}

/// Decodes the parameters of a request: a JSON object, or null for none.
pub(crate) fn decode_with(parameters: &[Parameter], json: &Json, options: Options) -> Decoded {
    let mut decoded = Decoded::default();
    let empty = serde_json::Map::new();
    let object = match json {
        Json::Null => &empty,
        Json::Object(object) => object,
        other => {
            decoded.errors.push(p008_not_an_object::problem(found(other)));
            return decoded;
        }
    };
    let reader = Reader { options };
    for parameter in parameters {
        let name = &parameter.name;
        let given = object.get(name);
        let value = match given {
            None if parameter.default.is_some() => match &parameter.default {
                Some(Expression::Literal { value, .. }) => value.clone(),
                // What is computed is computed when the query runs.
                _ => continue,
            },
            None | Some(Json::Null) if parameter.ty.nullable => Value::Null,
            None => {
                decoded.errors.push(p001_missing_parameter::problem(parameter));
                continue;
            }
            Some(Json::Null) => {
                decoded.errors.push(p002_null_parameter::problem(parameter));
                continue;
            }
            Some(given) => match reader.value(&parameter.ty, given, name, &mut decoded.errors) {
                Some(value) => value,
                None => continue,
            },
        };
        if let (Some(values), Value::String(text)) = (&parameter.ty.enum_values, &value)
            && !values.contains(text)
        {
            if parameter.declared.is_some() {
                decoded
                    .errors
                    .push(p003_wrong_json_type::not_a_variant(name, text, values));
                continue;
            }
            decoded
                .warnings
                .push(p010_value_outside_enum::problem(name, text, values));
        }
        decoded.values.insert(name.clone(), value);
    }
    for name in object.keys().filter(|name| parameters.iter().all(|p| p.name != **name)) {
        if name == RESERVED {
            decoded.errors.push(p009_reserved_name::problem(name));
            continue;
        }
        let problem = p005_unknown_parameter::problem(name, parameters);
        match options.strict {
            true => decoded.errors.push(problem),
            false => decoded.warnings.push(problem),
        }
    }
    decoded
}

struct Reader {
    options: Options,
}

impl Reader {
    fn value(&self, ty: &Type, json: &Json, path: &str, errors: &mut Vec<ParameterProblem>) -> Option<Value> {
        if ty.list {
            let Json::Array(items) = json else {
                errors.push(p003_wrong_json_type::problem(path, "an array", found(json)));
                return None;
            };
            let before = errors.len();
            let values: Vec<Value> = items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| self.scalar(ty.scalar, item, &format!("{path}[{index}]"), errors))
                .collect();
            return (errors.len() == before).then_some(Value::List(values));
        }
        self.scalar(ty.scalar, json, path, errors)
    }

    fn scalar(&self, scalar: Scalar, json: &Json, path: &str, errors: &mut Vec<ParameterProblem>) -> Option<Value> {
        let decoded = match scalar {
            Scalar::String => match json {
                Json::String(text) => Ok(Value::String(text.clone())),
                _ => Err(wrong(path, "a string", json)),
            },
            Scalar::Bool => match json {
                Json::Bool(value) => Ok(Value::Bool(*value)),
                _ => Err(wrong(path, "`true` or `false`", json)),
            },
            Scalar::I32 | Scalar::I64 | Scalar::U32 | Scalar::U64 => self.integer(scalar, json, path),
            Scalar::F32 | Scalar::F64 => float(scalar, json, path),
            Scalar::Date => match json {
                Json::String(text) => temporal::parse_date(text)
                    .map(Value::Date)
                    .ok_or_else(|| p007_invalid_date::problem(path, text, scalar)),
                _ => Err(wrong(path, "a date as a string", json)),
            },
            Scalar::DateTime => match json {
                Json::String(text) => temporal::parse_datetime(text)
                    .map(Value::DateTime)
                    .ok_or_else(|| p007_invalid_date::problem(path, text, scalar)),
                _ => Err(wrong(path, "an instant as a string", json)),
            },
            Scalar::Blob => match json {
                Json::String(text) if has_scheme(text) => Ok(Value::String(text.clone())),
                Json::String(_) => {
                    let expected = "a string that starts with `base64:`, or an absolute URI";
                    Err(p003_wrong_json_type::problem(path, expected, "another string"))
                }
                _ => Err(wrong(path, "a string", json)),
            },
            Scalar::Vector(size) => return vector(size, json, path, errors),
            // No parameter is declared with it.
            Scalar::Duration | Scalar::Path(_) | Scalar::Object => {
                Err(wrong(path, "a value of a property's type", json))
            }
        };
        match decoded {
            Ok(value) => Some(value),
            Err(problem) => {
                errors.push(problem);
                None
            }
        }
    }

    fn integer(&self, scalar: Scalar, json: &Json, path: &str) -> Result<Value, ParameterProblem> {
        let expected = match scalar {
            Scalar::U32 | Scalar::U64 => "an integer that is not negative",
            _ => "an integer",
        };
        let wrong = || Err(wrong(path, expected, json));
        let number: i128 = match json {
            Json::Number(number) => match (number.as_i128(), number.as_f64()) {
                (Some(integer), _) => {
                    if self.options.javascript && integer.unsigned_abs() > MOST_EXACT {
                        return Err(p004_out_of_range::imprecise(path, &number.to_string()));
                    }
                    integer
                }
                // Digits beyond what JSON readers keep as an integer; no width of ours holds them.
                (None, Some(float)) if float.abs() >= 9.2e18 => {
                    return Err(p004_out_of_range::integer(path, &number.to_string(), scalar));
                }
                // JSON's negative zero is not a float of its own.
                (None, Some(float)) if float == 0.0 && float.is_sign_negative() => 0,
                (None, Some(float)) if self.options.javascript && float.fract() == 0.0 => {
                    if float.abs() > MOST_EXACT as f64 {
                        return Err(p004_out_of_range::imprecise(path, &number.to_string()));
                    }
                    float as i128
                }
                _ => return wrong(),
            },
            Json::String(text) => {
                let digits = text.strip_prefix('-').unwrap_or(text);
                if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return wrong();
                }
                match text.parse() {
                    Ok(number) => number,
                    Err(_) => return Err(p004_out_of_range::integer(path, text, scalar)),
                }
            }
            _ => return wrong(),
        };
        if number < 0 && matches!(scalar, Scalar::U32 | Scalar::U64) {
            return Err(p003_wrong_json_type::problem(path, expected, "a negative number"));
        }
        match i64::try_from(number) {
            Ok(number) if crate::query::fits(number, scalar) => Ok(Value::Integer(number)),
            _ => Err(p004_out_of_range::integer(path, &number.to_string(), scalar)),
        }
    }
}

/// Integers of greater magnitude are not all numbers of a JavaScript program.
const MOST_EXACT: u128 = (1 << 53) - 1;

fn float(scalar: Scalar, json: &Json, path: &str) -> Result<Value, ParameterProblem> {
    let Json::Number(number) = json else {
        return Err(wrong(path, "a number", json));
    };
    let value = number.as_f64().unwrap_or(f64::INFINITY);
    let value = scalar.nearest(value);
    match value.is_finite() {
        true => Ok(Value::Float(value)),
        false => Err(p004_out_of_range::float(path, &number.to_string(), scalar)),
    }
}

fn vector(size: u32, json: &Json, path: &str, errors: &mut Vec<ParameterProblem>) -> Option<Value> {
    let Json::Array(items) = json else {
        let expected = format!("an array of {size} numbers");
        errors.push(wrong(path, &expected, json));
        return None;
    };
    if items.len() != size as usize {
        errors.push(p006_vector_length::problem(path, size, items.len()));
        return None;
    }
    let before = errors.len();
    let mut numbers = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        match float(Scalar::F32, item, &format!("{path}[{index}]")) {
            Ok(Value::Float(number)) => numbers.push(number as f32),
            Ok(_) => {}
            Err(problem) => errors.push(problem),
        }
    }
    (errors.len() == before).then_some(Value::Vector(numbers))
}

fn wrong(path: &str, expected: &str, json: &Json) -> ParameterProblem {
    p003_wrong_json_type::problem(path, expected, found(json))
}

/// What a JSON value is called.
fn found(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(number) if number.is_f64() => "a number with a fraction",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

/// Whether a text starts like an absolute URI.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'))
}
