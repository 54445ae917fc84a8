//! The tree-sitter grammars of both languages. Tests of the editors that need only Rust and a C compiler are here.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_omnigraph_schema() -> *const ();
    fn tree_sitter_omnigraph_query() -> *const ();
}

// SAFETY: the generated functions return a pointer to a table that lives as long as the program.
pub const SCHEMA: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_omnigraph_schema) };
pub const QUERY: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_omnigraph_query) };
