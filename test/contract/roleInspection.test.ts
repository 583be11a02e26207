import { beforeEach, describe, expect, test } from "@jest/globals";
import { runRoles } from "../../functions/provisioning/roles/runRoles.ts";
import { Database } from "../../functions/store/database.ts";
import { meaningOf, meaningsOf } from "../../functions/store/inspection/findings.ts";
import { Inspection } from "../../functions/store/inspection/inspection.ts";
import { AssignedRoleStore } from "../../functions/store/roles/assigned.ts";
import { catalogueItem } from "../../functions/store/roles/policy.ts";
import { roleKeys } from "../../functions/store/roles/roleKeys.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import { type Key, PRESENT, type Scalar, type Table, type Update } from "../../functions/store/table.ts";
import { inspect, lineOf } from "../support/invariants.ts";
import { accessTo, localTable } from "../support/localStore.ts";
import { idOf, LATER, MUCH_LATER, makeUser, present, STAMP } from "../support/records.ts";
import { role } from "../support/roles.ts";
import { PEOPLE, ROLE_ORG, type RoleChange, RoleWorld, TEAMS, TWO_TEAMS_MAPPED } from "../support/roleWorld.ts";

const [U0 = "", U1 = "", U2 = "", U3 = ""] = PEOPLE;
const [T0 = "", T1 = ""] = TEAMS;
const ASSIGNED = (id: string) => roleKeys.assigned(ROLE_ORG, id);
const HOLDERS = (name: string) => roleKeys.holders(ROLE_ORG, name);

const ofRoles = (code: string) => /^(?:user\.roles|role|mapping)/.test(code);

