//! The lines of an input, one after the other, into rows of their types. All faults that a line shows by itself are found
//! here, with its number.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufRead;
use std::sync::Arc;

use omnigraph_model::catalog::{Catalog, EdgeType, NodeType, Property};
use omnigraph_model::suggest::nearest;

use super::json::{Json, LineError, TOKEN_LIMIT};
use super::{LoadMode, format, json, value};
use crate::embedding;
use crate::error::{Error, Fault, ID_LIMIT, Origin, Result, Side};
use crate::storage::{Cell, DST, ID, SRC, is_reserved, key_id};
use crate::validate::{Delta, Existing, KeyBudget, Removed, RowBuilder, Sink, check_rows};

/// May stand before a UTF-8 text, and is not part of it.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Bytes of one line.
pub(crate) const LINE_LIMIT: usize = 32 << 20;

pub(crate) struct Parser<'c> {
    catalog: &'c Catalog,
    mode: LoadMode,
    /// Bytes of rows before they go to scratch files.
    memory: usize,
    budget: Arc<KeyBudget>,
    /// Whether vectors can be computed.
    embeds: bool,
    nodes: BTreeMap<&'c str, RowBuilder>,
    edges: BTreeMap<&'c str, RowBuilder>,
    ulids: ulid::Generator,
    sink: Sink,
    /// Lines whose id came before: what the others make of the graph can be said all the same.
    twice: Sink,
    line: u64,
}

