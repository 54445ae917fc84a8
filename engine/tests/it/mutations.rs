//! Mutations on the Lab graph.

use std::collections::BTreeMap;

use omnigraph_engine::{Class, MutationOptions};
use omnigraph_model::ir::Comparison::{Equal, Greater, Less};
use omnigraph_model::ir::Statement;
use omnigraph_model::types::{Scalar, Value};
use serde_json::{Value as Json, json};

use crate::support::*;

async fn affected(lab: &Temporary, statements: Vec<omnigraph_model::ir::Statement>) -> (u64, u64) {
    let before = lab.graph.snapshot().await.unwrap();
    let report = mutate(&lab.graph, statements).await.unwrap();
    let after = lab.graph.snapshot().await.unwrap();
    let changed = report.affected_nodes + report.affected_edges > 0;
    // Any number of statements is one commit, and none without an effect.
    assert_eq!(after.record.sequence, before.record.sequence + u64::from(changed));
    assert_eq!(
        report.receipt.as_ref().map(|receipt| receipt.commit.as_str()),
        changed.then(|| after.commit_id())
    );
    check_graph(&lab.graph).await;
    (report.affected_nodes, report.affected_edges)
}

async fn data(lab: &Temporary, type_name: &str, id: &str) -> Json {
    let found = rows(&lab.graph, type_name)
        .await
        .into_iter()
        .find(|row| row["data"]["id"] == id);
    found.map_or(Json::Null, |row| row["data"].clone())
}

#[tokio::test]
async fn m1_insert_on_a_known_key_replaces_the_whole_row() {
    let lab = Temporary::lab().await;
    assert_eq!(affected(&lab, vec![person("bo", "Robert", "lead")]).await, (1, 0));
    assert_eq!(
        data(&lab, "Person", "bo").await,
        json!({"id": "bo", "handle": "bo", "name": "Robert", "role": "lead"})
    );
    assert_eq!(ids(&lab.graph, "Follows").await.len(), 7);
}

#[tokio::test]
async fn m2_edges_may_be_parallel() {
    let lab = Temporary::lab().await;
    let follows = [("from", text("ada")), ("to", text("bo")), ("weight", integer(7))];
    assert_eq!(affected(&lab, vec![insert(edge("Follows"), &follows)]).await, (0, 1));
    let rows = rows(&lab.graph, "Follows").await;
    let parallel: Vec<_> = rows
        .iter()
        .filter(|row| row["from"] == "ada" && row["to"] == "bo")
        .collect();
    assert_eq!(parallel.len(), 3);
    assert!(
        parallel
            .iter()
            .any(|row| row["data"]["weight"] == 7 && row["data"].get("since").is_none())
    );
}

#[tokio::test]
async fn m3_update_by_enum() {
    let lab = Temporary::lab().await;
    let statement = update(
        node("Person"),
        &[("score", float(5.0))],
        when("role", Equal, text("guest")),
    );
    assert_eq!(affected(&lab, vec![statement]).await, (2, 0));
    for id in ["di", "ed"] {
        assert_eq!(data(&lab, "Person", id).await["score"], 5.0);
    }
    assert_eq!(data(&lab, "Person", "ed").await["tags"], json!(["Rust", "sql"]));
}

#[tokio::test]
async fn m4_delete_takes_the_edges() {
    let lab = Temporary::lab().await;
    let statement = delete(node("Person"), when("handle", Equal, text("ada")));
    assert_eq!(affected(&lab, vec![statement]).await, (1, 6));
    assert_eq!(ids(&lab.graph, "Follows").await, ["f5", "f6", "f7"]);
    assert_eq!(ids(&lab.graph, "Wrote").await, ["w2"]);
    assert_eq!(ids(&lab.graph, "Doc").await, ["d1", "d2", "d3"]);
}

#[tokio::test]
async fn m5_null_is_not_greater() {
    let lab = Temporary::lab().await;
    let statement = delete(edge("Follows"), when("weight", Greater, integer(2)));
    assert_eq!(affected(&lab, vec![statement]).await, (0, 4));
    assert_eq!(ids(&lab.graph, "Follows").await, ["f3", "f4", "f5"]);
}

