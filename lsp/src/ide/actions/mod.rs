//! Refactorings: what can be done with the thing at the cursor. Each gives edits in bytes.

mod generate;
mod values;

use generate::{declared, generate};
use omnigraph_compiler::db::{ItemText, SourceFile, parse_query_item};
use omnigraph_compiler::query::{Variables, variables};
use omnigraph_grammar::query::ast::{self, ExpressionKind, Literal, Read};
use omnigraph_grammar::query::visit::{Visit, traversals};
use omnigraph_grammar::{ItemKind, Span};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::types::{Scalar, Type};
use values::{Side, Used, values};

use super::names::{Owner, Symbol, owner_of};
use super::rename::Edit;
use super::{FileSpan, Ide, Part, describe, references};

pub(crate) struct Action {
    pub title: String,
    /// `refactor.extract`, `quickfix`, …
    pub kind: &'static str,
    pub edits: Vec<Edit>,
    /// Text for a new query file beside the schema, where the project has none.
    pub new_file: Option<String>,
}

pub(crate) fn actions(ide: &Ide<'_>, file: SourceFile, offset: u32) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some(part) = ide.part_at(file, offset) else {
        return actions;
    };
    let at = Spot {
        ide,
        file,
        base: part.item.span.start,
        inside: offset - part.item.span.start,
        part,
    };
    if part.item.kind == ItemKind::Query
        && let Some(tree) = &parse_query_item(ide.db, part.text).tree
    {
        let typed = variables(tree, &ide.names());
        actions.extend(at.extract(tree, &typed));
        actions.extend(at.inline(tree, &typed));
        actions.extend(at.declare(tree, &typed));
        for part in tree.body.reads().flat_map(Read::parts) {
            actions.extend(at.bind_edge(&part.pattern, &typed));
            actions.extend(at.missing_edge(&part.pattern, &typed));
        }
        actions.extend(at.missing_property(tree, &typed));
    }
    if let Some((_, found)) = ide.name_at(file, offset)
        && let Symbol::Type(kind, name) = &found.symbol
        && let Some(owner) = declared(ide, *kind, name)
    {
        actions.extend(generate(ide, file, &owner));
    }
    actions
}

struct Spot<'a> {
    ide: &'a Ide<'a>,
    file: SourceFile,
    base: u32,
    /// The cursor, from the start of the item.
    inside: u32,
    part: Part<'a>,
}

