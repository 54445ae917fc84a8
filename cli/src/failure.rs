//! How a command ends when it does not end well: what to print, and the exit code that scripts rely on.

pub use omnigraph_compiler::workspace::disk::reason as io_reason;

/// 1: the answer is no; 2: wrong usage or settings; 3: the operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    No = 1,
    Usage = 2,
    Failed = 3,
}

#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    /// Already worded; printed to stderr after `error: `. Empty if everything has been said.
    pub message: String,
    /// A way out, printed below as `help: `.
    pub help: Option<String>,
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure {
            exit: Exit::Usage,
            message: message.into(),
            help: None,
        }
    }

    pub fn failed(message: impl Into<String>) -> Failure {
        Failure {
            exit: Exit::Failed,
            message: message.into(),
            help: None,
        }
    }

    pub fn no(message: impl Into<String>) -> Failure {
        Failure {
            exit: Exit::No,
            message: message.into(),
            help: None,
        }
    }

    /// The answer is no, and the reasons are printed already.
    pub fn said() -> Failure {
        Failure::no("")
    }

    pub fn help(mut self, help: impl Into<String>) -> Failure {
        self.help = Some(help.into());
        self
    }
}
