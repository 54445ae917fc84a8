//! Names of other languages as names of ours, and names that mean the same type.

use std::collections::BTreeSet;

/// A name without case and underscores: `ACTED_IN` and `ActedIn` are one.
pub(crate) fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

/// What stands for a name among those that are known.
pub(crate) enum Found<'a> {
    One(&'a str),
    None,
    /// Several that differ in case and underscores alone.
    Several(Vec<&'a str>),
}

/// The exact name if it is there, else the one that differs in case and underscores alone.
pub(crate) fn find<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Found<'a> {
    if let Some(exact) = known.clone().find(|known| *known == name) {
        return Found::One(exact);
    }
    let wanted = folded(name);
    let mut alike: Vec<&str> = known.filter(|known| folded(known) == wanted).collect();
    match alike.len() {
        0 => Found::None,
        1 => Found::One(alike.remove(0)),
        _ => Found::Several(alike),
    }
}

/// The letters, digits and underscores of a name; `None` if no letter or digit is left.
fn plain(name: &str) -> Option<String> {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    plain.contains(|c: char| c.is_ascii_alphanumeric()).then_some(plain)
}

/// A name with a small first letter: of a variable, a column, a property, an edge in a query.
pub(crate) fn small(name: &str) -> Option<String> {
    let plain = plain(name)?;
    let mut characters = plain.chars();
    let first = characters.next()?;
    Some(match first {
        'A'..='Z' if plain.chars().all(|c| !c.is_ascii_lowercase()) => plain.to_ascii_lowercase(),
        'A'..='Z' => first.to_ascii_lowercase().to_string() + characters.as_str(),
        '0'..='9' => format!("_{plain}"),
        _ => plain,
    })
}

/// A name with a capital first letter: of a type.
pub(crate) fn capital(name: &str) -> Option<String> {
    let plain = plain(name)?;
    let plain = plain.trim_start_matches('_');
    let mut characters = plain.chars();
    let first = characters.next()?;
    Some(match first {
        '0'..='9' => format!("T{plain}"),
        _ => first.to_ascii_uppercase().to_string() + characters.as_str(),
    })
}

/// Names that are taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// Takes the name, or it with the first number that makes it new.
    pub(crate) fn fresh(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 1;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = format!("{wanted}{number}");
        }
        name
    }

    /// Takes a name that may be taken already.
    pub(crate) fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_underscores_do_not_count() {
        let known = ["ActedIn", "Knows", "a_b", "ab"];
        assert!(matches!(find("ACTED_IN", known.into_iter()), Found::One("ActedIn")));
        assert!(matches!(find("ab", known.into_iter()), Found::One("ab")));
        assert!(matches!(find("A_B", known.into_iter()), Found::Several(_)));
        assert!(matches!(find("LIKES", known.into_iter()), Found::None));
    }

    #[test]
    fn names_of_ours() {
        assert_eq!(small("Person").as_deref(), Some("person"));
        assert_eq!(small("ID").as_deref(), Some("id"));
        assert_eq!(small("2nd one").as_deref(), Some("_2nd_one"));
        assert_eq!(small("—"), None);
        assert_eq!(capital("acted_in").as_deref(), Some("Acted_in"));
        let mut names = Names::default();
        assert_eq!((names.fresh("a"), names.fresh("a")), ("a".into(), "a2".into()));
    }
}
