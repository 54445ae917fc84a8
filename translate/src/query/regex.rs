//! Regular expressions that mean the same in both languages.

/// A pattern for ours that matches somewhere in a text what the given one matches as a whole; `Err` says what stands against it.
pub(super) fn converted(pattern: &str) -> Result<String, &'static str> {
    let mut out = String::from("^(?:");
    let mut characters = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('d') => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
                Some('w') => out.push_str(if in_class { "A-Za-z0-9_" } else { "[A-Za-z0-9_]" }),
                Some('D') if !in_class => out.push_str("[^0-9]"),
                Some('W') if !in_class => out.push_str("[^A-Za-z0-9_]"),
                Some('s') => out.push_str(if in_class { r" \t\n\x0B\f\r" } else { r"[ \t\n\x0B\f\r]" }),
                Some('S') if !in_class => out.push_str(r"[^ \t\n\x0B\f\r]"),
                Some(letter @ ('t' | 'n' | 'r' | 'f')) => {
                    out.push('\\');
                    out.push(letter);
                }
                Some(sign) if sign.is_ascii_punctuation() => {
                    out.push('\\');
                    out.push(sign);
                }
                _ => return Err("an escape of it has no one meaning"),
            },
            '[' if in_class => return Err("a class stands in a class"),
            '[' => {
                in_class = true;
                out.push('[');
                if characters.peek() == Some(&'^') {
                    characters.next();
                    out.push('^');
                }
                if characters.peek() == Some(&']') {
                    return Err("a class begins with `]`");
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' if in_class && characters.peek() == Some(&character) => return Err("a class is cut by another"),
            '-' if in_class && characters.peek() == Some(&'-') => return Err("a class is cut by another"),
            '(' if !in_class && characters.peek() == Some(&'?') => return Err("groups with `?` differ"),
            '^' | '$' if !in_class => return Err("anchors have no one meaning within a whole match"),
            '+' if !in_class && out.ends_with(['*', '+', '?', '}']) && !out.ends_with("\\+") => {
                return Err("possessive repetitions are unknown here");
            }
            other => out.push(other),
        }
    }
    out.push_str(")$");
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::converted;

    #[test]
    fn the_whole_text_is_matched() {
        assert_eq!(converted("A.*").as_deref(), Ok("^(?:A.*)$"));
        assert_eq!(converted(r"\d+|[\w-]").as_deref(), Ok("^(?:[0-9]+|[A-Za-z0-9_-])$"));
        assert_eq!(converted(r"a\.b").as_deref(), Ok(r"^(?:a\.b)$"));
    }

    #[test]
    fn what_differs_is_refused() {
        for pattern in [
            "(?i)a",
            r"\bword",
            "[a&&b]",
            "[[:alpha:]]",
            "a++",
            "^a",
            r"\p{L}",
            r"(a)\1",
        ] {
            assert!(converted(pattern).is_err(), "{pattern}");
        }
    }
}
