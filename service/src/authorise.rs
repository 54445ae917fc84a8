//! Whether an actor may do something with a graph. Who decides is given to the session; by default everything is allowed.

use std::fmt;

/// What a request does, by the names that policies use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The schema, commits, and how a query would run.
    Describe,
    /// Rows, by a query or by their ids.
    Read,
    /// Mutations.
    Change,
    /// Loads that add to what is there.
    Load,
    /// Loads that replace what is there.
    Overwrite,
    /// Whole exports.
    Export,
    /// Another schema.
    SchemaApply,
    /// Joining files, building indexes, cleaning up, reading everything to verify it.
    Maintain,
}

impl Action {
    /// The name in policies and messages.
    pub fn name(self) -> &'static str {
        match self {
            Action::Describe => "describe",
            Action::Read => "read",
            Action::Change => "change",
            Action::Load => "load",
            Action::Overwrite => "overwrite",
            Action::Export => "export",
            Action::SchemaApply => "schema_apply",
            Action::Maintain => "maintain",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Decides what an actor may do. It is asked before anything is read: about [`Action::Describe`] when a query is prepared, and
/// about what it does when it is run; once for everything else.
pub trait Authoriser: fmt::Debug + Send + Sync {
    /// # Errors
    /// [`Denied`] if the actor may not.
    fn authorise(&self, actor: Option<&str>, action: Action, branch: &str) -> Result<(), Denied>;
}

/// Allows everything to everybody: the authoriser of a graph on one's own disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Everything;

impl Authoriser for Everything {
    fn authorise(&self, _: Option<&str>, _: Action, _: &str) -> Result<(), Denied> {
        Ok(())
    }
}

/// An actor may not do what a request does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} may not {action} on `{branch}`{}", .actor.as_deref().map_or("nobody in particular".to_owned(), |actor| format!("`{actor}`")), .reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default())]
pub struct Denied {
    /// Who asked; nobody in particular without it.
    pub actor: Option<String>,
    /// What for.
    pub action: Action,
    /// On which branch.
    pub branch: String,
    /// Why not, in a sentence, if it may be said.
    pub reason: Option<String>,
}
