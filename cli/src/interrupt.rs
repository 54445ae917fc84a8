//! Signals that ask the process to end (interrupt, terminate, hang up). Work under way is dropped, and with it its scratch
//! files; a commit is made by one step, so it has happened or not. A signal that the parent process ignores stays ignored.

use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::oneshot::{self, Receiver, Sender};

use crate::failure::Failure;
use crate::streams::say;
use crate::terminal::clear_progress;

/// How long work that was interrupted may take to put its scratch files away.
pub(crate) const TIDYING: Duration = Duration::from_secs(1);

/// Whom a signal is reported to: the work under way.
static WORK: Mutex<Option<Sender<Failure>>> = Mutex::new(None);

/// Watches from now on.
pub(crate) fn watch() {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        let failure = Failure::interrupted(runtime.block_on(signal()));
        let exit = failure.exit.code();
        let work = WORK.lock().map(|mut work| work.take()).unwrap_or_default();
        if work.is_some_and(|work| work.send(failure).is_ok()) {
            // It may be waiting for its input, and hear nothing.
            std::thread::sleep(2 * TIDYING);
        }
        clear_progress();
        say("error: interrupted");
        std::process::exit(exit.into());
    });
}

/// What the work under way receives, its own failure, once the process is asked to end.
pub(crate) fn told() -> Receiver<Failure> {
    let (sender, receiver) = oneshot::channel();
    if let Ok(mut work) = WORK.lock() {
        *work = Some(sender);
    }
    receiver
}

/// Waits for a signal; gives its number.
#[cfg(unix)]
async fn signal() -> u8 {
    use futures::future::select_all;
    use tokio::signal::unix::{SignalKind, signal};

    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let mut waiting = Vec::new();
    for kind in kinds.into_iter().filter(|kind| !is_ignored(kind.as_raw_value())) {
        let Ok(mut signal) = signal(kind) else { continue };
        waiting.push(Box::pin(async move {
            signal.recv().await;
            u8::try_from(kind.as_raw_value()).unwrap_or_default()
        }));
    }
    match waiting.is_empty() {
        true => std::future::pending().await,
        false => select_all(waiting).await.0,
    }
}

/// Whether the parent process wants the signal to be ignored, as `nohup` does.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: nothing is set; `action` is a valid place for what is asked, and all zeros are a valid value of it.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) == 0
            && action.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

#[cfg(not(unix))]
async fn signal() -> u8 {
    match tokio::signal::ctrl_c().await {
        Ok(()) => 2,
        Err(_) => std::future::pending().await,
    }
}
