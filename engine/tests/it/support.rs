//! The Lab graph, plans made by hand, and checks that hold of every graph.

use std::collections::BTreeMap;
use std::io::Cursor;

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use omnigraph_engine::export::ExportOptions;
use omnigraph_engine::storage::{DST, DST_ROW, ID, SRC, SRC_ROW};
use omnigraph_engine::{Error, Graph, LoadMode, LoadOptions, LoadReport, MutationOptions, MutationReport, OpenOptions};
use omnigraph_model::ir::{Comparison, Entity, Expression, MutationPlan, Statement, Var};
use omnigraph_model::types::{Scalar, Type, Value};

pub(crate) const LAB: &str = r#"
node Person {
    handle: String @key
    name: String
    age: I32? @range(age, 0..150)
    role: enum(guest, lead, member)
    joined: Date?
    tags: [String]?
    score: F64?
}

node Doc {
    slug: String @key
    title: String
    year: I32?
    seen: DateTime?
    vec: Vector(2)?
}

edge Follows: Person -> Person {
    since: Date?
    weight: I32?
}

edge Wrote: Person -> Doc {
    share: F64?
}

edge Cites: Doc -> Doc
"#;

pub(crate) const LAB_DATA: &str = r#"
{"type":"Person","data":{"handle":"ada","name":"Ada","age":41,"role":"lead","joined":"2020-03-01","tags":["graph","rust"],"score":2.5}}
{"type":"Person","data":{"handle":"bo","name":"Bo","age":29,"role":"member","joined":"2021-07-15","tags":["rust"],"score":1.0}}
{"type":"Person","data":{"handle":"cy","name":"Cy","role":"member","tags":[]}}
{"type":"Person","data":{"handle":"di","name":"Di","age":29,"role":"guest","joined":"2023-01-10","score":4.0}}
{"type":"Person","data":{"handle":"ed","name":"Ed","age":35,"role":"guest","joined":"2023-01-10","tags":["Rust","sql"],"score":3.0}}
{"type":"Doc","data":{"slug":"d1","title":"Graph joins","year":2021,"seen":"2024-01-01T00:00:00Z","vec":[0,0]}}
{"type":"Doc","data":{"slug":"d2","title":"Joins on trees","year":2023,"seen":"2024-06-01T12:30:00Z","vec":[1,0]}}
{"type":"Doc","data":{"slug":"d3","title":"Vector search","vec":[3,4]}}
{"edge":"Follows","from":"ada","to":"bo","data":{"id":"f1","since":"2021-01-01","weight":3}}
{"edge":"Follows","from":"ada","to":"bo","data":{"id":"f2","since":"2022-02-02","weight":5}}
{"edge":"Follows","from":"ada","to":"cy","data":{"id":"f3","weight":1}}
{"edge":"Follows","from":"bo","to":"ada","data":{"id":"f4","since":"2021-05-05"}}
{"edge":"Follows","from":"cy","to":"di","data":{"id":"f5","since":"2023-03-03","weight":2}}
{"edge":"Follows","from":"di","to":"di","data":{"id":"f6","weight":9}}
{"edge":"Follows","from":"di","to":"ed","data":{"id":"f7","since":"2023-04-04","weight":4}}
{"edge":"Wrote","from":"ada","to":"d1","data":{"id":"w1","share":0.5}}
{"edge":"Wrote","from":"bo","to":"d1","data":{"id":"w2","share":0.5}}
{"edge":"Wrote","from":"ada","to":"d2","data":{"id":"w3","share":1.0}}
{"edge":"Cites","from":"d2","to":"d1","data":{"id":"c1"}}
{"edge":"Cites","from":"d3","to":"d2","data":{"id":"c2"}}
"#;

/// A new graph with the schema of this text.
pub(crate) async fn init(location: &str, schema: &str, options: OpenOptions) -> Result<Graph, omnigraph::Error> {
    Ok(omnigraph::Graph::create(location, schema, options)
        .await?
        .store()
        .clone())
}

/// A graph in a folder that goes with it.
pub(crate) struct Temporary {
    pub graph: Graph,
    folder: tempfile::TempDir,
}

