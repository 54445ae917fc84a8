//! Answers of the server as text: places as what stands there, edits as the files after them.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use super::text::Texts;

/// An answer to a request about a file; `legend` is that of the semantic tokens.
pub fn render(method: &str, uri: &str, answer: &Value, texts: &Texts, legend: &Value) -> String {
    let page = Page { texts, uri };
    if answer.is_null() {
        return "nothing\n".to_owned();
    }
    match method.rsplit('/').next().unwrap_or(method) {
        "hover" => page.hover(answer),
        "definition" | "declaration" | "typeDefinition" | "implementation" | "references" => page.locations(answer),
        "documentHighlight" => page.each(answer, |item| {
            let kind = if item["kind"] == 3 { "write" } else { "read" };
            format!("{} {kind}", page.place(uri, &item["range"]))
        }),
        "linkedEditingRange" => page.each(&answer["ranges"], |range| page.place(uri, range)),
        "documentLink" => page.each(answer, |link| {
            let target = link["target"].as_str().unwrap_or("");
            format!("{} leads to {}", page.place(uri, &link["range"]), texts.name(target))
        }),
        "documentSymbol" => page.symbols(answer, 0),
        "symbol" => page.each(answer, |symbol| {
            let location = &symbol["location"];
            let place = page.place(location["uri"].as_str().unwrap_or(""), &location["range"]);
            let container = symbol["containerName"].as_str().unwrap_or("");
            format!("{place} {container}").trim_end().to_owned()
        }),
        "prepareCallHierarchy" | "prepareTypeHierarchy" | "supertypes" | "subtypes" => {
            page.each(answer, |item| page.hierarchy(item))
        }
        "incomingCalls" => page.each(answer, |call| page.call(&call["from"], &call["from"], call)),
        "outgoingCalls" => page.each(answer, |call| page.call(&call["to"], &json!({ "uri": uri }), call)),
        "signatureHelp" => page.signature(answer),
        "completion" => page.each(&answer["items"], |item| {
            let detail = item["detail"].as_str().unwrap_or("");
            format!("{} {detail}", item["label"].as_str().unwrap_or(""))
                .trim_end()
                .to_owned()
        }),
        "codeAction" => page.each(answer, |action| {
            format!(
                "{}: {}",
                action["kind"].as_str().unwrap_or(""),
                action["title"].as_str().unwrap_or("")
            )
        }),
        "prepareRename" => format!(
            "{} now {}\n",
            page.place(uri, &answer["range"]),
            answer["placeholder"].as_str().unwrap_or("")
        ),
        "formatting" | "rangeFormatting" | "rangesFormatting" | "onTypeFormatting" => {
            texts.units.edited(texts.of(uri), answer)
        }
        "codeLens" => page.each(answer, |lens| {
            let title = lens["command"]["title"].as_str().unwrap_or("…");
            format!("{} {title}", page.place(uri, &lens["range"]))
        }),
        "inlayHint" => page.hints(answer),
        "full" | "range" => page.tokens(&answer["data"], legend),
        "foldingRange" => page.each(answer, |fold| {
            let kind = fold["kind"].as_str().unwrap_or("block");
            format!("{kind} of lines {} to {}", fold["startLine"], fold["endLine"])
        }),
        "selectionRange" => page.each(answer, |chain| page.chain(chain)),
        "diagnostic" if answer.get("kind").is_some() => page.findings(uri, &answer["items"]),
        "diagnostic" => {
            let reports = answer["items"].as_array().cloned().unwrap_or_default();
            let shown = reports
                .iter()
                .map(|report| page.findings(report["uri"].as_str().unwrap_or(""), &report["items"]));
            shown.collect()
        }
        "textDocumentContent" => format!("{}\n", answer["text"].as_str().unwrap_or("").trim_end()),
        _ if answer.get("changes").or(answer.get("documentChanges")).is_some() => page.after(answer),
        _ => page.json(answer),
    }
}

struct Page<'a> {
    texts: &'a Texts,
    uri: &'a str,
}

