import {
  countedNames,
  END,
  EVENT,
  FORMAT,
  FORMAT_VERSION,
  HELD_TYPES,
  type HeaderLine,
  isMembersLine,
  type MembersLine,
  type ResourceLine,
} from "../../../functions/provisioning/exportFile.ts";
import { isNameUnique } from "../../../functions/provisioning/importOrg.ts";
import { badLine, readDataLine, readFileCounts, readHeader } from "../../../functions/provisioning/readExportFile.ts";
import { ScimError } from "../../../functions/scim/error.ts";
import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import type { FileCounts } from "../../../functions/store/import.ts";
import type { Side } from "../../../functions/store/keys.ts";
import { FileLines } from "./fileLines.ts";

export interface Problem {
  readonly line: number;
  readonly reason: string;
}

/** A file that can be imported. */
export interface CheckedFile {
  readonly path: string;
  /** SHA-256, hex. */
  readonly hash: string;
  readonly header: HeaderLine;
  readonly counts: FileCounts;
  /** Lines of the source org's event log; an import skips them. */
  readonly events: number;
}

/**
 * Checks every line of a file against the format and the earlier lines.
 * @param report receives each problem, in the order of the lines
 * @returns undefined when there was a problem
 * @throws Refused when the file cannot be read
 */
export async function checkFile(path: string, report: (problem: Problem) => void): Promise<CheckedFile | undefined> {
  const lines = new FileLines(path);
  const check = new Check(report);
  for await (const { number, content } of lines.read()) {
    check.line(number, content);
    if (check.isUnreadable) return undefined;
  }
  const found = check.end();
  return found && { path, hash: lines.digest(), ...found };
}

class Check {
  readonly #report: (problem: Problem) => void;
  /** Id → line number. */
  readonly #ids = { managed: new Map<string, number>(), unmanaged: new Map<string, number>() };
  /** Side, kind and key of a name → line number. */
  readonly #names = new Map<string, number>();
  /** applicationId → line number of its user. */
  readonly #applicationIds = new Map<string, number>();
  /** The last member of each group so far, by side and id. */
  readonly #lastMembers = new Map<string, string>();
  readonly #counts = { managed: noCounts(), unmanaged: noCounts() };
  #header: HeaderLine | undefined;
  #counted: FileCounts | undefined;
  #events = 0;
  #last = 0;
  #problems = 0;
  #headerSeen = false;
  #endSeen = false;
  isUnreadable = false;

  constructor(report: (problem: Problem) => void) {
    this.#report = report;
  }

