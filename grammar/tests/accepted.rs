//! What both languages accept: no error, and a tree; and the corners of the grammar where two readings were possible.

use omnigraph_grammar::query::ast::{
    BlockWord, Body, Clause, Comparator, Expression, ExpressionKind, Literal, Query, Read,
};
use omnigraph_grammar::schema::ast::{AllowTarget, ArgumentValue, CoreType, Declaration, Expectation, Member};
use omnigraph_grammar::{Item, ItemKind, Language, items, query, schema};

fn clean_schema(text: &str) -> Vec<Declaration> {
    let (items, errors) = items(Language::Schema, text);
    assert_eq!(errors, [], "{text}");
    let parse = |i: &Item| {
        let parsed = schema::parse_item(&text[i.span.range()]);
        assert_eq!(parsed.errors, [], "{}", &text[i.span.range()]);
        let tree = parsed.tree.expect("a tree");
        assert_eq!(tree.name(), i.name.as_ref());
        tree
    };
    items.iter().map(parse).collect()
}

fn clean_query(text: &str) -> Vec<Query> {
    let (items, errors) = items(Language::Query, text);
    assert_eq!(errors, [], "{text}");
    let parse = |i: &Item| {
        assert!(matches!(i.kind, ItemKind::Query | ItemKind::Fragment), "{i:?}");
        let parsed = query::parse_item(&text[i.span.range()]);
        assert_eq!(parsed.errors, [], "{}", &text[i.span.range()]);
        let tree = parsed.tree.expect("a tree");
        assert_eq!(Some(&tree.name), i.name.as_ref());
        tree
    };
    items.iter().map(parse).collect()
}

fn read(query: &Query) -> &Read {
    match &query.body {
        Body::Read(read) => read,
        Body::Union(_) | Body::Mutation(_) | Body::Fragment(_) => panic!("{} is no read", query.name.text),
    }
}

/// The clauses of a query with some parameters.
fn clauses(parameters: &str, text: &str) -> Vec<Clause> {
    let query = clean_query(&format!(
        "query q({parameters}) {{ match {{ {text} }} return {{ $p }} }}"
    ));
    read(&query[0]).pattern.clauses.clone()
}

fn members(text: &str) -> Vec<Member> {
    match clean_schema(text).remove(0) {
        Declaration::Node(d) => d.members,
        Declaration::Edge(d) => d.members,
        other => panic!("{other:?} has no members"),
    }
}

#[test]
fn fragments() {
    let text = "fragment adult($p: Person, $from: I32 = 18) @description(\"a\") { $p.age >= $from  busy($p) }\n\
         query q() { match { $p: Person  adult($p, 21) } return { $p } }\n\
         fragment within($a: Person, $b: String, $c: [String], $d: Doc.kind) { $b contains $a }";
    let found = clean_query(text);
    let Body::Fragment(block) = &found[0].body else {
        panic!("a fragment")
    };
    assert_eq!(found[0].name.text, "adult");
    let default = found[0].parameters[1].default.as_ref().map(|default| default.span);
    assert_eq!(default.map(|span| &text[span.range()]), Some("18"));
    assert_eq!(block.clauses.len(), 2);
    assert_eq!(&text[block.span.range()], "{ $p.age >= $from  busy($p) }");
    let Clause::Condition(call) = &read(&found[1]).pattern.clauses[1] else {
        panic!("a call is a condition")
    };
    assert!(
        matches!(&call.kind, ExpressionKind::Apply(apply) if apply.name.text == "adult" && apply.arguments.len() == 2)
    );
    let nodes = found[2]
        .parameters
        .iter()
        .map(|parameter| parameter.ty.node().map(|name| name.text.as_str()));
    assert_eq!(nodes.collect::<Vec<_>>(), [Some("Person"), None, None, None]);
    // A value is no end of a traversal.
    let Body::Fragment(block) = &found[2].body else {
        panic!("a fragment")
    };
    assert!(matches!(block.clauses[0], Clause::Condition(_)));
    let nodes = clean_query("fragment f($a: Person, $b: Doc) { $b contains $a }");
    assert!(matches!(&nodes[0].body, Body::Fragment(block) if matches!(block.clauses[0], Clause::Traversal(_))));
}

/// `fragment` is a word at the start of an item alone.
#[test]
fn a_name_that_is_fragment() {
    let found = clean_query(
        "fragment fragment($fragment: Fragment) { $fragment fragment $q }\n\
         query fragment() { match { $p fragment $q  $q fragment{1,2} $r  fragment($p) } return { $p.fragment as fragment } order { fragment } }",
    );
    assert_eq!(found[0].name.text, "fragment");
    assert_eq!(read(&found[1]).pattern.clauses.len(), 3);
}

