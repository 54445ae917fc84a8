//! Orders of a pattern by what is known of the data, on made-up numbers: a hundred persons, of whom a tenth lead, and a
//! hundred thousand documents, a thousand of each year and one of each title. Everybody follows five, and wrote a thousand
//! documents of one author each, and each document cites three.

#[path = "query/support.rs"]
mod support;

use omnigraph_model::ir::{Direction, Entity, Estimate, Expression, Link, Plan, ReadPlan, Var, reorder, validate};

struct Numbers<'p>(&'p ReadPlan);

impl Estimate for Numbers<'_> {
    fn rows(&self, variable: Var) -> f64 {
        match &self.0.variables[variable.0 as usize].entity {
            Entity::Node(name) if name == "Person" => 100.0,
            Entity::Node(_) => 100_000.0,
            Entity::Interface(_) | Entity::Edge(_) | Entity::Edges(_) | Entity::Value(_) => 0.0,
        }
    }

    fn kept(&self, predicate: &Expression) -> f64 {
        let Expression::Compare { left, .. } = predicate else {
            return 1.0;
        };
        match &**left {
            Expression::Property { property, .. } => match property.as_str() {
                "handle" => 0.01,
                "role" => 0.1,
                "year" => 0.01,
                "title" | "slug" => 0.00001,
                _ => 0.5,
            },
            _ => 1.0,
        }
    }

    fn is_key(&self, predicate: &Expression) -> bool {
        let Expression::Compare { left, .. } = predicate else {
            return false;
        };
        matches!(&**left, Expression::Property { property, .. } if property == "handle" || property == "slug")
    }

    fn reached(&self, link: &Link) -> f64 {
        match (link.edge.as_str(), link.direction) {
            ("Follows", Direction::Both) => 10.0,
            ("Follows", _) => 5_f64.powi(link.hops.max as i32),
            ("Wrote", Direction::Out) => 1000.0,
            ("Wrote", _) => 1.0,
            _ => 3.0,
        }
    }
}

/// The plan by the text, and the one by the numbers if it is another.
fn story(pattern: &str) -> String {
    let text = format!("query q() {{ {pattern} }}");
    let file = support::check_file(&text, &support::lab());
    assert!(
        file.findings.iter().all(|finding| !finding.error),
        "{:?}",
        file.findings
    );
    let Some(Plan::Read(plan)) = &file.queries[0].1.plan else {
        panic!("no plan: {pattern}")
    };
    let mut story = format!("{pattern}\n\nby the text:\n{}", Plan::Read(plan.clone()));
    match reorder(plan, &Numbers(plan)) {
        None => story += "no other order is much better\n",
        Some(other) => {
            assert_eq!(validate::validate(&other), Ok(()));
            assert_eq!((&other.columns, &other.variables), (&plan.columns, &plan.variables));
            // It is as good as it gets.
            assert_eq!(reorder(&other, &Numbers(&other)), None, "{pattern}");
            story += &format!("by the numbers:\n{}", Plan::Read(other));
        }
    }
    story + "\n"
}

#[test]
fn orders_by_numbers() {
    let stories: Vec<String> = [
        // Both ends have an equality; one of them leaves far fewer rows.
        "match { $p: Person { role: \"lead\" } $p wrote $d $d.title = \"T\" } return { $p.handle }",
        "match { $d: Doc { year: 1999 } $p wrote $d $p.handle = \"ada\" } return { $d.slug }",
        // Nothing but the sizes of the types.
        "match { $d: Doc $p wrote $d } return { count($d) as n }",
        // The middle of a chain; what closes a circle follows at once.
        "match { $a: Person $a follows $b $b follows $c $c follows $a $b wrote $d $d.title = \"T\" } return { $a.handle }",
        "match { $a: Person $a follows{1,3} $b $b $e:wrote $d $e.share > 0.5 $d.title = \"T\" } return { $a.handle, $e.share }",
        // Parts that an equality joins, each with an order of its own, and what is above the pattern.
        "match { $p: Person $p wrote $d $d.title = \"T\" $q: Person $q wrote $x $x.title = \"U\" $p.name = $q.name not { $p \
         follows $q } } return { $p.name, count($x) as n } order { n desc } limit 3",
        "match { $p: Person $p wrote $d $d.slug = \"s\" } return { $d.slug } order { bm25($d.title, \"graph\") desc } limit 5",
        // As good as it can be.
        "match { $p: Person { handle: \"ada\" } $p follows $q } return { $q.handle }",
        "match { $p: Person } return { $p.handle }",
        "match { $p: Person not { $p wrote $d $d.title = \"T\" } } return { $p.handle }",
    ]
    .map(story)
    .into();
    insta::assert_snapshot!("orders", stories.join("\n"));
}

/// Trying orders takes time by the square of the links, so a long pattern keeps its own.
#[test]
fn long_patterns_keep_the_order_of_their_text() {
    for (links, reordered) in [(1, true), (48, true), (49, false), (400, false)] {
        let steps: Vec<String> = (0..links).map(|n| format!("$v{n} follows $v{}", n + 1)).collect();
        let text = format!(
            "query q() {{ match {{ $v0: Person {{ name: \"Ada\" }} {} $v{links}.role = \"lead\" }} return {{ $v0.handle }} }}",
            steps.join(" ")
        );
        let file = support::check_file(&text, &support::lab());
        let Some(Plan::Read(plan)) = &file.queries[0].1.plan else {
            panic!("no plan")
        };
        assert_eq!(reorder(plan, &Numbers(plan)).is_some(), reordered, "{links}");
    }
}
