//! Input of which nobody knows whether it is meant well (S).

use omnigraph_tests::binary;

use crate::cli::Sandbox;

/// What a terminal would take for a command, and what turns the direction of writing.
const EVIL: &str = "\\u001b[31mX\\u001b]0;t\\u0007\\u202e\\nrow 9\\nforged: 1";

fn raw(text: &str) -> Vec<char> {
    let acts = |c: &char| c.is_control() && *c != '\n' || ('\u{202a}'..='\u{202e}').contains(c);
    text.chars().filter(acts).collect()
}

#[test]
fn s1_nothing_that_acts_on_a_terminal_is_printed() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node A { k: String @key e: enum(a, b)? n: I64? }\n");
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox.write(
        "good.jsonl",
        &format!("{{\"type\":\"A\",\"data\":{{\"k\":\"{EVIL}\"}}}}\n"),
    );
    sandbox.ok(&["load", "--store", "st", "--data", "good.jsonl"]);
    let query = "query q() { match { $a: A } return { $a.k } }";
    let table = sandbox.ok(&["query", "--store", "st", "-e", query, "--format", "table"]);
    let shown = "\\u{1b}[31mX\\u{1b}]0;t\\u{7}\\u{202e}\\nrow 9\\nforged: 1";
    assert_eq!(table.lines().nth(3), Some(shown));
    let kv = sandbox.ok(&["query", "--store", "st", "-e", query, "--format", "kv"]);
    assert_eq!(kv, format!("1 row from branch main via q\nrow 1\na.k: {shown}\n"));

    let line = |member: &str| format!("{{\"type\":\"A\",\"data\":{{{member}}}}}\n");
    let lines = [
        line(&format!("\"k\":\"{EVIL}\"")),
        line(&format!("\"k\":\"v\",\"e\":\"{EVIL}\"")),
        line(&format!("\"k\":\"w\",\"n\":\"{EVIL}\"")),
        line(&format!("\"k\":\"x\",\"{EVIL}\":1")),
        format!("{{\"type\":\"{EVIL}\",\"data\":{{}}}}\n"),
    ];
    let parameter = "query q($n: I64) { match { $a: A { n: $n } } return { $a.k } }";
    let decoded: String = serde_json::from_str(&format!("\"{EVIL}\"")).expect("a string");
    let source = format!("query q() {{ match {{ $a: A {{ k: \"{decoded}\" }} $b: {decoded} }} return {{ $a.nme }} }}");
    sandbox.write("evil.gq", &source);
    let name = format!("n={decoded}");
    let mut stderr = Vec::new();
    for text in &lines {
        sandbox.write("bad.jsonl", text);
        stderr.push(sandbox.run(&["load", "--store", "st", "--data", "bad.jsonl"]));
    }
    stderr.push(sandbox.run(&["query", "--store", "st", "-e", parameter, "-p", &name]));
    stderr.push(sandbox.run(&["query", "--store", "st", "--query", "evil.gq"]));
    stderr.push(sandbox.run(&["query", &decoded, "--store", "st", "--query", "evil.gq"]));
    stderr.push(sandbox.run(&["export", "--store", "st", "--type", &decoded]));
    stderr.push(sandbox.run(&["query", "--store", &decoded, "-e", query]));
    stderr.push(sandbox.run(&["query", "--store", "st", "--query", &decoded]));
    stderr.push(sandbox.run(&["lint", "evil.gq", "--schema", "schema.pg", "--format", "concise"]));
    stderr.push(sandbox.run(&["lint", "evil.gq", "--schema", "schema.pg"]));
    for said in stderr {
        assert_ne!(said.code, 0);
        assert!(raw(&said.err).is_empty(), "{}", said.err);
        assert!(raw(&said.out).is_empty(), "{}", said.out);
        let forged = |text: &str| text.lines().any(|line| line.starts_with("forged"));
        assert!(!forged(&said.err) && !forged(&said.out), "{}{}", said.err, said.out);
    }
}

