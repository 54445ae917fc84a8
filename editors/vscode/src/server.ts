// The language server as the editor sees it: started, restarted, and how it is.
import * as os from "node:os";
import * as vscode from "vscode";
import { LanguageClient, State, type LanguageClientOptions, type Middleware } from "vscode-languageclient/node";
import { type Found, findBinary } from "./binary";

export const LANGUAGES = ["omnigraph-schema", "omnigraph-query"];
const SETTINGS_FILE = "**/omnigraph.toml";

interface Status {
  state: "ready" | "trouble";
  projects: number;
  files: number;
}

export class Server implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel("OmniGraph", { log: true });
  private client: LanguageClient | undefined;
  private readonly status = vscode.languages.createLanguageStatusItem("omnigraph.status", [
    ...LANGUAGES.map((language) => ({ language })),
    { pattern: SETTINGS_FILE },
  ]);
  /** Starts and stops follow one another: two at a time would leave a server behind. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly context: vscode.ExtensionContext, private readonly middleware: Middleware) {
    this.status.name = "OmniGraph";
    this.status.command = { command: "omnigraph.showLogs", title: "Show Logs" };
  }

  find(): Found {
    return findBinary({
      setting: vscode.workspace.getConfiguration("omnigraph").get("path", ""),
      extension: this.context.extensionPath,
      workspace: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
      path: process.env.PATH ?? "",
      home: os.homedir(),
      platform: process.platform,
    });
  }

  restart(): Promise<boolean> {
    const next = this.last.then(async () => {
      await this.end();
      return this.begin();
    });
    this.last = next.catch(() => undefined);
    return next;
  }

  /** The client, or an error that says what to do. */
  running(): LanguageClient {
    if (this.client?.state !== State.Running) throw new Error("The OmniGraph server is not running. “OmniGraph: Show Logs” tells why.");
    return this.client;
  }

  private async begin(): Promise<boolean> {
    const found = this.find();
    if ("missing" in found) {
      this.log.error(found.missing);
      this.tell("No program", vscode.LanguageStatusSeverity.Error);
      void this.complain(found.missing);
      return false;
    }
    this.log.info(`${found.program} (from the ${found.from})`);
    const options: LanguageClientOptions = {
      documentSelector: [...LANGUAGES.map((language) => ({ language })), { scheme: "file", pattern: SETTINGS_FILE }],
      outputChannel: this.log,
      traceOutputChannel: this.log,
      initializationOptions: { store: storeSetting() },
      synchronize: { configurationSection: "omnigraph" },
      middleware: this.middleware,
      uriConverters: { code2Protocol: serverUri, protocol2Code: (text) => vscode.Uri.parse(text) },
    };
    const client = new LanguageClient("omnigraph", "OmniGraph", { command: found.program, args: ["lsp"] }, options);
    client.onNotification("omnigraph/status", (status: Status) => {
      const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
      const detail = `${count(status.projects, "project")}, ${count(status.files, "file")}`;
      if (status.state === "ready") this.tell("OmniGraph", vscode.LanguageStatusSeverity.Information, detail);
      else this.tell("OmniGraph: settings", vscode.LanguageStatusSeverity.Warning, `${detail}; see Problems`);
    });
    this.client = client;
    this.tell("OmniGraph starts", vscode.LanguageStatusSeverity.Information);
    try {
      await client.start();
      return true;
    } catch (error) {
      const message = `\`${found.program} lsp\` did not start: ${(error as Error).message}`;
      this.log.error(message);
      this.tell("Not running", vscode.LanguageStatusSeverity.Error);
      void this.complain(message);
      return false;
    }
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client === undefined) return;
    await client.dispose(3000).catch((error: Error) => this.log.warn(`the server did not end in good order: ${error.message}`));
  }

  private tell(text: string, severity: vscode.LanguageStatusSeverity, detail?: string): void {
    this.status.text = text;
    this.status.severity = severity;
    this.status.detail = detail;
  }

  private async complain(message: string): Promise<void> {
    const setting = "Open the Setting";
    const logs = "Show Logs";
    const choice = await vscode.window.showErrorMessage(message, setting, logs);
    if (choice === setting) await vscode.commands.executeCommand("workbench.action.openSettings", "omnigraph.path");
    if (choice === logs) this.log.show();
  }

  async dispose(): Promise<void> {
    await this.last;
    await this.end();
    this.status.dispose();
    this.log.dispose();
  }
}

export function storeSetting(): string | undefined {
  const store = vscode.workspace.getConfiguration("omnigraph").get("store", "").trim();
  return store === "" ? undefined : store;
}

/**
 * The server's own documents carry a file's address behind the question mark, spelled as the server knows the file. VS Code
 * would spell `:` and `/` otherwise there.
 */
export function serverUri(uri: vscode.Uri): string {
  if (uri.scheme !== "omnigraph" || uri.query === "") return uri.toString();
  return `omnigraph:${uri.path}?${vscode.Uri.parse(uri.query).toString()}`;
}
