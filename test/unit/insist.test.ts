import { expect, test } from "@jest/globals";
import { type AdminAnswer, AdminClient } from "../../bin/rollcall/adminClient.ts";
import { Unreachable } from "../../bin/rollcall/refused.ts";

async function insist(answer: (attempt: number) => AdminAnswer) {
  const said: string[] = [];
  let attempt = 0;
  const send = async () => answer(++attempt);
  const client = new AdminClient(
    { send, close: async () => undefined },
    async () => undefined,
    undefined,
    (line) => {
      said.push(`${attempt}: ${line}`);
    },
  );
  const end = await client.insist("GET", "stays").catch((error: Error) => error.message);
  return { said, end };
}

const answered = (status: number): AdminAnswer => ({ status, text: "{}" });
const SILENCE = "scim.example.com does not answer (ECONNREFUSED).";

test("a long run says that it waits and why, and what passes at once is not worth a line", async () => {
  expect(await insist(() => answered(502))).toEqual({
    said: ["3: The server answers 502. Waiting.", "6: The server answers 502. Waiting."],
    end: "The server answered 502 and nothing readable.",
  });
  const lost = await insist((attempt) => {
    if (attempt > 3) return answered(200);
    throw new Unreachable(SILENCE);
  });
  expect(lost).toEqual({ said: [`3: ${SILENCE} Waiting.`], end: {} });
  expect(await insist((attempt) => answered(attempt > 2 ? 200 : 503))).toEqual({ said: [], end: {} });
});