#[test]
fn s3_a_project_says_where_its_texts_go() {
    let sandbox = Sandbox::new();
    sandbox.write("omnigraph.toml", "[embedding]\nprovider = \"openai\"\n");
    sandbox.write(
        "schema.pg",
        "node A { k: String @key t: String v: Vector(3) @embed(t) }\n",
    );
    sandbox.write(
        "rows.jsonl",
        "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"t\":\"words\"}}\n",
    );
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    // Nobody listens there.
    let load = |provider: Option<&str>| {
        let mut command = omnigraph_tests::binary::command(sandbox.path());
        command.args(["load", "--store", "st", "--data", "rows.jsonl"]);
        command.env("OMNIGRAPH_EMBEDDING_URL", "http://127.0.0.1:9/v1");
        command.envs(provider.map(|provider| ("OMNIGRAPH_EMBEDDING_PROVIDER", provider)));
        omnigraph_tests::binary::Said::from(command.output().expect("the binary"))
    };
    let by_project = load(None);
    let root = sandbox.path().canonicalize().expect("a folder");
    let line = format!(
        "texts are sent to http://127.0.0.1:9 to compute vectors, as {} says\n",
        root.join("omnigraph.toml").display()
    );
    assert_eq!(by_project.code, 3);
    assert!(by_project.err.starts_with(&line), "{}", by_project.err);
    // Who says so in the environment knows it.
    let by_operator = load(Some("openai"));
    assert_eq!(by_operator.code, 3);
    assert!(!by_operator.err.contains("texts are sent"), "{}", by_operator.err);
}

#[test]
#[cfg(unix)]
fn s4_what_has_no_end_is_not_read_to_it() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node A { k: String @key }\n");
    sandbox.write("q.gq", "query q() { match { $a: A } return { $a.k } }\n");
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    // Schemas may be larger.
    for (line, most) in [
        ("query --store st --query /dev/zero", 4),
        ("query --store st --query q.gq --params-file /dev/zero", 4),
        ("mutate --store st --query /dev/zero", 4),
        ("compile /dev/zero --schema schema.pg --emit ir", 4),
        ("init --schema /dev/zero new", 64),
        ("compile q.gq --schema /dev/zero --emit ir", 64),
        ("schema plan --store st --to /dev/zero", 64),
        ("schema apply --store st --schema /dev/zero", 64),
        ("schema diagram /dev/zero", 64),
        ("lint q.gq --schema /dev/zero", 64),
        ("lint q.gq --schema schema.pg --config /dev/zero", 64),
    ] {
        let said = sandbox.run(&line.split(' ').collect::<Vec<_>>());
        let message = format!("error: cannot read /dev/zero: it is too large: at most {most} MiB are read\n");
        // The linter shows paths from its folder, which is below `/dev` where tests write to memory.
        let shown = said.err.replace("../../zero", "/dev/zero");
        assert_eq!((said.code, shown), (2, message), "{line}");
    }
}

#[test]
fn s6_csv_tells_null_from_its_name_and_formulas_can_be_disarmed() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node A { k: I64 @key t: String? }\n");
    let row = |(k, t): (usize, &&str)| format!("{{\"type\":\"A\",\"data\":{{\"k\":{k},\"t\":{t}}}}}\n");
    let texts = [
        "null",
        "\"null\"",
        "\"=1+1\"",
        "\"+1\"",
        "\"-1\"",
        "\"@SUM(A1)\"",
        "\"\\t=1\"",
        "\"plain\"",
    ];
    sandbox.write("rows.jsonl", &texts.iter().enumerate().map(row).collect::<String>());
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox.ok(&["load", "--store", "st", "--data", "rows.jsonl"]);
    let query = "query q() { match { $a: A } return { $a.k, $a.t } order { $a.k } }";
    let csv = |flags: &[&str]| {
        let arguments: Vec<&str> = ["query", "--store", "st", "-e", query, "--format", "csv"]
            .into_iter()
            .collect();
        sandbox.ok(&[&arguments, flags].concat())
    };
    assert_eq!(
        csv(&[]),
        "a.k,a.t\n0,null\n1,\"null\"\n2,=1+1\n3,+1\n4,-1\n5,@SUM(A1)\n6,\t=1\n7,plain\n"
    );
    assert_eq!(
        csv(&["--csv-safe"]),
        "a.k,a.t\n0,null\n1,\"null\"\n2,'=1+1\n3,'+1\n4,'-1\n5,'@SUM(A1)\n6,'\t=1\n7,plain\n"
    );
}

const SCHEMA: &str = "node Person {\n    name: String @key\n}\n";
const WRONG: &str = "query wrong() {\n    match { $p: Person }\n    return { $p.nam }\n}\n";

