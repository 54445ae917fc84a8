//! Steps in words, one line each.

use std::fmt::{Display, Formatter, Result};

use super::step::{Action, AnnotationForm, Cost, EmbedForm, Mode, Step, Validation};
use crate::schema::Cardinality;

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}", self.action)?;
        let cost = match self.cost {
            Cost::Metadata => return Ok(()),
            Cost::Index => "an index to build",
            Cost::Scan => "reads rows",
            Cost::Rewrite => "writes a column",
            Cost::Reclaim => "removes files",
        };
        write!(f, " ({cost})")
    }
}

impl Action {
    /// What it does, without what the data say to it.
    pub fn deed(&self) -> String {
        let text = self.to_string();
        text.strip_suffix(proved(&self.validation()))
            .unwrap_or(&text)
            .to_owned()
    }
}

impl Display for Action {
    #[expect(
        clippy::too_many_lines,
        reason = "one sentence per action; the parts mean nothing by themselves"
    )]
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Action::AddType { type_kind, name } => write!(f, "add {type_kind} {name}"),
            Action::RenameType { type_kind, from, to } => write!(f, "rename {type_kind} {from} to {to}"),
            Action::DropType { type_kind, name, mode } => write!(f, "drop {type_kind} {name}{}", for_good(mode)),
            Action::AddProperty {
                type_name,
                property_name,
                property_type,
                fill,
                ..
            } => {
                let filled = if fill.is_some() {
                    ", filled with its default"
                } else {
                    ""
                };
                write!(f, "add {type_name}.{property_name}: {property_type}{filled}")
            }
            Action::RenameProperty {
                type_name, from, to, ..
            } => write!(f, "rename {type_name}.{from} to {to}"),
            Action::DropProperty {
                type_name,
                property_name,
                mode,
                ..
            } => write!(f, "drop {type_name}.{property_name}{}", for_good(mode)),
            Action::AddConstraint {
                type_name,
                constraint,
                validation,
                ..
            } => write!(f, "add {constraint} to {type_name}{}", proved(validation)),
            Action::DropConstraint {
                type_name, constraint, ..
            } => write!(f, "remove {constraint} from {type_name}"),
            Action::ExtendEnum {
                type_name,
                property_name,
                added_values,
                ..
            } => write!(f, "allow {} in {type_name}.{property_name}", added_values.join(", ")),
            Action::ShrinkEnum {
                type_name,
                property_name,
                removed_values,
                validation,
                ..
            } => {
                let values = removed_values.join(", ");
                write!(
                    f,
                    "forbid {values} in {type_name}.{property_name}{}",
                    proved(validation)
                )
            }
            Action::ConvertEnum {
                type_name,
                property_name,
                direction,
                validation,
                ..
            } => {
                let what = if *direction == "to_string" {
                    "any text"
                } else {
                    "an enum"
                };
                write!(f, "make {type_name}.{property_name} {what}{}", proved(validation))
            }
            Action::ChangePropertyType {
                type_name,
                property_name,
                from,
                to,
                ..
            } => write!(f, "change {type_name}.{property_name} from {from} to {to}"),
            Action::ChangeNullability {
                type_name,
                property_name,
                nullable,
                fill,
                validation,
                ..
            } => {
                let what = if *nullable { "optional" } else { "required" };
                // The constraints say what the rows must satisfy then.
                let filled = match fill {
                    Some(_) => ", nulls filled with its default",
                    None => proved(validation),
                };
                write!(f, "make {type_name}.{property_name} {what}{filled}")
            }
            Action::ChangeCardinality {
                type_name,
                from,
                to,
                validation,
            } => write!(
                f,
                "change the cardinality of {type_name} from {} to {}{}",
                range(from),
                range(to),
                proved(validation)
            ),
            Action::ChangeEndpoints { type_name, from, to } => write!(
                f,
                "lead {type_name} from {} to {} instead of from {} to {}",
                to[0], to[1], from[0], from[1]
            ),
            Action::ChangeImplements {
                type_name,
                added,
                removed,
            } => {
                let mut parts = Vec::new();
                if !added.is_empty() {
                    parts.push(format!("implement {}", added.join(", ")));
                }
                if !removed.is_empty() {
                    parts.push(format!("no longer implement {}", removed.join(", ")));
                }
                write!(f, "let {type_name} {}", parts.join(" and "))
            }
            Action::ChangeEmbed {
                type_name,
                property_name,
                from,
                to,
                ..
            } => write!(
                f,
                "compute {type_name}.{property_name} from {} instead of {}",
                embed(to),
                embed(from)
            ),
            Action::ChangeDefault {
                type_name,
                property_name,
                to,
                ..
            } => match to {
                Some(_) => write!(f, "set the default of {type_name}.{property_name}"),
                None => write!(f, "remove the default of {type_name}.{property_name}"),
            },
            Action::UpdateTypeMetadata { name, annotations, .. } => {
                write!(f, "describe {name}: {}", names(annotations))
            }
            Action::UpdatePropertyMetadata {
                type_name,
                property_name,
                annotations,
                ..
            } => write!(f, "describe {type_name}.{property_name}: {}", names(annotations)),
            Action::UpdateAnnotations {
                type_name,
                property_name,
                annotations,
                ..
            } => {
                let member = property_name.as_ref().map_or(String::new(), |name| format!(".{name}"));
                write!(f, "annotate {type_name}{member}: {}", names(annotations))
            }
            Action::UpdateSource => f.write_str("keep the new text; nothing else changes"),
            Action::UnsupportedChange { reason, .. } => write!(f, "impossible: {reason}"),
        }
    }
}

fn for_good(mode: &Mode) -> &'static str {
    match mode {
        Mode::Soft => "",
        Mode::Hard => " for good",
    }
}

fn proved(validation: &Validation) -> &'static str {
    match validation {
        Validation::None => "",
        Validation::Proved => ", which the data allow",
        Validation::Scan => ", unless the data forbid it",
    }
}

fn range(cardinality: &Cardinality) -> String {
    let max = cardinality.max.map_or(String::new(), |max| max.to_string());
    format!("{}..{max}", cardinality.min)
}

fn embed(form: &Option<EmbedForm>) -> String {
    match form {
        None => "nothing".to_owned(),
        Some(EmbedForm { source, model }) => match model {
            Some(model) => format!("{source} by {model}"),
            None => source.clone(),
        },
    }
}

fn names(annotations: &[AnnotationForm]) -> String {
    match annotations.is_empty() {
        true => "nothing".to_owned(),
        false => annotations
            .iter()
            .map(|a| format!("@{}", a.name))
            .collect::<Vec<_>>()
            .join(", "),
    }
}
