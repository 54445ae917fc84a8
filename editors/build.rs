//! Compiles the generated parsers.

fn main() {
    for language in ["schema", "query"] {
        let source = format!("tree-sitter/{language}/src");
        let parser = format!("{source}/parser.c");
        cc::Build::new()
            .std("c11")
            .include(&source)
            .file(&parser)
            .warnings(false)
            .compile(&format!("tree_sitter_omnigraph_{language}"));
        println!("cargo::rerun-if-changed={parser}");
    }
}
