//! Texts whose findings have fixes, where the example of the rule has none.

pub(crate) const SCHEMAS: &[&str] = &[
    "node A {\n    name: String\n    // Kept.\n    name: String\n}\n",
    "node A { name: String }\n\nmigration_check \"none\" {\n    query { match { $a: A } return { count($a) as missing } }\n    expect mising = 0\n}\n",
    "node A {\n    text: String\n    vec: Vector(3) @embed\n}\n",
    "node A {\n    tags: [String] @unique\n    vec: Vector(3) @unique\n    scan: Blob @unique\n}\n",
    "node A {\n    tags: [String] @index\n    scan: Blob @index\n}\n",
];

/// Against the Lab schema.
pub(crate) const QUERIES: &[&str] = &[
    "query q() {\n    match { $p: Person { age: \"30\" } }\n    return { $p.name }\n}\n",
    "query q() {\n    match { $p: Person { role: \"membr\" } }\n    return { $p.name }\n}\n",
    "query q() {\n    match {\n        $p: Person\n        $p.role = \"gest\" // kept\n    }\n    return { $p.name }\n}\n",
    "query q() {\n    match {\n        $p: Person\n        $p folows $q\n    }\n    return { $p.name, $q.age }\n}\n",
    "query q() {\n    match {\n        $p: Person\n        $p.age > \"30\"\n    }\n    return { $p.name }\n}\n",
    "query q() {\n    match {\n        $p: Person\n        $p.tags = \"x\"\n    }\n    return { $p.name }\n}\n",
    "query q() {\n    match {\n        $p: Person\n        $p.tags contains 3\n    }\n    return { $p.name }\n}\n",
    "query q($v: Vector(2)) {\n    match { $doc: Doc }\n    return { $doc.title }\n    order { nearest($dco.vec, $v) }\n    limit 3\n}\n",
    "query q($a: I23, $b: I32(3)) {\n    match {\n        $p: Person\n        $p.age > $a\n        $p.age < $b\n    }\n    return { $p.name }\n}\n",
    "query q() {\n    match { $p: Person }\n    return { $p.name }\n    order { $p }\n}\n",
    "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.title, nearest($d.vec, $v) as distance }\n    order { distance desc }\n    limit 3\n}\n",
    "fragment adult($p: Person?) { $p.age >= 18 }\n\nquery q() {\n    match { adlt($p) }\n    return { $p.name, adult($p) as adult }\n}\n",
    "query q() {\n    match { $p: Person  $d: Doc  in_degree($p, wrote) = 0  out_degree($d, wrote) = 0 }\n    return { $p.name }\n}\n",
    // Several at once, some of them touching each other.
    "// Kept.\nquery q($unused: I32, $also: Date) {\n    match {\n        $p: Person { handle: \"ada\" }, // kept, too\n        $p follows{1,1} $q;\n        $p wrote $d\n        $q.name contains \"\"\n        $q.age > 3\n        $q.age > 3\n        search($d.title, \"x\") = true\n    }\n    return { $q.name, $q.name }\n    order { bm25($d.title, \"x\") asc }\n    limit 3\n}\n",
    "// lint:allow(L301, L302, L402) none of these\nquery q() {\n    match { $p: Person { handle: \"ada\" } }\n    return { $p.name }\n}\n",
];
