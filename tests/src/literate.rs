//! Literate tests: Markdown pages whose headings are examples and whose fenced blocks are what they ask and expect.

use serde_json::{Map, Value as Json};

/// One heading with its blocks.
#[derive(Debug)]
pub struct Example {
    pub page: String,
    pub title: String,
    /// A whole query, with the word `query`.
    pub query: String,
    /// Marked as one that the reference evaluator cannot answer.
    pub engine_only: bool,
    pub params: Map<String, Json>,
    pub expected: Expected,
    /// The code of a warning that comes with the answer.
    pub warned: Option<String>,
}

#[derive(Debug, PartialEq)]
pub enum Expected {
    Rows {
        columns: Vec<String>,
        /// In projection order.
        rows: Vec<Vec<Json>>,
        /// Whether their sequence matters.
        ordered: bool,
    },
    /// The rows of each page in their sequence.
    Pages {
        columns: Vec<String>,
        pages: Vec<Vec<Vec<Json>>>,
    },
    Refused(String),
    Mutation {
        affected: String,
        changes: Vec<String>,
        /// The rows that it returns, if it says so.
        returned: Option<Box<Expected>>,
    },
}

/// The examples of a page. Panics with the place of a page that breaks the format, because a page is a test.
pub fn read(page: &str, text: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut title = String::new();
    let mut blocks: Vec<(String, String)> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            examples.extend(example(page, &title, &blocks));
            title = heading.to_owned();
            blocks.clear();
        } else if let Some(info) = line.strip_prefix("```") {
            let mut body = String::new();
            loop {
                match lines.next() {
                    Some("```") => break,
                    Some(line) => body = body + line + "\n",
                    None => panic!("{page}: a block under `{title}` does not end"),
                }
            }
            blocks.push((info.to_owned(), body));
        }
    }
    examples.extend(example(page, &title, &blocks));
    examples
}

fn example(page: &str, title: &str, blocks: &[(String, String)]) -> Option<Example> {
    if blocks.is_empty() {
        return None;
    }
    let fail = |what: &str| -> ! { panic!("{page}: `{title}`: {what}") };
    let block = |info: &str| {
        blocks
            .iter()
            .find(|(known, _)| known == info)
            .map(|(_, body)| body.as_str())
    };
    for (info, _) in blocks {
        let known = [
            "gq",
            "gq engine",
            "params",
            "bag",
            "sequence",
            "pages",
            "refused",
            "warned",
            "affected",
            "changes",
            "returned",
        ];
        if !known.contains(&info.as_str()) {
            fail(&format!("there is no block `{info}`"));
        }
    }
    let Some(body) = block("gq").or(block("gq engine")) else {
        fail("no query")
    };
    let query = if ["query ", "fragment "]
        .iter()
        .any(|word| body.trim_start().starts_with(word))
    {
        body.to_owned()
    } else {
        format!("query example() {{\n{body}}}\n")
    };
    let params = match block("params").map(serde_json::from_str) {
        None => Map::new(),
        Some(Ok(params)) => params,
        Some(Err(error)) => fail(&format!("params: {error}")),
    };
    let rows = |body: &str, ordered: bool| {
        let mut lines = body.lines().map(|line| match serde_json::from_str(line) {
            Ok(Json::Array(cells)) => cells,
            _ => fail(&format!("not an array: {line}")),
        });
        let columns = lines.next().unwrap_or_else(|| fail("no columns"));
        let name = |cell: Json| {
            cell.as_str()
                .map(str::to_owned)
                .unwrap_or_else(|| fail("a column's name is a string"))
        };
        Expected::Rows {
            columns: columns.into_iter().map(name).collect(),
            rows: lines.collect(),
            ordered,
        }
    };
    let pages = |body: &str| {
        let (mut columns, mut pages) = (Vec::new(), Vec::new());
        let head = body.lines().next().unwrap_or_else(|| fail("no columns"));
        for page in body[head.len()..].split("---\n") {
            if let Expected::Rows { columns: own, rows, .. } = rows(&format!("{head}\n{}", page.trim_start()), true) {
                columns = own;
                pages.push(rows);
            }
        }
        Expected::Pages { columns, pages }
    };
    let expected = match (block("bag"), block("sequence"), block("refused"), block("affected")) {
        (Some(body), None, None, None) => rows(body, false),
        (None, Some(body), None, None) => rows(body, true),
        (None, None, Some(code), None) => Expected::Refused(code.trim().to_owned()),
        (None, None, None, Some(affected)) => Expected::Mutation {
            affected: affected.trim().to_owned(),
            changes: block("changes")
                .unwrap_or_else(|| fail("no changes"))
                .lines()
                .map(str::to_owned)
                .collect(),
            returned: block("returned").map(|body| Box::new(rows(body, true))),
        },
        (None, None, None, None) if block("pages").is_some() => pages(block("pages").unwrap_or_default()),
        _ => fail("exactly one of bag, sequence, pages, refused and affected"),
    };
    Some(Example {
        page: page.to_owned(),
        title: title.to_owned(),
        query,
        engine_only: block("gq engine").is_some(),
        params,
        expected,
        warned: block("warned").map(|code| code.trim().to_owned()),
    })
}