impl Page<'_> {
    fn each(&self, list: &Value, line: impl Fn(&Value) -> String) -> String {
        let items = list.as_array().cloned().unwrap_or_default();
        match items.is_empty() {
            true => "nothing\n".to_owned(),
            false => items.iter().map(|item| line(item) + "\n").collect(),
        }
    }

    /// `file:line «what stands there»`, lines from 1.
    fn place(&self, uri: &str, range: &Value) -> String {
        let line = range["start"]["line"].as_u64().unwrap_or(0) + 1;
        let text = self.texts.units.slice(self.texts.of(uri), range);
        let mut first = text.lines().next().unwrap_or("").to_owned();
        if text.lines().count() > 1 {
            first.push('…');
        }
        format!("{}:{line} «{first}»", self.texts.name(uri))
    }

    fn hover(&self, answer: &Value) -> String {
        let text = answer["contents"]["value"].as_str().unwrap_or("").trim_end();
        match answer.get("range") {
            Some(range) => format!("{}\n{text}\n", self.place(self.uri, range)),
            None => format!("{text}\n"),
        }
    }

    fn locations(&self, answer: &Value) -> String {
        self.each(answer, |location| {
            self.place(location["uri"].as_str().unwrap_or(""), &location["range"])
        })
    }

    fn symbols(&self, list: &Value, depth: usize) -> String {
        let mut out = String::new();
        for symbol in list.as_array().into_iter().flatten() {
            let name = symbol["name"].as_str().unwrap_or("");
            assert_eq!(
                self.texts
                    .units
                    .slice(self.texts.of(self.uri), &symbol["selectionRange"]),
                name
            );
            let detail = symbol["detail"].as_str().unwrap_or("");
            let line = format!("{}{name} {detail}", "  ".repeat(depth));
            let _ = writeln!(out, "{}", line.trim_end());
            out += &self.symbols(&symbol["children"], depth + 1);
        }
        out
    }

    fn hierarchy(&self, item: &Value) -> String {
        let place = self.place(item["uri"].as_str().unwrap_or(""), &item["selectionRange"]);
        format!("{place} {}", item["detail"].as_str().unwrap_or(""))
    }

    /// One side of a call, and the places of the call in the file of `caller`.
    fn call(&self, item: &Value, caller: &Value, call: &Value) -> String {
        let file = caller["uri"].as_str().unwrap_or("");
        let ranges = call["fromRanges"].as_array().cloned().unwrap_or_default();
        let places: Vec<String> = ranges.iter().map(|range| self.place(file, range)).collect();
        format!("{} at {}", self.hierarchy(item), places.join(", "))
    }

    fn signature(&self, answer: &Value) -> String {
        let signature = &answer["signatures"][0];
        let active = answer["activeParameter"].as_u64().unwrap_or(0) as usize;
        let label = signature["parameters"][active]["label"].as_str().unwrap_or("");
        let whole = signature["label"].as_str().unwrap_or("");
        let shown = match whole.split_once(label).filter(|_| !label.is_empty()) {
            Some((before, after)) => format!("{before}«{label}»{after}"),
            None => whole.to_owned(),
        };
        format!("{shown}\n{}\n", signature["documentation"].as_str().unwrap_or(""))
    }

    fn hints(&self, answer: &Value) -> String {
        let text = self.texts.of(self.uri);
        let mut hints: Vec<(usize, &str)> = Vec::new();
        for hint in answer.as_array().into_iter().flatten() {
            let at = self.texts.units.offset(text, &hint["position"]);
            hints.push((at, hint["label"].as_str().unwrap_or("")));
        }
        let mut out = text.to_owned();
        hints.sort_by_key(|(at, _)| *at);
        for (at, label) in hints.into_iter().rev() {
            out.insert_str(at, &format!("«{label}»"));
        }
        out
    }

    fn tokens(&self, data: &Value, legend: &Value) -> String {
        let numbers: Vec<u64> = data
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_u64)
            .collect();
        let word = |list: &Value, at: u64| list[at as usize].as_str().unwrap_or("").to_owned();
        let (mut line, mut character) = (0, 0);
        let mut out = String::new();
        for token in numbers.chunks(5) {
            line += token[0];
            character = if token[0] == 0 { character + token[1] } else { token[1] };
            let at = |character: u64| json!({ "line": line, "character": character });
            let range = json!({ "start": at(character), "end": at(character + token[2]) });
            let text = self.texts.units.slice(self.texts.of(self.uri), &range);
            let modifiers = (0..8).filter(|bit| token[4] & (1 << bit) != 0);
            let modifiers: Vec<String> = modifiers.map(|bit| word(&legend["tokenModifiers"], bit)).collect();
            let shown = format!(
                "{text} {} {}",
                word(&legend["tokenTypes"], token[3]),
                modifiers.join(" ")
            );
            let _ = writeln!(out, "{}", shown.trim_end());
        }
        out
    }

    fn chain(&self, chain: &Value) -> String {
        let mut links = Vec::new();
        let mut next = chain;
        while !next.is_null() {
            links.push(self.place(self.uri, &next["range"]));
            next = &next["parent"];
        }
        links.join("\n")
    }

    fn findings(&self, uri: &str, items: &Value) -> String {
        let mut out = String::new();
        for item in items.as_array().into_iter().flatten() {
            let severity = ["", "error", "warning", "info", "hint"][item["severity"].as_u64().unwrap_or(0) as usize];
            let code = item["code"].as_str().unwrap_or("-");
            let message = item["message"].as_str().unwrap_or("").replace('\n', "\n    ");
            let _ = writeln!(out, "{} {severity} {code} {message}", self.place(uri, &item["range"]));
            if let Some(page) = item.pointer("/codeDescription/href").and_then(Value::as_str) {
                let _ = writeln!(out, "    see {page}");
            }
            for related in item["relatedInformation"].as_array().into_iter().flatten() {
                let location = &related["location"];
                let place = self.place(location["uri"].as_str().unwrap_or(""), &location["range"]);
                let _ = writeln!(out, "    {place} {}", related["message"].as_str().unwrap_or(""));
            }
            if item["tags"] == json!([1]) {
                out += "    shown as unnecessary\n";
            }
        }
        match out.is_empty() {
            true => format!("{}: nothing\n", self.texts.name(uri)),
            false => out,
        }
    }

    /// The files that an edit changes, after it.
    fn after(&self, edit: &Value) -> String {
        let mut files: BTreeMap<&str, String> = BTreeMap::new();
        for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
            files.insert(self.texts.name(uri), self.texts.units.edited(self.texts.of(uri), edits));
        }
        for change in edit["documentChanges"].as_array().into_iter().flatten() {
            if let Some(uri) = change.pointer("/textDocument/uri").and_then(Value::as_str) {
                let after = self.texts.units.edited(self.texts.of(uri), &change["edits"]);
                files.insert(self.texts.name(uri), after);
            }
        }
        files.iter().map(|(name, text)| format!("-- {name}\n{text}")).collect()
    }

    fn json(&self, answer: &Value) -> String {
        let text = serde_json::to_string_pretty(answer).expect("JSON is written");
        text.replace(&self.texts.root, "") + "\n"
    }
}
