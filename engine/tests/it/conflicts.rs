//! Two handles, as two processes would have, writing at once.

use omnigraph_engine::storage::inject;
use omnigraph_engine::{Class, LoadMode, LoadOptions, MutationOptions};
use omnigraph_model::ir::Comparison::Equal;

use crate::support::*;

fn age(handle: &str, age: i64) -> omnigraph_model::ir::Statement {
    update(
        node("Person"),
        &[("age", integer(age))],
        when("handle", Equal, text(handle)),
    )
}

#[tokio::test]
async fn of_two_updates_from_one_head_one_conflicts() {
    let lab = Temporary::lab().await;
    let slow = lab.reopen().await;
    let parked = slow.injection().park(inject::PUBLISH_BEFORE);
    let task = tokio::spawn({
        let slow = slow.clone();
        async move { mutate(&slow, vec![age("ada", 1)]).await }
    });
    parked.reached().await;
    let head = mutate(&lab.graph, vec![age("ada", 2)]).await.unwrap().receipt.unwrap();
    parked.release();
    let error = task.await.unwrap().unwrap_err();
    assert_eq!(error.class(), Class::ReadSetChanged);
    assert!(error.to_string().contains(&head.commit), "{error}");
    // The same handle goes on.
    mutate(&slow, vec![age("ada", 3)]).await.unwrap();
    check_graph(&lab.graph).await;
    let ada = rows(&lab.graph, "Person").await.remove(0);
    assert_eq!(ada["data"]["age"], 3);
}

#[tokio::test]
async fn inserts_are_prepared_anew() {
    let lab = Temporary::lab().await;
    let slow = lab.reopen().await;
    let parked = slow.injection().park(inject::PUBLISH_BEFORE);
    let task = tokio::spawn({
        let slow = slow.clone();
        async move { mutate(&slow, vec![person("hal", "Hal", "lead")]).await }
    });
    parked.reached().await;
    mutate(&lab.graph, vec![person("ina", "Ina", "lead")]).await.unwrap();
    parked.release();
    task.await.unwrap().unwrap();
    check_graph(&lab.graph).await;
    assert_eq!(
        ids(&lab.graph, "Person").await,
        ["ada", "bo", "cy", "di", "ed", "hal", "ina"]
    );
}

#[tokio::test]
async fn of_two_appends_of_one_id_one_wins() {
    let lab = Temporary::lab().await;
    let line = r#"{"type":"Person","data":{"handle":"new","name":"N","role":"lead"}}"#;
    let other = lab.reopen().await;
    let (first, second) = tokio::join!(
        load(&lab.graph, LoadMode::Append, line),
        load(&other, LoadMode::Append, line)
    );
    let errors: Vec<_> = [first, second].into_iter().filter_map(Result::err).collect();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].class(), Class::KeyConflict);
    check_graph(&lab.graph).await;
}

