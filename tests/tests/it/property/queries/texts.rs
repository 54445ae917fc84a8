//! Random expressions of texts, times and lists.

use super::expressions::{Expressions, Item, PATTERNS, Sort, TIME_PATTERNS};

impl Expressions<'_, '_> {
    pub(super) fn text(&mut self, depth: usize) -> String {
        let text = self.of(Sort::Text, depth);
        match self.below(18) {
            0 | 1 => format!("({text} || {})", self.of(Sort::Text, depth)),
            2 | 3 => {
                let function = self.choose(&["lower", "upper", "trim", "ltrim", "rtrim", "reverse"]);
                format!("{function}({text})")
            }
            4 => format!("substring({text}, {}, {})", self.small(0), self.small(0)),
            5 => format!("substring({text}, {})", self.small(0)),
            6 => {
                let function = self.choose(&["left", "right"]);
                format!("{function}({text}, {})", self.small(0))
            }
            7 => format!(
                "replace({text}, {}, {})",
                self.of(Sort::Text, 0),
                self.of(Sort::Text, 0)
            ),
            8 => format!("join({}, {text})", self.of(Sort::List(Item::Text), depth)),
            9 => format!("concat({text}, {}, null)", self.of(Sort::Text, depth)),
            10 => {
                let function = self.choose(&["lpad", "rpad"]);
                match self.chance(0.5) {
                    true => format!("{function}({text}, {})", self.small(0)),
                    false => format!("{function}({text}, {}, {})", self.small(0), self.of(Sort::Text, 0)),
                }
            }
            11 => {
                let literal = self.choose(&["\"e\u{301}x\"", "\"a\u{308}\"", "\"\""]).to_owned();
                format!("normalize({literal})")
            }
            12 => {
                let (pattern, group) = (self.choose(&PATTERNS), self.choose(&["0", "1", "2", "-1"]));
                format!("regex_extract({text}, {pattern:?}, {group})")
            }
            13 => {
                let pattern = self.choose(&PATTERNS);
                let by = self.choose(&["\"<$0>\"", "\"\"", "\"x\""]);
                format!("regex_replace({text}, {pattern:?}, {by})")
            }
            14 => {
                let function = self.choose(&["md5", "sha256"]);
                format!("{function}({text})")
            }
            15 => {
                let pattern = self.choose(&TIME_PATTERNS);
                let sort = self.choose(&[Sort::Date, Sort::DateTime]);
                let more = self.choose(&["", " %H:%M:%S.%3f", " %V %u %%"]);
                format!("format({}, \"{pattern}{more}\")", self.of(sort, depth))
            }
            16 => match self.chance(0.5) {
                true => format!("({text}[{}])", self.small(0)),
                false => format!("({text}[{}..{}])", self.small(0), self.choose(&["", "1", "2", "9"])),
            },
            _ => {
                let sort = self.any();
                match sort {
                    Sort::List(item) => {
                        let lists = self.of(Sort::List(item), depth);
                        format!("join(cast({lists} as [String]), \",\")")
                    }
                    sort => format!("cast({} as String)", self.of(sort, depth)),
                }
            }
        }
    }

    pub(super) fn date(&mut self, depth: usize) -> String {
        match self.below(8) {
            0 | 1 => {
                let op = self.choose(&["+", "-"]);
                let unit = self.choose(&["days", "weeks", "months", "years"]);
                format!("({} {op} {unit}({}))", self.of(Sort::Date, depth), self.small(depth))
            }
            // Perhaps not of whole days.
            2 if self.chance(0.2) => format!("({} + {})", self.of(Sort::Date, depth), self.of(Sort::Duration, depth)),
            2 => format!("(months({}) + {})", self.small(depth), self.of(Sort::Date, depth)),
            3 => {
                let unit = self.choose(&["year", "quarter", "month", "week", "day"]);
                format!("trunc({unit:?}, {})", self.of(Sort::Date, depth))
            }
            4 => format!("cast({} as Date)", self.of(Sort::DateTime, depth)),
            5 => {
                let (a, b) = (self.choose(&TIME_PATTERNS), self.choose(&TIME_PATTERNS));
                format!("parse_date(format({}, {a:?}), {b:?})", self.of(Sort::Date, depth))
            }
            6 => {
                let list = self.of(Sort::List(Item::Date), depth);
                let function = self.choose(&["list_min", "list_max"]);
                format!("{function}({list})")
            }
            _ => match self.chance(0.5) {
                true => "today()".to_owned(),
                false => format!("try_cast({} as Date)", self.of(Sort::Text, depth)),
            },
        }
    }

