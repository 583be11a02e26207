import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { objectsIn } from "../../bin/rollcall/adminClient.ts";
import { createStore } from "../../functions/store/session.ts";
import type { Table } from "../../functions/store/table.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { PlainTable } from "../support/plainTable.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { tableAround } from "../support/tableAround.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, connect, type Tenant } from "../support/wire.ts";
import { contradictionsOf } from "./crashBench.ts";

const RUNS = amountOf("adoptionRaces");

/** An identity provider and an application of one org. */
interface Side {
  readonly org: Tenant;
  create(): Promise<Answer>;
  directory(method: string, path: string, body?: unknown): Promise<Answer>;
  admin(body: unknown): Promise<Answer>;
}

/** What there is before the race: a user `ada` of the application, in a team of its own, unless nobody is. */
interface Ground extends Side {
  readonly id: string;
  readonly team: string;
}

function sideOver(table: Table, known?: Pick<Tenant, "slug" | "tenantUrl" | "token">) {
  const endpoint = {
    ...testEndpoint(createStore(table, { wait: async () => undefined })),
    wait: async () => undefined,
  };
  const target = inProcessTarget("racing", endpoint, 1);
  const side = (tenant: Tenant): Side => ({
    org: tenant,
    create: () =>
      tenant.request({
        method: "POST",
        path: "/Users",
        body: { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: "ada", title: "Countess" },
      }),
    directory: (method, path, body) => target.directory(method, `/orgs/${tenant.slug}${path}`, body),
    admin: (body) => target.admin("PATCH", `/orgs/${tenant.slug}`, body),
  });
  return { target, begun: known && side(connect(target.transport, known)), side };
}

/**
 * Races requests against each other, call by call, in many orders; after each the org contradicts itself nowhere.
 * @param judge what the answers and the org have to be, whoever was first
 */
async function race(
  requests: readonly ((ground: Ground) => Promise<Answer>)[],
  judge: (answers: readonly Answer[], ground: Ground) => Promise<void>,
  { nobody = false } = {},
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const table = new PlainTable();
      const { target, side } = sideOver(table);
      const tenant = await target.org({ preset: "open", changed: { adoption: "userName" } });
      const sound = side(tenant);
      const team = String(at((await sound.directory("POST", "/teams", { displayName: "Crew" })).json, "id"));
      let id = "";
      if (!nobody) {
        id = String(at((await sound.directory("POST", "/users", { userName: "ada" })).json, "id"));
        await sound.directory("PUT", `/teams/${team}/members/${id}`);
        await sound.directory("PUT", `/users/${id}/link`, { applicationId: "4711" });
      }
      const scheduled = tableAround(table, (send) => scheduler.schedule(Promise.resolve()).then(send));
      // Each request has a process of its own.
      const racing = requests.map((request) => {
        const { begun } = sideOver(scheduled, tenant);
        if (begun === undefined) throw new Error("the org is known");
        return request({ ...begun, id, team });
      });
      const answers = await scheduler.waitFor(Promise.all(racing));
      await judge(answers, { ...sound, id, team });
      expect(await contradictionsOf(table.contents())).toEqual([]);
    }),
    { numRuns: RUNS, seed: SEED },
  );
}

const everybody = async ({ directory }: Side) => objectsIn(at((await directory("GET", "/users")).json, "users"));
const create = (ground: Ground) => ground.create();
const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status);

describe("whoever is first", () => {
  test("a create of each side under one name leaves one user, managed if both are answered 201", async () => {
    await race(
      [create, ({ directory }) => directory("POST", "/users", { userName: "ada" })],
      async ([scim, own], ground) => {
        expect(["201 201", "201 409"]).toContain(`${scim?.status} ${own?.status}`);
        expect(await everybody(ground)).toMatchObject([{ id: at(scim?.json, "id"), managed: true }]);
        if (own?.status === 201) expect(at(own.json, "id")).toBe(at(scim?.json, "id"));
      },
      { nobody: true },
    );
  });

  test("of two creates of the identity provider one adopts the user, and the other is refused", async () => {
    await race([create, create], async (answers, ground) => {
      expect(statuses(answers).toSorted()).toEqual([201, 409]);
      expect(await everybody(ground)).toMatchObject([{ id: ground.id, managed: true }]);
    });
  });

  test("a change by the application comes before the adoption, or is refused", async () => {
    await race(
      [create, ({ directory, id }) => directory("PATCH", `/users/${id}`, { displayName: "Ada" })],
      async ([scim, own], ground) => {
        expect(["201 200", "201 409"]).toContain(`${scim?.status} ${own?.status}`);
        const version = own?.status === 200 ? 3 : 2;
        expect(at(at(scim?.json, "meta"), "version")).toBe(`W/"${version}"`);
        expect(await everybody(ground)).toMatchObject([{ id: ground.id, managed: true, displayName: null }]);
      },
    );
  });

  test("a deletion by the application comes before, and another user is made, or is refused", async () => {
    await race([create, ({ directory, id }) => directory("DELETE", `/users/${id}`)], async ([scim, own], ground) => {
      const made = at(scim?.json, "id");
      expect([scim?.status, own?.status]).toEqual([201, made === ground.id ? 409 : 204]);
      expect(await everybody(ground)).toMatchObject([{ id: made, managed: true }]);
    });
  });

  test("a membership that is made or ended meanwhile counts, and stays with the user", async () => {
    await race(
      [create, ({ directory, id, team }) => directory("DELETE", `/teams/${team}/members/${id}`)],
      async (answers, { directory, team }) => {
        expect(statuses(answers)).toEqual([201, 204]);
        expect((await directory("GET", `/teams/${team}/members`)).json).toEqual({ members: [] });
      },
    );
    await race(
      [create, ({ directory, id, team }) => directory("PUT", `/teams/${team}/members/${id}`)],
      async (answers, { directory, id, team }) => {
        expect(statuses(answers)).toEqual([201, 200]);
        expect((await directory("GET", `/teams/${team}/members`)).json).toMatchObject({ members: [{ id }] });
      },
    );
  });

  test("the rule that goes off counts before, and the request comes again, or nobody is adopted any more", async () => {
    await race([create, ({ admin }) => admin({ changedRules: { adoption: "off" } })], async ([scim, rule], ground) => {
      expect(rule?.status).toBe(200);
      expect([201, 503]).toContain(scim?.status);
      const again = scim?.status === 503 ? await ground.create() : scim;
      expect(again?.status).toBe(201);
      const adopted = at(again?.json, "id") === ground.id;
      // What was answered before the rule went off, or never saw it on.
      expect(await everybody(ground)).toHaveLength(adopted ? 1 : 2);
      if (scim?.status === 503) expect(adopted).toBe(false);
    });
  });
});

describe("nobody is missed while being adopted", () => {
  test.each([
    ["the sign-in gate", "/access?userName=ada", (id: string) => ({ member: true, user: { id } })],
    ["the user", "/users/ID", (id: string) => ({ id, active: true })],
    ["the link", "/users?applicationId=4711", (id: string) => ({ users: [{ id, applicationId: "4711" }] })],
    ["the members of a team", "/teams/TEAM/members", (id: string) => ({ members: [{ id }] })],
  ] as const)("%s", async (_what, path, shown) => {
    const read = ({ directory, id, team }: Ground) => directory("GET", path.replace("ID", id).replace("TEAM", team));
    await race([create, read, read], async ([scim, ...reads], ground) => {
      expect(scim?.status).toBe(201);
      for (const { json } of [...reads, await read(ground)]) expect(json).toMatchObject(shown(ground.id));
    });
  });
});
