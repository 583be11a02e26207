import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { COMMANDS } from "../../bin/rollcall/commands.ts";
import { quirkInWords } from "../../bin/rollcall/log/quirks.ts";
import { remedyOf } from "../../bin/rollcall/log/remedyOf.ts";
import { askedOf, whoOf } from "../../bin/rollcall/log/story.ts";
import type { LogLine } from "../../functions/http/logWriter.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { BULK_REQUEST, ENTERPRISE_SCHEMA, GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { Preset } from "../../functions/store/rules.ts";
import { parseConfig } from "../../lib/config.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { share } from "../support/proof.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at } from "../support/wire.ts";
import * as places from "./inheritedNames/places.ts";

/** What every plain object answers to without having it: looked up there by a client's text, it is found. */
const INHERITED = [...Object.getOwnPropertyNames(Object.prototype), "prototype"];

/** As long, of the same letter case, and the name of nothing. */
function unknown(name: string): string {
  return name.replace(/[a-z](?=_*$)/, "z");
}

interface Asked extends Pick<typeof places, "HEADERS" | "ADMIN" | "DIRECTORY"> {
  /** With the number of each. */
  readonly SCIM: readonly (readonly [index: number, template: string])[];
}

describe.each(INHERITED)("the name %s", (name) => {
  const other = unknown(name);

  test.each(presetsFor(name))(
    "is answered and logged as any unknown name, wherever it stands, under the rules %s",
    async (preset) => {
      const asked = placesFor(name);
      const [found, wanted] = [await transcript(name, preset, asked), await transcript(other, preset, asked)];
      // The answer to a bulk request has methods in upper case.
      const renamed = (entry: string): string =>
        entry.replaceAll(name, other).replaceAll(name.toUpperCase(), other.toUpperCase());
      expect(found.map(renamed)).toEqual(wanted);
    },
  );

  test("is to the command line what any unknown name is", async () => {
    // Operations are told as words: "has own property".
    const plain = (text: string): string => text.replace(/\s/g, "").toLowerCase();
    const [found, wanted] = [await printed(name), await printed(other)];
    expect(found.map((text) => plain(text).replaceAll(plain(name), plain(other)))).toEqual(wanted.map(plain));
  });

  test("is no setting of rollcall.json", () => {
    expect(problemsOf(name).map((text) => text.replaceAll(name, other))).toEqual(problemsOf(other));
    expect(problemsOf(name)).toHaveLength(6);
  });
});

/** Both for a function and for what can even be set; for the others one after the other, which is cheaper and finds as much. */
function presetsFor(name: string): readonly Preset[] {
  if (name === "constructor" || name === "__proto__") return ["rfc", "standard"];
  return INHERITED.indexOf(name) % 2 === 0 ? ["rfc"] : ["standard"];
}

/** All of them for a function and for what can even be set; of the others each takes a third, by turns: together all, and in turn too. */
function placesFor(name: string): Asked {
  const all = { ...places, SCIM: [...places.SCIM.entries()] };
  if (presetsFor(name).length > 1) return all;
  const third = <T>(list: readonly T[]) => share(list, 3, INHERITED.indexOf(name));
  return {
    SCIM: third(all.SCIM),
    HEADERS: third(all.HEADERS),
    ADMIN: third(all.ADMIN),
    DIRECTORY: third(all.DIRECTORY),
  };
}

/** The same ids and times in every transcript. */
function steadyEndpoint(log?: AdminEndpoint["log"]): AdminEndpoint {
  let drawn = 0;
  return {
    ...testEndpoint(localStore(), log),
    now: () => 1_700_000_000_000,
    randomBytes: (size) => {
      drawn += 1;
      return createHash("shake256", { outputLength: size }).update(String(drawn)).digest();
    },
  };
}

