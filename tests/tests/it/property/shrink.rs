//! Makes a failing case smaller, so that a person can read it: fewer lines of the graph, fewer clauses of the query.

/// Drops what can be dropped while `fails` still holds, in ever smaller pieces, with at most `tries` attempts.
pub(super) fn fewer(mut parts: Vec<String>, mut tries: usize, mut fails: impl FnMut(&[String]) -> bool) -> Vec<String> {
    let mut size = parts.len().div_ceil(2);
    while size > 0 {
        let mut start = 0;
        while start < parts.len() {
            if tries == 0 {
                return parts;
            }
            tries -= 1;
            let mut rest = parts.clone();
            rest.drain(start..(start + size).min(parts.len()));
            if fails(&rest) {
                parts = rest;
            } else {
                start += size;
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
    parts
}

/// A query's lines, each clause in one piece; a nested block is one with all its lines.
pub(super) fn clauses(query: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut inside = None::<String>;
    for line in query.lines() {
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        match &inside {
            Some(end) => {
                let last = pieces.last_mut().expect("a block has begun");
                *last = format!("{last}\n{line}");
                if line == format!("{end}}}") {
                    inside = None;
                }
            }
            None => {
                if matches!(line.trim_start(), "not {" | "exists {") {
                    inside = Some(indent);
                }
                pieces.push(line.to_owned());
            }
        }
    }
    pieces
}

#[test]
fn shrinking_leaves_what_fails() {
    let parts: Vec<String> = (0..30).map(|i| i.to_string()).collect();
    let left = fewer(parts, 1000, |parts| {
        parts.iter().any(|p| p == "7") && parts.iter().any(|p| p == "23")
    });
    assert_eq!(left, ["7", "23"]);
    let query = "query q() {\n    match {\n        $a: A\n        exists {\n            not {\n                $a x $b\n            }\n        }\n    }\n}";
    let pieces = clauses(query);
    assert_eq!(pieces.len(), 6);
    assert_eq!(pieces.join("\n"), query);
}
