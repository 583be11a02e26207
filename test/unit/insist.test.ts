import { expect, test } from "@jest/globals";
import { type AdminAnswer, AdminClient, type AdminRequest } from "../../bin/rollcall/adminClient.ts";
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

test("a signal breaks off the request, and nothing is repeated", async () => {
  const [stop, said] = [new AbortController(), [] as string[]];
  const send = async ({ signal }: AdminRequest): Promise<AdminAnswer> => {
    said.push("sent");
    stop.abort();
    signal?.throwIfAborted();
    throw new Error("no signal came");
  };
  const broken = async (request: AdminRequest) =>
    send(request).catch((error: Error) => Promise.reject(new Unreachable(error.message)));
  const client = new AdminClient({ send: broken, close: async () => undefined });
  await expect(client.insist("GET", "stays", undefined, stop.signal)).rejects.toThrow(/aborted/);
  expect(said).toEqual(["sent"]);
});

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
