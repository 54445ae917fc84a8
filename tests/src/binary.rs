//! The built `omnigraph`, run as a user runs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Where cargo put the binary: beside the folder of the test executables, or where `OMNIGRAPH_BINARY` says, for a cargo whose
/// build folder is not its target folder.
pub fn path() -> PathBuf {
    if let Some(told) = std::env::var_os("OMNIGRAPH_BINARY") {
        return told.into();
    }
    let tests = std::env::current_exe().expect("a test knows where it is");
    let profile = tests
        .parent()
        .and_then(Path::parent)
        .expect("tests lie in a folder below the profile's");
    let binary = profile.join(format!("omnigraph{}", std::env::consts::EXE_SUFFIX));
    assert!(
        binary.exists(),
        "the binary is not built: run `cargo build --package omnigraph-cli` first, or test the whole workspace"
    );
    binary
}

/// A command that does not depend on whose machine it runs on.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(path());
    command
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("OMNIGRAPH_EMBEDDING_PROVIDER")
        .env_remove("OMNIGRAPH_EMBEDDING_MODEL")
        .env_remove("GITHUB_WORKSPACE")
        .env_remove("CI_PROJECT_DIR")
        .env("TERM", "dumb")
        .env("COLUMNS", "100");
    command
}

/// What a run said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Said {
        Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("stdout is text"),
            err: String::from_utf8(output.stderr).expect("stderr is text"),
        }
    }
}

pub fn run(folder: &Path, arguments: &[&str]) -> Said {
    command(folder)
        .args(arguments)
        .output()
        .expect("the binary starts")
        .into()
}

/// A run that must succeed; its stdout.
pub fn ok(folder: &Path, arguments: &[&str]) -> String {
    let said = run(folder, arguments);
    assert_eq!(said.code, 0, "omnigraph {arguments:?}\n{}{}", said.out, said.err);
    said.out
}
