import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isObject, type Json } from "../../functions/scim/json.ts";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { OpenStack } from "../aws/openStack.ts";
import type { Check, Target } from "../support/target.ts";
import { at } from "../support/wire.ts";
import { type Ended, rollcall } from "./cli.ts";
import { same, wants } from "./smoke.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
/** What `npm pack` and a clone have of it as well, as far as a deployment reads it. */
const DEPLOYED = ["bin", "functions", "lib", "cdk.json", "package.json", "package-lock.json", "tsconfig.json"];
/** A line that everybody can read without a token. */
const LINE = {
  file: "functions/scim/discovery.ts",
  is: "The org token, in the header",
  becomes: "Of the next release, in the header",
};
const NEXT = "999.0.0";

/** This repository as its next release has it: with another number, and one line of the code changed. @returns where it is */
export function nextRelease(folder: string): string {
  const project = join(folder, "next");
  mkdirSync(project);
  for (const name of DEPLOYED) cpSync(join(PROJECT, name), join(project, name), { recursive: true });
  symlinkSync(join(PROJECT, "node_modules"), join(project, "node_modules"));
  change(join(project, LINE.file), LINE.is, LINE.becomes);
  change(join(project, "package.json"), /"version": "[^"]+"/, `"version": "${NEXT}"`);
  return project;
}

function change(file: string, from: string | RegExp, to: string): void {
  const before = readFileSync(file, "utf8");
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} has no ${from}`);
  writeFileSync(file, after);
}

/** Against the stack that was deployed from the repository, and then from its next release with more functions. */
export function releaseIsRolledBack({ place, stackName }: OpenStack): Check {
  const rollback = (...words: readonly string[]): Promise<Ended> =>
    rollcall(place.env, "rollback", ...words, "--json", "--stack", stackName);
  return {
    name: "rollback has every function run the release before, beside those that are new since, and goes forward again",
    run: async (target) => {
      const tenant = await target.org();
      const next = await line(target);
      const foreseen = await rollback("--dry-run");
      const untouched = await line(target);
      const back = await rollback();
      const before = await line(target);
      const emails = [{ type: "work", primary: true, value: "ada@example.com" }];
      const ada = { schemas: [USER_SCHEMA], userName: "ada@example.com", emails, active: true };
      const made = await tenant.request({ method: "POST", path: "/Users", body: ada });
      const beside = await target.transport({ method: "GET", target: KEYED, headers: {}, body: undefined });
      const again = await rollback();
      const forward = await rollback("--to", NEXT);
      const after = await line(target);
      const read = await tenant.request({ method: "GET", path: `/Users/${String(at(made.json, "id"))}` });
      return [
        ...[foreseen, back, again, forward].flatMap(({ code, stderr }) => (code === 0 ? [] : [`${code}: ${stderr}`])),
        ...same("a line of the next release", next.startsWith(LINE.becomes), true),
        ...same("that line after --dry-run", untouched, next),
        ...same("the line once it was rolled back", before.startsWith(LINE.is), true),
        ...same("the line once it went forward", after, next),
        ...same("functions that changed", changed(back), String(at(said(foreseen), "toChange"))),
        ...same("functions that changed when it was said again", changed(again), "0"),
        ...same("functions that changed on the way forward", changed(forward), changed(back)),
        ...same("functions that are new since then", newOnes(back), NEW_SINCE),
        ...wants("POST a user by the earlier code", made, 201),
        ...wants("an address of a function that is new since then", beside, 401),
        ...wants("GET the user by the code of after", read, 200),
      ];
    },
  };
}

const KEYED = "/app/v1/orgs/acme/users";
/** By the settings that the next release is deployed with: test/deploy/applicationKeys.ts. */
const NEW_SINCE = "appAdmin appRead appWrite canary journal portal portalAdmin roles webhooks";

async function line(target: Target): Promise<string> {
  const path = "/scim/v2/anybody/ServiceProviderConfig";
  const { json } = await target.transport({ method: "GET", target: path, headers: {}, body: undefined });
  return String(at(json, "authenticationSchemes.0.description"));
}

function said({ stdout }: Ended): Json {
  return stdout === "" ? null : JSON.parse(stdout);
}

function changed(ended: Ended): string {
  return String(at(said(ended), "changed"));
}

function newOnes(ended: Ended): string {
  const functions = at(said(ended), "functions");
  const stay = (Array.isArray(functions) ? functions : []).filter((one) => isObject(one) && one.to === null);
  return stay
    .map((one) => String(at(one, "function")))
    .sort()
    .join(" ");
}
