//! Inserts and upserts: a row for each assignment. Those of one key are one row.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use omnigraph_model::catalog::{Embed, NodeType};
use omnigraph_model::ir::Expression;
use omnigraph_model::types::Value;
use ulid::Ulid;

use super::kind::Kind;
use super::overlay::Image;
use super::read::{found, image, images, text};
use super::set::{Assigned, Set};
use super::update::Changes;
use super::write::{Writer, failed};
use crate::embedding;
use crate::error::{Error, Fault, Result};
use crate::load::{absent, computed_id, id_too_long, of_literal};
use crate::planner::RowExpressions;
use crate::storage::{Cell, Column, DST, SRC};

pub(crate) struct Insert<'p> {
    pub assignments: &'p [(String, Expression)],
    /// What an upsert gives a row that is there.
    pub otherwise: Option<&'p Vec<(String, Expression)>>,
}

/// What tells a row from others: the id that its key gives, or the ends of an edge of which there is one at most.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Id(String),
    Ends(String, String),
}

impl Writer<'_> {
    pub(super) async fn insert(&mut self, insert: &Insert<'_>) -> Result<()> {
        let new = self.new_rows(insert)?;
        let there = match insert.otherwise {
            Some(_) => self.there(&new).await?,
            None => HashMap::new(),
        };
        let made_up = self.kind.key().is_empty();
        let mut first: HashMap<Key, (usize, Image)> = HashMap::new();
        let mut changes = Changes::default();
        // The row of each assignment; none where it could not be made.
        let mut bound: Vec<Option<Image>> = Vec::with_capacity(new.len());
        for (assignment, image) in new.into_iter().enumerate() {
            let Some(mut image) = image else {
                bound.push(None);
                continue;
            };
            let key = self.key(&image);
            if let Some(row) = key.as_ref().and_then(|key| there.get(key)) {
                changes.add(assignment, &row.id, || Ok(row.clone()))?;
                bound.push(Some(row.clone()));
                continue;
            }
            if let Some((other, known)) = key.as_ref().and_then(|key| first.get(key)) {
                let mut both = known.cells.iter().zip(&image.cells).enumerate();
                if let Some((place, (one, two))) = both.find(|(_, (one, two))| one != two) {
                    return Err(self.conflict(known, place, [(*other, one), (assignment, two)]));
                }
                bound.push(Some(known.clone()));
                continue;
            }
            if made_up {
                image.id = Ulid::new().to_string();
            }
            if let Some(key) = key {
                first.insert(key, (assignment, image.clone()));
            }
            self.put(image.clone(), made_up)?;
            self.pending.affected.inserted += 1;
            bound.push(Some(image));
        }
        if let Some(otherwise) = insert.otherwise.filter(|otherwise| !otherwise.is_empty()) {
            let leaves = self.given.leaves();
            let set = Set::of(self.kind, otherwise, leaves, self.values, self.faults)?;
            if let Some(set) = set {
                let changed = self.change(&set, changes);
                self.pending.affected.updated += self.faults.take(changed)?.unwrap_or(0);
            }
        }
        self.bind(&bound)
    }

    fn key(&self, image: &Image) -> Option<Key> {
        match &image.ends {
            Some((from, to)) if self.kind.is_unique_by_ends() => Some(Key::Ends(from.clone(), to.clone())),
            Some(_) => None,
            None => (!self.kind.key().is_empty()).then(|| Key::Id(image.id.clone())),
        }
    }

    /// From now on, expressions may read the rows.
    fn bind(&mut self, rows: &[Option<Image>]) -> Result<()> {
        for leaf in std::mem::take(&mut self.read_later) {
            let (pending, kind) = (&*self.pending, self.kind);
            let rows = rows
                .iter()
                .map(|row| row.as_ref().map(|row| pending.get(&row.id).unwrap_or(row)));
            let column: ArrayRef = match &leaf {
                Expression::Property { property, .. } => {
                    let place = kind.properties().iter().position(|known| known.name == *property);
                    let place = place.ok_or_else(|| super::write::outdated("property", property))?;
                    let mut column = Column::new(&kind.properties()[place].ty);
                    for row in rows {
                        column.append(row.map_or(&Cell::Null, |row| &row.cells[place]))?;
                    }
                    column.finish()
                }
                _ => Arc::new(rows.map(|row| row.map(|row| row.id.as_str())).collect::<StringArray>()),
            };
            self.given.bind(leaf, column);
        }
        Ok(())
    }

    /// The rows that are there of the keys of new ones.
    async fn there(&self, new: &[Option<Image>]) -> Result<HashMap<Key, Image>> {
        let keys: Vec<Key> = new.iter().flatten().filter_map(|image| self.key(image)).collect();
        let mut there = HashMap::new();
        for image in self.pending.images() {
            if let Some(key) = self.key(image) {
                there.insert(key, image.clone());
            }
        }
        let (mut ids, mut froms) = (BTreeSet::new(), BTreeSet::new());
        for key in keys.iter().filter(|key| !there.contains_key(key)) {
            match key {
                Key::Id(id) => _ = ids.insert(id.as_str()),
                Key::Ends(from, _) => _ = froms.insert(from.as_str()),
            }
        }
        let mut stored: HashMap<Key, Image> = HashMap::new();
        let kind = self.kind;
        images(self.snapshot, kind, &ids, |image| {
            stored.insert(Key::Id(image.id.clone()), image);
            Ok(())
        })
        .await?;
        let wanted: BTreeSet<(&str, &str)> = keys
            .iter()
            .filter_map(|key| match key {
                Key::Ends(from, to) => Some((from.as_str(), to.as_str())),
                Key::Id(_) => None,
            })
            .collect();
        found(self.snapshot, kind, (SRC, &froms), |batch, row| {
            let ends = (text(batch, SRC, row)?, text(batch, DST, row)?);
            if wanted.contains(&ends) {
                let key = Key::Ends(ends.0.to_owned(), ends.1.to_owned());
                stored.insert(key, image(kind, batch, row)?);
            }
            Ok(())
        })
        .await?;
        for (key, image) in stored {
            // A stored row that a statement has changed is pending.
            if !self.pending.contains(&image.id) {
                there.entry(key).or_insert(image);
            }
        }
        Ok(there)
    }

    /// A row for each assignment; `None` where a value does not fit. That of an edge has no id yet, nor that of a node without
    /// a key.
    fn new_rows(&mut self, insert: &Insert<'_>) -> Result<Vec<Option<Image>>> {
        let (kind, rows) = (self.kind, self.given.rows());
        let is_end = |name: &str| kind.is_edge() && matches!(name, "from" | "to");
        let ends = match kind {
            Kind::Edge(_) => Some((
                self.side("from", insert.assignments)?,
                self.side("to", insert.assignments)?,
            )),
            Kind::Node(_) => None,
        };
        let properties: Vec<&(String, Expression)> =
            insert.assignments.iter().filter(|(name, _)| !is_end(name)).collect();
        let given = |name: &str| properties.iter().any(|(assigned, _)| assigned == name);
        let follows: Vec<&Embed> = kind.embeds().iter().filter(|embed| !given(&embed.target)).collect();
        let leaves = self.given.leaves();
        let assigned = Assigned::of(kind, properties.iter().copied(), leaves, self.values, self.faults)?;
        let Some(assigned) = assigned else {
            self.cells(None, &given, &follows)?;
            return Ok(vec![None; rows]);
        };
        let columns = self.given.all(assigned.given()).collect();
        let computed = assigned.compute(columns, rows, self.values)?;
        let mut new = Vec::with_capacity(rows);
        for row in 0..rows {
            let ends = match &ends {
                Some((from, to)) => {
                    let (from, to) = (self.end("from", from, row)?, self.end("to", to, row)?);
                    Some((from, to))
                }
                None => None,
            };
            let cells = self.faults.take(assigned.cells(&computed, row))?;
            let cells = self.cells(cells, &given, &follows)?;
            let cells = match (cells, kind) {
                (Some(cells), Kind::Node(node)) => self.follow(node, cells, &follows)?,
                (cells, _) => cells,
            };
            let ends = match ends {
                Some((Some(from), Some(to))) => Some(Some((from, to))),
                Some(_) => None,
                None => Some(None),
            };
            let (Some(ends), Some(cells)) = (ends, cells) else {
                new.push(None);
                continue;
            };
            let id = match kind {
                Kind::Node(node) if !node.key.is_empty() => computed_id(node, &cells),
                Kind::Node(_) | Kind::Edge(_) => String::new(),
            };
            if let Some(fault) = id_too_long(kind.name(), &id) {
                _ = self.faults.take::<()>(Err(failed(fault)))?;
                new.push(None);
                continue;
            }
            new.push(Some(Image { id, ends, cells }));
        }
        Ok(new)
    }

    /// A whole row: what is assigned, else the default, else null, also for those that follow from others. `None` if a value
    /// does not fit.
    fn cells(
        &mut self,
        assigned: Option<super::set::Cells>,
        is_assigned: &dyn Fn(&str) -> bool,
        follows: &[&Embed],
    ) -> Result<Option<Vec<Cell<'static>>>> {
        let (kind, properties) = (self.kind, self.kind.properties());
        let mut cells = Vec::with_capacity(properties.len());
        for (place, property) in properties.iter().enumerate() {
            let follow = follows.iter().any(|embed| embed.target == property.name);
            let cell = match (&assigned, &property.default) {
                (Some(given), _) if is_assigned(&property.name) => {
                    cells.extend(given.iter().find(|(at, _)| *at == place).map(|(_, cell)| cell.clone()));
                    continue;
                }
                (None, _) if is_assigned(&property.name) => continue,
                (_, Some(default)) => of_literal(kind.name(), property, default)
                    .map(Cell::into_owned)
                    .map_err(failed),
                (_, None) if follow => Ok(Cell::Null),
                (_, None) => absent(kind.name(), property, kind.key(), false).map_err(failed),
            };
            cells.extend(self.faults.take(cell)?);
        }
        Ok((cells.len() == properties.len()).then_some(cells))
    }

    /// The cells with those that follow from others.
    fn follow(
        &mut self,
        node: &NodeType,
        mut cells: Vec<Cell<'static>>,
        follows: &[&Embed],
    ) -> Result<Option<Vec<Cell<'static>>>> {
        for embed in follows {
            let place = |name: &str| node.properties.iter().position(|property| property.name == name);
            if let (Some(source), Some(target)) = (place(&embed.source), place(&embed.target)) {
                let property = &node.properties[target];
                let cell = embedding::unfilled(node, property, embed, &cells[source], self.values.embeds);
                match self.faults.take(cell.map_err(failed))? {
                    Some(cell) => cells[target] = cell,
                    None => return Ok(None),
                }
            }
        }
        Ok(Some(cells))
    }

    // ---- ends of edges ------------------------------------------------------

    /// One end of the edges that an insert makes.
    fn side(&mut self, side: &str, assignments: &[(String, Expression)]) -> Result<Option<Side>> {
        let expression = assignments.iter().find(|(name, _)| name == side);
        let (_, written) =
            expression.ok_or_else(|| Error::internal(format!("an edge is inserted without `{side}`")))?;
        let expression = self.values.constants.folded_expression(written);
        let Some((value, _)) = self.values.constants.value(&expression) else {
            let leaves = self.given.leaves();
            let expressions = RowExpressions::of(&self.values.constants, [&expression], |_| None, leaves);
            let expressions = self.values.checked(expressions)?;
            let columns = self.given.all(expressions.given()).collect();
            let values = self.values.checked(expressions.evaluate(columns, self.given.rows()))?;
            let texts = values[0].as_string_opt::<i32>();
            let texts = texts.ok_or_else(|| Error::internal("an endpoint is not text"))?;
            return Ok(Some(Side::Each(texts.clone())));
        };
        let (type_name, property) = (self.kind.name().to_owned(), side.to_owned());
        let fault = match (value, written) {
            (Value::String(id), _) => return Ok(Some(Side::One(id))),
            (Value::Null, Expression::Parameter { name, .. }) => Fault::NullParameter {
                parameter: name.clone(),
                type_name,
                property,
            },
            (Value::Null, _) => Fault::Required {
                type_name,
                property,
                null: true,
            },
            _ => return Err(Error::internal("an endpoint is not text")),
        };
        self.faults.take(Err(failed(fault)))
    }

    fn end(&mut self, name: &str, side: &Option<Side>, row: usize) -> Result<Option<String>> {
        match side {
            None => Ok(None),
            Some(Side::One(id)) => Ok(Some(id.clone())),
            Some(Side::Each(ids)) if ids.is_valid(row) => Ok(Some(ids.value(row).to_owned())),
            Some(Side::Each(_)) => self.faults.take(Err(failed(Fault::Required {
                type_name: self.kind.name().to_owned(),
                property: name.to_owned(),
                null: true,
            }))),
        }
    }
}

/// The ids of one end of new edges.
enum Side {
    /// The same for all assignments.
    One(String),
    Each(StringArray),
}