impl Spot<'_> {
    fn edit(&self, span: Span, text: impl Into<String>) -> Edit {
        Edit {
            place: FileSpan {
                file: self.file,
                span: span.shifted(self.base),
            },
            text: text.into(),
        }
    }

    fn at(&self, offset: u32, text: impl Into<String>) -> Edit {
        self.edit(
            Span {
                start: offset,
                end: offset,
            },
            text,
        )
    }

    fn touches(&self, span: Span) -> bool {
        span.start <= self.inside && self.inside <= span.end
    }

    fn text(&self) -> &str {
        let text: ItemText<'_> = self.part.text;
        text.text(self.ide.db)
    }

    /// A literal becomes a parameter.
    fn extract(&self, tree: &ast::Query, typed: &Variables) -> Option<Action> {
        let all = values(self.ide, tree, typed);
        let used = all.iter().find(|used| self.touches(used.expression.span))?;
        let ExpressionKind::Literal(literal) = &used.expression.kind else {
            return None;
        };
        let property = used
            .compared
            .as_ref()
            .and_then(|(owner, name)| self.ide.property(owner, name));
        let ty = match (literal, &property) {
            (Literal::List(_), _) => return None,
            (_, Some(property)) => Type {
                nullable: false,
                enum_values: None,
                list: false,
                ..property.ty.clone()
            }
            .to_string(),
            (literal, None) => literal_type(literal)?.to_owned(),
        };
        let wanted = property.map_or("value".to_owned(), |property| property.name);
        let name = free_name(tree, typed, &wanted);
        let declaration = self.declaration(tree, &name, &ty);
        Some(Action {
            title: format!("Extract into the parameter `${name}`"),
            kind: "refactor.extract",
            edits: vec![declaration, self.edit(used.expression.span, format!("${name}"))],
            new_file: None,
        })
    }

    /// A parameter becomes a literal.
    fn inline(&self, tree: &ast::Query, typed: &Variables) -> Option<Action> {
        let (_, found) = self.ide.name_at(self.file, self.inside + self.base)?;
        let Symbol::Parameter(name) = &found.symbol else {
            return None;
        };
        let at = tree
            .parameters
            .iter()
            .position(|parameter| parameter.name.text == *name)?;
        let parameter = &tree.parameters[at];
        let scalar = Scalar::from_word(&parameter.ty.name.text)?;
        let all = values(self.ide, tree, typed);
        let is_it = |used: &&Used<'_>| matches!(&used.expression.kind, ExpressionKind::Variable(used) if used == name);
        let compared = all.iter().filter(is_it).find_map(|used| {
            let (owner, property) = used.compared.as_ref()?;
            self.ide.property(owner, property)
        });
        let own = Type {
            list: parameter.ty.list,
            ..Type::of(scalar)
        };
        // One of an enum's values, where it is compared with an enum.
        let sample = describe::sample(&Type {
            enum_values: compared.and_then(|property| property.ty.enum_values),
            ..own
        });
        let removed = match (at, tree.parameters.get(at + 1)) {
            (_, Some(next)) => Span {
                start: parameter.span.start,
                end: next.span.start,
            },
            (0, None) => parameter.span,
            (_, None) => Span {
                start: tree.parameters[at - 1].span.end,
                end: parameter.span.end,
            },
        };
        let mut edits = vec![self.edit(removed, "")];
        for reference in references::all(self.ide, self.file, self.part, &found.symbol) {
            if !reference.occurrence.declares {
                edits.push(Edit {
                    place: reference.place,
                    text: sample.clone(),
                });
            }
        }
        Some(Action {
            title: format!("Inline `${name}` as `{sample}`"),
            kind: "refactor.inline",
            edits,
            new_file: None,
        })
    }

    /// A parameter that is used and not declared, with the type of what it is compared with.
    fn declare(&self, tree: &ast::Query, typed: &Variables) -> Option<Action> {
        let all = values(self.ide, tree, typed);
        let used = all.iter().find(|used| self.touches(used.expression.span))?;
        let ExpressionKind::Variable(name) = &used.expression.kind else {
            return None;
        };
        let bound = typed.lookup(typed.block_at(self.inside), name).is_some();
        if bound || name == "_" || tree.parameters.iter().any(|parameter| parameter.name.text == *name) {
            return None;
        }
        let ty = match &used.compared {
            None => used.searched.then(|| "String".to_owned())?,
            Some((owner, property)) => {
                let ty = self.ide.property(owner, property)?.ty;
                let list = match used.contains {
                    // A text that holds another, a list that holds an item.
                    Some(Side::Right) => false,
                    Some(Side::Left) => true,
                    None => ty.list,
                };
                let plain = Type {
                    nullable: false,
                    enum_values: None,
                    list,
                    ..ty
                };
                plain.to_string()
            }
        };
        Some(Action {
            title: format!("Declare the parameter `${name}: {ty}`"),
            kind: "quickfix",
            edits: vec![self.declaration(tree, name, &ty)],
            new_file: None,
        })
    }

    /// A further parameter.
    fn declaration(&self, tree: &ast::Query, name: &str, ty: &str) -> Edit {
        let open = self.text().find('(').map_or(tree.name.span.end, |at| at as u32 + 1);
        match tree.parameters.last() {
            Some(last) => self.at(last.span.end, format!(", ${name}: {ty}")),
            None if open == tree.name.span.end => self.at(open, format!("(${name}: {ty})")),
            None => self.at(open, format!("${name}: {ty}")),
        }
    }

    /// `$a knows $b` becomes `$a $e:knows $b`.
    fn bind_edge(&self, pattern: &ast::Block, typed: &Variables) -> Option<Action> {
        let traversal = self.traversal(pattern)?;
        let plain = traversal.edge_variable.is_none() && traversal.hops.is_none();
        // The edges of a path have no variable.
        let mut searched = Searched(Vec::new());
        searched.visit_block(pattern);
        if !plain || searched.0.contains(&traversal.span) {
            return None;
        }
        let taken = |name: &str| typed.blocks.iter().any(|block| block.names.contains_key(name));
        let name = std::iter::once("e".to_owned())
            .chain((2..).map(|n| format!("e{n}")))
            .find(|name| !taken(name))?;
        let start = if traversal.undirected {
            traversal.edge.span.start - 1
        } else {
            traversal.edge.span.start
        };
        Some(Action {
            title: format!("Bind the edge to `${name}`"),
            kind: "refactor.rewrite",
            edits: vec![self.at(start, format!("${name}:"))],
            new_file: None,
        })
    }

    fn traversal<'t>(&self, pattern: &'t ast::Block) -> Option<&'t ast::Traversal> {
        let mut all = traversals(pattern).into_iter();
        all.find(|traversal| self.touches(traversal.span))
    }

    /// An edge that the schema lacks, between the types of the two variables.
    fn missing_edge(&self, pattern: &ast::Block, typed: &Variables) -> Option<Action> {
        let traversal = self.traversal(pattern)?;
        // Of several, where one leads is not known.
        if !traversal.others.is_empty() || self.ide.catalog().edge(&traversal.edge.text).is_some() {
            return None;
        }
        let block = typed.block_at(traversal.span.start);
        let node = |name: &str| match typed
            .list
            .get(typed.lookup(block, name)?)?
            .entity
            .as_ref()
            .and_then(owner_of)?
        {
            (DeclarationKind::Node, name) => Some(name),
            _ => None,
        };
        let (from, to) = (node(&traversal.source.text)?, node(&traversal.target.text)?);
        let schema = self.ide.schema()?;
        let mut name = traversal.edge.text.clone();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let text = schema.text(self.ide.db);
        let gap = if text.ends_with('\n') { "\n" } else { "\n\n" };
        let span = Span {
            start: text.len() as u32,
            end: text.len() as u32,
        };
        Some(Action {
            title: format!("Add the edge `{name}: {from} -> {to}` to the schema"),
            kind: "quickfix",
            edits: vec![Edit {
                place: FileSpan { file: schema, span },
                text: format!("{gap}edge {name}: {from} -> {to}\n"),
            }],
            new_file: None,
        })
    }

    /// A property that its type lacks, with the type that its use suggests.
    fn missing_property(&self, tree: &ast::Query, typed: &Variables) -> Option<Action> {
        let (_, found) = self.ide.name_at(self.file, self.inside + self.base)?;
        let Symbol::Property(owner, name) = &found.symbol else {
            return None;
        };
        if self.ide.has_property(owner, name) {
            return None;
        }
        let all = values(self.ide, tree, typed);
        let wanted = (owner.clone(), name.clone());
        let ty = all
            .iter()
            .filter(|used| used.compared.as_ref() == Some(&wanted))
            .find_map(|used| match &used.expression.kind {
                ExpressionKind::Literal(literal) => literal_type(literal).map(str::to_owned),
                ExpressionKind::Variable(variable) => {
                    let parameter = tree
                        .parameters
                        .iter()
                        .find(|parameter| parameter.name.text == *variable)?;
                    Some(parameter.ty.name.text.clone())
                }
                _ => None,
            });
        let ty = ty.unwrap_or("String".to_owned());
        let edit = add_property(self.ide, owner, name, &ty)?;
        Some(Action {
            title: format!("Add `{name}: {ty}?` to `{}`", owner.1),
            kind: "quickfix",
            edits: vec![edit],
            new_file: None,
        })
    }
}

