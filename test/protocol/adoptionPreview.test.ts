import { beforeAll, describe, expect, test } from "@jest/globals";
import { adoptCommand } from "../../bin/rollcall/adoptCommand.ts";
import type { TxtAnswer } from "../../functions/provisioning/domains.ts";
import type { JsonObject } from "../../functions/scim/json.ts";
import { createStore } from "../../functions/store/session.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { PlainTable } from "../support/plainTable.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";
import { ordinaryUser } from "./idp/setup.ts";

let published: TxtAnswer = { failure: "missing" };
const table = new PlainTable();
const endpoint = { ...testEndpoint(createStore(table)), resolveTxt: async () => published };
const target = inProcessTarget("memory", endpoint, 1);
const rollcall = rollcallOver(endpoint, [adoptCommand]);
const work = (value: string, type = "work") => ({ emails: [{ value, type }] });

let org: Tenant;
const ids: Record<string, string> = {};

/** Users of the application by name, and two of the identity provider. The rule is off. */
beforeAll(async () => {
  org = await target.org({ preset: "open" });
  const domains = `/orgs/${org.slug}/domains`;
  const { json } = await target.admin("POST", domains, { domain: "acme.example" });
  published = { records: [String(at(at(json, "record"), "value"))] };
  await target.admin("POST", `${domains}/acme.example/verify`);
  const people: Readonly<Record<string, JsonObject>> = {
    plain: work("plain@acme.example"),
    "ada@acme.example": work("ada@mail.example"),
    "joe@mail.example": work("shared@acme.example"),
    second: work("shared@acme.example"),
    twin: work("twin@acme.example"),
    mailless: {},
    homely: {
      emails: [
        { value: "a@acme.example", type: "home" },
        { value: "b@acme.example", type: "home" },
      ],
    },
    several: {
      emails: [
        { value: "x@mail.example", type: "work" },
        { value: "y@acme.example", type: "work" },
      ],
    },
  };
  for (const [userName, more] of Object.entries(people)) {
    const made = await target.directory("POST", `/orgs/${org.slug}/users`, { userName, ...more });
    ids[userName] = String(at(made.json, "id"));
  }
  for (const userName of ["TWIN", "other"]) {
    const body = ordinaryUser(userName, {
      userName,
      ...work(userName === "TWIN" ? "t@acme.example" : "TWIN@acme.example"),
    });
    const { json: made } = await org.request({ method: "POST", path: "/Users", body });
    ids[userName] = String(at(made, "id"));
  }
});

async function verdicts(query = "") {
  const answer = await target.admin("GET", `/orgs/${org.slug}/data/adoption${query}`);
  expect(answer.status).toBe(200);
  const users = at(answer.json, "users");
  if (!Array.isArray(users)) throw new Error("no users");
  return {
    by: at(answer.json, "by"),
    of: Object.fromEntries<readonly unknown[]>(
      users.map((one) => [String(at(one, "userName")), [at(one, "verdict"), at(one, "key"), at(one, "others")]]),
    ),
  };
}

