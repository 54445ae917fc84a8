//! Queries that call a fragment: a pattern about one node, beside the clauses of the query.

use rand::Rng;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;

use super::{Request, Variable, Writer};

/// The query with a call of a fragment, where one can be drawn that needs no parameter of the query.
pub(crate) fn calling_a_fragment(request: &Request, rng: &mut SmallRng) -> Option<Request> {
    let bindings = regex::Regex::new(r"(?m)^        \$([a-z]\w*): (Item|Place|Slot)\b").expect("a pattern");
    let bound: Vec<(String, String)> = bindings
        .captures_iter(&request.text)
        .map(|found| (found[1].to_owned(), found[2].to_owned()))
        .collect();
    let (name, written) = bound.choose(rng)?.clone();
    let ty = ["Item", "Place", "Slot"].into_iter().find(|ty| *ty == written)?;
    let own = Variable {
        name: "own".to_owned(),
        ty,
        edge: false,
        bound: true,
        missing: false,
    };
    let clauses = (0..8).find_map(|_| {
        let mut writer = Writer::new(rng);
        let (clauses, _) = writer.block(std::slice::from_ref(&own), 1);
        writer.parameters.is_empty().then_some(clauses)
    })?;
    let number = match ty {
        "Item" => "i",
        "Place" => "level",
        _ => "n",
    };
    let bounded = match rng.random_bool(0.4) {
        true => format!("        ($own.{number} is null or $own.{number} > $least)\n"),
        false => String::new(),
    };
    let arguments = match (bounded.is_empty(), rng.random_bool(0.5)) {
        (false, true) => format!("${name}, ${name}.{number}"),
        (false, false) if rng.random_bool(0.5) => format!("${name}, 1"),
        _ => format!("${name}"),
    };
    let parameter = match bounded.is_empty() {
        true => "",
        false => ", $least: I32? = 0",
    };
    let call = match rng.random_range(0..4) {
        0 => format!("not {{ part({arguments}) }}"),
        1 => format!("optional {{ part({arguments})  let $found = true }}"),
        _ => format!("part({arguments})"),
    };
    let text = request
        .text
        .replacen("    match {\n", &format!("    match {{\n        {call}\n"), 1);
    Some(Request {
        text: format!("fragment part($own: {ty}{parameter}) {{\n{clauses}{bounded}}}\n{text}"),
        ..request.clone()
    })
}