/// The traversals of searches for paths.
struct Searched(Vec<Span>);

impl Visit<'_> for Searched {
    fn visit_walk(&mut self, walk: &ast::Walk) {
        self.0.push(walk.traversal.span);
    }
}

fn add_property(ide: &Ide<'_>, owner: &Owner, name: &str, ty: &str) -> Option<Edit> {
    let schema = ide.schema()?;
    let text = schema.text(ide.db);
    let part = ide
        .parts(schema)
        .find(|part| part.item.name.as_ref().is_some_and(|name| name.text == owner.1))?;
    let own = &text[part.item.span.range()];
    let close = own.ends_with('}').then(|| part.item.span.end - 1);
    let (offset, new) = match close {
        None => (part.item.span.end, format!(" {{\n    {name}: {ty}?\n}}")),
        Some(close) => {
            let before = text[..close as usize].trim_end();
            let offset = before.len() as u32;
            match text[offset as usize..close as usize].contains('\n') {
                true => (offset, format!("\n    {name}: {ty}?")),
                false => (offset, format!(" {name}: {ty}? ").trim_end().to_owned()),
            }
        }
    };
    Some(Edit {
        place: FileSpan {
            file: schema,
            span: Span {
                start: offset,
                end: offset,
            },
        },
        text: new,
    })
}

fn literal_type(literal: &Literal) -> Option<&'static str> {
    Some(match literal {
        Literal::String(_) => "String",
        Literal::Integer(_) => "I64",
        Literal::Unsigned(_) => "U64",
        Literal::Float(_) => "F64",
        Literal::Boolean(_) => "Bool",
        Literal::Date(..) => "Date",
        Literal::DateTime(..) => "DateTime",
        Literal::Null | Literal::List(_) => return None,
    })
}

fn free_name(tree: &ast::Query, typed: &Variables, wanted: &str) -> String {
    let taken = |name: &str| {
        tree.parameters.iter().any(|parameter| parameter.name.text == name)
            || typed.blocks.iter().any(|block| block.names.contains_key(name))
    };
    let numbered = (2..).map(|n| format!("{wanted}_{n}"));
    std::iter::once(wanted.to_owned())
        .chain(numbered)
        .find(|name| !taken(name))
        .unwrap_or_default()
}
