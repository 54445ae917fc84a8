// Running and explaining a query.
import * as vscode from "vscode";
import { ResponseError } from "vscode-languageclient/node";
import type { Rows } from "./messages";
import { hint, read, typeName } from "./parameters";
import { type Parameter, parametersOf, parsePlan, patternOf } from "./plan";
import type { Results } from "./results";
import { type Server, storeSetting } from "./server";
import { chooseStore } from "./store";

export interface Target {
  /** The file, as the server spells it. */
  uri: string;
  name: string;
}

export class Queries {
  constructor(private readonly server: Server, private readonly results: Results, private readonly memory: vscode.Memento) {}

  async run(target: Target, values?: Record<string, unknown>): Promise<void> {
    const client = this.server.running();
    const text = await client.sendRequest<{ text: string }>("workspace/textDocumentContent", { uri: `omnigraph:/ir/${target.name}?${target.uri}` });
    const parsed = parsePlan(text.text);
    if ("reason" in parsed) {
      void vscode.window.showErrorMessage(`${target.name} cannot run: ${parsed.reason}. See Problems.`);
      return;
    }
    if (!("read" in parsed.plan)) {
      await this.pointToMutate(target);
      return;
    }
    if (storeSetting() === undefined && !(await chooseStore())) return;
    const params = values ?? (await this.ask(target, parametersOf(parsed.plan)));
    if (params === undefined) return;
    const again = () => this.run(target);
    this.results.show({ show: "busy", query: target.name }, again);
    try {
      const result = await client.sendRequest<Rows>("workspace/executeCommand", {
        command: "omnigraph.run",
        arguments: [{ ...target, params, store: storeSetting() }],
      });
      this.results.show(
        {
          show: "rows",
          query: target.name,
          parameters: Object.entries(params).map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(", "),
          result,
          pattern: patternOf(parsed.plan),
          first: vscode.workspace.getConfiguration("omnigraph").get("results.open", "table"),
        },
        again,
        this.nextPage(target, params, parsed.plan.read.after?.parameter, result),
      );
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error;
      this.results.show({ show: "failure", query: target.name, message: error.message }, again);
    }
  }

  /** Runs the query for the rows behind those of a page, if there are any. */
  private nextPage(target: Target, params: Record<string, unknown>, cursor: string | undefined, page: Rows): (() => Promise<void>) | undefined {
    if (cursor === undefined || typeof page.next !== "string") return undefined;
    return () => this.run(target, { ...params, [cursor]: page.next });
  }

  async explain(target: Target): Promise<void> {
    const uri = vscode.Uri.parse(`omnigraph:/plan/${target.name}?${target.uri}`);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
  }

  /** Asks for each parameter. Undefined if the person gives up. */
  private async ask(target: Target, parameters: Parameter[]): Promise<Record<string, unknown> | undefined> {
    const key = `parameters ${target.uri} ${target.name}`;
    const before = this.memory.get<Record<string, string>>(key, {});
    const typed: Record<string, string> = {};
    const values: Record<string, unknown> = {};
    for (const [i, parameter] of parameters.entries()) {
      const text = await askOne(`${target.name} (${i + 1} of ${parameters.length})`, parameter, before[parameter.name]);
      if (text === undefined) return undefined;
      const got = read(parameter, text);
      if ("error" in got) throw new Error(`$${parameter.name}: ${got.error}`);
      typed[parameter.name] = text;
      values[parameter.name] = got.value;
    }
    if (parameters.length > 0) await this.memory.update(key, typed);
    return values;
  }

  private async pointToMutate(target: Target): Promise<void> {
    const copy = "Copy the Command";
    const choice = await vscode.window.showInformationMessage(`${target.name} changes the graph. That is done from the command line.`, copy);
    if (choice !== copy) return;
    const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
    const file = vscode.Uri.parse(target.uri).fsPath;
    const store = storeSetting() ?? "STORE";
    await vscode.env.clipboard.writeText(`omnigraph mutate ${target.name} --store ${quoted(store)} --query ${quoted(file)}`);
  }
}

async function askOne(title: string, parameter: Parameter, before: string | undefined): Promise<string | undefined> {
  const name = `$${parameter.name}: ${typeName(parameter.ty)}`;
  if (parameter.ty.scalar === "Bool" && !parameter.ty.list) {
    const choices = [{ label: "true" }, { label: "false" }, ...(parameter.ty.nullable ? [{ label: "null" }] : [])];
    const choice = await vscode.window.showQuickPick(choices, { title: `${title}  ${name}`, ignoreFocusOut: true });
    return choice === undefined ? undefined : choice.label === "null" ? "" : choice.label;
  }
  return vscode.window.showInputBox({
    title: `${title}  ${name}`,
    prompt: hint(parameter.ty),
    value: before,
    ignoreFocusOut: true,
    validateInput: (text) => {
      const got = read(parameter, text);
      return "error" in got ? got.error : undefined;
    },
  });
}