#[test]
fn the_examples() {
    assert_eq!(clean_schema(include_str!("../../examples/flights/schema.pg")).len(), 7);
    assert_eq!(clean_schema(include_str!("../../examples/movies/schema.pg")).len(), 7);
    assert_eq!(clean_query(include_str!("../../examples/flights/queries.gq")).len(), 8);
    assert_eq!(clean_query(include_str!("../../examples/movies/queries.gq")).len(), 8);
}

#[test]
fn the_corpus() {
    assert_eq!(clean_schema(include_str!("corpus/lab.pg")).len(), 5);
    assert_eq!(clean_schema(include_str!("corpus/forms.pg")).len(), 15);
    assert_eq!(clean_query(include_str!("corpus/forms.gq")).len(), 32);
}

#[test]
fn trees() {
    let schema = "node Book @owner(\"x\") implements A, B @card { title: String? @index @unique(title) @note(1) }";
    insta::assert_debug_snapshot!("node", schema::parse_item(schema).tree);
    let query = "query q($a: [String]?, $v: Vector(3)) @description(\"d\") {\n match { $p: Person { role: \"lead\" } \
                 $p $e:<follows>{1,3} $q not { $p.age >= 3.5 } }\n return { $p.name as n count($q) }\n \
                 order { nearest($p.vec, $v), n desc } limit 5 }";
    insta::assert_debug_snapshot!("read", query::parse_item(query).tree);
    let mutation =
        "query m($x: I32) { update Person set { age: $x } where name = date(\"2020-01-01\") delete Doc where a <= 1 }";
    insta::assert_debug_snapshot!("mutation", query::parse_item(mutation).tree);
}

#[test]
fn empty_files_and_byte_order_marks() {
    assert_eq!(clean_schema(""), []);
    assert_eq!(clean_query(" // nothing\n"), []);
    assert_eq!(clean_schema("\u{feff}node A {}").len(), 1);
    assert_eq!(clean_query("\u{feff}query a() { delete A where b = 1 }").len(), 1);
}

#[test]
fn annotations_find_their_place() {
    let text = "node Book { isbn: String @unique(isbn) @key @range(pages, 1..) pages: I32 @range(1..9) @check(\"x\") }";
    let members = members(text);
    let name = |a: &schema::ast::Annotation| a.name.text.clone();
    let shown: Vec<String> = members
        .iter()
        .map(|m| match m {
            Member::Property(p) => format!(
                "{} {:?}",
                p.name.text,
                p.annotations.iter().map(name).collect::<Vec<_>>()
            ),
            Member::Constraint(a) => format!("body {}", a.name.text),
            Member::Stray(a) => format!("stray {}", a.name.text),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "isbn [\"key\"]",
            "body unique",
            "body range",
            "pages [\"range\", \"check\"]"
        ]
    );
}

#[test]
fn enum_values_may_have_hyphens_and_digits() {
    let [Member::Property(p)] = &members("node A { m: enum(-a, b-, c--d, 2d, PG-13, true, 007)? }")[..] else {
        panic!()
    };
    let CoreType::Enum { values, .. } = &p.ty.core else {
        panic!()
    };
    let texts: Vec<&str> = values.iter().map(|v| v.text.as_str()).collect();
    assert_eq!(texts, ["-a", "b-", "c--d", "2d", "PG-13", "true", "007"]);
    assert!(p.ty.optional.is_some());
}

#[test]
fn integers_and_ranges_part() {
    let edge = clean_schema("edge A: B->C @card(0..5)");
    let Declaration::Edge(edge) = &edge[0] else { panic!() };
    let argument = &edge.annotations[0].arguments.as_ref().unwrap().list[0];
    let ArgumentValue::Range {
        low: Some(low),
        high: Some(high),
    } = &argument.value
    else {
        panic!()
    };
    assert_eq!((low.text.as_str(), high.text.as_str()), ("0", "5"));
}

