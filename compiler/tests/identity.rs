//! Identities: the worked example with its numbers, renames, lives of types and properties, and what a damaged schema
//! is refused for.

use omnigraph_compiler::catalog::of_source;
use omnigraph_compiler::schema::accept;
use omnigraph_compiler::schema_text::{self, check_schema_text, text_is_true};
use omnigraph_model::schema::{Accepted, Allocate, Blocks, ConstraintIr, Counter, Metric, SchemaObject};

const LIBRARY: &str = r#"
interface Slugged { slug: String @key }

node Book implements Slugged @description("A title held by the library") {
    title: String @index
    pages: U32?
    mood: enum(loud, calm)?
    blurb: String?
    blurb_vec: Vector(4)? @embed(blurb, model="mini-4")
    @range(pages, 1..5000)
}

node Member { name: String  card_no: String @unique }

edge Borrowed: Book -> Member @card(0..1) {
    due: Date
    @unique(src, dst)
}
"#;

const DOMAIN: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

fn create(source: &str) -> SchemaObject {
    schema_text::create(source, &mut Blocks::new(DOMAIN, [0])).expect("a good schema")
}

fn evolve(object: &SchemaObject, source: &str, block: u64) -> SchemaObject {
    let next = schema_text::evolve(object, source, &mut Blocks::new("", [block])).expect("a good successor");
    assert_eq!(next.ir.validate(), Ok(()));
    assert_eq!(next.ir.validate_evolution(&object.ir), Ok(()));
    next
}

fn node_id(object: &SchemaObject, name: &str) -> (u64, u64) {
    let identity = object.catalog().node(name).expect("the node").identity;
    (identity.type_id, identity.incarnation)
}

fn property_id(object: &SchemaObject, node: &str, property: &str) -> u64 {
    let catalog = object.catalog();
    catalog
        .node(node)
        .and_then(|node| node.property(property))
        .expect("the property")
        .id
}

#[test]
fn the_worked_example_has_its_numbers() {
    let object = create(LIBRARY);
    let ir = &object.ir;
    assert_eq!(ir.validate(), Ok(()));
    let mut numbers: Vec<(String, u64)> = Vec::new();
    for d in &ir.interfaces {
        numbers.push((d.name.clone(), d.type_id));
        numbers.extend(
            d.properties
                .iter()
                .map(|p| (format!("{}.{}", d.name, p.name), p.property_id)),
        );
    }
    for d in &ir.nodes {
        numbers.push((d.name.clone(), d.type_id));
        numbers.push((format!("{} rows", d.name), d.table_incarnation_id));
        numbers.extend(
            d.properties
                .iter()
                .map(|p| (format!("{}.{}", d.name, p.name), p.property_id)),
        );
    }
    for d in &ir.edges {
        numbers.push((d.name.clone(), d.type_id));
        numbers.push((format!("{} rows", d.name), d.table_incarnation_id));
        numbers.extend(
            d.properties
                .iter()
                .map(|p| (format!("{}.{}", d.name, p.name), p.property_id)),
        );
    }
    numbers.sort_by_key(|(_, number)| *number);
    let listed: Vec<String> = numbers
        .iter()
        .map(|(name, number)| format!("{number} {name}"))
        .collect();
    insta::assert_snapshot!(listed.join("\n"), @r"
    1 Slugged
    2 Book
    3 Member
    4 Borrowed
    5 Slugged.slug
    6 Book.blurb
    7 Book.blurb_vec
    8 Book.mood
    9 Book.pages
    10 Book.slug
    11 Book.title
    12 Member.card_no
    13 Member.name
    14 Borrowed.due
    15 Book rows
    16 Member rows
    17 Borrowed rows
    ");
    assert_eq!(ir.next_identity_id, 18);
    let slug = ir.nodes[0].properties.iter().find(|p| p.name == "slug").expect("slug");
    assert!(!slug.declared_directly);
    assert_eq!(slug.satisfies_interface_properties[0].property_id, 5);
}

#[test]
fn the_worked_example_has_its_catalog() {
    let catalog = create(LIBRARY).catalog();
    let book = catalog.node("Book").expect("Book");
    let names: Vec<&str> = book.properties.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["blurb", "blurb_vec", "mood", "pages", "slug", "title"]);
    let shown: Vec<&str> = book.visible_properties().iter().map(|p| p.name.as_str()).collect();
    assert_eq!(shown, ["title", "pages", "mood", "blurb", "blurb_vec", "slug"]);
    assert_eq!(book.key, ["slug"]);
    assert_eq!(book.indexes, [["slug"], ["title"]]);
    assert!(book.unique.is_empty());
    assert_eq!(book.property("mood").expect("mood").ty.to_string(), "enum(calm, loud)?");
    assert_eq!(book.property("blurb_vec").expect("blurb_vec").metric, Some(Metric::L2));
    assert_eq!(book.embeds[0].source, "blurb");
    assert_eq!(book.embeds[0].model.as_deref(), Some("mini-4"));
    let borrowed = catalog.edge("borrowed").expect("found in any case");
    assert_eq!(borrowed.unique, [["dst", "src"]]);
    assert_eq!((borrowed.cardinality.min, borrowed.cardinality.max), (0, Some(1)));
}

