//! Nested results: an object of chosen members, and a list of objects made of the solutions of a block.

use omnigraph_grammar::query::ast::{Expression, ExpressionKind, Object, Rows};
use omnigraph_model::catalog::Property;

use super::clauses::name_clauses;
use super::expression::Scope;
use super::read::{Ties, by_key, column_name, cut, several_of};
use super::solve::{Block, Bound, Context, Entity, Solution, Type, Types};
use super::{Model, Stop, Value};

impl Model {
    /// A whole node or edge; a node by its interface if its variable is of one, an edge by what its types have in common if they
    /// are several.
    pub(super) fn whole(&self, entity: Entity<'_>, several: Option<&str>) -> Result<Value, Stop> {
        let mut members = vec![("id".to_owned(), Value::Text(entity.id.to_owned()))];
        let interface = several.and_then(|name| self.catalog.interfaces.get(name));
        if several.is_some() {
            members.push(("type".to_owned(), Value::Text(entity.ty.to_owned())));
        }
        let properties = match entity.edge {
            false if interface.is_some() => interface.map(|interface| interface.visible_properties()),
            true if let Some(types) = several => Some(self.in_common(types)),
            true => self.catalog.edge(entity.ty).map(|edge| edge.visible_properties()),
            false => self.catalog.node(entity.ty).map(|node| node.visible_properties()),
        };
        if entity.edge {
            for end in ["from", "to"] {
                members.push((end.to_owned(), self.end(entity, end)?));
            }
        }
        for property in properties.ok_or("a type that is not declared")? {
            members.push((property.name.clone(), self.property(entity, &property.name)?));
        }
        Ok(Value::Object(members))
    }

    /// The properties that all of several edge types have, in the order of the first: of one type but for null.
    fn in_common(&self, types: &str) -> Vec<&Property> {
        let mut types = types.split('|').filter_map(|name| self.catalog.edge(name));
        let first = types.next().map(|edge| edge.visible_properties());
        types.fold(first.unwrap_or_default(), |common, edge| {
            let is_same = |one: &&Property| {
                let other = edge.property(&one.name).map(|other| &other.ty);
                other.is_some_and(|other| {
                    (other.scalar, other.list, &other.enum_values) == (one.ty.scalar, one.ty.list, &one.ty.enum_values)
                })
            };
            common.into_iter().filter(is_same).collect()
        })
    }

    /// The id of the node at an end of an edge.
    fn end(&self, entity: Entity<'_>, end: &str) -> Result<Value, Stop> {
        let edge = self.edges.get(entity.ty).and_then(|edges| edges.get(entity.id));
        let edge = edge.ok_or("an edge that is not there")?;
        Ok(Value::Text(match end {
            "from" => edge.from.clone(),
            _ => edge.to.clone(),
        }))
    }
}

impl<'m> Context<'m> {
    /// Null where the variable is missing, else the value of each member.
    pub(super) fn object(&self, object: &Object, scope: &Scope<'_, 'm>) -> Result<Value, Stop> {
        let name = object.variable.text.as_str();
        let entity = match scope.solution.get(name) {
            Some(Bound::Missing) => return Ok(Value::Null),
            Some(Bound::Entity(entity)) => Some(*entity),
            // Of a group without members.
            None if scope.members.is_some() => None,
            _ => return Err(format!("an object of `${name}`").into()),
        };
        let state = scope.states.get(name).copied().unwrap_or(self.model);
        let mut members = Vec::new();
        for member in &object.members {
            let own = member.name.text.as_str();
            let value = match &member.value {
                Some(value) => self.shown(value, scope)?,
                None => {
                    let entity = entity.ok_or("a property of nothing")?;
                    let types = match scope.types.get(name) {
                        Some(Type::Entity(types, true)) => types.as_str(),
                        _ => entity.ty,
                    };
                    let declares = |ty: &str| {
                        let edge = self.model.catalog.edge(ty);
                        edge.is_some_and(|edge| edge.property(own).is_some())
                    };
                    let declared = !entity.edge || types.split('|').all(declares);
                    match own {
                        "from" | "to" if !declared => state.end(entity, own)?,
                        _ => state.property(entity, own)?,
                    }
                }
            };
            members.push((own.to_owned(), value));
        }
        Ok(Value::Object(members))
    }

    /// The value of a member: a node or an edge as a whole.
    fn shown(&self, value: &Expression, scope: &Scope<'_, 'm>) -> Result<Value, Stop> {
        let Some(entity) = self.entity(value, scope) else {
            return self.value(value, scope);
        };
        let state = match &value.kind {
            ExpressionKind::Variable(name) => scope.states.get(name.as_str()).copied(),
            _ => None,
        };
        state
            .unwrap_or(self.model)
            .whole(entity, several_of(self, value, scope).as_deref())
    }

    /// An object for each solution of the block, in the order of its keys, then of ids.
    pub(super) fn rows(&self, rows: &Rows, scope: &Scope<'_, 'm>) -> Result<Value, Stop> {
        let block = self.block_of_rows(rows, scope.types)?;
        let mut found = Vec::new();
        for solution in self.solutions(&block, scope.solution.clone(), false)? {
            let inside = Scope {
                projections: &rows.items,
                ..Scope::new(&block.types, &solution)
            };
            let keys = rows.order.iter().map(|key| self.value(&key.expression, &inside));
            let keys = keys.collect::<Result<Vec<Value>, Stop>>()?;
            let mut members = Vec::new();
            for item in &rows.items {
                members.push((column_name(item), self.shown(&item.expression, &inside)?));
            }
            found.push((keys, Ties::of(&solution), Value::Object(members)));
        }
        found.sort_by(|(a, a_ties, _), (b, b_ties, _)| {
            let keys = a.iter().zip(b).zip(&rows.order);
            let by_keys = keys.map(|((a, b), key)| by_key(key, a, b));
            by_keys
                .fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
                .then_with(|| a_ties.compare(b_ties))
        });
        let kept = cut(self, 0, rows.limit.as_ref(), rows.offset.as_ref())?;
        let objects = found.into_iter().map(|(_, _, object)| object).enumerate();
        let objects = objects.filter(|(place, _)| kept.contains(place));
        Ok(Value::List(objects.map(|(_, object)| object).collect()))
    }

    fn block_of_rows<'q>(&self, rows: &'q Rows, types: &Types) -> Result<Block<'q>, Stop> {
        // Numbers that no `$_` outside has.
        let mut anonymous = 1_000_000 + rows.block.span.start as usize;
        let named = name_clauses(&rows.block.clauses, &mut anonymous)?;
        Ok(self.resolve(&named, types)?)
    }
}

/// Whether a variable is missing in one of the solutions.
pub(super) fn may_be_missing(name: &str, solutions: &[Solution<'_>]) -> bool {
    let mut found = solutions.iter().filter_map(|solution| solution.get(name));
    found.any(|bound| matches!(bound, Bound::Missing))
}
