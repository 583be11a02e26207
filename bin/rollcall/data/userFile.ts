import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { ScimError } from "../../../functions/scim/error.ts";
import { assertWellFormed, type Json, type JsonObject, own } from "../../../functions/scim/json.ts";
import { codeOf, Refused } from "../refused.ts";

/** A user of the file, as the directory API takes it. */
export interface FileUser {
  /** From 1. */
  readonly line: number;
  readonly user: JsonObject;
}

/** The columns of a CSV file, with their places in a user. */
const COLUMNS: ReadonlyMap<string, (value: string) => JsonObject> = new Map([
  ["userName", (userName: string): JsonObject => ({ userName })],
  ["displayName", (displayName: string): JsonObject => ({ displayName })],
  ["givenName", (givenName: string): JsonObject => ({ name: { givenName } })],
  ["familyName", (familyName: string): JsonObject => ({ name: { familyName } })],
  ["email", (value: string): JsonObject => ({ emails: [{ value, type: "work", primary: true }] })],
  ["applicationId", (applicationId: string): JsonObject => ({ applicationId })],
]);

/**
 * The users of a file: JSON objects, one a line, or CSV (RFC 4180) whose first line names the columns.
 * @param report receives each invalid line
 * @throws Refused when the file is unreadable, or its first line names unknown columns
 */
export function readUserFile(path: string, report: (line: number, reason: string) => void): readonly FileUser[] {
  const text = contentOf(path).replace(/^\uFEFF/, "");
  // A list is no line of JSON either, and the reason says so.
  return /^\s*[[{]/.test(text) ? jsonLines(text, report) : csvUsers(path, text, report);
}

function contentOf(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
    if (isUtf8(bytes)) return bytes.toString();
  } catch (error) {
    throw new Refused(`${path} cannot be read (${codeOf(error)}).`);
  }
  const lines = bytes.toString("latin1").split("\n");
  const line = 1 + lines.findIndex((one) => !isUtf8(Buffer.from(one, "latin1")));
  throw new Refused(`Line ${line} of ${path} is not UTF-8.`);
}

function jsonLines(text: string, report: (line: number, reason: string) => void): FileUser[] {
  return text.split("\n").flatMap((content, index) => {
    if (content.trim() === "") return [];
    const line = index + 1;
    try {
      const user: Json = JSON.parse(content);
      if (typeof user === "object" && user !== null && !Array.isArray(user)) return sendable({ line, user }, report);
      report(line, "the line is no JSON object");
    } catch {
      report(line, "the line is not JSON");
    }
    return [];
  });
}

function csvUsers(path: string, text: string, report: (line: number, reason: string) => void): FileUser[] {
  const [head, ...rows] = rowsOf(text);
  const columns = head?.cells.map((name) => name.trim()) ?? [];
  const known = [...COLUMNS.keys()].join(", ");
  if (!columns.includes("userName") || columns.some((name) => !COLUMNS.has(name)) || isRepeating(columns)) {
    throw new Refused(`The first line of ${path} names the columns: userName, and what else there is of ${known}.`);
  }
  return rows.flatMap(({ line, cells }) => {
    if (cells.length === columns.length) return sendable({ line, user: userOf(columns, cells) }, report);
    report(line, `the line has ${cells.length} columns, and the first one ${columns.length}`);
    return [];
  });
}

/** A call has its users in a list within an object. */
const DEPTH_IN_CALL = 2;

/** Leaves out a user with a value that no body may contain: the API would refuse the whole call for it. */
function sendable(user: FileUser, report: (line: number, reason: string) => void): FileUser[] {
  try {
    assertWellFormed(user.user, DEPTH_IN_CALL);
    return [user];
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    report(user.line, own(UNFIT, error.code) ?? error.message);
    return [];
  }
}

/** The API's words for these speak of a request and an identity provider. */
const UNFIT = {
  "value.unicode": "the line holds text that is not well-formed Unicode, or the character U+0000",
  "value.number": "the line holds a number that is too large",
  "value.depth": "the line has more levels of lists and objects than a call may have",
};

function isRepeating(columns: readonly string[]): boolean {
  return new Set(columns).size < columns.length;
}

/** Ignores empty cells. */
function userOf(columns: readonly string[], cells: readonly string[]): JsonObject {
  const user: JsonObject = {};
  for (const [index, column] of columns.entries()) {
    const value = cells[index]?.trim() ?? "";
    if (value === "") continue;
    for (const [name, part] of Object.entries(COLUMNS.get(column)?.(value) ?? {})) {
      const before = user[name];
      user[name] = name === "name" ? { ...(before as JsonObject | undefined), ...(part as JsonObject) } : part;
    }
  }
  return user;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** One cell and its end: a quoted cell may hold commas, doubled quotes and line ends. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n?|\n|$)/y;

/** All rows without empty lines. */
function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  let cells: string[] = [];
  let [line, begun] = [1, 1];
  CELL.lastIndex = 0;
  while (CELL.lastIndex < text.length || cells.length > 0) {
    const [whole = "", quotedCell, plain = "", end] = CELL.exec(text) ?? [];
    if (end === undefined)
      throw new Refused(`Line ${line} of the file is no CSV: a quote is not closed, or stands within a cell.`);
    cells.push(quotedCell?.replaceAll('""', '"') ?? plain);
    line += whole.split(/\r\n?|\n/).length - 1;
    if (end === ",") continue;
    if (cells.length > 1 || cells[0] !== "") rows.push({ line: begun, cells });
    cells = [];
    begun = line;
  }
  return rows;
}
