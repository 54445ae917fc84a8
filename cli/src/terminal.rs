//! What depends on whether a person is looking: colour, progress, notes.

use std::io::{self, IsTerminal, Read};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use omnigraph_model::printable::escape_lines;

use crate::arguments::{ColorChoice, Global};
use crate::streams::say;

/// The bar that was made last, on a terminal.
static LAST: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Takes the line of progress away, where whoever shows it does not come to it.
pub(crate) fn clear_progress() {
    if let Some(bar) = LAST.lock().ok().and_then(|mut last| last.take()) {
        bar.finish_and_clear();
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Terminal {
    pub quiet: bool,
    verbose: bool,
    color: ColorChoice,
}

impl Terminal {
    pub(crate) fn new(global: &Global) -> Terminal {
        Terminal {
            quiet: global.quiet,
            verbose: global.verbose,
            color: global.color,
        }
    }

    pub(crate) fn color_stdout(&self) -> bool {
        self.color(io::stdout().is_terminal())
    }

    pub(crate) fn color_stderr(&self) -> bool {
        self.color(io::stderr().is_terminal())
    }

    fn color(&self, is_terminal: bool) -> bool {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if set("NO_COLOR") => false,
            ColorChoice::Auto if set("CLICOLOR_FORCE") => true,
            ColorChoice::Auto => is_terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
        }
    }

    /// Something worth saying that is not a result.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            say(&escape_lines(text));
        }
    }

    /// What was done, for those who asked to hear it.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            say(&escape_lines(text));
        }
    }

    pub(crate) fn warn(&self, text: &str) {
        self.label("warning", "33;1", text);
    }

    /// `label: text`, the label in a colour (a number of the terminal's).
    pub(crate) fn label(&self, label: &str, colour: &str, text: &str) {
        let text = escape_lines(text);
        match self.color_stderr() {
            true => say(&format!("\x1b[{colour}m{label}\x1b[0m: {text}")),
            false => say(&format!("{label}: {text}")),
        }
    }

    /// A bar over `total` bytes (a spinner if unknown) that appears after a second, on terminals only.
    pub(crate) fn progress(&self, total: Option<u64>, what: &str) -> ProgressBar {
        let template = match total {
            Some(_) => "{msg} {bar:30} {bytes}/{total_bytes}",
            None => "{msg} {spinner} {bytes}",
        };
        self.bar(total, template, what)
    }

    /// A line that something is under way, and for how long; it goes when this is dropped.
    pub(crate) fn under_way(&self, what: &str) -> UnderWay {
        UnderWay(self.bar(None, "{msg} {spinner} {elapsed}", what))
    }

    /// The same over rows.
    pub(crate) fn progress_of_rows(&self, total: u64, what: &str) -> ProgressBar {
        self.bar(Some(total), "{msg} {bar:30} {human_pos} of {human_len} rows", what)
    }

    fn bar(&self, total: Option<u64>, template: &str, what: &str) -> ProgressBar {
        if self.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = match total {
            Some(total) => ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden()),
            None => ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what.to_owned());
        if let Ok(mut last) = LAST.lock() {
            *last = Some(bar.clone());
        }
        let shown = bar.clone();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_secs(1));
            if !shown.is_finished() {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(100));
            }
        });
        bar
    }
}

/// A line on the terminal for as long as this lives.
pub(crate) struct UnderWay(ProgressBar);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Moves a progress bar along with what is read.
pub(crate) struct Counted<R> {
    pub reader: R,
    pub bar: ProgressBar,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}