#[test]
fn the_number_of_new_numbers_is_known_beforehand() {
    assert_eq!(schema_text::needed(LIBRARY, None), 17);
    let object = create(LIBRARY);
    assert_eq!(schema_text::needed(LIBRARY, Some(&object.ir)), 0);
    let more = LIBRARY.replace("name: String", "name: String  email: String?");
    assert_eq!(schema_text::needed(&more, Some(&object.ir)), 1);
    let new_type = format!("{LIBRARY}\nnode Shelf {{ code: String @key }}");
    assert_eq!(schema_text::needed(&new_type, Some(&object.ir)), 3);
}

#[test]
fn a_rename_keeps_every_number() {
    let first = create("node Tome { name: String @key pages: I32? }");
    let second = evolve(
        &first,
        "node Book @rename_from(\"Tome\") { title: String @key @rename_from(\"name\") pages: I32? }",
        1,
    );
    assert_eq!(node_id(&first, "Tome"), node_id(&second, "Book"));
    assert_eq!(
        property_id(&first, "Tome", "name"),
        property_id(&second, "Book", "title")
    );
    assert_ne!(first.ir.hash(), second.ir.hash());
    let without_hints = evolve(&second, "node Book { title: String @key pages: I32? }", 2);
    assert_eq!(second.ir, without_hints.ir);
}

#[test]
fn a_composite_key_has_the_order_in_which_it_is_declared() {
    let first = create("node Spot { aisle: String shelf: String @key(shelf, aisle) }");
    assert_eq!(first.catalog().node("Spot").expect("Spot").key, ["shelf", "aisle"]);
    let second = evolve(
        &first,
        "node Spot { zone: String @rename_from(aisle) shelf: String @key(shelf, zone) }",
        1,
    );
    assert_eq!(second.catalog().node("Spot").expect("Spot").key, ["shelf", "zone"]);
    // Whatever the properties' numbers are.
    let third = evolve(&second, "node Spot { zone: String shelf: String @key(zone, shelf) }", 2);
    assert_eq!(third.catalog().node("Spot").expect("Spot").key, ["zone", "shelf"]);
    assert_eq!(third.ir.shape().hash(), second.ir.shape().hash());
    assert_ne!(third.ir.hash(), second.ir.hash());
    let opened = SchemaObject::open(&third.to_json()).expect("it is whole");
    assert_eq!(opened.catalog().node("Spot").expect("Spot").key, ["zone", "shelf"]);
}

/// Before keys had their own order, their columns were stored in that of their numbers.
#[test]
fn a_schema_that_was_stored_with_a_key_in_another_order_can_be_opened() {
    let text = "node Spot { aisle: String shelf: String @key(shelf, aisle) }";
    let mut object = create(text);
    for constraint in &mut object.ir.nodes[0].constraints {
        if let ConstraintIr::Key { fields } = constraint {
            fields.reverse();
        }
    }
    object.state = object.ir.state();
    let opened = SchemaObject::open(&object.to_json()).expect("it is whole");
    assert_eq!(opened.catalog().node("Spot").expect("Spot").key, ["aisle", "shelf"]);
}

#[test]
fn what_is_dropped_and_added_again_is_new() {
    let first = create("node A { x: String y: I32? } node B {}");
    let dropped = evolve(&first, "node A { x: String }", 1);
    let again = evolve(&dropped, "node A { x: String y: I32? } node B {}", 1);
    assert_eq!(node_id(&first, "A"), node_id(&again, "A"));
    assert_eq!(property_id(&first, "A", "x"), property_id(&again, "A", "x"));
    assert_ne!(property_id(&first, "A", "y"), property_id(&again, "A", "y"));
    assert_ne!(node_id(&first, "B"), node_id(&again, "B"));
    assert!(
        property_id(&again, "A", "y") > Blocks::SIZE,
        "drawn from the claimed block"
    );
}

