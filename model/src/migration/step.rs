//! Steps as plans print them. Names of kinds and fields are a contract.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::schema::DeclarationKind;
use crate::schema::{Annotation, Bound, Cardinality};
use crate::temporal;
use crate::types::{Type, Value};

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it does.
    #[serde(flatten)]
    pub action: Action,
    /// `s1`, `s2`, … in the order of the plan.
    pub id: String,
    /// How safe it is.
    pub tier: Tier,
    /// What it costs.
    pub cost: Cost,
    /// The codes of the findings that it caused.
    pub codes: Vec<&'static str>,
}

/// How safe a step is.
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

/// What a step costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    /// Nothing but a new record.
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

/// What becomes of dropped data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Older commits still have them.
    Soft,
    /// They are removed for good.
    Hard,
}

/// Whether a step needs an answer of the stored rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Validation {
    /// It does not.
    None,
    /// The data are known to be fine.
    Proved,
    /// The rows decide.
    Scan,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    /// A new type, without rows.
    AddType {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        name: String,
    },
    /// A type gets another name; its rows stay.
    RenameType {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// What it was.
        from: String,
        /// What it becomes.
        to: String,
    },
    /// A type goes, and its rows with it.
    DropType {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        name: String,
        /// Whether the data go at once.
        mode: Mode,
    },
    /// A new property.
    AddProperty {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The property, by its new name.
        property_name: String,
        /// Its type.
        property_type: Type,
        /// The value that rows get in place of null.
        #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_value")]
        fill: Option<Value>,
    },
    /// A property gets another name; its values stay.
    RenameProperty {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// What it was.
        from: String,
        /// What it becomes.
        to: String,
    },
    /// A property goes, and its values with it.
    DropProperty {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The property, by its new name.
        property_name: String,
        /// Whether the data go at once.
        mode: Mode,
    },
    /// A constraint that rows must keep from now on.
    AddConstraint {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The constraint, with the new names of its columns.
        constraint: ConstraintForm,
        /// Whether the rows are asked first.
        #[serde(skip_serializing_if = "is_none")]
        validation: Validation,
    },
    /// A constraint that rows need not keep any more.
    DropConstraint {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The constraint, with the new names of its columns.
        constraint: ConstraintForm,
    },
    /// More values are allowed.
    ExtendEnum {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The property, by its new name.
        property_name: String,
        /// Those that are new.
        added_values: Vec<String>,
    },
    /// Fewer values are allowed.
    ShrinkEnum {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The property, by its new name.
        property_name: String,
        /// Those that are gone.
        removed_values: Vec<String>,
        /// Whether the rows are asked first.
        validation: Validation,
    },
    /// An enum becomes a text, or a text an enum.
    ConvertEnum {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The property, by its new name.
        property_name: String,
        /// `to_string` or `to_enum`.
        direction: &'static str,
        /// Whether the rows are asked first.
        validation: Validation,
    },
    /// Values are converted.
    ChangePropertyType {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The property, by its new name.
        property_name: String,
        /// What it was.
        from: Type,
        /// What it becomes.
        to: Type,
        /// `widen`, or `checked` where each value must fit.
        conversion: &'static str,
    },
    /// A property becomes required, or optional.
    ChangeNullability {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The property, by its new name.
        property_name: String,
        /// Whether it may be null afterwards.
        nullable: bool,
        /// The value that rows get in place of null.
        #[serde(serialize_with = "optional_value")]
        fill: Option<Value>,
        /// Whether the rows are asked first.
        validation: Validation,
    },
    /// Another number of edges per source is allowed.
    ChangeCardinality {
        /// The type, by its new name.
        type_name: String,
        /// What it was.
        from: Cardinality,
        /// What it becomes.
        to: Cardinality,
        /// Whether the rows are asked first.
        validation: Validation,
    },
    /// The ends of an edge type without rows.
    ChangeEndpoints {
        /// The type, by its new name.
        type_name: String,
        /// What it was.
        from: [String; 2],
        /// What it becomes.
        to: [String; 2],
    },
    /// A node type implements other interfaces.
    ChangeImplements {
        /// The type, by its new name.
        type_name: String,
        /// What is added.
        added: Vec<String>,
        /// What is removed.
        removed: Vec<String>,
    },
    /// Vectors are computed from something else.
    ChangeEmbed {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The property, by its new name.
        property_name: String,
        /// What it was.
        from: Option<EmbedForm>,
        /// What it becomes.
        to: Option<EmbedForm>,
        /// Whether stored vectors are those of another text or model.
        stale_vectors: bool,
    },
    /// Rows that give no value get another one from now on.
    ChangeDefault {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The property, by its new name.
        property_name: String,
        /// What it was.
        #[serde(serialize_with = "optional_value")]
        from: Option<Value>,
        /// What it becomes.
        #[serde(serialize_with = "optional_value")]
        to: Option<Value>,
    },
    /// Descriptions and the like of a type.
    UpdateTypeMetadata {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        name: String,
        /// The annotations afterwards.
        annotations: Vec<AnnotationForm>,
    },
    /// Descriptions and the like of a property.
    UpdatePropertyMetadata {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The property, by its new name.
        property_name: String,
        /// The annotations afterwards.
        annotations: Vec<AnnotationForm>,
    },
    /// Annotations without a meaning of their own.
    UpdateAnnotations {
        /// The kind of the type.
        type_kind: DeclarationKind,
        /// The type, by its new name.
        type_name: String,
        /// The property, by its new name.
        #[serde(skip_serializing_if = "Option::is_none")]
        property_name: Option<String>,
        /// The annotations afterwards.
        annotations: Vec<AnnotationForm>,
    },
    /// The text changed and its meaning did not.
    UpdateSource,
    /// What no step can do.
    UnsupportedChange {
        /// `node:Book.pages`
        entity: String,
        /// Why, in a sentence.
        reason: String,
        /// The rule that says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'static str>,
    },
}

/// An `@embed`, as plans print it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EmbedForm {
    /// The property that vectors are computed from.
    pub source: String,
    /// The embedding model; the service's own without it.
    pub model: Option<String>,
}

/// An annotation, as plans print it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnnotationForm {
    /// The type, by its new name.
    pub name: String,
    /// Its positional argument.
    pub value: Option<String>,
    /// Its keyword arguments.
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
    /// Ids are made of these columns.
    Key(Vec<String>),
    /// No two rows share their values of these columns.
    Unique(Vec<String>),
    /// Look-ups by these columns are fast.
    Index(Vec<String>),
    /// Numbers lie within bounds, both inclusive.
    Range {
        /// The property.
        property: String,
        /// The lower bound, if there is one.
        min: Option<Bound>,
        /// The upper bound, if there is one.
        max: Option<Bound>,
    },
    /// Texts match a pattern.
    Check {
        /// The property.
        property: String,
        /// A regular expression.
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
    bound.as_ref().map(Bound::to_string).unwrap_or_default()
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
        Value::Duration { months, milliseconds } => json!(temporal::print_duration(*months, *milliseconds)),
    }
}

impl Action {
    /// Whether the rows are asked first.
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
