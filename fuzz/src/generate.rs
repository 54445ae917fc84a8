//! Random files that are well formed, with comments and blank lines between any two tokens.

use super::random::Random;

/// A schema file.
pub fn schema(random: &mut Random) -> String {
    let mut file = Text::new(random);
    for _ in 0..1 + file.random.below(3) {
        match file.random.below(8) {
            0 => interface(&mut file),
            1..4 => node(&mut file),
            4..7 => edge(&mut file),
            _ => directive(&mut file),
        }
    }
    file.finish()
}

/// A query file.
pub fn queries(random: &mut Random) -> String {
    let mut file = Text::new(random);
    for _ in 0..1 + file.random.below(2) {
        query(&mut file);
    }
    file.finish()
}

/// Tokens with something between them.
struct Text<'r> {
    random: &'r mut Random,
    out: String,
    comments: usize,
}

impl<'r> Text<'r> {
    fn new(random: &'r mut Random) -> Text<'r> {
        Text {
            random,
            out: String::new(),
            comments: 0,
        }
    }

    fn finish(mut self) -> String {
        self.gap(true);
        self.out
    }

    fn gap(&mut self, open: bool) {
        loop {
            self.comments += 1;
            let comment = self.comments;
            match self.random.below(24) {
                0..3 if open => return,
                0..14 => self.out.push(' '),
                14..17 => self.out.push('\n'),
                17 => self.out.push_str("\n\n\n"),
                18 => self.out.push('\t'),
                19 => self.out += &format!(" // c{comment}\n"),
                20 => self.out += &format!("\n\n// c{comment} \n"),
                21 => self.out += &format!("/* c{comment} */"),
                22 => self.out += &format!(" /* c{comment}\n   b */\n"),
                _ => {
                    self.out += &format!(" // c{comment}\n");
                    continue;
                }
            }
            return;
        }
    }

    /// Adds a token, away from the last one where the two would melt into one.
    fn put(&mut self, token: &str) {
        let brackets = |c: Option<char>| c.is_none_or(|c| "{}()[],".contains(c) || c.is_whitespace());
        let open = brackets(self.out.chars().last()) || brackets(token.chars().next());
        self.gap(open);
        self.out.push_str(token);
    }

    fn all(&mut self, tokens: &str) {
        tokens.split(' ').for_each(|token| self.put(token));
    }

    fn chance(&mut self, of: usize) -> bool {
        self.random.below(of) == 0
    }

    fn pick(&mut self, words: &[&str]) {
        let word = *self.random.pick(words);
        self.put(word);
    }

    fn name(&mut self) {
        self.pick(&[
            "title",
            "pages",
            "code",
            "node",
            "edge",
            "match",
            "limit",
            "set",
            "true_north",
            "x9",
            "_a",
            "where",
        ]);
    }

    fn type_name(&mut self) {
        self.pick(&["Book", "Member", "Shelf", "Node", "A", "Person2"]);
    }

    fn string(&mut self) {
        self.pick(&[
            "\"a\"",
            "\"\"",
            "\"two words\"",
            "\"// no comment\"",
            "\"\\\\d{4}\"",
            "\"größer 🦀\"",
            "\"a\nb\"",
        ]);
    }

    fn variable(&mut self) {
        self.pick(&["$p", "$q", "$_", "$other", "$x1"]);
    }
}

// ---- schemas ---------------------------------------------------------------

fn interface(file: &mut Text) {
    file.put("interface");
    file.type_name();
    note(file);
    file.put("{");
    for _ in 0..file.random.below(3) {
        property(file);
    }
    file.put("}");
}

fn node(file: &mut Text) {
    file.put("node");
    file.type_name();
    note(file);
    if file.chance(3) {
        file.put("implements");
        file.type_name();
        if file.chance(2) {
            file.put(",");
            file.type_name();
        }
    }
    file.put("{");
    members(file);
    file.put("}");
}

fn edge(file: &mut Text) {
    file.put("edge");
    file.type_name();
    file.put(":");
    file.type_name();
    file.put("->");
    file.type_name();
    if file.chance(2) {
        file.all("@ card (");
        file.pick(&["0..1", "1..1", "0..", "2.."]);
        file.put(")");
    }
    note(file);
    if file.chance(2) {
        file.put("{");
        members(file);
        file.put("}");
    }
}

fn directive(file: &mut Text) {
    file.all("allow OG-DS-104 on node Tome.title because");
    file.put("\"it was never used\"");
    if file.chance(2) {
        file.put("until");
        file.put("\"2026-01-31\"");
    }
}

fn members(file: &mut Text) {
    for _ in 0..file.random.below(4) {
        property(file);
        match file.random.below(6) {
            0 => {
                file.put("@");
                file.pick(&["key", "unique", "index"]);
                file.put("(");
                file.name();
                if file.chance(2) {
                    file.put(",");
                    file.name();
                }
                file.put(")");
            }
            1 => {
                file.all("@ range (");
                file.name();
                file.put(",");
                file.pick(&["1..9", "-1.5..2", "..7", "0.."]);
                file.put(")");
            }
            2 => {
                file.all("@ check (");
                file.name();
                file.put(",");
                file.string();
                file.put(")");
            }
            _ => {}
        }
    }
}

fn property(file: &mut Text) {
    file.name();
    file.put(":");
    match file.random.below(8) {
        0 => {
            file.put("enum");
            file.put("(");
            file.pick(&["calm", "PG-13", "-a", "2d", "true"]);
            for _ in 0..file.random.below(3) {
                file.put(",");
                file.pick(&["loud", "c--d", "007"]);
            }
            file.put(")");
        }
        1 => {
            file.put("Vector");
            file.put("(");
            file.pick(&["1", "3", "1536"]);
            file.put(")");
        }
        2 => {
            file.put("[");
            file.pick(&["String", "I32", "Date"]);
            file.put("]");
        }
        _ => file.pick(&["String", "Bool", "I32", "I64", "U64", "F64", "Date", "DateTime", "Blob"]),
    }
    if file.chance(3) {
        file.put("?");
    }
    if file.chance(4) {
        file.put("@");
        file.pick(&["key", "index", "unique"]);
    }
    note(file);
}

fn note(file: &mut Text) {
    while file.chance(3) {
        file.put("@");
        match file.random.below(3) {
            0 => {
                file.put("description");
                file.put("(");
                file.string();
                file.put(")");
            }
            1 => {
                file.all("note ( 1.5 , unit =");
                file.string();
                file.put(")");
            }
            _ => file.put("owner"),
        }
    }
}

// ---- queries ---------------------------------------------------------------

fn query(file: &mut Text) {
    let is_fragment = file.chance(4);
    file.put(if is_fragment { "fragment" } else { "query" });
    file.name();
    file.put("(");
    let parameters = file.random.below(3);
    for number in 0..parameters {
        file.put(["$a", "$b", "$c"][number]);
        file.put(":");
        match file.random.below(4) {
            0 => file.all("[ String ]"),
            1 => file.all("Vector ( 2 )"),
            2 if is_fragment => file.type_name(),
            _ => file.pick(&["String", "I32", "F64", "Date"]),
        }
        if file.chance(3) {
            file.put("?");
        }
        if number + 1 < parameters {
            file.put(",");
        }
    }
    file.put(")");
    if file.chance(3) {
        file.all("@description (");
        file.string();
        file.put(")");
    }
    if is_fragment {
        return block(file, 0);
    }
    file.put("{");
    if file.chance(3) {
        for _ in 0..1 + file.random.below(2) {
            statement(file);
        }
    } else if file.chance(4) {
        file.put("union");
        if file.chance(2) {
            file.put("all");
        }
        for _ in 0..2 + file.random.below(2) {
            file.put("{");
            read(file);
            file.put("}");
        }
        tail(file);
    } else {
        read(file);
    }
    file.put("}");
}

fn statement(file: &mut Text) {
    match file.random.below(3) {
        0 => {
            file.put("insert");
            file.type_name();
            assignments(file, true);
        }
        1 => {
            file.put("update");
            file.type_name();
            file.put("set");
            assignments(file, true);
            file.put("where");
            file.name();
            comparison(file);
            value(file);
        }
        _ => {
            file.put("delete");
            file.type_name();
            file.put("where");
            file.name();
            comparison(file);
            value(file);
        }
    }
}

/// The assignments of a statement, which can do without commas, or of a binding.
fn assignments(file: &mut Text, loose: bool) {
    file.put("{");
    for _ in 0..1 + file.random.below(3) {
        file.name();
        file.put(":");
        value(file);
        if !loose || file.chance(2) {
            file.put(",");
        }
    }
    file.put("}");
}

fn comparison(file: &mut Text) {
    file.pick(&["=", "!=", "<", "<=", ">", ">="]);
}

fn value(file: &mut Text) {
    match file.random.below(8) {
        0 => file.pick(&["$a", "$b"]),
        1 => file.pick(&["1", "007", "2.5", "true", "false"]),
        2 => {
            file.put("[");
            for _ in 0..file.random.below(3) {
                file.pick(&["1", "2.5", "false", "\"x\"", "[]"]);
                file.put(",");
            }
            file.put("]");
        }
        3 => file.all("date ( \"2020-01-01\" )"),
        4 => file.all("now ( )"),
        _ => file.string(),
    }
}

fn read(file: &mut Text) {
    if file.chance(5) {
        file.put("match");
        block(file, 0);
        file.all("with {");
        file.variable();
        if file.chance(2) {
            file.put(",");
            property_of(file);
            file.put("as");
            file.variable();
        }
        file.put("}");
        tail(file);
    }
    file.put("match");
    block(file, 0);
    file.all("return {");
    for _ in 0..1 + file.random.below(3) {
        projection(file);
        if file.chance(2) {
            file.put(",");
        }
    }
    file.put("}");
    tail(file);
}

fn tail(file: &mut Text) {
    if file.chance(3) {
        file.all("order {");
        property_of(file);
        if file.chance(2) {
            file.pick(&["asc", "desc"]);
        }
        file.put("}");
    }
    if file.chance(3) {
        file.all("limit 10");
    }
}

fn block(file: &mut Text, depth: usize) {
    file.put("{");
    for _ in 0..1 + file.random.below(3) {
        match file.random.below(8) {
            0 if depth < 3 => {
                file.pick(&["not", "exists", "optional"]);
                block(file, depth + 1);
            }
            7 if depth < 3 => {
                file.put("either");
                block(file, depth + 1);
                for _ in 0..1 + file.random.below(2) {
                    file.put("or");
                    block(file, depth + 1);
                }
            }
            1 | 2 => {
                file.variable();
                file.put(":");
                file.type_name();
                if file.chance(2) {
                    assignments(file, false);
                }
            }
            3 | 4 => {
                file.variable();
                file.pick(&["follows", "wrote", "cites"]);
                if file.chance(3) {
                    file.all("{ 1 , 3 }");
                }
                file.variable();
            }
            6 => {
                let word = if file.chance(2) { "let" } else { "each" };
                file.put(word);
                file.variable();
                file.put(if word == "let" { "=" } else { "in" });
                property_of(file);
            }
            5 if file.chance(2) => {
                file.pick(&["adult", "near"]);
                file.put("(");
                file.variable();
                file.all(", 3 )");
            }
            5 => {
                file.all("search ( $p.title ,");
                file.string();
                file.put(")");
            }
            _ => {
                property_of(file);
                comparison(file);
                value(file);
            }
        }
        if file.chance(3) {
            file.put(",");
        }
    }
    file.put("}");
}

fn property_of(file: &mut Text) {
    file.pick(&["$p", "$q"]);
    file.put(".");
    file.name();
}

fn projection(file: &mut Text) {
    match file.random.below(4) {
        0 => {
            file.pick(&["count", "sum", "avg", "min", "max"]);
            file.put("(");
            property_of(file);
            file.put(")");
        }
        1 => file.variable(),
        _ => property_of(file),
    }
    if file.chance(3) {
        file.put("as");
        file.pick(&["total", "n", "other"]);
    }
}
