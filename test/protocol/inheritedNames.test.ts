import { describe, expect, test } from "@jest/globals";
import { memoryTarget } from "../support/memoryTarget.ts";
import type { Tenant } from "../support/wire.ts";

/** What every plain object answers to without having it: looked up there by a client's text, it is found. */
const INHERITED = [...Object.getOwnPropertyNames(Object.prototype), "prototype"];

/** Requests with a name in one place, none of which knows it. */
type Place = (tenant: Tenant, name: string) => Promise<unknown>;

const PLACES: Readonly<Record<string, Place>> = {
  "a query parameter, twice": ({ request }, name) => request({ method: "GET", path: `/Users?${name}=a&${name}=b` }),
};

describe.each(Object.entries(PLACES))("%s", (_title, place) => {
  test("means no more by the name of what an object inherits than by any other", async () => {
    const target = memoryTarget();
    for (const name of INHERITED) {
      const [found, wanted] = [await place(await target.org(), name), await place(await target.org(), unknown(name))];
      expect([name, found]).toEqual([name, wanted]);
    }
  });
});

/** As long, of the same letter case, and no name of anything. */
function unknown(name: string): string {
  return name.replace(/[a-z](?=_*$)/, "z");
}