impl<'c> Parser<'c> {
    pub(super) fn new(catalog: &'c Catalog, mode: LoadMode, memory: usize, errors: usize, embeds: bool) -> Parser<'c> {
        Parser {
            catalog,
            mode,
            // Reading, checking and writing need the rest.
            memory: memory / 4,
            budget: KeyBudget::new(memory / 2),
            embeds,
            nodes: BTreeMap::new(),
            edges: BTreeMap::new(),
            ulids: ulid::Generator::new(),
            sink: Sink::new(errors, Origin::Line),
            twice: Sink::new(errors, Origin::Line),
            line: 0,
        }
    }

    pub(super) fn read(mut self, mut input: impl BufRead) -> Result<Delta> {
        let unreadable = |source| Error::from_io("read the input", source);
        let begin = input.fill_buf().map_err(unreadable)?;
        if begin.starts_with(BOM) {
            input.consume(BOM.len());
        } else if let Some(seems) = format::of_begin(begin) {
            return Err(self.no_ndjson(1, seems));
        }
        let (mut buffer, mut first) = (Vec::new(), true);
        while self.next_line(&mut input, &mut buffer)? {
            self.line += 1;
            if buffer.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if let Err(fault) = self.take(&buffer)? {
                // Every other line would be as wrong as the first one.
                if std::mem::take(&mut first)
                    && let Some(seems) = format::of_line(&buffer, &fault)
                {
                    return Err(self.no_ndjson(self.line, seems));
                }
                self.sink.push(Some(self.line), fault);
            }
            first = false;
            if self.line.is_multiple_of(1_024) || buffer.len() > 1 << 20 {
                self.spill_if_large()?;
            }
        }
        self.find_duplicates()?;
        self.finish()
    }

    fn no_ndjson(&self, line: u64, seems: &str) -> Error {
        let seems = seems.to_owned();
        let mut sink = Sink::new(1, Origin::Line);
        sink.push(Some(line), Fault::NotNdjson { seems });
        sink.finish()
            .err()
            .unwrap_or_else(|| Error::internal("a fault got lost"))
    }

    /// Ids that came twice, beyond what was in memory at a time.
    fn find_duplicates(&mut self) -> Result<()> {
        for (type_name, rows) in self.nodes.iter_mut().chain(&mut self.edges) {
            let first = rows.seal(self.twice.room())?;
            first.tell(&mut self.twice, |second, first| {
                let (_, first_line) = rows.describe(first)?;
                let (id, line) = rows.describe(second)?;
                let type_name = type_name.to_string();
                let fault = Fault::DuplicateId {
                    type_name,
                    id,
                    first_line,
                };
                Ok((line, fault))
            })?;
        }
        Ok(())
    }

    /// The next line without its end; false when there is none.
    fn next_line(&mut self, input: &mut impl BufRead, buffer: &mut Vec<u8>) -> Result<bool> {
        buffer.clear();
        let read = std::io::Read::take(&mut *input, LINE_LIMIT as u64 + 2)
            .read_until(b'\n', buffer)
            .map_err(|source| Error::from_io("read the input", source))?;
        if buffer.last() == Some(&b'\n') {
            buffer.pop();
        }
        if buffer.len() > LINE_LIMIT {
            return Err(self.limit("bytes of one line", LINE_LIMIT, buffer.len()));
        }
        Ok(read > 0)
    }

    /// Faults of earlier lines come first.
    fn limit(&mut self, resource: &'static str, limit: usize, actual: usize) -> Error {
        match self.sink.finish() {
            Err(earlier) => earlier,
            Ok(()) => Error::ResourceLimitExceeded {
                resource,
                limit: limit as u64,
                actual: Some(actual as u64),
            },
        }
    }

    fn take(&mut self, line: &[u8]) -> Result<Result<(), Fault>> {
        let json = match json::parse(line) {
            Ok(json) => json,
            Err(LineError::Fault(fault)) => return Ok(Err(*fault)),
            Err(LineError::TooManyTokens) => {
                return Err(self.limit(
                    "JSON tokens of one line",
                    TOKEN_LIMIT as usize,
                    TOKEN_LIMIT as usize + 1,
                ));
            }
        };
        let Json::Object(members) = json else {
            return Ok(Err(Fault::NotAnObject { found: json.kind() }));
        };
        let has = |name: &str| members.iter().any(|(member, _)| member == name);
        match (has("type"), has("edge")) {
            (true, false) => self.node(members),
            (false, true) => self.edge(members),
            (true, true) => Ok(Err(Fault::BothKinds)),
            (false, false) => Ok(Err(Fault::NoKind {
                hint: format::of_members(members.iter().map(|(member, _)| member.as_ref())),
            })),
        }
    }

    fn node(&mut self, members: Vec<(Cow<str>, Json)>) -> Result<Result<(), Fault>> {
        let top = match Top::of(members, "type", &["data"]) {
            Ok(top) => top,
            Err(fault) => return Ok(Err(fault)),
        };
        let catalog = self.catalog;
        let Some(node) = catalog.nodes.get(top.name.as_ref()) else {
            return Ok(Err(Fault::UnknownType {
                kind: "node",
                suggestion: nearest(&top.name, catalog.nodes.keys().map(String::as_str)).map(str::to_string),
                name: top.name.into_owned(),
            }));
        };
        let type_name = node.name.as_str();
        let kind = Kind::Node {
            node,
            embeds: self.embeds,
        };
        let row = match read_data(kind, top.data, &mut self.sink, self.line) {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(Ok(())),
            Err(fault) => return Ok(Err(fault)),
        };
        let (id, made_up) = match node_id(node, &row) {
            Ok(Some(id)) => (id, false),
            Ok(None) => (self.fresh_id()?, true),
            Err(fault) => return Ok(Err(fault)),
        };
        let rows = self
            .nodes
            .entry(type_name)
            .or_insert_with(|| RowBuilder::node(node, &self.budget));
        append(
            rows,
            type_name,
            id,
            made_up,
            None,
            &row.cells,
            self.line,
            &mut self.twice,
        )
    }

    fn edge(&mut self, members: Vec<(Cow<str>, Json)>) -> Result<Result<(), Fault>> {
        let top = match Top::of(members, "edge", &["from", "to", "data"]) {
            Ok(top) => top,
            Err(fault) => return Ok(Err(fault)),
        };
        let catalog = self.catalog;
        let Some(edge) = catalog.edge(&top.name) else {
            return Ok(Err(Fault::UnknownType {
                kind: "edge",
                suggestion: nearest(&top.name, catalog.edges.keys().map(String::as_str)).map(str::to_string),
                name: top.name.into_owned(),
            }));
        };
        let type_name = edge.name.as_str();
        let endpoints =
            endpoint(edge, Side::From, top.from).and_then(|from| Ok((from, endpoint(edge, Side::To, top.to)?)));
        let (from, to) = match endpoints {
            Ok(endpoints) => endpoints,
            Err(fault) => return Ok(Err(fault)),
        };
        let row = match read_data(Kind::Edge(edge), top.data, &mut self.sink, self.line) {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(Ok(())),
            Err(fault) => return Ok(Err(fault)),
        };
        let (id, made_up) = match row.id {
            Some(id) => (id.into_owned(), false),
            None => (self.fresh_id()?, true),
        };
        let rows = self
            .edges
            .entry(type_name)
            .or_insert_with(|| RowBuilder::edge(edge, &self.budget));
        let ends = Some((from.as_ref(), to.as_ref()));
        append(
            rows,
            type_name,
            id,
            made_up,
            ends,
            &row.cells,
            self.line,
            &mut self.twice,
        )
    }

    /// Ids of one load ascend in the order of its lines.
    fn fresh_id(&mut self) -> Result<String> {
        self.ulids
            .generate()
            .map(|id| id.to_string())
            .map_err(|error| Error::internal(format!("no id could be made up: {error}")))
    }

    fn spill_if_large(&mut self) -> Result<()> {
        let builders = || self.nodes.values().chain(self.edges.values());
        let used: usize = builders().map(RowBuilder::memory_bytes).sum();
        if used < self.memory {
            return Ok(());
        }
        for rows in self.nodes.values_mut().chain(self.edges.values_mut()) {
            rows.rows_mut().spill()?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Delta> {
        let (existing, all_others) = match self.mode {
            LoadMode::Append => (Existing::Conflict, false),
            LoadMode::Merge => (Existing::Replace, false),
            LoadMode::Overwrite => (Existing::Replace, true),
        };
        let removed = || {
            if all_others {
                Removed::AllOthers
            } else {
                Removed::Nothing
            }
        };
        let mut delta = Delta::within(Origin::Line, self.budget);
        for (name, rows) in self.nodes {
            delta.nodes.insert(name.to_string(), rows.finish(existing, removed())?);
        }
        for (name, rows) in self.edges {
            delta.edges.insert(name.to_string(), rows.finish(existing, removed())?);
        }
        if !self.sink.is_empty() {
            self.sink.absorb(self.twice);
        } else if !self.twice.is_empty() {
            delta.twice = Some(self.twice);
        }
        check_rows(self.catalog, &delta, &mut self.sink)?;
        Ok(delta)
    }
}

/// The members of a line, sorted out.
struct Top<'a> {
    name: Cow<'a, str>,
    from: Option<Json<'a>>,
    to: Option<Json<'a>>,
    data: Vec<(Cow<'a, str>, Json<'a>)>,
}

impl<'a> Top<'a> {
    fn of(members: Vec<(Cow<'a, str>, Json<'a>)>, field: &'static str, others: &[&str]) -> Result<Top<'a>, Fault> {
        let named = members.iter().find(|(member, _)| member == field);
        let name = match named.map(|(_, value)| value) {
            Some(Json::String(name)) => name.clone(),
            other => {
                return Err(Fault::KindNotString {
                    field,
                    found: other.map_or("nothing", Json::kind),
                });
            }
        };
        let mut top = Top {
            name,
            from: None,
            to: None,
            data: Vec::new(),
        };
        for (member, value) in members {
            match member.as_ref() {
                known if known == field => {}
                other if !others.contains(&other) => {
                    if is_reserved(other) {
                        return Err(Fault::Reserved {
                            type_name: top.name.into_owned(),
                            field: member.into_owned(),
                        });
                    }
                    return Err(Fault::UnknownField {
                        kind: if field == "type" { "a node" } else { "an edge" },
                        type_name: Some(top.name.into_owned()),
                        called: format::called(other).filter(|called| others.contains(called)),
                        field: member.into_owned(),
                    });
                }
                "from" => top.from = Some(value),
                "to" => top.to = Some(value),
                _ => match value {
                    Json::Object(data) => top.data = data,
                    other => return Err(Fault::DataNotObject { found: other.kind() }),
                },
            }
        }
        Ok(top)
    }
}

fn endpoint<'a>(edge: &EdgeType, side: Side, value: Option<Json<'a>>) -> Result<Cow<'a, str>, Fault> {
    match value {
        Some(Json::String(id)) => Ok(id),
        Some(other) => Err(Fault::EndpointNotString {
            type_name: edge.name.clone(),
            side,
            found: other.kind(),
        }),
        None => Err(Fault::NoEndpoint {
            type_name: edge.name.clone(),
            side,
            node_type: match side {
                Side::From => edge.from.clone(),
                Side::To => edge.to.clone(),
            },
        }),
    }
}

struct Row<'a> {
    id: Option<Cow<'a, str>>,
    /// In the order of the type's properties.
    cells: Vec<Cell<'a>>,
}

