//! Numbers of types, properties and incarnations. They come from blocks of 64 that a graph claims by creating numbered
//! objects, so that two branches, or two racing processes, never draw the same one.

use omnigraph_model::schema::Blocks;

use super::layout;
use super::objects::{Created, Objects};
use crate::error::Result;

/// Claims enough blocks for `count` numbers. They need not follow one another.
pub(crate) async fn claim(objects: &Objects, count: u64) -> Result<Vec<u64>> {
    let mut blocks = Vec::new();
    if count == 0 {
        return Ok(blocks);
    }
    let mut block = first_free(objects).await?;
    while (blocks.len() as u64) < count.div_ceil(Blocks::SIZE) {
        let content = format!("{{\"block\":{block},\"numbers\":{}}}", Blocks::SIZE);
        if objects.create(&layout::identities(block), content).await? == Created::Here {
            blocks.push(block);
        }
        block += 1;
    }
    Ok(blocks)
}

/// Doubling, then halving: the cost is the logarithm of the number of blocks.
async fn first_free(objects: &Objects) -> Result<u64> {
    if !objects.exists(&layout::identities(0)).await? {
        return Ok(0);
    }
    let mut taken = 0;
    let mut step = 1;
    while objects.exists(&layout::identities(taken + step)).await? {
        taken += step;
        step *= 2;
    }
    let mut free = taken + step;
    while free - taken > 1 {
        let middle = taken + (free - taken) / 2;
        if objects.exists(&layout::identities(middle)).await? {
            taken = middle;
        } else {
            free = middle;
        }
    }
    Ok(free)
}
