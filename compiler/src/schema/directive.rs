//! Directives: suppressions (`@allow`, `allow … on …`) and the checks that guard a migration. They are not part of the
//! schema's meaning.

use omnigraph_grammar::Span;
use omnigraph_grammar::schema::ast::{Allow, AllowTarget, Annotation, Declaration};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::temporal;

use super::{Declared, SchemaItem, SchemaSettings, datacheck, text_of};
use crate::diagnostic::{Finding, Place, Severity};
use crate::rules;
use crate::rules::schema::{s098_invalid_suppression, s099_unused_suppression};

/// What is left of a reason when spaces are taken out has at least this many characters.
pub(super) const SHORTEST_REASON: usize = 10;

/// A suppression with its parts, in whichever spelling.
struct Suppression {
    code: String,
    /// The whole directive.
    place: Place,
    /// Where it holds: an item and a range in it, or everywhere.
    scope: Option<(u32, Span)>,
}

pub(super) fn check(items: &[SchemaItem], declared: &Declared, settings: &SchemaSettings, findings: &mut Vec<Finding>) {
    let mut suppressions = Vec::new();
    let mut problems = Vec::new();
    for decl in &declared.list {
        for annotation in decl
            .annotations
            .iter()
            .filter(|annotation| annotation.name.text == "allow")
        {
            let whole = (decl.item, decl.span);
            suppressions.extend(of_annotation(annotation, decl.item, whole, settings, &mut problems));
        }
        for property in decl.properties() {
            for annotation in property
                .annotations
                .iter()
                .filter(|annotation| annotation.name.text == "allow")
            {
                let scope = (decl.item, property.span);
                suppressions.extend(of_annotation(annotation, decl.item, scope, settings, &mut problems));
            }
        }
    }
    for (item, source) in items.iter().enumerate() {
        let item = item as u32;
        match source.tree.as_deref() {
            Some(Declaration::Allow(allow)) => {
                suppressions.extend(of_declaration(allow, item, declared, settings, &mut problems));
            }
            Some(Declaration::MigrationCheck(check)) => datacheck::check(check, item, &source.text, findings),
            _ => {}
        }
    }
    for suppression in &suppressions {
        let matches = |finding: &Finding| {
            finding.rule.code == suppression.code
                && finding.severity != Severity::Error
                && match (&finding.place, suppression.scope) {
                    (_, None) => true,
                    (Place::Item { item, span }, Some((owner, range))) => {
                        *item == owner && range.start <= span.start && span.end <= range.end
                    }
                    _ => false,
                }
        };
        let before = findings.len();
        findings.retain(|finding| !matches(finding));
        // Findings of migration rules come from comparing two schemas, which is done elsewhere.
        if before == findings.len() && suppression.code.starts_with('S') {
            problems.push(s099_unused_suppression::finding(
                &suppression.code,
                suppression.place.clone(),
            ));
        }
    }
    findings.extend(problems);
}

fn of_annotation(
    annotation: &Annotation,
    item: u32,
    scope: (u32, Span),
    settings: &SchemaSettings,
    problems: &mut Vec<Finding>,
) -> Option<Suppression> {
    let at = |span| Place::item(item, span);
    let list = annotation
        .arguments
        .as_ref()
        .map_or(&[][..], |arguments| &arguments.list);
    let [code, reason, rest @ ..] = list else {
        problems.push(s098_invalid_suppression::incomplete(at(annotation.span)));
        return None;
    };
    let positional = code.keyword.is_none() && reason.keyword.is_none() && rest.len() < 2;
    let until = rest.first();
    let fine = until.is_none_or(|until| until.keyword.as_ref().is_some_and(|keyword| keyword.text == "until"));
    if !positional || !fine {
        problems.push(s098_invalid_suppression::incomplete(at(annotation.span)));
        return None;
    }
    let until = until.map(|until| (text_of(&until.value), at(until.span)));
    let code = (text_of(&code.value), at(code.span));
    let reason = (text_of(&reason.value), at(reason.span));
    parts(&code, &reason, until.as_ref(), settings, problems)?;
    Some(Suppression {
        code: code.0,
        place: at(annotation.span),
        scope: Some(scope),
    })
}

fn of_declaration(
    allow: &Allow,
    item: u32,
    declared: &Declared,
    settings: &SchemaSettings,
    problems: &mut Vec<Finding>,
) -> Option<Suppression> {
    let at = |span| Place::item(item, span);
    let code = (allow.code.text.clone(), at(allow.code.span));
    let reason = (allow.reason.0.clone(), at(allow.reason.1));
    let until = allow.until.as_ref().map(|(text, span)| (text.clone(), at(*span)));
    parts(&code, &reason, until.as_ref(), settings, problems)?;
    let nowhere = (u32::MAX, Span::default());
    let scope = match &allow.target {
        AllowTarget::Schema(_) => None,
        // An entity that is gone has no findings of a single schema.
        AllowTarget::Entity { kind, name, property } => {
            Some(entity(declared, &kind.text, &name.text, property.as_ref()).unwrap_or(nowhere))
        }
    };
    Some(Suppression {
        code: code.0,
        place: at(allow.span),
        scope,
    })
}