  line(number: number, content: { readonly json: Json } | { readonly problem: string }): void {
    this.#last = number;
    if ("problem" in content) {
      this.#problem(number, content.problem);
      // The file has another format: naming each of its lines helps nobody.
      if (!this.#headerSeen) this.isUnreadable = true;
      return;
    }
    try {
      this.#read(number, content.json);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      this.#problem(number, error.message.replace(/\.$/, ""));
      if (!this.#headerSeen) this.isUnreadable = true;
      if (isObject(content.json)) this.#remember(number, content.json);
    }
  }

  end(): Pick<CheckedFile, "header" | "counts" | "events"> | undefined {
    if (this.#last === 0) this.#problem(1, "the file is empty");
    else if (!this.#endSeen) {
      this.#problem(this.#last + 1, "the file is cut off: its last line, which counts the others, is missing");
    }
    for (const id of this.#header?.settings.protectedUsers ?? []) {
      if (!this.#ids.managed.has(id)) this.#problem(1, `settings.protectedUsers names ${id}, who is not in the file`);
    }
    const [header, counts] = [this.#header, this.#counted];
    return this.#problems > 0 || header === undefined || counts === undefined
      ? undefined
      : { header, counts, events: this.#events };
  }

  #problem(line: number, reason: string): void {
    this.#problems += 1;
    this.#report({ line, reason });
  }

  #read(number: number, json: Json): void {
    if (!this.#headerSeen) {
      // A header of another format ends the check; a header of ours with a wrong setting does not.
      this.#headerSeen = isObject(json) && json.type === FORMAT && json.formatVersion === FORMAT_VERSION;
      this.#header = readHeader(json);
      return;
    }
    if (this.#endSeen) throw badLine("the file continues after its last line");
    if (isObject(json) && json.type === END) {
      this.#readEnd(json);
      return;
    }
    if (isObject(json) && json.type === EVENT) {
      this.#events += 1;
      return;
    }
    const line = readDataLine(json);
    if (isMembersLine(line)) this.#members(line);
    else this.#resource(number, line);
  }

  #resource(number: number, line: ResourceLine): void {
    const { id, side, attributes } = line;
    const type = HELD_TYPES.find(({ kind }) => kind === line.type);
    if (type === undefined) throw new Error("a line of a type that was not read");
    const { kind, naming, nameAttribute } = type;
    this.#count(side, `${kind}s`, 1);
    const before = this.#ids.managed.get(id) ?? this.#ids.unmanaged.get(id);
    if (before !== undefined) throw badLine(`line ${before} has the same id`);
    this.#ids[side].set(id, number);
    const name = `${side} ${kind} ${type.keysOf(attributes).name}`;
    const holder = this.#names.get(name);
    if (holder !== undefined && (naming === "unique" || isNameUnique(side))) {
      throw badLine(`line ${holder} has the same ${nameAttribute}`);
    }
    this.#names.set(name, number);
    const applicationId = line.link?.applicationId ?? undefined;
    if (applicationId === undefined) return;
    const linked = this.#applicationIds.get(applicationId);
    if (linked !== undefined) throw badLine(`line ${linked} has the same applicationId`);
    this.#applicationIds.set(applicationId, number);
  }

  #count(side: Side, name: string, more: number): void {
    this.#counts[side][name] = (this.#counts[side][name] ?? 0) + more;
  }

  #members({ group, ids, side }: MembersLine): void {
    this.#count(side, "memberships", ids.length);
    if (!this.#ids[side].has(group)) {
      throw badLine(`no earlier line has the group ${group}`);
    }
    const unknown = ids.find((id) => !this.#isKnown(side, id));
    if (unknown !== undefined) throw badLine(`no earlier line has the member ${unknown}`);
    const place = `${side} ${group}`;
    let last = this.#lastMembers.get(place) ?? "";
    for (const id of ids) {
      if (id <= last) throw badLine(`member ${id} is out of order, or there twice`);
      last = id;
    }
    this.#lastMembers.set(place, last);
  }

  #isKnown(side: Side, id: string): boolean {
    return this.#ids[side].has(id) || (side === "unmanaged" && id.startsWith("u") && this.#ids.managed.has(id));
  }

  #readEnd(json: JsonObject): void {
    this.#endSeen = true;
    this.#counted = readFileCounts(json.counts);
    // After a problem the counts need not match.
    if (this.#problems > 0) return;
    for (const side of ["managed", "unmanaged"] as const) {
      for (const what of countedNames()) {
        const [found, wanted] = [this.#counts[side][what], this.#counted[side][what]];
        if (found !== wanted) {
          throw badLine(`it counts ${wanted} ${side} ${what}, and the file has ${found}`);
        }
      }
    }
    const { events = 0 } = json;
    if (events !== this.#events) throw badLine(`it counts ${String(events)} events, and the file has ${this.#events}`);
  }

  /** Ids of bad lines count as present: lines that name them cause no second problem. */
  #remember(number: number, { id, side }: JsonObject): void {
    if ((side !== "managed" && side !== "unmanaged") || typeof id !== "string") return;
    if (!this.#ids[side].has(id)) this.#ids[side].set(id, number);
  }
}

export function noCounts(): Record<string, number> {
  return Object.fromEntries(countedNames().map((name) => [name, 0]));
}
