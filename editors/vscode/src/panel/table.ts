// The table's own business, apart from the page: sorting, filtering, and the forms in which rows leave it.
import type { Cell, Column } from "../messages";

export type Row = Record<string, Cell>;
export type Order = { column: string; descending: boolean } | undefined;

export function text(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "null";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

/** The rows in which every word occurs, in any column and any case; `column:word` asks one column. */
export function filter(rows: Row[], columns: Column[], typed: string): Row[] {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return rows;
  const names = columns.map((column) => column.name);
  return rows.filter((row) =>
    words.every((word) => {
      const at = word.indexOf(":");
      const name = at > 0 ? names.find((name) => name.toLowerCase() === word.slice(0, at)) : undefined;
      const [within, sought] = name === undefined ? [names, word] : [[name], word.slice(at + 1)];
      return within.some((name) => text(row[name]).toLowerCase().includes(sought));
    }),
  );
}

/** A sorted copy; rows that compare equal keep their order. Null comes first, as in the engine. */
export function sort(rows: Row[], order: Order): Row[] {
  if (order === undefined) return rows;
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(a[order.column], b[order.column]));
}

function compare(a: Cell | undefined, b: Cell | undefined): number {
  if (a === null || a === undefined || b === null || b === undefined) return Number(b === null || b === undefined) - Number(a === null || a === undefined);
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [x, y] = [text(a), text(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function separated(rows: Row[], columns: Column[], separator: string, quote: (field: string) => string): string {
  const lines = [columns.map((column) => quote(column.name)), ...rows.map((row) => columns.map((column) => quote(text(row[column.name]))))];
  return lines.map((line) => `${line.join(separator)}\n`).join("");
}

/** As the command line writes it. */
export function csv(rows: Row[], columns: Column[]): string {
  return separated(rows, columns, ",", (field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field));
}

/** What spreadsheets paste. */
export function tsv(rows: Row[], columns: Column[]): string {
  return separated(rows, columns, "\t", (field) => field.replace(/[\t\r\n]+/g, " "));
}

export function json(rows: Row[]): string {
  return `${JSON.stringify(rows, null, 2)}\n`;
}

export function markdown(rows: Row[], columns: Column[]): string {
  const line = (fields: string[]) => `| ${fields.map((field) => field.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ")).join(" | ")} |\n`;
  const rule = columns.map((column) => (isNumber(column) ? "--:" : "---"));
  return line(columns.map((column) => column.name)) + line(rule) + rows.map((row) => line(columns.map((column) => text(row[column.name])))).join("");
}

export function isNumber(column: Column): boolean {
  return ["int", "bigint", "float"].includes(column.kind);
}
