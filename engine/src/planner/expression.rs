//! Expressions: which columns they read, which must be fetched for that, and their physical form.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_schema::DataType;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use omnigraph_model::catalog::Embed;
use omnigraph_model::ir::{ColumnType, Entity, Expression, Rank, TextFunction, Var};
use omnigraph_model::schema::Metric;
use omnigraph_model::types::{Scalar, Type, Value};

use super::lowering::{Lowering, Scope};
use super::members::type_name;
use super::pattern::SMALL_TABLE;
use super::{Need, Planned, Planner, constant};
use crate::error::EmbeddingFault;
use crate::operators::access::AccessPaths;
use crate::operators::column::PlanColumn;
use crate::operators::expression::ExprRef;
use crate::operators::fetch::{Fetch, Source, Text};
use crate::operators::members::Member;
use crate::operators::vector::Distance;
use crate::result::visible_properties;
use crate::storage::{DST, ID, IndexKind, SRC, Table, value_type};

/// The variable that a rank function ranks; both arms of a fusion rank the same one.
pub(super) fn ranked(rank: &Rank) -> Var {
    match rank {
        Rank::Nearest { variable, .. } | Rank::Bm25 { variable, .. } => *variable,
        Rank::Rrf { arms, .. } => ranked(&arms[0]),
    }
}