#[tokio::test]
async fn m6_overlap_counts_once() {
    let lab = Temporary::lab().await;
    let statements = vec![
        delete(node("Person"), when("handle", Equal, text("di"))),
        delete(node("Person"), when("role", Equal, text("guest"))),
    ];
    assert_eq!(affected(&lab, statements).await, (2, 3));
    assert_eq!(ids(&lab.graph, "Follows").await, ["f1", "f2", "f3", "f4"]);
}

#[tokio::test]
async fn m7_updates_see_earlier_inserts() {
    let lab = Temporary::lab().await;
    let statements = vec![
        person("fay", "Fay", "guest"),
        update(
            node("Person"),
            &[("age", integer(50))],
            when("handle", Equal, text("fay")),
        ),
    ];
    assert_eq!(affected(&lab, statements).await, (2, 0));
    assert_eq!(data(&lab, "Person", "fay").await["age"], 50);
}

#[tokio::test]
async fn m8_updates_see_earlier_updates() {
    let lab = Temporary::lab().await;
    let statements = vec![
        update(
            node("Person"),
            &[("age", integer(60))],
            when("handle", Equal, text("ada")),
        ),
        update(
            node("Person"),
            &[("age", integer(1))],
            when("age", Greater, integer(50)),
        ),
    ];
    assert_eq!(affected(&lab, statements).await, (2, 0));
    assert_eq!(data(&lab, "Person", "ada").await["age"], 1);
}

#[tokio::test]
async fn m9_an_edge_may_come_before_its_node() {
    let lab = Temporary::lab().await;
    let statements = vec![
        insert(edge("Wrote"), &[("from", text("fay")), ("to", text("d1"))]),
        person("fay", "Fay", "guest"),
    ];
    assert_eq!(affected(&lab, statements).await, (1, 1));
}

#[tokio::test]
async fn m10_a_missing_endpoint_changes_nothing() {
    let lab = Temporary::lab().await;
    let before = export(&lab.graph).await;
    let statement = insert(edge("Wrote"), &[("from", text("zoe")), ("to", text("d1"))]);
    let error = mutate(&lab.graph, vec![person("fay", "Fay", "guest"), statement])
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::BadRequest);
    assert_eq!(
        error.to_string(),
        "statement 2: Wrote: there is no Person `zoe`, its `from`"
    );
    assert_eq!(export(&lab.graph).await, before);
}

#[tokio::test]
async fn m11_nothing_matched_is_no_commit() {
    let lab = Temporary::lab().await;
    let statement = update(
        node("Person"),
        &[("age", integer(3))],
        when("handle", Equal, text("nobody")),
    );
    assert_eq!(affected(&lab, vec![statement]).await, (0, 0));
}

#[tokio::test]
async fn m12_dates_compare_by_day() {
    let lab = Temporary::lab().await;
    let day = literal(Value::Date(18_779), Scalar::Date); // 2021-06-01
    assert_eq!(
        affected(&lab, vec![delete(edge("Follows"), when("since", Less, day))]).await,
        (0, 2)
    );
    assert_eq!(ids(&lab.graph, "Follows").await, ["f2", "f3", "f5", "f6", "f7"]);
}

#[tokio::test]
async fn m13_null_matches_nothing() {
    let lab = Temporary::lab().await;
    let statement = delete(node("Person"), when("age", Equal, parameter("a", Scalar::I32)));
    assert_eq!(affected(&lab, vec![statement]).await, (0, 0));
}

#[tokio::test]
async fn endpoints_can_be_compared() {
    let lab = Temporary::lab().await;
    assert_eq!(
        affected(&lab, vec![delete(edge("Follows"), when("to", Equal, text("bo")))]).await,
        (0, 2)
    );
    assert_eq!(
        affected(&lab, vec![delete(edge("Follows"), when("from", Equal, text("di")))]).await,
        (0, 2)
    );
}

