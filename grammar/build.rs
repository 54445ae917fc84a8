//! Generates the two parsers from their `.lalrpop` grammars.

fn main() {
    lalrpop::Configuration::new()
        .emit_rerun_directives(true)
        .process_dir("src")
        .expect("the grammars are LR(1)");
}
