// Drives a real VS Code (code-server, installed by vscode-host.sh) in headless Chromium, as a person does: keys, menus, and
// what stands on the screen. Needs nothing but the playwright-core that vscode-host.sh puts into its cache.
//
// Lines and columns count from 1, as VS Code shows them. Every launch has a profile of its own, removed by close() together
// with every process. Waiting is polling for the wanted state until a deadline, and the error then says what was seen.
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

export const CHROMIUM_FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** The cache folder of vscode-host.sh. */
export function hostDir() {
  return process.env.VSCODE_HOST_DIR
    ?? path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "omnigraph", "vscode-host");
}

function playwright() {
  for (const from of [path.join(hostDir(), "driver", "x.js"), path.join(process.cwd(), "x.js"), import.meta.url]) {
    try { return createRequire(from)("playwright-core"); } catch { /* next place */ }
  }
  throw new Error("playwright-core not found: run vscode-host.sh, or set VSCODE_HOST_DIR to its cache folder");
}

function findChromium() {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  for (const dir of (process.env.PATH ?? "").split(path.delimiter)) {
    for (const n of names) if (fs.existsSync(path.join(dir, n))) return path.join(dir, n);
  }
  throw new Error("no chromium on PATH");
}

// What would make a test depend on the network, on timing, or on words in the buffer.
const QUIET = {
  "telemetry.telemetryLevel": "off", "update.mode": "none", "update.showReleaseNotes": false,
  "extensions.autoUpdate": false, "extensions.autoCheckUpdates": false, "extensions.ignoreRecommendations": true,
  "workbench.enableExperiments": false, "workbench.startupEditor": "none", "workbench.tips.enabled": false,
  "workbench.editor.enablePreview": false, "workbench.editor.restoreViewState": false,
  "workbench.commandPalette.history": 0, "workbench.reduceMotion": "on",
  "security.workspace.trust.enabled": false, "git.enabled": false, "files.autoSave": "off", "chat.commandCenter.enabled": false,
  "editor.minimap.enabled": false, "editor.wordBasedSuggestions": "off", "editor.suggest.showSnippets": false,
  "editor.accessibilitySupport": "off", "editor.cursorBlinking": "solid", "editor.lightbulb.enabled": "onCode",
  "problems.defaultViewMode": "tree", "workbench.tree.enableStickyScroll": false, "editor.stickyScroll.enabled": false, "editor.hover.delay": 100,
};

const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const norm = (s) => s.replaceAll("\u00a0", " ").replaceAll("\u200b", "");

/** Poll `f` until it gives something truthy; on the deadline throw, with what `last` says. */
export async function until(what, f, { timeout = 30_000, every = 50, last } = {}) {
  const deadline = Date.now() + timeout;
  let value, error;
  do {
    try { value = await f(); error = undefined; } catch (e) { error = e; }
    if (value && !error) return value;
    await sleep(every);
  } while (Date.now() < deadline);
  const seen = last ? `; last seen: ${JSON.stringify(await last())}` : "";
  throw new Error(`timed out after ${timeout} ms waiting for ${what}${error ? ` (${error.message})` : ""}${seen}`);
}

