//! Updates: of the rows for which a condition is true, and of what a variable is bound to.

use std::collections::{BTreeSet, HashMap};

use arrow_array::{Array, BooleanArray, UInt64Array};
use omnigraph_model::ir::{Expression, Var};

use super::condition::Condition;
use super::overlay::{Image, read};
use super::read::{Search, image, images, matching, text};
use super::set::{Cells, Set};
use super::write::Writer;
use crate::error::{Error, Result};
use crate::storage::ID;

pub(crate) struct Update<'p> {
    pub assignments: &'p [(String, Expression)],
}

/// Rows that assignments change.
#[derive(Default)]
pub(crate) struct Changes {
    images: Vec<Image>,
    by_id: HashMap<String, usize>,
    /// An assignment, and the place of the row that it changes.
    pairs: Vec<(usize, usize)>,
}

impl Changes {
    pub(super) fn add(&mut self, assignment: usize, id: &str, image: impl FnOnce() -> Result<Image>) -> Result<()> {
        let place = match self.by_id.get(id) {
            Some(place) => *place,
            None => {
                self.by_id.insert(id.to_owned(), self.images.len());
                self.images.push(image()?);
                self.images.len() - 1
            }
        };
        self.pairs.push((assignment, place));
        Ok(())
    }
}

impl Writer<'_> {
    pub(super) async fn update_where(&mut self, update: &Update<'_>, condition: &Expression) -> Result<()> {
        let columns = self.kind.columns();
        let leaves = self.given.leaves();
        let Some(set) = Set::of(self.kind, update.assignments, leaves, self.values, self.faults)? else {
            return Ok(());
        };
        let Some(condition) = Condition::of(condition, columns, leaves, self.values)? else {
            return Ok(());
        };
        if self.given.rows() == 0 {
            return Ok(());
        }
        if condition.given().is_empty() && set.assigned.given().is_empty() {
            return self.update_once(&set, &condition).await;
        }
        let mut changes = Changes::default();
        let pending: Vec<&Image> = self.pending.images().collect();
        let stored = read(condition.reads(), columns, &pending)?;
        for assignment in 0..self.given.rows() {
            if pending.is_empty() {
                break;
            }
            let mut read = stored.clone();
            read.extend(self.given.repeated(condition.given(), assignment, pending.len())?);
            let hits = condition.holds(read, pending.len(), self.values)?;
            for (_, image) in pending.iter().enumerate().filter(|(row, _)| hits.value(*row)) {
                changes.add(assignment, &image.id, || Ok((*image).clone()))?;
            }
        }
        let table = self.kind.table(self.snapshot).await?;
        let search = Search {
            table: &table,
            condition: &condition,
            columns,
            needed: &self.kind.stored(),
        };
        let (kind, overlay, all) = (self.kind, &*self.pending, 0..self.given.rows());
        matching(&search, self.given, self.values, |batch, assignment| {
            let assignments = match condition.given().is_empty() {
                true => all.clone(),
                false => assignment..assignment + 1,
            };
            for row in 0..batch.num_rows() {
                let id = text(batch, ID, row)?;
                if overlay.contains(id) {
                    continue;
                }
                for assignment in assignments.clone() {
                    changes.add(assignment, id, || image(kind, batch, row))?;
                }
            }
            Ok(())
        })
        .await?;
        let updated = self.change(&set, changes)?;
        self.pending.affected.updated += updated;
        Ok(())
    }

    /// Where nothing depends on the assignment.
    async fn update_once(&mut self, set: &Set<'_>, condition: &Condition) -> Result<()> {
        let columns = self.kind.columns();
        // Pending rows first: stored rows that become pending below have been changed already.
        let pending: Vec<&Image> = self.pending.images().collect();
        let hits = match pending.is_empty() {
            true => BooleanArray::new_null(0),
            false => condition.holds(read(condition.reads(), columns, &pending)?, pending.len(), self.values)?,
        };
        let hits = pending.into_iter().enumerate().filter(|(row, _)| hits.value(*row));
        let mut images: Vec<Image> = hits.map(|(_, image)| image.clone()).collect();
        let mut matched = images.len() as u64;
        let rows: Vec<&Image> = images.iter().collect();
        let computed = set
            .assigned
            .compute(read(set.assigned.reads(), columns, &rows)?, rows.len(), self.values)?;
        for (at, image) in images.iter_mut().enumerate() {
            set.apply(&mut image.cells, set.assigned.cells(&computed, at)?)?;
        }
        images.into_iter().try_for_each(|image| self.put(image, false))?;
        let table = self.kind.table(self.snapshot).await?;
        let (kind, values, given) = (self.kind, self.values, &*self.given);
        let (pending, budget, touched) = (&mut *self.pending, &mut *self.budget, &mut self.touched);
        let statement = self.faults.statement;
        let search = Search {
            table: &table,
            condition,
            columns,
            needed: &kind.stored(),
        };
        matching(&search, given, values, |batch, _| {
            let fresh = (0..batch.num_rows()).map(|row| Ok(Some(!pending.contains(text(batch, ID, row)?))));
            let fresh = fresh.collect::<Result<BooleanArray>>()?;
            let batch = &arrow_select::filter::filter_record_batch(batch, &fresh)?;
            let read = columns.read(set.assigned.reads(), batch)?;
            let computed = set.assigned.compute(read, batch.num_rows(), values)?;
            for row in 0..batch.num_rows() {
                let mut image = image(kind, batch, row)?;
                set.apply(&mut image.cells, set.assigned.cells(&computed, row)?)?;
                budget.take(&image.cells)?;
                if let Some(touched) = touched {
                    touched.push(image.id.clone());
                }
                pending.put(image, false, statement);
                matched += 1;
            }
            Ok(())
        })
        .await?;
        self.pending.affected.updated += matched;
        Ok(())
    }

    pub(super) async fn update_variable(&mut self, update: &Update<'_>, variable: Var) -> Result<()> {
        let leaves = self.given.leaves();
        let Some(set) = Set::of(self.kind, update.assignments, leaves, self.values, self.faults)? else {
            return Ok(());
        };
        let ids = self.given.ids(variable)?.clone();
        let bound: Vec<(usize, &str)> = (0..ids.len())
            .filter(|row| ids.is_valid(*row))
            .map(|row| (row, ids.value(row)))
            .collect();
        let stored = bound.iter().map(|(_, id)| *id).filter(|id| !self.pending.contains(id));
        let stored: BTreeSet<&str> = stored.collect();
        let mut found: HashMap<String, Image> = HashMap::new();
        images(self.snapshot, self.kind, &stored, |image| {
            found.insert(image.id.clone(), image);
            Ok(())
        })
        .await?;
        let mut changes = Changes::default();
        for (assignment, id) in bound {
            let (pending, found) = (&*self.pending, &mut found);
            changes.add(assignment, id, || {
                let image = found.remove(id).or_else(|| pending.get(id).cloned());
                image.ok_or_else(|| Error::internal(format!("`{id}` was read and is not there")))
            })?;
        }
        let updated = self.change(&set, changes)?;
        self.pending.affected.updated += updated;
        Ok(())
    }

    /// Changes rows as their assignments say, which must not contradict each other; the number of rows.
    pub(super) fn change(&mut self, set: &Set<'_>, changes: Changes) -> Result<u64> {
        let Changes { mut images, pairs, .. } = changes;
        if pairs.is_empty() {
            return Ok(0);
        }
        let rows: Vec<&Image> = pairs.iter().map(|(_, place)| &images[*place]).collect();
        let mut columns = read(set.assigned.reads(), self.kind.columns(), &rows)?;
        let assignments: UInt64Array = pairs.iter().map(|(assignment, _)| *assignment as u64).collect();
        columns.extend(self.given.some(set.assigned.given(), &assignments)?);
        let computed = set.assigned.compute(columns, rows.len(), self.values)?;
        let mut written: Vec<Option<(usize, Cells)>> = vec![None; images.len()];
        for (at, (assignment, place)) in pairs.iter().enumerate() {
            let cells = set.assigned.cells(&computed, at)?;
            match &written[*place] {
                None => written[*place] = Some((*assignment, cells)),
                Some((first, known)) => {
                    let mut both = known.iter().zip(&cells);
                    if let Some(((property, one), (_, two))) = both.find(|(one, two)| one != two) {
                        let values = [(*first, one), (*assignment, two)];
                        return Err(self.conflict(&images[*place], *property, values));
                    }
                }
            }
        }
        for (image, written) in images.iter_mut().zip(written) {
            if let Some((_, cells)) = written {
                set.apply(&mut image.cells, cells)?;
            }
        }
        let changed = images.len() as u64;
        images.into_iter().try_for_each(|image| self.put(image, false))?;
        Ok(changed)
    }
}