impl Planner<'_> {
    /// The columns an expression reads: those that its input must have, and those that are fetched unless it has them.
    pub(super) fn reads(&mut self, expression: &Expression, need: &mut Need) -> Result<()> {
        match expression {
            Expression::Slot { index, .. } => {
                need.insert(PlanColumn::Slot(*index));
            }
            Expression::Score { id } => {
                need.insert(PlanColumn::Score(*id));
            }
            Expression::ArmRank { id, arm } => {
                need.insert(PlanColumn::Score(*id).arm_rank(*arm));
            }
            Expression::RankValue { rank } if matches!(**rank, Rank::Rrf { .. }) => {
                let column = self.rank_column(rank);
                need.insert(column);
                need.insert(self.column(ranked(rank)));
            }
            Expression::Compare { .. }
            | Expression::Call { .. }
            | Expression::Case { .. }
            | Expression::Object { .. } => {
                for part in expression.operands() {
                    self.reads(part, need)?;
                }
            }
            Expression::Comprehension { id, .. } => {
                let mut inner = Need::new();
                for part in expression.operands() {
                    self.reads(part, &mut inner)?;
                }
                inner.remove(&PlanColumn::Item(*id));
                need.extend(inner);
            }
            Expression::Item { id, .. } => {
                need.insert(PlanColumn::Item(*id));
            }
            Expression::Entity { variable } | Expression::Value { variable, .. } => {
                need.insert(self.column(*variable));
            }
            _ => {
                let mut fetches = Vec::new();
                self.fetches(expression, &mut fetches)?;
                for fetch in fetches {
                    need.insert(fetch.column);
                    need.insert(fetch.entity);
                }
            }
        }
        Ok(())
    }

    /// The columns to fetch before an expression can be evaluated.
    pub(super) fn fetches(&mut self, expression: &Expression, fetches: &mut Vec<Fetch>) -> Result<()> {
        match expression {
            Expression::Property { variable, property, ty } => {
                fetches.push(self.property(*variable, property, ty)?);
            }
            Expression::Compare { .. }
            | Expression::Call { .. }
            | Expression::Case { .. }
            | Expression::Object { .. }
            | Expression::Comprehension { .. } => {
                for part in expression.operands() {
                    self.fetches(part, fetches)?;
                }
            }
            Expression::Id { variable } => fetches.push(self.identity(*variable, false)?),
            Expression::TypeName { variable } => fetches.push(self.type_of(*variable)?),
            Expression::Text {
                function,
                variable,
                property,
                text,
                edits,
            } => fetches.push(self.text(*function, *variable, property, text, edits.as_deref())?),
            Expression::RankValue { rank } if !matches!(**rank, Rank::Rrf { .. }) => {
                let column = self.rank_column(rank);
                fetches.push(self.rank_fetch(rank, column)?);
            }
            _ => {}
        }
        Ok(())
    }

    fn property(&self, variable: Var, property: &str, ty: &Type) -> Result<Fetch> {
        let entity = self.column(variable);
        // The stored type counts: an expression may carry another one only for constants.
        let declared = match self.entity(variable)? {
            Entity::Node(name) => self.catalog.node(name).and_then(|node| node.property(property)),
            Entity::Interface(name) => {
                let interface = self.catalog.interfaces.get(name);
                interface.and_then(|interface| interface.property(property))
            }
            Entity::Edge(name) => self.catalog.edge(name).and_then(|edge| edge.property(property)),
            // They have it in common.
            Entity::Edges(names) => {
                let first = names.first().and_then(|name| self.catalog.edge(name));
                first.and_then(|edge| edge.property(property))
            }
            Entity::Value(_) => None,
        };
        let stored = value_type(declared.map_or(ty, |property| &property.ty));
        let name = self.stored_name(variable, property);
        Ok(Fetch {
            column: entity.stored(name),
            data_type: stored,
            nullable: true,
            source: Source::Stored(name.to_string()),
            table: self.table(self.representative(variable)?)?.clone(),
            members: self.several(variable)?,
            entity,
        })
    }

    /// The column of a property, or of the id of a node at an end of an edge.
    fn stored_name<'p>(&self, variable: Var, property: &'p str) -> &'p str {
        let declares = |edge: &String| {
            let edge = self.catalog.edge(edge);
            edge.is_some_and(|edge| edge.property(property).is_some())
        };
        let declared = match self.entity(variable) {
            Ok(Entity::Edge(edge)) => declares(edge),
            Ok(Entity::Edges(edges)) => edges.iter().all(declares),
            _ => true,
        };
        match (declared, property) {
            (false, "from") => SRC,
            (false, "to") => DST,
            _ => property,
        }
    }

    /// The id of an entity, or its place among the ids of its type.
    pub(super) fn identity(&self, variable: Var, rank: bool) -> Result<Fetch> {
        let table = self.table(self.representative(variable)?)?.clone();
        Ok(identity(self.column(variable), table, self.several(variable)?, rank))
    }

    /// The types of a variable that may have several.
    fn several(&self, variable: Var) -> Result<Vec<Member>> {
        match self.variables_of(variable) {
            Some(_) => self.members(variable),
            None => Ok(Vec::new()),
        }
    }

    fn text(
        &self,
        function: TextFunction,
        variable: Var,
        property: &str,
        text: &Expression,
        edits: Option<&Expression>,
    ) -> Result<Fetch> {
        let entity = self.column(variable);
        let stored = self.stored_text(variable, property)?;
        let (property, text) = (property.to_string(), self.constants.text(text)?);
        let words = |words: Option<String>| Text {
            property: property.clone(),
            words,
            stored,
        };
        // No text is another column than the text "null".
        let shown = text
            .as_ref()
            .map_or_else(|| "null".to_string(), |text| format!("{text:?}"));
        let (call, source) = match function {
            TextFunction::Search => (
                format!("search({entity}.{property}, {shown})"),
                Source::Search(words(text.clone())),
            ),
            TextFunction::Fuzzy => {
                let edits = match edits.and_then(|edits| self.constants.value(edits)) {
                    None => Some(2),
                    Some((Value::Integer(edits), _)) => Some(
                        usize::try_from(edits)
                            .map_err(|_| crate::error::Error::bad_request("the edits of `fuzzy` cannot be negative"))?,
                    ),
                    Some(_) => None,
                };
                // Without a number of edits nothing matches, as without a text.
                let (text, edits) = (text.clone().filter(|_| edits.is_some()), edits.unwrap_or_default());
                (
                    format!("fuzzy({entity}.{property}, {text:?}, {edits})"),
                    Source::Fuzzy {
                        text: words(text.clone()),
                        edits,
                    },
                )
            }
        };
        Ok(Fetch {
            table: self.table(self.representative(variable)?)?.clone(),
            members: self.several(variable)?,
            source,
            column: PlanColumn::Computed { call },
            data_type: DataType::Boolean,
            nullable: false,
            entity,
        })
    }

    /// Whether to search a text by the index of storage: small columns are read faster than an index is opened.
    fn stored_text(&self, variable: Var, property: &str) -> Result<bool> {
        // Each type has an index of its own, which does not change what is found.
        if self.variables_of(variable).is_some() {
            return Ok(false);
        }
        let name = self.type_name(variable)?;
        let covered = self
            .index(name, property, IndexKind::Inverted)
            .is_some_and(|index| index.covered_rows > 0);
        Ok(match self.access {
            AccessPaths::Memory => false,
            AccessPaths::Indexes => covered,
            AccessPaths::Automatic => covered && self.table(variable)?.rows() > SMALL_TABLE,
        })
    }

    /// The column of a rank function's value.
    pub(super) fn rank_column(&mut self, rank: &Rank) -> PlanColumn {
        let place = match self.ranks.iter().position(|known| known == rank) {
            Some(place) => place,
            None => {
                self.ranks.push(rank.clone());
                self.ranks.len() - 1
            }
        };
        let (function, variable, property) = match rank {
            Rank::Nearest { variable, property, .. } => ("nearest", variable, property),
            Rank::Bm25 { variable, property, .. } => ("bm25", variable, property),
            Rank::Rrf { .. } => return PlanColumn::Fused(place),
        };
        PlanColumn::Computed {
            call: format!("{function}({}.{property}) {place}", self.column(*variable)),
        }
    }

    /// The values of a simple rank function, as this column.
    pub(super) fn rank_fetch(&self, rank: &Rank, column: PlanColumn) -> Result<Fetch> {
        let variable = ranked(rank);
        let source = match rank {
            Rank::Nearest {
                property, query, embed, ..
            } => Source::Nearest {
                property: property.clone(),
                distance: self.distance(variable, property, query, embed.as_ref())?,
            },
            Rank::Bm25 { property, text, .. } => Source::Bm25(Text {
                property: property.clone(),
                words: self.constants.text(text)?,
                stored: self.stored_text(variable, property)?,
            }),
            Rank::Rrf { .. } => return Err(DataFusionError::Internal("a fusion inside a fusion".into())),
        };
        Ok(Fetch {
            entity: self.column(variable),
            table: self.table(self.representative(variable)?)?.clone(),
            members: self.several(variable)?,
            source,
            column,
            data_type: DataType::Float64,
            nullable: true,
        })
    }

    /// The query vector under the property's metric. An empty one, of a null parameter or a blank text, has no distance to
    /// anything.
    pub(super) fn distance(
        &self,
        variable: Var,
        name: &str,
        query: &Expression,
        embed: Option<&Embed>,
    ) -> Result<Distance> {
        let Entity::Node(type_name) = self.entity(self.representative(variable)?)? else {
            return Err(DataFusionError::Internal("an edge is ranked by a vector".into()));
        };
        let property = self.catalog.node(type_name).and_then(|node| node.property(name));
        let Some(property) = property else {
            return Err(DataFusionError::Internal(format!("{type_name} has no property {name}")));
        };
        let metric = property.metric.unwrap_or(Metric::L2);
        let refuse = |message: String| Err(crate::error::Error::bad_request(message).into());
        let Scalar::Vector(size) = property.ty.scalar else {
            return refuse(format!("{type_name}.{name} holds no vectors"));
        };
        let query = match self.constants.value(query) {
            Some((Value::Null, _)) => Vec::new(),
            Some((Value::String(text), _)) => {
                self.constants
                    .texts()
                    .get(embed, size, &text)
                    .ok_or_else(|| crate::error::Error::Embedding {
                        fault: EmbeddingFault::NotConfigured,
                        message: format!(
                            "`nearest` on {type_name}.{name} got a text, but there is no embedding provider"
                        ),
                    })?
            }
            Some((value, _)) => {
                let query = vector(&value, size)?;
                if query.len() != size as usize {
                    return refuse(format!(
                        "{type_name}.{name} holds vectors of {size} numbers, the query has {}",
                        query.len()
                    ));
                }
                query
            }
            None => {
                return Err(DataFusionError::Internal(
                    "a query vector that is not a constant".into(),
                ));
            }
        };
        if query.iter().any(|component| !component.is_finite()) {
            return refuse(format!(
                "the query vector for {type_name}.{name} has a component that is not a number"
            ));
        }
        if metric == Metric::Cosine && !query.is_empty() && query.iter().all(|component| *component == 0.0) {
            return refuse(format!(
                "{type_name}.{name} compares by angle, which the zero vector does not have"
            ));
        }
        Ok(Distance { metric, query })
    }

    /// The physical form over an input that has every column the expression reads.
    pub(super) fn lower(&mut self, expression: &Expression, input: &Planned) -> Result<ExprRef> {
        let mut parts = Vec::new();
        expression.visit(&mut |part| parts.push(part));
        let mut leaves = Vec::new();
        for part in parts {
            if let Some(column) = self.leaf(part)? {
                leaves.push((part, column));
            }
        }
        let scope = Scope {
            schema: input.plan.schema(),
            columns: input.columns.clone(),
        };
        let lowering = Lowering {
            constants: &self.constants,
            memory_limit: self.memory_limit,
            leaves,
        };
        lowering.lower(expression, &scope)
    }

    /// The column that an expression without parts is.
    fn leaf(&mut self, expression: &Expression) -> Result<Option<PlanColumn>> {
        Ok(Some(match expression {
            Expression::Entity { variable } | Expression::Value { variable, .. } => self.column(*variable),
            Expression::Property { variable, property, .. } => {
                self.column(*variable).stored(self.stored_name(*variable, property))
            }
            Expression::Id { variable } => self.column(*variable).stored(ID),
            Expression::TypeName { variable } => PlanColumn::TypeName {
                of: Box::new(self.column(*variable)),
            },
            Expression::Item { id, .. } => PlanColumn::Item(*id),
            Expression::Slot { index, .. } => PlanColumn::Slot(*index),
            Expression::Score { id } => PlanColumn::Score(*id),
            Expression::ArmRank { id, arm } => PlanColumn::Score(*id).arm_rank(*arm),
            Expression::RankValue { rank } => self.rank_column(rank),
            Expression::Text { .. } => {
                let mut fetches = Vec::new();
                self.fetches(expression, &mut fetches)?;
                let fetch = fetches.pop();
                let fetch =
                    fetch.ok_or_else(|| DataFusionError::Internal("a text predicate without a column".into()))?;
                fetch.column
            }
            // Only a pattern has aggregates inside of expressions.
            Expression::Aggregate(_)
            | Expression::Paths(_)
            | Expression::Literal { .. }
            | Expression::Parameter { .. }
            | Expression::Now
            | Expression::Compare { .. }
            | Expression::Call { .. }
            | Expression::Case { .. }
            | Expression::Object { .. }
            | Expression::Comprehension { .. } => return Ok(None),
        }))
    }

    /// A constant in the form in which it meets a property.
    pub(super) fn constant_for(&self, expression: &Expression, property: &DataType) -> Result<Option<ScalarValue>> {
        if *property == DataType::Float32
            && let Some(rounded) = self.constants.rounded(expression)?
        {
            return Ok(Some(rounded));
        }
        self.constants.scalar(expression)
    }
}

