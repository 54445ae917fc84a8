//! Constraints: `@key`, `@unique`, `@index`, `@range` and `@check`, on a property or in a body. Both spellings of a
//! one-column constraint mean the same and end in the same form.

use omnigraph_grammar::Span;
use omnigraph_grammar::schema::ast::{Annotation, Argument, ArgumentValue, Member, Number};
use omnigraph_model::schema::{Bound, Constraint, DeclarationKind};
use omnigraph_model::types::{Scalar, Type};

use super::expand::Effective;
use super::property::Property;
use super::{Decl, text_of};
use crate::diagnostic::{Finding, Place};
use crate::rules::schema::{
    s013_number_too_large, s047_not_a_property_name, s065_unknown_column, s066_second_key, s067_nullable_key,
    s068_list_key, s069_vector_key, s070_blob_key, s071_key_on_edge, s072_list_unique, s073_vector_unique,
    s074_blob_unique, s075_list_index, s076_blob_index, s077_range_on_edge, s078_range_type, s079_malformed_range,
    s080_range_reversed, s081_check_on_edge, s082_check_type, s083_malformed_check, s084_bad_regex,
    s085_redundant_constraint, s089_vacuous_bounds,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListKind {
    Key,
    Unique,
    Index,
}

impl ListKind {
    /// The kind that a constraint word names; whatever is neither `key` nor `unique` counts as `index`.
    pub(crate) fn of(word: &str) -> ListKind {
        match word {
            "key" => ListKind::Key,
            "unique" => ListKind::Unique,
            _ => ListKind::Index,
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            ListKind::Key => "@key",
            ListKind::Unique => "@unique",
            ListKind::Index => "@index",
        }
    }
}

/// A bound range, inclusive on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub min: Option<Bound>,
    pub max: Option<Bound>,
}

/// What speaks against a column of this type in such a list. `at` is where the list names it.
pub(crate) fn column_problem(kind: ListKind, property: &Property, at: Place, sugar: bool) -> Option<Finding> {
    let ty = property.ty.as_ref()?;
    let vector = matches!(ty.scalar, Scalar::Vector(_));
    match kind {
        ListKind::Key if ty.list => Some(s068_list_key::finding(property, at)),
        ListKind::Key if vector => Some(s069_vector_key::finding(property, at)),
        ListKind::Key if ty.scalar == Scalar::Blob => Some(s070_blob_key::finding(property, at)),
        ListKind::Key if ty.nullable => Some(s067_nullable_key::finding(property, at)),
        ListKind::Unique if ty.list => Some(s072_list_unique::finding(property, at, sugar)),
        ListKind::Unique if vector => Some(s073_vector_unique::finding(property, at, sugar)),
        ListKind::Unique if ty.scalar == Scalar::Blob => Some(s074_blob_unique::finding(property, at, sugar)),
        ListKind::Index if ty.list => Some(s075_list_index::finding(property, at, sugar)),
        ListKind::Index if ty.scalar == Scalar::Blob => Some(s076_blob_index::finding(property, at, sugar)),
        _ => None,
    }
}

/// The range of `@range`, checked against the property if it is known.
pub(super) fn bounds(
    argument: &Argument,
    owner: &Decl,
    annotation: &Annotation,
    property: Option<&Property>,
    findings: &mut Vec<Finding>,
) -> Option<Bounds> {
    let ArgumentValue::Range { low, high } = &argument.value else {
        findings.push(s079_malformed_range::finding(
            owner,
            annotation,
            property.map(|p| p.ast),
        ));
        return None;
    };
    if low.is_none() && high.is_none() {
        findings.push(s079_malformed_range::finding(
            owner,
            annotation,
            property.map(|p| p.ast),
        ));
        return None;
    }
    if let Some(property) = property
        && let Some(ty) = &property.ty
        && (ty.list || !ty.scalar.is_numeric())
    {
        findings.push(s078_range_type::finding(property, owner, annotation, ty));
        return None;
    }
    let mut read = |number: &Option<Number>| match number {
        None => Some(None),
        Some(number) => match bound(&number.text) {
            Some(bound) => Some(Some(bound)),
            None => {
                findings.push(s013_number_too_large::bound(owner, number));
                None
            }
        },
    };
    let (min, max) = (read(low)?, read(high)?);
    let scalar = property.and_then(|property| Some(property.ty.as_ref()?.scalar));
    let beside = |bound: Bound| scalar.map_or(bound, |scalar| bound.beside(scalar));
    if let (Some(low), Some(high), Some(least), Some(most)) = (low, high, min, max)
        && above(beside(least), beside(most))
    {
        findings.push(s080_range_reversed::finding(owner, argument, low, high));
        return None;
    }
    let bounds = Bounds { min, max };
    if let Some(property) = property
        && let Some(ty) = &property.ty
        && outside(&bounds, ty)
    {
        findings.push(s089_vacuous_bounds::range(property, owner, argument, ty));
    }
    Some(bounds)
}