#[tokio::test]
async fn a_column_of_integers_is_never_equal_to_a_fraction() {
    let lab = Temporary::lab().await;
    assert_eq!(
        affected(&lab, vec![delete(node("Person"), when("age", Equal, float(29.5)))]).await,
        (0, 0)
    );
    let statement = update(node("Person"), &[("score", float(0.0))], when("age", Less, float(29.5)));
    assert_eq!(affected(&lab, vec![statement]).await, (2, 0));
}

#[tokio::test]
async fn null_for_a_required_property_names_both() {
    let lab = Temporary::lab().await;
    let statement = insert(
        node("Person"),
        &[
            ("handle", text("x")),
            ("name", parameter("n", Scalar::String)),
            ("role", text("lead")),
        ],
    );
    let error = mutate(&lab.graph, vec![statement]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "P011: parameter `$n` is null, but Person.name is required"
    );
}

#[tokio::test]
async fn rules_hold_for_the_outcome() {
    let lab = Temporary::lab().await;
    let statements = vec![
        update(
            node("Person"),
            &[("age", integer(-1))],
            when("handle", Equal, text("ada")),
        ),
        update(
            node("Person"),
            &[("age", integer(40))],
            when("handle", Equal, text("ada")),
        ),
    ];
    assert_eq!(affected(&lab, statements).await, (2, 0));
    let statement = update(
        node("Person"),
        &[("age", integer(-1))],
        when("handle", Equal, text("ada")),
    );
    let error = mutate(&lab.graph, vec![statement]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Person `ada`: age is -1, which is below the minimum 0 of @range"
    );
}

#[tokio::test]
async fn pending_rows_have_a_budget() {
    let lab = Temporary::lab().await;
    let options = MutationOptions {
        memory: 1_000,
        ..MutationOptions::default()
    };
    let many = (0..50).map(|n| person(&format!("p{n}"), "N", "lead")).collect();
    let error = lab
        .graph
        .mutate(&plan(many), &BTreeMap::new(), options)
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::ResourceLimitExceeded);
}

const TASKS: &str = r#"
node Task {
    title: String
    place: String? @unique
    done: Bool @default(false)
    at: DateTime?
}

edge Needs: Task -> Task @card(0..1)
edge Owns: Task -> Task @card(1..2)
"#;

#[tokio::test]
async fn unique_values_can_be_swapped() {
    let tasks = Temporary::new(TASKS).await;
    let task = |title: &str, place: &str| insert(node("Task"), &[("title", text(title)), ("place", text(place))]);
    mutate(&tasks.graph, vec![task("a", "x"), task("b", "y")])
        .await
        .unwrap();
    let place = |value: &str, title: &str| {
        update(
            node("Task"),
            &[("place", text(value))],
            when("title", Equal, text(title)),
        )
    };
    mutate(&tasks.graph, vec![place("y", "a"), place("x", "b")])
        .await
        .unwrap();
    check_graph(&tasks.graph).await;
    let error = mutate(&tasks.graph, vec![place("x", "a")]).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("have the same (place): x, but @unique forbids it"),
        "{error}"
    );
    assert!(
        rows(&tasks.graph, "Task")
            .await
            .iter()
            .all(|row| row["data"]["done"] == false)
    );
}

