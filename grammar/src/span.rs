//! Byte positions. Every tree node carries a [`Span`] that counts from the start of the *item* (declaration or query)
//! it belongs to, so that text inserted above an item leaves its tree equal; absolute offsets are added on the way out.

use std::ops::Range;

/// A half-open range of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// The offset of the first byte.
    pub start: u32,
    /// The offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// Offsets beyond 4 GiB are cut off.
    pub fn new(start: usize, end: usize) -> Self {
        Span {
            start: start as u32,
            end: end as u32,
        }
    }

    /// A zero-width span: "insert here".
    pub fn at(offset: usize) -> Self {
        Span::new(offset, offset)
    }

    /// The smallest span that holds both.
    pub fn to(self, other: Span) -> Span {
        Span {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The same range, counted from `base` bytes further left.
    pub fn shifted(self, base: u32) -> Span {
        Span {
            start: self.start + base,
            end: self.end + base,
        }
    }

    /// For indexing into a text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether it holds no byte.
    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A word of the source with its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// Without the `$` of a variable.
    pub text: String,
    /// Where it is written, the `$` of a variable included.
    pub span: Span,
}
