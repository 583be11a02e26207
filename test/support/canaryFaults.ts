import type { FaultName } from "../../functions/probe/faults.ts";
import type { StepName } from "../../functions/probe/round.ts";
import { ERROR } from "../../functions/scim/schema.ts";
import type { Answered, Meddling, Message } from "./faultyProxy.ts";

/** A fault of the API or of something in front of it, and the finding that the canary must report. */
interface SeededFault {
  readonly says: string;
  readonly meddling: Meddling;
  readonly faults: readonly FaultName[];
  readonly step: StepName;
}

const SCIM = { "content-type": "application/scim+json" };

const error = (status: number): Answered => ({
  status,
  headers: SCIM,
  body: JSON.stringify({ schemas: [ERROR], status: String(status), detail: "No. (ref: 1a2b3c)" }),
});
const html = (status: number, headers = {}): Answered => ({
  status,
  headers: { "content-type": "text/html", ...headers },
  body: "<html>Somebody else</html>",
});
const NOTHING: Answered = { status: 204, headers: {}, body: "" };

/** Matches a method and a part of the path. */
const asks = (method: string, part: string) => (message: Message) =>
  message.method === method && message.path.includes(part);
const insteadOf = (method: string, part: string, answered: Answered): Meddling => ({
  instead: (message) => (asks(method, part)(message) ? answered : undefined),
});
const withHeaders = (change: (headers: Answered["headers"]) => Answered["headers"]): Meddling => ({
  answer: (answered) => ({ ...answered, headers: change(answered.headers) }),
});

export const SEEDED: readonly SeededFault[] = [
  {
    says: "a create fails with 500",
    meddling: insteadOf("POST", "/Users", error(500)),
    faults: ["serverError"],
    step: "createUser",
  },
  {
    says: "a token that counts is answered 401",
    meddling: { instead: () => error(401) },
    faults: ["tokenRefused"],
    step: "configuration",
  },
  {
    says: "an error page comes instead of SCIM",
    meddling: insteadOf("PATCH", "/Users/", html(502)),
    faults: ["notScim"],
    step: "patchUser",
  },
  {
    says: "a page comes instead of a list",
    meddling: insteadOf("GET", "/Users?", html(200)),
    faults: ["contentType", "bodyRewritten"],
    step: "testConnection",
  },
  {
    says: "the content type gets a charset",
    meddling: withHeaders((headers) => ({ ...headers, "content-type": "application/scim+json; charset=utf-8" })),
    faults: ["contentType"],
    step: "configuration",
  },
  {
    says: "ETags are lost",
    meddling: withHeaders(({ etag: _lost, ...headers }) => headers),
    faults: ["headersDropped"],
    step: "createUser",
  },
  {
    says: "a filter finds everybody",
    meddling: { request: (message) => ({ ...message, path: message.path.replace(/\?.*/, "") }) },
    faults: ["queryRewritten"],
    step: "findNobody",
  },
  {
    says: "a PATCH is answered 200 and not carried out",
    meddling: {
      request: (message) => (asks("PATCH", "/Users/")(message) ? { ...message, method: "GET", body: "" } : message),
    },
    faults: ["notApplied"],
    step: "patchUser",
  },
  {
    says: "a member stays in the group",
    meddling: {
      instead: (message) =>
        asks("PATCH", "/Groups/")(message) && message.body.includes('"remove"') ? NOTHING : undefined,
    },
    faults: ["notApplied"],
    step: "readLeft",
  },
  {
    says: "a deletion is answered 204 and the user is still there",
    meddling: insteadOf("DELETE", "/Users/", NOTHING),
    faults: ["notDeleted"],
    step: "readDeleted",
  },
  {
    says: "a request is redirected",
    meddling: insteadOf("POST", "/Groups", html(308, { location: "https://elsewhere.example/" })),
    faults: ["redirected"],
    step: "createGroup",
  },
  {
    says: "a body breaks off",
    meddling: { breaksOff: asks("GET", "/Groups/") },
    faults: ["brokenOff"],
    step: "readJoined",
  },
  {
    says: "a body arrives changed",
    meddling: { request: (message) => ({ ...message, body: message.body.replaceAll("<b>", "") }) },
    faults: ["requestRewritten"],
    step: "createUser",
  },
  {
    says: "answers name another host",
    meddling: {
      answer: (answered) => ({
        ...answered,
        body: answered.body.replace(/"location":"[^"]*"/, '"location":"http://x"'),
      }),
    },
    faults: ["addressRewritten"],
    step: "configuration",
  },
  {
    says: "the service is too busy",
    meddling: insteadOf("DELETE", "/Groups/", { ...html(503), headers: { "retry-after": "2" } }),
    faults: ["busy"],
    step: "deleteGroup",
  },
  {
    says: "nobody answers",
    meddling: { cut: (message) => (asks("GET", "/Users/")(message) ? "before" : undefined) },
    faults: ["unreachable"],
    step: "readPatched",
  },
];
