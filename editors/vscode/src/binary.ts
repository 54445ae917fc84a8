// Where the `omnigraph` program is: named by the setting, inside this extension, or on the path; in this order.
import * as fs from "node:fs";
import * as path from "node:path";

export interface Surroundings {
  /** The setting, as written. */
  setting: string;
  /** The folder of this extension. */
  extension: string;
  /** What a relative setting counts from. */
  workspace: string | undefined;
  /** `PATH` */
  path: string;
  home: string;
  platform: NodeJS.Platform;
}

export type Found = { program: string; from: "setting" | "extension" | "path" } | { missing: string };

export function findBinary(at: Surroundings): Found {
  const name = at.platform === "win32" ? "omnigraph.exe" : "omnigraph";
  const named = at.setting.trim();
  if (named !== "") {
    // A bare word is a command, looked up like any other.
    if (!/[\\/]/.test(named) && !named.startsWith("~")) {
      const program = onPath(named, at);
      return program === undefined
        ? { missing: `The setting omnigraph.path names \`${named}\`, and no folder on the path holds it.` }
        : { program, from: "setting" };
    }
    const expanded = named === "~" || named.startsWith("~/") ? path.join(at.home, named.slice(1)) : named;
    const program = path.resolve(at.workspace ?? at.home, expanded);
    return isProgram(program, at.platform)
      ? { program, from: "setting" }
      : { missing: `The setting omnigraph.path names \`${program}\`, which is not a program.` };
  }
  const inside = path.join(at.extension, "bin", name);
  if (isProgram(inside, at.platform)) return { program: inside, from: "extension" };
  const program = onPath(name, at);
  if (program !== undefined) return { program, from: "path" };
  return { missing: "The `omnigraph` program was not found: this extension does not hold one, and no folder on the path does." };
}

function onPath(name: string, at: Surroundings): string | undefined {
  const names = at.platform === "win32" && !name.toLowerCase().endsWith(".exe") ? [name, `${name}.exe`] : [name];
  const separator = at.platform === "win32" ? ";" : ":";
  for (const folder of at.path.split(separator)) {
    // An empty or relative entry would mean the working directory, which nobody has chosen.
    if (!path.isAbsolute(folder)) continue;
    for (const candidate of names) {
      const program = path.join(folder, candidate);
      if (isProgram(program, at.platform)) return program;
    }
  }
  return undefined;
}

function isProgram(file: string, platform: NodeJS.Platform): boolean {
  try {
    if (!fs.statSync(file).isFile()) return false;
    if (platform !== "win32") fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
