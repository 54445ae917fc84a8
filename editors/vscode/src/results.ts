// The panel beside the text: rows as a table or a picture, the diagram of a schema, or why there are none.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { FromPanel, ToPanel } from "./messages";

export class Results implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private ready = false;
  private shown: ToPanel | undefined;
  private again: (() => Promise<void>) | undefined;
  private next: (() => Promise<void>) | undefined;

  constructor(private readonly extension: vscode.Uri, private readonly failed: (error: unknown) => void) {}

  /** `next` shows the page behind this one. */
  show(message: ToPanel, again: () => Promise<void>, next?: () => Promise<void>): void {
    this.shown = message;
    this.again = again;
    this.next = next;
    const panel = (this.panel ??= this.open());
    panel.title = message.show === "diagram" ? `Diagram of ${message.file}` : `Results of ${message.query}`;
    panel.reveal(undefined, true);
    if (this.ready) void panel.webview.postMessage(message);
  }

  /** Shows it again if the panel still holds the same kind for the same file. */
  renew(message: ToPanel & { show: "diagram" }): void {
    if (this.shown?.show === "diagram" && this.shown.file === message.file && this.ready) {
      this.shown = message;
      void this.panel?.webview.postMessage(message);
    }
  }

  private open(): vscode.WebviewPanel {
    const dist = vscode.Uri.joinPath(this.extension, "dist");
    const panel = vscode.window.createWebviewPanel(
      "omnigraph.results",
      "OmniGraph",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [dist] },
    );
    panel.iconPath = vscode.Uri.joinPath(this.extension, "media", "icon.png");
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.ready = false;
      this.shown = undefined;
    });
    panel.webview.onDidReceiveMessage((message: FromPanel) => this.receive(message).catch(this.failed));
    panel.webview.html = page(panel.webview, dist);
    return panel;
  }

  private async receive(message: FromPanel): Promise<void> {
    if ("ready" in message) {
      this.ready = true;
      if (this.shown !== undefined) await this.panel?.webview.postMessage(this.shown);
    } else if ("again" in message) {
      await this.again?.();
    } else if ("next" in message) {
      await this.next?.();
    } else if ("copy" in message) {
      await vscode.env.clipboard.writeText(message.copy);
      vscode.window.setStatusBarMessage(`Copied ${message.what}`, 3000);
    } else {
      await save(message);
    }
  }

  dispose(): void {
    this.panel?.dispose();
  }
}

async function save(message: Extract<FromPanel, { save: string }>): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${message.name}.${message.extension}`;
  const target = await vscode.window.showSaveDialog({
    defaultUri: folder === undefined ? undefined : vscode.Uri.joinPath(folder, name),
    filters: { [message.extension.toUpperCase()]: [message.extension] },
  });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(message.save, message.base64 ? "base64" : "utf8"));
  const open = "Open";
  const choice = await vscode.window.showInformationMessage(`Saved ${target.fsPath}`, open);
  if (choice === open) await vscode.commands.executeCommand("vscode.open", target);
}

function page(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const at = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  // The graph library styles its canvas in place.
  const policy = `default-src 'none'; img-src data:; style-src ${webview.cspSource} 'unsafe-inline'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${at("panel.css")}">
<title>OmniGraph</title>
</head>
<body><main id="panel"></main><script nonce="${nonce}" src="${at("panel.js")}"></script></body>
</html>`;
}
