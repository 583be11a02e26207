import { expect, test } from "@jest/globals";
import { OrgKeys } from "../../functions/store/keys.ts";
import { idOf } from "../support/records.ts";

/** Partitions that come per resource: an org's edges are found by its groups, and the index follows the table. */
const PER_RESOURCE = ["edges", "edge", "reverse"];

test.each(["managed", "unmanaged"] as const)(
  "a purge of the %s side knows every partition that a key can have",
  (side) => {
    const keys = new OrgKeys("Acme0000", side);
    const known = new Set(keys.partitions());
    const names = Object.getOwnPropertyNames(OrgKeys.prototype).filter(
      (name) => !["constructor", "partitions", "groupIdPartitions", ...PER_RESOURCE].includes(name),
    );
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const make: unknown = Reflect.get(keys, name);
      if (typeof make !== "function") throw new Error(`${name} is no function`);
      // Whatever its arguments mean, the partition does not depend on them; `collection` takes a kind.
      const made: unknown = make.call(keys, name === "collection" ? "group" : idOf("g", 1), idOf("u", 1));
      const partition = typeof made === "object" && made !== null && "pk" in made ? made.pk : made;
      expect({ name, known: known.has(String(partition)) }).toEqual({ name, known: true });
    }
    expect(keys.partitions()).toContain(keys.collection("user"));
    expect(keys.partitions()).toEqual(expect.arrayContaining([...keys.groupIdPartitions()]));
  },
);
