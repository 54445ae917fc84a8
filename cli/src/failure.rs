//! How a command ends when it does not end well: what to print, and the exit code that scripts rely on.

use omnigraph_model::printable::{escape, escape_lines};
use serde_json::{Map, Value, json};

pub(crate) use omnigraph_workspace::disk::reason as io_reason;

/// 1: the answer is no; 2: wrong usage or settings; 3: the operation failed; 128 and a signal's number: it ended the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    No,
    Usage,
    Failed,
    Interrupted(u8),
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::No => 1,
            Exit::Usage => 2,
            Exit::Failed => 3,
            Exit::Interrupted(signal) => 128 | signal,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Failure {
    pub exit: Exit,
    /// Already worded; printed to stderr after `error: `. Empty if everything has been said.
    pub message: String,
    /// A way out, printed below as `help: `.
    pub help: Option<String>,
    /// The class of the engine's error, `Usage` or `No` otherwise.
    pub class: &'static str,
    /// What programs get beside the message: `diagnostics`, `parameters`, `violations`.
    pub details: Box<Map<String, Value>>,
}

impl Failure {
    fn new(exit: Exit, class: &'static str, message: impl Into<String>) -> Failure {
        Failure {
            exit,
            message: escape(&message.into()).into_owned(),
            help: None,
            class,
            details: Box::default(),
        }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Usage, "Usage", message)
    }

    pub(crate) fn failed(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Failed, "Storage", message)
    }

    pub(crate) fn no(message: impl Into<String>) -> Failure {
        Failure::new(Exit::No, "No", message)
    }

    pub(crate) fn interrupted(signal: u8) -> Failure {
        Failure::new(Exit::Interrupted(signal), "Interrupted", "interrupted")
    }

    /// The answer is no, and the reasons are printed already.
    pub(crate) fn said() -> Failure {
        Failure::no("")
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Failure {
        self.help = Some(help.into());
        self
    }

    /// The same with a message of several lines, each of which shows no character that acts.
    pub(crate) fn lines(mut self, lines: impl IntoIterator<Item = String>) -> Failure {
        let lines: Vec<String> = lines.into_iter().map(|line| escape_lines(&line).into_owned()).collect();
        self.message = lines.join("\n");
        self
    }

    pub(crate) fn class(mut self, class: &'static str) -> Failure {
        self.class = class;
        self
    }

    pub(crate) fn detail(mut self, name: &str, value: Value) -> Failure {
        self.details.insert(name.to_owned(), value);
        self
    }

    /// The document that `--format json` prints instead of a result.
    pub(crate) fn document(&self) -> Value {
        let message = match self.message.is_empty() {
            true => "the reasons are printed to stderr",
            false => &self.message,
        };
        let mut document = Map::new();
        document.insert("error".into(), message.into());
        document.insert("class".into(), self.class.into());
        document.insert("exit_code".into(), json!(self.exit.code()));
        document.insert("help".into(), json!(self.help));
        document.extend(self.details.iter().map(|(name, value)| (name.clone(), value.clone())));
        Value::Object(document)
    }
}
