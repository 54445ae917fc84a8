//! What operations cost, counted in requests for the graph's own objects, in datasets opened, and in allocations.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use omnigraph_engine::execution;
use omnigraph_model::ir::Comparison::Equal;

use crate::lab::{Lab, options};
use crate::support::*;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting for each thread.
struct Counting;

// SAFETY: all is done by the system's allocator; counting touches no memory but a thread's own number.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Sets of what is bound below a link, made anew for each link below it, once made this the cube of the length.
#[tokio::test]
async fn planning_a_long_pattern_makes_no_sets_of_sets() {
    const LINKS: u64 = 400;
    let lab = Lab::new().await;
    let links: String = (0..LINKS).map(|n| format!("$p{n} follows $p{} ", n + 1)).collect();
    let plan = lab.plan(&format!("match {{ {links} }} return {{ $p0.handle }}"));
    let (none, options) = (BTreeMap::new(), options());
    let explain = || execution::explain(&lab.snapshot, &plan, &none, &options);
    // The first time opens what the snapshot then has.
    let first = explain().await.unwrap().to_string();
    assert_eq!(first.matches("expand").count() as u64, LINKS, "{first}");
    let before = ALLOCATIONS.get();
    explain().await.unwrap();
    let each = (ALLOCATIONS.get() - before) / LINKS;
    println!("{each} allocations for each link");
    // Sets of sets would be some 4,400 more.
    assert!(each < 5000, "{each} allocations for each link");
}

#[tokio::test]
async fn a_repeated_read_is_one_request() {
    let lab = Temporary::lab().await;
    let graph = lab.reopen().await;
    let first = graph.snapshot().await.unwrap();
    let table = first.node_table("Person").await.unwrap();
    let before = graph.requests();
    let second = graph.snapshot().await.unwrap();
    let again = second.node_table("Person").await.unwrap();
    assert_eq!(graph.requests() - before, 1);
    assert!(Arc::ptr_eq(&table, &again));
    // A write to another type leaves it open.
    let cites = [("from", text("d1")), ("to", text("d3"))];
    mutate(&lab.graph, vec![insert(edge("Cites"), &cites)]).await.unwrap();
    let third = graph.snapshot().await.unwrap();
    assert_ne!(third.commit_id(), second.commit_id());
    assert!(Arc::ptr_eq(&table, &third.node_table("Person").await.unwrap()));
}

#[tokio::test]
async fn writing_and_opening_do_not_depend_on_history() {
    let lab = Temporary::lab().await;
    let mut costs = Vec::new();
    for n in 0..70 {
        let before = lab.graph.requests();
        mutate(&lab.graph, vec![person(&format!("p{n}"), "P", "lead")])
            .await
            .unwrap();
        let write = lab.graph.requests() - before;
        let opened = lab.reopen().await;
        costs.push((write, opened.requests()));
    }
    costs.drain(..5);
    assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
    assert!(costs[0].0 <= 5 && costs[0].1 <= 5, "{:?}", costs[0]);
}

#[tokio::test]
async fn many_small_commits_leave_few_fragments() {
    let lab = Temporary::lab_in_files().await;
    for n in 0..80 {
        let statement = match n % 3 {
            0 => update(
                node("Person"),
                &[("age", integer(n))],
                when("handle", Equal, text("ada")),
            ),
            _ => person(&format!("p{n}"), "P", "lead"),
        };
        let follows = [("from", text("ada")), ("to", text("bo")), ("weight", integer(n))];
        mutate(&lab.graph, vec![statement, insert(edge("Follows"), &follows)])
            .await
            .unwrap();
    }
    check_graph(&lab.graph).await;
    let snapshot = lab.graph.snapshot().await.unwrap();
    for table in [
        snapshot.node_table("Person").await.unwrap(),
        snapshot.edge_table("Follows").await.unwrap(),
    ] {
        assert!(
            table.dataset().manifest().fragments.len() < 40,
            "{}",
            table.dataset().manifest().fragments.len()
        );
    }
    let weights: Vec<_> = rows(&lab.graph, "Follows")
        .await
        .iter()
        .map(|row| row["data"]["weight"].clone())
        .collect();
    assert_eq!(weights.len(), 87);
    assert_eq!(rows(&lab.graph, "Person").await[0]["data"]["age"], 78);
}