#[test]
fn s2_settings_name_files_of_their_own_project() {
    let sandbox = Sandbox::new();
    sandbox.write("victim.txt", "precious\n");
    sandbox.write("project/schema.pg", SCHEMA);
    let victim = sandbox.path().join("victim.txt");
    for setting in [
        "[lint]\nbaseline = \"../victim.txt\"\n".to_owned(),
        "[lint]\npublished = \"../victim.txt\"\n".to_owned(),
        format!("[lint]\nbaseline = \"{}\"\n", victim.display()),
    ] {
        sandbox.write("project/omnigraph.toml", &setting);
        for flag in ["--write-baseline", "--write-published"] {
            let said = binary::run(&sandbox.path().join("project"), &["lint", flag]);
            assert_eq!(said.code, 2, "{setting}: {}", said.err);
            assert!(
                said.err.contains("lies outside of the project"),
                "{setting}: {}",
                said.err
            );
        }
    }
    assert_eq!(std::fs::read_to_string(&victim).expect("the victim"), "precious\n");
    // Who names it on the command line means it.
    sandbox.write("project/omnigraph.toml", "");
    binary::ok(
        &sandbox.path().join("project"),
        &["lint", "--baseline", "../old.json", "--write-baseline"],
    );
}

#[cfg(unix)]
#[test]
fn s2_links_that_leave_the_project_are_not_followed() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new();
    let project = sandbox.path().join("project");
    sandbox.write("secret", "the password is hunter2\n");
    sandbox.write("project/omnigraph.toml", "");
    sandbox.write("project/schema.pg", SCHEMA);
    sandbox.write("project/sub/q.gq", WRONG);
    symlink("../secret", project.join("x.gq")).expect("a link");
    symlink("../../secret", project.join("sub/x.pg")).expect("a link");
    symlink("sub/q.gq", project.join("inside.gq")).expect("a link");
    let said = binary::run(&project, &["lint"]);
    assert!(
        !format!("{}{}", said.out, said.err).contains("hunter2"),
        "{}{}",
        said.out,
        said.err
    );
    for link in ["x.gq", "sub/x.pg"] {
        assert!(
            said.err.contains(&format!("{link} leads out of the project")),
            "{}",
            said.err
        );
    }
    // The query has the schema above it, not the link beside it; and a link within the project is one of its files.
    let said = binary::run(&project, &["lint", "--format", "concise"]);
    assert!(said.out.contains("sub/q.gq:3:17: error[T6.2]"), "{}", said.out);
    assert!(said.out.contains("inside.gq:3:17: error[T6.2]"), "{}", said.out);
    assert!(
        binary::run(&project, &["lint", "x.gq"]).out.contains("hunter2"),
        "it is named"
    );
    // Files that settings name are not written through such a link either.
    sandbox.write("project/omnigraph.toml", "[lint]\nbaseline = \"old.json\"\n");
    symlink("../secret", project.join("old.json")).expect("a link");
    let said = binary::run(&project, &["lint", "--write-baseline"]);
    assert_eq!(said.code, 2, "{}", said.err);
    let kept = std::fs::read_to_string(sandbox.path().join("secret")).expect("a file");
    assert_eq!(kept, "the password is hunter2\n");
}

#[test]
fn s5_file_names_are_no_commands_and_no_markup() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    sandbox.write("::error::boom.gq", WRONG);
    sandbox.write("a|b`<b>c.gq", "query q(){match{$p:Person}return{$p.nam}}");
    let said = sandbox.run(&["lint", "--format", "concise"]);
    assert!(
        said.out.contains("./::error::boom.gq:3:17: error[T6.2]"),
        "{}",
        said.out
    );
    let said_fmt = sandbox.run(&["fmt", "--check"]);
    for line in said.out.lines().chain(said_fmt.out.lines()) {
        assert!(!line.starts_with("::") && !line.starts_with("##"), "{line}");
    }
    let mut command = binary::command(sandbox.path());
    command
        .args(["lint", "--format", "github"])
        .env("GITHUB_STEP_SUMMARY", sandbox.path().join("summary.md"));
    let said = binary::Said::from(command.output().expect("the binary starts"));
    assert!(
        said.out.contains("::error file=%3A%3Aerror%3A%3Aboom.gq,line=3"),
        "{}",
        said.out
    );
    let summary = std::fs::read_to_string(sandbox.path().join("summary.md")).expect("a summary");
    let row = summary
        .lines()
        .find(|line| line.contains("&#60;b&#62;c.gq"))
        .unwrap_or_else(|| panic!("{summary}"));
    assert_eq!(row.matches('|').count(), 5, "{row}");
    assert!(!row.contains('`'), "{row}");
}
