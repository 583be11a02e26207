import { elementsOf, isObject, type Json, type JsonObject } from "../scim/json.ts";
import { GROUP_SCHEMA, LIST_RESPONSE, PATCH_OP, USER_SCHEMA } from "../scim/schema.ts";
import {
  authorized,
  expectBody,
  expectCertificate,
  expectError,
  expectStatus,
  isScimError,
  nameOf,
  type Patient,
} from "./expectations.ts";
import type { FaultName } from "./faults.ts";
import { type Ask, NoReply, type Reply } from "./wire.ts";

/** In the order of the round. */
export const STEPS = [
  "configuration",
  "testConnection",
  "createUser",
  "findUser",
  "findNobody",
  "patchUser",
  "readPatched",
  "createGroup",
  "addMember",
  "readJoined",
  "removeMember",
  "readLeft",
  "deactivateUser",
  "readInactive",
  "deleteUser",
  "readDeleted",
  "findDeleted",
  "deleteGroup",
  "readDeletedGroup",
] as const;

export type StepName = (typeof STEPS)[number];

export interface RoundStep {
  readonly name: StepName;
  /** Until the answer began, or until it was clear that no answer comes. */
  readonly ms: number;
  /** Status of the answer; undefined where none came. */
  readonly status: number | undefined;
  /** The reference at the end of a SCIM error. */
  readonly reference: string | undefined;
  readonly sound: boolean;
}

/** Characters that a proxy might change. */
const DELICATE = 'Zoë <b>&amp; "quoted" \\ + % 漢字';
const USER_NAME = "canary+%41@rollcall.example";
const NOBODY = "canary+nobody@rollcall.example";
const TITLE = "Canary & Co.";
const GROUP = { schemas: [GROUP_SCHEMA], displayName: "Rollcall canary" };

/** Ends the round, because further steps would show nothing new. */
class RoundOver extends Error {}

/**
 * The life of one user and one group, as identity providers provision them: after each change a read shows whether it was
 * applied. Needs an org with the rules of the preset `standard` and without this userName; leaves no resource there when
 * all is well. Ends at the first answer with a wrong status, or without an answer.
 */
export async function playRound(patient: Patient): Promise<readonly RoundStep[]> {
  const round = new Round(patient);
  try {
    await round.play();
  } catch (error) {
    if (!(error instanceof RoundOver)) throw error;
  }
  return round.steps;
}

/** Adds the faults of an answer with the right status to the findings. */
type Look = (reply: Reply) => void;

/** The expected answer: a `resource` has an ETag, `nothing` has no body. */
type Due = "document" | "list" | "resource" | "created" | "nothing" | "gone";

const STATUS = { document: 200, list: 200, resource: 200, created: 201, nothing: 204, gone: 404 } as const;

interface Step {
  readonly name: StepName;
  readonly method: string;
  /** Below the Tenant URL. */
  readonly path: string;
  readonly body?: JsonObject;
  readonly due: Due;
  readonly look?: Look;
}

class Round {
  readonly steps: RoundStep[] = [];
  readonly #patient: Patient;

  constructor(patient: Patient) {
    this.#patient = patient;
  }

  async play(): Promise<void> {
    await this.#step({
      name: "configuration",
      method: "GET",
      path: "/ServiceProviderConfig",
      due: "document",
      look: (reply) => {
        expectCertificate(this.#patient, reply);
        this.#expectAddress(reply, "/ServiceProviderConfig");
      },
    });
    await this.#find("testConnection", NOBODY, []);

    const body = {
      schemas: [USER_SCHEMA],
      userName: USER_NAME,
      displayName: DELICATE,
      active: true,
      emails: [{ value: USER_NAME, type: "work", primary: true }],
    };
    const made = await this.#create("createUser", "/Users", body);
    const user = `/Users/${made.id}`;
    await this.#find("findUser", USER_NAME, [made.id]);
    // While a user exists that a lost filter would find.
    await this.#find("findNobody", NOBODY, []);

    const isTitled: Look = ({ json, headers }) => {
      this.#expectApplied("title", json?.title, TITLE);
      if (made.etag !== undefined && headers.etag === made.etag) this.#miss("notApplied", "the ETag did not change");
    };
    await this.#patch("patchUser", user, { op: "replace", path: "title", value: TITLE }, isTitled);
    await this.#read("readPatched", user, isTitled);

    const group = `/Groups/${(await this.#create("createGroup", "/Groups", GROUP)).id}`;
    const shows = (due: readonly string[]): Look => {
      return ({ json }) =>
        this.#expectApplied("members", String(elementsOf(json?.members).map(({ value }) => value)), String(due));
    };
    await this.#patch("addMember", group, { op: "add", path: "members", value: [{ value: made.id }] });
    await this.#read("readJoined", group, shows([made.id]));
    await this.#patch("removeMember", group, { op: "remove", path: `members[value eq "${made.id}"]` });
    await this.#read("readLeft", group, shows([]));

    const isInactive: Look = ({ json }) => this.#expectApplied("active", json?.active, false);
    await this.#patch("deactivateUser", user, { op: "replace", path: "active", value: false }, isInactive);
    await this.#read("readInactive", user, isInactive);