/** Start code-server on a free port of 127.0.0.1. Returns { url, pid, dir, log(), stop() }. */
export async function startHost({ launcher, extensions = [], settings = {}, env = {}, dir, timeout = 60_000 } = {}) {
  launcher ??= path.join(hostDir(), "bin", "code-server");
  if (!fs.existsSync(launcher)) throw new Error(`no code-server at ${launcher}: run vscode-host.sh, or set VSCODE_HOST_DIR to its cache folder`);
  const own = !dir;
  dir ??= fs.mkdtempSync(path.join(os.tmpdir(), "vscode-drive-"));
  const at = (...p) => path.join(dir, ...p);
  for (const d of ["ext", "data/User", "xdg/config", "xdg/data", "xdg/cache"]) fs.mkdirSync(at(d), { recursive: true });
  fs.writeFileSync(at("data/User/settings.json"), JSON.stringify({ ...QUIET, ...settings }, null, 2));
  fs.writeFileSync(at("config.yaml"), "bind-addr: 127.0.0.1:0\nauth: none\ncert: false\n");
  const fullEnv = {
    ...process.env,
    XDG_CONFIG_HOME: at("xdg/config"), XDG_DATA_HOME: at("xdg/data"), XDG_CACHE_HOME: at("xdg/cache"),
    EXTENSIONS_GALLERY: "{}", // no marketplace
    VSCODE_CLI: "1", // keep this environment: else a login shell is asked, and PATH lost
    ...env,
  };
  for (const k of ["PORT", "PASSWORD", "HASHED_PASSWORD", "VSCODE_IPC_HOOK_CLI"]) if (!(k in env)) delete fullEnv[k];
  const common = ["--config", at("config.yaml"), "--user-data-dir", at("data"), "--extensions-dir", at("ext")];

  // An unpacked extension is a folder `publisher.name-version` in a *fresh* extensions
  // folder; a packed one goes through the real installer.
  for (const e of extensions) {
    if (e.endsWith(".vsix")) {
      await exec(launcher, [...common, "--install-extension", path.resolve(e)], fullEnv);
    } else {
      const m = JSON.parse(fs.readFileSync(path.join(e, "package.json"), "utf8"));
      fs.symlinkSync(path.resolve(e), at("ext", `${m.publisher}.${m.name}-${m.version}`.toLowerCase()), "dir");
    }
  }

  // detached: a process group of its own, so that stop() also ends the extension host
  // and the language servers it started, and nothing else.
  const child = spawn(launcher, [
    ...common, "--bind-addr", "127.0.0.1:0", "--auth", "none",
    "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust", "--disable-getting-started-override",
  ], { env: fullEnv, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let out = "", gone = false;
  child.stdout.on("data", (d) => (out += d));
  child.stderr.on("data", (d) => (out += d));
  child.on("exit", () => (gone = true));
  const alive = () => { try { process.kill(-child.pid, 0); return true; } catch { return false; } };
  const kill = (sig) => { try { process.kill(-child.pid, sig); } catch { /* already gone */ } };
  const atExit = () => { kill("SIGKILL"); if (own) try { fs.rmSync(dir, { recursive: true, force: true }); } catch { /* a process still writes there */ } };
  const atSignal = () => process.exit(143); // runs atExit; else the host would outlive us
  process.once("exit", atExit);
  for (const s of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(s, atSignal);
  const stop = async () => {
    kill("SIGTERM");
    for (let i = 0; i < 60 && alive(); i++) await sleep(50);
    kill("SIGKILL");
    process.removeListener("exit", atExit);
    for (const s of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeListener(s, atSignal);
    if (own) for (let i = 0; i < 5; i++) try { fs.rmSync(dir, { recursive: true, force: true }); break; } catch { await sleep(100); }
  };
  try {
    const url = await until("code-server to listen", () => {
      if (gone) throw new Error(`code-server ended: ${out}`);
      return /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(out)?.[1];
    }, { timeout });
    return { url, pid: child.pid, dir, log: () => out, stop };
  } catch (e) { await stop(); throw e; }
}

function exec(cmd, args, env) {
  return new Promise((resolve, reject) => {
    const c = spawn(cmd, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    c.stdout.on("data", (d) => (out += d)); c.stderr.on("data", (d) => (out += d));
    c.on("error", reject);
    c.on("exit", (rc) => (rc === 0 ? resolve(out) : reject(new Error(`${cmd} ${args.join(" ")}: exit ${rc}\n${out}`))));
  });
}

export class VSCode {
  /**
   * opts: workspace (folder), extensions (unpacked folders and .vsix files), settings,
   * env (for the extension host and so for language servers: put the server on PATH here),
   * launcher, chromium, viewport {width,height}, timeout (default of every wait, ms).
   */
  static async launch(opts) {
    const vs = new VSCode();
    vs.timeout = opts.timeout ?? 60_000;
    vs.workspace = fs.realpathSync(opts.workspace);
    vs.consoleLines = [];
    vs.host = await startHost({ ...opts, timeout: Math.max(vs.timeout, 60_000) });
    try {
      vs.browser = await playwright().chromium.launch({
        executablePath: opts.chromium ?? process.env.CHROMIUM ?? findChromium(), headless: true, args: CHROMIUM_FLAGS,
        env: { ...process.env, XDG_CONFIG_HOME: path.join(vs.host.dir, "xdg", "config"), XDG_CACHE_HOME: path.join(vs.host.dir, "xdg", "cache") },
      });
      vs.context = await vs.browser.newContext({ viewport: opts.viewport ?? { width: 1280, height: 800 }, permissions: ["clipboard-read", "clipboard-write"] });
      vs.page = await vs.context.newPage();
      vs.page.setDefaultTimeout(vs.timeout);
      vs.page.on("console", (m) => vs.consoleLines.push(`${m.type()}: ${m.text()}`));
      vs.page.on("pageerror", (e) => vs.consoleLines.push(`pageerror: ${e.message}`));
      await vs.page.goto(`${vs.host.url}/?folder=${encodeURIComponent(vs.workspace)}`);
      await vs.page.waitForSelector(".monaco-workbench .part.editor", { timeout: Math.max(vs.timeout, 60_000) });
      await vs.page.waitForSelector(".monaco-workbench .part.statusbar");
      return vs;
    } catch (e) { await vs.close(); throw e; }
  }

  async close() {
    await this.browser?.close().catch(() => {});
    await this.host?.stop();
  }

  #until(what, f, o = {}) { return until(what, f, { timeout: this.timeout, ...o }); }
  get #editor() { return this.page.locator(".editor-group-container.active .editor-instance .monaco-editor[data-uri]").first(); }
  #text(locator) { return locator.evaluateAll((els) => els.map((e) => e.innerText)).then((a) => a.map(norm)); }

  async screenshot(file) { await this.page.screenshot({ path: file }); return file; }

  /** Presses a key until what it opens is there. On a busy machine that takes a while, and a second press would do harm. */
  async #pressFor(what, key, there, options) {
    await this.#until(what, async () => {
      if (await there()) return true;
      for (const one of key.split(" ")) await this.page.keyboard.press(one);
      return until(what, there, { timeout: 6_000 }).catch(() => false);
    }, options);
  }

  // ---- quick input -----------------------------------------------------------------

  async #quickInput(text, key = "F1") {
    const box = this.page.locator(".quick-input-widget:visible .quick-input-box input");
    // A box that is just closing takes no text: then it is opened anew.
    await this.#until("the quick input box", async () => {
      await this.#pressFor("the quick input box", key, () => box.count());
      await box.fill(text, { timeout: 3_000 });
      return true;
    });
  }
  #quickRows() {
    return this.page.locator(".quick-input-widget:visible .quick-input-list .monaco-list-row")
      .evaluateAll((rows) => rows.map((r) => ({
        label: (r.querySelector(".label-name") ?? r).textContent, aria: r.getAttribute("aria-label") ?? "",
        focused: r.classList.contains("focused"),
      }))).then((a) => a.map((r) => ({ ...r, label: norm(r.label) })));
  }
  async #quickGone() {
    await this.#until("the quick input to close", async () => !(await this.page.locator(".quick-input-widget:visible").count()));
  }

  /** Run a command by the title the palette shows ("GQ: Restart server"). */
  async runCommand(title) {
    await this.#quickInput(`>${title}`);
    const row = await this.#until(`the command ${title}`, async () => {
      const found = await until("its row", async () => (await this.#quickRows()).find((r) => r.label === title), { timeout: 3_000 }).catch(() => undefined);
      // What an extension brings meanwhile is seen by a new search only.
      if (!found) await this.#quickInput(">").then(() => this.#quickInput(`>${title}`));
      return found;
    }, { last: async () => (await this.#quickRows()).map((r) => r.label) });
    await this.#quickPick(row.label);
  }
  /** Choose an entry of an open quick pick by its label. */
  async pick(label) {
    await this.#until(`the entry ${label}`, async () => (await this.#quickRows()).some((r) => r.label === label),
      { last: async () => (await this.#quickRows()).map((r) => r.label) });
    await this.#quickPick(label);
  }
  /** Labels of an open quick pick. */
  async quickPickLabels() { return (await this.#quickRows()).map((r) => r.label); }
  async #quickPick(label) {
    for (let i = 0; ; i++) {
      const rows = await this.#quickRows();
      if (rows.find((r) => r.focused)?.label === label) break;
      if (i > 60) throw new Error(`cannot reach ${label} in ${JSON.stringify(rows)}`);
      await this.page.keyboard.press("ArrowDown");
      await sleep(30);
    }
    await this.page.keyboard.press("Enter");
  }

  // ---- files and cursor ------------------------------------------------------------

  /** Open a file of the workspace (path relative to it); returns when the editor shows it. */
  async openFile(rel) {
    const base = path.basename(rel), wanted = path.join(this.workspace, rel);
    await this.#until(`the editor of ${rel}`, async () => {
      if ((await this.currentFile()) === wanted) return true;
      await this.#quickInput(wanted, "Control+p");
      await this.#until(`${base} in quick open`, async () => {
        const f = (await this.#quickRows()).find((r) => r.focused);
        return f?.label === base;
      }, { last: () => this.#quickRows() });
      await this.page.keyboard.press("Enter");
      await this.#quickGone();
      await this.#until("the file", async () => (await this.currentFile()) === wanted, { timeout: 5_000 });
      return true;
    });
    await this.focusEditor();
  }
  /** Absolute path of the file in the active editor. */
  async currentFile() {
    const e = this.#editor;
    if (!(await e.count())) return undefined;
    return decodeURIComponent(new URL(await e.getAttribute("data-uri")).pathname);
  }
  async focusEditor() {
    await this.#until("focus in the editor", async () => {
      await this.#editor.locator("textarea.inputarea, .native-edit-context").first().focus();
      return this.#editor.evaluate((e) => e.classList.contains("focused") || !!e.querySelector(".focused") || e.contains(document.activeElement));
    });
  }
  /** Put the cursor at line:col. */
  async goto(line, col = 1) {
    await this.dismiss();
    await this.focusEditor();
    await this.#quickInput(`:${line}:${col}`, "Control+g");
    await this.page.keyboard.press("Enter");
    await this.#quickGone();
    await this.focusEditor();
    await this.#until(`the cursor at ${line}:${col}`, async () => {
      const c = await this.cursor();
      return c && c.line === line && c.col === col;
    }, { last: () => this.cursor() });
  }
  /** Cursor as the status bar shows it. */
  async cursor() {
    const t = (await this.#text(this.page.locator("#status\\.editor\\.selection"))).join(" ");
    const m = /Ln (\d+), Col (\d+)/.exec(t);
    return m && { line: +m[1], col: +m[2] };
  }
  /** Language the status bar shows for the active editor. */
  async languageMode() { return (await this.#text(this.page.locator("#status\\.editor\\.mode"))).join("").trim(); }
  /** Type at the cursor, as a user does (auto-closing pairs and all). */
  async type(text) { await this.focusEditor(); await this.page.keyboard.type(text, { delay: 15 }); }
  /** Insert at the cursor in one piece, without auto-closing. */
  async insert(text) { await this.focusEditor(); await this.page.keyboard.insertText(text); }
  async press(key) { await this.page.keyboard.press(key); }
  /** Replace the whole text of the active editor. */
  async replaceAll(text) { await this.focusEditor(); await this.page.keyboard.press("Control+a"); await this.page.keyboard.insertText(text); }
  /** The lines on the screen (long files: only those). */
  async visibleLines() {
    return this.#editor.locator(".view-lines > .view-line").evaluateAll((els) => els
      .map((e) => [parseFloat(e.style.top), e.textContent]).sort((a, b) => a[0] - b[0]).map((x) => x[1])).then((a) => a.map(norm));
  }
  /** Save the active editor and give the file's text. */
  async saveAndRead() {
    const file = await this.currentFile();
    await this.focusEditor();
    await this.page.keyboard.press("Control+s");
    await this.#until("the file to be saved", async () => !(await this.page.locator(".editor-group-container.active .tab.active.dirty").count()));
    return fs.readFileSync(file, "utf8");
  }
  /** Close hovers, suggestions and pop-ups. */
  async dismiss() {
    for (let i = 0; i < 5; i++) {
      const open = await this.page.locator([
        ".monaco-hover:not(.hidden):visible", ".suggest-widget.visible", ".parameter-hints-widget.visible", ".rename-box:visible",
        ".action-widget:visible", ".quick-input-widget:visible", ".token-inspect-widget:visible",
      ].join(", ")).count();
      if (!open) return;
      await this.page.keyboard.press("Escape");
      await sleep(60);
    }
  }

  // ---- diagnostics -----------------------------------------------------------------

  /** Squiggles on the screen: counts by severity. */
  async squiggles() {
    const n = (s) => this.#editor.locator(`.view-overlays .cdr.squiggly-${s}`).count();
    return { error: await n("error"), warning: await n("warning"), info: await n("info"), hint: await n("hint") };
  }
  /** Open the Problems view, if it is not open. */
  async showProblems() {
    const panel = this.page.locator(".markers-panel");
    if (await panel.isVisible().catch(() => false)) return;
    await this.page.keyboard.press("Control+Shift+m");
    await panel.waitFor({ state: "visible" });
  }
  /**
   * The Problems view as [{ file, folder, severity, message, source, code, line, col }],
   * over all files, read from the screen by scrolling through the view.
   */
  async problems() {
    await this.showProblems();
    const rows = await this.#readTree(this.page.locator(".markers-panel .tree-container .monaco-list").first(), (els) => els.map((r) => {
      const t = (q) => r.querySelector(q)?.textContent ?? undefined;
      return {
        index: +r.getAttribute("data-index"), level: r.getAttribute("aria-level"), expanded: r.getAttribute("aria-expanded"),
        file: t(".label-name"), folder: t(".label-description"),
        severity: /\b(error|warning|info)\b/.exec(r.querySelector(".marker-icon")?.className ?? "")?.[1],
        message: [...r.querySelectorAll(".marker-message, .marker-message-line:not(.details-container)")].map((x) => x.textContent).join("\n") || undefined,
        source: t(".marker-source"), code: t(".marker-code"), position: t(".marker-line"),
      };
    }));
    const out = [];
    let file = {};
    for (const r of rows) {
      if (r.level === "1") { file = r; continue; }
      if (r.level !== "2") continue; // related information
      const at = /Ln (\d+), Col (\d+)/.exec(r.position ?? "");
      out.push({
        file: file.file, folder: file.folder || undefined, severity: r.severity, message: r.message && norm(r.message),
        source: r.source || undefined, code: r.code || undefined, line: at ? +at[1] : undefined, col: at ? +at[2] : undefined,
      });
    }
    return out;
  }
  /** Every row of a virtual list: scroll to the top, then down until nothing new comes. */
  async #readTree(list, read) {
    if (!(await list.isVisible().catch(() => false))) return [];
    const seen = new Map();
    const box = await list.boundingBox();
    const scroll = async (px) => { // one wheel event of a driver scrolls 50 px, whatever it says
      await this.page.mouse.move(box.x + Math.min(200, box.width / 2), box.y + box.height / 2);
      for (let i = 0; i < Math.abs(px) / 50; i++) await this.page.mouse.wheel(0, Math.sign(px) * 100);
      await sleep(80);
    };
    // Two readings alike, so that a list just scrolled or filled is not read half-drawn.
    const stable = async () => {
      for (let was = ""; ;) {
        const rows = await list.locator(".monaco-list-row").evaluateAll(read), is = JSON.stringify(rows);
        if (is === was) return rows;
        was = is;
        await sleep(30);
      }
    };
    const take = async () => { for (const r of await stable()) seen.set(r.index, r); };
    const gone = async () => !(await list.isVisible().catch(() => false)) || !(await list.locator(".monaco-list-row").count());
    const atEnd = async () => (await gone()) || !!(await list.locator('.monaco-list-row[data-last-element="true"]').count());
    await take();
    for (let i = 0; i < 100 && !seen.has(0) && !(await gone()); i++) { await scroll(-2_000); seen.clear(); await take(); }
    for (let i = 0; i < 1_000 && !(await atEnd()); i++) { await scroll(Math.max(50, box.height - 100)); await take(); }
    await this.page.mouse.move(2, 2); // so that no hover of the list stays
    if (await gone()) return []; // emptied while we read
    return [...seen].sort((a, b) => a[0] - b[0]).map((x) => x[1]);
  }
  /**
   * Wait until the Problems view holds what is asked: `count` (exactly so many), `match`
   * (a string or RegExp that some message has), `file` (only that file name counts),
   * `where` (a predicate over the list). Returns the (filtered) list.
   * `count: 0` is also true before the server has spoken: wait for something else first.
   */
  async waitForDiagnostics({ count, match, file, where, timeout } = {}) {
    let got = [];
    return this.#until(`diagnostics ${JSON.stringify({ count, match: match && String(match), file })}`, async () => {
      got = (await this.problems()).filter((p) => !file || p.file === path.basename(file));
      const hit = (p) => (match instanceof RegExp ? match.test(p.message) : p.message.includes(match));
      if (count === undefined && !match && !where && !got.length) return false;
      return (count === undefined || got.length === count) && (!match || got.some(hit)) && (!where || where(got)) && got;
    }, { every: 150, last: () => got, ...(timeout ? { timeout } : {}) });
  }

  // ---- language features at a position ---------------------------------------------

  /** Hover text at line:col ("" when there is none before the deadline `timeout`). */
  async hover(line, col, { timeout = 20_000 } = {}) {
    await this.goto(line, col);
    const box = this.page.locator(".monaco-editor .monaco-hover:not(.hidden) .monaco-hover-content");
    try {
      const read = async () => {
        const text = (await this.#text(box)).join("\n").trim();
        return text !== "" && !/^Loading\.\.\.$/m.test(text) && text;
      };
      await this.#pressFor("a hover", "Control+k Control+i", read, { timeout });
      return await read();
    } catch { return ""; }
  }

  /**
   * Trigger completion at line:col (or at the cursor) and give the whole list as
   * [{ label, detail, kind }]; [] for "No suggestions". The list stays open.
   */
  async complete(line, col, { timeout } = {}) {
    if (line !== undefined) await this.goto(line, col);
    else await this.focusEditor();
    await this.page.keyboard.press("Control+Space");
    const widget = this.page.locator(".suggest-widget.visible");
    const rows = widget.locator(".monaco-list-row");
    await this.#until("suggestions", async () => (await rows.count()) || /No suggestions/.test((await this.#text(widget)).join()), timeout ? { timeout } : {});
    if (!(await rows.count())) return [];
    await sleep(100);
    const list = await this.#readTree(widget.locator(".monaco-list").first(), (els) => els.map((r) => ({
      index: +r.getAttribute("data-index"), aria: r.getAttribute("aria-label") ?? "",
      label: r.querySelector(".label-name")?.textContent ?? "", detail: r.querySelector(".details-label")?.textContent || undefined,
      kind: /codicon-symbol-([a-z-]+)/.exec(r.querySelector(".suggest-icon")?.className ?? r.innerHTML)?.[1],
    })));
    return list.map(({ label, detail, kind, aria }) => ({ label: norm(label), detail: detail && norm(detail), kind, aria }));
  }
  /** Accept an entry of the open completion list. */
  async acceptCompletion(label) {
    const focused = async () => norm((await this.page.locator(".suggest-widget.visible .monaco-list-row.focused .label-name").first().textContent().catch(() => "")) ?? "");
    for (let i = 0; (await focused()) !== label; i++) {
      if (i > 500) throw new Error(`no completion ${label}`);
      await this.page.keyboard.press("ArrowDown");
      await sleep(25);
    }
    await this.page.keyboard.press("Enter");
  }

  /** Titles of the code actions at line:col (Ctrl+.); the menu stays open. */
  async codeActions(line, col, { timeout } = {}) {
    await this.goto(line, col);
    const menu = this.page.locator(".action-widget:visible");
    const none = this.page.locator(".monaco-editor .monaco-editor-overlaymessage:visible");
    await this.#pressFor("code actions", "Control+.", async () => (await menu.locator(".monaco-list-row.action").count()) || (await none.count()), timeout ? { timeout } : {});
    return (await this.#text(menu.locator(".monaco-list-row.action"))).map((t) => t.trim());
  }
  /** Apply one of them by its title. */
  async applyCodeAction(line, col, title) {
    const titles = await this.codeActions(line, col);
    if (!titles.includes(title)) throw new Error(`no code action ${title} in ${JSON.stringify(titles)}`);
    // by keyboard: a transparent block lies over the menu and takes the mouse
    const focused = () => this.page.locator(".action-widget:visible .monaco-list-row.focused").first().innerText().then((t) => norm(t).trim());
    for (let i = 0; (await focused()) !== title; i++) {
      if (i > 2 * titles.length) throw new Error(`cannot reach code action ${title}`);
      await this.page.keyboard.press("ArrowDown");
      await sleep(30);
    }
    await this.page.keyboard.press("Enter");
    await this.#until("the menu to close", async () => !(await this.page.locator(".action-widget:visible").count()));
  }
  /** Rename the symbol at line:col (F2). */
  async rename(line, col, newName) {
    await this.goto(line, col);
    const input = this.page.locator(".rename-box:visible input.rename-input");
    await this.#pressFor("the rename box", "F2", () => input.count());
    await input.fill(newName);
    await this.page.keyboard.press("Enter");
    await this.#until("the rename box to close", async () => !(await input.count()));
  }
  /** Format the document; returns when the screen has changed or `timeout` (3 s) is over. */
  async format({ timeout = 3_000 } = {}) {
    await this.focusEditor();
    const before = (await this.visibleLines()).join("\n");
    await this.runCommand("Format Document");
    await until("the text to change", async () => (await this.visibleLines()).join("\n") !== before, { timeout }).catch(() => {});
  }

  /** The page in the extension's panel: a frame in a frame. Waits until `selector` is there. */
  async panel(selector) {
    return this.#until(`${selector} in the panel`, async () => {
      for (const frame of this.page.frames()) {
        if (frame.name() === "" && !frame.url().includes("fake.html")) continue;
        if (await frame.locator(selector).count().catch(() => 0)) return frame;
      }
      return undefined;
    }, { last: () => this.page.frames().map((frame) => frame.url().slice(0, 120)) });
  }
  /** Answers an input box whose title holds `title`; gives what it said about the text before, if `wrong` was typed first. */
  async answer(title, text, { wrong } = {}) {
    const widget = this.page.locator(".quick-input-widget:visible");
    await this.#until(`the input box ${title}`, async () => (await this.#text(widget)).join().includes(title), { last: () => this.#text(widget) });
    const box = widget.locator(".quick-input-box input");
    let said;
    if (wrong !== undefined) {
      await box.fill(wrong);
      said = await this.#until("a complaint", async () => (await widget.locator(".monaco-inputbox.error").count()) && (await this.#text(widget.locator(".quick-input-message"))).join(" "));
    }
    await box.fill(text);
    await this.page.keyboard.press("Enter");
    return said;
  }
  /** Types a path into VS Code's own dialog for files and folders, and accepts it. */
  async acceptPath(file) {
    const box = this.page.locator(".quick-input-widget:visible .quick-input-box input");
    await this.#until("the dialog", async () => (await box.count()) && (await box.inputValue()).startsWith("/"));
    // The dialog writes into its box as it reads folders, so look twice before it is accepted.
    await this.#until("the dialog to close", async () => {
      if (!(await box.count())) return true;
      if ((await box.inputValue()) !== file) await box.fill(file);
      await sleep(700);
      if ((await box.inputValue().catch(() => "")) !== file) return false;
      await this.page.keyboard.press("Enter");
      await sleep(700);
      return !(await box.count());
    });
  }
  /** Presses a lens by its text, `nth` from above. */
  async lens(text, nth = 0) {
    const lens = this.page.locator(".codelens-decoration a", { hasText: new RegExp(`^${text}$`) }).nth(nth);
    await this.#until(`the lens ${text}`, () => lens.count());
    await lens.click();
  }

  // ---- the rest of the window ------------------------------------------------------

  /** Texts of the notifications on the screen. */
  async notifications() { return (await this.#text(this.page.locator(".notifications-toasts .notification-list-item-message"))).map((t) => t.trim()); }
  async waitForNotification(match) {
    let got = [];
    return this.#until(`a notification ${match}`, async () => {
      got = await this.notifications();
      return got.find((t) => (match instanceof RegExp ? match.test(t) : t.includes(match)));
    }, { last: () => got });
  }
  /** Logs of the extension host and of output channels, from the profile: { name: text }. */
  logs() {
    const out = {}, root = path.join(this.host.dir, "data", "logs");
    if (fs.existsSync(root)) for (const f of fs.readdirSync(root, { recursive: true })) if (/\.log$/.test(f)) out[f] = fs.readFileSync(path.join(root, f), "utf8");
    return out;
  }
}
