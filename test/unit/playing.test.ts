import { createServer } from "node:http";
import { expect, test } from "@jest/globals";
import { Player } from "../../lib/testkit/lives/player.ts";
import { listening } from "../support/serving.ts";

/** Answers so many requests with 429, and the others well. */
async function played(busy: number, retryAfter: string) {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (asked <= busy) response.writeHead(429, { "Retry-After": retryAfter }).end();
    else response.writeHead(200).end("{}");
  });
  const url = `http://127.0.0.1:${await listening(server)}`;
  const player = new Player({ url, token: "t", headers: {}, bodyHeaders: {}, print: () => undefined });
  const { status } = await player.step("List", { method: "GET", path: "/Users" }, { status: 200 });
  server.close();
  server.closeAllConnections();
  return { status, asked, differences: player.steps.flatMap(({ differences }) => differences).length };
}

test("a player sends again what is to come later, as identity providers do, and not for ever", async () => {
  expect(await played(2, "0")).toEqual({ status: 200, asked: 3, differences: 0 });
  expect(await played(9, "0")).toEqual({ status: 429, asked: 4, differences: 1 });
});

test("a player does not wait for what no identity provider waits for", async () => {
  expect(await played(1, "3600")).toEqual({ status: 429, asked: 1, differences: 1 });
  expect(await played(1, "Wed, 21 Oct 2026 07:28:00 GMT")).toEqual({ status: 429, asked: 1, differences: 1 });
});
