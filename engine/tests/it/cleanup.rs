//! After a cleanup everything retained reads as before, and what is gone says so.

use std::path::Path;
use std::time::Duration;

use omnigraph_engine::export::ExportOptions;
use omnigraph_engine::storage::inject;
use omnigraph_engine::{Class, CleanupOptions, Error, Graph, LoadMode, OptimizeOptions};

use crate::support::*;

fn keep(commits: u64) -> CleanupOptions {
    CleanupOptions {
        keep: Some(commits),
        grace: Duration::ZERO,
        confirm: true,
        ..CleanupOptions::default()
    }
}

fn person(name: &str) -> String {
    format!(r#"{{"type":"Person","data":{{"handle":"{name}","name":"{name}","role":"guest"}}}}"#)
}

async fn export_at(graph: &Graph, commit: &str) -> Result<String, Error> {
    let snapshot = graph.snapshot_at(commit).await?;
    let mut output = Vec::new();
    snapshot.export(&mut output, &ExportOptions::default()).await?;
    Ok(String::from_utf8(output).unwrap())
}

/// Ten commits, the last an optimize, and the text of each.
async fn history(lab: &Temporary) -> Vec<(String, String)> {
    let mut history = Vec::new();
    for n in 0..10 {
        match n {
            9 => drop(lab.graph.optimize(&OptimizeOptions::default()).await.unwrap()),
            // Replaces a row, so that a deletion file is made.
            _ => drop(
                load(
                    &lab.graph,
                    LoadMode::Merge,
                    &(person(&format!("p{n}")) + "\n" + &person("bo")),
                )
                .await
                .unwrap(),
            ),
        }
        let commit = lab.graph.snapshot().await.unwrap().commit_id().to_string();
        history.push((commit, export(&lab.graph).await));
    }
    history
}

fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.path().is_dir() {
            true => files(&entry.path()),
            false => 1,
        })
        .sum()
}

#[tokio::test]
async fn what_is_retained_stays_and_the_rest_says_that_it_is_gone() {
    let lab = Temporary::lab_in_files().await;
    let history = history(&lab).await;
    let count = files(&lab.path());
    let dry = CleanupOptions {
        confirm: false,
        ..keep(3)
    };
    let plan = lab.graph.cleanup(&dry).await.unwrap();
    assert!(
        !plan.removed && plan.total().files > 10 && plan.data.bytes > 0,
        "{plan:?}"
    );
    assert_eq!(files(&lab.path()), count);
    let report = lab.graph.cleanup(&keep(3)).await.unwrap();
    assert_eq!(report.total(), plan.total());
    assert_eq!((report.commits_retained, report.commits_reclaimed), (3, 9));
    // One file more says where the history begins.
    assert_eq!(files(&lab.path()) as u64, count as u64 + 1 - plan.total().files);
    for graph in [&lab.graph, &lab.reopen().await] {
        for (commit, text) in &history[7..] {
            assert_eq!(&export_at(graph, commit).await.unwrap(), text);
        }
        for (commit, _) in &history[..7] {
            let error = export_at(graph, commit).await.unwrap_err();
            assert_eq!(error.class(), Class::HistoricalVersionReclaimed);
        }
    }
    check_graph(&lab.reopen().await).await;
    // Nothing is left to do, also for who would retain more, and writing goes on.
    for again in [keep(3), keep(100)] {
        assert_eq!(lab.graph.cleanup(&again).await.unwrap().total().files, 0);
    }
    load(&lab.graph, LoadMode::Append, &person("late")).await.unwrap();
    check_graph(&lab.graph).await;
}

