//! The scalar functions of the query language: names, signatures, meanings and examples, each once. Checks, completion,
//! signature help, the documentation page and the tests read this table; the engine and the reference evaluator match on
//! [`Scalar`]. The rules are those of docs/query-language.md, Functions.

use serde::{Deserialize, Serialize};

use crate::types::Scalar;

/// A function or an operator of scalar values: what a plan calls. Those with a name are rows of [`SCALAR_FUNCTIONS`]; the
/// others are written by signs or by words of the grammar.
///
/// Where nothing else is said, the result is null if an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// `and`: false if an argument is false, else null if one is null (Kleene).
    And,
    /// `or`: true if an argument is true, else null if one is null (Kleene).
    Or,
    /// `not` before a condition.
    Not,
    /// `is null`: never null itself.
    IsNull,
    /// `a matches b`: whether a regular expression finds something in a text. A literal one is checked with the query.
    Matches,
    /// `a || b`: two texts in a row.
    Join,
    /// `a + b`: of numbers, or of a date or an instant and a duration.
    Add,
    /// `a - b`: of numbers, of a date or an instant and a duration, or of two dates or instants.
    Subtract,
    /// `a * b`: of numbers, or of a duration and an integer.
    Multiply,
    /// `a / b`: always an F64; null where `b` is 0.
    Divide,
    /// `a % b`: what integer division leaves, with the sign of `a`; null where `b` is 0.
    Remainder,
    /// `-a`: of a number or a duration.
    Negate,
    /// `[a, b]`: a list of the arguments. Never null itself; items may be.
    List,
    /// `x[i..j]`: three arguments; a null bound is an open one. Items or characters from `i` to before `j`, clipped.
    Slice,
    /// `cast(x as T)`: fails where the value has no form in the type.
    Cast,
    /// `try_cast(x as T)`: null where the value has no form in the type.
    TryCast,
    /// `length($p)` and the like: something of a path.
    OfPath(PathPart),
    /// A function with a name.
    Function(Function),
}

impl Operation {
    /// Whether its arguments stand in brackets, so that they need no parentheses.
    pub fn is_enclosed(self) -> bool {
        matches!(
            self,
            Operation::Function(_)
                | Operation::Cast
                | Operation::TryCast
                | Operation::List
                | Operation::Slice
                | Operation::OfPath(_)
        )
    }
}

/// What is known of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathPart {
    /// `length`: how many edges it has.
    Length,
    /// `nodes`: the ids of its nodes, one more than edges.
    Nodes,
    /// `edges`: the ids of its edges.
    Edges,
    /// `cost`: what the weights of its edges come to.
    Cost,
    /// A text whose order is that of paths: by the number of edges, then by the sequence of their types and ids.
    Order,
}

impl PathPart {
    /// The function that gives it; the order has no name in the language.
    pub fn name(self) -> &'static str {
        match self {
            PathPart::Length => "length",
            PathPart::Nodes => "nodes",
            PathPart::Edges => "edges",
            PathPart::Cost => "cost",
            PathPart::Order => "order",
        }
    }
}

/// What an argument of a function must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A String.
    Text,
    /// A String that is a regular expression; a literal one is checked with the query.
    Pattern,
    /// A literal String, one of [`UNITS`].
    Unit,
    /// A String that is a pattern of dates; a literal one is checked with the query.
    DateFormat,
    /// A Bool.
    Bool,
    /// An integer of any width.
    Integer,
    /// A number of any width.
    Number,
    /// A Date or a DateTime.
    Moment,
    /// A DateTime.
    DateTime,
    /// A list of anything.
    List,
    /// A list of String.
    Texts,
    /// A list of numbers.
    Numbers,
    /// A list of values that have an order.
    Ordered,
    /// A String or a list.
    Sequence,
    /// A vector; all vectors of one call have the same length.
    Vector,
    /// A scalar that has an order; all such arguments of one call have one type, numbers widened.
    Comparable,
    /// What may be an item of the list that is the first argument.
    Item,
}

/// The type of what a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// This scalar.
    Scalar(Scalar),
    /// A list of this scalar.
    List(Scalar),
    /// The type of the first argument; integers of 32 bits become I64, F32 becomes F64.
    First,
    /// The type of the second argument.
    Second,
    /// The type that all arguments are widened to.
    Widest,
    /// An item of the first argument.
    ItemOfFirst,
    /// I64, or U64 if both arguments are.
    Integral,
    /// The sum of a list: I64, U64 or F64 by its items.
    SumOfItems,
}

