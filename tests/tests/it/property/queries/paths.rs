//! `path`: searches between two nodes, with conditions and weights of steps.

use rand::Rng;

use super::super::graphs::{EDGES, Kind};
use super::{Variable, Writer};

/// Edges whose steps lead from one type to another, with the least number of them.
const WAYS: [(&str, &str, &str); 17] = [
    ("Item", "Item", "link"),
    ("Item", "Item", "<link>"),
    ("Item", "Item", "<at>"),
    ("Item", "Item", "<link|at>"),
    ("Item", "Item", "<road|at>"),
    ("Place", "Place", "road"),
    ("Place", "Place", "<road>"),
    ("Place", "Place", "<at|road>"),
    ("Item", "Place", "link|at"),
    ("Item", "Place", "at|road|link"),
    ("Slot", "Item", "uses|link"),
    ("Slot", "Place", "<uses|at|road>"),
    ("Thing", "Item", "link|uses"),
    ("Thing", "Place", "at|road"),
    ("Item", "Thing", "<link|at>"),
    ("Thing", "Thing", "<at|uses>"),
    ("Thing", "Thing", "uses|at|link"),
];

/// Edges of several types that lead from one type to another in one step, and what their variable is.
const STEPS: [(&str, &str, &str, &str); 16] = [
    ("Item", "Item", "link|at", "At|Link"),
    ("Item", "Item", "<link|at>", "At|Link"),
    ("Item", "Item", "link|road", "Link|Road"),
    ("Item", "Item", "link|uses|at", "At|Link|Uses"),
    ("Item", "Item", "link|link", "Link"),
    ("Item", "Place", "at|link", "At|Link"),
    ("Item", "Place", "<road|at>", "At|Road"),
    ("Item", "Thing", "<link|at>", "At|Link"),
    ("Place", "Item", "<at|road>", "At|Road"),
    ("Place", "Place", "road|at|road", "At|Road"),
    ("Place", "Place", "<road|link>", "Link|Road"),
    ("Slot", "Item", "uses|link", "Link|Uses"),
    ("Thing", "Item", "link|uses", "Link|Uses"),
    ("Thing", "Place", "at|road", "At|Road"),
    ("Thing", "Thing", "at|link|uses", "At|Link|Uses"),
    ("Thing", "Thing", "<at|road>", "At|Road"),
];

/// Whether a query has a variable for an edge of several types.
pub(crate) fn has_edge_of_several(text: &str) -> bool {
    STEPS.iter().any(|(_, _, edges, _)| text.contains(&format!(":{edges}")))
}

