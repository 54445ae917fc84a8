//! Walks over the tree of a declaration. What every walk has to know, which parts a form has, stands here once: a new form
//! of declaration, member or type fails to compile in this file, and every walk goes through it from then on.

use super::ast::*;
use crate::{ItemKind, Name, Span};

/// A declared type, whatever its kind.
#[derive(Clone, Copy, Debug)]
pub struct TypeDeclaration<'t> {
    /// `Interface`, `Node` or `Edge`.
    pub kind: ItemKind,
    /// What it is called.
    pub name: &'t Name,
    /// Those of the header.
    pub annotations: &'t [Annotation],
    /// The interfaces that a node names.
    pub implements: &'t [Name],
    /// Where an edge starts and where it leads to; `None` for a node or an interface.
    pub ends: Option<(&'t Name, &'t Name)>,
    /// Those of the body, in source order.
    pub members: &'t [Member],
    /// The span of the whole declaration.
    pub span: Span,
}

impl<'t> TypeDeclaration<'t> {
    /// The members that are properties.
    pub fn properties(&self) -> impl Iterator<Item = &'t Property> + use<'t> {
        self.members.iter().filter_map(Member::as_property)
    }

    /// The first property of this name.
    pub fn property(&self, name: &str) -> Option<&'t Property> {
        self.properties().find(|property| property.name.text == name)
    }
}

impl Declaration {
    /// `None` if it declares no type.
    pub fn as_type(&self) -> Option<TypeDeclaration<'_>> {
        Some(match self {
            Declaration::Interface(d) => TypeDeclaration {
                kind: ItemKind::Interface,
                name: &d.name,
                annotations: &d.annotations,
                implements: &[],
                ends: None,
                members: &d.members,
                span: d.span,
            },
            Declaration::Node(d) => TypeDeclaration {
                kind: ItemKind::Node,
                name: &d.name,
                annotations: &d.annotations,
                implements: &d.implements,
                ends: None,
                members: &d.members,
                span: d.span,
            },
            Declaration::Edge(d) => TypeDeclaration {
                kind: ItemKind::Edge,
                name: &d.name,
                annotations: &d.annotations,
                implements: &[],
                ends: Some((&d.from, &d.to)),
                members: &d.members,
                span: d.span,
            },
            Declaration::Allow(_) | Declaration::MigrationCheck(_) => return None,
        })
    }

    /// That of the declared type; `None` if it declares none.
    pub fn name(&self) -> Option<&Name> {
        self.as_type().map(|declared| declared.name)
    }
}

impl Member {
    /// `None` for an annotation.
    pub fn as_property(&self) -> Option<&Property> {
        match self {
            Member::Property(property) => Some(property),
            Member::Constraint(_) | Member::Stray(_) => None,
        }
    }

    /// `None` for a property, and for an annotation that is not a constraint.
    pub fn as_constraint(&self) -> Option<&Annotation> {
        match self {
            Member::Constraint(annotation) => Some(annotation),
            Member::Property(_) | Member::Stray(_) => None,
        }
    }

    /// One that is not a property.
    pub fn as_annotation(&self) -> Option<&Annotation> {
        match self {
            Member::Constraint(annotation) | Member::Stray(annotation) => Some(annotation),
            Member::Property(_) => None,
        }
    }

    /// With the annotations behind a property.
    pub(crate) fn span(&self) -> Span {
        match self {
            Member::Property(property) => property.span,
            Member::Constraint(annotation) | Member::Stray(annotation) => annotation.span,
        }
    }
}

