//! Walks that begin alike and share what they have in common, compared by their sequences of edges.

use std::cmp::Ordering;
use std::sync::Arc;

use super::view::{Hop, View};

/// The last step of a walk.
#[derive(Debug)]
pub(super) struct Link {
    before: Option<Arc<Link>>,
    hop: Hop,
    /// Compares as the edge does.
    rank: (u32, u64),
    length: u32,
}

/// Bytes of a link with its counters.
pub(super) const LINK: usize = size_of::<Link>() + 16;

impl Link {
    pub(super) fn new(before: Option<Arc<Link>>, hop: Hop, view: &View) -> Arc<Link> {
        Arc::new(Link {
            length: 1 + before.as_ref().map_or(0, |before| before.length),
            rank: view.rank(hop.edge),
            before,
            hop,
        })
    }

    fn chain(link: &Option<Arc<Link>>) -> impl Iterator<Item = &Link> {
        std::iter::successors(link.as_deref(), |link| link.before.as_deref())
    }

    /// Whether a walk has an edge already.
    pub(super) fn has_edge(link: &Option<Arc<Link>>, edge: u32) -> bool {
        Link::chain(link).any(|own| own.hop.edge == edge)
    }

    /// The steps in their order.
    pub(super) fn hops(link: &Option<Arc<Link>>) -> Vec<Hop> {
        let mut hops: Vec<Hop> = Link::chain(link).map(|own| own.hop).collect();
        hops.reverse();
        hops
    }

    /// By the first edge that differs; what goes on is greater than what it goes on from.
    pub(super) fn compare(left: &Option<Arc<Link>>, right: &Option<Arc<Link>>) -> Ordering {
        let length = |link: &Option<Arc<Link>>| link.as_ref().map_or(0, |link| link.length);
        let (l, r) = (length(left), length(right));
        let common = l.min(r);
        let (mut left, mut right) = (left, right);
        let back = |link: &mut &Option<Arc<Link>>| {
            if let Some(own) = link.as_ref() {
                *link = &own.before;
            }
        };
        (common..l).for_each(|_| back(&mut left));
        (common..r).for_each(|_| back(&mut right));
        let mut first = Ordering::Equal;
        while let (Some(l), Some(r)) = (left, right) {
            if Arc::ptr_eq(l, r) {
                break;
            }
            first = l.rank.cmp(&r.rank).then(first);
            (left, right) = (&l.before, &r.before);
        }
        first.then(l.cmp(&r))
    }
}

// A long walk is dropped link by link, not each inside of the next.
impl Drop for Link {
    fn drop(&mut self) {
        let mut before = self.before.take();
        while let Some(link) = before {
            before = Arc::into_inner(link).and_then(|mut link| link.before.take());
        }
    }
}
