// The table on the page. Only the rows in sight are elements, so a hundred thousand rows scroll as well as ten.
import type { Column } from "../messages";
import { element } from "./dom";
import { type Order, type Row, isNumber, text } from "./table";

const ROW_HEIGHT = 24;
const SPARE = 10;

export class Grid {
  readonly root: HTMLElement;
  private readonly body = element("tbody");
  private readonly head = element("thead");
  private rows: Row[] = [];
  private from = -1;
  private to = -1;

  constructor(
    private readonly columns: Column[],
    private readonly sorted: (column: string) => void,
    private readonly copy: (cell: string) => void,
  ) {
    const table = element("table", { role: "grid" }, this.head, this.body);
    this.root = element("div", { class: "grid", tabindex: "0", scroll: () => this.draw() }, table);
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  set(rows: Row[], order: Order): void {
    this.rows = rows;
    this.head.replaceChildren(element("tr", {}, element("th", { class: "number" }, "#"), ...this.columns.map((column) => this.headOf(column, order))));
    this.from = this.to = -1;
    this.draw();
  }

  private headOf(column: Column, order: Order): HTMLElement {
    const active = order?.column === column.name;
    const state = !active ? "none" : order.descending ? "descending" : "ascending";
    const mark = !active ? "" : order.descending ? " ▼" : " ▲";
    const button = element("button", { title: `${column.name}: ${column.kind}${column.nullable ? "?" : ""}`, click: () => this.sorted(column.name) }, column.name + mark);
    return element("th", { "aria-sort": state, scope: "col", class: isNumber(column) ? "number" : "" }, button);
  }

  private draw(): void {
    const height = this.root.clientHeight || 600;
    const from = Math.max(0, Math.floor(this.root.scrollTop / ROW_HEIGHT) - SPARE);
    const to = Math.min(this.rows.length, Math.ceil((this.root.scrollTop + height) / ROW_HEIGHT) + SPARE);
    if (from === this.from && to === this.to) return;
    [this.from, this.to] = [from, to];
    const gap = (rows: number) => element("tr", { class: "gap", style: `height: ${rows * ROW_HEIGHT}px`, "aria-hidden": "true" });
    this.body.replaceChildren(gap(from), ...this.rows.slice(from, to).map((row, i) => this.rowOf(row, from + i)), gap(this.rows.length - to));
  }

  private rowOf(row: Row, index: number): HTMLElement {
    const cells = this.columns.map((column) => {
      const value = row[column.name];
      const shown = text(value);
      const kind = value === null || value === undefined ? "null" : isNumber(column) ? "number" : "";
      return element("td", { class: kind, title: shown.length > 30 ? shown : "", dblclick: () => this.copy(shown) }, shown);
    });
    return element("tr", { class: index % 2 ? "odd" : "", "aria-rowindex": String(index + 2) }, element("td", { class: "number index" }, String(index + 1)), ...cells);
  }
}