#[test]
fn an_interface_hands_its_hint_to_its_nodes() {
    let first = create("interface Named { name: String } node A implements Named {} node B {}");
    let second = evolve(
        &first,
        "interface Named { title: String @rename_from(\"name\") } node A implements Named {} node B implements Named {}",
        1,
    );
    assert_eq!(property_id(&first, "A", "name"), property_id(&second, "A", "title"));
    assert!(property_id(&second, "B", "title") > Blocks::SIZE);
}

#[test]
fn layout_order_and_spelling_are_no_part_of_the_meaning() {
    let shape = |text: &str| check_schema_text(text).check.shape.hash();
    let plain = shape("node A { x: String @unique y: enum(b, a) v: Vector(2) @key(x) } edge E: A -> A");
    let other = shape(
        "edge E: A -> A {}\n// a comment\nnode A {\n    v: Vector(2) @metric(\"l2\")\n    y: enum(a, b)\n    x: String @key\n    @unique(x)\n}",
    );
    assert_eq!(plain, other);
    assert_ne!(
        plain,
        shape("node A { x: String @unique y: enum(b, a) v: Vector(3) @key(x) } edge E: A -> A")
    );
}

#[test]
fn a_catalog_without_a_store_counts_from_one() {
    let check = check_schema_text("node A { x: String }").check;
    let catalog = of_source(&check);
    assert_eq!(catalog.node("A").expect("A").identity.type_id, 1);
}

#[test]
fn blocks_run_out_and_say_so() {
    let many: Vec<String> = (0..70).map(|n| format!("p{n}: I32?")).collect();
    let source = format!("node Wide {{ {} }}", many.join(" "));
    let errors = schema_text::create(&source, &mut Blocks::new(DOMAIN, [3])).expect_err("72 numbers do not fit");
    assert_eq!(errors[0].rule.code, "S097");
    assert!(errors[0].span.start > 0, "at the declaration that needed a number");
    let object = schema_text::create(&source, &mut Blocks::new(DOMAIN, [3, 9])).expect("two blocks are enough");
    assert_eq!(object.ir.validate(), Ok(()));
    let wide = &object.ir.nodes[0];
    assert_eq!(wide.type_id, 3 * 64 + 1);
    assert_eq!(wide.table_incarnation_id, 9 * 64 + 8);
}

#[test]
fn a_stored_schema_opens_as_it_was() {
    let object = create(LIBRARY);
    let opened = SchemaObject::open(&object.to_json()).expect("opens");
    assert_eq!(object, opened);
}

#[test]
fn a_stored_schema_that_was_touched_is_refused() {
    let json = create(LIBRARY).to_json();
    let touched = [
        ("A title held", "A title sold"),
        ("title: String @index", "title: String"),
        ("\"max\":1", "\"max\":2"),
        ("\"type_id\":3", "\"type_id\":33"),
        (DOMAIN, "01arz3ndektsv4rrffq69g5fav"),
        ("\"ir_version\":2", "\"ir_version\":3"),
        ("\"format\":1", "\"format\":7"),
        ("\"next_identity_id\":18", "\"next_identity_id\":17"),
        ("sha256:", "sha256:0"),
    ];
    for (from, to) in touched {
        assert!(json.contains(from), "{from}");
        let opened = SchemaObject::open(&json.replacen(from, to, 1));
        assert!(
            opened.is_err() || opened.is_ok_and(|object| !text_is_true(&object)),
            "{from}"
        );
    }
    assert!(SchemaObject::open("{").is_err());
}

/// Every rule of the form, broken one at a time.
#[test]
fn a_damaged_form_is_refused() {
    type Damage = fn(&mut Accepted);
    let damages: [(&str, Damage); 16] = [
        ("number 0", |ir| ir.nodes[0].type_id = 0),
        ("used twice", |ir| ir.nodes[0].properties[0].property_id = 2),
        ("never handed out", |ir| ir.nodes[0].table_incarnation_id = 99),
        ("nodes are not in order", |ir| ir.nodes.swap(0, 1)),
        ("properties of Book", |ir| ir.nodes[0].properties.swap(0, 1)),
        ("constraints of Book", |ir| ir.nodes[0].constraints.swap(0, 1)),
        ("not an opaque annotation", |ir| {
            ir.nodes[0].annotations[0].name = "key".to_owned()
        }),
        ("injected by nothing", |ir| {
            ir.nodes[0].properties[4].satisfies_interface_properties.clear()
        }),
        ("has the number", |ir| ir.edges[0].from_type.name = "Member".to_owned()),
        ("has the number", |ir| ir.nodes[0].implements[0].type_id = 3),
        ("cannot be injected", |ir| {
            ir.interfaces[0].properties[0].declared_directly = false
        }),
        ("reserved name", |ir| ir.edges[0].properties[0].name = "src".to_owned()),
        ("does not satisfy", |ir| {
            ir.interfaces[0].properties[0].prop_type.nullable = true
        }),
        ("told twice", |ir| {
            ir.nodes[0].properties[0].property_constraints.index = true
        }),
        ("reversed", |ir| ir.edges[0].cardinality.min = 2),
        ("lacks Slugged.slug", |ir| {
            ir.nodes[0].properties[4].satisfies_interface_properties.clear();
            ir.nodes[0].properties[4].declared_directly = true;
        }),
    ];
    for (message, damage) in damages {
        let mut ir = create(LIBRARY).ir;
        damage(&mut ir);
        let error = ir.validate().expect_err(message);
        assert!(error.contains(message), "{error}, not {message}");
    }
}