impl Temporary {
    pub(crate) async fn new(schema: &str) -> Temporary {
        let folder = tempfile::tempdir().unwrap();
        let location = folder.path().join("graph");
        let graph = init(location.to_str().unwrap(), schema, OpenOptions::default())
            .await
            .unwrap();
        Temporary { graph, folder }
    }

    pub(crate) async fn lab() -> Temporary {
        Temporary::new(LAB).await.with_lab().await
    }

    /// One whose handle writes every row to a file, as large writes do.
    pub(crate) async fn lab_in_files() -> Temporary {
        let lab = Temporary::new(LAB).await;
        lab.graph.injection().use_files();
        lab.with_lab().await
    }

    async fn with_lab(self) -> Temporary {
        let lab = self;
        load(&lab.graph, LoadMode::Append, LAB_DATA).await.unwrap();
        lab
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("graph")
    }

    /// Another handle, as another process would have.
    pub(crate) async fn reopen(&self) -> Graph {
        Graph::open(self.path().to_str().unwrap()).await.unwrap()
    }
}

pub(crate) async fn load(graph: &Graph, mode: LoadMode, data: &str) -> Result<LoadReport, Error> {
    graph
        .load(Cursor::new(data.as_bytes().to_vec()), LoadOptions::mode(mode))
        .await
}

pub(crate) async fn export(graph: &Graph) -> String {
    let snapshot = graph.snapshot().await.unwrap();
    let mut output = Vec::new();
    snapshot.export(&mut output, &ExportOptions::default()).await.unwrap();
    String::from_utf8(output).unwrap()
}