    pub(super) fn instant(&mut self, depth: usize) -> String {
        match self.below(7) {
            0 | 1 => {
                let op = self.choose(&["+", "-"]);
                format!(
                    "({} {op} {})",
                    self.of(Sort::DateTime, depth),
                    self.of(Sort::Duration, depth)
                )
            }
            2 => {
                let units = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"];
                let unit = self.choose(&units);
                format!("trunc({unit:?}, {})", self.of(Sort::DateTime, depth))
            }
            3 => format!("cast({} as DateTime)", self.of(Sort::Date, depth)),
            4 => format!("from_epoch_ms({})", self.small(depth)),
            5 => {
                let pattern = self.choose(&TIME_PATTERNS);
                let text = format!("format({}, \"{pattern} %H:%M:%S\")", self.of(Sort::DateTime, depth));
                format!("parse_datetime({text}, \"{pattern} %H:%M:%S\")")
            }
            _ => {
                let function = self.choose(&["least", "greatest"]);
                format!(
                    "{function}({}, {})",
                    self.of(Sort::DateTime, depth),
                    self.of(Sort::DateTime, depth)
                )
            }
        }
    }

    pub(super) fn duration(&mut self, depth: usize) -> String {
        let deep = depth > 0;
        match self.below(if deep { 10 } else { 6 }) {
            6 => {
                let op = self.choose(&["+", "-"]);
                format!(
                    "({} {op} {})",
                    self.of(Sort::Duration, depth),
                    self.of(Sort::Duration, depth)
                )
            }
            7 => format!("({} - {})", self.of(Sort::Date, depth), self.of(Sort::Date, depth)),
            8 => format!(
                "({} - {})",
                self.of(Sort::DateTime, depth),
                self.of(Sort::DateTime, depth)
            ),
            9 => match self.chance(0.5) {
                true => format!("({} * {})", self.of(Sort::Duration, depth), self.small(0)),
                false => format!("(- {})", self.of(Sort::Duration, depth)),
            },
            _ => {
                let units = [
                    "years",
                    "months",
                    "weeks",
                    "days",
                    "hours",
                    "minutes",
                    "seconds",
                    "milliseconds",
                ];
                let unit = self.choose(&units);
                match deep {
                    true => format!("{unit}({})", self.small(depth)),
                    false => format!("{unit}({})", self.choose(&["0", "1", "-2", "31", "1500"])),
                }
            }
        }
    }

    pub(super) fn list(&mut self, item: Item, depth: usize) -> String {
        match self.below(10) {
            0 | 1 => {
                let (a, b) = (self.of(item.sort(), depth), self.of(item.sort(), depth));
                match self.chance(0.3) {
                    true => format!("[{a}, null, {b}]"),
                    false => format!("[{a}, {b}]"),
                }
            }
            2 => {
                let function = self.choose(&["list_distinct", "list_sort"]);
                format!("{function}({})", self.of(Sort::List(item), depth))
            }
            3 => {
                let (from, to) = (self.choose(&["", "0", "1", "-1"]), self.choose(&["", "0", "1", "5"]));
                format!("({}[{from}..{to}])", self.of(Sort::List(item), depth))
            }
            4..=6 => self.comprehension(item, depth),
            _ => match item {
                Item::Integer => {
                    let step = self.choose(&["", ", 2", ", -1", ", 0"]);
                    format!("range({}, {}{step})", self.small(0), self.small(0))
                }
                Item::Text => format!("split({}, {})", self.of(Sort::Text, depth), self.of(Sort::Text, 0)),
                Item::Float => {
                    let ty = self.choose(&["F32", "F64"]);
                    format!("cast({} as [{ty}])", self.of(Sort::List(Item::Integer), depth))
                }
                Item::Date => format!("try_cast({} as [Date])", self.of(Sort::List(Item::Text), depth)),
            },
        }
    }

    fn comprehension(&mut self, item: Item, depth: usize) -> String {
        let over = self.choose(&Item::ALL);
        let list = self.of(Sort::List(over), depth);
        self.items.push((format!("x{}", self.items.len()), over.sort()));
        let name = format!("x{}", self.items.len() - 1);
        let value = match self.chance(0.4) && over == item {
            true => format!("${name}"),
            false => self.of(item.sort(), depth),
        };
        let condition = match self.chance(0.5) {
            true => format!(" if {}", self.of(Sort::Bool, depth)),
            false => String::new(),
        };
        self.items.pop();
        format!("[{value} for ${name} in {list}{condition}]")
    }
}