/// The type that a line is of.
#[derive(Clone, Copy)]
enum Kind<'c> {
    Node {
        node: &'c NodeType,
        /// Whether vectors can be computed.
        embeds: bool,
    },
    Edge(&'c EdgeType),
}

/// The cells of a line. Every property is looked at, so that one line can show several faults; `None` if it did.
fn read_data<'a>(
    kind: Kind,
    data: Vec<(Cow<'a, str>, Json<'a>)>,
    sink: &mut Sink,
    line: u64,
) -> Result<Option<Row<'a>>, Fault> {
    let (type_name, properties, key): (&str, &[Property], &[String]) = match kind {
        Kind::Node { node, .. } => (&node.name, &node.properties, &node.key),
        Kind::Edge(edge) => (&edge.name, &edge.properties, &[]),
    };
    let edge = matches!(kind, Kind::Edge(_));
    let mut id = None;
    let mut given: Vec<Option<Json<'a>>> = vec![None; properties.len()];
    let mut faulty = false;
    let mut fail = |fault: Fault| {
        sink.push(Some(line), fault);
        faulty = true;
    };
    for (member, value) in data {
        if member == ID {
            match value {
                // The key may be the empty text, and an export gives its id.
                Json::String(text) if text.is_empty() && key.is_empty() => fail(Fault::IdEmpty {
                    type_name: type_name.to_string(),
                }),
                Json::String(text) => id = Some(text),
                other => fail(Fault::IdNotString {
                    type_name: type_name.to_string(),
                    found: other.kind(),
                }),
            }
            continue;
        }
        match properties.binary_search_by(|property| property.name.as_str().cmp(&member)) {
            Ok(at) => given[at] = Some(value),
            Err(_) if is_reserved(member.as_ref()) || (edge && (member == SRC || member == DST)) => {
                fail(Fault::Reserved {
                    field: member.into_owned(),
                    type_name: type_name.to_string(),
                });
            }
            Err(_) => fail(Fault::UnknownProperty {
                type_name: type_name.to_string(),
                suggestion: nearest(&member, properties.iter().map(|p| p.name.as_str())).map(str::to_string),
                property: member.into_owned(),
            }),
        }
    }
    let mut cells = Vec::with_capacity(properties.len());
    // Vectors that follow from another property are decided when all of those are read.
    let mut following = Vec::new();
    for (at, (property, value)) in properties.iter().zip(given).enumerate() {
        let embed = match kind {
            Kind::Node { node, .. } if value.is_none() => node.embed(&property.name),
            _ => None,
        };
        if let Some(embed) = embed {
            following.push((at, embed));
            cells.push(Cell::Null);
            continue;
        }
        let decoded = match value {
            Some(Json::Null) => absent(type_name, property, key, true),
            None => match &property.default {
                Some(default) => value::of_literal(type_name, property, default).map(Cell::into_owned),
                None => absent(type_name, property, key, false),
            },
            Some(value) => value::decode(type_name, property, value),
        };
        cells.push(decoded.unwrap_or_else(|fault| {
            fail(fault);
            Cell::Null
        }));
    }
    // What follows from the faults of a line is not reported.
    if let Kind::Node { node, embeds } = kind
        && !faulty
    {
        for (at, embed) in following {
            let source = properties.iter().position(|property| property.name == embed.source);
            let source = source.map_or(&Cell::Null, |source| &cells[source]);
            match embedding::unfilled(node, &properties[at], embed, source, embeds) {
                Ok(cell) => cells[at] = cell,
                Err(fault) => {
                    sink.push(Some(line), fault);
                    faulty = true;
                }
            }
        }
    }
    Ok((!faulty).then_some(Row { id, cells }))
}

