import type { IncomingMessage, ServerResponse } from "node:http";

/** A request that is refused, with a text for the person who made it. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const MOST_BYTES = 64 * 1024;

/** @throws Refused 413 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Refused(413, "That is too much.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws Refused 415 for what is no form, 403 for one that another site sent */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") throw new Refused(403, "This form is not of this site.");
  const type = request.headers["content-type"]?.split(";")[0];
  if (type !== "application/x-www-form-urlencoded") throw new Refused(415, "Send a form.");
  return new URLSearchParams((await readBody(request)).toString("utf8"));
}

const PROTECTION = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

export function answer(
  response: ServerResponse,
  status: number,
  body: string | Html | { readonly json: unknown },
  headers: Readonly<Record<string, string>> = {},
): void {
  const [type, text] =
    typeof body === "string"
      ? ["text/plain", body]
      : body instanceof Html
        ? ["text/html", `<!doctype html>\n${body.text}`]
        : ["application/json", `${JSON.stringify(body.json)}\n`];
  response.writeHead(status, { ...PROTECTION, "Content-Type": `${type}; charset=utf-8`, ...headers }).end(text);
}

/** The value of a cookie of the request. */
export function cookie(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([key]) => key === name)?.[1];
}

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** HTML in which every value is text, unless it is HTML already. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(shown)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function shown(value: string | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text;
  if (typeof value !== "string") return value.map(({ text }) => text).join("");
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
