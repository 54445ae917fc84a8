//! Every function of scalar values through the binary: its example gives what the table says, in each row.

use omnigraph_model::vocabulary::functions::SCALAR_FUNCTIONS;
use serde_json::{Map, Value, json};

use super::Sandbox;

#[test]
fn examples_give_what_the_table_says() {
    let sandbox = Sandbox::with_lab();
    // A query has at most so many columns.
    for functions in SCALAR_FUNCTIONS.chunks(250) {
        let columns = functions
            .iter()
            .map(|function| format!("{} as {}", function.example, function.name));
        let query = format!(
            "query q() {{ match {{ $p: Person  $p.age = 29 }} return {{ {} }} }}",
            columns.collect::<Vec<_>>().join(", ")
        );
        let wanted = functions.iter().map(|function| {
            let result: Value = serde_json::from_str(function.result).expect("a result is JSON");
            (function.name.to_owned(), result)
        });
        let row = Value::Object(wanted.collect::<Map<_, _>>());
        let printed = sandbox.ok(&["query", "--store", "lab", "--format", "json", "-e", &query]);
        let document: Value = serde_json::from_str(&printed).expect("one document");
        assert_eq!(document["rows"], json!([row, row]));
    }
}
