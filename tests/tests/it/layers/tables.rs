//! The order of the modules of each crate, and where it is left.

/// Folders and files of a crate's `src` in an order in which each uses only those before it, with those that it may use. A
/// folder in a folder has a row of its own where it is used apart from the rest.
pub(super) type Layers = &'static [(&'static str, &'static [&'static str])];

pub(super) const ENGINE: Layers = &[
    ("error", &[]),
    ("kernel", &[]),
    ("analyser", &[]),
    ("storage", &["analyser", "error"]),
    ("derived", &["analyser", "error", "storage"]),
    ("history", &["error", "storage", "derived"]),
    ("validate", &["error", "storage", "history"]),
    ("commit", &["error", "storage", "history", "validate"]),
    ("optimize", &["analyser", "error", "storage", "history"]),
    ("embedding", &["error", "storage", "history", "validate"]),
    (
        "load",
        &["error", "storage", "history", "validate", "commit", "embedding"],
    ),
    (
        "evolve",
        &["error", "storage", "history", "validate", "optimize", "load"],
    ),
    ("result", &["error", "kernel", "storage"]),
    ("operators", &["error", "kernel", "storage", "derived", "result"]),
    (
        "planner",
        &[
            "error",
            "kernel",
            "storage",
            "derived",
            "history",
            "embedding",
            "result",
            "operators",
        ],
    ),
    (
        "execution",
        &[
            "error",
            "storage",
            "history",
            "embedding",
            "result",
            "operators",
            "planner",
        ],
    ),
    (
        "mutate",
        &[
            "error",
            "kernel",
            "storage",
            "history",
            "validate",
            "commit",
            "embedding",
            "load",
            "result",
            "planner",
            "execution",
        ],
    ),
    ("export", &["error", "storage", "history", "load", "execution"]),
    ("verify", &["error", "storage", "history"]),
];

pub(super) const MODEL: Layers = &[
    ("printable", &[]),
    ("suggest", &[]),
    ("temporal", &[]),
    ("types", &[]),
    ("vocabulary", &["types"]),
    ("schema", &["types"]),
    ("catalog", &["types", "schema"]),
    ("migration", &["temporal", "types", "schema"]),
    ("ir", &["temporal", "types", "vocabulary", "catalog"]),
];

pub(super) const COMPILER: Layers = &[
    ("wording", &[]),
    ("diagnostic", &["wording"]),
    ("rules", &["diagnostic"]),
    ("rules/syntax", &["diagnostic", "rules"]),
    ("rules/migrations", &["diagnostic", "rules"]),
    ("rules/schema", &["diagnostic", "rules", "schema"]),
    ("schema", &["diagnostic", "rules", "rules/schema"]),
    ("catalog", &["schema"]),
    ("settings", &["diagnostic", "rules", "schema"]),
    (
        "rules/types",
        &["wording", "diagnostic", "rules", "rules/syntax", "query"],
    ),
    ("query", &["wording", "diagnostic", "rules/types"]),
    ("rules/parameters", &["wording", "diagnostic", "rules", "params"]),
    ("params", &["rules", "rules/parameters", "query"]),
    ("db", &["diagnostic", "schema", "catalog", "query", "lint"]),
    ("schema_text", &["diagnostic", "rules/schema", "schema", "query", "db"]),
    ("trial", &["diagnostic", "rules", "schema", "catalog", "query", "db"]),
    ("rules/lints", &["wording", "rules", "db", "lint"]),
    (
        "lint",
        &[
            "wording",
            "diagnostic",
            "rules",
            "settings",
            "query",
            "db",
            "trial",
            "rules/lints",
        ],
    ),
    (
        "migrate",
        &[
            "diagnostic",
            "rules",
            "rules/migrations",
            "schema",
            "settings",
            "query",
            "schema_text",
        ],
    ),
    (
        "project",
        &["diagnostic", "settings", "query", "db", "schema_text", "lint"],
    ),
];

pub(super) const WORKSPACE: Layers = &[
    ("files", &[]),
    ("problem", &[]),
    ("discovery", &["files", "problem"]),
    ("disk", &["files"]),
];

pub(super) const SERVICE: Layers = &[
    ("authorise", &[]),
    ("evidence", &[]),
    ("error", &["authorise"]),
    ("compiled", &["error"]),
    ("graph", &["compiled", "error", "session"]),
    ("session", &["authorise", "error", "graph", "prepared"]),
    ("prepared", &["authorise", "compiled", "error", "session"]),
    ("schema", &["authorise", "error", "evidence", "graph", "session"]),
];

pub(super) const CLI: Layers = &[
    ("allocator", &[]),
    ("diagram", &[]),
    ("failure", &[]),
    ("memory", &[]),
    ("streams", &[]),
    ("arguments", &["memory"]),
    ("terminal", &["streams", "arguments"]),
    ("interrupt", &["failure", "streams", "terminal"]),
    ("project", &["failure"]),
    ("embedding", &["failure", "streams", "project"]),
    ("output", &["arguments"]),
    ("source", &["failure", "streams", "terminal"]),
    ("request", &["failure", "arguments", "terminal", "project", "source"]),
    (
        "commands",
        &[
            "diagram",
            "failure",
            "streams",
            "arguments",
            "interrupt",
            "project",
            "embedding",
            "output",
            "terminal",
            "source",
            "request",
        ],
    ),
];

/// Crate, module, a later module that it may use all the same, and why.
pub(super) const CYCLES: [(&str, &str, &str, &str); 7] = [
    (
        "compiler",
        "rules/schema",
        "schema",
        "a rule words its finding about what the check looks at, which names the rule",
    ),
    ("compiler", "rules/types", "query", "the same"),
    ("compiler", "rules/parameters", "params", "the same"),
    (
        "compiler",
        "rules/lints",
        "lint",
        "a lint looks at the view of a query that the table's lints are run on",
    ),
    (
        "compiler",
        "db",
        "lint",
        "lints are remembered like checks, so the database has queries that run them",
    ),
    ("service", "graph", "session", "a graph begins sessions on itself"),
    (
        "service",
        "session",
        "prepared",
        "a session prepares queries that run in it",
    ),
];