/// When a function gives null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// If an argument is null.
    Strict,
    /// If an argument is null, or where there is no answer for a value.
    Partial,
    /// Nulls are left out; null if nothing is left.
    Ignored,
    /// Never: a null counts as the empty text.
    Empty,
}

/// The groups in which functions are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Of texts.
    Text,
    /// Of numbers.
    Numbers,
    /// Of dates, instants and durations.
    Time,
    /// Of lists.
    Lists,
    /// Of vectors.
    Vectors,
    /// Of hashes.
    Hashing,
}

impl Group {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Group; 6] = [
        Group::Text,
        Group::Numbers,
        Group::Time,
        Group::Lists,
        Group::Vectors,
        Group::Hashing,
    ];

    /// The heading above its functions.
    pub fn title(self) -> &'static str {
        match self {
            Group::Text => "Text",
            Group::Numbers => "Numbers",
            Group::Time => "Time",
            Group::Lists => "Lists",
            Group::Vectors => "Vectors",
            Group::Hashing => "Hashing",
        }
    }
}

/// An argument of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// As a signature shows it.
    pub name: &'static str,
    /// What it must be.
    pub argument: Argument,
    /// Whether it may be left out, and with it all that follow.
    pub optional: bool,
    /// Whether more of its kind may follow.
    pub repeated: bool,
}

/// A function with its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScalarFunction {
    /// What plans call it.
    pub function: Function,
    /// As it is written.
    pub name: &'static str,
    /// Where it is listed.
    pub group: Group,
    /// In order.
    pub parameters: &'static [Parameter],
    /// The type of the result.
    pub gives: Gives,
    /// When the result is null.
    pub nulls: Nulls,
    /// A sentence.
    pub meaning: &'static str,
    /// A call that needs no graph.
    pub example: &'static str,
    /// What the example gives, as JSON.
    pub result: &'static str,
}

impl ScalarFunction {
    /// As signature help shows it: `substring(text, start, count?)`.
    pub fn signature(&self) -> String {
        let parameters = self.parameters.iter().map(|parameter| {
            let mark = match (parameter.optional, parameter.repeated) {
                (_, true) => ", …",
                (true, false) => "?",
                (false, false) => "",
            };
            format!("{}{mark}", parameter.name)
        });
        format!("{}({})", self.name, parameters.collect::<Vec<_>>().join(", "))
    }

    /// The least number of arguments.
    pub fn least(&self) -> usize {
        self.parameters.iter().filter(|parameter| !parameter.optional).count()
    }

    /// The greatest number of arguments; `None` where there is none.
    pub fn most(&self) -> Option<usize> {
        let repeated = self.parameters.iter().any(|parameter| parameter.repeated);
        (!repeated).then_some(self.parameters.len())
    }
}

const fn one(name: &'static str, argument: Argument) -> Parameter {
    Parameter {
        name,
        argument,
        optional: false,
        repeated: false,
    }
}

const fn optional(name: &'static str, argument: Argument) -> Parameter {
    Parameter {
        optional: true,
        ..one(name, argument)
    }
}

const fn repeated(name: &'static str, argument: Argument) -> Parameter {
    Parameter {
        repeated: true,
        ..one(name, argument)
    }
}

/// The units that `trunc` takes, the coarsest first.
pub const UNITS: [&str; 8] = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"];

use Argument::{
    Comparable, DateFormat, DateTime, Integer, Item, List, Moment, Number, Numbers, Ordered, Pattern, Sequence, Text,
    Texts, Unit, Vector,
};
use Gives::{First, Integral, ItemOfFirst, SumOfItems, Widest};
use Nulls::{Empty, Ignored, Partial, Strict};