/** What is answered to every request of the table, in one new org, and what is logged of it. */
async function transcript(name: string, preset: Preset, asked: Asked): Promise<string[]> {
  const lines: LogLine[] = [];
  const endpoint = steadyEndpoint((line) => lines.push(line));
  const target = inProcessTarget("names", endpoint, 1);
  const tenant = await target.org({ preset });
  const { request, slug, token } = tenant;
  const [user, group] = [
    { schemas: [USER_SCHEMA], userName: "a@x.example", emails: [{ type: "work", value: "a@x.example" }] },
    { schemas: [GROUP_SCHEMA], displayName: "G" },
  ];
  const idOf = (answer: Answer) => String(at(answer.json, "id"));
  const values = new Map([
    ["NAME", name],
    ["ORG", slug],
    ["TOKEN", token],
    ["USER", idOf(await request({ method: "POST", path: "/Users", body: user }))],
    ["GROUP", idOf(await request({ method: "POST", path: "/Groups", body: group }))],
    ["CORE", USER_SCHEMA],
    ["ENTERPRISE", ENTERPRISE_SCHEMA],
    ["TEAM", GROUP_SCHEMA],
    ["PATCHES", PATCH_OP],
    ["BULK", BULK_REQUEST],
  ]);
  const filled = (text: string) => text.replace(/\b[A-Z]{3,10}\b/g, (word) => values.get(word) ?? word);
  const told: string[] = [];
  const note = (title: string, { status, headers, text }: Answer): void => {
    const entry = { title, status, headers, text, lines: lines.splice(0) };
    const { "x-amzn-requestid": _id, "x-amz-apigw-id": _gateway, ...kept } = headers;
    const steady = JSON.stringify({ ...entry, headers: kept }, (key, value) => (VARYING.has(key) ? "" : value));
    told.push(steady.replaceAll(slug, "ORG").replaceAll(/\(ref: [0-9a-f]{12}\)/g, ""));
  };
  lines.splice(0);
  for (const [index, template] of asked.SCIM) {
    const [method = "", path = "", ...body] = filled(template.replaceAll("INDEX", String(index))).split(" ");
    const sent = body.length === 0 ? {} : { body: body.join(" ") };
    note(template, await request({ method, path: path.replaceAll("+", " "), ...sent }));
  }
  for (const [template, headers] of asked.HEADERS) {
    const sent = headers.map((text) => filled(text).split(": "));
    const [method = "", path = "", ...body] = filled(template).split(" ");
    note(
      `${template} ${headers}`,
      await target.transport({
        method,
        target: path,
        headers: Object.fromEntries(sent),
        body: body.join(" ") || undefined,
      }),
    );
  }
  for (const [api, templates] of [
    [target.admin, asked.ADMIN],
    [target.directory, asked.DIRECTORY],
  ] as const) {
    for (const template of templates) {
      const [method = "", path = "", ...body] = filled(template).split(" ");
      note(template, await api(method, path, body.length === 0 ? undefined : JSON.parse(body.join(" "))));
    }
  }
  return told;
}

/** Of the request, from any sender and with any content; and the pseudonym of a name, which is another one for each. */
const VARYING = new Set(["subject", "ref", "reqId", "apigwReqId", "timestamp", "ms", "cold"]);

/** What commands print, and how lines that hold the name are told. */
async function printed(name: string): Promise<string[]> {
  const endpoint = steadyEndpoint();
  await inProcessTarget("names", endpoint, 1).admin("POST", "/orgs", { org: "acme", displayName: "Acme" });
  const rollcall = rollcallOver(endpoint, COMMANDS);
  const told: string[] = [];
  for (const template of places.COMMAND_LINES) {
    const { code, out, err } = await rollcall(...template.replaceAll("NAME", name).split(" "));
    told.push(`${template}: ${code}\n${out}${err}`.replaceAll(/\(ref: [0-9a-f]{12}\)|\d{4}-\d\d-\d\dT[\d:.]+Z/g, ""));
  }
  const line = { op: `${name}.${name}`, idp: name, method: name, route: name, detailCode: name, why: name };
  const remedies = ["", "oauth.", "gateway."].map((family) => remedyOf({ ...line, detailCode: family + name }));
  return [
    ...told,
    whoOf(line),
    askedOf(line),
    askedOf({ op: `users.${name}` }),
    quirkInWords(name, 1),
    JSON.stringify(remedies),
  ];
}

function problemsOf(name: string): readonly string[] {
  const own = Object.fromEntries([[name, 1]]);
  const nested = {
    functionThrottle: own,
    reservedConcurrency: own,
    throttle: { rate: 1, burst: 1, ...own },
    stage: "a b",
  };
  try {
    parseConfig({ ...nested, ...own });
    return [];
  } catch (error) {
    return String(error).split("\n");
  }
}
