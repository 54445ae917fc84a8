//! Projects on a disk: the settings that hold in a folder, the schema that a query belongs to, the files of a project. The
//! command line and the language server ask here, so that both see the same. Discovery itself reads no disk: it is given
//! [`Files`], which is the disk or something laid upon it.

mod discovery;
pub mod disk;
mod files;
mod problem;

pub use discovery::{Discovery, Group, Key, Located, Look, clean, is_query, is_schema};
pub use files::{Entry, Files};
pub use problem::Problem;