pub(crate) fn absent(type_name: &str, property: &Property, key: &[String], null: bool) -> Result<Cell<'static>, Fault> {
    if property.ty.nullable {
        return Ok(Cell::Null);
    }
    let (type_name, property) = (type_name.to_string(), property.name.clone());
    Err(if key.contains(&property) {
        Fault::KeyRequired {
            type_name,
            property,
            null,
        }
    } else {
        Fault::Required {
            type_name,
            property,
            null,
        }
    })
}

/// The id that the key gives, or else the given one.
fn node_id(node: &NodeType, row: &Row) -> Result<Option<String>, Fault> {
    if node.key.is_empty() {
        return Ok(row.id.as_ref().map(|id| id.to_string()));
    }
    let computed = computed_id(node, &row.cells);
    match &row.id {
        Some(given) if *given != computed => Err(Fault::IdMismatch {
            type_name: node.name.clone(),
            given: given.to_string(),
            computed,
        }),
        _ => Ok(Some(computed)),
    }
}

/// The id of a keyed node from its cells.
pub(crate) fn computed_id(node: &NodeType, cells: &[Cell]) -> String {
    let texts: Vec<String> = node
        .key
        .iter()
        .filter_map(|name| node.properties.iter().position(|property| property.name == *name))
        .filter_map(|at| cells.get(at).and_then(Cell::canonical))
        .collect();
    key_id(&texts)
}

