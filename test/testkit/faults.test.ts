import { expect, test } from "@jest/globals";
import {
  AnswerLost,
  type IdentityProvider,
  type KitOrg,
  type KitRollcall,
  ProviderRefused,
  startRollcall,
} from "../../lib/testkit/index.ts";

const sent = ({ exchanges }: Pick<IdentityProvider, "exchanges">) =>
  exchanges.map(({ fault, method, path, status }) =>
    `${method} ${path.split("?")[0]} ${status ?? "-"} ${fault ?? ""}`.trim(),
  );

test("a create whose answer is lost has happened: the provider finds the user and goes on, and there is one", async () => {
  await using rollcall = await startRollcall();
  const entra = rollcall.idp.entra(await rollcall.org());
  rollcall.faults.loseAnswer({ next: 1, method: "POST" });
  const ada = await entra.assign("ada@example.com");
  expect(sent(ada)).toEqual([
    "GET /Users 200",
    "POST /Users - loseAnswer",
    "GET /Users 200",
    `GET /Users/${ada.id} 200`,
  ]);
  expect(rollcall.faults.injected).toEqual([{ fault: "loseAnswer", method: "POST", path: "/Users" }]);
});

test("a request that comes twice is answered twice; the provider sees the first answer", async () => {
  await using rollcall = await startRollcall();
  const okta = rollcall.idp.okta(await rollcall.org());
  rollcall.faults.duplicate({ next: 1, method: "POST" });
  expect(sent(await okta.assign("ada@example.com"))).toEqual([
    "GET /Users 200",
    "POST /Users 201 duplicate",
    "POST /Users 409 duplicate",
  ]);
});

test("a lost request is sent again, and given up when none arrives", async () => {
  await using rollcall = await startRollcall();
  const onelogin = rollcall.idp.onelogin(await rollcall.org());
  rollcall.faults.loseRequest({ next: 2 });
  expect(sent(await onelogin.assign("ada@example.com"))).toEqual([
    "GET /Users - loseRequest",
    "GET /Users - loseRequest",
    "GET /Users 200",
    "POST /Users 201",
  ]);
  rollcall.faults.loseRequest({ rate: 1 });
  await expect(onelogin.disable("ada@example.com")).rejects.toThrow(AnswerLost);
});

test("Retry-After is waited for on the clock, and Okta waits longer each time where it is missing", async () => {
  await using rollcall = await startRollcall({ now: "2026-01-02T03:04:05Z" });
  const acme = await rollcall.org();
  const { clock, faults } = rollcall;
  const waitedSeconds = async (provider: IdentityProvider): Promise<number> => {
    const before = clock.now();
    await provider.testConnection();
    return (clock.now() - before) / 1000;
  };
  faults.answer429({ next: 1 }, 30);
  expect(await waitedSeconds(rollcall.idp.entra(acme))).toBe(30);
  faults.answer503({ next: 2 }, null);
  expect(await waitedSeconds(rollcall.idp.okta(acme))).toBe(300 + 600);
  faults.answer429({ next: 1 }, null);
  const refused = await rollcall.idp
    .entra(acme)
    .testConnection()
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ProviderRefused);
  expect(refused).toMatchObject({ status: 429, exchange: { fault: "answer" } });
});

test("a delayed request arrives later on the clock; after a minute the provider has given up, and repeats", async () => {
  await using rollcall = await startRollcall({ now: "2026-01-02T03:04:05Z" });
  const okta = rollcall.idp.okta(await rollcall.org());
  rollcall.faults.delay({ next: 1, method: "POST" }, 5_000);
  const ada = await okta.assign("ada@example.com");
  expect(ada.exchanges.at(-1)).toMatchObject({ answer: { meta: { created: "2026-01-02T03:04:10.000Z" } } });
  rollcall.faults.delay({ next: 1, method: "PATCH" }, 60_000);
  expect(sent(await okta.disable(ada))).toEqual([`PATCH /Users/${ada.id} - delay`, `PATCH /Users/${ada.id} 200`]);
});

test("of two requests at once the one that is held back arrives last", async () => {
  const arrived: unknown[] = [];
  await using rollcall = await startRollcall({ log: ({ route, method }) => arrived.push(`${method} ${route}`) });
  const entra = rollcall.idp.entra(await rollcall.org());
  const [ada, grace] = [await entra.assign("ada@example.com"), await entra.assign("grace@example.com")];
  const sales = await entra.pushGroup("Sales");
  rollcall.faults.reorder({ next: 1 });
  await Promise.all([entra.addMember(sales, ada), entra.rename(grace, { displayName: "G" })]);
  const [held, read] = entra.exchanges.slice(-3).map(({ fault, method }) => `${method} ${fault ?? ""}`);
  expect([held, read].sort()).toEqual(["GET ", "PATCH reorder"]);
  expect(String(arrived.at(-3))).toMatch(/^GET .*Users/);
});

