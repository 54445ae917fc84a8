// The server's diagram of a schema, a Mermaid class diagram, as nodes and links.

export interface Diagram {
  types: { name: string; interface: boolean; properties: { name: string; type: string }[] }[];
  edges: { from: string; to: string; label: string; implements: boolean }[];
}

export function parseDiagram(mermaid: string): Diagram {
  const diagram: Diagram = { types: [], edges: [] };
  let open: Diagram["types"][number] | undefined;
  for (const raw of mermaid.split("\n")) {
    const line = raw.trim();
    let match: RegExpExecArray | null;
    if ((match = /^class (\w+) \{$/.exec(line))) {
      open = { name: match[1]!, interface: false, properties: [] };
      diagram.types.push(open);
    } else if (line === "}") {
      open = undefined;
    } else if (open !== undefined && line === "<<interface>>") {
      open.interface = true;
    } else if (open !== undefined && (match = /^(\w+) (.+)$/.exec(line))) {
      open.properties.push({ name: match[1]!, type: match[2]! });
    } else if ((match = /^(\w+) --> (\w+) : (\w+)$/.exec(line))) {
      diagram.edges.push({ from: match[1]!, to: match[2]!, label: match[3]!, implements: false });
    } else if ((match = /^(\w+) <\|\.\. (\w+)$/.exec(line))) {
      diagram.edges.push({ from: match[2]!, to: match[1]!, label: "", implements: true });
    }
  }
  return diagram;
}
