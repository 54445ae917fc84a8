#![no_main]

use libfuzzer_sys::fuzz_target;
use omnigraph_fuzz::properties;

fuzz_target!(|text: &str| properties::schema_checker(text));