const PROVIDERS = {
  entra: (rollcall: KitRollcall, org: KitOrg) => rollcall.idp.entra(org),
  "entra with the flag": (rollcall: KitRollcall, org: KitOrg) => rollcall.idp.entra(org, { flags: "aadOptscim062020" }),
  okta: (rollcall: KitRollcall, org: KitOrg) => rollcall.idp.okta(org),
  "okta's wizard": (rollcall: KitRollcall, org: KitOrg) => rollcall.idp.okta(org, { app: "wizard" }),
  onelogin: (rollcall: KitRollcall, org: KitOrg) => rollcall.idp.onelogin(org),
};

test.each(Object.entries(PROVIDERS))(
  "%s: whatever goes wrong on the way, after a quiet cycle the directory is what the provider has",
  async (_name, make) => {
    for (let seed = 1; seed <= 4; seed++) {
      await using rollcall = await startRollcall({ seed, now: "2026-01-02T03:04:05Z" });
      const acme = await rollcall.org();
      const provider = make(rollcall, acme);
      const { faults } = rollcall;
      faults.duplicate({ rate: 0.1 });
      faults.loseAnswer({ rate: 0.1 });
      faults.loseRequest({ rate: 0.1 });
      faults.delay({ rate: 0.1 }, 60_000);
      faults.answer429({ rate: 0.1 });
      faults.reorder({ rate: 0.1 });
      await busyDays(provider);
      expect(new Set(faults.injected.map(({ fault }) => fault)).size).toBeGreaterThan(3);
      faults.clear();
      expect((await provider.nightlyCycle()).failures).toEqual([]);
      expect(await directoryOf(acme)).toEqual(viewOf(provider));
    }
  },
);

test("the same seed brings the same faults", async () => {
  const faultsOf = async (seed: number) => {
    await using rollcall = await startRollcall({ seed });
    rollcall.faults.loseAnswer({ rate: 0.3 });
    const okta = rollcall.idp.okta(await rollcall.org());
    await busyDays(okta);
    return sent(okta);
  };
  expect(await faultsOf(3)).toEqual(await faultsOf(3));
  expect(await faultsOf(4)).not.toEqual(await faultsOf(3));
});

test("a rate is a share", async () => {
  await using rollcall = await startRollcall();
  expect(() => rollcall.faults.delay({ rate: 2 }, 1)).toThrow(RangeError);
});

/** As an administrator does: what failed is tried again, until it works. */
async function busyDays(provider: IdentityProvider): Promise<void> {
  const users = ["ada", "grace", "edith", "alan"].map((name) => `${name}@example.com`);
  const [ada = "", grace = "", edith = ""] = users;
  for (const user of users) await insist(() => provider.assign(user));
  await insist(() => provider.pushGroup("Sales", [ada, grace]));
  await insist(() => provider.addMember("Sales", edith));
  await insist(() => provider.removeMember("Sales", ada));
  await insist(() => provider.rename(ada, { familyName: "King" }));
  await insist(() => provider.unassign(grace));
  await insist(() => provider.disable(edith));
  await insist(() => provider.pushGroup("Support", [ada]));
  await insist(() => provider.renameGroup("Support", "Help"));
  await insist(() => provider.assign(grace));
  await insist(() => provider.removeGroup("Sales"));
}

async function insist(act: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await act();
      return;
    } catch (error) {
      const isFailure = error instanceof AnswerLost || error instanceof ProviderRefused;
      if (!isFailure || tries === 20) throw error;
    }
  }
}

async function directoryOf({ tenantUrl, token }: KitOrg): Promise<readonly unknown[]> {
  const read = async (path: string): Promise<unknown> => {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(tenantUrl + path, { headers, signal: AbortSignal.timeout(10_000) });
    return response.json();
  };
  const { Resources: users } = (await read("/Users")) as { readonly Resources: readonly ScimUser[] };
  const { Resources: groups } = (await read("/Groups")) as { readonly Resources: readonly ScimGroup[] };
  return [
    users
      .filter(({ active }) => active)
      .map(({ id, userName, name }) => `${userName} ${id} ${name.familyName}`)
      .sort(),
    groups.map(({ id, displayName, members }) => `${displayName} ${id} ${members.map(({ value }) => value).sort()}`),
  ];
}

interface ScimUser {
  readonly id: string;
  readonly userName: string;
  readonly active: boolean;
  readonly name: { readonly familyName: string };
}

interface ScimGroup {
  readonly id: string;
  readonly displayName: string;
  readonly members: readonly { readonly value: string }[];
}

function viewOf({ groups, users }: IdentityProvider): readonly unknown[] {
  const ids = new Map(users.map(({ id, userName }) => [userName, id]));
  return [
    users
      .filter(({ active }) => active)
      .map(({ id, userName, familyName }) => `${userName} ${id} ${familyName}`)
      .sort(),
    groups.map(({ id, name, members }) => `${name} ${id} ${members.map((one) => ids.get(one)).sort()}`),
  ];
}