/// `members`: the types of what the column numbers, if they are several; their ids have no common ranks.
pub(crate) fn identity(entity: PlanColumn, table: Arc<Table>, members: Vec<Member>, rank: bool) -> Fetch {
    let rank = rank && members.is_empty();
    let (column, source, data_type) = if rank {
        let of = Box::new(entity.clone());
        (PlanColumn::IdOrder { of }, Source::Rank, DataType::UInt64)
    } else {
        (entity.stored(ID), Source::Stored(ID.to_string()), DataType::Utf8)
    };
    Fetch {
        entity,
        table,
        members,
        source,
        column,
        data_type,
        nullable: false,
    }
}

/// The columns of a whole node or edge behind a column of dense numbers.
pub(crate) fn entity_columns(planner: &Planner, column: &PlanColumn, entity: &Entity) -> Result<Vec<Fetch>> {
    let members = planner.members_of(entity)?;
    let table = match members.first() {
        Some(first) => &first.table,
        None => planner.table_of(entity)?,
    };
    let stored = |name: &str, data_type: DataType, nullable: bool| Fetch {
        entity: column.clone(),
        table: table.clone(),
        members: members.clone(),
        source: Source::Stored(name.to_string()),
        column: column.stored(name),
        data_type,
        nullable,
    };
    let mut columns = vec![identity(column.clone(), table.clone(), members.clone(), false)];
    if let Entity::Interface(_) | Entity::Edges(_) = entity {
        columns.push(type_name(column, members.clone())?);
    }
    if let Entity::Edge(_) | Entity::Edges(_) = entity {
        columns.extend([SRC, DST].map(|end| stored(end, DataType::Utf8, false)));
    }
    for property in visible_properties(&planner.catalog, entity) {
        columns.push(stored(&property.name, value_type(&property.ty), true));
    }
    Ok(columns)
}

