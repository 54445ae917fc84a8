// What the extension reads from the logical plan of a query (`omnigraph:/ir/NAME?URI`): its parameters, and which of its
// columns are nodes that an edge connects.

export interface ParameterType {
  scalar: string | { Vector: number };
  nullable: boolean;
  list: boolean;
}

export interface Parameter {
  name: string;
  ty: ParameterType;
}

export interface Variable {
  name: string;
  entity: { kind: "node" | "edge"; type: string };
}

export interface Link {
  edge: string;
  from: number;
  to: number;
  direction: "out" | "in" | "both";
  hops: { min: number; max: number };
  edge_variable: number | null;
}

interface Expression {
  expr: string;
  variable?: number;
  property?: string;
}

interface Operator {
  op: string;
  link?: Link;
  input?: Operator;
  left?: Operator;
  right?: Operator;
  inner?: Operator;
  expressions?: Expression[];
}

interface ReadPlan {
  name: string;
  parameters: Parameter[];
  variables: Variable[];
  root: Operator;
  columns: { name: string; ty: { node?: string; optional_node?: string; value?: unknown } }[];
  /** The parameter that takes the cursor of the page before. */
  after?: { parameter: string };
}

export type Plan = { read: ReadPlan } | { mutation: { name: string; parameters: Parameter[] } };

/** The plan, or the reason why there is none: the server answers with a comment then. */
export function parsePlan(text: string): { plan: Plan } | { reason: string } {
  const comment = /^\/\/ (.*)$/m.exec(text);
  if (comment && text.trimStart().startsWith("//")) return { reason: comment[1]!.replaceAll("`", "") };
  try {
    return { plan: JSON.parse(text) as Plan };
  } catch (error) {
    return { reason: `its plan cannot be read: ${(error as Error).message}` };
  }
}

export function parametersOf(plan: Plan): Parameter[] {
  return "read" in plan ? plan.read.parameters : plan.mutation.parameters;
}

/** What a picture needs: the columns that hold nodes, and what connects them. */
export interface Pattern {
  nodes: { column: string; type: string }[];
  links: PatternLink[];
}

export interface PatternLink {
  from: string;
  to: string;
  /** `knows`, `knows{1,3}` */
  label: string;
  directed: boolean;
  /** More than one edge may lie between the two ends. */
  far: boolean;
  /** Columns that hold properties of the edge. */
  properties: { column: string; property: string }[];
}

export function patternOf(plan: Plan): Pattern {
  if (!("read" in plan)) return { nodes: [], links: [] };
  const read = plan.read;
  const columns = new Map<number, string>();
  const edgeProperties = new Map<number, { column: string; property: string }[]>();
  const nodes: Pattern["nodes"] = [];
  const projection = read.root.op === "project" ? read.root.expressions ?? [] : [];
  read.columns.forEach((column, i) => {
    const expression = projection[i];
    if (expression?.variable === undefined) return;
    const type = column.ty.node ?? column.ty.optional_node;
    if (type !== undefined && expression.expr === "entity") {
      nodes.push({ column: column.name, type });
      if (!columns.has(expression.variable)) columns.set(expression.variable, column.name);
    } else if (expression.expr === "property" && read.variables[expression.variable]?.entity.kind === "edge") {
      const of = edgeProperties.get(expression.variable) ?? [];
      of.push({ column: column.name, property: expression.property ?? column.name });
      edgeProperties.set(expression.variable, of);
    }
  });
  const links: PatternLink[] = [];
  for (const link of linksOf(read.root)) {
    const [a, b] = link.direction === "in" ? [link.to, link.from] : [link.from, link.to];
    const from = columns.get(a);
    const to = columns.get(b);
    if (from === undefined || to === undefined) continue;
    const far = link.hops.min !== 1 || link.hops.max !== 1;
    const name = link.edge.charAt(0).toLowerCase() + link.edge.slice(1);
    links.push({
      from,
      to,
      label: far ? `${name}{${link.hops.min},${link.hops.max}}` : name,
      directed: link.direction !== "both",
      far,
      properties: link.edge_variable === null ? [] : edgeProperties.get(link.edge_variable) ?? [],
    });
  }
  return { nodes, links };
}

/** What lies inside a `not` or an `exists` connects nothing; what an `optional` finds does. */
function linksOf(operator: Operator): Link[] {
  const inner = operator.op === "optional" ? operator.inner : undefined;
  const below = [operator.input, operator.left, operator.right, inner].filter((o) => o !== undefined).flatMap(linksOf);
  return operator.link === undefined ? below : [...below, operator.link];
}
