import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Store } from "../../functions/store/session.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { foundInAllOrgs } from "../support/invariants.ts";
import { localStore } from "../support/localStore.ts";
import { localTarget } from "../support/localTarget.ts";
import { amountOf, share } from "../support/proof.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { races } from "./races.ts";

const ON_DYNOXIDE = amountOf("membersOnDynoxide");
const MEMBERS = { memory: amountOf("membersOnMemory"), sdk: ON_DYNOXIDE, signed: ON_DYNOXIDE };
const TIMEOUT = 120_000 + 60 * ON_DYNOXIDE;

describe("over HTTP", () => {
  let target: Awaited<ReturnType<typeof localTarget>>;
  beforeAll(async () => {
    target = await localTarget();
  });
  afterAll(() => target.close());

  test.each(races(amountOf("membersOverHttp")))(
    "$name",
    async ({ run }) => expect(await run(target)).toEqual([]),
    TIMEOUT,
  );
});

/** Both clients of dynoxide by turns: the table decides, and they send the same. */
const STORES = ["memory", ...share(["sdk", "signed"] as const, 2)] as const;

describe.each(STORES)("on the store in memory or on dynoxide: %s", (kind) => {
  let target: Target;
  let store: Store;
  let close: () => Promise<void> = async () => undefined;

  beforeAll(async () => {
    if (kind === "memory") {
      store = localStore();
    } else {
      const database = await dynoxideStore(kind);
      ({ store, close } = database);
    }
    target = inProcessTarget(kind, testEndpoint(store), 1);
  });

  afterAll(() => close());

  test.each(races(MEMBERS[kind]))("$name", async ({ run }) => expect(await run(target)).toEqual([]), TIMEOUT);

  test("fsck finds nothing after all of them", async () => expect(await foundInAllOrgs(store)).toEqual([]), TIMEOUT);
});
