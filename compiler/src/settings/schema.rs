//! The JSON schema of `omnigraph.toml`: the table of its keys with their types, defaults and meanings. The reader takes its keys
//! from here, and editors complete and check TOML by it.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::select::{Level, configurable, families};
use super::{DEFAULT_WIDTH, EmbeddingProvider, FAIL_ON, MAX_EMBEDDING_BATCH, WIDTHS};

/// The document that `docs/omnigraph.schema.json` holds.
pub fn json_schema() -> Value {
    let paths = json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] });
    let described = |schema: &Value, text: &str| {
        let mut schema = schema.clone();
        schema["description"] = text.into();
        schema
    };
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "OmniGraph settings",
        "description": "The file omnigraph.toml at the root of a project.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "schema": described(&paths, "Schema files; without any, the nearest one above a query is its schema."),
            "queries": described(&paths, "Query files; without any, all below the folder of this file."),
            "exclude": described(&paths, "Files that are left out."),
            "lint": lint(&paths),
            "format": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "width": {
                        "description": "The longest line wanted.",
                        "type": "integer",
                        "minimum": WIDTHS.start(),
                        "maximum": WIDTHS.end(),
                        "default": DEFAULT_WIDTH
                    }
                }
            },
            "owners": owners(),
            "embedding": embedding()
        },
        "definitions": {
            "level": { "enum": Level::WORDS },
            "rules": {
                "description": "Levels by rule (code or name) or by family (the beginning of its codes).",
                "type": "object",
                "additionalProperties": false,
                "properties": rules()
            }
        }
    })
}

fn lint(paths: &Value) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "rules": { "$ref": "#/definitions/rules" },
            "overrides": {
                "description": "Other levels for some paths; later ones win.",
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["paths"],
                    "properties": { "paths": paths, "rules": { "$ref": "#/definitions/rules" } }
                }
            },
            "require-reason": {
                "description": "Whether a suppression without a reason is a finding.",
                "type": "boolean",
                "default": false
            },
            "fail-on": {
                "description": "The least severity for which `lint` exits with 1.",
                "enum": FAIL_ON,
                "default": "error"
            },
            "baseline": {
                "description": "A file of old findings that are not reported, relative to the folder of this file.",
                "type": "string"
            },
            "published": {
                "description": "A file of queries that others rely on, relative to the folder of this file: L706 reports what breaks them.",
                "type": "string"
            },
            "known-annotations": {
                "description": "Annotations of the schema that the project declares as its own.",
                "type": "array",
                "items": { "type": "string" }
            }
        }
    })
}

fn owners() -> Value {
    json!({
        "description": "Who answers for which types of the schema.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "require": {
                "description": "Whether every new type must say its `@owner`.",
                "type": "boolean",
                "default": false
            },
            "teams": {
                "description": "People by the team that `@owner` names: they change what it owns.",
                "type": "object",
                "additionalProperties": { "type": "array", "items": { "type": "string" } }
            }
        }
    })
}

fn embedding() -> Value {
    json!({
        "description": "Who turns texts into vectors.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "provider": {
                "description": "A service that speaks OpenAI's protocol, made-up vectors, or none.",
                "enum": EmbeddingProvider::WORDS,
                "default": "none"
            },
            "model": {
                "description": "The one model of the provider; without, the one that a property names.",
                "type": "string"
            },
            "dimensions": {
                "description": "Whether the provider is asked for vectors of the property's length.",
                "type": "boolean",
                "default": false
            },
            "batch": {
                "description": "Texts of one call.",
                "type": "integer",
                "minimum": 1,
                "maximum": MAX_EMBEDDING_BATCH
            },
            "models": {
                "description": "How many numbers the vectors of a model have.",
                "type": "object",
                "additionalProperties": { "type": "integer", "minimum": 1 }
            }
        }
    })
}

/// The keys of the table at a path: `["lint", "overrides"]`. Those of a list are those of each of its tables.
pub(super) fn keys(path: &[&str]) -> Vec<&'static str> {
    static SCHEMA: LazyLock<Value> = LazyLock::new(json_schema);
    let mut table: &'static Value = &SCHEMA;
    for key in path {
        table = &table["properties"][key];
        table = table.get("items").unwrap_or(table);
    }
    let properties = table["properties"].as_object().into_iter();
    properties.flatten().map(|(key, _)| key.as_str()).collect()
}

fn rules() -> Map<String, Value> {
    let mut properties = Map::new();
    for family in families() {
        let text = format!("All rules whose code begins with {family}.");
        properties.insert(family.to_owned(), level(&text));
    }
    for rule in configurable() {
        for key in [rule.code, rule.subcode, rule.name] {
            properties.insert(key.to_owned(), level(rule.summary));
        }
    }
    properties
}

fn level(description: &str) -> Value {
    json!({ "description": description, "allOf": [{ "$ref": "#/definitions/level" }] })
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, read};
    use super::*;

    /// The tables whose keys are fixed.
    const TABLES: [&[&str]; 6] = [
        &[],
        &["lint"],
        &["lint", "overrides"],
        &["format"],
        &["owners"],
        &["embedding"],
    ];

    /// Settings with one key of a table.
    fn text(table: &[&str], key: &str, value: &str) -> String {
        match table {
            [] => format!("{key} = {value}\n"),
            ["lint", "overrides"] => format!("[[lint.overrides]]\n{key} = {value}\n"),
            _ => format!("[{}]\n{key} = {value}\n", table.join(".")),
        }
    }

    #[test]
    fn every_key_of_the_schema_is_read() {
        let mut count = 0;
        for table in TABLES {
            for key in keys(table) {
                // No setting is a day, so whoever reads the key objects to the value.
                let text = text(table, key, "1979-05-27");
                let problems = read(&text).expect_err(&text);
                let wrong = problems.iter().find(|p| p.message.starts_with("this should be"));
                assert!(wrong.is_some(), "{text}{problems:?}");
                count += 1;
            }
        }
        assert_eq!(count, 24);
    }

    #[test]
    fn the_defaults_of_the_schema_hold_without_settings() {
        let schema = json_schema();
        for table in TABLES.iter().filter(|table| table.len() == 1) {
            for (key, property) in schema["properties"][table[0]]["properties"].as_object().expect("keys") {
                if let Some(default) = property.get("default").filter(|default| **default != "none") {
                    let text = text(table, key, &default.to_string());
                    assert_eq!(read(&text), Ok(Settings::default()), "{text}");
                }
            }
        }
    }
}
