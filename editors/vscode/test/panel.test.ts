import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDiagram } from "../src/diagram";
import type { Column } from "../src/messages";
import { MOST_NODES, ofDiagram, ofRows } from "../src/panel/elements";
import { csv, filter, json, markdown, sort, tsv } from "../src/panel/table";
import { type Plan, parsePlan, patternOf } from "../src/plan";

const columns: Column[] = [
  { name: "p.name", kind: "string", nullable: false },
  { name: "age", kind: "int", nullable: true },
  { name: "tags", kind: "list", nullable: true },
];
const rows = [
  { "p.name": 'Ana "A", x', age: 34, tags: ["rust", "graphs"] },
  { "p.name": "Ben|b", age: null, tags: null },
  { "p.name": "Cleo\nc", age: 9, tags: [] },
];
const names = (of: typeof rows) => of.map((row) => row["p.name"].slice(0, 3));

test("sorts numbers as numbers, nulls first, and leaves the rows alone", () => {
  assert.deepEqual(names(sort(rows, { column: "age", descending: false }) as typeof rows), ["Ben", "Cle", "Ana"]);
  assert.deepEqual(names(sort(rows, { column: "age", descending: true }) as typeof rows), ["Ana", "Cle", "Ben"]);
  assert.deepEqual(names(sort(rows, { column: "p.name", descending: true }) as typeof rows), ["Cle", "Ben", "Ana"]);
  assert.deepEqual(names(rows), ["Ana", "Ben", "Cle"]);
});

test("filters by words, in one column if it is named", () => {
  const found = (typed: string) => names(filter(rows, columns, typed) as typeof rows);
  assert.deepEqual(found(""), ["Ana", "Ben", "Cle"]);
  assert.deepEqual(found("GRAPHS rust"), ["Ana"]);
  assert.deepEqual(found("an"), ["Ana"]);
  assert.deepEqual(found("age:9"), ["Cle"]);
  assert.deepEqual(found("p.name:be"), ["Ben"]);
  assert.deepEqual(found("nowhere:be"), []);
});

test("writes the forms that others read", () => {
  assert.equal(csv(rows, columns), 'p.name,age,tags\n"Ana ""A"", x",34,"[""rust"",""graphs""]"\nBen|b,null,null\n"Cleo\nc",9,[]\n');
  assert.equal(tsv(rows, columns), 'p.name\tage\ttags\nAna "A", x\t34\t["rust","graphs"]\nBen|b\tnull\tnull\nCleo c\t9\t[]\n');
  assert.equal(markdown(rows, columns), '| p.name | age | tags |\n| --- | --: | --- |\n| Ana "A", x | 34 | ["rust","graphs"] |\n| Ben\\|b | null | null |\n| Cleo c | 9 | [] |\n');
  assert.deepEqual(JSON.parse(json(rows)), rows);
});

/** As the server answers for `match { $p: Person  $p $k:knows $q  $r <knows>{1,3} $q  not { $p hates $q } }`. */
const plan: Plan = {
  read: {
    name: "q",
    parameters: [],
    variables: [
      { name: "p", entity: { kind: "node", type: "Person" } },
      { name: "q", entity: { kind: "node", type: "Person" } },
      { name: "k", entity: { kind: "edge", type: "Knows" } },
      { name: "r", entity: { kind: "node", type: "Person" } },
    ],
    root: {
      op: "project",
      input: {
        op: "semi_join",
        input: {
          op: "expand",
          input: { op: "expand", link: { edge: "Knows", from: 0, to: 1, direction: "in", hops: { min: 1, max: 1 }, edge_variable: 2 } },
          link: { edge: "Knows", from: 1, to: 3, direction: "both", hops: { min: 1, max: 3 }, edge_variable: null },
        },
        inner: {
          op: "expand",
          link: { edge: "Hates", from: 0, to: 1, direction: "out", hops: { min: 1, max: 1 }, edge_variable: null },
        },
      },
      expressions: [
        { expr: "entity", variable: 0 },
        { expr: "entity", variable: 1 },
        { expr: "property", variable: 2, property: "since" },
        { expr: "entity", variable: 3 },
      ],
    },
    columns: [
      { name: "p", ty: { node: "Person" } },
      { name: "friend", ty: { node: "Person" } },
      { name: "k.since", ty: { value: {} } },
      { name: "r", ty: { node: "Person" } },
    ],
  },
};

test("the plan says which columns are nodes and what connects them", () => {
  assert.deepEqual(patternOf(plan), {
    nodes: [{ column: "p", type: "Person" }, { column: "friend", type: "Person" }, { column: "r", type: "Person" }],
    links: [
      { from: "friend", to: "p", label: "knows", directed: true, far: false, properties: [{ column: "k.since", property: "since" }] },
      { from: "friend", to: "r", label: "knows{1,3}", directed: false, far: true, properties: [] },
    ],
  });
  assert.deepEqual(parsePlan("// `q` has errors\n"), { reason: "q has errors" });
  assert.match((parsePlan("{") as { reason: string }).reason, /^its plan cannot be read: /);
});

test("a picture has each node and each edge once", () => {
  const ana = { id: "a", name: "Ana" };
  const ben = { id: "b" };
  const row = (since: string) => ({ p: ana, friend: ben, "k.since": since, r: ana });
  const elements = ofRows([row("2020"), row("2020"), row("2023"), { ...row("2020"), p: null }], patternOf(plan));
  assert.deepEqual(elements.nodes.map((node) => [node.id, node.type, node.label]), [["Person a", "Person", "Ana"], ["Person b", "Person", "b"]]);
  assert.deepEqual(
    elements.links.map((link) => [link.source, link.target, link.label, link.properties.map((property) => property.value)]),
    [
      ["Person b", "Person a", "knows", ["2020"]],
      ["Person a", "Person b", "knows{1,3}", []],
      ["Person b", "Person a", "knows", ["2023"]],
    ],
  );
});

test("a picture of too many nodes says how many are missing", () => {
  const many = Array.from({ length: MOST_NODES + 7 }, (_, i) => ({ p: { id: `${i}` }, friend: null, "k.since": null, r: null }));
  const elements = ofRows(many, patternOf(plan));
  assert.equal(elements.nodes.length, MOST_NODES);
  assert.equal(elements.omitted, 7);
});

test("the server's diagram becomes types and edges", () => {
  const mermaid = `classDiagram
    class Named {
        <<interface>>
    }
    class Person {
        name String
        tags [String]?
        kind enum a  b
    }
    Named <|.. Person
    Person --> Person : Knows
`;
  const elements = ofDiagram(parseDiagram(mermaid));
  assert.deepEqual(elements.nodes.map((node) => [node.id, node.type, node.label]), [
    ["Named", "interface", "Named"],
    ["Person", "node", "Person\nname: String\ntags: [String]?\nkind: enum a  b"],
  ]);
  assert.deepEqual(elements.links.map((link) => [link.source, link.target, link.label, link.far]), [
    ["Person", "Named", "implements", true],
    ["Person", "Person", "Knows", false],
  ]);
});
