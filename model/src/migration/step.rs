//! Steps as plans print them. Names of kinds and fields are a contract.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::schema::DeclarationKind;
use crate::schema::{Annotation, Bound, Cardinality};
use crate::types::{Type, Value};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    #[serde(flatten)]
    pub action: Action,
    /// `s1`, `s2`, … in the order of the plan.
    pub id: String,
    pub tier: Tier,
    pub cost: Cost,
    /// Of the findings that it caused.
    pub codes: Vec<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Without a look at the data.
    Safe,
    /// The data decide.
    Validated,
    /// Data are lost, or cannot be kept.
    Destructive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    Metadata,
    /// Built later, by maintenance.
    Index,
    /// Rows are read.
    Scan,
    /// A column is written.
    Rewrite,
    /// History is deleted.
    Reclaim,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Soft,
    Hard,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Validation {
    None,
    /// The data are known to be fine.
    Proved,
    Scan,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    AddType {
        type_kind: DeclarationKind,
        name: String,
    },
    RenameType {
        type_kind: DeclarationKind,
        from: String,
        to: String,
    },
    DropType {
        type_kind: DeclarationKind,
        name: String,
        mode: Mode,
    },
    AddProperty {
        type_kind: DeclarationKind,
        type_name: String,
        property_name: String,
        property_type: Type,
        #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_value")]
        fill: Option<Value>,
    },
    RenameProperty {
        type_kind: DeclarationKind,
        type_name: String,
        from: String,
        to: String,
    },
    DropProperty {
        type_kind: DeclarationKind,
        type_name: String,
        property_name: String,
        mode: Mode,
    },
    AddConstraint {
        type_kind: DeclarationKind,
        type_name: String,
        constraint: ConstraintForm,
        #[serde(skip_serializing_if = "is_none")]
        validation: Validation,
    },
    DropConstraint {
        type_kind: DeclarationKind,
        type_name: String,
        constraint: ConstraintForm,
    },
    ExtendEnum {
        type_kind: DeclarationKind,
        type_name: String,
        property_name: String,
        added_values: Vec<String>,
    },
    ShrinkEnum {
        type_kind: DeclarationKind,
        type_name: String,
        property_name: String,
        removed_values: Vec<String>,
        validation: Validation,
    },
    ConvertEnum {
        type_kind: DeclarationKind,
        type_name: String,
        property_name: String,
        direction: &'static str,
        validation: Validation,
    },
    ChangePropertyType {
        type_kind: DeclarationKind,
        type_name: String,
        property_name: String,
        from: Type,
        to: Type,
        conversion: &'static str,
    },
    ChangeNullability {
        type_kind: DeclarationKind,
        type_name: String,
        property_name: String,
        nullable: bool,
        #[serde(serialize_with = "optional_value")]
        fill: Option<Value>,
        validation: Validation,
    },
    ChangeCardinality {
        type_name: String,
        from: Cardinality,
        to: Cardinality,
        validation: Validation,
    },
    /// Of an edge without rows.
    ChangeEndpoints {
        type_name: String,
        from: [String; 2],
        to: [String; 2],
    },
    ChangeImplements {
        type_name: String,
        added: Vec<String>,
        removed: Vec<String>,
    },
    ChangeEmbed {
        type_kind: DeclarationKind,
        type_name: String,
        property_name: String,
        from: Option<EmbedForm>,
        to: Option<EmbedForm>,
        stale_vectors: bool,
    },
    ChangeDefault {
        type_kind: DeclarationKind,
        type_name: String,
        property_name: String,
        #[serde(serialize_with = "optional_value")]
        from: Option<Value>,
        #[serde(serialize_with = "optional_value")]
        to: Option<Value>,
    },
    UpdateTypeMetadata {
        type_kind: DeclarationKind,
        name: String,
        annotations: Vec<AnnotationForm>,
    },
    UpdatePropertyMetadata {
        type_kind: DeclarationKind,
        type_name: String,
        property_name: String,
        annotations: Vec<AnnotationForm>,
    },
    UpdateAnnotations {
        type_kind: DeclarationKind,
        type_name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        property_name: Option<String>,
        annotations: Vec<AnnotationForm>,
    },
    /// The text changed and its meaning did not.
    UpdateSource,
    UnsupportedChange {
        entity: String,
        reason: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'static str>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EmbedForm {
    pub source: String,
    pub model: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnnotationForm {
    pub name: String,
    pub value: Option<String>,
    #[serde(rename = "kwargs", skip_serializing_if = "BTreeMap::is_empty")]
    pub keywords: BTreeMap<String, String>,
}

impl From<&Annotation> for AnnotationForm {
    fn from(annotation: &Annotation) -> AnnotationForm {
        AnnotationForm {
            name: annotation.name.clone(),
            value: annotation.value.clone(),
            keywords: annotation.keywords.clone(),
        }
    }
}

/// A constraint with the new names of its columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum ConstraintForm {
    Key(Vec<String>),
    Unique(Vec<String>),
    Index(Vec<String>),
    Range {
        property: String,
        min: Option<Bound>,
        max: Option<Bound>,
    },
    Check {
        property: String,
        pattern: String,
    },
}

impl std::fmt::Display for ConstraintForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ConstraintForm::Key(columns) => write!(f, "@key({})", columns.join(", ")),
            ConstraintForm::Unique(columns) => write!(f, "@unique({})", columns.join(", ")),
            ConstraintForm::Index(columns) => write!(f, "@index({})", columns.join(", ")),
            ConstraintForm::Range { property, min, max } => {
                write!(f, "@range({property}, {}..{})", bound(min), bound(max))
            }
            ConstraintForm::Check { property, pattern } => write!(f, "@check({property}, {pattern:?})"),
        }
    }
}