/// One method for each kind of node; each goes on to the parts unless it is overridden. One that is overridden calls the
/// function `walk_…` of the same name where it wants the parts visited; where there is none, nobody has needed it yet.
pub trait Visit<'t> {
    /// Goes on to the method of its form.
    fn visit_declaration(&mut self, declaration: &'t Declaration) {
        walk_declaration(self, declaration);
    }

    /// The annotations of the header, and the members; ends and interfaces are names.
    fn visit_type_declaration(&mut self, declared: TypeDeclaration<'t>) {
        walk_type_declaration(self, declared);
    }

    /// Its target.
    fn visit_allow(&mut self, allow: &'t Allow) {
        self.visit_target(&allow.target);
    }

    /// Its target.
    fn visit_migration_check(&mut self, check: &'t MigrationCheck) {
        check.target.iter().for_each(|target| self.visit_target(target));
    }

    /// Has no parts that are visited.
    fn visit_target(&mut self, _target: &'t AllowTarget) {}

    /// Goes on to the method of its form.
    fn visit_member(&mut self, member: &'t Member) {
        walk_member(self, member);
    }

    /// The type, and the annotations behind it.
    fn visit_property(&mut self, property: &'t Property) {
        walk_property(self, property);
    }

    /// `@unique(a, b)` as a member of the body.
    fn visit_constraint(&mut self, annotation: &'t Annotation) {
        self.visit_annotation(annotation);
    }

    /// An annotation before any property.
    fn visit_stray(&mut self, annotation: &'t Annotation) {
        self.visit_annotation(annotation);
    }

    /// Its arguments. It is called for those of headers, too.
    fn visit_annotation(&mut self, annotation: &'t Annotation) {
        walk_annotation(self, annotation);
    }

    /// Has no parts that are visited.
    fn visit_argument(&mut self, _argument: &'t Argument) {}

    /// Goes on to the method of its form; the element of a list is a type, too.
    fn visit_type(&mut self, ty: &'t TypeRef) {
        walk_type(self, ty);
    }

    /// `String`, or a word that names no type.
    fn visit_named_type(&mut self, _name: &'t Name) {}

    /// By its keyword, with the number in its parentheses.
    fn visit_vector(&mut self, _keyword: Span, _size: Option<&'t Number>) {}

    /// Has no parts that are visited.
    fn visit_enum_value(&mut self, _value: &'t EnumValue) {}
}

fn walk_declaration<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, declaration: &'t Declaration) {
    match declaration {
        Declaration::Interface(_) | Declaration::Node(_) | Declaration::Edge(_) => {
            if let Some(declared) = declaration.as_type() {
                visitor.visit_type_declaration(declared);
            }
        }
        Declaration::Allow(allow) => visitor.visit_allow(allow),
        Declaration::MigrationCheck(check) => visitor.visit_migration_check(check),
    }
}

/// Visits the annotations of the header, then the members.
pub fn walk_type_declaration<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, declared: TypeDeclaration<'t>) {
    declared.annotations.iter().for_each(|a| visitor.visit_annotation(a));
    declared.members.iter().for_each(|member| visitor.visit_member(member));
}

fn walk_member<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, member: &'t Member) {
    match member {
        Member::Property(property) => visitor.visit_property(property),
        Member::Constraint(annotation) => visitor.visit_constraint(annotation),
        Member::Stray(annotation) => visitor.visit_stray(annotation),
    }
}

/// Visits the type, then the annotations.
pub fn walk_property<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, property: &'t Property) {
    visitor.visit_type(&property.ty);
    property.annotations.iter().for_each(|a| visitor.visit_annotation(a));
}

/// Visits the arguments.
pub fn walk_annotation<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, annotation: &'t Annotation) {
    if let Some(arguments) = &annotation.arguments {
        arguments.list.iter().for_each(|a| visitor.visit_argument(a));
    }
}

pub(crate) fn walk_type<'t, V: Visit<'t> + ?Sized>(visitor: &mut V, ty: &'t TypeRef) {
    match &ty.core {
        CoreType::Named(name) => visitor.visit_named_type(name),
        CoreType::List(element) => visitor.visit_type(element),
        CoreType::Enum { values, keyword: _ } => values.iter().for_each(|value| visitor.visit_enum_value(value)),
        CoreType::Vector { size, keyword } => visitor.visit_vector(*keyword, size.as_ref()),
    }
}