#[test]
fn a_successor_of_another_graph_is_refused() {
    let object = create(LIBRARY);
    let mut other = object.ir.clone();
    other.schema_identity_domain = "01BX5ZZKBKACTAV9WEVGEMMVRZ".to_owned();
    assert!(other.validate_evolution(&object.ir).is_err());
    let mut back = object.ir.clone();
    back.next_identity_id = 40;
    assert!(object.ir.validate_evolution(&back).is_err());
}

#[test]
fn a_swap_of_names_changes_nothing() {
    let first = create("node A { x: String } node B { x: String }");
    let text = "node B @rename_from(\"A\") { x: String } node A @rename_from(\"B\") { x: String }";
    let check = check_schema_text(text).check;
    let (ir, warnings) = accept(&check, Some(&first.ir), &mut Counter::default()).expect("both names exist");
    assert_eq!(ir, first.ir);
    assert_eq!(warnings.iter().filter(|w| w.rule.code == "S095").count(), 2);
}

#[test]
fn a_graph_without_a_domain_of_its_own_has_the_empty_one() {
    let mut counter = Counter::default();
    assert_eq!(counter.domain(), "00000000000000000000000000");
    assert_eq!(counter.next(), Some(1));
}

/// A graph that was accepted with a construct that is refused today goes on with it, but a new one is not let in.
#[test]
fn what_was_accepted_once_may_stay() {
    let text = |range: &str| format!("node Book {{ title: String pages: I32 {range} }}\n");
    let lived = |range: &str| {
        let object = create(&text("@note(1)"));
        let json = object.to_json().replace(" @note(1)", &format!(" @note(1) {range}"));
        SchemaObject::open(&json).expect("it opens all the same")
    };
    let evolved = |object: &SchemaObject, source: &str| schema_text::evolve(object, source, &mut Blocks::new("", [9]));
    let old = lived("@range(900..1)");
    let kept = text("@note(1) @range( 900 .. 1 )").replace("title", "/* moved */ title");
    assert!(evolved(&old, &kept).is_ok());
    let renamed = kept.replace("Book", "Tome @rename_from(\"Book\")");
    assert!(evolved(&old, &renamed).is_ok());
    for refused in [
        text("@note(1) @range(800..1)"),
        kept.clone() + "node Other { pages: I32 @range(900..1) }\n",
        text("@note(1) @range(900..1) @indx"),
    ] {
        let errors = evolved(&old, &refused).expect_err("it is new");
        assert!(
            errors
                .iter()
                .any(|d| d.severity == omnigraph_compiler::diagnostic::Severity::Error)
        );
    }
    assert!(schema_text::create(&kept, &mut Blocks::new(DOMAIN, [0])).is_err());
}

/// An old mistake let blobs be unique together with others. Such a schema opens, and has no successor that says it still.
#[test]
fn a_blob_that_was_unique_opens() {
    let text = |body: &str| format!("node Book {{ title: String scan: Blob @note(1){body} }}\n");
    let object = create(&text(""));
    let old = object.to_json().replace(" @note(1)", " @note(1) @unique(title, scan)");
    let old = SchemaObject::open(&old).expect("it opens");
    assert_eq!(old.catalog().nodes["Book"].properties.len(), 2);
    let evolved = |body: &str| schema_text::evolve(&old, &text(body), &mut Blocks::new("", [9]));
    let codes: Vec<&str> = evolved(" @unique(title, scan)")
        .expect_err("it is not applied again")
        .iter()
        .map(|diagnostic| diagnostic.rule.code)
        .collect();
    assert!(codes.contains(&"S074"), "{codes:?}");
    assert!(evolved(" @unique(title)").is_ok());
}
