//! Collects the rule files: every `src/rules/<family>/<rule>.rs` becomes a module, and its `RULE` an entry of the table;
//! those of the family `lints` have a `LINT` too.
//! To add a rule is to add a file.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=src/rules");
    let root = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("src/rules");
    let mut modules = String::new();
    let mut table = String::from("pub static RULES: &[&Rule] = &[\n");
    let mut lints = String::from("pub static LINTS: &[&crate::lint::Lint] = &[\n");
    for family in sorted(&root) {
        if !family.is_dir() {
            continue;
        }
        println!("cargo::rerun-if-changed={}", family.display());
        let family_name = family.file_name().unwrap().to_str().unwrap().to_owned();
        writeln!(modules, "pub mod {family_name} {{").unwrap();
        for file in sorted(&family) {
            let Some(name) = file.file_stem().and_then(|s| s.to_str()) else {
                continue;
            };
            if file.extension().is_none_or(|e| e != "rs") {
                continue;
            }
            writeln!(modules, "#[path = {:?}]\npub mod {name};", file).unwrap();
            writeln!(table, "&{family_name}::{name}::RULE,").unwrap();
            if family_name == "lints" {
                writeln!(lints, "&lints::{name}::LINT,").unwrap();
            }
        }
        modules.push_str("}\n");
    }
    table.push_str("];\n");
    lints.push_str("];\n");
    let out = Path::new(&env::var_os("OUT_DIR").unwrap()).join("rules.rs");
    fs::write(out, modules + &table + &lints).unwrap();
}

fn sorted(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    entries
}
