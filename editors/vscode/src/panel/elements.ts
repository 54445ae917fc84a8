// What a picture consists of: nodes and links, from rows and the pattern that found them, or from the diagram of a schema.
import type { Diagram } from "../diagram";
import type { Cell } from "../messages";
import type { Pattern } from "../plan";
import type { Row } from "./table";

export interface PictureNode {
  id: string;
  type: string;
  label: string;
  properties: { name: string; value: Cell }[];
}

export interface PictureLink {
  id: string;
  source: string;
  target: string;
  label: string;
  directed: boolean;
  far: boolean;
  properties: { name: string; value: Cell }[];
}

export interface Elements {
  nodes: PictureNode[];
  links: PictureLink[];
  /** Nodes that were left out because there are too many to see anything. */
  omitted: number;
}

/** More than this is not a picture any more. */
export const MOST_NODES = 500;

export function ofRows(rows: Row[], pattern: Pattern): Elements {
  const nodes = new Map<string, PictureNode>();
  const links = new Map<string, PictureLink>();
  const omitted = new Set<string>();
  const types = new Map(pattern.nodes.map((node) => [node.column, node.type]));
  const idIn = (row: Row, column: string): string | undefined => {
    const cell = row[column];
    if (cell === null || typeof cell !== "object" || Array.isArray(cell) || typeof cell.id !== "string") return undefined;
    return `${types.get(column)} ${cell.id}`;
  };
  for (const row of rows) {
    for (const { column, type } of pattern.nodes) {
      const id = idIn(row, column);
      if (id === undefined || nodes.has(id)) continue;
      if (nodes.size >= MOST_NODES) {
        omitted.add(id);
        continue;
      }
      const cell = row[column] as Record<string, Cell>;
      nodes.set(id, { id, type, label: labelOf(cell), properties: Object.entries(cell).map(([name, value]) => ({ name, value })) });
    }
    for (const link of pattern.links) {
      let [source, target] = [idIn(row, link.from), idIn(row, link.to)];
      if (source === undefined || target === undefined || !nodes.has(source) || !nodes.has(target)) continue;
      if (!link.directed && source > target) [source, target] = [target, source];
      const properties = link.properties.map(({ column, property }) => ({ name: property, value: row[column] ?? null }));
      const id = JSON.stringify([link.label, source, target, properties]);
      links.set(id, { id, source, target, label: link.label, directed: link.directed, far: link.far, properties });
    }
  }
  return { nodes: [...nodes.values()], links: [...links.values()], omitted: omitted.size };
}

/** A name or title says more than a key made by a machine. */
function labelOf(cell: Record<string, Cell>): string {
  for (const property of ["name", "title", "label"]) {
    const value = cell[property];
    if (typeof value === "string" && value !== "") return value;
  }
  return String(cell.id);
}

export function ofDiagram(diagram: Diagram): Elements {
  const nodes = diagram.types.map((type) => ({
    id: type.name,
    type: type.interface ? "interface" : "node",
    label: [type.name, ...type.properties.map((property) => `${property.name}: ${property.type}`)].join("\n"),
    properties: type.properties.map(({ name, type }) => ({ name, value: type as Cell })),
  }));
  const known = new Set(nodes.map((node) => node.id));
  const links = diagram.edges
    .filter((edge) => known.has(edge.from) && known.has(edge.to))
    .map((edge, i) => ({
      id: `${i} ${edge.label}`,
      source: edge.from,
      target: edge.to,
      label: edge.implements ? "implements" : edge.label,
      directed: true,
      far: edge.implements,
      properties: [],
    }));
  return { nodes, links, omitted: 0 };
}
