// The extension from end to end: installed from its package into a real VS Code, used as a person uses it, on a copy of
// examples/movies. Pictures of what was seen go to OUTPUT.
//
//   OMNIGRAPH_BINARY=… OUTPUT=… node vscode.mjs FILE.vsix
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { VSCode, until } from "./drive.mjs";

const binary = path.resolve(process.env.OMNIGRAPH_BINARY);
const output = path.resolve(process.env.OUTPUT);
const vsix = path.resolve(process.argv[2]);
const movies = path.resolve(import.meta.dirname, "../../examples/movies");

const work = fs.mkdtempSync(path.join(os.tmpdir(), "omnigraph-vscode-"));
const at = (...parts) => path.join(work, ...parts);
const omnigraph = (...args) => execFileSync(binary, args, { cwd: at("ws"), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const read = (name) => fs.readFileSync(at("ws", name), "utf8");

const MISTAKE = `query newest() {
    match {
        $m: Movie
    }
    return { $m.titel, $m.imdb }
    order { $m.released desc, $m.title }
    limit 5
}
`;
const PICTURE = `query films_of($director: String) {
    match {
        $d: Director { name: $director }
        $m directedBy $d
        $m inGenre $g
    }
    return { $m, $d, $g }
    order { $m.title }
}

query films_since($day: Date, $floor: F64) {
    match {
        $m: Movie
        $m.released >= $day
        $m.imdb >= $floor
        $m directedBy $d
    }
    return { $m.title, $d.name, $m.released, $m.imdb }
    order { $m.title }
}
`;
const UGLY = "query   ugly( ){match{$m:Movie}return{$m.title}order{$m.title}limit 3}\n";

fs.mkdirSync(at("ws"));
fs.mkdirSync(at("bin"));
fs.mkdirSync(at("ws", "fresh"));
fs.mkdirSync(output, { recursive: true });
for (const name of ["schema.pg", "queries.gq", "data.jsonl"]) fs.copyFileSync(path.join(movies, name), at("ws", name));
fs.writeFileSync(at("ws", "mistake.gq"), MISTAKE);
fs.writeFileSync(at("ws", "picture.gq"), PICTURE);
fs.writeFileSync(at("ws", "ugly.gq"), UGLY);
fs.symlinkSync(binary, at("bin", "omnigraph"));
omnigraph("init", "--schema", "schema.pg", "movies.graph");
omnigraph("load", "--store", "movies.graph", "--data", "data.jsonl");

const vs = await VSCode.launch({
  workspace: at("ws"),
  extensions: [vsix],
  // Found on the path: the package of this test holds no program.
  env: { PATH: `${at("bin")}:${process.env.PATH}` },
  settings: { "omnigraph.store": "movies.graph", "workbench.colorTheme": "Default Light Modern", "editor.fontSize": 13 },
  viewport: { width: 1200, height: 720 },
});

// While writing a step: `ONLY=picture node vscode.mjs …`.
const only = process.env.ONLY && new RegExp(process.env.ONLY);
const steps = [];
async function step(name, run) {
  if (only !== undefined && !only.test(name)) return;
  const start = Date.now();
  await run();
  steps.push([name, Date.now() - start]);
  console.log(`ok ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
}
const shot = (name) => vs.screenshot(path.join(output, `vscode-${name}.png`));

try {
  await step("squiggles and Problems", async () => {
    await vs.openFile("mistake.gq");
    assert.equal(await vs.languageMode(), "OmniGraph Query");
    const problems = await vs.waitForDiagnostics({ file: "mistake.gq", count: 1 });
    const message = "`Movie` has no property `titel`";
    assert.deepEqual(
      problems.map(({ severity, message, code, line, col }) => ({ severity, message: message.split("\n")[0], code, line, col })),
      [{ severity: "error", message, code: "T6.2", line: 5, col: 17 }],
    );
    await until("the squiggle", async () => (await vs.squiggles()).error === 1);
    await shot("problems");
  });

  await step("quick fix", async () => {
    await vs.openFile("mistake.gq");
    await vs.waitForDiagnostics({ file: "mistake.gq", count: 1 });
    await vs.applyCodeAction(5, 18, "Replace by `title`");
    await until("the mistakes to go", async () => (await vs.squiggles()).error === 0);
    assert.equal(await vs.saveAndRead(), MISTAKE.replaceAll("titel", "title"));
  });

  await step("completion of a property", async () => {
    await vs.openFile("mistake.gq");
    await vs.goto(5, 23);
    await vs.type(" $m.");
    const list = await vs.complete();
    const properties = [...read("schema.pg").split("node Movie {")[1].split("}")[0].matchAll(/^ {4}(\w+): (\S+)/gm)].map((match) => match[1]);
    const labels = list.map((entry) => entry.label);
    assert.deepEqual(properties.filter((property) => !labels.includes(property)), []);
    await shot("completion");
    await vs.acceptCompletion("released");
    assert.match(await vs.saveAndRead(), /^    return \{ \$m\.title, \$m\.released \$m\.imdb \}$/m);
  });

  await step("hover", async () => {
    await vs.openFile("mistake.gq");
    const text = await vs.hover(5, 20);
    assert.match(text, /title/);
    assert.match(text, /String/);
    await vs.dismiss();
  });

  await step("formatting", async () => {
    await vs.openFile("ugly.gq");
    await vs.format();
    const formatted = execFileSync(binary, ["fmt", "-", "--stdin-filename", "ugly.gq"], { input: UGLY, encoding: "utf8" });
    assert.notEqual(formatted, UGLY);
    assert.equal(await vs.saveAndRead(), formatted);
  });

  let panel;
  const rowsOf = async () => {
    const cells = (row) => row.map((cell) => cell.trim());
    const rows = await panel.locator(".grid tbody tr:not(.gap)").evaluateAll((trs) => trs.map((tr) => [...tr.querySelectorAll("td")].slice(1).map((td) => td.textContent)));
    return rows.map(cells);
  };
  await step("running a query with typed parameters, from its lens", async () => {
    await vs.runCommand("View: Close All Editors");
    await vs.runCommand("View: Toggle Primary Side Bar Visibility");
    if (await vs.page.locator(".part.panel").isVisible()) await vs.runCommand("View: Hide Panel");
    await vs.openFile("picture.gq");
    await vs.lens("run", 1);
    assert.match(await vs.answer("$day: Date", "2008-01-01", { wrong: "2008-02-31" }), /a day, such as/);
    assert.match(await vs.answer("$floor: F64", "8.4", { wrong: "high" }), /a number is needed/);
    panel = await vs.panel(".grid tbody td");
    const expected = JSON.parse(omnigraph("query", "films_since", "--store", "movies.graph", "--query", "picture.gq", "-p", "day=2008-01-01", "-p", "floor=8.4", "--format", "json"));
    assert.ok(expected.rows.length > 1);
    const wanted = expected.rows.map((row) => [row["m.title"], row["d.name"], row["m.released"], String(row["m.imdb"])]);
    assert.deepEqual(await rowsOf(), wanted);

    // Sorting, filtering, copying.
    const heads = panel.locator(".grid th button");
    await heads.nth(3).click();
    await heads.nth(3).click();
    const byScore = (await rowsOf()).map((row) => Number(row[3]));
    assert.deepEqual(byScore, wanted.map((row) => Number(row[3])).sort((a, b) => b - a));
    await shot("table");
    const word = wanted[0][0].split(" ")[0].toLowerCase();
    const matching = wanted.filter((row) => row.join(" ").toLowerCase().includes(word));
    await panel.locator(".bar input").fill(word);
    assert.deepEqual((await rowsOf()).map((row) => row[0]).sort(), matching.map((row) => row[0]).sort());
    assert.match(await panel.locator(".bar .title").textContent(), new RegExp(`${matching.length} of ${wanted.length} rows`));
    await panel.locator(".bar button", { hasText: "Copy" }).click();
    const copied = await until("the clipboard", () => vs.page.evaluate(() => navigator.clipboard.readText()));
    assert.equal(copied.split("\n")[0], "m.title,d.name,m.released,m.imdb");
    assert.equal(copied.trimEnd().split("\n").length, matching.length + 1);
  });

  await step("exporting", async () => {
    await panel.locator(".bar input").fill("");
    await panel.locator(".bar select").selectOption("JSON");
    await panel.locator(".bar button", { hasText: "Export" }).click();
    await vs.acceptPath(at("ws", "films.json"));
    await until("the file", () => fs.existsSync(at("ws", "films.json")));
    const exported = await until("its content", () => JSON.parse(read("films.json")));
    const rows = JSON.parse(omnigraph("query", "films_since", "--store", "movies.graph", "--query", "picture.gq", "-p", "day=2008-01-01", "-p", "floor=8.4", "--format", "json")).rows;
    const sorted = (of) => of.map((row) => JSON.stringify(row)).sort();
    assert.deepEqual(sorted(exported), sorted(rows));
  });

  await step("rows as a picture, from the palette", async () => {
    await vs.runCommand("Notifications: Clear All Notifications");
    await vs.runCommand("View: Close All Editors");
    await vs.openFile("picture.gq");
    await vs.goto(3, 1);
    await vs.runCommand("OmniGraph: Run Query");
    await vs.answer("$director: String", "Christopher Nolan");
    panel = await vs.panel(".grid");
    await until("the new rows", async () => /films_of/.test(await panel.locator(".bar .title").textContent()));
    await panel.locator(".bar button", { hasText: "Picture" }).click();
    const { rows } = JSON.parse(omnigraph("query", "films_of", "--store", "movies.graph", "--query", "picture.gq", "-p", "director=Christopher Nolan", "--format", "json"));
    const distinct = (column) => new Set(rows.map((row) => row[column].id)).size;
    const nodes = distinct("m") + distinct("d") + distinct("g");
    const links = rows.length * 2; // a film has one director and one genre
    assert.equal(await panel.locator(".canvas").getAttribute("aria-label"), `${nodes} nodes, ${links} links`);
    assert.deepEqual(await panel.locator(".legend li").allTextContents(), ["Director", "Genre", "Movie"]);
    await until("the drawing", () => panel.locator(".canvas canvas").first().evaluate((canvas) => canvas.width > 0));
    await vs.page.waitForTimeout(500);
    await shot("picture");
  });

  await step("explaining", async () => {
    await vs.runCommand("View: Close All Editors");
    await vs.openFile("picture.gq");
    await vs.lens("explain", 0);
    const plan = omnigraph("compile", "picture.gq", "films_of", "--schema", "schema.pg", "--emit", "plan").trimEnd().split("\n");
    const shown = async () => (await vs.page.locator(".view-line").allTextContents()).map((line) => line.replaceAll("\u00a0", " "));
    await until("the plan", async () => { const lines = await shown(); return plan.every((line) => lines.includes(line)); }, { last: shown });
  });

  await step("the diagram, and that it follows the text", async () => {
    await vs.runCommand("View: Close All Editors");
    await vs.openFile("schema.pg");
    assert.equal(await vs.languageMode(), "OmniGraph Schema");
    await vs.runCommand("OmniGraph: Show Diagram of the Schema");
    panel = await vs.panel(".canvas");
    assert.equal(await panel.locator(".bar .title").textContent(), "schema.pg: 4 types, 3 edges");
    await vs.page.waitForTimeout(500);
    await shot("diagram");
    await vs.openFile("schema.pg");
    await vs.goto(1, 1);
    await vs.insert("node Country { name: String @key }\n");
    await until("the new type", async () => (await panel.locator(".bar .title").textContent()) === "schema.pg: 5 types, 3 edges");
    await vs.runCommand("File: Revert File");
    await until("the old types", async () => (await panel.locator(".bar .title").textContent()) === "schema.pg: 4 types, 3 edges");
  });

  await step("renaming across schema and queries", async () => {
    await vs.runCommand("View: Close All Editors");
    await vs.openFile("schema.pg");
    const line = read("schema.pg").split("\n").findIndex((text) => /^\s+imdb:/.test(text)) + 1;
    const uses = (name) => ["schema.pg", "queries.gq", "mistake.gq", "picture.gq"].map((file) => [file, (read(file).match(new RegExp(`\\b${name}:|\\.${name}\\b`, "g")) ?? []).length]);
    const before = uses("imdb");
    assert.ok(before.every(([, count]) => count > 0));
    await vs.rename(line, 6, "stars");
    await vs.runCommand("File: Save All Files");
    await until("the files to be saved", () => JSON.stringify(uses("stars")) === JSON.stringify(before));
    assert.deepEqual(uses("imdb").map(([, count]) => count), [0, 0, 0, 0]);
    omnigraph("lint", "--fail-on", "error");
    await vs.openFile("queries.gq");
    await shot("rename");
  });

  await step("a new project", async () => {
    await vs.runCommand("OmniGraph: New Project");
    await vs.acceptPath(at("ws", "fresh"));
    await vs.waitForNotification("The project is ready");
    assert.deepEqual(fs.readdirSync(at("ws", "fresh")).sort(), ["data.jsonl", "graph", "queries.gq", "schema.pg"]);
    assert.equal(JSON.parse(read(".vscode/settings.json"))["omnigraph.store"], "fresh/graph");
    execFileSync(binary, ["lint", "--fail-on", "warning"], { cwd: at("ws", "fresh") });
    const rows = JSON.parse(omnigraph("query", "around", "--store", "fresh/graph", "--query", "fresh/queries.gq", "-p", "name=Ana", "--format", "json")).rows;
    assert.equal(rows.length, 2);
  });

  await step("a program that is not there, and restarting", async () => {
    await vs.runCommand("Notifications: Clear All Notifications");
    const settings = JSON.parse(read(".vscode/settings.json"));
    const set = (more) => fs.writeFileSync(at("ws", ".vscode", "settings.json"), JSON.stringify({ ...settings, ...more }));
    set({ "omnigraph.path": "no/such/program" });
    await vs.waitForNotification(`The setting omnigraph.path names \`${at("ws", "no/such/program")}\`, which is not a program.`);
    await shot("missing");
    await vs.runCommand("Notifications: Clear All Notifications");
    const starts = () => Object.entries(vs.logs()).filter(([name]) => name.endsWith("OmniGraph.log")).join().split("(from the path)").length;
    const before = starts();
    set({});
    await until("a start by the old setting", () => starts() > before);
    await vs.runCommand("OmniGraph: Restart Server");
    await vs.waitForNotification("The OmniGraph server has been restarted.");
    await vs.runCommand("OmniGraph: Show Logs");
    await until("the log", async () => (await vs.page.locator(".output-view .view-line").allTextContents()).join("").replaceAll("\u00a0", " ").includes("(from the path)"));
  });

  const errors = Object.entries(vs.logs()).filter(([name]) => /OmniGraph/.test(name)).map(([, text]) => text).join("").split("\n").filter((line) => line.includes("[error]"));
  assert.deepEqual(errors.filter((line) => !line.includes("no/such/program")), []);
  console.log(`vscode: ${steps.length} steps, ${(steps.reduce((sum, [, ms]) => sum + ms, 0) / 1000).toFixed(0)} s`);
} catch (error) {
  await shot("failure").catch(() => {});
  const logs = Object.entries(vs.logs()).filter(([name]) => /OmniGraph|exthost\/remoteexthost/.test(name));
  console.error(vs.consoleLines.filter((line) => /error/i.test(line)).slice(-10).join("\n"));
  for (const [name, text] of logs) console.error(`--- ${name}\n${text.slice(-3000)}`);
  throw error;
} finally {
  await vs.close();
  fs.rmSync(work, { recursive: true, force: true });
}
