import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { type Surroundings, findBinary } from "../src/binary";
import { hint, read, typeName } from "../src/parameters";
import type { ParameterType } from "../src/plan";

const here = path.resolve(__dirname, "../..");

test("the program: setting, then extension, then path", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "omnigraph-"));
  try {
    const program = (...parts: string[]) => {
      const file = path.join(root, ...parts);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, "");
      fs.chmodSync(file, 0o755);
      return file;
    };
    const at = (changes: Partial<Surroundings>): Surroundings => ({
      setting: "", extension: path.join(root, "extension"), workspace: path.join(root, "work"), path: `.:${path.join(root, "a")}:${path.join(root, "b")}`,
      home: path.join(root, "home"), platform: "linux", ...changes,
    });
    assert.match((findBinary(at({})) as { missing: string }).missing, /^The `omnigraph` program was not found/);
    fs.mkdirSync(path.join(root, "a", "omnigraph"), { recursive: true }); // a folder is not a program
    const onPath = program("b", "omnigraph");
    assert.deepEqual(findBinary(at({})), { program: onPath, from: "path" });
    const inside = program("extension", "bin", "omnigraph");
    assert.deepEqual(findBinary(at({})), { program: inside, from: "extension" });
    const own = program("work", "tools", "og");
    assert.deepEqual(findBinary(at({ setting: "tools/og" })), { program: own, from: "setting" });
    assert.deepEqual(findBinary(at({ setting: own })), { program: own, from: "setting" });
    assert.deepEqual(findBinary(at({ setting: "omnigraph" })), { program: onPath, from: "setting" });
    const home = program("home", "og");
    assert.deepEqual(findBinary(at({ setting: "~/og" })), { program: home, from: "setting" });
    // A setting that leads nowhere is not passed over in silence.
    assert.match((findBinary(at({ setting: "tools/none" })) as { missing: string }).missing, /tools\/none`, which is not a program/);
    assert.match((findBinary(at({ setting: "none" })) as { missing: string }).missing, /no folder on the path holds it/);
    fs.chmodSync(own, 0o644);
    assert.ok("missing" in findBinary(at({ setting: "tools/og" })));
    const windows = program("extension", "bin", "omnigraph.exe");
    assert.deepEqual(findBinary(at({ platform: "win32" })), { program: windows, from: "extension" });
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});

test("parameters are read by their types", () => {
  const type = (scalar: ParameterType["scalar"], more: Partial<ParameterType> = {}): ParameterType => ({ scalar, nullable: false, list: false, ...more });
  const list = { list: true };
  const cases: [ParameterType, string, unknown][] = [
    [type("String"), "", ""],
    [type("String"), " a ", " a "],
    [type("String", { nullable: true }), "", null],
    [type("Bool"), "true", true],
    [type("I32"), "-2147483648", -2147483648],
    [type("U32"), "+7", 7],
    [type("I64"), "9223372036854775807", "9223372036854775807"],
    [type("F64"), "1e3", 1000],
    [type("Date"), "2024-02-29", "2024-02-29"],
    [type("DateTime"), "2026-04-01T08:30:00Z", "2026-04-01T08:30:00Z"],
    [type("Blob"), "base64:AA==", "base64:AA=="],
    [type("String", list), '["a", "b"]', ["a", "b"]],
    [type("I64", list), '[1, "9223372036854775807"]', [1, "9223372036854775807"]],
    [type("Date", { list: true, nullable: true }), "", null],
    [type({ Vector: 2 }), "[1, 0.5]", [1, 0.5]],
  ];
  for (const [ty, typed, value] of cases) assert.deepEqual(read({ name: "x", ty }, typed), { value }, `${typeName(ty)} ${typed}`);
  const wrong: [ParameterType, string, RegExp][] = [
    [type("Bool"), "yes", /true or false/],
    [type("I32"), "2147483648", /I32 holds/],
    [type("U64"), "-1", /U64 holds 0/],
    [type("I32"), "1.5", /whole number/],
    [type("I32"), "", /whole number/],
    [type("F64"), "", /number is needed/],
    [type("F64"), "Infinity", /number is needed/],
    [type("Date"), "2025-02-29", /a day/],
    [type("DateTime"), "2026-04-01", /an instant/],
    [type("Blob"), "AA==", /base64:/],
    [type("String", list), "a", /JSON array/],
    [type("String", list), "[1]", /item 1 must be text/],
    [type("I32", list), '[1, null]', /item 2 must be/],
    [type("I32", list), '[1, 1.5]', /item 2: a whole number/],
    [type({ Vector: 2 }), "[1]", /2 numbers are needed, not 1/],
    [type({ Vector: 1 }), '["1"]', /must be a number/],
  ];
  for (const [ty, typed, error] of wrong) assert.match((read({ name: "x", ty }, typed) as { error: string }).error, error, `${typeName(ty)} ${typed}`);
  assert.equal(typeName(type({ Vector: 3 }, { nullable: true })), "Vector(3)?");
  assert.equal(hint(type("String", { list: true, nullable: true })), "a JSON array; empty for null");
});

test("what the manifest names is there", () => {
  const manifest = JSON.parse(fs.readFileSync(path.join(here, "package.json"), "utf8"));
  const files: string[] = [manifest.icon];
  const walk = (value: unknown): void => {
    if (typeof value === "string" && /^(\.\/)?(language|media|snippets|syntaxes|walkthrough)\//.test(value)) files.push(value);
    else if (value !== null && typeof value === "object") Object.values(value).forEach(walk);
  };
  walk(manifest.contributes);
  assert.deepEqual(files.filter((file) => !fs.existsSync(path.join(here, file))), []);
  const source = fs.readFileSync(path.join(here, "src/extension.ts"), "utf8");
  const registered = [...source.matchAll(/command\("(\w+)"/g)].map((match) => `omnigraph.${match[1]}`).sort();
  assert.deepEqual(manifest.contributes.commands.map((command: { command: string }) => command.command).sort(), registered);
});