#[test]
fn suppressions_and_data_checks() {
    let declarations = clean_schema(
        "allow OG-DS-104 on node Book.title because \"gone\" until \"2026-01-01\"\n\
         allow \"S063\" on schema because \"legacy\"\n\
         migration_check \"prices\" guards OG-MF-104, S063 on node Book { query { match { $b: Book { x: \"}\" } } return { $b } } expect no rows }\n\
         migration_check \"n\" { query { match { $b: Book } return { count($b) as n } } expect n >= 3 }",
    );
    let Declaration::Allow(allow) = &declarations[0] else {
        panic!()
    };
    assert_eq!(allow.code.text, "OG-DS-104");
    assert!(matches!(&allow.target, AllowTarget::Entity { property: Some(p), .. } if p.text == "title"));
    let Declaration::MigrationCheck(check) = &declarations[2] else {
        panic!()
    };
    assert_eq!(check.expect, Expectation::NoRows);
    let text = "migration_check \"n\" { query { match { } } expect rows < 3 }";
    let Some(Declaration::MigrationCheck(check)) = schema::parse_item(text).tree else {
        panic!()
    };
    assert_eq!(&text[check.query.range()], " match { } ");
}

fn compares(clause: &Clause, op: Comparator) -> bool {
    matches!(clause, Clause::Condition(Expression { kind: ExpressionKind::Compare(c), .. }) if c.op == op)
}

#[test]
fn contains_between_two_variables() {
    // A1: a filter if one of them is a parameter, a traversal otherwise.
    assert!(matches!(&clauses("", "$p contains $q")[..], [Clause::Traversal(t)] if t.edge.text == "contains"));
    assert!(matches!(&clauses("$q: String", "$p contains $q")[..], [f] if compares(f, Comparator::Contains)));
    assert!(matches!(&clauses("$q: String", "$q starts_with $p")[..], [f] if compares(f, Comparator::StartsWith)));
    assert!(matches!(
        &clauses("$q: String", "not { $p contains{1,2} $q }")[..],
        [Clause::Nested(_)]
    ));
    // A2
    let found = clauses("$list: [String]", "$list contains $p.role  $p wrote $d");
    assert!(matches!(&found[..], [Clause::Condition(_), Clause::Traversal(_)]));
}

#[test]
fn exists_is_a_word_before_a_block_alone() {
    let is_existence = |clause: &Clause| matches!(clause, Clause::Nested(n) if n.word == BlockWord::Exists);
    let block = &clauses("", "$p: P exists { $p wrote $d, 1 = 1 } not { exists { 2 < 1 } }")[..];
    assert!(is_existence(&block[1]) && matches!(&block[2], Clause::Nested(n) if is_existence(&n.blocks[0].clauses[0])));
    assert!(is_existence(&clauses("", "$p.x = $q exists{$q a $b}")[1]));
    // An edge, with and without bounds.
    let words = [("optional", 1), ("either", 2)];
    for (word, count) in words {
        let others = if count > 1 { " or{$q a $b}" } else { "" };
        let found = clauses(
            "",
            &format!("$p.x = $q {word}{{$q a $b}}{others} $p {word}{{1,2}} $q  $p {word} $q"),
        );
        assert!(
            matches!(&found[1], Clause::Nested(n) if n.word.text() == word && n.blocks.len() == count),
            "{found:?}"
        );
        assert!(
            matches!(&found[2..], [Clause::Traversal(_), Clause::Traversal(_)]),
            "{found:?}"
        );
    }
    assert!(matches!(
        &clauses("", "$p or{1,2} $q  $p or $q")[..],
        [Clause::Traversal(_), Clause::Condition(_) | Clause::Traversal(_)]
    ));
    for edge in [
        "$p exists $q",
        "$p exists{1,2} $q",
        "$p exists {1,} $q",
        "$p $e:exists{1,1} $q",
        "$p <exists> $q",
        "$p <exists>{2,3} $q",
        "$p\n exists\n $q",
        "$p Exists $q",
    ] {
        assert!(
            matches!(&clauses("", edge)[..], [Clause::Traversal(t)] if t.edge.text.eq_ignore_ascii_case("exists")),
            "{edge}"
        );
    }
    // A property, a parameter, a variable, a column, a query.
    let names = "query exists($exists: Bool) {
        match { $p: P { exists: $exists } $exists exists $p $p.exists = $exists exists = 1 }
        return { $p.exists as exists exists $exists.exists }
        order { exists desc, $p.exists }
    }";
    assert_eq!(query::parse_item(names).errors, []);
    let writes = "query exists() {
        insert P { exists: true }
        update P set { exists: true } where exists = false
        delete P where exists = true
    }";
    assert_eq!(query::parse_item(writes).errors, []);
}

#[test]
fn angle_brackets() {
    // A5
    assert!(matches!(&clauses("", "$a <follows> $b")[..], [Clause::Traversal(t)] if t.undirected));
    assert!(matches!(&clauses("", "$a < $b")[..], [Clause::Condition(_)]));
    assert!(matches!(
        &clauses("", "$a < total  $b <follows> $c")[..],
        [Clause::Condition(_), Clause::Traversal(_)]
    ));
}

