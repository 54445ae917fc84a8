//! `lint` as a user types it: settings, fixes, mistakes, and what packagers ask for.

use super::{Sandbox, UNORDERED, repository};

#[test]
fn settings_decide_what_fails() {
    let sandbox = repository();
    sandbox.write("queries/some.gq", UNORDERED);
    let code = |arguments: &[&str]| {
        sandbox
            .run(&[&["lint", "--format", "concise"], arguments].concat())
            .code
    };
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["--fail-on", "warning"]), 1);
    sandbox.write("omnigraph.toml", "schema = 'schema.pg'\n[lint.rules]\nL402 = 'error'\n");
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--fail-on", "never"]), 0);
    sandbox.write("strict.toml", "schema = 'schema.pg'\n[lint]\nfail-on = 'never'\n");
    assert_eq!(code(&["--config", "strict.toml"]), 0);
    sandbox.write("omnigraph.toml", "shema = 'schema.pg'\n");
    let said = sandbox.run(&["lint"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("omnigraph.toml:1:1: unknown setting `shema`"),
        "{}",
        said.err
    );
    assert!(said.err.contains("did you mean `schema`?"), "{}", said.err);
}

#[test]
fn fixes_are_shown_and_applied() {
    let sandbox = repository();
    let text = "query q($unused: I32) {\n    match { $p: Person, $p follows{1,1} $q }\n    return { $p.name, $q.name as other }\n    order { $p.name }\n}\n";
    // The parameter is part of the query's contract, and removing it needs a look.
    let mended = "query q($unused: I32) {\n    match { $p: Person $p follows $q }\n    return { $p.name, $q.name as other }\n    order { $p.name }\n}\n";
    sandbox.write("queries/q.gq", text);
    let shown = sandbox.run(&["lint", "--diff"]);
    assert_eq!(shown.code, 1);
    assert!(
        shown.out.contains("-    match { $p: Person, $p follows{1,1} $q }\n")
            && shown.out.contains("+    match { $p: Person $p follows $q }\n"),
        "{}",
        shown.out
    );
    let read = || std::fs::read_to_string(sandbox.path().join("queries/q.gq")).expect("a file");
    assert_eq!(read(), text);
    let said = sandbox.run(&["lint", "--fix"]);
    assert_eq!((said.code, read().as_str()), (0, mended), "{said:?}");
    assert!(said.err.contains("2 fixes applied"), "{}", said.err);
    assert!(sandbox.run(&["lint", "--fix"]).err.contains("0 fixes applied"));
    assert_eq!(sandbox.run(&["lint", "--diff"]).code, 0);
    let said = sandbox.run(&["lint", "--unsafe-fixes"]);
    assert_eq!(read(), mended.replace("$unused: I32", ""), "{said:?}");
}

#[test]
fn packagers_get_completions_and_manuals() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(sandbox.ok(&["completions", shell]).contains("omnigraph"), "{shell}");
    }
    assert!(sandbox.ok(&["man"]).contains(".TH omnigraph"));
    sandbox.ok(&["man", "--out", "pages"]);
    assert!(sandbox.path().join("pages/omnigraph-lint.1").exists());
}