fn bound(text: &str) -> Option<Bound> {
    if text.contains('.') {
        return text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Bound::Float);
    }
    let number: i128 = text.parse().ok()?;
    (i128::from(i64::MIN)..=i128::from(u64::MAX))
        .contains(&number)
        .then_some(Bound::Integer(number))
}

fn above(a: Bound, b: Bound) -> bool {
    a.compare(b).is_some_and(|order| order.is_gt())
}

/// Whether no value of the type lies within the bounds.
fn outside(bounds: &Bounds, ty: &Type) -> bool {
    let (least, most): (i128, i128) = match ty.scalar {
        Scalar::I32 => (i32::MIN.into(), i32::MAX.into()),
        Scalar::I64 => (i64::MIN.into(), i64::MAX.into()),
        Scalar::U32 => (0, u32::MAX.into()),
        Scalar::U64 => (0, u64::MAX.into()),
        _ => return false,
    };
    bounds.max.is_some_and(|max| above(Bound::Integer(least), max))
        || bounds.min.is_some_and(|min| above(min, Bound::Integer(most)))
}

/// The pattern of `@check`, compiled once to see that it can be.
pub(super) fn pattern(
    argument: &Argument,
    owner: &Decl,
    property: Option<&Property>,
    findings: &mut Vec<Finding>,
) -> Option<String> {
    if let Some(property) = property
        && let Some(ty) = &property.ty
        && (ty.list || ty.scalar != Scalar::String)
    {
        findings.push(s082_check_type::finding(property, owner, argument.span, ty));
        return None;
    }
    let pattern = text_of(&argument.value);
    match regex::Regex::new(&pattern) {
        Ok(_) => Some(pattern),
        Err(error) => {
            findings.push(s084_bad_regex::finding(owner, argument, &pattern, &error));
            None
        }
    }
}

/// A list constraint in use, of whichever spelling.
pub(crate) struct ListUse<'a> {
    pub kind: ListKind,
    /// Sorted and without repetitions.
    pub columns: Vec<String>,
    /// As they are written.
    pub written: Vec<String>,
    /// The annotation or the body constraint.
    pub place: Place,
    /// Where to put a mark on the owner if the constraint stands in an interface: the name in `implements`.
    pub injected_by: Option<&'a omnigraph_grammar::Name>,
}

/// The constraints of one owner, as they are collected.
pub(super) struct Collected<'a> {
    pub lists: Vec<ListUse<'a>>,
    pub ranges: Vec<(String, Bounds, Place)>,
    pub checks: Vec<(String, String, Place)>,
}

/// All constraints of an owner, injected ones first and the others in the order of the text; what is wrong with them is
/// reported. `incomplete` owners may have properties that could not be read.
pub(super) fn collect<'a>(
    owner: &Decl<'a>,
    properties: &[Effective<'_, 'a>],
    incomplete: bool,
    findings: &mut Vec<Finding>,
) -> Collected<'a> {
    let mut collected = Collected {
        lists: Vec::new(),
        ranges: Vec::new(),
        checks: Vec::new(),
    };
    for effective in properties {
        let property = effective.property;
        for (kind, annotation) in [
            (ListKind::Key, property.key),
            (ListKind::Unique, property.unique),
            (ListKind::Index, property.index),
        ] {
            let Some(annotation) = annotation else {
                continue;
            };
            collected.lists.push(ListUse {
                kind,
                columns: vec![property.name().to_owned()],
                written: vec![property.name().to_owned()],
                place: property.place(annotation.span),
                injected_by: effective.via,
            });
        }
        for (bounds, annotation) in &property.ranges {
            collected
                .ranges
                .push((property.name().to_owned(), *bounds, property.place(annotation.span)));
        }
        for (pattern, annotation) in &property.checks {
            collected.checks.push((
                property.name().to_owned(),
                pattern.clone(),
                property.place(annotation.span),
            ));
        }
    }
    for annotation in owner.members.iter().filter_map(Member::as_constraint) {
        Body {
            annotation,
            owner,
            properties,
            incomplete,
            collected: &mut collected,
            findings,
        }
        .read();
    }
    let order = |place: &Place| match place {
        Place::Item { item, span } if *item == owner.item => (1, span.start),
        _ => (0, 0),
    };
    collected.lists.sort_by_key(|list| order(&list.place));
    collected.ranges.sort_by_key(|(_, _, place)| order(place));
    collected.checks.sort_by_key(|(_, _, place)| order(place));
    collected
}