/// Lines of the export that are of one type, without the type.
pub(crate) async fn rows(graph: &Graph, type_name: &str) -> Vec<serde_json::Value> {
    let snapshot = graph.snapshot().await.unwrap();
    let mut output = Vec::new();
    let options = ExportOptions {
        types: vec![type_name.to_string()],
    };
    snapshot.export(&mut output, &options).await.unwrap();
    String::from_utf8(output)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

pub(crate) async fn ids(graph: &Graph, type_name: &str) -> Vec<String> {
    let id = |row: &serde_json::Value| row["data"]["id"].as_str().unwrap().to_string();
    rows(graph, type_name).await.iter().map(id).collect()
}

/// What must hold whatever was written: row counts of the record are true, ids are unique, and every edge's numbers are
/// the row ids of the nodes that its `src` and `dst` name.
pub(crate) async fn check_graph(graph: &Graph) {
    let snapshot = graph.snapshot().await.unwrap();
    let mut nodes: BTreeMap<String, BTreeMap<u64, String>> = BTreeMap::new();
    for name in snapshot.catalog.nodes.keys() {
        let table = snapshot.node_table(name).await.unwrap();
        let mut by_row = BTreeMap::new();
        let mut ids = std::collections::BTreeSet::new();
        for batch in table.all(&[ID]).await.unwrap() {
            let rows = batch
                .column_by_name("_rowid")
                .unwrap()
                .as_primitive::<UInt64Type>()
                .values()
                .to_vec();
            for (row, id) in rows.iter().zip(batch.column_by_name(ID).unwrap().as_string::<i32>()) {
                assert!(ids.insert(id.unwrap().to_string()), "{name} {id:?} is there twice");
                assert!(
                    by_row.insert(*row, id.unwrap().to_string()).is_none(),
                    "row id {row} of {name} is there twice"
                );
            }
        }
        assert_eq!(snapshot.node_rows(name), by_row.len() as u64, "rows of {name}");
        nodes.insert(name.clone(), by_row);
    }
    for edge in snapshot.catalog.edges.values() {
        let table = snapshot.edge_table(&edge.name).await.unwrap();
        let mut ids = std::collections::BTreeSet::new();
        for batch in table.all(&[ID, SRC, DST, SRC_ROW, DST_ROW]).await.unwrap() {
            let text = |name: &str, row| {
                batch
                    .column_by_name(name)
                    .unwrap()
                    .as_string::<i32>()
                    .value(row)
                    .to_string()
            };
            let number = |name: &str, row| {
                batch
                    .column_by_name(name)
                    .unwrap()
                    .as_primitive::<UInt64Type>()
                    .value(row)
            };
            for row in 0..batch.num_rows() {
                assert!(
                    ids.insert(text(ID, row)),
                    "{} {} is there twice",
                    edge.name,
                    text(ID, row)
                );
                assert_eq!(
                    nodes[&edge.from].get(&number(SRC_ROW, row)),
                    Some(&text(SRC, row)),
                    "source of {}",
                    edge.name
                );
                assert_eq!(
                    nodes[&edge.to].get(&number(DST_ROW, row)),
                    Some(&text(DST, row)),
                    "target of {}",
                    edge.name
                );
            }
        }
        assert_eq!(
            snapshot.edge_rows(&edge.name),
            ids.len() as u64,
            "rows of {}",
            edge.name
        );
    }
}

pub(crate) fn text(value: &str) -> Expression {
    literal(Value::String(value.to_string()), Scalar::String)
}

pub(crate) fn integer(value: i64) -> Expression {
    literal(Value::Integer(value), Scalar::I64)
}

pub(crate) fn float(value: f64) -> Expression {
    literal(Value::Float(value), Scalar::F64)
}

pub(crate) fn literal(value: Value, scalar: Scalar) -> Expression {
    Expression::Literal {
        value,
        ty: Type::of(scalar),
    }
}

pub(crate) fn parameter(name: &str, scalar: Scalar) -> Expression {
    Expression::Parameter {
        name: name.to_string(),
        ty: Type::of(scalar).nullable(),
    }
}

pub(crate) fn node(name: &str) -> Entity {
    Entity::Node(name.to_string())
}

pub(crate) fn edge(name: &str) -> Entity {
    Entity::Edge(name.to_string())
}

pub(crate) fn insert(target: Entity, assignments: &[(&str, Expression)]) -> Statement {
    Statement::Insert {
        target,
        variable: None,
        assignments: owned(assignments),
        origin: None,
    }
}

pub(crate) fn update(target: Entity, assignments: &[(&str, Expression)], condition: Expression) -> Statement {
    Statement::Update {
        target,
        assignments: owned(assignments),
        condition,
        skipped: None,
        origin: None,
    }
}

pub(crate) fn delete(target: Entity, condition: Expression) -> Statement {
    Statement::Delete {
        target,
        condition,
        skipped: None,
    }
}

fn owned(assignments: &[(&str, Expression)]) -> Vec<(String, Expression)> {
    assignments
        .iter()
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect()
}

pub(crate) fn when(property: &str, comparison: Comparison, value: Expression) -> Expression {
    Expression::Compare {
        left: Box::new(Expression::Property {
            variable: Var::ROW,
            property: property.to_string(),
            ty: Type::of(Scalar::String),
        }),
        comparison,
        right: Box::new(value),
    }
}

pub(crate) fn plan(statements: Vec<Statement>) -> MutationPlan {
    MutationPlan {
        name: "change".to_string(),
        parameters: Vec::new(),
        variables: Vec::new(),
        assignments: None,
        statements,
        returning: None,
    }
}

pub(crate) async fn mutate(graph: &Graph, statements: Vec<Statement>) -> Result<MutationReport, Error> {
    graph
        .mutate(&plan(statements), &BTreeMap::new(), MutationOptions::default())
        .await
}

pub(crate) fn person(handle: &str, name: &str, role: &str) -> Statement {
    insert(
        node("Person"),
        &[("handle", text(handle)), ("name", text(name)), ("role", text(role))],
    )
}

/// An object of the graph with the checksum that it ends with.
pub(crate) fn sealed(object: &str) -> String {
    let begin = object.strip_suffix('}').unwrap();
    format!(
        "{begin},\"checksum\":\"{:016x}\"}}",
        xxhash_rust::xxh3::xxh3_64(begin.as_bytes())
    )
}

/// The object without its checksum.
pub(crate) fn unsealed(object: &str) -> String {
    let end = object.rfind(",\"checksum\":\"").unwrap();
    format!("{}}}", &object[..end])
}
