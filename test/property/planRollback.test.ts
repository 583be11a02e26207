import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { planRollback, type ReleasedFunction } from "../../bin/rollcall/planRollback.ts";
import { modelledLambda } from "../support/modelledLambda.ts";

const ROLES = ["users", "groups", "events", "portal"];

/** A deployment: of the next release or of one that was deployed before, with settings of some functions changed. */
const deployment = fc.record({
  release: fc.oneof({ weight: 3, arbitrary: fc.constant("next" as const) }, { weight: 1, arbitrary: fc.nat(3) }),
  changed: fc.subarray(ROLES),
  added: fc.boolean(),
});

const moved = (functions: readonly ReleasedFunction[]) => new Map(functions.map(({ live, role }) => [role, live]));

describe("a rollback", () => {
  test("puts in force what each function ran before the deployed release came, wherever an earlier one broke off", () => {
    fc.assert(
      fc.property(fc.array(deployment, { minLength: 2, maxLength: 6 }), fc.subarray(ROLES), (deployments, broken) => {
        const lambda = modelledLambda(ROLES.slice(0, 3));
        const releases: string[] = [];
        let before = new Map<string, number | undefined>();
        let last: string | undefined;
        for (const { added, changed, release } of deployments) {
          if (added) lambda.add("portal");
          const name = release === "next" ? `1.${releases.length}.0-ab` : (releases[release] ?? "1.0.0-ab");
          if (!releases.includes(name)) releases.push(name);
          if (name !== last) before = moved(lambda.functions());
          last = name;
          lambda.deploy(name, changed);
        }
        const plan = planRollback(lambda.functions(), undefined);
        if (before.size === 0 || [...before.values()].every((live) => live === undefined)) {
          expect(plan).toMatchObject({ outcome: "nothing before" });
          return;
        }
        if (plan.outcome !== "planned") throw new Error(plan.because);
        for (const { of, to } of plan.steps) expect([of.role, to?.number]).toEqual([of.role, before.get(of.role)]);

        const all = plan.steps.flatMap(({ of, to }) =>
          to === undefined ? [] : [{ role: of.role, version: to.number }],
        );
        for (const { role, version } of all.filter(({ role }) => broken.includes(role))) lambda.point(role, version);
        const again = planRollback(lambda.functions(), undefined);
        expect(again.outcome === "planned" && again.steps.map(({ to }) => to?.number)).toEqual(
          plan.steps.map(({ to }) => to?.number),
        );
        for (const { role, version } of all) lambda.point(role, version);
        const forward = planRollback(lambda.functions(), plan.deployed[0]);
        if (forward.outcome !== "planned") throw new Error(forward.because);
        for (const { of, to } of forward.steps) expect(to).toEqual(of.versions.at(-1));
        expect(forward.back).toBe(0);
      }),
    );
  });
});

describe("no rollback is planned", () => {
  const deployed = (...releases: readonly string[]) => {
    const lambda = modelledLambda(["users", "events"]);
    for (const release of releases) lambda.deploy(release, []);
    return lambda;
  };

  test.each([
    ["to a release of which nobody has a version", "9.9.9", "There are: 1.1.0-b, 1.0.0-a."],
    ["to a number that stands for several", "1", "No function has a version of 1."],
  ])("%s", (_case, wanted, said) => {
    expect(planRollback(deployed("1.0.0-a", "1.1.0-b").functions(), wanted)).toMatchObject({
      outcome: "refused",
      because: expect.stringContaining(said),
    });
  });

  test("to a release of one number where two have it", () => {
    expect(planRollback(deployed("1.0.0-a", "1.0.0-b").functions(), "1.0.0")).toEqual({
      outcome: "refused",
      because: "1.0.0 stands for several: 1.0.0-a, 1.0.0-b.",
    });
  });

  test("to a release of which somebody removed a version, and the one before it is taken instead", () => {
    const lambda = deployed("1.0.0-a", "1.1.0-b", "1.2.0-c");
    lambda.remove("events", 2);
    expect(planRollback(lambda.functions(), "1.1.0")).toEqual({
      outcome: "refused",
      because: "events had a version of 1.1.0-b, and it is gone.",
    });
    expect(planRollback(lambda.functions(), undefined)).toMatchObject({ release: "1.0.0-a", back: 2 });
    lambda.remove("users", 1);
    expect(planRollback(lambda.functions(), undefined)).toMatchObject({ outcome: "nothing before" });
  });

  test("over a restore: versions on the table that was in use would write where nobody reads", () => {
    const lambda = deployed("1.0.0-a");
    lambda.set("TABLE_NAME", "restored");
    lambda.deploy("1.1.0-b", []);
    expect(planRollback(lambda.functions(), undefined)).toEqual({
      outcome: "refused",
      because:
        "1.0.0-a was published for the table table, and the stack is on restored: deploy that release again instead.",
    });
  });

  test("while functions are deployed in two releases, or run three, unless one is named", () => {
    const lambda = deployed("1.0.0-a", "1.1.0-b", "1.2.0-c");
    lambda.point("users", 1);
    lambda.point("events", 2);
    expect(planRollback(lambda.functions(), undefined)).toMatchObject({
      because: expect.stringContaining("run 1.0.0-a and 1.1.0-b"),
    });
    expect(planRollback(lambda.functions(), "1.1.0")).toMatchObject({ release: "1.1.0-b", back: 1 });
    lambda.deploy("1.3.0-d", [], ["users"]);
    expect(planRollback(lambda.functions(), undefined)).toMatchObject({
      because: expect.stringContaining("broke off"),
    });
  });
});
