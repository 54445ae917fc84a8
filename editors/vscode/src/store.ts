// Which graph queries run on.
import * as path from "node:path";
import * as vscode from "vscode";

/** Asks for a graph and keeps it in the setting. */
export async function chooseStore(): Promise<boolean> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const browse = { label: "$(folder-opened) Choose a folder…" };
  const type = { label: "$(edit) Type a folder or a URI…" };
  const found = (await graphs()).map((label) => ({ label }));
  const choice = await vscode.window.showQuickPick([...found, browse, type], {
    title: "Which graph do queries run on?",
    placeHolder: "It is kept in the setting omnigraph.store",
  });
  let store: string | undefined;
  if (choice === browse) {
    const chosen = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, defaultUri: folder, title: "The graph's folder" });
    store = chosen?.[0]?.fsPath;
  } else if (choice === type) {
    store = (await vscode.window.showInputBox({ title: "The graph's folder, relative to the project, or its URI" }))?.trim();
  } else {
    store = choice?.label;
  }
  if (store === undefined || store === "") return false;
  const target = folder === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration("omnigraph").update("store", store, target);
  return true;
}

/** Folders of the workspace that are graphs. */
async function graphs(): Promise<string[]> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) return [];
  const marks = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, "**/_graph/format.json"), "**/{node_modules,target}/**", 100);
  const roots = marks.map((mark) => path.relative(folder.uri.fsPath, mark.fsPath).split(`${path.sep}_graph${path.sep}`)[0]!);
  return [...new Set(roots)].filter((root) => root !== "").sort();
}
