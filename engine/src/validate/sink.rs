//! Collects what is wrong with a request while it is checked.

use std::collections::{BTreeMap, HashMap};

use crate::error::{Fault, FaultKind, Origin, Result, TOLD, Violation, Violations};

/// Collects violations: the first ones of each kind, and the number of all.
#[derive(Clone, Debug)]
pub(crate) struct Sink {
    list: Vec<Violation>,
    count: u64,
    kinds: HashMap<FaultKind, u64>,
    limit: usize,
    origin: fn(u64) -> Origin,
}

impl Sink {
    /// `origin` says what the numbers are that violations come with.
    pub(crate) fn new(limit: usize, origin: fn(u64) -> Origin) -> Sink {
        Sink {
            list: Vec::new(),
            count: 0,
            kinds: HashMap::new(),
            limit: limit.max(1),
            origin,
        }
    }

    pub(crate) fn push(&mut self, number: Option<u64>, fault: Fault) {
        self.add(Violation {
            origin: number.map(self.origin),
            fault,
        });
    }

    fn add(&mut self, violation: Violation) {
        self.count += 1;
        // A kind of which nothing is listed needs no count of its own.
        let full = self.list.len() >= self.limit;
        let kind = violation.fault.kind();
        if full && !self.kinds.contains_key(&kind) {
            return;
        }
        let like = self.kinds.entry(kind).or_default();
        *like += 1;
        if *like <= TOLD && !full {
            self.list.push(violation);
        }
    }

    /// Takes over what another one has collected.
    pub(crate) fn absorb(&mut self, other: Sink) {
        let listed = other.list.len() as u64;
        for violation in other.list {
            self.add(violation);
        }
        self.count += other.count - listed;
        for (kind, count) in other.kinds {
            if let Some(like) = self.kinds.get_mut(&kind) {
                *like += count.saturating_sub(TOLD);
            }
        }
    }

    /// How many more of one kind will be reported.
    pub(crate) fn room(&self) -> usize {
        (self.limit - self.list.len()).min(TOLD as usize)
    }

    /// Whether another one of the kind would be reported, so that it is worth to find out more of it.
    pub(crate) fn tells(&self, kind: &FaultKind) -> bool {
        self.list.len() < self.limit && self.kinds.get(kind).is_none_or(|like| *like < TOLD)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// An error if there was any violation; they come in the order of what broke the rules.
    pub(crate) fn finish(&mut self) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let mut list = std::mem::take(&mut self.list);
        list.sort_by_key(|violation| (violation.origin.is_none(), violation.origin));
        let count = std::mem::take(&mut self.count);
        let kinds = std::mem::take(&mut self.kinds);
        Err(Violations::new(list, count, kinds).into())
    }
}

/// The violations of one kind, met in any order: the first in the order of the rows, as many as will be reported; and the
/// number of the others.
#[derive(Debug)]
pub(crate) struct First<T> {
    most: usize,
    met: BTreeMap<u64, T>,
    others: u64,
}

impl<T> First<T> {
    pub(crate) fn new(most: usize) -> First<T> {
        First {
            most,
            met: BTreeMap::new(),
            others: 0,
        }
    }

    /// At the row of this place, which no other violation is met at.
    pub(crate) fn meet(&mut self, ordinal: u64, what: T) {
        self.met.insert(ordinal, what);
        if self.met.len() > self.most {
            self.met.pop_last();
            self.others += 1;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.met.is_empty()
    }

    /// Hands them on, each with what of the request it came from. The others are counted.
    pub(crate) fn tell(
        self,
        sink: &mut Sink,
        mut fault: impl FnMut(u64, T) -> Result<(Option<u64>, Fault)>,
    ) -> Result<()> {
        let mut kind = None;
        for (ordinal, what) in self.met {
            let (number, fault) = fault(ordinal, what)?;
            kind = Some(fault.kind());
            sink.push(number, fault);
        }
        sink.count += self.others;
        if let Some(like) = kind.and_then(|kind| sink.kinds.get_mut(&kind)) {
            *like += self.others;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict(type_name: &str, id: u64) -> Fault {
        Fault::KeyConflict {
            type_name: type_name.to_owned(),
            id: id.to_string(),
        }
    }

    fn told(sink: &mut Sink) -> String {
        match sink.finish() {
            Err(error) => error.to_string(),
            Ok(()) => String::new(),
        }
    }

    #[test]
    fn many_of_one_kind_are_told_once() {
        let mut sink = Sink::new(100, Origin::Line);
        (1..=3).for_each(|line| sink.push(Some(line), conflict("A", line)));
        (4..=903).for_each(|line| sink.push(Some(line), conflict("B", line)));
        let exists = "exists already; load with mode merge to replace it";
        assert_eq!(
            told(&mut sink),
            format!(
                "line 1: A `1` {exists}\nline 2: A `2` {exists}\nline 3: A `3` {exists}\n\
                 line 4: B `4` {exists} (and 899 more like this)"
            )
        );
    }

    #[test]
    fn kinds_beyond_the_limit_are_counted() {
        let mut sink = Sink::new(2, Origin::Line);
        for line in 1..=5 {
            sink.push(Some(line), conflict(&format!("T{line}"), line));
            sink.push(Some(line), Fault::NotUtf8);
        }
        let exists = "exists already; load with mode merge to replace it";
        assert_eq!(
            told(&mut sink),
            format!("line 1: T1 `1` {exists}\nline 1: not UTF-8 (and 4 more like this)\n… and 4 more, 10 in all")
        );
    }
}
