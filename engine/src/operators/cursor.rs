//! Cursors: where the last row of a page stands, as a text that callers keep and give back. It is the sort keys of the row and
//! what tells it apart, in bytes that compare as the rows do, so that it means the same in every later commit.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use xxhash_rust::xxh3::xxh3_64;

/// The form of the bytes. It changes with them, and with what the library makes of sort keys.
const VERSION: u8 = 1;

/// Version, query, number of rows.
const HEAD: usize = 1 + 8 + 8;

/// Bytes of the checksum at the end.
const SUM: usize = 8;

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Where its last row stands.
    pub place: Vec<u8>,
    /// How many rows with just this place there were up to the last one, it included. More than one only where nothing tells
    /// rows apart.
    pub count: u64,
}

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It is no cursor, or one that was changed.
    Broken,
    /// It belongs to another query.
    Foreign,
}

impl Cursor {
    /// The text. `query` is what the query and the types of its sort keys are known by.
    pub(crate) fn text(&self, query: u64) -> String {
        let mut bytes = Vec::with_capacity(HEAD + self.place.len() + SUM);
        bytes.push(VERSION);
        bytes.extend(query.to_le_bytes());
        bytes.extend(self.count.to_le_bytes());
        bytes.extend(&self.place);
        bytes.extend(xxh3_64(&bytes).to_le_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What a text says that [`Cursor::text`] made.
    pub(crate) fn read(text: &str, query: u64) -> Result<Cursor, Refused> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Refused::Broken)?;
        let (content, sum) = bytes.split_last_chunk::<SUM>().ok_or(Refused::Broken)?;
        if xxh3_64(content).to_le_bytes() != *sum {
            return Err(Refused::Broken);
        }
        let (version, rest) = content.split_first().ok_or(Refused::Broken)?;
        let (own, rest) = rest.split_first_chunk::<8>().ok_or(Refused::Broken)?;
        let (count, place) = rest.split_first_chunk::<8>().ok_or(Refused::Broken)?;
        if *version != VERSION || u64::from_le_bytes(*own) != query {
            return Err(Refused::Foreign);
        }
        Ok(Cursor {
            place: place.to_vec(),
            count: u64::from_le_bytes(*count),
        })
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::SmallRng;
    use rand::{Rng, SeedableRng};

    use super::*;

    fn cursor() -> Cursor {
        Cursor {
            place: b"\x01Ada\x00\x02".to_vec(),
            count: 3,
        }
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let text = cursor().text(7);
        assert_eq!(Cursor::read(&text, 7), Ok(cursor()));
        assert_eq!(Cursor::read(&text, 8), Err(Refused::Foreign));
        let empty = Cursor {
            place: Vec::new(),
            count: 1,
        };
        assert_eq!(Cursor::read(&empty.text(0), 0), Ok(empty));
    }

    #[test]
    fn the_form_is_the_one_of_this_version() {
        // Another text here wants another `VERSION`.
        assert_eq!(cursor().text(7), "AQcAAAAAAAAAAwAAAAAAAAABQWRhAAJuLN7xaV5lIQ");
    }

    #[test]
    fn no_other_text_is_a_cursor() {
        let text = cursor().text(7);
        for end in 0..text.len() {
            assert_eq!(Cursor::read(&text[..end], 7), Err(Refused::Broken), "{end}");
        }
        for other in [
            "",
            " ",
            "=",
            "AQ",
            "ä",
            "null",
            "\0",
            &format!("{text}A"),
            &format!("{text}=="),
            &text.to_lowercase(),
        ] {
            assert_eq!(Cursor::read(other, 7), Err(Refused::Broken), "{other:?}");
        }
        let mut rng = SmallRng::seed_from_u64(20);
        for _ in 0..20_000 {
            let mut bytes = text.clone().into_bytes();
            for _ in 0..rng.random_range(1..4) {
                let at = rng.random_range(0..bytes.len());
                match rng.random_range(0..3) {
                    0 => bytes[at] = rng.random(),
                    1 => _ = bytes.remove(at),
                    _ => bytes.insert(at, rng.random_range(b'0'..b'z')),
                }
            }
            let mangled = String::from_utf8_lossy(&bytes).into_owned();
            if mangled != text {
                assert_eq!(Cursor::read(&mangled, 7), Err(Refused::Broken), "{mangled:?}");
            }
        }
        for _ in 0..20_000 {
            let length = rng.random_range(0..64);
            let bytes: Vec<u8> = (0..length).map(|_| rng.random()).collect();
            assert_eq!(Cursor::read(&URL_SAFE_NO_PAD.encode(&bytes), 7), Err(Refused::Broken));
        }
    }

    #[test]
    fn bytes_with_a_right_sum_are_a_cursor_or_refused() {
        let mut rng = SmallRng::seed_from_u64(21);
        let mut read = 0;
        for _ in 0..20_000 {
            let length = rng.random_range(0..64);
            let mut content: Vec<u8> = (0..length).map(|_| rng.random()).collect();
            if length > 8 && rng.random() {
                content[0] = VERSION;
                content[1..9].copy_from_slice(&7_u64.to_le_bytes());
            }
            let sum = xxh3_64(&content).to_le_bytes();
            let text = URL_SAFE_NO_PAD.encode([&content[..], &sum].concat());
            match Cursor::read(&text, 7) {
                Ok(cursor) => {
                    read += 1;
                    assert_eq!(cursor.text(7), text);
                }
                Err(Refused::Broken) => assert!(content.len() < HEAD, "{text}"),
                Err(Refused::Foreign) => {
                    assert!(content[0] != VERSION || content[1..9] != 7_u64.to_le_bytes(), "{text}")
                }
            }
        }
        assert!(read > 5_000, "{read}");
    }
}
