// Puts the pieces together: the server, the commands and the panel.
import * as path from "node:path";
import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { parseDiagram } from "./diagram";
import { queryAt } from "./items";
import { newProject } from "./project";
import { Queries, type Target } from "./queries";
import { Results } from "./results";
import { LANGUAGES, Server } from "./server";
import { chooseStore } from "./store";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const failed = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    server?.log.error(message);
    void vscode.window.showErrorMessage(message);
  };
  // The lenses above queries and types name the server's own commands; what they answer is shown here.
  const middleware: Middleware = {
    executeCommand: async (command, args: unknown[], next) => {
      const target = args[0] as Target & { position: { line: number; character: number } };
      if (command === "omnigraph.run") return queries.run(target).catch(failed);
      if (command === "omnigraph.explain") return queries.explain(target).catch(failed);
      if (command !== "omnigraph.references") return next(command, args);
      const uri = vscode.Uri.parse(target.uri);
      const position = new vscode.Position(target.position.line, target.position.character);
      const found = await vscode.commands.executeCommand("vscode.executeReferenceProvider", uri, position);
      await vscode.commands.executeCommand("editor.action.showReferences", uri, position, found);
    },
  };
  const started = (server = new Server(context, middleware));
  const results = new Results(context.extensionUri, failed);
  const queries = new Queries(started, results, context.workspaceState);
  context.subscriptions.push(started, results);

  const command = (name: string, run: () => Promise<unknown>) =>
    context.subscriptions.push(vscode.commands.registerCommand(`omnigraph.${name}`, () => run().catch(failed)));
  const atCursor = async (run: (target: Target) => Promise<void>) => {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== "omnigraph-query") throw new Error("Open a query file (.gq) and put the cursor into a query.");
    const name = await queryAt(editor.document, editor.selection.active);
    if (name !== undefined) await run({ uri: started.running().code2ProtocolConverter.asUri(editor.document.uri), name });
  };
  command("runQuery", () => atCursor((target) => queries.run(target)));
  command("explainQuery", () => atCursor((target) => queries.explain(target)));
  command("showDiagram", () => showDiagram(started, results));
  command("newProject", () => newProject(started));
  command("chooseStore", () => chooseStore());
  command("showLogs", async () => started.log.show());
  command("restartServer", async () => {
    if (await started.restart()) void vscode.window.showInformationMessage("The OmniGraph server has been restarted.");
  });

  let renewal: NodeJS.Timeout | undefined;
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration("omnigraph.path")) return;
      // The old server is told of the change as well, which it must live to hear.
      setTimeout(() => void started.restart().catch(failed), 200);
    }),
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document.languageId !== "omnigraph-schema") return;
      clearTimeout(renewal);
      renewal = setTimeout(() => {
        diagramOf(started, event.document.uri).then((diagram) => results.renew(diagram), failed);
      }, 300);
    }),
    { dispose: () => clearTimeout(renewal) },
  );
  await started.restart();
}

async function showDiagram(from: Server, results: Results): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !LANGUAGES.includes(document.languageId)) throw new Error("Open a schema (.pg) or a query file (.gq).");
  results.show(await diagramOf(from, document.uri), async () => results.renew(await diagramOf(from, document.uri)));
}

async function diagramOf(from: Server, uri: vscode.Uri) {
  const client = from.running();
  const address = `omnigraph:/diagram?${client.code2ProtocolConverter.asUri(uri)}`;
  const answer = await client.sendRequest<{ text: string }>("workspace/textDocumentContent", { uri: address });
  return { show: "diagram" as const, file: path.posix.basename(uri.path), diagram: parseDiagram(answer.text) };
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}
