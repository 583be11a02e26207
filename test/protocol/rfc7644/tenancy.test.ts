import { test } from "@jest/globals";
import type { OrgRules } from "../../support/target.ts";
import { connect } from "../../support/wire.ts";
import { expectNothing, filtered, get, onMemory, refused, selects } from "../onWire.ts";
import { type Client, clientOf, members } from "../rows/client.ts";

const RULES: OrgRules = { preset: "rfc" };

test("MT-1: a token on another org's URL is 401, which names the token's own org and not whether the other exists", async () => {
  const { one, other } = await twoOrgs();
  const details = new Set<string>();
  for (const slug of [other.tenant.slug, "nobody", "ACME", one.tenant.slug.toUpperCase(), "__proto__"]) {
    for (const path of ["/Users", "/Groups", "/Schemas", "/ServiceProviderConfig", "/nothing", "", "/Me"]) {
      const tenant = connect(onMemory.transport, { ...one.tenant, slug });
      const answer = await one.sayTo(
        tenant,
        `${slug}${path}`,
        { method: "GET", path },
        refused(401, undefined, one.tenant.tenantUrl),
      );
      details.add(answer.text.replace(/ref: \w+/, ""));
      if (answer.text.includes(other.tenant.slug)) one.note(slug, "the other org is named");
    }
  }
  one.expect("one text", 1, details.size);
  expectNothing(one);
});

test("MT-2, MT-3: no read, filter, member, manager or page of one org sees the other", async () => {
  const { one, other } = await twoOrgs();
  const foreign = await other.user("both", { externalId: "e", title: "foreign" });
  const team = await other.group("Both", [foreign], { externalId: "e" });
  const own = await one.user("both", {
    externalId: "e",
    title: "own",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { manager: foreign },
  });
  const ownTeam = await one.group("Both", [own], { externalId: "e" });
  if (own === foreign || ownTeam === team) one.note("ids", "are the same in both orgs");
  for (const [endpoint, id, name] of [
    ["/Users", foreign, "both@acme.example"],
    ["/Groups", team, "Both"],
  ] as const) {
    await one.get("read", `${endpoint}/${id}`, refused(404));
    await selects(one, endpoint, `id eq "${id}"`, []);
    await selects(one, endpoint, 'externalId eq "e"', [name]);
    await one.seen("list", endpoint, { totalResults: 1 });
  }
  await selects(one, "/Users", 'title eq "foreign"', []);
  await selects(one, "/Users", `groups.value eq "${team}"`, []);
  await selects(one, "/Groups", `members eq "${foreign}"`, []);
  await selects(one, "/Users", `manager eq "${foreign}"`, ["both@acme.example"]);
  const foreignMember = { op: "add", path: "members", value: [{ value: foreign }] };
  await one.patch("member", `/Groups/${ownTeam}`, [foreignMember], refused(400, "invalidValue"));
  await one.patch(
    "nested",
    `/Groups/${ownTeam}`,
    [{ ...foreignMember, value: [{ value: team }] }],
    refused(400, "invalidValue"),
  );
  await one.patch(
    "by reference",
    `/Groups/${ownTeam}`,
    [{ ...foreignMember, value: [{ $ref: `${other.tenant.tenantUrl}/Users/${foreign}` }] }],
    refused(400, "invalidValue"),
  );
  await one.seen("unchanged", `/Groups/${ownTeam}`, { members: members(own) });
  expectNothing(one);
  expectNothing(other);
});

test("MT-2: deleting, renaming and emptying in one org leaves the other byte for byte as it was", async () => {
  const { one, other } = await twoOrgs();
  const ids = [await one.user("a"), await one.user("b")];
  const same = [await other.user("a"), await other.user("b")];
  const team = await one.group("Team", ids);
  await other.group("Team", same);
  const paths = [
    "/Users",
    "/Groups",
    `/Users?${filtered('userName eq "a@acme.example"')}`,
    `/Groups?${filtered('displayName eq "Team"')}`,
  ];
  const before = await Promise.all(paths.map((path) => get(other, path)));
  await one.patch("empty", `/Groups/${team}`, [{ op: "remove", path: "members" }], { status: 200 });
  for (const id of ids) await one.delete("DELETE", `/Users/${id}`, { status: 204 });
  await one.delete("DELETE", `/Groups/${team}`, { status: 204 });
  const after = await Promise.all(paths.map((path) => get(other, path)));
  other.expect(
    "the other org",
    { $exactly: before.map((answer) => answer.text) },
    after.map((answer) => answer.text),
  );
  expectNothing(one);
  expectNothing(other);
});

async function twoOrgs(): Promise<{ one: Client; other: Client }> {
  return { one: await clientOf(onMemory, RULES), other: await clientOf(onMemory, RULES) };
}
