//! Queries about a node that the request names.

use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;

use super::super::graphs::Drawn;
use super::Request;

/// The query with a parameter in place of one of its variables.
pub(crate) fn given_a_node(request: &Request, drawn: &Drawn, rng: &mut SmallRng) -> Option<Request> {
    let bindings = regex::Regex::new(r"(?m)^        \$([a-z]\w*): (Item|Place|Slot)\n").expect("a pattern");
    let bound: Vec<(String, String, String)> = bindings
        .captures_iter(&request.text)
        .map(|found| (found[0].to_owned(), found[1].to_owned(), found[2].to_owned()))
        .collect();
    let (line, name, ty) = bound.choose(rng)?.clone();
    let id = drawn.ids(&ty).choose(rng)?.clone();
    let text = request.text.replacen(&line, "", 1);
    if text.contains("match {\n    }") {
        return None;
    }
    // What may be missing is no end of a traversal.
    let end =
        format!(r"\${name}\s+(\$\w+:)?<?(link|road|at|uses)\b|\b(link|road|at|uses)>?(\{{\d+,\d*\}})?\s+\${name}\b");
    let of_walk = |line: &str| {
        line.contains(&format!("${name}")) && ["path ", "|", " where "].iter().any(|part| line.contains(part))
    };
    let is_end = regex::Regex::new(&end).expect("a pattern").is_match(&text) || text.lines().any(of_walk);
    let optional = !is_end && !text.contains("fragment ") && rng.random_bool(0.5);
    let mut params = request.params.clone();
    match optional && rng.random_bool(0.5) {
        true => params.insert(name.clone(), serde_json::Value::Null),
        false => params.insert(name.clone(), id.into()),
    };
    let mark = if optional { "?" } else { "" };
    let text = match text.contains("query q()") {
        true => text.replacen("query q(", &format!("query q(${name}: {ty}{mark}"), 1),
        false => text.replacen("query q(", &format!("query q(${name}: {ty}{mark}, "), 1),
    };
    Some(Request {
        text,
        params,
        ..request.clone()
    })
}