#[tokio::test]
async fn merges_of_one_id_follow_each_other() {
    let lab = Temporary::lab().await;
    let other = lab.reopen().await;
    let line = |name: &str| format!(r#"{{"type":"Person","data":{{"handle":"new","name":"{name}","role":"lead"}}}}"#);
    let (a, b) = (line("A"), line("B"));
    let (first, second) = tokio::join!(load(&lab.graph, LoadMode::Merge, &a), load(&other, LoadMode::Merge, &b));
    let (first, second) = (first.unwrap(), second.unwrap());
    check_graph(&lab.graph).await;
    let (first, second) = (first.receipt.unwrap(), second.receipt.unwrap());
    let last = if second.parent == first.commit { "B" } else { "A" };
    let new = rows(&lab.graph, "Person").await.pop().unwrap();
    assert_eq!(new["data"]["name"], last);
}

#[tokio::test]
async fn an_overwrite_that_was_overtaken_conflicts() {
    let lab = Temporary::lab().await;
    let slow = lab.reopen().await;
    let parked = slow.injection().park(inject::PUBLISH_BEFORE);
    let task = tokio::spawn({
        let slow = slow.clone();
        async move { load(&slow, LoadMode::Overwrite, r#"{"edge":"Cites","from":"d1","to":"d3"}"#).await }
    });
    parked.reached().await;
    let doc = [("slug", text("d4")), ("title", text("T"))];
    mutate(&lab.graph, vec![insert(node("Doc"), &doc)]).await.unwrap();
    parked.release();
    assert_eq!(task.await.unwrap().unwrap_err().class(), Class::ReadSetChanged);
    assert_eq!(ids(&lab.graph, "Cites").await, ["c1", "c2"]);
}

#[tokio::test]
async fn commits_that_touch_other_types_do_not_disturb() {
    let lab = Temporary::lab().await;
    let slow = lab.reopen().await;
    let parked = slow.injection().park(inject::PUBLISH_BEFORE);
    let task = tokio::spawn({
        let slow = slow.clone();
        async move { mutate(&slow, vec![age("ada", 1)]).await }
    });
    parked.reached().await;
    let cites = [("from", text("d1")), ("to", text("d3"))];
    let head = mutate(&lab.graph, vec![insert(edge("Cites"), &cites)])
        .await
        .unwrap()
        .receipt
        .unwrap();
    parked.release();
    assert_eq!(task.await.unwrap().unwrap().receipt.unwrap().parent, head.commit);
    check_graph(&lab.graph).await;
    assert_eq!(ids(&lab.graph, "Cites").await.len(), 3);
    assert_eq!(rows(&lab.graph, "Person").await[0]["data"]["age"], 1);

    // A node's removal depends on every edge type that could name it.
    let parked = slow.injection().park(inject::PUBLISH_BEFORE);
    let task = tokio::spawn({
        let slow = slow.clone();
        async move { mutate(&slow, vec![delete(node("Person"), when("handle", Equal, text("cy")))]).await }
    });
    parked.reached().await;
    let wrote = [("from", text("cy")), ("to", text("d3"))];
    mutate(&lab.graph, vec![insert(edge("Wrote"), &wrote)]).await.unwrap();
    parked.release();
    assert_eq!(task.await.unwrap().unwrap_err().class(), Class::ReadSetChanged);
    check_graph(&lab.graph).await;
}

#[tokio::test]
async fn a_conditional_write_is_not_prepared_anew() {
    let lab = Temporary::lab().await;
    let slow = lab.reopen().await;
    let head = slow.snapshot().await.unwrap().commit_id().to_string();
    let parked = slow.injection().park(inject::PUBLISH_BEFORE);
    let task = tokio::spawn({
        let (slow, head) = (slow.clone(), head.clone());
        async move {
            let mut options = LoadOptions::default();
            options.commit.if_commit = Some(head);
            let line = r#"{"type":"Doc","data":{"slug":"d4","title":"T"}}"#;
            slow.load(std::io::Cursor::new(line), options).await
        }
    });
    parked.reached().await;
    mutate(&lab.graph, vec![person("fay", "Fay", "lead")]).await.unwrap();
    parked.release();
    assert_eq!(task.await.unwrap().unwrap_err().class(), Class::PreconditionFailed);
    // Also where the statements would change nothing.
    let mut options = MutationOptions::default();
    options.commit.if_commit = Some(head);
    let nothing = plan(vec![age("nobody", 1)]);
    let error = lab
        .graph
        .mutate(&nothing, &Default::default(), options)
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::PreconditionFailed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_lose_nothing() {
    let lab = Temporary::lab().await;
    let writers = (0..4).map(|writer| {
        let path = lab.path();
        tokio::spawn(async move {
            let graph = omnigraph_engine::Graph::open(path.to_str().unwrap()).await.unwrap();
            for n in 0..5 {
                let follows = [("from", text(&format!("w{writer}-{n}"))), ("to", text("ada"))];
                let statements = vec![
                    person(&format!("w{writer}-{n}"), "W", "guest"),
                    insert(edge("Follows"), &follows),
                ];
                mutate(&graph, statements).await.unwrap();
            }
        })
    });
    for outcome in futures::future::join_all(writers).await {
        outcome.unwrap();
    }
    check_graph(&lab.graph).await;
    assert_eq!(ids(&lab.graph, "Person").await.len(), 25);
    assert_eq!(lab.graph.snapshot().await.unwrap().record.sequence, 22);
}

#[tokio::test]
async fn a_handle_sees_other_handles_commits() {
    let lab = Temporary::lab().await;
    let other = lab.reopen().await;
    assert_eq!(other.snapshot().await.unwrap().node_rows("Person"), 5);
    mutate(&lab.graph, vec![person("fay", "Fay", "lead")]).await.unwrap();
    assert_eq!(other.snapshot().await.unwrap().node_rows("Person"), 6);
}
