//! The rules about translations under shorter names. They stand with all other rules in the compiler, so that `explain` and the pages
//! of the documentation know them.

use omnigraph_compiler::rules::translation as rules;

pub(crate) use rules::x001_unreadable::RULE as UNREADABLE;
pub(crate) use rules::x002_no_schema::RULE as NO_SCHEMA;
pub(crate) use rules::x003_label::RULE as LABEL;
pub(crate) use rules::x004_untyped_node::RULE as UNTYPED;
pub(crate) use rules::x005_relationship::RULE as RELATIONSHIP;
pub(crate) use rules::x006_property::RULE as PROPERTY;
pub(crate) use rules::x007_several_types::RULE as SEVERAL;
pub(crate) use rules::x008_parameter::RULE as PARAMETER;
pub(crate) use rules::x009_variable::RULE as VARIABLE;
pub(crate) use rules::x010_optional_match::RULE as OPTIONAL;
pub(crate) use rules::x011_stage::RULE as STAGE;
pub(crate) use rules::x012_union::RULE as UNION;
pub(crate) use rules::x013_walk::RULE as WALK;
pub(crate) use rules::x014_path::RULE as PATH;
pub(crate) use rules::x015_clause::RULE as CLAUSE;
pub(crate) use rules::x016_identity::RULE as IDENTITY;
pub(crate) use rules::x017_function::RULE as FUNCTION;
pub(crate) use rules::x018_other_result::RULE as RESULT;
pub(crate) use rules::x019_not_finite::RULE as FINITE;
pub(crate) use rules::x020_operands::RULE as OPERANDS;
pub(crate) use rules::x021_untyped_value::RULE as VALUE;
pub(crate) use rules::x022_pattern_of_text::RULE as REGEX;
pub(crate) use rules::x023_time::RULE as TIME;
pub(crate) use rules::x024_whole::RULE as WHOLE;
pub(crate) use rules::x025_aggregate::RULE as AGGREGATE;
pub(crate) use rules::x026_amount::RULE as AMOUNT;
pub(crate) use rules::x027_write::RULE as WRITE;
pub(crate) use rules::x030_renamed::RULE as RENAMED;
pub(crate) use rules::x031_column_type::RULE as COLUMN;
pub(crate) use rules::x032_table::RULE as TABLE;
pub(crate) use rules::x034_precision::RULE as PRECISION;
pub(crate) use rules::x035_loop_either_way::RULE as LOOP;
pub(crate) use rules::x099_refused::RULE as REFUSED;