impl Writer<'_> {
    /// A step along edges of several types, with a variable for the edge.
    pub(super) fn edge_of_several(&mut self, scope: &mut Vec<Variable>, clauses: &mut Vec<String>) {
        let known = |variable: &&Variable| !variable.edge && variable.bound && !variable.missing;
        let nodes: Vec<Variable> = scope.iter().filter(known).cloned().collect();
        let mut steps = Vec::new();
        for from in &nodes {
            for to in &nodes {
                let fitting = STEPS.iter().filter(|(a, b, ..)| (*a, *b) == (from.ty, to.ty));
                steps.extend(fitting.map(|step| (from.name.clone(), to.name.clone(), step.2, step.3)));
            }
        }
        if steps.is_empty() {
            return;
        }
        let (from, to, edges, ty) = self.choose(&steps);
        let words: Vec<&str> = edges.trim_matches(['<', '>']).split('|').collect();
        let condition = match self.rng.random_range(0..4) {
            0 => format!("{{{}}}", self.step_condition(&words).trim_start()),
            1 => format!("{{where $.d {} 0.5}}", self.choose(&["<", ">", "!="])),
            _ => String::new(),
        };
        let name = self.fresh();
        clauses.push(format!("${from} ${name}:{edges}{condition} ${to}"));
        scope.push(Variable {
            name,
            ty,
            edge: true,
            bound: true,
            missing: false,
        });
    }

    /// Searches between nodes of the block. What is known of a path may be read by all that follows.
    pub(super) fn paths(&mut self, scope: &[Variable], outermost: bool, clauses: &mut Vec<String>) {
        let Some((from, to, edges)) = self.way(scope) else {
            return;
        };
        let search = self.choose(&[
            "shortest",
            "shortest",
            "all shortest",
            "shortest 2",
            "shortest 5",
            "cheapest",
            "cheapest",
            "trail",
            "simple",
        ]);
        let endless = matches!(search, "shortest" | "all shortest" | "cheapest");
        // Whether steps of several kinds lead on at all is not known to a number of them.
        let several = edges.contains(['|', '<']);
        let min = match several {
            true => 1,
            false => self.choose(&[1, 1, 1, 2, 3]),
        };
        let bounds = match endless && self.chance(0.5) {
            true => format!("{min},"),
            false => format!("{min},{}", min + self.choose(&[1, 2, 3])),
        };
        let words: Vec<&str> = edges.trim_matches(['<', '>']).split('|').collect();
        let condition = match self.chance(0.5) {
            true => self.step_condition(&words),
            false => String::new(),
        };
        let weight = match search {
            "cheapest" => format!(" by {}", self.weight(&words)),
            _ => String::new(),
        };
        let name = format!("${}", self.fresh());
        clauses.push(format!(
            "path {name} = {search} ${from} {edges}{{{bounds}{condition}}} ${to}{weight}"
        ));
        if outermost {
            self.values.push((format!("length({name})"), Kind::I64));
            self.found
                .extend([name.clone(), format!("nodes({name})"), format!("edges({name})")]);
            if search == "cheapest" {
                self.found.push(format!("cost({name})"));
            }
        } else if self.chance(0.5) {
            clauses.push(format!("length({name}) != 2"));
        }
    }

    /// A traversal whose steps are of several types, or have conditions.
    pub(super) fn walk(&mut self, scope: &[Variable], clauses: &mut Vec<String>) {
        let Some((from, to, edges)) = self.way(scope) else {
            return;
        };
        let words: Vec<&str> = edges.trim_matches(['<', '>']).split('|').collect();
        let condition = match words.len() == 1 || self.chance(0.4) {
            true => self.step_condition(&words),
            false => String::new(),
        };
        let hops = match (edges.contains(['|', '<']), self.rng.random_range(0..4)) {
            (false, 0) if !condition.is_empty() => format!("{{{}}}", condition.trim_start()),
            (_, least) => format!("{{1,{}{condition}}}", 2 + least),
        };
        clauses.push(format!("${from} {edges}{hops} ${to}"));
    }

    /// Two nodes of the block, and edges whose steps lead from one to the other.
    fn way(&mut self, scope: &[Variable]) -> Option<(String, String, &'static str)> {
        let known = |variable: &&Variable| !variable.edge && variable.bound && !variable.missing;
        let nodes: Vec<Variable> = scope.iter().filter(known).cloned().collect();
        let mut ways = Vec::new();
        for from in &nodes {
            for to in &nodes {
                let fitting = WAYS.iter().filter(|(a, b, _)| (*a, *b) == (from.ty, to.ty));
                ways.extend(fitting.map(|way| (from.name.clone(), to.name.clone(), way.2)));
            }
        }
        match ways.is_empty() {
            true => None,
            false => Some(self.choose(&ways)),
        }
    }

    fn step_condition(&mut self, words: &[&str]) -> String {
        let edge = |word: &str| EDGES.iter().find(|edge| edge.word == word).expect("a declared edge");
        let own = match words {
            [only] => vec![edge(only)],
            _ => Vec::new(),
        };
        let Some(own) = own.first() else {
            let id = self.choose(&["$node.id", "$.id"]);
            let value = self.parameter(Kind::Text);
            return format!(" where {id} {} {value}", self.choose(&["!=", "<", ">="]));
        };
        let variable = |name: &str, ty: &'static str, edge: bool| Variable {
            name: name.to_owned(),
            ty,
            edge,
            bound: true,
            missing: false,
        };
        let step = variable("step", own.ty.name, true);
        let mut about = vec![step];
        // The node is of one type where both ends are.
        if own.from == own.to {
            about.push(variable("node", own.to, false));
        }
        let one = self.choose(&about);
        let scope = if self.chance(0.5) {
            about.clone()
        } else {
            vec![one.clone()]
        };
        let filter = self.filter(std::slice::from_ref(&one), &scope);
        format!(" where {}", filter.replace("$step.", "$."))
    }

    /// Sums that do not depend on how they are rounded.
    fn weight(&mut self, words: &[&str]) -> &'static str {
        match words {
            ["link"] => self.choose(&[
                "1",
                "$.w",
                "abs($.w)",
                "if($.w > 1, 2, 1)",
                "if($.d > 0.5, 0.5, 2)",
                "if($node.i > 0, 1, 3)",
            ]),
            ["road"] => self.choose(&["$.lanes", "if($.km > 1, 0.25, 1.5)", "if($node.size > 1, 0, 1)"]),
            _ => self.choose(&["1", "0", "0.5"]),
        }
    }
}
