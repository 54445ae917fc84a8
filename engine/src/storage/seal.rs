//! The graph's own JSON objects end with a checksum of what stands before it, so that a changed digit is damage and not
//! another answer.

use bytes::Bytes;
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};

const MEMBER: &str = ",\"checksum\":\"";
const LENGTH: usize = MEMBER.len() + 16 + 2;

/// Adds the checksum, as the last member, to an object that has members.
pub(crate) fn seal(mut object: Vec<u8>) -> Bytes {
    object.pop();
    let sum = xxh3_64(&object);
    object.extend_from_slice(format!("{MEMBER}{sum:016x}\"}}").as_bytes());
    object.into()
}

/// Whether the checksum fits; `None` if the object ends with none.
pub(crate) fn fits(object: &[u8]) -> Option<bool> {
    let (content, end) = object.split_at_checked(object.len().checked_sub(LENGTH)?)?;
    let digits = end.strip_prefix(MEMBER.as_bytes())?.strip_suffix(b"\"}")?;
    let sum = u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    Some(sum == xxh3_64(content))
}

/// Refuses an object that was changed, or that was written in another format than `known`.
pub(crate) fn check(object: &[u8], file: &str, known: u64) -> Result<()> {
    #[derive(serde::Deserialize)]
    struct Format {
        format: u64,
    }
    let fits = fits(object);
    if fits == Some(false) {
        return Err(Error::corrupt(file, "its content is not what was written"));
    }
    let Format { format } = serde_json::from_slice(object)
        .map_err(|source| Error::corrupt(file, format!("its content is not what was written ({source})")))?;
    if format != known {
        return Err(Error::OtherFormat {
            file: file.to_string(),
            found: format,
            known,
        });
    }
    match fits {
        Some(_) => Ok(()),
        None => Err(Error::corrupt(file, "its checksum is missing")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_changed_byte_is_found() {
        let object = seal(br#"{"format":2,"rows":17}"#.to_vec());
        assert_eq!(
            &object[..],
            format!(
                r#"{{"format":2,"rows":17,"checksum":"{:016x}"}}"#,
                xxh3_64(br#"{"format":2,"rows":17"#)
            )
            .as_bytes()
        );
        assert!(check(&object, "a", 2).is_ok());
        for at in 0..object.len() {
            for bit in 0..8 {
                let mut damaged = object.to_vec();
                damaged[at] ^= 1 << bit;
                // Only the case of a digit of the checksum itself may change.
                if !damaged.eq_ignore_ascii_case(&object) {
                    assert!(
                        matches!(check(&damaged, "a", 2), Err(Error::Corrupt { .. })),
                        "byte {at} bit {bit}"
                    );
                }
            }
            assert!(check(&object[..at], "a", 2).is_err());
        }
        assert!(matches!(
            check(br#"{"format":1}"#, "a", 2),
            Err(Error::OtherFormat { .. })
        ));
        assert!(matches!(
            check(&seal(br#"{"format":3}"#.to_vec()), "a", 2),
            Err(Error::OtherFormat { .. })
        ));
    }
}