macro_rules! functions {
    ($($(#[doc = $meaning:literal])+ $function:ident = $name:literal $group:ident [$($parameter:expr),*] $gives:expr, $nulls:expr, $example:literal => $result:literal;)*) => {
        /// The scalar functions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Function {
            $($(#[doc = $meaning])+ $function,)*
        }

        /// All scalar functions, by group.
        pub const SCALAR_FUNCTIONS: &[ScalarFunction] = &[$(ScalarFunction {
            function: Function::$function,
            name: $name,
            group: Group::$group,
            parameters: &[$($parameter),*],
            gives: $gives,
            nulls: $nulls,
            meaning: concat!($($meaning),+).trim_ascii_start(),
            example: $example,
            result: $result,
        },)*];

        impl Function {
            /// As it is written.
            pub fn name(self) -> &'static str {
                match self {
                    $(Function::$function => $name,)*
                }
            }
        }
    };
}

functions! {
    /// The text in lower case, by Unicode's full mapping.
    Lower = "lower" Text [one("text", Text)] Gives::Scalar(Scalar::String), Strict, "lower(\"ÄB\")" => "\"äb\"";
    /// The text in upper case, by Unicode's full mapping.
    Upper = "upper" Text [one("text", Text)] Gives::Scalar(Scalar::String), Strict, "upper(\"straße\")" => "\"STRASSE\"";
    /// The text without white space at both ends.
    Trim = "trim" Text [one("text", Text)] Gives::Scalar(Scalar::String), Strict, "trim(\"  a b \")" => "\"a b\"";
    /// The text without white space at its start.
    Ltrim = "ltrim" Text [one("text", Text)] Gives::Scalar(Scalar::String), Strict, "ltrim(\" a \")" => "\"a \"";
    /// The text without white space at its end.
    Rtrim = "rtrim" Text [one("text", Text)] Gives::Scalar(Scalar::String), Strict, "rtrim(\" a \")" => "\" a\"";
    /// How many characters the text has.
    Length = "length" Text [one("text", Text)] Gives::Scalar(Scalar::I64), Strict, "length(\"süß\")" => "3";
    /// The characters in the opposite order.
    Reverse = "reverse" Text [one("text", Text)] Gives::Scalar(Scalar::String), Strict, "reverse(\"abc\")" => "\"cba\"";
    /// Characters from a place, counted from 0; all that follow, or this many.
    Substring = "substring" Text [one("text", Text), one("start", Integer), optional("count", Integer)] Gives::Scalar(Scalar::String), Strict, "substring(\"abcdef\", 2, 3)" => "\"cde\"";
    /// The first characters.
    Left = "left" Text [one("text", Text), one("count", Integer)] Gives::Scalar(Scalar::String), Strict, "left(\"abc\", 2)" => "\"ab\"";
    /// The last characters.
    Right = "right" Text [one("text", Text), one("count", Integer)] Gives::Scalar(Scalar::String), Strict, "right(\"abc\", 2)" => "\"bc\"";
    /// Every occurrence of a part replaced by another text; an empty part occurs nowhere.
    Replace = "replace" Text [one("text", Text), one("part", Text), one("by", Text)] Gives::Scalar(Scalar::String), Strict, "replace(\"a-b-c\", \"-\", \"+\")" => "\"a+b+c\"";
    /// The pieces between a separator; with an empty one, the characters.
    Split = "split" Text [one("text", Text), one("separator", Text)] Gives::List(Scalar::String), Strict, "split(\"a,b,,c\", \",\")" => "[\"a\",\"b\",\"\",\"c\"]";
    /// The texts of a list in a row, with a separator between them; nulls are left out.
    JoinList = "join" Text [one("list", Texts), one("separator", Text)] Gives::Scalar(Scalar::String), Strict, "join([\"a\", \"b\"], \"-\")" => "\"a-b\"";
    /// Texts in a row; a null counts as the empty text.
    Concat = "concat" Text [repeated("text", Text)] Gives::Scalar(Scalar::String), Empty, "concat(\"a\", \"b\", \"c\")" => "\"abc\"";
    /// Where a part begins, counted from 0; -1 if the text does not have it.
    Position = "position" Text [one("text", Text), one("part", Text)] Gives::Scalar(Scalar::I64), Strict, "position(\"abcd\", \"cd\")" => "2";
    /// The text with this length: filled at its start, with spaces or with another text, or cut at its end.
    Lpad = "lpad" Text [one("text", Text), one("length", Integer), optional("fill", Text)] Gives::Scalar(Scalar::String), Strict, "lpad(\"7\", 3, \"0\")" => "\"007\"";
    /// The text with this length: filled at its end, with spaces or with another text, or cut there.
    Rpad = "rpad" Text [one("text", Text), one("length", Integer), optional("fill", Text)] Gives::Scalar(Scalar::String), Strict, "rpad(\"7\", 3, \".\")" => "\"7..\"";
    /// The text in Unicode's normal form C.
    Normalize = "normalize" Text [one("text", Text)] Gives::Scalar(Scalar::String), Strict, "normalize(\"e\u{301}\")" => "\"é\"";
    /// What a regular expression matches first, or one of its groups; null if it matches nothing.
    RegexExtract = "regex_extract" Text [one("text", Text), one("pattern", Pattern), optional("group", Integer)] Gives::Scalar(Scalar::String), Partial, "regex_extract(\"key=42\", \"([a-z]+)=([0-9]+)\", 2)" => "\"42\"";
    /// Every match of a regular expression replaced; `$1` in the replacement stands for the first group.
    RegexReplace = "regex_replace" Text [one("text", Text), one("pattern", Pattern), one("by", Text)] Gives::Scalar(Scalar::String), Strict, "regex_replace(\"a1b22\", \"[0-9]+\", \"#\")" => "\"a#b#\"";

    /// The number without its sign.
    Abs = "abs" Numbers [one("number", Number)] First, Strict, "abs(-3)" => "3";
    /// -1, 0 or 1, by the sign of the number.
    Sign = "sign" Numbers [one("number", Number)] Gives::Scalar(Scalar::I64), Strict, "sign(-2.5)" => "-1";
    /// The least whole number that is not below the number.
    Ceil = "ceil" Numbers [one("number", Number)] First, Strict, "ceil(1.2)" => "2.0";
    /// The greatest whole number that is not above the number.
    Floor = "floor" Numbers [one("number", Number)] First, Strict, "floor(-1.2)" => "-2.0";
    /// The nearest number with so many digits behind the point, none without; half away from zero, by the exact decimal value.
    Round = "round" Numbers [one("number", Number), optional("digits", Integer)] First, Strict, "round(2.5)" => "3.0";
    /// The square root; null of a negative number.
    Sqrt = "sqrt" Numbers [one("number", Number)] Gives::Scalar(Scalar::F64), Partial, "sqrt(9)" => "3.0";
    /// The cube root.
    Cbrt = "cbrt" Numbers [one("number", Number)] Gives::Scalar(Scalar::F64), Strict, "cbrt(27)" => "3.0";
    /// A number to the power of another; null where the result is no finite number.
    Pow = "pow" Numbers [one("base", Number), one("exponent", Number)] Gives::Scalar(Scalar::F64), Partial, "pow(2, 10)" => "1024.0";
    /// e to the power of the number; null where the result is not finite.
    Exp = "exp" Numbers [one("number", Number)] Gives::Scalar(Scalar::F64), Partial, "exp(0)" => "1.0";
    /// The natural logarithm; null of a number that is not above 0.
    Ln = "ln" Numbers [one("number", Number)] Gives::Scalar(Scalar::F64), Partial, "ln(1)" => "0.0";
    /// The logarithm to base 10; null of a number that is not above 0.
    Log10 = "log10" Numbers [one("number", Number)] Gives::Scalar(Scalar::F64), Partial, "log10(1000)" => "3.0";
    /// The logarithm to base 2; null of a number that is not above 0.
    Log2 = "log2" Numbers [one("number", Number)] Gives::Scalar(Scalar::F64), Partial, "log2(8)" => "3.0";
    /// The sine of an angle in radians.
    Sin = "sin" Numbers [one("angle", Number)] Gives::Scalar(Scalar::F64), Partial, "sin(0)" => "0.0";
    /// The cosine of an angle in radians.
    Cos = "cos" Numbers [one("angle", Number)] Gives::Scalar(Scalar::F64), Partial, "cos(0)" => "1.0";
    /// The tangent of an angle in radians.
    Tan = "tan" Numbers [one("angle", Number)] Gives::Scalar(Scalar::F64), Partial, "tan(0)" => "0.0";
    /// The angle in radians whose sine is the number; null outside of -1 to 1.
    Asin = "asin" Numbers [one("number", Number)] Gives::Scalar(Scalar::F64), Partial, "asin(0)" => "0.0";
    /// The angle in radians whose cosine is the number; null outside of -1 to 1.
    Acos = "acos" Numbers [one("number", Number)] Gives::Scalar(Scalar::F64), Partial, "acos(1)" => "0.0";
    /// The angle in radians whose tangent is the number.
    Atan = "atan" Numbers [one("number", Number)] Gives::Scalar(Scalar::F64), Strict, "atan(0)" => "0.0";
    /// The angle in radians of the point (x, y).
    Atan2 = "atan2" Numbers [one("y", Number), one("x", Number)] Gives::Scalar(Scalar::F64), Strict, "atan2(0, 1)" => "0.0";
    /// The number π.
    Pi = "pi" Numbers [] Gives::Scalar(Scalar::F64), Strict, "pi()" => "3.141592653589793";
    /// Degrees as radians.
    Radians = "radians" Numbers [one("degrees", Number)] Gives::Scalar(Scalar::F64), Strict, "radians(180)" => "3.141592653589793";
    /// Radians as degrees.
    Degrees = "degrees" Numbers [one("radians", Number)] Gives::Scalar(Scalar::F64), Strict, "degrees(0)" => "0.0";
    /// Integer division, towards zero; null where the divisor is 0.
    Div = "div" Numbers [one("number", Integer), one("divisor", Integer)] Integral, Partial, "div(-7, 2)" => "-3";
    /// The least of the values; nulls are left out.
    Least = "least" Numbers [repeated("value", Comparable)] Widest, Ignored, "least(3, 1, 2)" => "1";
    /// The greatest of the values; nulls are left out.
    Greatest = "greatest" Numbers [repeated("value", Comparable)] Widest, Ignored, "greatest(3, 1, 2)" => "3";

    /// The day of the request in UTC, the same everywhere in it.
    Today = "today" Time [] Gives::Scalar(Scalar::Date), Strict, "today() = today()" => "true";
    /// The year.
    Year = "year" Time [one("time", Moment)] Gives::Scalar(Scalar::I64), Strict, "year(date(\"2024-02-29\"))" => "2024";
    /// The quarter of the year, from 1.
    Quarter = "quarter" Time [one("time", Moment)] Gives::Scalar(Scalar::I64), Strict, "quarter(date(\"2024-02-29\"))" => "1";
    /// The month, from 1.
    Month = "month" Time [one("time", Moment)] Gives::Scalar(Scalar::I64), Strict, "month(date(\"2024-02-29\"))" => "2";
    /// The week of the year by ISO 8601, from 1.
    Week = "week" Time [one("time", Moment)] Gives::Scalar(Scalar::I64), Strict, "week(date(\"2024-02-29\"))" => "9";
    /// The day of the month, from 1.
    Day = "day" Time [one("time", Moment)] Gives::Scalar(Scalar::I64), Strict, "day(date(\"2024-02-29\"))" => "29";
    /// The day of the week, 1 for Monday.
    DayOfWeek = "day_of_week" Time [one("time", Moment)] Gives::Scalar(Scalar::I64), Strict, "day_of_week(date(\"2024-02-29\"))" => "4";
    /// The day of the year, from 1.
    DayOfYear = "day_of_year" Time [one("time", Moment)] Gives::Scalar(Scalar::I64), Strict, "day_of_year(date(\"2024-02-29\"))" => "60";
    /// The hour, from 0.
    Hour = "hour" Time [one("time", DateTime)] Gives::Scalar(Scalar::I64), Strict, "hour(datetime(\"2024-02-29T13:14:15Z\"))" => "13";
    /// The minute, from 0.
    Minute = "minute" Time [one("time", DateTime)] Gives::Scalar(Scalar::I64), Strict, "minute(datetime(\"2024-02-29T13:14:15Z\"))" => "14";
    /// The second, from 0.
    Second = "second" Time [one("time", DateTime)] Gives::Scalar(Scalar::I64), Strict, "second(datetime(\"2024-02-29T13:14:15Z\"))" => "15";
    /// The start of the year, quarter, month, ISO week, day, hour, minute or second that holds the time; of a day nothing below `day`.
    Trunc = "trunc" Time [one("unit", Unit), one("time", Moment)] Gives::Second, Strict, "trunc(\"month\", date(\"2024-02-29\"))" => "\"2024-02-01\"";
    /// A duration of so many years, each of twelve months.
    Years = "years" Time [one("count", Integer)] Gives::Scalar(Scalar::Duration), Strict, "date(\"2024-02-29\") + years(1)" => "\"2025-02-28\"";
    /// A duration of so many calendar months.
    Months = "months" Time [one("count", Integer)] Gives::Scalar(Scalar::Duration), Strict, "date(\"2024-01-31\") + months(1)" => "\"2024-02-29\"";
    /// A duration of so many weeks.
    Weeks = "weeks" Time [one("count", Integer)] Gives::Scalar(Scalar::Duration), Strict, "date(\"2024-01-31\") + weeks(1)" => "\"2024-02-07\"";
    /// A duration of so many days, each of 86 400 seconds.
    Days = "days" Time [one("count", Integer)] Gives::Scalar(Scalar::Duration), Strict, "date(\"2024-01-31\") + days(1)" => "\"2024-02-01\"";
    /// A duration of so many hours.
    Hours = "hours" Time [one("count", Integer)] Gives::Scalar(Scalar::Duration), Strict, "hours(3)" => "\"PT3H\"";
    /// A duration of so many minutes.
    Minutes = "minutes" Time [one("count", Integer)] Gives::Scalar(Scalar::Duration), Strict, "minutes(90)" => "\"PT1H30M\"";
    /// A duration of so many seconds.
    Seconds = "seconds" Time [one("count", Integer)] Gives::Scalar(Scalar::Duration), Strict, "seconds(5)" => "\"PT5S\"";
    /// A duration of so many milliseconds.
    Milliseconds = "milliseconds" Time [one("count", Integer)] Gives::Scalar(Scalar::Duration), Strict, "milliseconds(1500)" => "\"PT1.5S\"";
    /// How many whole days lie between two times, towards zero; negative if the second one is earlier.
    BetweenDays = "between_days" Time [one("from", Moment), one("to", Moment)] Gives::Scalar(Scalar::I64), Strict, "between_days(date(\"2024-02-28\"), date(\"2024-03-01\"))" => "2";
    /// How many whole seconds lie between two times, towards zero; negative if the second one is earlier.
    BetweenSeconds = "between_seconds" Time [one("from", Moment), one("to", Moment)] Gives::Scalar(Scalar::I64), Strict, "between_seconds(date(\"2024-02-28\"), date(\"2024-02-29\"))" => "86400";
    /// Milliseconds since 1970-01-01T00:00:00Z.
    EpochMs = "epoch_ms" Time [one("time", DateTime)] Gives::Scalar(Scalar::I64), Strict, "epoch_ms(datetime(\"1970-01-01T00:00:01Z\"))" => "1000";
    /// The instant so many milliseconds after 1970-01-01T00:00:00Z.
    FromEpochMs = "from_epoch_ms" Time [one("count", Integer)] Gives::Scalar(Scalar::DateTime), Strict, "from_epoch_ms(1000)" => "\"1970-01-01T00:00:01.000Z\"";
    /// The time as text, by a pattern of `%Y %m %d %H %M %S %3f %j %V %u`, other characters as they are.
    Format = "format" Time [one("time", Moment), one("pattern", DateFormat)] Gives::Scalar(Scalar::String), Strict, "format(date(\"2024-02-29\"), \"%d.%m.%Y\")" => "\"29.02.2024\"";
    /// The day that a text states by a pattern; null if it states none.
    ParseDate = "parse_date" Time [one("text", Text), one("pattern", DateFormat)] Gives::Scalar(Scalar::Date), Partial, "parse_date(\"29.02.2024\", \"%d.%m.%Y\")" => "\"2024-02-29\"";
    /// The instant in UTC that a text states by a pattern; null if it states none.
    ParseDatetime = "parse_datetime" Time [one("text", Text), one("pattern", DateFormat)] Gives::Scalar(Scalar::DateTime), Partial, "parse_datetime(\"2024-02-29 13:14\", \"%Y-%m-%d %H:%M\")" => "\"2024-02-29T13:14:00.000Z\"";

    /// How many items a list has.
    Size = "size" Lists [one("list", List)] Gives::Scalar(Scalar::I64), Strict, "size([1, 2, 3])" => "3";
    /// The item, or the character, at a place counted from 0; null outside.
    At = "at" Lists [one("list", Sequence), one("index", Integer)] ItemOfFirst, Partial, "at([1, 2, 3], 1)" => "2";
    /// The list without repetitions; each value at its first place.
    ListDistinct = "list_distinct" Lists [one("list", List)] First, Strict, "list_distinct([2, 1, 2])" => "[2,1]";
    /// The items in ascending order, nulls first.
    ListSort = "list_sort" Lists [one("list", Ordered)] First, Strict, "list_sort([2, 3, 1])" => "[1,2,3]";
    /// The sum of the items; null of none.
    ListSum = "list_sum" Lists [one("list", Numbers)] SumOfItems, Partial, "list_sum([1, 2, 3])" => "6";
    /// The least item; null of none.
    ListMin = "list_min" Lists [one("list", Ordered)] ItemOfFirst, Partial, "list_min([2, 3, 1])" => "1";
    /// The greatest item; null of none.
    ListMax = "list_max" Lists [one("list", Ordered)] ItemOfFirst, Partial, "list_max([2, 3, 1])" => "3";
    /// Whether an item of the list equals the value: `value in list`.
    ListContains = "list_contains" Lists [one("list", List), one("value", Item)] Gives::Scalar(Scalar::Bool), Partial, "list_contains([1, 2], 2)" => "true";
    /// The integers from one to another, the end included, by a step that is 1 unless given; null where the step is 0.
    Range = "range" Lists [one("from", Integer), one("to", Integer), optional("step", Integer)] Gives::List(Scalar::I64), Partial, "range(1, 7, 2)" => "[1,3,5,7]";

    /// The cosine of the angle between two vectors; null if one of them is zero.
    CosineSimilarity = "cosine_similarity" Vectors [one("a", Vector), one("b", Vector)] Gives::Scalar(Scalar::F64), Partial, "cosine_similarity(cast([1.0, 0.0] as [F32]), cast([1.0, 0.0] as [F32]))" => "1.0";
    /// The Euclidean distance of two vectors.
    L2Distance = "l2_distance" Vectors [one("a", Vector), one("b", Vector)] Gives::Scalar(Scalar::F64), Strict, "l2_distance(cast([0.0, 3.0] as [F32]), cast([4.0, 0.0] as [F32]))" => "5.0";
    /// The dot product of two vectors.
    Dot = "dot" Vectors [one("a", Vector), one("b", Vector)] Gives::Scalar(Scalar::F64), Strict, "dot(cast([1.0, 2.0] as [F32]), cast([3.0, 4.0] as [F32]))" => "11.0";

    /// The MD5 hash of the text's UTF-8, in hexadecimal.
    Md5 = "md5" Hashing [one("text", Text)] Gives::Scalar(Scalar::String), Strict, "md5(\"a\")" => "\"0cc175b9c0f1b6a831c399e269772661\"";
    /// The SHA-256 hash of the text's UTF-8, in hexadecimal.
    Sha256 = "sha256" Hashing [one("text", Text)] Gives::Scalar(Scalar::String), Strict, "sha256(\"a\")" => "\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\"";
    /// The 64-bit xxHash of the text's UTF-8, with seed 0.
    Xxhash64 = "xxhash64" Hashing [one("text", Text)] Gives::Scalar(Scalar::U64), Strict, "xxhash64(\"a\")" => "15154266338359012955";
}

/// The scalar function of this name.
pub fn find_scalar_function(name: &str) -> Option<&'static ScalarFunction> {
    SCALAR_FUNCTIONS.iter().find(|known| known.name == name)
}

impl Function {
    /// Its signature.
    pub fn signature(self) -> &'static ScalarFunction {
        // The table is made from the same list as the enum, in the same order.
        &SCALAR_FUNCTIONS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_function_is_a_row_of_its_own() {
        let names: BTreeSet<&str> = SCALAR_FUNCTIONS.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), SCALAR_FUNCTIONS.len());
        for row in SCALAR_FUNCTIONS {
            assert_eq!(row.function.signature().name, row.name);
            assert_eq!(row.function.name(), row.name);
            assert!(
                crate::vocabulary::find_function(row.name).is_none(),
                "{} is another kind of function",
                row.name
            );
            let first_optional = row.parameters.iter().position(|parameter| parameter.optional);
            let after = &row.parameters[first_optional.unwrap_or(row.parameters.len())..];
            assert!(after.iter().all(|parameter| parameter.optional), "{}", row.name);
        }
    }

    #[test]
    fn signatures_read_as_they_are_called() {
        let shown = |name| find_scalar_function(name).expect("a function").signature();
        assert_eq!(shown("substring"), "substring(text, start, count?)");
        assert_eq!(shown("concat"), "concat(text, …)");
        assert_eq!(shown("pi"), "pi()");
    }
}