/// What a column holds that holds nodes or edges.
pub(super) fn entity_of(ty: &ColumnType) -> Option<Entity> {
    match ty {
        ColumnType::Node(name) | ColumnType::OptionalNode(name) => Some(Entity::Node(name.clone())),
        ColumnType::Interface(name) | ColumnType::OptionalInterface(name) => Some(Entity::Interface(name.clone())),
        ColumnType::Edge(name) | ColumnType::OptionalEdge(name) => Some(Entity::Edge(name.clone())),
        ColumnType::Edges(names) | ColumnType::OptionalEdges(names) => Some(Entity::Edges(names.clone())),
        ColumnType::Value(_) => None,
    }
}

fn vector(value: &Value, size: u32) -> Result<Vec<f32>> {
    let scalar = constant::scalar(value, &Type::of(Scalar::Vector(size)))?;
    let ScalarValue::FixedSizeList(list) = scalar else {
        return Err(DataFusionError::Internal(format!("{value:?} is not a vector")));
    };
    let values = list.values();
    Ok(match values.as_primitive_opt::<Float32Type>() {
        Some(values) => values.values().to_vec(),
        None => values
            .as_primitive::<Float64Type>()
            .values()
            .iter()
            .map(|value| *value as f32)
            .collect(),
    })
}