#[test]
fn contextual_words_are_names() {
    for word in [
        "query",
        "match",
        "return",
        "returning",
        "order",
        "limit",
        "insert",
        "upsert",
        "set",
        "where",
        "as",
        "asc",
        "count",
        "date",
        "true",
    ] {
        let found = clauses("", &format!("$p {word} $q  $p.{word} = 1  $d: Doc {{ {word}: 2 }}"));
        assert!(
            matches!(
                &found[..],
                [Clause::Traversal(_), Clause::Condition(_), Clause::Binding(_)]
            ),
            "{word}"
        );
        let query = format!("query {word}() {{ match {{ $p: P }} return {{ $p.x as {word} }} }}");
        assert_eq!(clean_query(&query)[0].name.text, word);
    }
    for word in [
        "node",
        "edge",
        "interface",
        "implements",
        "enum",
        "type",
        "true",
        "key",
        "on",
        "expect",
        "allow",
    ] {
        assert_eq!(
            members(&format!("node A {{ {word}: String @unique({word}) }}")).len(),
            2,
            "{word}"
        );
    }
}

#[test]
fn aliases_and_literals() {
    let query = clean_query(
        "query q() { match { $p: P } return { $p.name as n count($q) as c $p.x first } order { count desc, true, asc asc } }",
    );
    let read = read(&query[0]);
    assert_eq!(read.projections.len(), 4);
    let kinds: Vec<&ExpressionKind> = read.order.iter().map(|k| &k.expression.kind).collect();
    assert!(matches!(kinds[0], ExpressionKind::Alias(a) if a == "count"));
    assert!(matches!(kinds[1], ExpressionKind::Literal(Literal::Boolean(true))));
    assert!(matches!(kinds[2], ExpressionKind::Alias(a) if a == "asc"));
}

#[test]
fn after_is_a_word_behind_the_sections() {
    let query = clean_query(
        "query after($after: String?) { match { $p: P  $p after $q  $p.after = 3 } return { $p.after as after } order { after } limit 3 after $after }",
    );
    let Body::Read(read) = &query[0].body else {
        panic!("it is a read")
    };
    let after = read.after.as_ref().expect("a page");
    assert_eq!(after.parameter.text, "after");
    assert!(read.limit.is_some() && read.offset.is_none());
    let branch = "{ match { $p: P } return { $p.x as x } }";
    let union = clean_query(&format!(
        "query q($c: String?) {{ union {branch} {branch} order {{ x }} after $c }}"
    ));
    assert!(matches!(&union[0].body, Body::Union(union) if union.after.is_some() && union.limit.is_none()));
}

#[test]
fn union_is_a_word_where_a_body_starts() {
    let reads = "{ match { $p: P  $p union $q } return { $p.union as all } } { match { $p: P } return { $p.x as all } limit 2 }";
    let query = clean_query(&format!(
        "query union() {{ union all {reads} order {{ all desc }} limit 3 offset 1 }}"
    ));
    let Body::Union(union) = &query[0].body else {
        panic!("it is a union")
    };
    assert!(union.all.is_some() && union.order.len() == 1 && union.limits().count() == 2);
    let clauses = union.branches.iter().map(|branch| branch.read.pattern.clauses.len());
    assert_eq!(clauses.collect::<Vec<_>>(), [2, 1]);
    assert_eq!(union.branches[1].read.limits().count(), 1);
    let plain = clean_query(&format!("query q() {{ union {reads} }}"));
    assert!(matches!(&plain[0].body, Body::Union(union) if union.all.is_none() && union.order.is_empty()));
}

#[test]
fn is_before_a_type_tests_it() {
    let query = clean_query(
        "query q() { match { $a is $b $a is Person ($a is not Doc or $a.x is not null) $b is Doc $a knows $b } \
         return { $a is Person as human $b is Doc as other } }",
    );
    let read = read(&query[0]);
    let forms: Vec<&str> = read
        .pattern
        .clauses
        .iter()
        .map(|clause| match clause {
            Clause::Traversal(_) => "traversal",
            Clause::Condition(condition) => match &condition.kind {
                ExpressionKind::TypeTest(test) if test.negated => "is not",
                ExpressionKind::TypeTest(_) => "is",
                _ => "condition",
            },
            _ => "other",
        })
        .collect();
    assert_eq!(forms, ["traversal", "is", "condition", "is", "traversal"]);
    assert_eq!(read.projections.len(), 2);
    for projection in &read.projections {
        assert!(matches!(projection.expression.kind, ExpressionKind::TypeTest(_)));
    }
}
