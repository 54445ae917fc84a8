//! The projects that are measured.

use std::fmt::Write;
use std::path::Path;

pub(crate) const PER_FILE: usize = 10;

/// The folder of the queries about the type `Hub`.
pub(crate) const HUB: &str = "hub/";

pub(crate) struct Project {
    pub schema: String,
    /// Query files with their paths.
    pub files: Vec<(String, String)>,
}

impl Project {
    /// Always the same project.
    pub(crate) fn generate(types: usize, queries: usize) -> Project {
        let nodes = types * 4 / 5;
        let mut schema = String::new();
        for n in 0..nodes {
            let _ = write!(schema, "\n// Größe № {n}\nnode Type{n} {{\n    key: String @key\n");
            for p in 0..6 {
                let ty = ["String?", "I64?", "F64?", "Date?", "Bool?", "enum(on, off)?"][(n + p) % 6];
                let _ = writeln!(schema, "    field_{p}: {ty}");
            }
            schema.push_str("}\n");
        }
        for e in 0..types - nodes {
            let (from, to) = (e % nodes, (e * 7 + 1) % nodes);
            let _ = write!(
                schema,
                "\nedge Link{e}: Type{from} -> Type{to} {{\n    weight: I32?\n}}\n"
            );
        }
        let mut files = Vec::new();
        for file in 0..queries / PER_FILE {
            let mut text = String::new();
            for q in 0..PER_FILE {
                let n = (file * PER_FILE + q) % (types - nodes);
                let from = n % nodes;
                let _ = write!(
                    text,
                    "// Anfrage № {q} 🦀\nquery q{file}_{q}($key: String) {{\n    match {{\n        $a: Type{from} {{ key: $key }}\n        $a link{n} $b\n        $b.key != \"x\"\n    }}\n    return {{ $a.key, $b.field_0 as field }}\n    order {{ field }}\n    limit 10\n}}\n\n"
                );
            }
            files.push((format!("queries/f{file}.gq"), text));
        }
        Project { schema, files }
    }

    /// A project on the disk.
    pub(crate) fn read(folder: &Path) -> Project {
        let read = |path: &Path| std::fs::read_to_string(path).expect("a file of the project");
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder.join("queries"))
            .expect("the queries")
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".gq") {
                files.push((format!("queries/{name}"), read(&entry.path())));
            }
        }
        files.sort();
        Project {
            schema: read(&folder.join("schema.pg")),
            files,
        }
    }

    /// With a type more, and queries that name its property `label`.
    pub(crate) fn with_hub(mut self, queries: usize) -> Project {
        self.schema.push_str(
            "\nnode Hub {\n    code: String @key\n    label: String?\n    size: I64?\n}\n\nedge NextTo: Hub -> Hub\n",
        );
        for file in 0..queries / PER_FILE {
            let mut text = String::new();
            for q in 0..PER_FILE {
                let _ = write!(
                    text,
                    "// Nachbarn № {q} 🦀\nquery hub{file}_{q}($code: String) {{\n    match {{\n        $h: Hub {{ code: $code }}\n        $h nextTo $a\n        $a nextTo $b\n    }}\n    return {{ $h.label as label, $b.size, $a.code }}\n    order {{ label }}\n    limit {}\n}}\n\n",
                    file * PER_FILE + q + 2
                );
            }
            self.files.push((format!("{HUB}f{file}.gq"), text));
        }
        self
    }

    pub(crate) fn write(&self, folder: &Path) {
        for (name, text) in std::iter::once(&("schema.pg".to_owned(), self.schema.clone())).chain(&self.files) {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("files have folders")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
    }

    pub(crate) fn types(&self) -> usize {
        let lines = self.schema.lines();
        lines
            .filter(|line| line.starts_with("node ") || line.starts_with("edge "))
            .count()
    }

    pub(crate) fn queries(&self) -> usize {
        let lines = self.files.iter().flat_map(|(_, text)| text.lines());
        lines.filter(|line| line.starts_with("query ")).count()
    }
}