/// A constraint that stands in the body of a declaration, and what it is checked against.
struct Body<'b, 'p, 'a> {
    annotation: &'a Annotation,
    owner: &'b Decl<'a>,
    properties: &'b [Effective<'p, 'a>],
    incomplete: bool,
    collected: &'b mut Collected<'a>,
    findings: &'b mut Vec<Finding>,
}

impl<'p, 'a> Body<'_, 'p, 'a> {
    fn read(&mut self) {
        let on_edge = self.owner.kind == DeclarationKind::Edge;
        let arguments = self.annotation.arguments.as_ref();
        let list = arguments.map_or(&[][..], |arguments| &arguments.list);
        let (owner, annotation) = (self.owner, self.annotation);
        match annotation.name.text.as_str() {
            "range" if on_edge => self.findings.push(s077_range_on_edge::finding(owner, annotation)),
            "check" if on_edge => self.findings.push(s081_check_on_edge::finding(owner, annotation)),
            "range" => self.range(list),
            "check" => self.check(list),
            "key" if on_edge => self.findings.push(s071_key_on_edge::in_body(owner, annotation)),
            // The parser reports empty parentheses.
            _ if list.is_empty() => {}
            word => self.list(ListKind::of(word), list, on_edge),
        }
    }

    /// The property that an argument names.
    fn named(&self, argument: &Argument) -> Option<String> {
        match &argument.value {
            ArgumentValue::Name(name) | ArgumentValue::TypeName(name) if argument.keyword.is_none() => {
                Some(name.clone())
            }
            ArgumentValue::Boolean(value) if argument.keyword.is_none() => {
                let word = value.to_string();
                let known = self.properties.iter().any(|p| p.property.name() == word);
                known.then_some(word)
            }
            _ => None,
        }
    }

    fn find(&mut self, name: &str, span: Span) -> Option<&'p Property<'a>> {
        let found = self
            .properties
            .iter()
            .find(|effective| effective.property.name() == name);
        if found.is_none() && !self.incomplete {
            let finding = s065_unknown_column::finding(self.owner, self.annotation, name, span, self.properties);
            self.findings.push(finding);
        }
        found.map(|effective| effective.property)
    }

    fn range(&mut self, list: &[Argument]) {
        let [column, range] = list else {
            self.findings
                .push(s079_malformed_range::finding(self.owner, self.annotation, None));
            return;
        };
        let Some(name) = self.named(column) else {
            self.findings
                .push(s079_malformed_range::finding(self.owner, self.annotation, None));
            return;
        };
        let property = self.find(&name, column.span);
        if let Some(bounds) = bounds(range, self.owner, self.annotation, property, self.findings)
            && property.is_some()
        {
            let place = self.owner.place(self.annotation.span);
            self.collected.ranges.push((name, bounds, place));
        }
    }

    fn check(&mut self, list: &[Argument]) {
        let [column, text] = list else {
            self.findings
                .push(s083_malformed_check::finding(self.owner, self.annotation));
            return;
        };
        let (Some(name), ArgumentValue::String(_)) = (self.named(column), &text.value) else {
            self.findings
                .push(s083_malformed_check::finding(self.owner, self.annotation));
            return;
        };
        let property = self.find(&name, column.span);
        if let Some(pattern) = pattern(text, self.owner, property, self.findings)
            && property.is_some()
        {
            let place = self.owner.place(self.annotation.span);
            self.collected.checks.push((name, pattern, place));
        }
    }

    /// A key, an index or what is unique: a list of columns.
    fn list(&mut self, kind: ListKind, list: &[Argument], on_edge: bool) {
        let (owner, annotation) = (self.owner, self.annotation);
        let mut columns: Vec<(String, Span)> = Vec::new();
        let mut whole = true;
        for argument in list {
            let Some(name) = self.named(argument) else {
                self.findings
                    .push(s047_not_a_property_name::finding(owner, annotation, argument));
                whole = false;
                continue;
            };
            if let Some((_, first)) = columns.iter().find(|(earlier, _)| *earlier == name) {
                self.findings.push(s085_redundant_constraint::repeated_column(
                    owner, annotation, argument, *first,
                ));
                continue;
            }
            columns.push((name.clone(), argument.span));
            // An endpoint beats a property of its name.
            if on_edge && matches!(name.as_str(), "src" | "dst") {
                continue;
            }
            let Some(property) = self.find(&name, argument.span) else {
                whole = false;
                continue;
            };
            if let Some(problem) = column_problem(kind, property, owner.place(argument.span), false) {
                self.findings.push(match kind {
                    ListKind::Key => problem,
                    ListKind::Unique | ListKind::Index => without(problem, argument, list, owner, annotation),
                });
                whole = false;
            }
        }
        if whole {
            let written: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
            let mut columns = written.clone();
            columns.sort();
            self.collected.lists.push(ListUse {
                kind,
                columns,
                written,
                place: owner.place(annotation.span),
                injected_by: None,
            });
        }
    }
}