#[tokio::test]
async fn cardinality_counts_what_changed() {
    let tasks = Temporary::new(TASKS).await;
    let data = r#"{"type":"Task","data":{"id":"a","title":"a"}}
{"type":"Task","data":{"id":"b","title":"b"}}
{"type":"Task","data":{"id":"c","title":"c"}}
{"edge":"Needs","from":"a","to":"b"}
{"edge":"Owns","from":"a","to":"b"}"#;
    load(&tasks.graph, omnigraph_engine::LoadMode::Append, data)
        .await
        .unwrap();
    let needs = |from: &str, to: &str| insert(edge("Needs"), &[("from", text(from)), ("to", text(to))]);
    let error = mutate(&tasks.graph, vec![needs("a", "c")]).await.unwrap_err();
    assert_eq!(error.to_string(), "Task `a` would have 2 Needs, but @card allows 0..1");
    mutate(&tasks.graph, vec![needs("c", "a")]).await.unwrap();
    // The target's removal takes the only edge of a source that stays.
    let error = mutate(
        &tasks.graph,
        vec![delete(node("Task"), when("title", Equal, text("b")))],
    )
    .await
    .unwrap_err();
    assert_eq!(error.to_string(), "Task `a` would have 0 Owns, but @card allows 1..2");
    // The source's own removal does not matter.
    mutate(
        &tasks.graph,
        vec![delete(node("Task"), when("title", Equal, text("a")))],
    )
    .await
    .unwrap();
    check_graph(&tasks.graph).await;
}

#[tokio::test]
async fn all_that_is_wrong_with_a_mutation_comes_at_once() {
    let lab = Temporary::lab().await;
    let aged = |handle: &str, age: i64| {
        let Statement::Insert {
            target,
            variable,
            mut assignments,
            origin,
        } = person(handle, "N", "lead")
        else {
            unreachable!()
        };
        assignments.push(("age".to_string(), integer(age)));
        Statement::Insert {
            target,
            variable,
            assignments,
            origin,
        }
    };
    let follows = |from: &str, to: &str| insert(edge("Follows"), &[("from", text(from)), ("to", text(to))]);
    let set = |name: &str, value| update(node("Person"), &[(name, value)], when("handle", Equal, text("ada")));
    let statements = vec![
        person("x", "X", "boss"),
        aged("y", 200),
        set("role", text("chief")),
        follows("ada", "zoe"),
    ];
    assert_eq!(
        mutate(&lab.graph, statements).await.unwrap_err().to_string(),
        "statement 1: Person.role: `boss` is none of guest, lead, member\n\
         statement 2: Person `y`: age is 200, which is above the maximum 150 of @range\n\
         statement 3: Person.role: `chief` is none of guest, lead, member"
    );
    let statements = vec![follows("ada", "zoe"), set("age", integer(-1)), follows("yan", "bo")];
    assert_eq!(
        mutate(&lab.graph, statements).await.unwrap_err().to_string(),
        "statement 1: Follows: there is no Person `zoe`, its `to`\n\
         statement 2: Person `ada`: age is -1, which is below the minimum 0 of @range\n\
         statement 3: Follows: there is no Person `yan`, its `from`"
    );
    check_graph(&lab.graph).await;
}

#[tokio::test]
async fn names_keep_their_case() {
    let schema = "node Item {\n codeText: String @key\n firstName: String? @unique\n select: I32?\n}\nedge Has: Item -> Item {\n bigWeight: I32?\n}";
    let items = Temporary::new(schema).await;
    let item = |code: &str, name: &str, n: i64| {
        insert(
            node("Item"),
            &[
                ("codeText", text(code)),
                ("firstName", text(name)),
                ("select", integer(n)),
            ],
        )
    };
    let has = [("from", text("a")), ("to", text("b")), ("bigWeight", integer(1))];
    let statements = vec![item("a", "x", 1), item("b", "y", 2), insert(edge("Has"), &has)];
    mutate(&items.graph, statements).await.unwrap();
    let change = update(
        node("Item"),
        &[("select", integer(7))],
        when("firstName", Equal, text("x")),
    );
    assert_eq!(mutate(&items.graph, vec![change]).await.unwrap().affected_nodes, 1);
    let change = delete(edge("Has"), when("bigWeight", Equal, integer(1)));
    assert_eq!(mutate(&items.graph, vec![change]).await.unwrap().affected_edges, 1);
    let error = mutate(&items.graph, vec![item("c", "x", 1)]).await.unwrap_err();
    assert!(error.to_string().contains("(firstName): x"), "{error}");
    assert_eq!(rows(&items.graph, "Item").await[0]["data"]["select"], 7);
}
