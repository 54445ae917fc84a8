//! Functions of texts, and regular expressions.

use omnigraph_grammar::Span;

use crate::ast::{Call, Expr, ExprKind};
use crate::codes;
use crate::value::{Level, Ty, Value, binary, call, quoted};

use super::Translator;
use super::operators::call_cast;
use super::regex::converted;
use super::where_clause::number;

impl Translator<'_> {
    pub(super) fn of_texts(&mut self, of: &Call, expr: &Expr, arguments: &[Value]) -> Option<Value> {
        let span = expr.span;
        let name = of.name.as_str();
        let shown = of.written.as_str();
        if name == "tostring" {
            let [value] = arguments else {
                return None;
            };
            return Some(self.text_of(value, span));
        }
        let mut arguments = arguments.to_vec();
        let first = arguments.first_mut()?;
        self.settle(first, &Ty::Text);
        if !matches!(first.ty, Ty::Text | Ty::Null) {
            let message = format!("`{shown}` takes text, and this is {}", first.ty.word());
            return Some(self.none(&codes::OPERANDS, span, message, "is it text in the schema?"));
        }
        let literal = |at: usize| match of.arguments.get(at).map(|argument| &argument.kind) {
            Some(ExprKind::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let ours = match name {
            "toupper" | "upper" | "ucase" => "upper",
            "tolower" | "lower" | "lcase" => "lower",
            "trim" | "ltrim" | "rtrim" | "reverse" | "normalize" => name,
            "size" | "char_length" | "character_length" | "length" => "length",
            _ => "",
        };
        if self.is_kuzu() && ["upper", "lower", "trim", "ltrim", "rtrim"].contains(&ours) {
            let message = match ours {
                "upper" | "lower" => {
                    "Kùzu maps each character to one, and we by Unicode's full mapping: `ß` becomes `ẞ` there and `SS` here"
                }
                _ => "Kùzu takes fewer characters for spaces than we do",
            };
            return Some(self.none(
                &codes::RESULT,
                span,
                message,
                "return the text itself, and change it outside of the query",
            ));
        }
        match (name, arguments.as_slice()) {
            (_, [text]) if ours == "length" => Some(call("length", &[text], Ty::Integer)),
            (_, [text]) if !ours.is_empty() => Some(call(ours, &[text], Ty::Text)),
            ("isempty", [text]) => {
                let empty = Value::primary("\"\"", Ty::Text);
                Some(binary(text, "=", &empty, Level::Comparison, Ty::Bool))
            }
            ("concat", parts) if self.is_kuzu() && parts.iter().all(|part| part.ty == Ty::Text) => {
                let parts: Vec<&Value> = parts.iter().collect();
                Some(call("concat", &parts, Ty::Text).nullable(false))
            }
            ("starts_with" | "prefix", [text, part]) => {
                Some(self.texts(text.clone(), "starts_with", part.clone(), span))
            }
            ("ends_with" | "suffix", [text, part]) => Some(self.texts(text.clone(), "ends_with", part.clone(), span)),
            ("contains", [text, part]) => Some(self.texts(text.clone(), "contains", part.clone(), span)),
            ("left" | "right", [text, count]) => {
                if self.is_kuzu() && of.arguments.get(1).and_then(number).is_none_or(|count| count < 0.0) {
                    let message = format!("`{shown}` counts from the other end in Kùzu where the number is negative");
                    return Some(self.none(&codes::RESULT, span, message, "write the number"));
                }
                let count = self.count(count, shown, span)?;
                Some(call(name, &[text, &count], Ty::Text))
            }
            ("substring", [text, from]) if !self.is_kuzu() => {
                let from = self.count(from, shown, span)?;
                Some(call("substring", &[text, &from], Ty::Text))
            }
            ("substring", [text, from, count]) => {
                let mut from = self.count(from, shown, span)?;
                let count = self.count(count, shown, span)?;
                if self.is_kuzu() {
                    match &of.arguments[1].kind {
                        ExprKind::Integer(place) if *place >= 1 => from.text = (place - 1).to_string(),
                        _ => {
                            let message = "Kùzu counts the places of a text from 1, and we from 0";
                            return Some(self.none(
                                &codes::RESULT,
                                span,
                                message,
                                "write the place as a number from 1 on",
                            ));
                        }
                    }
                }
                Some(call("substring", &[text, &from, &count], Ty::Text))
            }
            ("replace", [text, _, by]) => {
                let mut by = by.clone();
                self.settle(&mut by, &Ty::Text);
                match literal(1).filter(|part| !part.is_empty()) {
                    Some(part) if matches!(by.ty, Ty::Text | Ty::Null) => {
                        let part = Value::primary(quoted(part), Ty::Text);
                        Some(call("replace", &[text, &part, &by], Ty::Text))
                    }
                    _ => {
                        let message = "an empty part occurs nowhere here, and between all characters there";
                        Some(self.none(
                            &codes::RESULT,
                            span,
                            message,
                            "write the part as a text that is not empty",
                        ))
                    }
                }
            }
            ("split", [text, _]) if !self.is_kuzu() => match literal(1).filter(|part| !part.is_empty()) {
                Some(part) => {
                    let part = Value::primary(quoted(part), Ty::Text);
                    Some(call("split", &[text, &part], Ty::List(Ty::Text.into())))
                }
                None => {
                    let message = "an empty separator has another meaning here";
                    Some(self.none(
                        &codes::RESULT,
                        span,
                        message,
                        "write the separator as a text that is not empty",
                    ))
                }
            },
            _ => None,
        }
    }

    /// A place or a number of characters. A negative one fails in Cypher.
    fn count(&mut self, value: &Value, name: &str, span: Span) -> Option<Value> {
        let mut value = value.clone();
        self.settle(&mut value, &Ty::Integer);
        match value.ty {
            Ty::Integer => Some(value),
            ref other => {
                let message = format!("`{name}` takes an integer, and this is {}", other.word());
                self.report(&codes::OPERANDS, span, message, "write an integer");
                None
            }
        }
    }

    fn text_of(&mut self, value: &Value, span: Span) -> Value {
        match &value.ty {
            Ty::Text => value.clone(),
            Ty::Integer | Ty::Bool | Ty::Date => call_cast(value, "String", Ty::Text),
            other => {
                let message = format!("{} as text looks different here", other.word());
                self.none(
                    &codes::RESULT,
                    span,
                    message,
                    "return the value itself, and write it as text outside of the query",
                )
            }
        }
    }

    /// `=~`, which matches the whole text.
    pub(super) fn matches(&mut self, text: &Expr, pattern: &Expr, span: Span) -> Value {
        let mut value = self.value(text);
        self.settle(&mut value, &Ty::Text);
        match &value.ty {
            Ty::Text => {}
            Ty::Unknown => return Value::unknown(),
            other => {
                let message = format!("`=~` takes text, and this is {}", other.word());
                return self.none(&codes::OPERANDS, span, message, "is it text in the schema?");
            }
        }
        let ExprKind::Text(written) = &pattern.kind else {
            let help = "write the pattern as a text; `matches` here finds it at any place of a text";
            return self.none(
                &codes::REGEX,
                pattern.span,
                "only a pattern that is written can be translated",
                help,
            );
        };
        match converted(written) {
            Ok(converted) => {
                let pattern = Value::primary(quoted(&converted), Ty::Text);
                binary(&value, "matches", &pattern, Level::Comparison, Ty::Bool)
            }
            Err(reason) => {
                let message = format!("this pattern means something else here: {reason}");
                let help = "use classes, groups and repetitions alone; `toLower(x)` replaces `(?i)`";
                self.none(&codes::REGEX, pattern.span, message, help)
            }
        }
    }
}