#[tokio::test]
async fn leftovers_go_and_the_grace_period_protects() {
    let lab = Temporary::lab_in_files().await;
    let text = export(&lab.graph).await;
    lab.graph.injection().fail(inject::PUBLISH_BEFORE);
    assert!(load(&lab.graph, LoadMode::Append, &person("lost")).await.is_err());
    let abandoned = lab.path().join("nodes/00000000000000ff-00000000000000ff/data");
    std::fs::create_dir_all(&abandoned).unwrap();
    std::fs::write(abandoned.join("x.lance"), "x").unwrap();
    let foreign = lab.path().join("nodes/mine/data");
    std::fs::create_dir_all(&foreign).unwrap();
    std::fs::write(foreign.join("notes.txt"), "x").unwrap();
    let patient = CleanupOptions {
        confirm: true,
        ..CleanupOptions::default()
    };
    assert_eq!(lab.graph.cleanup(&patient).await.unwrap().total().files, 0);
    let now = CleanupOptions {
        grace: Duration::ZERO,
        ..patient
    };
    let report = lab.graph.cleanup(&now).await.unwrap();
    assert_eq!((report.unregistered.files, report.data.files), (1, 1), "{report:?}");
    assert_eq!(report.commits_reclaimed, 0);
    assert!(foreign.join("notes.txt").exists());
    assert_eq!(export(&lab.reopen().await).await, text);
}

#[tokio::test]
async fn who_began_to_read_can_finish() {
    let lab = Temporary::lab_in_files().await;
    let (first, text) = (lab.graph.snapshot().await.unwrap(), export(&lab.graph).await);
    load(&lab.graph, LoadMode::Merge, &person("bo")).await.unwrap();
    let reader = lab.reopen().await.snapshot_at(first.commit_id()).await.unwrap();
    let patient = CleanupOptions {
        grace: Duration::from_secs(3600),
        ..keep(1)
    };
    let report = lab.graph.cleanup(&patient).await.unwrap();
    assert_eq!((report.commits_retained, report.commits_reclaimed), (1, 2));
    assert_eq!((report.commits_waiting, report.total().files), (2, 0));
    // Nothing of it was open yet.
    let mut output = Vec::new();
    reader.export(&mut output, &ExportOptions::default()).await.unwrap();
    assert_eq!(String::from_utf8(output).unwrap(), text);
    let error = export_at(&lab.graph, first.commit_id()).await.unwrap_err();
    assert_eq!(error.class(), Class::HistoricalVersionReclaimed);
    let report = lab.graph.cleanup(&keep(1)).await.unwrap();
    assert_eq!(report.commits_waiting, 0);
    assert!(report.total().files > 0);
    check_graph(&lab.reopen().await).await;
}

#[tokio::test]
async fn a_writer_at_work_is_spared() {
    let lab = Temporary::lab_in_files().await;
    history(&lab).await;
    let parked = lab.graph.injection().park(inject::PUBLISH_BEFORE);
    let writer = lab.graph.clone();
    let writing = tokio::spawn(async move { load(&writer, LoadMode::Append, &person("late")).await });
    parked.reached().await;
    // All its files are there and nothing names them.
    let patient = CleanupOptions {
        grace: Duration::from_secs(3600),
        ..keep(1)
    };
    lab.reopen().await.cleanup(&patient).await.unwrap();
    parked.release();
    writing.await.unwrap().unwrap();
    let reopened = lab.reopen().await;
    assert!(export(&reopened).await.contains("late"));
    check_graph(&reopened).await;
}

#[tokio::test]
async fn an_interrupted_run_is_finished_by_the_next() {
    let lab = Temporary::lab_in_files().await;
    let history = history(&lab).await;
    for point in [inject::CLEANUP_PLANNED, inject::CLEANUP_FILE] {
        lab.graph.injection().fail(point);
        assert!(lab.graph.cleanup(&keep(1)).await.is_err());
        let reopened = lab.reopen().await;
        assert_eq!(export(&reopened).await, history[9].1);
        let error = export_at(&reopened, &history[0].0).await.unwrap_err();
        assert_eq!(error.class(), Class::HistoricalVersionReclaimed);
    }
    assert!(lab.graph.cleanup(&keep(1)).await.unwrap().total().files > 0);
    assert_eq!(lab.graph.cleanup(&keep(1)).await.unwrap().total().files, 0);
    check_graph(&lab.reopen().await).await;
    assert_eq!(export(&lab.reopen().await).await, history[9].1);
}
