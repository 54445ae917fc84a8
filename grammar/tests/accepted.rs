//! What both languages accept, whole: no error, and a tree.

use omnigraph_grammar::{ItemKind, Language, items, query, schema};

fn clean_schema(text: &str) -> Vec<schema::ast::Declaration> {
    let (items, errors) = items(Language::Schema, text);
    assert_eq!(errors, [], "{text}");
    let parse = |i: &omnigraph_grammar::Item| {
        let parsed = schema::parse_item(&text[i.span.range()]);
        assert_eq!(parsed.errors, [], "{}", &text[i.span.range()]);
        let tree = parsed.tree.expect("a tree");
        assert_eq!(tree.name(), i.name.as_ref());
        tree
    };
    items.iter().map(parse).collect()
}

fn clean_query(text: &str) -> Vec<query::ast::Query> {
    let (items, errors) = items(Language::Query, text);
    assert_eq!(errors, [], "{text}");
    let parse = |i: &omnigraph_grammar::Item| {
        assert_eq!(i.kind, ItemKind::Query);
        let parsed = query::parse_item(&text[i.span.range()]);
        assert_eq!(parsed.errors, [], "{}", &text[i.span.range()]);
        let tree = parsed.tree.expect("a tree");
        assert_eq!(Some(&tree.name), i.name.as_ref());
        tree
    };
    items.iter().map(parse).collect()
}

#[test]
fn the_examples() {
    assert_eq!(clean_schema(include_str!("../../examples/flights/schema.pg")).len(), 7);
    assert_eq!(clean_schema(include_str!("../../examples/movies/schema.pg")).len(), 7);
    assert_eq!(clean_query(include_str!("../../examples/flights/queries.gq")).len(), 8);
    assert_eq!(clean_query(include_str!("../../examples/movies/queries.gq")).len(), 6);
}
