//! Parameters that stand for nodes: whether there is one with the id.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::common::{DataFusionError, Result};
use futures::TryStreamExt;
use omnigraph_model::ir::{
    Column, ColumnType, Comparison, Entity, Expression, Operator, Parameter, ReadPlan, Var, Variable,
};
use omnigraph_model::types::{Scalar, Type, Value};

use super::context;
use crate::error::Error;
use crate::history::Snapshot;
use crate::operators::operator::BATCH_ROWS;
use crate::planner::{self, Constants, Ways};

/// Fails with [`Error::UnknownNode`] for the first parameter that names no node.
pub(crate) async fn check_nodes(
    snapshot: &Arc<Snapshot>,
    parameters: &[Parameter],
    constants: &Constants,
    ways: Ways,
) -> Result<()> {
    for parameter in parameters {
        let Some(type_name) = &parameter.node else { continue };
        let given = Expression::Parameter {
            name: parameter.name.clone(),
            ty: parameter.ty.clone(),
        };
        let Some((Value::String(id), _)) = constants.value(&given) else {
            continue;
        };
        if !exists(snapshot, type_name, &id, ways).await? {
            let unknown = Error::UnknownNode {
                parameter: parameter.name.clone(),
                type_name: type_name.clone(),
                id,
            };
            return Err(DataFusionError::External(Box::new(unknown)));
        }
    }
    Ok(())
}

/// Asked as a query would.
async fn exists(snapshot: &Arc<Snapshot>, type_name: &str, id: &str, ways: Ways) -> Result<bool> {
    let literal = |value, ty| Expression::Literal { value, ty };
    let same = Expression::Compare {
        left: Box::new(Expression::Id { variable: Var(0) }),
        comparison: Comparison::Equal,
        right: Box::new(literal(Value::String(id.to_owned()), Type::of(Scalar::String))),
    };
    let plan = ReadPlan {
        name: "node".to_owned(),
        parameters: Vec::new(),
        variables: vec![Variable {
            name: "node".to_owned(),
            anonymous: false,
            entity: Entity::Node(type_name.to_owned()),
            nullable: false,
        }],
        root: Operator::Project {
            input: Box::new(Operator::NodeScan {
                variable: Var(0),
                predicates: vec![same],
            }),
            expressions: vec![literal(Value::Bool(true), Type::of(Scalar::Bool))],
        },
        after: None,
        columns: vec![Column {
            name: "found".to_owned(),
            ty: ColumnType::Value(Type::of(Scalar::Bool)),
        }],
    };
    let constants = Constants::new(&BTreeMap::new(), 0, ways.memory_limit);
    let physical = planner::physical(snapshot, &plan, constants, ways).await?.plan;
    let mut batches = physical.execute(0, context(ways.memory_limit, BATCH_ROWS)?)?;
    while let Some(batch) = batches.try_next().await? {
        if batch.num_rows() > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}
