//! From a line of operations to text: comments find their places between the tokens, and the `pretty` crate decides where
//! lines break.

use pretty::{Arena, DocAllocator, DocBuilder};

/// A step of writing an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Text(String),
    Space,
    /// A space, or a line end where the group does not fit.
    Line,
    /// Nothing, or a line end where the group does not fit.
    Break,
    /// A line end.
    Hard,
    /// A line end and an empty line.
    Blank,
    GroupStart,
    GroupEnd,
    IndentStart,
    IndentEnd,
    /// A comment that ends the line of what stands before it.
    Trailing(String),
    /// A comment within a line.
    Inline(String),
    /// A comment on a line of its own; what to put behind it.
    OwnLine(String, Option<Box<Operation>>),
}

use Operation::*;

const INDENT: isize = 4;
/// Stands for a line end within a token, which is not one of the layout's.
const NEWLINE: char = '\u{e000}';

pub(super) fn render(operations: Vec<Operation>, width: usize) -> String {
    let settled = settle(operations);
    let arena: Arena<'_> = Arena::new();
    let mut iter = settled.into_iter();
    let doc = build(&arena, &mut iter);
    let rendered = doc.pretty(width).to_string();
    let lines: Vec<&str> = rendered.lines().map(str::trim_end).collect();
    lines.join("\n").replace(NEWLINE, "\n")
}

/// Gives the comments their places: no token may follow a line comment on its line, commas come before it.
fn settle(operations: Vec<Operation>) -> Vec<Operation> {
    let mut out = Settled {
        operations: Vec::new(),
        pending: Vec::new(),
    };
    for operation in operations {
        match operation {
            Trailing(text) => out.pending.push(text),
            Text(text) if text == "," => {
                if out.operations.last() == Some(&Space) {
                    out.operations.pop();
                }
                out.operations.push(Text(text));
            }
            Text(text) => {
                out.flush(Hard);
                out.operations.push(Text(text));
            }
            Space if !out.pending.is_empty() => {}
            Space if !matches!(out.last(), Some(Space | Line | Hard | Blank)) => out.operations.push(Space),
            Space => {}
            Line | Break | Hard | Blank if !out.pending.is_empty() => {
                out.flush(if operation == Blank { Blank } else { Hard });
            }
            Line | Break | Hard | Blank if matches!(out.last(), Some(Hard | Blank)) => {}
            Inline(text) => {
                out.flush(Hard);
                let glued = matches!(out.last(), Some(Space | Line | Hard | Blank) | None);
                if !glued {
                    out.operations.push(Space);
                }
                out.operations.extend([Text(text), Space]);
            }
            OwnLine(text, after) => {
                out.flush(Hard);
                // A comment before the first token of a group does not break the group.
                let mut groups = 0;
                while out.operations.last() == Some(&GroupStart) {
                    out.operations.pop();
                    groups += 1;
                }
                out.start_line();
                out.operations.push(Text(text));
                out.operations.extend(after.map(|a| *a));
                out.operations.extend(std::iter::repeat_n(GroupStart, groups));
            }
            other => out.operations.push(other),
        }
    }
    out.flush_at_end();
    out.operations
}

struct Settled {
    operations: Vec<Operation>,
    /// Trailing comments that are not written yet.
    pending: Vec<String>,
}

fn is_structure(operation: &Operation) -> bool {
    matches!(operation, GroupStart | GroupEnd | IndentStart | IndentEnd)
}

impl Settled {
    fn last(&self) -> Option<&Operation> {
        self.operations.iter().rev().find(|o| !is_structure(o))
    }

    fn flush(&mut self, then: Operation) {
        if self.pending.is_empty() {
            return;
        }
        self.flush_at_end();
        self.operations.push(then);
    }

    fn flush_at_end(&mut self) {
        let mut line_ends = false;
        for text in std::mem::take(&mut self.pending) {
            if line_ends {
                self.operations.push(Hard);
            } else if !matches!(self.last(), Some(Space | Hard | Blank)) {
                self.operations.push(Space);
            }
            line_ends = text.starts_with("//");
            self.operations.push(Text(text));
        }
    }

    /// Sees to it that what follows starts a line.
    fn start_line(&mut self) {
        let last = self.operations.iter().rposition(|o| !is_structure(o));
        match last.map(|i| (i, &self.operations[i])) {
            Some((_, Hard | Blank)) | None => {}
            Some((i, Space | Line | Break)) => self.operations[i] = Hard,
            Some(_) => self.operations.push(Hard),
        }
    }
}

fn build<'a>(arena: &'a Arena<'a>, operations: &mut std::vec::IntoIter<Operation>) -> DocBuilder<'a, Arena<'a>> {
    let mut doc = arena.nil();
    while let Some(operation) = operations.next() {
        doc = match operation {
            Text(text) => doc.append(arena.text(text.replace('\n', &NEWLINE.to_string()))),
            Space => doc.append(arena.space()),
            Line => doc.append(arena.line()),
            Break => doc.append(arena.line_()),
            Hard => doc.append(arena.hardline()),
            Blank => doc.append(arena.hardline()).append(arena.hardline()),
            GroupStart => doc.append(build(arena, operations).group()),
            IndentStart => doc.append(build(arena, operations).nest(INDENT)),
            GroupEnd | IndentEnd => return doc,
            // Comments have become text.
            Trailing(_) | Inline(_) | OwnLine(..) => doc,
        };
    }
    doc
}
