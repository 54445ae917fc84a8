//! `omnigraph fmt`: what it writes, what it leaves, and what it answers.

use std::io::Write;
use std::process::Stdio;

use omnigraph_tests::binary::{self, Said};

use super::Sandbox;

const SCHEMA: &str =
    "// people\nnode  Person{name:String // full\n @key(name)}\n\n\n\nnode Bad { x:  }\nnode   Pet{}\n";

fn read(sandbox: &Sandbox, file: &str) -> String {
    std::fs::read_to_string(sandbox.path().join(file)).expect("the file is there")
}

fn piped(sandbox: &Sandbox, arguments: &[&str], input: &str) -> Said {
    let mut child = binary::command(sandbox.path())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends").into()
}

#[test]
fn what_is_broken_stays_and_the_rest_is_formatted() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    sandbox.write(
        "queries/q.gq",
        "query q(){match{$p:Person}return{$p.name,$p.name as n}}\n",
    );
    insta::assert_snapshot!(sandbox.transcript(&["fmt", "--check"]));
    insta::assert_snapshot!(sandbox.transcript(&["fmt", "--diff", "schema.pg"]));
    assert_eq!(read(&sandbox, "schema.pg"), SCHEMA, "neither writes");
    insta::assert_snapshot!(sandbox.transcript(&["fmt"]));
    insta::assert_snapshot!(format!(
        "{}----\n{}",
        read(&sandbox, "schema.pg"),
        read(&sandbox, "queries/q.gq")
    ));
    let again = sandbox.run(&["fmt", "--check"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
}

#[test]
fn the_width_is_that_of_the_settings() {
    let sandbox = Sandbox::new();
    let query =
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name, $p.age, $p.name as again }\n}\n";
    sandbox.write("schema.pg", "node Person {\n    name: String\n    age: I32\n}\n");
    sandbox.write("q.gq", query);
    sandbox.ok(&["fmt", "--check"]);
    sandbox.write("omnigraph.toml", "[format]\nwidth = 40\n");
    sandbox.ok(&["fmt"]);
    let narrow = read(&sandbox, "q.gq");
    assert_ne!(narrow, query);
    assert!(narrow.lines().all(|line| line.len() <= 40), "{narrow}");
    sandbox.ok(&["fmt", "--width", "100"]);
    assert_eq!(read(&sandbox, "q.gq"), query);
}

#[test]
fn lines_choose_what_is_formatted() {
    let sandbox = Sandbox::new();
    let text = "node   A{}\r\nnode   B{x:String}\r\nnode   C{}\r\n";
    sandbox.write("schema.pg", text);
    sandbox.ok(&["fmt", "--lines", "2", "schema.pg"]);
    assert_eq!(
        read(&sandbox, "schema.pg"),
        "node   A{}\r\nnode B {\r\n    x: String\r\n}\r\nnode   C{}\r\n"
    );
    sandbox.ok(&["fmt", "--lines", "4-99", "schema.pg"]);
    assert_eq!(
        read(&sandbox, "schema.pg"),
        "node   A{}\r\nnode B {\r\n    x: String\r\n}\r\nnode C {}\r\n"
    );
    let said = piped(
        &sandbox,
        &["fmt", "-", "--stdin-filename", "x.pg", "--lines", "1-1"],
        text,
    );
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, "node A {}\r\nnode   B{x:String}\r\nnode   C{}\r\n")
    );
    sandbox.write("other.pg", text);
    for wrong in [
        &["fmt", "--lines", "1-2", "schema.pg", "other.pg"][..],
        &["fmt", "--lines", "3-2", "schema.pg"],
        &["fmt", "--lines", "0", "schema.pg"],
    ] {
        assert_eq!(sandbox.run(wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn stdin_is_what_its_name_says() {
    let sandbox = Sandbox::new();
    let said = piped(&sandbox, &["fmt", "-", "--stdin-filename", "x.pg"], SCHEMA);
    assert_eq!(said.code, 0);
    assert_eq!(said.out, {
        sandbox.write("schema.pg", SCHEMA);
        sandbox.ok(&["fmt", "schema.pg"]);
        read(&sandbox, "schema.pg")
    });
    let check = piped(&sandbox, &["fmt", "--check", "-", "--stdin-filename", "x.pg"], SCHEMA);
    assert_eq!((check.code, check.out.as_str()), (1, ""));
    let check = piped(
        &sandbox,
        &["fmt", "--check", "-", "--stdin-filename", "x.pg"],
        &said.out,
    );
    assert_eq!((check.code, check.err.as_str()), (0, ""));
    assert_eq!(piped(&sandbox, &["fmt", "-"], SCHEMA).code, 2);
    assert_eq!(
        piped(&sandbox, &["fmt", "-", "--stdin-filename", "x.txt"], SCHEMA).code,
        2
    );
}
