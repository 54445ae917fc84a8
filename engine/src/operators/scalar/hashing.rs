//! Hashes of texts.

use std::fmt::Write;

use arrow_array::ArrayRef;
use datafusion::common::Result;
use md5::{Digest as _, Md5};
use sha2::Sha256;
use twox_hash::XxHash64;

use super::operand::{Arguments, unsigned};
use super::text::each;

pub(super) fn md5(a: &Arguments) -> Result<ArrayRef> {
    each(a, "`md5`", |text| hexadecimal(&Md5::digest(text.as_bytes())))
}

pub(super) fn sha256(a: &Arguments) -> Result<ArrayRef> {
    each(a, "`sha256`", |text| {
        hexadecimal(&<Sha256 as sha2::Digest>::digest(text.as_bytes()))
    })
}

pub(super) fn xxhash64(a: &Arguments) -> Result<ArrayRef> {
    let texts = a.texts(0)?;
    Ok(unsigned((0..a.rows).map(|row| {
        texts.get(row).map(|text| XxHash64::oneshot(0, text.as_bytes()))
    })))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
