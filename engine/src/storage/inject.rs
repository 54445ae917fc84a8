//! Named places between two durable steps. Tests make the next pass through one fail, or park there until released; a
//! normal build has no trace of them.

/// A place; constants, so that a misspelt name does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point(pub &'static str);

pub const INIT_DATASET: Point = Point("init: after a dataset");
pub const INIT_SCHEMA: Point = Point("init: after the schema object");
pub const INIT_BEFORE_RECORD: Point = Point("init: before the genesis record");
pub const INIT_AFTER_RECORD: Point = Point("init: after the genesis record");
pub const WRITE_STAGED: Point = Point("write: after staging");
pub const WRITE_BEFORE_DATASET: Point = Point("write: before a dataset's commit");
pub const WRITE_AFTER_DATASET: Point = Point("write: after a dataset's commit");
pub const WRITE_BEFORE_CASCADE: Point = Point("write: between a delete and its cascade");
pub const PUBLISH_BEFORE: Point = Point("publish: before the record");
pub const PUBLISH_LOST: Point = Point("publish: done, its answer lost");

pub const OPTIMIZE_COMPACTED: Point = Point("optimize: after joining fragments");
pub const OPTIMIZE_DATASET: Point = Point("optimize: after a dataset's commit");

pub const CLEANUP_PLANNED: Point = Point("cleanup: after the plan");
pub const CLEANUP_FILE: Point = Point("cleanup: after a file");
pub const APPLY_DATASET: Point = Point("apply: after a dataset's commit");
pub const APPLY_SCHEMA: Point = Point("apply: after the schema object");
pub const APPLY_RECLAIM: Point = Point("apply: between the record and the removal of files");

pub const ALL: [Point; 17] = [
    INIT_DATASET,
    INIT_SCHEMA,
    INIT_BEFORE_RECORD,
    INIT_AFTER_RECORD,
    WRITE_STAGED,
    WRITE_BEFORE_DATASET,
    WRITE_AFTER_DATASET,
    WRITE_BEFORE_CASCADE,
    PUBLISH_BEFORE,
    PUBLISH_LOST,
    OPTIMIZE_COMPACTED,
    OPTIMIZE_DATASET,
    CLEANUP_PLANNED,
    CLEANUP_FILE,
    APPLY_DATASET,
    APPLY_SCHEMA,
    APPLY_RECLAIM,
];

#[cfg(any(test, feature = "inject"))]
pub use active::{Injection, Parked};
#[cfg(any(test, feature = "inject"))]
mod active {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

    use tokio::sync::Notify;

    use super::Point;
    use crate::error::{Error, Result, StorageKind};

    enum Action {
        Fail,
        Park { reached: Arc<Notify>, release: Arc<Notify> },
    }

    /// What a test armed; each handle has its own.
    #[derive(Clone, Default)]
    pub struct Injection {
        armed: Arc<Mutex<HashMap<Point, Action>>>,
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
        pub async fn reached(&self) {
            self.reached.notified().await;
        }

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

    #[derive(Clone, Default)]
    pub(crate) struct Injection {}

    impl Injection {
        pub(crate) async fn pass(&self, _: Point) -> Result<()> {
            Ok(())
        }
    }
}
