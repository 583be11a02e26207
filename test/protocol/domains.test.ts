import { expect, test } from "@jest/globals";
import type { TxtAnswer } from "../../functions/provisioning/domains.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at } from "../support/wire.ts";

const lines: unknown[] = [];
const asked: string[] = [];
let answer: TxtAnswer = { failure: "missing" };
/** What happens while the name servers are asked. */
let meanwhile = async (): Promise<void> => undefined;
const target = inProcessTarget(
  "memory",
  {
    ...testEndpoint(localStore(), (line) => lines.push(line)),
    resolveTxt: async (name) => {
      asked.push(name);
      await meanwhile();
      return answer;
    },
  },
  1,
);

const domains = (slug: string, ...more: string[]) => ["/orgs", slug, "domains", ...more].join("/");

async function added(slug: string, domain: string): Promise<string> {
  const { json, status } = await target.admin("POST", domains(slug), { domain });
  expect(status).toBe(201);
  return String(at(at(json, "record"), "value"));
}

test("a domain is verified by the TXT record that was given out for it, among others, and only then", async () => {
  const { slug } = await target.org();
  const first = await target.admin("POST", domains(slug), { domain: "Bücher.Example." });
  expect(first.json).toMatchObject({
    domain: "xn--bcher-kva.example",
    record: {
      type: "TXT",
      name: "_rollcall-challenge.xn--bcher-kva.example",
      value: expect.stringMatching(/^rollcall-domain=[0-9a-f]{40}$/),
    },
    verifiedAt: null,
  });
  const value = await added(slug, "bücher.example");
  expect(at(at(first.json, "record"), "value")).toBe(value);

  const verify = () => target.admin("POST", domains(slug, encodeURIComponent("bücher.example"), "verify"));
  for (const [said, code] of [
    [{ failure: "missing" }, "domainRecordMissing"],
    [{ records: [] }, "domainRecordMissing"],
    [{ records: [value.slice(0, -1), `x${value}`] }, "domainRecordOther"],
    [{ failure: "servers" }, "domainServersFail"],
    [{ failure: "timeout" }, "domainServersSilent"],
  ] as const) {
    answer = said;
    const refused = await verify();
    expect([refused.status, at(refused.json, "code")]).toEqual([409, `conflict.${code}`]);
  }
  expect((await target.admin("GET", `/orgs/${slug}`)).json).toMatchObject({ verifiedDomains: [] });

  answer = { records: ["v=spf1 -all", value] };
  expect((await verify()).json).toMatchObject({ verifiedAt: expect.stringMatching(/Z$/) });
  expect(new Set(asked)).toEqual(new Set(["_rollcall-challenge.xn--bcher-kva.example"]));
  expect((await target.admin("GET", `/orgs/${slug}`)).json).toMatchObject({
    verifiedDomains: ["xn--bcher-kva.example"],
  });
  // A later failure takes nothing away.
  answer = { failure: "timeout" };
  expect((await verify()).status).toBe(409);
  expect((await target.admin("GET", domains(slug))).json).toMatchObject({
    domains: [{ verifiedAt: expect.stringMatching(/Z$/) }],
  });
  expect(JSON.stringify(lines)).not.toContain(value);
});

test("each org has a challenge of its own, and a domain that comes back has a new one", async () => {
  const [one, other] = [(await target.org()).slug, (await target.org()).slug];
  const [mine, theirs] = [await added(one, "acme.example"), await added(other, "acme.example")];
  expect(mine).not.toBe(theirs);
  answer = { records: [theirs] };
  expect((await target.admin("POST", domains(one, "acme.example", "verify"))).status).toBe(409);
  expect((await target.admin("POST", domains(other, "acme.example", "verify"))).status).toBe(200);
  expect((await target.admin("GET", `/orgs/${one}`)).json).toMatchObject({ verifiedDomains: [] });

  expect((await target.admin("DELETE", domains(other, "acme.example"))).json).toEqual({ domains: [] });
  expect(await added(other, "acme.example")).not.toBe(theirs);
  expect((await target.admin("POST", domains(other, "acme.example", "verify"))).status).toBe(409);
  expect((await target.admin("DELETE", domains(other, "other.example"))).status).toBe(404);
  expect((await target.admin("POST", domains(other), { domain: "10.0.0.1" })).status).toBe(400);
});

test("a domain that is removed and added again while its record is read is not verified by what was read", async () => {
  const { slug } = await target.org();
  answer = { records: [await added(slug, "acme.example")] };
  meanwhile = async () => {
    await target.admin("DELETE", domains(slug, "acme.example"));
    await added(slug, "acme.example");
  };
  const refused = await target.admin("POST", domains(slug, "acme.example", "verify"));
  expect([refused.status, at(refused.json, "code")]).toEqual([409, "conflict.domainRecordMissing"]);
  expect((await target.admin("GET", `/orgs/${slug}`)).json).toMatchObject({ verifiedDomains: [] });
});
