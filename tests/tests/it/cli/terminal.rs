//! What a person sees who runs a command on a terminal. Linux only: its pseudo terminals.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use omnigraph_tests::binary;

/// Nothing at all for so long means that nothing comes.
const PATIENCE_MS: i32 = 60_000;

/// A command whose streams all are one terminal.
pub(crate) struct OnTerminal {
    child: Child,
    /// The other side of its terminal.
    side: File,
    written: Vec<u8>,
}

impl OnTerminal {
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> OnTerminal {
        super::streams::heed_signals();
        // Opened as files, so that no other test's command inherits them, and for nobody to be controlled by.
        let open = |path: &str| {
            let mut options = File::options();
            options.read(true).write(true).custom_flags(libc::O_NOCTTY);
            options.open(path).unwrap_or_else(|error| panic!("{path}: {error}"))
        };
        let side = open("/dev/ptmx");
        let (mut number, locked): (libc::c_uint, libc::c_int) = (0, 0);
        let size = libc::winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // SAFETY: each request gets the address of what it takes, which outlives the call.
        let made = unsafe {
            let fd = side.as_raw_fd();
            libc::ioctl(fd, libc::TIOCSPTLCK, &locked)
                | libc::ioctl(fd, libc::TIOCGPTN, &mut number)
                | libc::ioctl(fd, libc::TIOCSWINSZ, &size)
        };
        assert_eq!(made, 0, "{}", std::io::Error::last_os_error());
        let terminal = open(&format!("/dev/pts/{number}"));
        let stream = || Stdio::from(terminal.try_clone().expect("a terminal"));
        let child = binary::command(folder)
            .args(arguments)
            .env("TERM", "xterm")
            .stdin(stream())
            .stdout(stream())
            .stderr(stream())
            .spawn()
            .expect("the binary");
        OnTerminal {
            child,
            side,
            written: Vec::new(),
        }
    }

    /// Waits for a screen; what it shows.
    pub(crate) fn until(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let shown = shown(&self.written);
            if wanted(&shown) {
                return shown;
            }
            assert!(self.more(), "the command ended, or said nothing more:\n{shown}");
        }
    }

    /// Interrupts the command; its exit code, and what the screen shows in the end.
    pub(crate) fn interrupt(mut self) -> (i32, String) {
        let kill = Command::new("kill")
            .args(["-s", "INT", &self.child.id().to_string()])
            .status();
        assert!(kill.expect("kill").success());
        while self.more() {}
        let ended = self.child.wait().expect("an end");
        (ended.code().unwrap_or(-1), shown(&self.written))
    }

    /// Reads what was written since, if anything comes.
    fn more(&mut self) -> bool {
        let mut waiting = libc::pollfd {
            fd: self.side.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one entry, which outlives the call.
        let ready = unsafe { libc::poll(&mut waiting, 1, PATIENCE_MS) };
        let mut piece = [0; 4096];
        // When nobody has the terminal any more, reading is an error.
        let read = if ready == 1 {
            self.side.read(&mut piece).unwrap_or(0)
        } else {
            0
        };
        self.written.extend_from_slice(&piece[..read]);
        read > 0
    }
}

impl Drop for OnTerminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a terminal shows, without the spaces at the ends of lines. Knows what progress lines use: the begin of a line, the next
/// line, lines up and down, and clearing a line.
fn shown(written: &[u8]) -> String {
    let text = String::from_utf8_lossy(written);
    let (mut lines, mut row, mut column) = (vec![Vec::new()], 0, 0);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' => column = 0,
            '\n' => row += 1,
            '\x1b' => {
                assert_eq!(letters.next(), Some('['), "{text:?}");
                let mut number = String::new();
                let command = loop {
                    match letters.next() {
                        Some(digit) if digit.is_ascii_digit() => number.push(digit),
                        other => break other,
                    }
                };
                let count = number.parse().unwrap_or(1);
                match command {
                    Some('A') => row -= count,
                    Some('B') => row += count,
                    Some('K') => lines[row].clear(),
                    // The rest has not come yet.
                    None => {}
                    other => panic!("{other:?} in {text:?}"),
                }
            }
            letter => {
                let line: &mut Vec<char> = &mut lines[row];
                line.resize(line.len().max(column + 1), ' ');
                line[column] = letter;
                column += 1;
            }
        }
        lines.resize(lines.len().max(row + 1), Vec::new());
    }
    let lines = lines
        .iter()
        .map(|line| line.iter().collect::<String>().trim_end().to_owned());
    lines.collect::<Vec<String>>().join("\n").trim_end().to_owned()
}
