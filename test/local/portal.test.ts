import { request } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { readOptions } from "../../bin/local/readOptions.ts";
import { type LocalOptions, type LocalServer, startServer } from "../../bin/local/server.ts";
import { StartRefused } from "../../bin/rollcall/refused.ts";

const servers: LocalServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function started(more: Partial<LocalOptions> = {}): Promise<LocalServer> {
  const server = await startServer({ port: 0, org: "acme", memory: true, ...more });
  servers.push(server);
  return server;
}

interface Sent {
  readonly host: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Past fetch, which sets Host and Origin by itself. */
function send(server: LocalServer, { host, method = "GET", path, headers, body }: Sent) {
  return new Promise<{ status: number | undefined; cookie: string | undefined; text: string }>((resolve, reject) => {
    const sent = { "Content-Type": "application/json", ...headers, Host: host };
    request({ port: server.port, path, method, headers: sent }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        text += String(chunk);
      });
      answer.on("end", () => resolve({ status: answer.statusCode, cookie: answer.headers["set-cookie"]?.[0], text }));
    })
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Goes the whole way as the page at `origin` does. @returns who the session says to be */
async function signedIn(server: LocalServer, origin: string, link: string): Promise<unknown> {
  const { host } = new URL(origin);
  const own = { Origin: origin, "Sec-Fetch-Site": "same-origin" };
  const body = { link: link.split("#link=")[1] };
  const redeemed = await send(server, { host, method: "POST", path: "/portal/v1/admin/redeem", headers: own, body });
  expect(redeemed.status).toBe(200);
  const [cookie = ""] = (redeemed.cookie ?? "").split(";");
  const headers = { ...own, Cookie: cookie };
  const { text } = await send(server, { host, path: "/portal/v1/session", headers });
  return { cookie: cookie.split("=")[0], ...JSON.parse(text) };
}

describe("the portal of the local server", () => {
  test("opens by the link that each start prints, by each name of this machine, in plain http", async () => {
    const server = await started();
    for (const name of ["127.0.0.1", "localhost", "[::1]"]) {
      const origin = `http://${name}:${server.port}`;
      const link = await server.portalLink();
      expect(link).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${server.port}/portal#link=rollcalllink_\\w+$`));
      expect((await send(server, { host: new URL(origin).host, path: "/portal" })).text).toContain("<!doctype html>");
      expect(await signedIn(server, origin, link)).toMatchObject({
        cookie: "rollcall-portal",
        org: "acme",
        actor: "local",
      });
    }
  });

  test("answers under no name of anybody else, which a page could give this machine (DNS rebinding)", async () => {
    const server = await started();
    for (const path of ["/portal", "/portal/embed.js", "/portal/v1/session", "/portal/v1/admin/redeem"]) {
      for (const host of ["evil.example", `evil.example:${server.port}`, "127.0.0.1", `127.0.0.1:${server.port + 1}`]) {
        expect([path, host, (await send(server, { host, path })).status]).toEqual([path, host, 421]);
      }
    }
  });

  test("is behind a proxy what the public address says, with the cookie of TLS", async () => {
    const server = await started({ publicUrl: "https://scim.example.com" });
    const link = await server.portalLink();
    expect(link).toMatch(/^https:\/\/scim\.example\.com\/portal#link=/);
    expect(await signedIn(server, "https://scim.example.com", link)).toMatchObject({
      cookie: "__Host-rollcall-portal",
      org: "acme",
    });
  });
});

describe("the options of the portal", () => {
  test("name rules and origins, none by default", () => {
    expect(readOptions([], undefined)).toMatchObject({ portal: { origins: [], rules: [] } });
    const origins = "https://app.example.com, http://localhost:5173";
    expect(
      readOptions(["--portal-rules", "teamNameMaxLength,unknownMembers", "--portal-origins", origins], undefined),
    ).toMatchObject({
      portal: {
        origins: ["https://app.example.com", "http://localhost:5173"],
        rules: ["teamNameMaxLength", "unknownMembers"],
      },
    });
  });

  test.each([
    ["--portal-rules", "teamName", /teamNameMaxLength/],
    ["--portal-rules", "constructor", /not "constructor"/],
    ["--portal-rules", "", /not ""/],
    ["--portal-origins", "*", /https:\/\/app\.example\.com/],
    ["--portal-origins", "https://app.example.com/", /without a path/],
    ["--portal-origins", "app.example.com", /not "app\.example\.com"/],
    ["--portal-origins", "null", /not "null"/],
  ])("%s %s is refused with what to write", (option, value, reason) => {
    const read = () => readOptions([option, value], undefined);
    expect(read).toThrow(StartRefused);
    expect(read).toThrow(reason);
  });
});
