import { expect, test } from "@jest/globals";
import { Chance } from "../../lib/testkit/chance.ts";
import type { Exchange, IdentityProvider, IdentityProviders, ScimConnection } from "../../lib/testkit/index.ts";
import { startRollcall } from "../../lib/testkit/index.ts";
import { PROVIDER_LIVES } from "../../lib/testkit/lives/lives.ts";
import { Player } from "../../lib/testkit/lives/player.ts";
import { recordedShapes, unrecorded } from "./recordedShapes.ts";

type Make = (idp: IdentityProviders, connection: ScimConnection) => IdentityProvider;

const ENTRA = ["entra", "entra-default", "entra-flag"];
const OKTA = ["okta", "okta-oin", "okta-aiw"];

const PROVIDERS: Readonly<
  Record<string, { readonly make: Make; readonly clients: readonly string[]; readonly modes?: readonly string[] }>
> = {
  "Entra by default": {
    make: (idp, connection) => idp.entra(connection),
    clients: ENTRA,
    modes: ["entra", "entra-default"],
  },
  "Entra with the flag": {
    make: (idp, connection) => idp.entra(connection, { flags: "aadOptscim062020" }),
    clients: ENTRA,
    modes: ["entra", "entra-flag"],
  },
  "Entra that matches by externalId": {
    make: (idp, connection) => idp.entra(connection, { matchBy: "externalId" }),
    clients: ENTRA,
    modes: ["entra", "entra-default"],
  },
  "an Okta app of the catalog": {
    make: (idp, connection) => idp.okta(connection),
    clients: OKTA,
  },
  "an Okta app of the wizard": {
    make: (idp, connection) => idp.okta(connection, { app: "wizard" }),
    clients: OKTA,
    modes: ["okta", "okta-aiw"],
  },
  OneLogin: { make: (idp, connection) => idp.onelogin(connection), clients: ["onelogin"] },
  "OneLogin that suspends": {
    make: (idp, connection) => idp.onelogin(connection, { deprovision: "suspend" }),
    clients: ["onelogin"],
  },
};

for (const [name, { make, clients, modes }] of Object.entries(PROVIDERS)) {
  test(`${name} sends only requests that are recorded: address, headers, spelling and form`, async () => {
    await using rollcall = await startRollcall({ preset: "open" });
    const provider = make(rollcall.idp, await rollcall.org());
    await everyAction(provider);
    const shapes = recordedShapes(clients, modes);
    const found = provider.exchanges.flatMap((exchange) => unrecorded(shapes, exchange));
    expect([...new Set(found)]).toEqual([]);
    expect(provider.exchanges.length).toBeGreaterThan(20);
  });
}

test.each([
  ["entra", ENTRA],
  ["okta", OKTA],
  ["onelogin", ["onelogin"]],
] as const)(
  "the life of %s that play and driveServer send has only such requests, beside reads that look at what came of them",
  async (name, clients) => {
    await using rollcall = await startRollcall({ preset: "open" });
    const { tenantUrl: url, token } = await rollcall.org();
    const sent: Exchange[] = [];
    const { headers, bodyHeaders } = PROVIDER_LIVES[name];
    const record = (exchange: Exchange) => void sent.push(exchange);
    const player = new Player({ url, token, headers, bodyHeaders, record, print: () => undefined });
    // Without the cleaning up, which is nobody's habit.
    await PROVIDER_LIVES[name].play(player, new Chance(1));
    const requests = sent.filter(({ method, path }) => method !== "GET" || path.includes("?"));
    const found = requests.flatMap((exchange) => unrecorded(recordedShapes(clients), exchange));
    expect([...new Set(found)]).toEqual([]);
    expect(requests.length).toBeGreaterThan(10);
  },
);

test("a shape that nobody recorded is found", () => {
  const shapes = recordedShapes(["entra", "entra-default"]);
  const sent = { answer: undefined, fault: undefined, status: 200, text: undefined, headers: {}, body: undefined };
  const path = "/Users?filter=userName%20eq%20%22a%22";
  expect(unrecorded(shapes, { ...sent, method: "GET", path })).toEqual([`address GET ${path.replace("a%22", "…%22")}`]);
  const headers = { "User-Agent": "any", "Content-Type": "application/json" };
  expect(unrecorded(shapes, { ...sent, method: "DELETE", path: "/Users/1", headers })).toEqual([
    "header User-Agent: any",
    "header Content-Type: application/json",
    "header User-Agent",
  ]);
  const body = { Operations: [{ op: "Replace", path: "active", value: false }] };
  expect(unrecorded(shapes, { ...sent, method: "PATCH", path: "/Users/1", body })).toEqual([
    "/Users PATCH Replace active boolean",
  ]);
});

async function everyAction(provider: IdentityProvider): Promise<void> {
  await provider.testConnection();
  const ada = await provider.assign({ userName: "ada@example.com", title: "Engineer" });
  const grace = await provider.assign();
  const sales = await provider.pushGroup("Sales", [ada]);
  await provider.addMember(sales, grace);
  await provider.removeMember(sales, ada);
  await provider.renameGroup(sales, "Field Sales");
  await provider.pushGroup("Field Sales", [ada]);
  await provider.rename(ada, { familyName: "King", email: "king@example.com", title: "Countess" });
  await provider.disable(ada);
  await provider.enable(ada);
  await provider.unassign(ada);
  await provider.assign(ada);
  await provider.nightlyCycle();
  await provider.flood(3);
  await provider.removeGroup("Field Sales");
  await provider.remove(grace);
}