fn entity(
    declared: &Declared,
    kind: &str,
    name: &str,
    property: Option<&omnigraph_grammar::Name>,
) -> Option<(u32, Span)> {
    let kind = match kind {
        "interface" => DeclarationKind::Interface,
        "node" => DeclarationKind::Node,
        _ => DeclarationKind::Edge,
    };
    let decl = declared.get(kind, name)?;
    let Some(property) = property else {
        return Some((decl.item, decl.span));
    };
    let found = decl.properties().find(|found| found.name.text == property.text)?;
    Some((decl.item, found.span))
}

/// `None` if a part is wrong, which is then reported.
fn parts(
    code: &(String, Place),
    reason: &(String, Place),
    until: Option<&(String, Place)>,
    settings: &SchemaSettings,
    problems: &mut Vec<Finding>,
) -> Option<()> {
    let before = problems.len();
    problems.extend(unsuppressible(code));
    if reason.0.chars().filter(|c| !c.is_whitespace()).count() < SHORTEST_REASON {
        problems.push(s098_invalid_suppression::reason(reason.1.clone(), SHORTEST_REASON));
    }
    if let Some((text, place)) = until {
        match temporal::parse_date(text) {
            None => problems.push(s098_invalid_suppression::not_a_date(place.clone(), text)),
            Some(day) if settings.today.is_some_and(|today| today > day) => {
                problems.push(s098_invalid_suppression::expired(place.clone(), text));
            }
            Some(_) => {}
        }
    }
    (before == problems.len()).then_some(())
}

/// A suppression of a migration rule that counts, with the entity as plans name it.
pub(crate) struct Allowance {
    pub code: String,
    /// `node:Book`, `node:Book.pages`, or `schema` for everything.
    pub entity: String,
    /// Holds for the members of the entity too.
    pub members: bool,
}

/// As plans name what a declaration is about: `node:Book`, `node:Book.pages`, or `schema` for everything.
pub(crate) fn target_entity(target: &AllowTarget) -> String {
    match target {
        AllowTarget::Schema(_) => "schema".to_owned(),
        AllowTarget::Entity { kind, name, property } => {
            let member = property
                .as_ref()
                .map_or(String::new(), |property| format!(".{}", property.text));
            format!("{}:{}{member}", kind.text, name.text)
        }
    }
}

/// The suppressions of migration rules in a schema without errors.
pub(crate) fn migration_allowances(items: &[SchemaItem]) -> Vec<Allowance> {
    let mut found = Vec::new();
    let settings = SchemaSettings::default();
    let declared = super::declare::declare(items, &mut Vec::new());
    let mut of = |annotations: &[Annotation], item: u32, entity: &str, members: bool| {
        for annotation in annotations.iter().filter(|annotation| annotation.name.text == "allow") {
            let whole = (item, annotation.span);
            let read = of_annotation(annotation, item, whole, &settings, &mut Vec::new());
            found.extend(read.map(|suppression| Allowance {
                code: suppression.code,
                entity: entity.to_owned(),
                members,
            }));
        }
    };
    for decl in &declared.list {
        let own = format!("{}:{}", decl.kind.word(), decl.name.text);
        of(decl.annotations, decl.item, &own, true);
        for property in decl.properties() {
            let entity = format!("{own}.{}", property.name.text);
            of(&property.annotations, decl.item, &entity, false);
        }
    }
    for source in items {
        let Some(Declaration::Allow(allow)) = source.tree.as_deref() else {
            continue;
        };
        found.push(Allowance {
            code: allow.code.text.clone(),
            entity: target_entity(&allow.target),
            members: false,
        });
    }
    found.retain(|allowance| is_migration_rule(&allowance.code));
    found
}

/// Why findings of this code cannot be suppressed, if they cannot.
pub(super) fn unsuppressible((code, place): &(String, Place)) -> Option<Finding> {
    let of_code = rules::RULES.iter().filter(|rule| rule.code == code);
    let ruled = of_code.map(|rule| rule.may_be_allowed());
    let taken = rules::TAKEN.iter().filter(|(known, _)| known == code);
    let known: Vec<bool> = ruled.chain(taken.map(|(_, allowed)| *allowed)).collect();
    if known.is_empty() {
        return Some(s098_invalid_suppression::unknown(
            place.clone(),
            code,
            suppressible().into_iter(),
        ));
    }
    let never = !known.contains(&true);
    never.then(|| s098_invalid_suppression::never(place.clone(), code))
}

/// In which order the families of migration rules are suggested, what loses data first.
const FAMILIES: [&str; 10] = ["DS", "CD", "VE", "OW", "ED", "NM", "LK", "NL", "BC", "MF"];

/// What could have been meant, the schema's own rules first.
fn suppressible() -> Vec<&'static str> {
    let rules = rules::RULES.iter();
    let ruled = rules.filter(|rule| rule.is_about_migrations() || rule.may_be_allowed());
    let taken = rules::TAKEN.iter().map(|(code, _)| *code);
    let mut codes: Vec<&str> = ruled.map(|rule| rule.code).chain(taken).collect();
    let family = |code: &str| FAMILIES.iter().position(|family| code.get(3..5) == Some(*family));
    codes.sort_by_key(|code| (family(code), *code));
    codes
}

pub(crate) fn is_migration_rule(code: &str) -> bool {
    let mut ruled = rules::RULES.iter().filter(|rule| rule.is_about_migrations());
    ruled.any(|rule| rule.code == code) || rules::TAKEN.iter().any(|(taken, _)| *taken == code)
}
