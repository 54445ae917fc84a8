//! Turns among writers. Mutations of one handle follow each other instead of racing. A long write that lost too many races
//! shuts the gate: the handle's own mutations wait for it, and a note beside the graph asks those of other processes to wait,
//! too. The note is a courtesy with an end: whoever ignores it, or dies before taking it away, harms nothing but fairness.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};
use ulid::Ulid;

use super::graph::Graph;
use crate::storage::{layout, seal};

/// Lost races after which a long write shuts the gate.
const PATIENCE: u32 = 3;

/// An attempt that took so long and lost would lose again.
const LONG: Duration = Duration::from_millis(200);

/// What a note may ask for, and a writer waits, at most.
const LONGEST: Duration = Duration::from_secs(60);

/// How often those who wait look again.
const LOOK: Duration = Duration::from_millis(20);

/// A request to all other writers.
#[derive(Serialize, Deserialize)]
struct Note {
    /// Who is waited for.
    writer: String,
    /// Microseconds since the epoch, by the clock of who is waited for.
    until: i64,
}

/// Keeps other writers out, those of other processes for a while.
pub(crate) struct Shut<'g> {
    _gate: RwLockWriteGuard<'g, ()>,
    writer: String,
}

/// The long write of a request, with how long its attempts take.
pub(crate) struct Turns<'g> {
    graph: &'g Graph,
    begun: Instant,
    longest: Duration,
    lost: u32,
    shut: Option<Shut<'g>>,
}

impl Graph {
    /// Held by a mutation from its reading of the head to its commit.
    pub(crate) async fn turn(&self) -> (RwLockReadGuard<'_, ()>, MutexGuard<'_, ()>) {
        let guards = (self.gate().read().await, self.queue().lock().await);
        self.give_way().await;
        guards
    }

    /// Waits while another process asks for it.
    pub(crate) async fn give_way(&self) {
        let begun = Instant::now();
        while let Some(note) = self.note().await
            && note.until > chrono::Utc::now().timestamp_micros()
            && begun.elapsed() < LONGEST
        {
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn note(&self) -> Option<Note> {
        let bytes = self.objects().read(&layout::waiting(self.branch())).await.ok()??;
        (seal::fits(&bytes) == Some(true))
            .then(|| serde_json::from_slice(&bytes).ok())
            .flatten()
    }

    /// For a write that may take long.
    pub(crate) fn turns(&self) -> Turns<'_> {
        Turns {
            graph: self,
            begun: Instant::now(),
            longest: Duration::ZERO,
            lost: 0,
            shut: None,
        }
    }
}

impl Turns<'_> {
    /// Before the head is read for another attempt.
    pub(crate) async fn next(&mut self) {
        self.begun = Instant::now();
        match &self.shut {
            None => self.graph.give_way().await,
            Some(shut) => self.ask(&shut.writer).await,
        }
    }

    /// An attempt was overtaken.
    pub(crate) async fn lost(&mut self) {
        self.longest = self.longest.max(self.begun.elapsed());
        self.lost += 1;
        if (self.lost >= PATIENCE || self.longest >= LONG) && self.shut.is_none() {
            self.shut = Some(Shut {
                _gate: self.graph.gate().write().await,
                writer: Ulid::new().to_string(),
            });
        }
    }

    /// Twice what an attempt took so far, and some time for the others to notice.
    async fn ask(&self, writer: &str) {
        let wanted = (self.longest * 2 + Duration::from_secs(1)).min(LONGEST);
        let wanted = i64::try_from(wanted.as_micros()).unwrap_or(i64::MAX);
        let note = Note {
            writer: writer.to_owned(),
            until: chrono::Utc::now().timestamp_micros().saturating_add(wanted),
        };
        if let Ok(content) = serde_json::to_vec(&note) {
            // Without the note it is a race, as before.
            let _ = self
                .graph
                .hints()
                .overwrite(&layout::waiting(self.graph.branch()), seal::seal(content))
                .await;
        }
    }

    /// The write is over, well or badly.
    pub(crate) async fn over(self) {
        let Some(shut) = &self.shut else { return };
        // Another one may have asked since.
        if self.graph.note().await.is_some_and(|note| note.writer == shut.writer) {
            let _ = self.graph.objects().delete(&layout::waiting(self.graph.branch())).await;
        }
    }
}
