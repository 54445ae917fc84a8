//! Parameters from text, as a command line gives them: `-p age=41`.

use omnigraph_model::types::{Scalar, Type};
use serde_json::Value as Json;

/// Whether a text is a number that no type can hold.
pub fn is_too_large(ty: &Type, text: &str) -> bool {
    matches!(ty.scalar, Scalar::F32 | Scalar::F64)
        && !ty.list
        && text.contains(|c: char| c.is_ascii_digit())
        && text.parse::<f64>().is_ok_and(f64::is_infinite)
}

/// The JSON value that a text stands for by the declared type. What does not read as one stays a string, which decoding
/// then reports; `null` stands for no value where text could not mean it.
pub fn from_text(ty: &Type, text: &str) -> Json {
    let as_written = || Json::String(text.to_owned());
    if ty.list || matches!(ty.scalar, Scalar::Vector(_)) {
        return match serde_json::from_str::<Json>(text) {
            Ok(json @ (Json::Array(_) | Json::Null)) => json,
            _ => as_written(),
        };
    }
    match ty.scalar {
        Scalar::String => as_written(),
        _ if text == "null" && ty.nullable => Json::Null,
        Scalar::Bool => match text {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            _ => as_written(),
        },
        Scalar::F32 | Scalar::F64 => match text.parse::<f64>().ok().and_then(serde_json::Number::from_f64) {
            Some(number) => Json::Number(number),
            None => as_written(),
        },
        // Integers are accepted as decimal text.
        _ => as_written(),
    }
}
