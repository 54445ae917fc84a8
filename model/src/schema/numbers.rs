//! Where identities come from: numbers that are handed out once in the life of a graph.

use std::collections::VecDeque;

/// Where the numbers of new types, properties and dataset generations come from.
pub trait Allocate {
    /// The domain of a new graph: a ULID in its canonical form.
    fn domain(&mut self) -> String;

    /// A number that was never handed out before in this domain, not zero.
    fn next(&mut self) -> Option<u64>;
}

/// Numbers from 1 in a throw-away domain, for tools that have no graph.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    last: u64,
}

impl Counter {
    /// Numbers from this one on.
    pub fn after(next: u64) -> Counter {
        Counter {
            last: next.saturating_sub(1),
        }
    }
}

impl Allocate for Counter {
    fn domain(&mut self) -> String {
        ulid::Ulid::nil().to_string()
    }

    fn next(&mut self) -> Option<u64> {
        self.last = self.last.checked_add(1)?;
        Some(self.last)
    }
}

/// Numbers from blocks of 64 that the caller has claimed for a graph: block n holds 64n + 1 to 64n + 64. What is left
/// of a block is lost.
#[derive(Clone, Debug)]
pub struct Blocks {
    domain: String,
    blocks: VecDeque<u64>,
    used: u64,
}

impl Blocks {
    /// Numbers per block.
    pub const SIZE: u64 = 64;

    /// `domain` is only used for a new graph.
    pub fn new(domain: impl Into<String>, blocks: impl IntoIterator<Item = u64>) -> Blocks {
        Blocks {
            domain: domain.into(),
            blocks: blocks.into_iter().collect(),
            used: 0,
        }
    }
}

impl Allocate for Blocks {
    fn domain(&mut self) -> String {
        self.domain.clone()
    }

    fn next(&mut self) -> Option<u64> {
        if self.used == Blocks::SIZE {
            self.blocks.pop_front();
            self.used = 0;
        }
        self.used += 1;
        self.blocks.front()?.checked_mul(Blocks::SIZE)?.checked_add(self.used)
    }
}