describe("whom the rule adoption would adopt", () => {
  test("by userName: who has a name without an @ or within a verified domain, and no twin", async () => {
    const { by, of } = await verdicts();
    expect(by).toBe("userName");
    expect(of).toEqual({
      plain: ["adoptable", "plain", []],
      "ada@acme.example": ["adoptable", "ada@acme.example", []],
      "joe@mail.example": ["domainNotVerified", "joe@mail.example", []],
      second: ["adoptable", "second", []],
      twin: ["twin", "twin", [ids.TWIN]],
      mailless: ["adoptable", "mailless", []],
      homely: ["adoptable", "homely", []],
      several: ["adoptable", "several", []],
    });
  });

  test("by e-mail: who alone has a work e-mail within a verified domain", async () => {
    const { by, of } = await verdicts("?by=email");
    expect(by).toBe("email");
    expect(of).toEqual({
      plain: ["adoptable", "plain@acme.example", []],
      "ada@acme.example": ["domainNotVerified", "ada@mail.example", []],
      "joe@mail.example": ["double", "shared@acme.example", [ids.second]],
      second: ["double", "shared@acme.example", [ids["joe@mail.example"]]],
      twin: ["twin", "twin@acme.example", [ids.other]],
      mailless: ["noWorkEmail", null, []],
      homely: ["noWorkEmail", null, []],
      several: ["adoptable", "y@acme.example", []],
    });
  });

  test("what it says is what happens: after the switch each is adopted who was adoptable, and nobody else", async () => {
    for (const adoption of ["userName", "email"]) {
      const copy = inProcessTarget("copy", { ...endpoint, store: createStore(copyOf(table)) }, 1);
      const { of } = await verdicts(`?by=${adoption}`);
      await copy.admin("PATCH", `/orgs/${org.slug}`, { changedRules: { adoption } });
      const adopted: Record<string, boolean> = {};
      for (const [userName, [, key]] of Object.entries(of)) {
        const person =
          adoption === "userName"
            ? { userName }
            : { userName: `idp-${userName}`, ...work(String(key ?? "nobody@acme.example")) };
        const made = await copy.transport({
          method: "POST",
          target: `/scim/v2/${org.slug}/Users`,
          headers: { Authorization: `Bearer ${org.token}`, "Content-Type": "application/scim+json" },
          body: JSON.stringify(ordinaryUser("x", person)),
        });
        adopted[userName] = at(made.json, "id") === ids[userName];
      }
      const expected = Object.fromEntries(
        Object.entries(of).map(([name, [verdict]]) => [name, verdict === "adoptable"]),
      );
      expect({ adoption, adopted }).toEqual({ adoption, adopted: expected });
    }
  });

  test("it changes nothing, follows the rule where the call names no key, and refuses what is none", async () => {
    const before = JSON.stringify(table.contents());
    await verdicts();
    await rollcall("adopt", org.slug, "--dry-run");
    expect(JSON.stringify(table.contents())).toBe(before);
    await target.admin("PATCH", `/orgs/${org.slug}`, { changedRules: { adoption: "email" } });
    expect((await verdicts()).by).toBe("email");
    await target.admin("PATCH", `/orgs/${org.slug}`, { changedRules: { adoption: null } });
    for (const query of ["?by=name", "?after=g1111111111111111111111"]) {
      expect((await target.admin("GET", `/orgs/${org.slug}/data/adoption${query}`)).status).toBe(400);
    }
    expect((await target.admin("GET", "/orgs/nobody/data/adoption")).status).toBe(404);
  });
});

describe("rollcall adopt --dry-run", () => {
  test("counts, lists who would stay apart and why, and prints what to do", async () => {
    const { code, out } = await rollcall("adopt", org.slug, "--dry-run");
    expect(code).toBe(0);
    expect(out).toContain("By userName, of 8 users of the application:\n  6 would be adopted");
    expect(out).toMatch(
      new RegExp(`joe@mail\\.example +${ids["joe@mail.example"]} +joe@mail\\.example +domainNotVerified`),
    );
    expect(out).toMatch(new RegExp(`twin +${ids.twin} +twin +twin +${ids.TWIN}`));
    expect(out).toContain(`1 user: npm run rollcall -- org domain add ${org.slug} mail.example`);
    expect(out).toContain(`npm run rollcall -- org rules ${org.slug} --set adoption=userName`);
    expect(out).not.toMatch(/mailless|second/);
  });

  test("names only domains that can be added", async () => {
    const other = await target.org({ preset: "open" });
    for (const userName of ["ann@intranet", "bob@[10.0.0.1]", "cy@10.0.0.1", "dan@", "eve@MÜNCHEN.example"]) {
      await target.directory("POST", `/orgs/${other.slug}/users`, { userName });
    }
    const { out } = await rollcall("adopt", other.slug, "--dry-run");
    const added = [...out.matchAll(/org domain add \S+ (.*)/g)].map(([, domain]) => domain);
    expect(added).toEqual(["xn--mnchen-3ya.example"]);
    const made = await target.admin("POST", `/orgs/${other.slug}/domains`, { domain: added[0] ?? "" });
    expect(made.status).toBe(201);
  });

  test("gives the same as JSON, over pages", async () => {
    const crowd = await target.org({ preset: "open" });
    for (let n = 0; n < 101; n += 1) await target.directory("POST", `/orgs/${crowd.slug}/users`, { userName: `u${n}` });
    const { out } = await rollcall("adopt", crowd.slug, "--dry-run", "--json");
    const { counts, users } = JSON.parse(out);
    expect(counts).toEqual({ adoptable: 101, domainNotVerified: 0, double: 0, twin: 0, noWorkEmail: 0 });
    expect(new Set(users.map(({ userName }: { userName: string }) => userName)).size).toBe(101);
  });

  test("says so where there is nobody, what is asked for is none, or it is no dry run", async () => {
    const empty = await target.org();
    expect((await rollcall("adopt", empty.slug, "--dry-run")).out).toContain("nobody to adopt");
    expect(await rollcall("adopt", empty.slug, "--dry-run", "--by", "name")).toMatchObject({
      code: 1,
      err: expect.stringContaining("--by is userName or email"),
    });
    expect(await rollcall("adopt", empty.slug)).toMatchObject({ code: 2, err: expect.stringContaining("--dry-run") });
  });
});

function copyOf(original: PlainTable): PlainTable {
  const copy = new PlainTable();
  copy.replaceAll(original.contents());
  return copy;
}
