// The page in the panel: a bar, and below it a table or a picture.
import type { FromPanel, Rows, ToPanel } from "../messages";
import { element } from "./dom";
import { type Elements, ofDiagram, ofRows } from "./elements";
import { Grid } from "./grid";
import { Picture } from "./picture";
import { type Order, type Row, csv, filter, json, markdown, sort, tsv } from "./table";

declare function acquireVsCodeApi(): { postMessage(message: FromPanel): void };

const host = acquireVsCodeApi();
const root = document.getElementById("panel")!;
let picture: Picture | undefined;

window.addEventListener("message", (event: MessageEvent<ToPanel>) => {
  picture?.destroy();
  picture = undefined;
  const message = event.data;
  switch (message.show) {
    case "busy":
      root.replaceChildren(element("p", { class: "note", role: "status" }, `${message.query} runs…`));
      break;
    case "failure":
      root.replaceChildren(bar(`${message.query} failed`, again()), element("pre", { class: "failure", role: "alert" }, message.message));
      break;
    case "diagram":
      showDiagram(message.file, ofDiagram(message.diagram));
      break;
    case "rows":
      showRows(message);
      break;
  }
});
host.postMessage({ ready: true });

function bar(title: string, ...tools: HTMLElement[]): HTMLElement {
  return element("header", { class: "bar" }, element("span", { class: "title", role: "status" }, title), element("span", { class: "tools" }, ...tools));
}

function button(label: string, title: string, click: () => void): HTMLButtonElement {
  return element("button", { title, click }, label);
}

function again(): HTMLElement {
  return button("Run Again", "Asks for the parameters and runs the query again", () => host.postMessage({ again: true }));
}

function savePicture(name: string): HTMLElement {
  return button("PNG", "Save the picture", () => {
    if (picture !== undefined) host.postMessage({ save: picture.png(), base64: true, name, extension: "png" });
  });
}

function showDiagram(file: string, elements: Elements): void {
  picture = new Picture(elements, true);
  const edges = elements.links.filter((link) => link.label !== "implements").length;
  root.replaceChildren(bar(`${file}: ${count(elements.nodes.length, "type")}, ${count(edges, "edge")}`, savePicture(file.replace(/\.\w+$/, ""))), picture.root);
}

function showRows(message: ToPanel & { show: "rows" }): void {
  const { result, pattern, query } = message;
  let order: Order;
  let shown: Row[] = result.rows;
  const grid = new Grid(
    result.columns,
    (column) => {
      // Up, down, as it came.
      order = order?.column !== column ? { column, descending: false } : order.descending ? undefined : { column, descending: true };
      renew();
    },
    (cell) => host.postMessage({ copy: cell, what: "the cell" }),
  );
  const search = element("input", { type: "search", placeholder: "Filter, or column:word", "aria-label": "Filter rows", input: () => renew() });
  const content = element("section", { class: "content" });
  const title = element("span", { class: "title", role: "status" });
  const form = element("select", { "aria-label": "Form", title: "The form in which rows are copied and exported" },
    ...["CSV", "TSV", "JSON", "Markdown"].map((name) => element("option", {}, name)));
  const tools = {
    copy: button("Copy", "Copy the rows that are shown", () => host.postMessage({ copy: written().text, what: count(shown.length, "row") })),
    save: button("Export", "Save the rows that are shown", () => {
      const { text, extension } = written();
      host.postMessage({ save: text, base64: false, name: query, extension });
    }),
    png: savePicture(query),
  };
  const forms: Record<string, { extension: string; write: () => string }> = {
    CSV: { extension: "csv", write: () => csv(shown, result.columns) },
    TSV: { extension: "tsv", write: () => tsv(shown, result.columns) },
    JSON: { extension: "json", write: () => json(shown) },
    Markdown: { extension: "md", write: () => markdown(shown, result.columns) },
  };
  const written = () => {
    const { extension, write } = forms[form.value]!;
    return { extension, text: write() };
  };
  const drawable = pattern.nodes.length > 0;
  let as: "table" | "picture" = drawable ? message.first : "table";
  const tab = (name: "table" | "picture", label: string) => {
    const made = button(label, `Show the rows as a ${name}`, () => {
      as = name;
      renew();
    });
    made.classList.add("tab");
    return made;
  };
  const tabs = { table: tab("table", "Table"), picture: tab("picture", "Picture") };

  function renew(): void {
    picture?.destroy();
    picture = undefined;
    shown = sort(filter(result.rows, result.columns, search.value), order);
    title.textContent = heading(message, shown.length);
    tabs.table.setAttribute("aria-pressed", String(as === "table"));
    tabs.picture.setAttribute("aria-pressed", String(as === "picture"));
    for (const tool of [form, tools.copy, tools.save]) tool.hidden = as === "picture";
    tools.png.hidden = as === "table";
    if (as === "picture") {
      picture = new Picture(ofRows(shown, pattern), false);
      content.replaceChildren(picture.root);
    } else {
      content.replaceChildren(grid.root);
      grid.set(shown, order);
    }
  }

  const next = typeof result.next === "string" ? [button("Next Page", "Shows the rows behind these", () => host.postMessage({ next: true }))] : [];
  const kinds = drawable ? [tabs.table, tabs.picture] : [];
  const header = element("header", { class: "bar" }, title, element("span", { class: "tools" }, ...kinds, search, form, tools.copy, tools.save, tools.png, ...next, again()));
  root.replaceChildren(header, content);
  renew();
}

function heading(message: ToPanel & { show: "rows" }, shown: number): string {
  const result: Rows = message.result;
  const all = result.rows.length;
  const rows = shown === all ? count(all, "row") : `${shown} of ${count(all, "row")}`;
  const time = result.elapsed_ms === undefined ? "" : ` in ${Math.round(result.elapsed_ms)} ms`;
  return `${message.query}(${message.parameters}): ${rows}${time}`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}
