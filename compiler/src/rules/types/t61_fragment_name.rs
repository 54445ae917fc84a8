//! T61: a fragment has a name of its own.

use omnigraph_grammar::Name;

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T61",
    subcode: "T61",
    name: "fragment-name",
    severity: Severity::Error,
    summary: "A fragment has a name of its own in the project.",
    explanation: "A fragment is called by its name from all query files of the project, in the same way as a function. So no \
                  two fragments have one name, and none has that of a function or an operator. A query may be called \
                  as a fragment is.",
    fails: Example::Query(
        "fragment old($p: Person) { $p.age > 60 }\n\nfragment old($d: Doc) { $d.year < 2000 }\n\nquery q() {\n    match { old($p) }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "fragment old($p: Person) { $p.age > 60 }\n\nfragment old_doc($d: Doc) { $d.year < 2000 }\n\nquery q() {\n    match { old($p)  old_doc($d) }\n    return { $p.handle, $d.slug }\n}\n",
    ),
};

/// One with the name of a function or an operator.
pub(crate) fn of_function(name: &Name) -> Finding {
    let message = format!("`{0}` is a word of the language, so no fragment can be called `{0}`", name.text);
    Finding::new(&RULE, name.span, message).label("taken")
}

/// `again` with the index of its item; `first`: where the other stands, in this file, or the path of the one that it stands in.
pub(crate) fn duplicate(again: (u32, &Name), first: Result<Place, &str>) -> Finding {
    let (item, name) = again;
    let place = Place::Item { item, span: name.span };
    let finding = Finding::new(&RULE, place, format!("two fragments are called `{}`", name.text)).label("called the same");
    match first {
        Ok(place) => finding.also(place, "the first one"),
        Err(path) => finding.note(format!("the first one stands in `{path}`")),
    }
}
