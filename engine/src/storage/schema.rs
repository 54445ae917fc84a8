//! Schema objects: an accepted schema with its identities and its source text, stored under the hash of its bytes.

use std::sync::Arc;

use bytes::Bytes;
use omnigraph_model::catalog::{Catalog, Identity};
use omnigraph_model::schema::SchemaObject;

use super::layout;
use super::objects::Objects;
use super::record::sha256;
use super::table::TableRole;
use crate::error::{Error, Result};

/// An accepted schema as it is stored, and its catalog.
#[derive(Debug)]
pub struct Schema {
    /// SHA-256 of the object's bytes, hexadecimal; its name.
    pub hash: String,
    /// What is stored.
    pub object: SchemaObject,
    /// What names and numbers are looked up in.
    pub catalog: Arc<Catalog>,
}

impl Schema {
    pub(crate) fn of(object: SchemaObject) -> Schema {
        Schema {
            hash: sha256(object.to_json().as_bytes()),
            catalog: Arc::new(object.catalog()),
            object,
        }
    }

    /// Every type with what messages call it.
    pub(crate) fn types(&self) -> impl Iterator<Item = (TableRole, Identity, String)> {
        let nodes = self.catalog.nodes.values();
        let nodes = nodes.map(|node| (TableRole::Node, node.identity, format!("node type `{}`", node.name)));
        let edges = self.catalog.edges.values();
        nodes.chain(edges.map(|edge| (TableRole::Edge, edge.identity, format!("edge type `{}`", edge.name))))
    }

    pub(crate) async fn write(&self, objects: &Objects) -> Result<()> {
        // Equal content is an equal name, so meeting it is success.
        objects
            .create(&layout::schema(&self.hash), Bytes::from(self.object.to_json()))
            .await?;
        Ok(())
    }

    /// That the stored object is damaged, in a way that only who reads its text can tell.
    pub fn corrupt(&self, reason: &str) -> Error {
        Error::corrupt(layout::schema(&self.hash), reason)
    }

    /// `record` is the file that names the schema.
    pub(crate) async fn read(objects: &Objects, hash: &str, record: &str) -> Result<Schema> {
        let file = layout::schema(hash);
        let bytes = objects
            .read(&file)
            .await?
            .ok_or_else(|| Error::corrupt(&file, format!("it is missing, but {record} names it")))?;
        if sha256(&bytes) != hash {
            return Err(Error::corrupt(&file, "its content does not fit its name"));
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| Error::corrupt(&file, "it is not text"))?;
        let object = SchemaObject::open(text).map_err(|error| Error::corrupt(&file, error.0))?;
        Ok(Schema {
            hash: hash.to_string(),
            catalog: Arc::new(object.catalog()),
            object,
        })
    }
}
