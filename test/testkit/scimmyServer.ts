import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";
import { listening } from "../support/serving.ts";

/** Express has no types of its own: this much of it is used. */
interface App extends RequestListener {
  use(path: string, handler: unknown): void;
}
const express = createRequire(import.meta.url)("express") as () => App;

export interface RunningServer {
  readonly url: string;
  readonly token: string;
  /** How many users and groups it has. */
  size(): { readonly users: number; readonly groups: number };
  close(): Promise<void>;
}

export interface Kept {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** What SCIMMY hands to the three functions that its documentation asks for. */
export interface Asked {
  readonly id?: string;
  readonly filter?: { readonly expression: string; match(values: readonly Kept[]): Kept[] };
  readonly constraints?: { readonly startIndex?: number; readonly count?: number };
}

/** Those three functions: they write, read and delete what SCIMMY has checked. */
export interface ScimmyStore {
  ingress(asked: Asked, data: object): Kept | Promise<Kept>;
  egress(asked: Asked): Kept | Kept[] | Promise<Kept | Kept[]>;
  degress(asked: Asked): void | Promise<void>;
}

/** SCIMMY with a store in memory as its documentation describes one: nothing is done about its answers. */
export async function startScimmy(): Promise<RunningServer> {
  const users = inMemory("userName");
  const groups = inMemory("displayName");
  return {
    ...(await serveScimmy(users, groups)),
    size: () => ({ users: users.kept.size, groups: groups.kept.size }),
  };
}

/** SCIMMY behind its own routers. It is one of a process: it keeps what it is declared with. */
export async function serveScimmy(users: ScimmyStore, groups: ScimmyStore): Promise<Omit<RunningServer, "size">> {
  const token = randomUUID();
  // One store keeps resources of every type, so its functions name none, and SCIMMY's types ask for one.
  SCIMMY.Resources.declare(SCIMMY.Resources.User)
    .ingress(users.ingress as never)
    .egress(users.egress as never)
    .degress(users.degress as never);
  SCIMMY.Resources.declare(SCIMMY.Resources.Group)
    .ingress(groups.ingress as never)
    .egress(groups.egress as never)
    .degress(groups.degress as never);
  SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
  const handler = (request: { header(name: string): string | undefined }): string => {
    if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("Another token.");
    return "";
  };
  const app = express();
  // The routers write numbers into the query, and Express 5 parses it anew at each look: pages would be of 20, whatever was asked.
  const keepQuery = (request: { readonly query: unknown }, _response: unknown, next: () => void): void => {
    Object.defineProperty(request, "query", { value: request.query });
    next();
  };
  app.use("/scim", keepQuery);
  app.use("/scim", new SCIMMYRouters({ type: "bearer", handler }));
  const server = createServer(app);
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}/scim`,
    token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @param unique the attribute that no two of them share, ignoring case */
function inMemory(unique: string) {
  const kept = new Map<string, Kept>();
  const existing = (id: string): Kept => {
    const found = kept.get(id);
    if (found === undefined) throw new SCIMMY.Types.Error(404, "", "There is none of this id.");
    return found;
  };
  const keyOf = (resource: Readonly<Record<string, unknown>>): string => String(resource[unique]).toLowerCase();
  return {
    kept,
    ingress({ id }: Asked, data: object): Kept {
      const before = id === undefined ? undefined : existing(id);
      const now = new Date();
      const meta = { created: now, ...(before?.meta as object | undefined), lastModified: now };
      const resource = { ...JSON.parse(JSON.stringify(data)), id: before?.id ?? randomUUID(), meta };
      const clash = [...kept.values()].some((other) => other.id !== resource.id && keyOf(other) === keyOf(resource));
      if (clash) throw new SCIMMY.Types.Error(409, "uniqueness", `${unique} is taken.`);
      kept.set(resource.id, resource);
      return resource;
    },
    egress({ id, filter }: Asked): Kept | Kept[] {
      if (id !== undefined) return existing(id);
      return filter === undefined ? [...kept.values()] : filter.match([...kept.values()]);
    },
    degress({ id = "" }: Asked): void {
      existing(id);
      kept.delete(id);
    },
  };
}
