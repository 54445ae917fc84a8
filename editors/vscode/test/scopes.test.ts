// The TextMate scopes of every word, compared with what was looked at once. UPDATE_EXPECT=1 writes them anew.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { INITIAL, Registry, parseRawGrammar } from "vscode-textmate";

const root = path.resolve(__dirname, "../../../..");
const here = path.resolve(__dirname, "../..");
const GRAMMARS: Record<string, string> = {
  "source.omnigraph.schema": "schema",
  "source.omnigraph.query": "query",
  "markdown.omnigraph.codeblock": "markdown",
};
// Stands for VS Code's own, which the third grammar is injected into.
const MARKDOWN = JSON.stringify({ scopeName: "text.html.markdown", patterns: [] });

const registry = new Registry({
  onigLib: loadWASM(fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer as ArrayBuffer).then(() => ({ createOnigScanner, createOnigString })),
  getInjections: (scope) => (scope === "text.html.markdown" ? ["markdown.omnigraph.codeblock"] : undefined),
  loadGrammar: async (scope) => {
    if (scope === "text.html.markdown") return parseRawGrammar(MARKDOWN, "markdown.json");
    const name = GRAMMARS[scope];
    if (name === undefined) return null;
    const file = path.join(here, "syntaxes", `${name}.tmLanguage.json`);
    return parseRawGrammar(fs.readFileSync(file, "utf8"), file);
  },
});

const FILES = [
  ...["everything.pg", "everything.gq"].map((name) => `editors/corpus/${name}`),
  ...["movies", "flights"].flatMap((name) => [`examples/${name}/schema.pg`, `examples/${name}/queries.gq`]),
  ...["forms.pg", "forms.gq", "lab.pg"].map((name) => `grammar/tests/corpus/${name}`),
  "editors/vscode/walkthrough/query.md",
  "editors/vscode/walkthrough/schema.md",
];
const SCOPES: Record<string, string> = { ".pg": "source.omnigraph.schema", ".gq": "source.omnigraph.query", ".md": "text.html.markdown" };

/** Each line, and below it each token that is not white space with its innermost scopes. */
async function scopes(file: string): Promise<string> {
  const grammar = await registry.loadGrammar(SCOPES[path.extname(file)]!);
  assert(grammar);
  let stack = INITIAL;
  let out = "";
  for (const line of fs.readFileSync(path.join(root, file), "utf8").split("\n")) {
    const tokens = grammar.tokenizeLine(line, stack);
    stack = tokens.ruleStack;
    out += `${line}\n`;
    for (const token of tokens.tokens) {
      const text = line.slice(token.startIndex, token.endIndex);
      if (text.trim() !== "") out += `    ${text.trim()} | ${token.scopes.slice(1).join(" ")}\n`;
    }
  }
  return out;
}

for (const file of FILES) {
  test(`scopes of ${file}`, async () => {
    const snapshot = path.join(here, "test", "scopes", `${file.replaceAll("/", "_")}.txt`);
    const now = await scopes(file);
    if (process.env.UPDATE_EXPECT === "1") {
      fs.mkdirSync(path.dirname(snapshot), { recursive: true });
      fs.writeFileSync(snapshot, now);
    }
    assert.equal(now, fs.readFileSync(snapshot, "utf8"));
    // Every word has a meaning, outside of Markdown's prose.
    if (!file.endsWith(".md")) assert.deepEqual(now.match(/^ {4}.*\w.* \| $/gm) ?? [], []);
  });
}
