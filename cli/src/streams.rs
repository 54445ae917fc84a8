//! The two streams of the process. Results go to stdout: a reader that closes it early ends the output without an error.
//! Everything else goes to stderr: a message that cannot be written changes nothing.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

static BEGUN: AtomicBool = AtomicBool::new(false);
static CLOSED: AtomicBool = AtomicBool::new(false);
static FAILED: AtomicBool = AtomicBool::new(false);

/// Writes a line to stderr, as it is.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Stdout, buffered, that remembers for the process what became of it: whoever passes an error on may word it in another
/// way.
pub(crate) struct Out(BufWriter<Watched>);

struct Watched(Stdout);

impl Out {
    pub(crate) fn new() -> Out {
        Out(BufWriter::with_capacity(64 << 10, Watched(io::stdout())))
    }
}

/// Whether some of a result was handed to stdout.
pub(crate) fn begun() -> bool {
    BEGUN.load(Ordering::Relaxed)
}

/// Whether the reader of stdout has gone away.
pub(crate) fn closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

/// Whether stdout refused a result for another reason.
pub(crate) fn failed() -> bool {
    FAILED.load(Ordering::Relaxed)
}

fn watch<T>(outcome: io::Result<T>) -> io::Result<T> {
    if let Err(error) = &outcome {
        let flag = match error.kind() {
            io::ErrorKind::BrokenPipe => &CLOSED,
            io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock => return outcome,
            _ => &FAILED,
        };
        flag.store(true, Ordering::Relaxed);
    }
    outcome
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = watch(self.0.write(bytes))?;
        BEGUN.store(true, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        watch(self.0.flush())
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
