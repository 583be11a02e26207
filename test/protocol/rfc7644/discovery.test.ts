import { USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { at } from "../../support/wire.ts";
import { get, it, refused } from "../onWire.ts";

it("DI-1, DI-2: the configuration is one object, schemas and resource types are lists and can be read one by one", async (scim) => {
  await scim.seen("one object", "/ServiceProviderConfig", { Resources: "$absent", patch: { supported: true } });
  for (const path of ["/Schemas", "/ResourceTypes"]) {
    const list = await get(scim, path);
    const resources = at(list.json, "Resources");
    if (!Array.isArray(resources)) throw new Error("no list");
    scim.expect(path, { totalResults: resources.length, itemsPerPage: resources.length, startIndex: 1 }, list.json);
    for (const one of resources) {
      const id = String(at(one, "id"));
      for (const written of [id, encodeURIComponent(id), `${encodeURIComponent(id)}/`])
        await scim.seen(written, `${path}/${written}`, { $exactly: one });
    }
    for (const unknown of ["nothing", "urn:x", "%2e%2e", "null", "__proto__"])
      await scim.get(unknown, `${path}/${unknown}`, refused(404));
  }
  await scim.get("a part of it", "/ServiceProviderConfig/patch", refused(404));
});

it("S-72, SEC-7: without a token the configuration is one document for every name, and the rest of discovery is closed", async (scim) => {
  const headers = { Authorization: null };
  const own = await scim.say("own org", { method: "GET", path: "/ServiceProviderConfig", headers }, { status: 200 });
  for (const slug of ["nobody", "ac%20me", "%00", "..", "%E4%BD%A0", "__proto__", "x".repeat(500)]) {
    const request = { method: "GET", target: `/scim/v2/${slug}/ServiceProviderConfig`, headers: {}, body: undefined };
    const answer = await scim.target.transport(request);
    if (slug === ".." && answer.status === 404) continue;
    scim.expect(slug, { $exactly: own.json ?? null }, answer.json);
  }
  for (const path of [
    "/Schemas",
    "/ResourceTypes",
    `/Schemas/${USER_SCHEMA}`,
    "/ResourceTypes/User",
    "/ServiceProviderConfig/x",
  ]) {
    await scim.say(path, { method: "GET", path, headers }, refused(401));
  }
  await scim.say("other methods", { method: "POST", path: "/ServiceProviderConfig", headers, body: {} }, refused(401));
  const empty = { method: "GET", path: "/ServiceProviderConfig", headers: { Authorization: "" } };
  const answered = await scim.say("an empty header holds no token", empty, { status: 200 });
  scim.expect("the same document", { $exactly: own.json ?? null }, answered.json);
  await scim.say(
    "a wrong token",
    { method: "GET", path: "/ServiceProviderConfig", headers: { Authorization: "Bearer x" } },
    refused(401),
  );
});

it("DI-4: what Entra and Okta read of discovery is answered", async (scim) => {
  await scim.say(
    "Entra saves its settings",
    { method: "GET", path: "/Schemas", headers: { "User-Agent": null, Accept: null } },
    { status: 200, json: { totalResults: 3 } },
  );
  for (const path of ["/ResourceTypes", "/Schemas"]) {
    await scim.say(
      path,
      { method: "GET", path: `${path}?count=100&startIndex=1`, headers: { "Content-Type": "application/scim+json" } },
      { status: 200 },
    );
  }
});
