//! How text from outside (names, values, paths, sources) is shown to a person: no character of it acts on the terminal, and
//! a message stays one line. Every message and every format for people goes through here.

use std::borrow::Cow;

/// The most characters of a source that a message quotes.
const QUOTED: usize = 40;

/// Whether a character does something else than be seen: control characters, marks of direction, line separators, and what
/// takes no place at all.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with such characters as escapes: `\n`, `\t`, `\u{1b}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    replace(text, acts)
}

/// The same for a text of several lines, which stay lines.
pub fn escape_lines(text: &str) -> Cow<'_, str> {
    replace(text, |c| c != '\n' && acts(c))
}

fn replace(text: &str, acts: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match acts(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// A source text with every such character but tab and line ends replaced by one that is only seen: the number of
/// characters stays, so that places in it hold.
pub fn placeholders(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| !matches!(c, '\n' | '\r' | '\t') && acts(c);
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let seen = |c: char| match c {
        c if !hidden(c) => c,
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ => '\u{fffd}',
    };
    Cow::Owned(text.chars().map(seen).collect())
}

/// A message as one line: what it quotes between backticks ends where its first line does, and after 40 characters if
/// `short`.
pub fn one_line(message: &str, short: bool) -> Cow<'_, str> {
    let long = |quoted: &str| quoted.contains(['\n', '\r']) || short && quoted.chars().nth(QUOTED).is_some();
    let mut shown = String::new();
    let mut rest = message;
    let mut changed = false;
    while let Some((before, quoted, after)) = next_quote(rest) {
        shown.push_str(before);
        match long(quoted) {
            true => {
                changed = true;
                let line = quoted.split(['\n', '\r']).next().unwrap_or_default();
                shown.extend(line.chars().take(QUOTED));
                shown.push('…');
            }
            false => shown.push_str(quoted),
        }
        shown.push('`');
        rest = after;
    }
    if !changed {
        return escape(message);
    }
    shown.push_str(rest);
    Cow::Owned(escape(&shown).into_owned())
}

/// What comes before the next quoted text (with its backtick), that text, and what comes behind its closing backtick. What is quoted may hold backticks itself: one
/// opens where a word can start and closes where a word can end.
fn next_quote(text: &str) -> Option<(&str, &str, &str)> {
    let ticks = || text.match_indices('`').map(|(at, _)| at);
    let opens = |at: &usize| {
        let before = text[..*at].chars().next_back();
        before.is_none_or(|c| c.is_whitespace() || "(\"[".contains(c))
    };
    let closes = |at: &usize| {
        let after = text[at + 1..].chars().next();
        after.is_none_or(|c| c.is_whitespace() || ".,;:)?!'\"]".contains(c))
    };
    let start = ticks().find(opens)? + 1;
    let end = ticks().filter(|at| *at > start).find(closes)?;
    Some((&text[..start], &text[start..end], &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_act_are_escaped() {
        assert_eq!(escape("plain `ä` 漢字 🦀"), "plain `ä` 漢字 🦀");
        assert_eq!(
            escape("a\u{1b}[31mb\tc\nd\u{202e}e\u{7}"),
            "a\\u{1b}[31mb\\tc\\nd\\u{202e}e\\u{7}"
        );
        assert_eq!(escape_lines("a\nb\r"), "a\nb\\r");
        assert_eq!(placeholders("a\u{1b}b\u{202e}\n\tc"), "a\u{241b}b\u{fffd}\n\tc");
    }

    #[test]
    fn a_message_is_one_line() {
        assert_eq!(
            one_line("found `a\nb\nc`, expected `d`", true),
            "found `a…`, expected `d`"
        );
        let long = "x".repeat(41);
        assert_eq!(
            one_line(&format!("found `{long}`"), true),
            format!("found `{}…`", &long[1..])
        );
        assert_eq!(one_line(&format!("write `{long}`"), false), format!("write `{long}`"));
        assert_eq!(one_line("found `a`b` here", true), "found `a`b` here");
        let sentence = "`match` needs at least one clause, any of them, such as `$p: Person`";
        assert_eq!(one_line(sentence, true), sentence);
        assert_eq!(one_line("an odd ` and\na line", true), "an odd ` and\\na line");
    }
}
