//! Inputs on which the product once failed, as people reported them, each with the right answer. A test is named after its
//! row in `README.md` (`p1_…`), goes through the binary, and stands for a whole kind: the rest of that kind is tested where its
//! subject is. `scripts/regressions-on.sh REV` shows that the binary of an older revision fails them.

mod damage;
mod data;
mod editor;
mod limits;
mod messages;
mod pipelines;
mod security;
mod store;
mod table;

use crate::cli::Sandbox;

/// A sandbox with the graph `g` of a schema and rows.
fn graph(schema: &str, rows: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", schema);
    sandbox.write("rows.jsonl", rows);
    sandbox.ok(&["init", "--schema", "schema.pg", "g"]);
    sandbox.ok(&["load", "--store", "g", "--data", "rows.jsonl"]);
    sandbox
}
