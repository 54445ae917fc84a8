//! Migrations as data: the steps of a plan, and the questions that only the stored rows can answer. Plans are made by the
//! compiler, questions are answered and steps applied by whoever has the rows.

mod describe;
mod question;
mod step;

pub use question::{Answer, Column, Question, Test};
pub use step::{Action, AnnotationForm, ConstraintForm, Cost, EmbedForm, Mode, Step, Tier, Validation};
