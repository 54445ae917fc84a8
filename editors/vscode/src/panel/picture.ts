// Nodes and links, drawn. A click on one shows its properties.
import cytoscape from "cytoscape";
import { element } from "./dom";
import type { Elements, PictureLink, PictureNode } from "./elements";
import { text } from "./table";

const COLOURS = ["#3b82c4", "#d9822b", "#3d9a5f", "#a35bb8", "#c94f5b", "#2f9e9e", "#8a7a2f", "#6b6fd4"];

export class Picture {
  readonly root: HTMLElement;
  private readonly graph: cytoscape.Core;
  private readonly details = element("aside", { class: "details", hidden: true });

  constructor(elements: Elements, diagram: boolean) {
    const canvas = element("div", { class: "canvas", role: "img", "aria-label": `${elements.nodes.length} nodes, ${elements.links.length} links` });
    const types = [...new Set(elements.nodes.map((node) => node.type))].sort();
    const colour = (type: string) => COLOURS[types.indexOf(type) % COLOURS.length]!;
    const legend = element("ul", { class: "legend" }, ...types.map((type) => element("li", {}, dot(colour(type)), type)));
    const zoom = element(
      "div",
      { class: "zoom" },
      element("button", { title: "Zoom in", click: () => this.zoom(1.25) }, "+"),
      element("button", { title: "Zoom out", click: () => this.zoom(0.8) }, "−"),
      element("button", { title: "Show all", click: () => this.graph.fit(undefined, 30) }, "⤢"),
    );
    this.root = element("div", { class: "picture" }, canvas, legend, zoom, this.details);
    if (elements.omitted > 0) this.root.append(element("p", { class: "note" }, `${elements.omitted} more nodes are not drawn.`));
    this.graph = cytoscape({
      container: canvas,
      elements: {
        nodes: elements.nodes.map((node) => ({ data: { ...node, ...size(node.label), colour: colour(node.type) } })),
        edges: elements.links.map((link) => ({ data: { ...link } })),
      },
      style: styles(diagram),
      layout: { name: "preset" },
      minZoom: 0.05,
      maxZoom: 5,
    });
    this.graph.on("tap", (event) => {
      const target = event.target as cytoscape.SingularElementArgument;
      if (event.target === this.graph) this.details.hidden = true;
      else this.tell(target.data() as PictureNode | PictureLink);
    });
    // A canvas has its size only once it stands on the page.
    const observer = new ResizeObserver(() => {
      if (canvas.clientWidth === 0) return;
      observer.disconnect();
      this.graph.resize();
      this.lay(diagram);
    });
    observer.observe(canvas);
    new ResizeObserver(() => this.graph.resize()).observe(canvas);
  }

  private lay(diagram: boolean): void {
    const options: cytoscape.LayoutOptions = diagram
      ? { name: "cose", animate: false, randomize: false, nodeRepulsion: () => 200_000, idealEdgeLength: () => 120, nodeOverlap: 20, padding: 30, nodeDimensionsIncludeLabels: true }
      : { name: "cose", animate: false, randomize: false, nodeRepulsion: () => 60_000, idealEdgeLength: () => 90, padding: 30, nodeDimensionsIncludeLabels: true };
    // The same start gives the same picture; `cose` needs one that is not a single point.
    const circle = () => this.graph.layout({ name: "circle", animate: false }).run();
    circle();
    this.graph.layout(options).run();
    // Two nodes in one place push each other nowhere.
    const places = this.graph.nodes().map((node) => node.position());
    if (places.some((place) => !Number.isFinite(place.x + place.y))) circle();
    this.graph.fit(undefined, 30);
    if (this.graph.zoom() > 1.5) {
      this.graph.zoom(1.5);
      this.graph.center();
    }
  }

  private zoom(factor: number): void {
    const middle = { x: this.graph.width() / 2, y: this.graph.height() / 2 };
    this.graph.zoom({ level: this.graph.zoom() * factor, renderedPosition: middle });
  }

  private tell(of: PictureNode | PictureLink): void {
    const title = "type" in of ? of.type : of.label;
    const rows = of.properties.map(({ name, value }) => element("tr", {}, element("th", { scope: "row" }, name), element("td", { class: value === null ? "null" : "" }, text(value))));
    this.details.replaceChildren(element("h2", {}, title), element("table", {}, ...rows));
    this.details.hidden = false;
  }

  png(): string {
    return this.graph.png({ full: true, scale: 2, bg: css("--vscode-editor-background", "#ffffff") }).replace(/^data:[^,]*,/, "");
  }

  destroy(): void {
    this.graph.destroy();
  }
}

/** Room for a label of several lines, in the font of the diagram. */
function size(label: string): { width: number; height: number } {
  const pen = document.createElement("canvas").getContext("2d")!;
  pen.font = `11px ${css("--vscode-font-family", "sans-serif")}`;
  const lines = label.split("\n");
  return { width: Math.max(...lines.map((line) => pen.measureText(line).width)), height: lines.length * 11 * 1.4 };
}

function dot(colour: string): HTMLElement {
  const made = element("span", { class: "dot" });
  made.style.background = colour;
  return made;
}

function css(variable: string, otherwise: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim() || otherwise;
}

function styles(diagram: boolean): cytoscape.StylesheetJson {
  const ink = css("--vscode-editor-foreground", "#333333");
  const paper = css("--vscode-editor-background", "#ffffff");
  const font = css("--vscode-font-family", "sans-serif");
  const node: cytoscape.Css.Node = diagram
    ? {
        shape: "round-rectangle", width: "data(width)", height: "data(height)", padding: "10px", label: "data(label)", color: ink, "font-family": font, "font-size": 11,
        "text-wrap": "wrap", "text-valign": "center", "text-halign": "center", "text-justification": "left", "line-height": 1.4,
        "background-color": paper, "border-width": 2, "border-color": "data(colour)",
      }
    : {
        width: 30, height: 30, label: "data(label)", color: ink, "font-family": font, "font-size": 11, "text-valign": "bottom", "text-margin-y": 4,
        "text-wrap": "ellipsis", "text-max-width": "140px", "background-color": "data(colour)", "border-width": 1, "border-color": ink,
      };
  return [
    { selector: "node", style: node },
    {
      selector: "edge",
      style: {
        width: 1.5, "curve-style": "bezier", "line-color": "#8a8a8a", label: "data(label)", color: ink, "font-family": font, "font-size": 9,
        "text-rotation": "autorotate", "text-background-color": paper, "text-background-opacity": 0.9, "text-background-padding": "2px",
      },
    },
    { selector: "edge[?directed]", style: { "target-arrow-shape": "triangle", "target-arrow-color": "#8a8a8a", "arrow-scale": 1.1 } },
    { selector: "edge[?far]", style: { "line-style": "dashed" } },
    { selector: ":selected", style: { "border-width": 4, "line-color": css("--vscode-focusBorder", "#0078d4") } },
  ];
}
