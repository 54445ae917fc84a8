//! The JSON schema of `omnigraph.toml`, for editors that complete and check TOML by one.

use serde_json::{Map, Value, json};

use super::select::{Level, configurable, families};
use super::{DEFAULT_WIDTH, EmbeddingProvider, MAX_EMBEDDING_BATCH};

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
            "lint": {
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
                        "enum": ["error", "warning", "info", "never"],
                        "default": "error"
                    },
                    "baseline": {
                        "description": "A file of old findings that are not reported, relative to the folder of this file.",
                        "type": "string"
                    },
                    "published": {
                        "description": "A file of queries that others rely on, relative to the folder of this file: L706 tells what breaks them.",
                        "type": "string"
                    },
                    "known-annotations": {
                        "description": "Annotations of the schema that the project declares as its own.",
                        "type": "array",
                        "items": { "type": "string" }
                    }
                }
            },
            "owners": {
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
            },
            "format": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "width": {
                        "description": "The longest line wanted.",
                        "type": "integer",
                        "minimum": 40,
                        "maximum": 400,
                        "default": DEFAULT_WIDTH
                    }
                }
            },
            "embedding": {
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
                    "models": {
                        "description": "How many numbers the vectors of a model have.",
                        "type": "object",
                        "additionalProperties": { "type": "integer", "minimum": 1 }
                    },
                    "batch": {
                        "description": "Texts of one call.",
                        "type": "integer",
                        "minimum": 1,
                        "maximum": MAX_EMBEDDING_BATCH
                    }
                }
            }
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
