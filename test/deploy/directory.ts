import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { Check, Target } from "../support/target.ts";
import { at } from "../support/wire.ts";
import { same, scimError, wants } from "./smoke.ts";

/** What an application asks of a first deployment: its people, the sign-in gate, its own changes, and the line it may not cross. */
export const directorySmoke: readonly Check[] = [
  { name: "the directory API lists both sides, page by page, and answers sign-in", run: reading },
  { name: "the application makes, changes and deletes its own user and team over the directory API", run: changing },
  {
    name: "a change to what SCIM made is refused with 409, and an unsigned request before any function",
    run: refusing,
  },
];

async function orgWithUser(target: Target) {
  const tenant = await target.org();
  const emails = [{ type: "work", primary: true, value: "ada@example.com" }];
  const body = { schemas: [USER_SCHEMA], userName: "ada@example.com", emails, active: true };
  const made = await tenant.request({ method: "POST", path: "/Users", body });
  return { tenant, id: String(at(made.json, "id")), root: `/orgs/${tenant.slug}` };
}

async function reading(target: Target): Promise<string[]> {
  const { tenant, id, root } = await orgWithUser(target);
  await target.directory("POST", `${root}/users`, { userName: "own" });
  const first = await target.directory("GET", `${root}/users?count=1`);
  const second = await target.directory("GET", `${root}/users?count=1&cursor=${at(first.json, "next")}`);
  const access = await target.directory("GET", `${root}/access?email=ada%40example.com`);
  const off = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [] as unknown[] };
  off.Operations.push({ op: "replace", path: "active", value: false });
  await tenant.request({ method: "PATCH", path: `/Users/${id}`, body: off });
  const after = await target.directory("GET", `${root}/access?email=ada%40example.com`);
  const managed = [at(first.json, "users.0.managed"), at(second.json, "users.0.managed")];
  return [
    ...wants("GET users", first, 200),
    ...wants("GET the next page of users", second, 200),
    ...same("the marks of both pages", String(managed), "true,false"),
    ...wants("GET access", access, 200),
    ...same("access of an active user", at(access.json, "member"), true),
    ...same("access after active false", at(after.json, "reason"), "inactive"),
  ];
}

async function changing(target: Target): Promise<string[]> {
  const { id, root } = await orgWithUser(target);
  const user = await target.directory("POST", `${root}/users`, { userName: "own" });
  const userPath = `${root}/users/${at(user.json, "id")}`;
  const renamed = await target.directory("PATCH", userPath, { displayName: "Own" });
  const team = await target.directory("POST", `${root}/teams`, { displayName: "Crew" });
  const teamPath = `${root}/teams/${at(team.json, "id")}`;
  const joined = await target.directory("PUT", `${teamPath}/members/${id}`);
  const left = await target.directory("DELETE", `${teamPath}/members/${id}`);
  const deleted = [await target.directory("DELETE", teamPath), await target.directory("DELETE", userPath)];
  const gone = await target.directory("GET", userPath);
  return [
    ...wants("POST users", user, 201),
    ...wants("PATCH the user", renamed, 200),
    ...same("its displayName", at(renamed.json, "displayName"), "Own"),
    ...wants("POST teams", team, 201),
    ...wants("PUT a managed user into it", joined, 200),
    ...wants("DELETE the membership", left, 204),
    ...deleted.flatMap((answer) => wants("DELETE the team, then the user", answer, 204)),
    ...wants("GET the deleted user", gone, 404),
  ];
}

async function refusing(target: Target): Promise<string[]> {
  const { id, root } = await orgWithUser(target);
  const changed = await target.directory("PATCH", `${root}/users/${id}`, { displayName: "Mine" });
  const deleted = await target.directory("DELETE", `${root}/users/${id}`);
  const unsigned = await Promise.all(
    [`/directory/v1${root}/users`, `/admin/v1${root}/data/totals`, `/admin/v1${root}/tokens`].map((path) =>
      target.transport({ method: "GET", target: path, headers: {}, body: undefined }),
    ),
  );
  return [
    ...wants("PATCH a managed user", changed, 409),
    ...wants("DELETE a managed user", deleted, 409),
    ...unsigned.flatMap((answer) => [...wants("an unsigned request", answer, 404), ...scimError("its body", answer)]),
  ];
}