    await this.#step({ name: "deleteUser", method: "DELETE", path: user, due: "nothing" });
    await this.#step({ name: "readDeleted", method: "GET", path: user, due: "gone" });
    await this.#find("findDeleted", USER_NAME, []);
    await this.#step({ name: "deleteGroup", method: "DELETE", path: group, due: "nothing" });
    await this.#step({ name: "readDeletedGroup", method: "GET", path: group, due: "gone" });
  }

  /** @throws RoundOver */
  async #step(step: Step): Promise<Reply> {
    const { findings, send, slow, tenantUrl } = this.#patient;
    const { name, method, path, body } = step;
    const type = { "Content-Type": "application/scim+json" };
    const headers = { ...authorized(this.#patient), ...(body !== undefined && type) };
    const ask = { method, url: tenantUrl + path, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const before = findings.count();
    const started = performance.now();
    let reply: Reply | undefined;
    try {
      reply = await send(ask);
      if (reply.ms > slow) this.#miss("slowAnswers", `${name}: ${Math.round(reply.ms)} ms`);
      this.#judge(step, ask, reply);
      return reply;
    } catch (error) {
      if (!(error instanceof NoReply)) throw error;
      this.#miss(error.fault, `${name}: ${error.message}`);
      throw new RoundOver();
    } finally {
      const ms = Math.round(reply?.ms ?? performance.now() - started);
      const [, reference] = /\(ref: (\w{1,64})\)$/.exec(String(reply?.json?.detail)) ?? [];
      this.steps.push({ name, ms, status: reply?.status, reference, sound: findings.count() === before });
    }
  }

  /** @throws RoundOver */
  #judge({ name, path, due, look }: Step, ask: Ask, reply: Reply): void {
    const status = STATUS[due];
    if (reply.status === 401 && isScimError(reply)) {
      this.#miss("tokenRefused", `${nameOf(ask)} was answered with 401`);
      throw new RoundOver();
    }
    if (due === "gone") {
      if (expectError(this.#patient, ask, reply, status, reply.status === 200 ? "notDeleted" : "unexpected")) return;
      throw new RoundOver();
    }
    if (!expectStatus(this.#patient, ask, reply, status, "unexpected")) throw new RoundOver();
    if (due === "nothing") {
      if (reply.text !== "") this.#miss("bodyRewritten", `${nameOf(ask)}: ${status} with a body`);
      return;
    }
    expectBody(this.#patient, ask, reply, due === "list" ? LIST_RESPONSE : schemaOf(path));
    if ((due === "resource" || due === "created") && reply.headers.etag === undefined) {
      this.#miss("headersDropped", `${name} has no etag`);
    }
    // Without a readable body, everything else would be missing too.
    if (reply.json === undefined) throw new RoundOver();
    look?.(reply);
  }

  /** @throws RoundOver, also where the answer has no id */
  async #create(name: StepName, path: string, body: JsonObject): Promise<{ id: string; etag: string | undefined }> {
    const look: Look = (reply) => {
      const id = idOf(reply);
      if (id === undefined) this.#miss("bodyRewritten", `POST ${path} was answered without an id`);
      if (reply.headers.location === undefined) this.#miss("headersDropped", `POST ${path} has no location`);
      if (id !== undefined) this.#expectAddress(reply, `${path}/${id}`);
      for (const member of ["userName", "displayName", "active"]) {
        if (reply.json?.[member] !== body[member]) this.#miss("requestRewritten", `${member} came back changed`);
      }
    };
    const reply = await this.#step({ name, method: "POST", path, body, due: "created", look });
    const id = idOf(reply);
    if (id === undefined) throw new RoundOver();
    return { id, etag: reply.headers.etag };
  }

  /** Searches by userName, with characters that a proxy might decode, or decode twice. */
  async #find(name: StepName, userName: string, due: readonly string[]): Promise<void> {
    const path = `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`;
    const look: Look = ({ json, headers }) => {
      const found = elementsOf(json?.Resources).map(({ id }) => id);
      if (json?.totalResults !== due.length || String(found) !== String(due)) {
        this.#miss("queryRewritten", `a filter found ${String(json?.totalResults)}, ${due.length} are due`);
      }
      if (!/\bno-store\b/.test(headers["cache-control"] ?? "")) this.#miss("cached", "GET /Users");
    };
    await this.#step({ name, method: "GET", path, due: "list", look });
  }

  /** @param look absent where no body is expected */
  async #patch(name: StepName, path: string, operation: JsonObject, look?: Look): Promise<void> {
    const body = { schemas: [PATCH_OP], Operations: [operation] };
    const answer = look === undefined ? ({ due: "nothing" } as const) : ({ due: "resource", look } as const);
    await this.#step({ name, method: "PATCH", path, body, ...answer });
  }

  async #read(name: StepName, path: string, look: Look): Promise<void> {
    await this.#step({ name, method: "GET", path, due: "resource", look });
  }

  #miss(fault: FaultName, evidence: string): void {
    this.#patient.findings.add(fault, evidence);
  }

  #expectApplied(what: string, shown: Json | undefined, due: Json): void {
    if (shown !== due) this.#miss("notApplied", `${what} is not what was written`);
  }

  #expectAddress({ json, headers }: Reply, path: string): void {
    const { findings, tenantUrl } = this.#patient;
    const { meta } = json ?? {};
    const locations = [isObject(meta) ? meta.location : undefined, ...(headers.location ? [headers.location] : [])];
    for (const location of locations) {
      if (location !== tenantUrl + path) findings.add("addressRewritten", `meta.location or Location of ${path}`);
    }
  }
}

/** The schema of the resource at this path; undefined for documents with another schema. */
function schemaOf(path: string): string | undefined {
  if (path.startsWith("/Users")) return USER_SCHEMA;
  return path.startsWith("/Groups") ? GROUP_SCHEMA : undefined;
}

function idOf({ json }: Reply): string | undefined {
  return typeof json?.id === "string" && json.id !== "" ? json.id : undefined;
}
