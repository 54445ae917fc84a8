//! Runs the checks that a new schema makes on the stored rows.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use omnigraph_compiler::migrate::{Check, CheckResult, Evidence, SHOWN_ROWS};
use omnigraph_engine::execution::{self, QueryOptions};
use omnigraph_engine::result::json_rows;
use omnigraph_engine::{Class, Result, Snapshot};

/// A check that takes longer, or returns more, has failed.
const LONGEST: Duration = Duration::from_secs(60);
const MOST_ROWS: u64 = 1_000_000;

/// What each check gives, one after the other; a failure of one keeps none of the others from running.
pub(crate) async fn gather(snapshot: &Arc<Snapshot>, checks: &[Check]) -> Result<Vec<Evidence>> {
    let mut evidence = Vec::with_capacity(checks.len());
    for check in checks {
        evidence.push(match tokio::time::timeout(LONGEST, run(snapshot, check)).await {
            Ok(Ok(found)) => found,
            // The data do not let the query end: a sum too large, more memory than it may have.
            Ok(Err(error)) if matches!(error.class(), Class::BadRequest | Class::ResourceLimitExceeded) => {
                Evidence::Failure(error.to_string())
            }
            Ok(Err(error)) => return Err(error),
            Err(_) => Evidence::Failure(format!("not known after {} seconds", LONGEST.as_secs())),
        });
    }
    Ok(evidence)
}

async fn run(snapshot: &Arc<Snapshot>, check: &Check) -> Result<Evidence> {
    let (mut count, mut first) = (0, Vec::new());
    let mut running = execution::run(snapshot, &check.query, &BTreeMap::new(), &QueryOptions::default()).await?;
    while let Some(batch) = running.next().await? {
        count += batch.num_rows() as u64;
        if count > MOST_ROWS {
            return Ok(Evidence::Failure(format!("more than {MOST_ROWS} rows")));
        }
        let wanted = (SHOWN_ROWS - first.len()).min(batch.num_rows());
        first.extend(json_rows(&batch.slice(0, wanted))?);
    }
    Ok(Evidence::Rows { count, first })
}

/// What the commit's record says of checks that passed.
pub(crate) fn passed(checks: &[CheckResult]) -> BTreeMap<String, String> {
    if checks.is_empty() {
        return BTreeMap::new();
    }
    let names: Vec<&str> = checks.iter().map(|check| check.name.as_str()).collect();
    let mut names = names.join(", ");
    if names.len() > 1_000 {
        names = format!("{} checks", checks.len());
    }
    BTreeMap::from([("checks.passed".to_owned(), names)])
}
