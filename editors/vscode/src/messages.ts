// What the extension and its panel say to each other.
import type { Diagram } from "./diagram";
import type { Pattern } from "./plan";

export type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell };

export interface Column {
  name: string;
  kind: string;
  nullable: boolean;
}

export interface Rows {
  rows: Record<string, Cell>[];
  columns: Column[];
  commit?: string;
  elapsed_ms?: number;
  /** The cursor of the next page, null behind the last; absent where rows do not come in pages. */
  next?: string | null;
}

export type ToPanel =
  | { show: "rows"; query: string; parameters: string; result: Rows; pattern: Pattern; first: "table" | "picture" }
  | { show: "diagram"; file: string; diagram: Diagram }
  | { show: "failure"; query: string; message: string }
  | { show: "busy"; query: string };

export type FromPanel =
  | { ready: true }
  | { again: true }
  | { next: true }
  | { copy: string; what: string }
  | { save: string; base64: boolean; name: string; extension: string };
