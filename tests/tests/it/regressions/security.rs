//! Input of which nobody knows whether it is meant well (S).

use omnigraph_tests::binary;

use super::super::cli::Sandbox;

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
