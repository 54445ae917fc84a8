//! Named places between two durable steps. Tests make the next pass through one fail, or park there until released; a
//! normal build has no trace of them.

/// A place; constants, so that a misspelt name does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point(pub &'static str);

/// A graph is created: a type has its empty dataset.
pub const INIT_DATASET: Point = Point("init: after a dataset");
/// A graph is created: the schema is stored.
pub const INIT_SCHEMA: Point = Point("init: after the schema object");
/// A graph is created: all is there but the record that makes it one.
pub const INIT_BEFORE_RECORD: Point = Point("init: before the genesis record");
/// A graph is created: its first record is there.
pub const INIT_AFTER_RECORD: Point = Point("init: after the genesis record");
/// A write: the new files of a dataset are there, and no version names them.
pub const WRITE_STAGED: Point = Point("write: after staging");
/// A write: before a version names the new files.
pub const WRITE_BEFORE_DATASET: Point = Point("write: before a dataset's commit");
/// A write: a version names the new files, and no record names the version.
pub const WRITE_AFTER_DATASET: Point = Point("write: after a dataset's commit");
/// A write: nodes are deleted, their edges are not yet.
pub const WRITE_BEFORE_CASCADE: Point = Point("write: between a delete and its cascade");
/// A commit: before the put of its record.
pub const PUBLISH_BEFORE: Point = Point("publish: before the record");
/// A commit: the record is there, and the writer has not heard of it.
pub const PUBLISH_LOST: Point = Point("publish: done, its answer lost");

/// `optimize`: fragments are joined, and no version names the new ones.
pub const OPTIMIZE_COMPACTED: Point = Point("optimize: after joining fragments");
/// `optimize`: a version names the new fragments, and no record names the version.
pub const OPTIMIZE_DATASET: Point = Point("optimize: after a dataset's commit");

/// `cleanup`: the ledger says what is retained, and nothing is removed yet.
pub const CLEANUP_PLANNED: Point = Point("cleanup: after the plan");
/// `cleanup`: a file is removed.
pub const CLEANUP_FILE: Point = Point("cleanup: after a file");
/// A change of the schema: a type has its new version.
pub const APPLY_DATASET: Point = Point("apply: after a dataset's commit");
/// A change of the schema: the new schema is stored.
pub const APPLY_SCHEMA: Point = Point("apply: after the schema object");
/// A change of the schema: the record is there, and what it drops for good is not removed yet.
pub const APPLY_RECLAIM: Point = Point("apply: between the record and the removal of files");

#[cfg(any(test, feature = "inject"))]
pub use active::{Injection, Parked};
#[cfg(any(test, feature = "inject"))]
mod active {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

    use tokio::sync::Notify;

    use super::Point;
    use crate::error::{Error, Result, StorageKind};
    use crate::storage::Bounds;

    enum Action {
        Fail,
        Park { reached: Arc<Notify>, release: Arc<Notify> },
    }

    /// What a test armed; each handle has its own.
    #[derive(Clone, Default)]
    pub struct Injection {
        armed: Arc<Mutex<HashMap<Point, Action>>>,
        bounds: Arc<Mutex<Bounds>>,
    }

    impl std::fmt::Debug for Injection {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("Injection")
        }
    }

    /// A task that waits at a point.
    pub struct Parked {
        reached: Arc<Notify>,
        release: Arc<Notify>,
    }

    impl Parked {
        /// Waits until the task is there.
        pub async fn reached(&self) {
            self.reached.notified().await;
        }

        /// Lets the task go on.
        pub fn release(&self) {
            self.release.notify_one();
        }
    }

    impl Injection {
        /// The next pass through the point fails.
        pub fn fail(&self, point: Point) {
            self.arm(point, Action::Fail);
        }

        /// The next pass through the point waits.
        pub fn park(&self, point: Point) -> Parked {
            let (reached, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
            self.arm(
                point,
                Action::Park {
                    reached: reached.clone(),
                    release: release.clone(),
                },
            );
            Parked { reached, release }
        }

        /// What records may hold from now on.
        pub fn bound(&self, bounds: Bounds) {
            *self.bounds.lock().unwrap_or_else(|e| e.into_inner()) = bounds;
        }

        /// Every row goes to a file from now on.
        pub fn use_files(&self) {
            self.bound(Bounds {
                rows: 0,
                ..Bounds::default()
            });
        }

        pub(crate) fn bounds(&self) -> Bounds {
            *self.bounds.lock().unwrap_or_else(|e| e.into_inner())
        }

        fn arm(&self, point: Point, action: Action) {
            self.armed
                .lock()
                .unwrap_or_else(|e| e.into_inner())
                .insert(point, action);
        }

        pub(crate) async fn pass(&self, point: Point) -> Result<()> {
            let action = self.armed.lock().unwrap_or_else(|e| e.into_inner()).remove(&point);
            match action {
                None => Ok(()),
                Some(Action::Fail) => Err(Error::Storage {
                    kind: StorageKind::Transient,
                    message: format!("injected failure ({})", point.0),
                    source: None,
                }),
                Some(Action::Park { reached, release }) => {
                    reached.notify_one();
                    release.notified().await;
                    Ok(())
                }
            }
        }
    }
}

#[cfg(not(any(test, feature = "inject")))]
pub(crate) use inactive::Injection;
#[cfg(not(any(test, feature = "inject")))]
mod inactive {
    use super::Point;
    use crate::error::Result;
    use crate::storage::Bounds;

    #[derive(Clone, Default)]
    pub(crate) struct Injection {}

    impl Injection {
        pub(crate) async fn pass(&self, _: Point) -> Result<()> {
            Ok(())
        }

        pub(crate) fn bounds(&self) -> Bounds {
            Bounds::default()
        }
    }
}
