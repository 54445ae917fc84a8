// Bundles the extension (for the extension host, which is Node), the panel (for a web view) and, with --tests, the tests.
import { build } from "esbuild";
import fs from "node:fs";

const has = (flag) => process.argv.includes(flag);
const common = { bundle: true, metafile: true, minify: has("--minify"), sourcemap: !has("--minify"), logLevel: "warning", legalComments: "none" };
const node = { ...common, platform: "node", format: "cjs", target: "node20", external: ["vscode"] };

fs.rmSync("dist", { recursive: true, force: true });
const host = await build({ ...node, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js" });
const panel = await build({ ...common, platform: "browser", format: "iife", target: "es2022", entryPoints: ["src/panel/main.ts"], outfile: "dist/panel.js" });
fs.copyFileSync("src/panel/panel.css", "dist/panel.css");
fs.writeFileSync("dist/THIRD-PARTY.txt", notices([host, panel]));
fs.copyFileSync("../../LICENSE-MIT", "LICENSE.txt");
if (has("--tests")) {
  const tests = fs.readdirSync("test").filter((name) => name.endsWith(".test.ts"));
  await build({ ...node, entryPoints: tests.map((name) => `test/${name}`), outdir: "dist/test", external: ["vscode", "vscode-textmate", "vscode-oniguruma"] });
}

/** The licences of what was bundled. */
function notices(results) {
  const inputs = results.flatMap((result) => Object.keys(result.metafile.inputs));
  const packages = new Set(inputs.map((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]).filter(Boolean));
  return [...packages].sort().map((name) => {
    const folder = `node_modules/${name}`;
    const { version, license } = JSON.parse(fs.readFileSync(`${folder}/package.json`, "utf8"));
    const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? fs.readFileSync(`${folder}/${file}`, "utf8").trim() : ""}\n`;
  }).join(`\n${"-".repeat(80)}\n\n`);
}