describe("an inspection of an org with roles", () => {
  let table: Table;
  let world: RoleWorld;

  /** U0 and U2 are administrators by team 0, U0, U1 and U2 editors by team 1, everybody else is a viewer. */
  beforeEach(async () => {
    table = localTable();
    world = await RoleWorld.make(table);
    await did(TWO_TEAMS_MAPPED);
  });

  const database = () => new Database(accessTo(table));
  const work = () => new RoleWork(database());
  const found = async (repair = false, at = MUCH_LATER.at) => {
    const findings = await inspect(new Inspection(database(), ROLE_ORG), repair, at, { roles: true });
    const lines = findings.map((one) => `${lineOf(one)}: ${one.repair}`);
    return lines.filter(ofRoles).sort();
  };
  const drain = async (): Promise<void> => {
    const means = { session: world.store.begin(), now: Date.now, until: Number.POSITIVE_INFINITY };
    await runRoles({ ...means, report: () => undefined });
  };
  /** The change, with all that follows from it. */
  const did = async (change: RoleChange): Promise<void> => {
    for (const marking of await world.change(change)) await marking(work());
    await drain();
  };
  const set = (update: Key, values: Readonly<Record<string, Scalar>>) =>
    table.write([{ update, set: values, condition: PRESENT }]);
  const change = (update: Key, more: Omit<Update, "update">) => table.write([{ update, ...more, condition: PRESENT }]);
  const remove = ({ pk, sk }: Key) => table.write([{ delete: { pk, sk } }]);

  /** Without what only the last holder keeps. */
  const expectFromScratch = async (): Promise<void> => {
    const assigned = new AssignedRoleStore(database(), ROLE_ORG);
    const [{ living }, kept] = [await world.fromScratch(), await assigned.ofUsers(world.people)];
    const counts = new Map<string, number>();
    for (const id of world.people) {
      const roles = kept.get(id)?.roles ?? [];
      const given = roles.filter(({ sources }) => sources.every(({ type }) => type !== "held"));
      expect({ id, roles: given }).toEqual({ id, roles: living.get(id)?.roles ?? [] });
      for (const { key } of roles) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const { role: name, count } of await assigned.holders()) {
      expect({ name, count }).toEqual({ name, count: counts.get(name) ?? 0 });
    }
  };

  const DAMAGES: readonly {
    readonly what: string;
    readonly damage: () => Promise<unknown>;
    readonly lines: readonly string[];
  }[] = [
    {
      what: "roles that nothing gives, on either side",
      damage: async () => {
        const roles = JSON.stringify([{ key: "admin", sources: [{ type: "direct" }] }]);
        await set(ASSIGNED(idOf("u", 4)), { d: roles, f: 9 });
        await set(ASSIGNED(U3), { d: roles, f: 9 });
      },
      lines: [
        `user.roles ${idOf("u", 4)}`,
        `user.roles (unmanaged) ${U3}`,
        "role.holders admin",
        "role.holders viewer",
      ],
    },
    {
      what: "roles that were lost",
      damage: () => remove(ASSIGNED(U1)),
      lines: [`user.roles (unmanaged) ${U1}`, "role.holders editor"],
    },
    {
      what: "changes of users and teams that nobody was marked for",
      damage: async () => {
        await world.change({ kind: "leave", user: 1, team: 1 });
        await world.change({ kind: "join", user: 4, team: 0 });
        await world.change({ kind: "deactivate", user: 2 });
        await world.change({ kind: "send", user: 3, roles: ["editor"] });
      },
      lines: [`user.roles (unmanaged) ${U1}`, `user.roles (unmanaged) ${U3}`, `user.roles ${U2}`].concat(
        `user.roles ${idOf("u", 4)}`,
      ),
    },
    {
      what: "roles of users who are gone",
      damage: async () => {
        await world.change({ kind: "deleteUser", user: 0 });
        await world.change({ kind: "deleteUser", user: 1 });
      },
      lines: [`user.roles ${U0}`, `user.roles ${U1}`],
    },
    {
      what: "roles that a team gave that is gone",
      damage: () => world.change({ kind: "deleteTeam", team: 1 }),
      lines: [`mapping.team ${T1}`, `user.roles ${U0}`, `user.roles ${U2}`, `user.roles (unmanaged) ${U1}`],
    },
    {
      what: "numbers of holders that are wrong, missing, or none",
      damage: async () => {
        await set(HOLDERS("admin"), { n: 7, held: U1 });
        await set(HOLDERS("editor"), { n: "many", f: "last" });
        await remove(HOLDERS("viewer"));
        await table.write([{ put: { ...HOLDERS("former"), sv: 1, n: 3, f: 1 } }]);
      },
      lines: ["admin", "editor", "former", "viewer"].map((name) => `role.holders ${name}`),
    },
    {
      what: "what is kept of users and cannot be read",
      damage: async () => {
        await set(ASSIGNED(U0), { d: "{" });
        await set(ASSIGNED(U1), { f: "last" });
        await change(ASSIGNED(U3), { remove: ["v"] });
      },
      lines: [`user.rolesUnreadable ${U0}`, `user.rolesUnreadable (unmanaged) ${U1}`]
        .concat(`user.rolesUnreadable (unmanaged) ${U3}`)
        .concat(["admin", "editor", "viewer"].map((name) => `role.holders ${name}`)),
    },
    {
      what: "one who is held although others have the role",
      damage: async () => {
        await did({ kind: "leave", user: 0, team: 0 });
        await did({ kind: "leave", user: 2, team: 0 });
        await world.change({ kind: "join", user: 4, team: 0 });
        await work().mark(ROLE_ORG, [idOf("u", 4)], STAMP);
        // The mark of the one who is held gets lost.
        const held = (await new AssignedRoleStore(database(), ROLE_ORG).holders()).find((one) => one.held)?.held;
        await set(ASSIGNED(idOf("u", 4)), { d: `[{"key":"admin","sources":[{"type":"team","team":"${T0}"}]}]` });
        await set(HOLDERS("admin"), { n: 2 });
        await set(HOLDERS("viewer"), { n: 2 });
        await remove(roleKeys.mark(ROLE_ORG, idOf("u", 4)));
        expect(held).toBe(U2);
      },
      lines: [`user.roles ${U2}`],
    },
    {
      what: "marks and a walk that no worker can do away with",
      damage: async () => {
        await work().walk(ROLE_ORG, MUCH_LATER);
        await change(roleKeys.walk(ROLE_ORG), { remove: ["k"] });
        await table.write([{ put: { ...roleKeys.mark(ROLE_ORG, U0), sv: 1 } }]);
        await table.write([{ put: { ...roleKeys.mark(ROLE_ORG, "nobody"), sv: 1, lr: "a b c d" } }]);
      },
      lines: [`roleWork.unreadable ${U0}`, "roleWork.unreadable", "roleWork.unreadable"],
    },
  ];

  test.each(DAMAGES)("reports $what, and has it put right", async ({ damage, lines }) => {
    expect(await found()).toEqual([]);
    await damage();
    const repairable = (line: string) => meaningOf(`${line.split(" ")[0]}` as "a.b").repair !== undefined;
    const said = (outcome: string) => lines.map((line) => `${line}: ${repairable(line) ? outcome : "none"}`).toSorted();
    expect(await found()).toEqual(said("possible"));
    expect(await found(true)).toEqual(said("done"));
    await drain();
    await drain();
    expect(await found()).toEqual(lines.filter((line) => !repairable(line)).map((line) => `${line}: none`));
    expect(await work().orgs()).toEqual([]);
    await expectFromScratch();
  });

  test("finds nothing in a sound org, whatever became of its people", async () => {
    await did({ kind: "leave", user: 0, team: 0 });
    await did({ kind: "leave", user: 2, team: 0 });
    await did({ kind: "deactivate", user: 4 });
    await did({ kind: "send", user: 4, roles: ["editor"] });
    await did({ kind: "adopt", user: 3 });
    await did({ kind: "deleteUser", user: 1 });
    await did({ kind: "createUser", managed: true });
    expect(await found()).toEqual([]);
    await did({ ...TWO_TEAMS_MAPPED, mode: "highest", defaultRole: null });
    expect(await found()).toEqual([]);
  });

  test("calls nothing wrong that is under way, or younger than roles may be late", async () => {
    await world.change({ kind: "deactivate", user: 2 });
    await world.change({ kind: "leave", user: 1, team: 1 });
    await world.change({ kind: "deleteUser", user: 3 });
    expect(await found(false, LATER.at)).toEqual([]);
    expect(await found()).toHaveLength(3);
    await work().mark(ROLE_ORG, [U1, U2, U3], MUCH_LATER);
    expect(await found()).toEqual([]);
    await drain();
    await world.change({ kind: "catalogue", roles: [role("admin", { keepOne: true }), role("editor")] });
    await work().walk(ROLE_ORG, MUCH_LATER);
    expect(await found()).toEqual([]);
  });

  test.each<Readonly<Record<string, string>>>([{ f: "last" }, { v: "first" }, { d: "5" }])(
    "who cannot be looked at holds up nobody else: %j",
    async (broken) => {
      await set(ASSIGNED(U1), broken);
      await world.change({ kind: "join", user: 4, team: 0 });
      await work().mark(ROLE_ORG, [U1, idOf("u", 4)], MUCH_LATER);
      await drain();
      expect((await work().of(ROLE_ORG, 10)).marks).toMatchObject([{ userId: U1 }]);
      expect(await found(true)).toContain(`user.rolesUnreadable (unmanaged) ${U1}: done`);
      await drain();
      expect(await work().orgs()).toEqual([]);
      await expectFromScratch();
    },
  );

  test("says what waits for too long, what a mapping gives that there is not, and that no mapping can be read", async () => {
    await work().mark(ROLE_ORG, [U0, U1], STAMP);
    await work().walk(ROLE_ORG, STAMP);
    expect(await found(false, LATER.at)).toEqual([]);
    expect(await found(true)).toEqual([`roleWork.waiting ${[U0, U1].toSorted().join(" ")}: none`]);
    const database = new Database(accessTo(table));
    await database.write([{ put: catalogueItem({ version: 90, roles: [role("editor", { assignable: false })] }) }]);
    await drain();
    expect(await found()).toEqual(["mapping.role admin: none", "mapping.role editor: none"]);
    await set(roleKeys.mappings(ROLE_ORG), { d: '{"mappings":' });
    expect(await found(true)).toEqual(["mapping.unreadable: none"]);
    await remove(roleKeys.mappings(ROLE_ORG));
    expect(await found(true)).toEqual(["mapping.unreadable: none"]);
    await did({ kind: "off" });
    expect(await found()).toEqual([]);
  });

  test("costs less than a unit a user in all, and goes on with its counts from step to step", async () => {
    const { users } = world.store.begin().directory(ROLE_ORG);
    const title = "x".repeat(1_200);
    for (let n = 100; n < 700; n++) {
      const attributes = JSON.stringify({ userName: `user${n}`, active: true, title });
      await makeUser(users, n, { attributes, keys: { name: `user${n}`, externalId: undefined, values: [] } });
    }
    await work().walk(ROLE_ORG, STAMP);
    await drain();
    const unitsOf = async (roles: boolean) => {
      const session = world.store.begin();
      const codes: string[] = [];
      let from: string | undefined;
      do {
        const wishes = {
          repair: false,
          roles,
          until: 0,
          stamp: { ...STAMP, at: MUCH_LATER.at },
          ...(from && { from }),
        };
        const one = present(await new Inspection(session.database, ROLE_ORG).step(wishes));
        codes.push(...one.findings.map(({ code }) => code).filter(ofRoles));
        from = one.next;
      } while (from !== undefined);
      expect(codes).toEqual([]);
      return session.usage.rcu / 612;
    };
    const [plain, whole] = [await unitsOf(false), await unitsOf(true)];
    expect(whole).toBeLessThan(1);
    expect(whole - plain).toBeLessThan(0.5);
    const broken = Buffer.from(JSON.stringify({ side: "managed", part: "roles", tally: [["admin", "2"]] }));
    const wishes = { repair: false, roles: true, until: 0, stamp: STAMP, from: broken.toString("base64url") };
    expect(await new Inspection(database(), ROLE_ORG).step(wishes)).toBeUndefined();
  });

  test("of every kind of finding there is a test here", () => {
    const seen = DAMAGES.flatMap(({ lines }) => lines.map((line) => line.split(" ")[0]));
    const elsewhere = ["mapping.role", "mapping.unreadable", "roleWork.waiting"];
    expect(new Set([...seen, ...elsewhere])).toEqual(new Set([...meaningsOf().keys()].filter(ofRoles)));
  });
});