fn bound(bound: &Option<Bound>) -> String {
    match bound {
        None => String::new(),
        Some(Bound::Integer(value)) => value.to_string(),
        Some(Bound::Float(value)) => format!("{value:?}"),
    }
}

fn is_none(validation: &Validation) -> bool {
    *validation == Validation::None
}

fn optional_value<S: Serializer>(value: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map_or(Json::Null, plain).serialize(serializer)
}

/// A default as a reader of JSON expects it. Dates are days, times are milliseconds since 1970.
fn plain(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Unsigned(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::String(value) => json!(value),
        Value::Date(days) => json!(days),
        Value::DateTime(milliseconds) => json!(milliseconds),
        Value::List(values) => values.iter().map(plain).collect(),
        Value::Vector(values) => json!(values),
    }
}

impl Action {
    pub fn validation(&self) -> Validation {
        match self {
            Action::AddConstraint { validation, .. }
            | Action::ShrinkEnum { validation, .. }
            | Action::ConvertEnum { validation, .. }
            | Action::ChangeNullability { validation, .. }
            | Action::ChangeCardinality { validation, .. } => *validation,
            _ => Validation::None,
        }
    }

    /// Kind and new name of the type whose rows it is about.
    pub fn of_type(&self) -> Option<(DeclarationKind, &str)> {
        match self {
            Action::AddProperty {
                type_kind, type_name, ..
            }
            | Action::RenameProperty {
                type_kind, type_name, ..
            }
            | Action::DropProperty {
                type_kind, type_name, ..
            }
            | Action::AddConstraint {
                type_kind, type_name, ..
            }
            | Action::DropConstraint {
                type_kind, type_name, ..
            }
            | Action::ExtendEnum {
                type_kind, type_name, ..
            }
            | Action::ShrinkEnum {
                type_kind, type_name, ..
            }
            | Action::ConvertEnum {
                type_kind, type_name, ..
            }
            | Action::ChangePropertyType {
                type_kind, type_name, ..
            }
            | Action::ChangeNullability {
                type_kind, type_name, ..
            }
            | Action::ChangeEmbed {
                type_kind, type_name, ..
            }
            | Action::ChangeDefault {
                type_kind, type_name, ..
            }
            | Action::UpdatePropertyMetadata {
                type_kind, type_name, ..
            }
            | Action::UpdateAnnotations {
                type_kind, type_name, ..
            } => Some((*type_kind, type_name)),
            Action::AddType { type_kind, name }
            | Action::DropType { type_kind, name, .. }
            | Action::UpdateTypeMetadata { type_kind, name, .. } => Some((*type_kind, name)),
            Action::RenameType { type_kind, to, .. } => Some((*type_kind, to)),
            Action::ChangeCardinality { type_name, .. } | Action::ChangeEndpoints { type_name, .. } => {
                Some((DeclarationKind::Edge, type_name))
            }
            Action::ChangeImplements { type_name, .. } => Some((DeclarationKind::Node, type_name)),
            Action::UpdateSource | Action::UnsupportedChange { .. } => None,
        }
    }

    /// The kind as plans name it.
    pub fn kind(&self) -> String {
        let kind = serde_json::to_value(self)
            .ok()
            .and_then(|value| value.get("kind").cloned());
        kind.and_then(|kind| kind.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}
