// Which query the cursor is in. The server knows; its symbols say.
import * as vscode from "vscode";

/** The query around a position, or the only one of the file. */
export async function queryAt(document: vscode.TextDocument, position: vscode.Position): Promise<string | undefined> {
  const names = await queriesOf(document);
  const around = names.find((symbol) => symbol.range.contains(position));
  if (around !== undefined) return around.name;
  if (names.length < 2) return names[0]?.name;
  return vscode.window.showQuickPick(names.map((symbol) => symbol.name), { title: "Which query?" });
}

async function queriesOf(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
  const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", document.uri);
  return (symbols ?? []).filter((symbol) => symbol.range !== undefined);
}
