import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { PatchOperation } from "../../../functions/scim/patch/resolvePatch.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { GROUP_SCHEMA } from "../../../functions/scim/schema.ts";
import { amountOf } from "../../support/proof.ts";
import { LENIENT, operation, planGroup } from "../../support/scimTypes.ts";

interface Step {
  readonly operation: PatchOperation;
  /** The same on a plain set. */
  readonly act: (members: Set<string>) => Set<string>;
}

const id = fc.constantFrom("u1", "u2", "u3", "u4", "u5");
const ids = fc.array(id, { maxLength: 4 });
function without(members: Set<string>, excluded: readonly string[]): Set<string> {
  return new Set([...members].filter((member) => !excluded.includes(member)));
}

const listed = (list: readonly string[]) => list.map((value) => ({ value }));

const step: fc.Arbitrary<Step> = fc.oneof(
  ids.map((list) => ({
    operation: operation("add", "members", listed(list)),
    act: (members: Set<string>) => new Set([...members, ...list]),
  })),
  ids.map((list) => ({
    operation: operation("add", undefined, { members: listed(list) }),
    act: (members: Set<string>) => new Set([...members, ...list]),
  })),
  ids.map((list) => ({
    operation: operation("remove", "members", listed(list)),
    act: (members: Set<string>) => without(members, list),
  })),
  fc.tuple(id, id).map(([left, right]) => ({
    operation: operation("remove", `members[value eq "${left}" or value eq "${right}"]`),
    act: (members: Set<string>) => without(members, [left, right]),
  })),
  id.map((kept) => ({
    operation: operation("remove", `members[value ne "${kept}"]`),
    act: (members: Set<string>) => new Set([...members].filter((member) => member === kept)),
  })),
  ids.map((list) => ({ operation: operation("replace", "members", listed(list)), act: () => new Set(list) })),
  fc.constant({ operation: operation("remove", "members"), act: () => new Set<string>() }),
);

test("a plan does to any members what its operations do one by one", () => {
  fc.assert(
    fc.property(ids, fc.array(step, { maxLength: 8 }), (current, steps) => {
      const operations = steps.map((each) => each.operation);
      const attributes = { schemas: [GROUP_SCHEMA], displayName: "G" };
      const first = planGroup(attributes, operations);
      const plan = first === "needsMembers" ? planGroup(attributes, operations, LENIENT, new Quirks(), current) : first;
      if (plan === "needsMembers") throw new Error("members were given");
      const { exact, add, remove } = plan.members;
      const planned = new Set([...without(new Set(exact ? [] : current), remove), ...add]);
      const expected = steps.reduce((members, each) => each.act(members), new Set<string>(current));
      expect([...planned].sort()).toEqual([...expected].sort());
      expect(without(new Set(add), remove).size).toBe(add.length);
      expect(exact && remove.length > 0).toBe(false);
      expect(plan.attributes).toBe(attributes);
    }),
    { numRuns: amountOf("coreLaw") },
  );
});