/// Offers to leave a column out, or the constraint if it has no other.
fn without(problem: Finding, column: &Argument, list: &[Argument], owner: &Decl, annotation: &Annotation) -> Finding {
    let at = list.iter().position(|other| other.span == column.span).unwrap_or(0);
    let before = at.checked_sub(1).and_then(|at| list.get(at));
    let (title, span) = match (before, list.get(at + 1)) {
        (Some(before), _) => (
            "leave it out",
            Span {
                start: before.span.end,
                ..column.span
            },
        ),
        (None, Some(next)) => (
            "leave it out",
            Span {
                end: next.span.start,
                ..column.span
            },
        ),
        (None, None) => ("delete the constraint", annotation.span),
    };
    problem.maybe_fix(title, vec![(owner.place(span), String::new())])
}

/// The constraints in canonical form. A second key and what says nothing new is reported and left out.
pub(super) fn canonical(owner: &Decl, collected: &Collected, findings: &mut Vec<Finding>) -> Vec<Constraint> {
    let mut constraints: Vec<Constraint> = Vec::new();
    let key = collected.lists.iter().find(|list| list.kind == ListKind::Key);
    let mut seen: Vec<&ListUse> = Vec::new();
    for list in &collected.lists {
        if let (ListKind::Key, Some(first)) = (list.kind, key)
            && !std::ptr::eq(first, list)
        {
            findings.push(s066_second_key::finding(owner, list, first));
            continue;
        }
        let same = seen
            .iter()
            .find(|other| other.kind == list.kind && other.columns == list.columns);
        let redundant = same
            .copied()
            .or_else(|| key.filter(|key| list.kind != ListKind::Key && key.columns == list.columns));
        if let Some(other) = redundant {
            // Two interfaces that say the same are not at fault.
            if list.injected_by.is_none() {
                findings.push(s085_redundant_constraint::duplicate(list, other));
            }
            if same.is_some() || list.kind == ListKind::Index {
                continue;
            }
        }
        seen.push(list);
        let columns = list.columns.clone();
        constraints.push(match list.kind {
            ListKind::Key => Constraint::Key {
                columns,
                order: list.written.clone(),
            },
            ListKind::Unique => Constraint::Unique { columns },
            ListKind::Index => Constraint::Index { columns },
        });
    }
    for (at, (property, bounds, place)) in collected.ranges.iter().enumerate() {
        let earlier = collected.ranges[..at]
            .iter()
            .find(|(name, other, _)| name == property && other == bounds);
        if let Some((_, _, first)) = earlier {
            findings.push(s085_redundant_constraint::repeated(
                "@range",
                place.clone(),
                first.clone(),
            ));
            continue;
        }
        constraints.push(Constraint::Range {
            property: property.clone(),
            min: bounds.min,
            max: bounds.max,
        });
    }
    for (at, (property, pattern, place)) in collected.checks.iter().enumerate() {
        let earlier = collected.checks[..at]
            .iter()
            .find(|(name, other, _)| name == property && other == pattern);
        if let Some((_, _, first)) = earlier {
            findings.push(s085_redundant_constraint::repeated(
                "@check",
                place.clone(),
                first.clone(),
            ));
            continue;
        }
        constraints.push(Constraint::Check {
            property: property.clone(),
            pattern: pattern.clone(),
        });
    }
    constraints.sort_by_key(Constraint::sort_key);
    constraints.dedup();
    constraints
}
