//! A few threads that work on snapshots. A job that is overtaken by newer text is unwound by the database; a job that
//! panics costs its own answer and nothing else.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

type Job = Box<dyn FnOnce() + Send>;

pub(super) struct Pool {
    jobs: Sender<Job>,
}

/// Why a job has no result.
pub(super) enum Failure {
    /// The text it worked on is no longer the newest.
    Overtaken,
    Panic(String),
}

impl Pool {
    pub(super) fn new(threads: usize) -> Pool {
        let (jobs, queue) = channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..threads {
            let queue = queue.clone();
            // Without a thread, jobs wait for the others.
            let _ = std::thread::Builder::new()
                .name(format!("reader {number}"))
                .stack_size(16 << 20)
                .spawn(move || work(&queue));
        }
        Pool { jobs }
    }

    pub(super) fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        let _ = self.jobs.send(Box::new(job));
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // Jobs catch what they run themselves; this guards the thread.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

/// Runs a read.
pub(super) fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|payload| match payload.is::<salsa::Cancelled>() {
        true => Failure::Overtaken,
        false => Failure::Panic(words(&*payload)),
    })
}

fn words(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown".to_owned())
}
