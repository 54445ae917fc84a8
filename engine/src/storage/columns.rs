//! The columns of a type's dataset: ids and endpoints, then the properties in byte order of their names. An edge row
//! also carries the stable row ids of the nodes it names, in hidden columns, so that adjacency is built from numbers.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Fields, IntervalUnit, Schema};
use omnigraph_model::catalog::{EdgeType, NodeType, Property};
use omnigraph_model::types::{Cost, Member, Scalar, Type};

/// Name of the column with the ids of nodes or edges.
pub const ID: &str = "id";
/// Name of the column with the ids of the nodes that edges start from.
pub const SRC: &str = "src";
/// Name of the column with the ids of the nodes that edges lead to.
pub const DST: &str = "dst";
/// Row id of the source node in its type's dataset.
pub const SRC_ROW: &str = "_src_row";
/// The same of the target node.
pub const DST_ROW: &str = "_dst_row";

/// Key of a field's metadata: the property's stable number, so that a renamed column is still the same one.
pub(crate) const PROPERTY_ID: &str = "omnigraph:property";

/// Whether neither a property nor an input may use this name.
pub(crate) fn is_reserved(name: &str) -> bool {
    omnigraph_model::schema::is_reserved(name) || name == SRC_ROW || name == DST_ROW
}

pub(crate) fn node_schema(node: &NodeType) -> Schema {
    let mut fields = vec![Field::new(ID, DataType::Utf8, false)];
    fields.extend(node.properties.iter().map(property_field));
    Schema::new(fields)
}

pub(crate) fn edge_schema(edge: &EdgeType) -> Schema {
    let mut fields = vec![
        Field::new(ID, DataType::Utf8, false),
        Field::new(SRC, DataType::Utf8, false),
        Field::new(DST, DataType::Utf8, false),
    ];
    fields.extend(edge.properties.iter().map(property_field));
    fields.push(Field::new(SRC_ROW, DataType::UInt64, false));
    fields.push(Field::new(DST_ROW, DataType::UInt64, false));
    Schema::new(fields)
}

pub(crate) fn property_field(property: &Property) -> Field {
    Field::new(&property.name, value_type(&property.ty), property.ty.nullable)
        .with_metadata(HashMap::from([(PROPERTY_ID.to_string(), property.id.to_string())]))
}

/// The member of a path that results do not show.
pub(crate) const PATH_COST: &str = "cost";

/// The ids of its nodes and edges, the types of the edges, and their number.
fn path_fields(cost: Cost) -> Fields {
    let texts = DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)));
    let texts = |name: &str| Field::new(name, texts.clone(), true);
    let mut fields = vec![texts("nodes"), texts("edges"), texts("types")];
    fields.push(Field::new("length", DataType::Int64, true));
    match cost {
        Cost::None => {}
        Cost::Integer => fields.push(Field::new(PATH_COST, DataType::Int64, true)),
        Cost::Float => fields.push(Field::new(PATH_COST, DataType::Float64, true)),
    }
    fields.into()
}

/// What a member of an object holds; a path as results show it.
fn member_field(member: &Member) -> Field {
    let ty = match member.ty.scalar {
        Scalar::Path(_) => Type {
            scalar: Scalar::Path(Cost::None),
            ..member.ty.clone()
        },
        _ => member.ty.clone(),
    };
    Field::new(&member.name, value_type(&ty), true)
}

/// The Arrow type of a property or of an expression. A blob is plain binary: its pages are read only when the column is asked for, and it
/// takes part in every kind of write without a second encoding.
pub(crate) fn value_type(ty: &Type) -> DataType {
    let item = match ty.scalar {
        Scalar::String => DataType::Utf8,
        Scalar::Blob => DataType::LargeBinary,
        Scalar::Bool => DataType::Boolean,
        Scalar::I32 => DataType::Int32,
        Scalar::I64 => DataType::Int64,
        Scalar::U32 => DataType::UInt32,
        Scalar::U64 => DataType::UInt64,
        Scalar::F32 => DataType::Float32,
        Scalar::F64 => DataType::Float64,
        Scalar::Date => DataType::Date32,
        Scalar::DateTime => DataType::Date64,
        Scalar::Duration => DataType::Interval(IntervalUnit::MonthDayNano),
        Scalar::Path(cost) => DataType::Struct(path_fields(cost)),
        Scalar::Object => DataType::Struct(ty.members.iter().map(member_field).collect()),
        Scalar::Vector(size) => {
            let item = Field::new("item", DataType::Float32, true);
            DataType::FixedSizeList(Arc::new(item), i32::try_from(size).unwrap_or(i32::MAX))
        }
    };
    if ty.list {
        DataType::List(Arc::new(Field::new("item", item, true)))
    } else {
        item
    }
}
