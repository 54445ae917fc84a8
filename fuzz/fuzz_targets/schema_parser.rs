#![no_main]

use libfuzzer_sys::fuzz_target;
use omnigraph_fuzz::properties;
use omnigraph_grammar::Language;

fuzz_target!(|text: &str| properties::parser(Language::Schema, text));
