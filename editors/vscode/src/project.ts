// A new project: a schema, queries, a few lines of data, and a graph that holds them.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as vscode from "vscode";
import type { Server } from "./server";

const FILES: Record<string, string> = {
  "schema.pg": `// People and what they have written.

node Person {
    name: String @key
    age: I32?
}

node Post {
    slug: String @key
    title: String @index
    written: Date?
}

edge Knows: Person -> Person {
    since: Date?
}

edge Wrote: Person -> Post
`,
  "queries.gq": `query people() {
    match {
        $p: Person
    }
    return { $p.name, $p.age }
    order { $p.name }
}

// As a picture: the rows hold whole nodes.
query around($name: String) {
    match {
        $p: Person { name: $name }
        $p $k:<knows> $friend
        $friend wrote $post
    }
    return { $p, $friend, $k.since, $post }
    order { $friend.name, $post.slug }
}
`,
  "data.jsonl": `{"type": "Person", "data": {"name": "Ana", "age": 34}}
{"type": "Person", "data": {"name": "Ben", "age": 28}}
{"type": "Person", "data": {"name": "Cleo"}}
{"type": "Post", "data": {"slug": "disk", "title": "Columns on disk", "written": "2026-01-10"}}
{"type": "Post", "data": {"slug": "trees", "title": "Trees and forests"}}
{"edge": "Knows", "from": "Ana", "to": "Ben", "data": {"since": "2020-05-01"}}
{"edge": "Knows", "from": "Cleo", "to": "Ana"}
{"edge": "Wrote", "from": "Ben", "to": "disk"}
{"edge": "Wrote", "from": "Cleo", "to": "trees"}
`,
};

const STORE = "graph";

export async function newProject(server: Server): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
    openLabel: "Make the Project Here",
    title: "A folder for the project",
  });
  const folder = chosen?.[0];
  if (folder === undefined) return;
  for (const name of [...Object.keys(FILES), STORE]) {
    if (await exists(vscode.Uri.joinPath(folder, name))) {
      void vscode.window.showErrorMessage(`${folder.fsPath} already holds ${name}. Nothing was written; choose an empty folder.`);
      return;
    }
  }
  const encoder = new TextEncoder();
  for (const [name, text] of Object.entries(FILES)) {
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), encoder.encode(text));
  }
  await fill(server, folder);
  if (vscode.workspace.getWorkspaceFolder(folder) === undefined) {
    await vscode.commands.executeCommand("vscode.openFolder", folder);
    return;
  }
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, "queries.gq"));
  void vscode.window.showInformationMessage("The project is ready. Press run above a query.");
}

/** Makes the graph and loads the data. The files are of use without it. */
async function fill(server: Server, folder: vscode.Uri): Promise<void> {
  const found = server.find();
  if ("missing" in found) {
    void vscode.window.showWarningMessage(`The files are written, but there is no graph yet. ${found.missing}`);
    return;
  }
  const run = (...args: string[]) => promisify(execFile)(found.program, args, { cwd: folder.fsPath });
  try {
    await run("init", "--schema", "schema.pg", STORE);
    await run("load", "--store", STORE, "--data", "data.jsonl");
  } catch (error) {
    server.log.error((error as Error).message);
    void vscode.window.showWarningMessage(`The files are written, but the graph could not be made: ${(error as Error).message}`);
    return;
  }
  if (vscode.workspace.getWorkspaceFolder(folder) !== undefined) {
    const store = vscode.workspace.asRelativePath(vscode.Uri.joinPath(folder, STORE), false);
    await vscode.workspace.getConfiguration("omnigraph").update("store", store, vscode.ConfigurationTarget.Workspace);
    return;
  }
  const settings = vscode.Uri.joinPath(folder, ".vscode", "settings.json");
  if (await exists(settings)) return;
  await vscode.workspace.fs.writeFile(settings, new TextEncoder().encode(`${JSON.stringify({ "omnigraph.store": STORE }, null, 4)}\n`));
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
