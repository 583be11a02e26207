import { expect, test } from "@jest/globals";
import { OrgKeys } from "../../functions/store/keys.ts";
import { partitionsOf } from "../../functions/store/orgData.ts";
import { STORED_TYPES, STORED_USERS } from "../../functions/store/storedTypes.ts";
import { idOf } from "../support/records.ts";

const BY_TYPE = ["collection", "names", "name", "externalIds", "externalId", "values", "value"];
/** Partitions that come per resource: an org's memberships are found by its groups, and the index follows the table. */
const PER_RESOURCE = ["memberships", "membership", "reverse"];

const SIDES = ["managed", "unmanaged"] as const;

test("no text but an org id makes keys", () => {
  for (const text of ["", "Acme000", "Acme00000", "Acme0000#", "#Acme0000", "Acme0000\n", "Acme-000", "Acme000é"])
    expect(() => new OrgKeys(text, "managed")).toThrow("an org id is 8 characters of base62");
});

test.each(SIDES)("a purge knows every partition that a key of the %s side can have", (side) => {
  const keys = new OrgKeys("Acme0000", side);
  // Of both sides, which it goes through: links are the application's, whoever made their users.
  const known = new Set(SIDES.flatMap((each) => partitionsOf(new OrgKeys("Acme0000", each))));
  const names = Object.getOwnPropertyNames(OrgKeys.prototype).filter(
    (name) => !["constructor", "typeOf", ...PER_RESOURCE].includes(name),
  );
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    const make: unknown = Reflect.get(keys, name);
    if (typeof make !== "function") throw new Error(`${name} is no function`);
    for (const type of STORED_TYPES) {
      if (name.startsWith("value") && type.valueName === undefined) continue;
      // Whatever its arguments mean, the partition depends on nothing but the type.
      const made: unknown = make.call(keys, BY_TYPE.includes(name) ? type : idOf("g", 1), idOf("u", 1));
      const partition = typeof made === "object" && made !== null && "pk" in made ? made.pk : made;
      expect({ name, known: known.has(String(partition)) }).toEqual({ name, known: true });
    }
  }
  expect(partitionsOf(keys)).toContain(keys.collection(STORED_USERS));
});
