// A parameter's value, from what a person types into an input box to its JSON form.
import type { Parameter, ParameterType } from "./plan";

export type Read = { value: unknown } | { error: string };

export function typeName(type: ParameterType): string {
  const scalar = typeof type.scalar === "string" ? type.scalar : `Vector(${type.scalar.Vector})`;
  return `${type.list ? `[${scalar}]` : scalar}${type.nullable ? "?" : ""}`;
}

/** What may be typed, in a few words. */
export function hint(type: ParameterType): string {
  const empty = type.nullable ? "; empty for null" : "";
  if (typeof type.scalar !== "string") return `a JSON array of ${type.scalar.Vector} numbers${empty}`;
  if (type.list) return `a JSON array${empty}`;
  return (HINTS[type.scalar] ?? "a value") + empty;
}

const HINTS: Record<string, string> = {
  String: "text",
  Bool: "true or false",
  I32: "a whole number",
  I64: "a whole number",
  U32: "a whole number, not negative",
  U64: "a whole number, not negative",
  F32: "a number",
  F64: "a number",
  Date: "a day, such as 2026-04-01",
  DateTime: "an instant, such as 2026-04-01T08:30:00Z",
  Blob: "base64: and the bytes",
};

const INTEGERS: Record<string, [bigint, bigint]> = {
  I32: [-(2n ** 31n), 2n ** 31n - 1n],
  I64: [-(2n ** 63n), 2n ** 63n - 1n],
  U32: [0n, 2n ** 32n - 1n],
  U64: [0n, 2n ** 63n - 1n],
};

/** Reads what was typed. What only the engine can tell is left to it. */
export function read(parameter: Parameter, text: string): Read {
  const { ty } = parameter;
  if (text === "" && ty.nullable) return { value: null };
  if (typeof ty.scalar !== "string") {
    const size = ty.scalar.Vector;
    const list = array(text);
    if ("error" in list) return list;
    if (list.value.some((item) => typeof item !== "number")) return { error: "every item must be a number" };
    return list.value.length === size ? list : { error: `${size} numbers are needed, not ${list.value.length}` };
  }
  if (!ty.list) return scalar(ty.scalar, text);
  const list = array(text);
  if ("error" in list) return list;
  const values: unknown[] = [];
  for (const [i, item] of list.value.entries()) {
    const isText = typeof item === "string";
    const wantsText = ["String", "Date", "DateTime", "Blob", "I64", "U64"].includes(ty.scalar);
    if (item === null || typeof item === "object" || (isText && !wantsText) || (ty.scalar === "String" && !isText)) {
      return { error: `item ${i + 1} must be ${HINTS[ty.scalar] ?? "a value"}` };
    }
    const one = scalar(ty.scalar, String(item));
    if ("error" in one) return { error: `item ${i + 1}: ${one.error}` };
    values.push(one.value);
  }
  return { value: values };
}

function array(text: string): { value: unknown[] } | { error: string } {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? { value } : { error: "write a JSON array: [1, 2]" };
  } catch {
    return { error: "write a JSON array: [1, 2]" };
  }
}

function scalar(type: string, text: string): Read {
  const trimmed = text.trim();
  const bounds = INTEGERS[type];
  if (bounds !== undefined) {
    if (!/^[+-]?\d+$/.test(trimmed)) return { error: `${HINTS[type]} is needed` };
    const number = BigInt(trimmed.replace(/^\+/, ""));
    if (number < bounds[0] || number > bounds[1]) return { error: `${type} holds ${bounds[0]} to ${bounds[1]}` };
    // As text where a double would lose digits; the engine reads either.
    return { value: Number.isSafeInteger(Number(number)) ? Number(number) : number.toString() };
  }
  switch (type) {
    case "Bool":
      return trimmed === "true" || trimmed === "false" ? { value: trimmed === "true" } : { error: "true or false is needed" };
    case "F32":
    case "F64": {
      const number = Number(trimmed);
      return trimmed !== "" && Number.isFinite(number) ? { value: number } : { error: "a number is needed" };
    }
    case "Date":
      return /^\d{4}-\d{2}-\d{2}$/.test(trimmed) && isDay(trimmed) ? { value: trimmed } : { error: `${HINTS.Date} is needed` };
    case "DateTime":
      return /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}/.test(trimmed) && isDay(trimmed.slice(0, 10))
        ? { value: trimmed }
        : { error: `${HINTS.DateTime} is needed` };
    case "Blob":
      return /^base64:[A-Za-z0-9+/]*=*$/.test(trimmed) ? { value: trimmed } : { error: "write base64: and the bytes" };
    default:
      return { value: text };
  }
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
