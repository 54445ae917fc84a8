//! Rows written by the statements so far: they hide stored rows of the same id, and later statements see them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};

use super::condition::Columns;
use super::kind::Kind;
use crate::error::{Error, Result};
use crate::storage::{Affected, Cell, Column};
use crate::validate::{Existing, KeyBudget, Removed, RowBuilder, TypeDelta};

/// Memory of a mutation's rows, over all types.
pub(crate) struct Budget {
    pub used: u64,
    pub limit: u64,
}

impl Budget {
    pub(super) fn take(&mut self, cells: &[Cell]) -> Result<()> {
        self.used += 64 + cells.iter().map(|cell| cell.bytes() as u64).sum::<u64>();
        if self.used > self.limit {
            return Err(Error::ResourceLimitExceeded {
                resource: "bytes of pending rows of one mutation",
                limit: self.limit,
                actual: Some(self.used),
            });
        }
        Ok(())
    }
}

/// A whole row.
#[derive(Clone)]
pub(crate) struct Image {
    pub id: String,
    /// Only edges have them.
    pub ends: Option<(String, String)>,
    pub cells: Vec<Cell<'static>>,
}

struct Pending {
    image: Image,
    /// The id was made up now, so no stored row can have it.
    made_up: bool,
    /// The last that wrote it.
    statement: u64,
}

/// Pending rows of one type, in the order in which they were first written.
#[derive(Default)]
pub(crate) struct Overlay {
    rows: Vec<Pending>,
    by_id: HashMap<String, usize>,
    pub affected: Affected,
}

impl Overlay {
    pub(super) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    pub(super) fn get(&self, id: &str) -> Option<&Image> {
        self.by_id.get(id).map(|at| &self.rows[*at].image)
    }

    pub(super) fn images(&self) -> impl Iterator<Item = &Image> {
        self.rows.iter().map(|row| &row.image)
    }

    pub(super) fn put(&mut self, image: Image, made_up: bool, statement: u64) {
        match self.by_id.get(&image.id) {
            Some(at) => {
                let row = &mut self.rows[*at];
                row.image = image;
                row.statement = statement;
            }
            None => {
                self.by_id.insert(image.id.clone(), self.rows.len());
                self.rows.push(Pending {
                    image,
                    made_up,
                    statement,
                });
            }
        }
    }

    pub(super) fn finish(self, kind: Kind<'_>, budget: &Arc<KeyBudget>) -> Result<TypeDelta> {
        let mut rows = match kind {
            Kind::Node(node) => RowBuilder::node(node, budget),
            Kind::Edge(edge) => RowBuilder::edge(edge, budget),
        };
        for Pending {
            image,
            made_up,
            statement,
        } in &self.rows
        {
            if !made_up {
                rows.index(&image.id)?;
            }
            let ends = image.ends.as_ref().map(|(from, to)| (from.as_str(), to.as_str()));
            rows.append(&image.id, ends, &image.cells, *statement)?;
        }
        rows.finish(Existing::Replace, Removed::Nothing)
    }
}

/// What expressions read of rows.
pub(super) fn read(names: &[String], columns: Columns<'_>, images: &[&Image]) -> Result<Vec<ArrayRef>> {
    let mut read = Vec::with_capacity(names.len());
    for name in names {
        let at = columns.properties.iter().position(|property| property.name == *name);
        let Some(at) = at else {
            let text = |image: &Image| match (name.as_str(), &image.ends) {
                ("from", Some((from, _))) => from.clone(),
                ("to", Some((_, to))) => to.clone(),
                _ => image.id.clone(),
            };
            let texts = images.iter().map(|image| text(image));
            read.push(Arc::new(StringArray::from_iter_values(texts)) as ArrayRef);
            continue;
        };
        let mut column = Column::new(&columns.properties[at].ty);
        for image in images {
            column.append(&image.cells[at])?;
        }
        read.push(column.finish());
    }
    Ok(read)
}
