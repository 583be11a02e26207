import { expect, test } from "@jest/globals";
import { createMemoryStore } from "../../functions/memory/store.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { created, group, inLanes, membersOf, patch, person, values } from "./crowd.ts";

/** Each look at the clock costs so much of the 28 seconds a request has. */
const LEAP = 2_500;

test.each([
  { what: "a replacement", method: "PUT", body: (ids: string[]) => group("large", values(ids)) },
  {
    what: "an addition",
    method: "PATCH",
    body: (ids: string[]) => patch({ op: "add", path: "members", value: values(ids) }),
  },
])("$what too large for the time it has answers 503, and its repetitions finish it", async ({ method, body }) => {
  let time = Date.now();
  let leap = 0;
  const clock = () => {
    time += leap;
    return time;
  };
  const endpoint = { ...testEndpoint(createMemoryStore()), now: clock };
  const org = await inProcessTarget("memory", endpoint, 1).org({ preset: "open" });
  const people = await inLanes(16, 2_000, (index) => created(org, "/Users", person(`person${index}`)));
  const id = await created(org, "/Groups", group("large"));
  leap = LEAP;
  let before = 0;
  for (let requests = 1; ; requests++) {
    const answer = await org.request({ method, path: `/Groups/${id}`, body: body(people) });
    const stored = (await membersOf(org, id)).length;
    if (answer.status !== 503) {
      expect(answer.status).toBe(method === "PUT" ? 200 : 204);
      expect(stored).toBe(people.length);
      expect(requests).toBeGreaterThan(1);
      return;
    }
    expect(answer.headers["retry-after"]).toMatch(/^\d+$/);
    expect(answer.text).toContain("Send the same request again to finish it");
    expect(stored).toBeGreaterThan(before);
    before = stored;
  }
});