#[expect(
    clippy::too_many_arguments,
    reason = "two calls, and a struct would only rename them"
)]
fn append(
    rows: &mut RowBuilder,
    type_name: &str,
    id: String,
    made_up: bool,
    endpoints: Option<(&str, &str)>,
    cells: &[Cell],
    line: u64,
    twice: &mut Sink,
) -> Result<Result<(), Fault>> {
    if let Some(fault) = [id.as_str()]
        .into_iter()
        .chain(endpoints.into_iter().flat_map(|(from, to)| [from, to]))
        .find_map(|id| id_too_long(type_name, id))
    {
        return Ok(Err(fault));
    }
    if !made_up && let Some(first) = rows.index(&id)? {
        let mut fault = Fault::DuplicateId {
            type_name: type_name.to_string(),
            id,
            first_line: None,
        };
        // Looking it up takes a while, and a fault that is only counted needs no line.
        if twice.tells(&fault.kind())
            && let Fault::DuplicateId { first_line, .. } = &mut fault
        {
            *first_line = rows.describe(first)?.1;
        }
        twice.push(Some(line), fault);
        return Ok(Ok(()));
    }
    rows.append(&id, endpoints, cells, line)?;
    Ok(Ok(()))
}

/// One bound for ids, wherever they come from.
pub(crate) fn id_too_long(type_name: &str, id: &str) -> Option<Fault> {
    (id.len() > ID_LIMIT).then(|| Fault::IdTooLong {
        type_name: type_name.to_string(),
        bytes: id.len(),
    })
}
