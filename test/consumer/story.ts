import type { IdentityProvider } from "rollcall/testkit";

/** What the product has before Rollcall: accounts in order of their ids, which begin with 1. */
export const BEFORE = {
  org: "acme",
  domain: "acme.example",
  accounts: [
    { email: "olga@acme.example", name: "Olga Owner", isVerified: true },
    { email: "ada@acme.example", name: "Ada Byron", isVerified: true },
    // Of another company; its address is worth taking over.
    { email: "carol@rival.example", name: "Carol Rival", isVerified: true },
    // Somebody who waits for Grace to come.
    { email: "grace@acme.example", name: "Mallory", isVerified: false },
  ],
} as const;
export const OWNER = BEFORE.accounts[0].email;
export const ADA = BEFORE.accounts[1].email;
export const CAROL = BEFORE.accounts[2].email;
export const GRACE = BEFORE.accounts[3].email;

/** Somebody as the product's pages show them. */
export interface Expected {
  /** The id of an account that was there before, or an account of their own that keeps its id from now on. */
  readonly account: number | "new";
  readonly name: string;
  readonly active: boolean;
  readonly teams: readonly string[];
}

export interface Step {
  readonly name: string;
  /** What the customer's administrator does in the identity provider. */
  act(idp: IdentityProvider): Promise<unknown>;
  /** By e-mail address everybody of the workspace, once the product has heard of it. */
  readonly people: Readonly<Record<string, Expected>>;
  /** Whose session the step ends. */
  readonly ends?: string;
}

const ada: Expected = { account: 2, name: "Ada Lovelace", active: true, teams: ["Engineering"] };
const grace: Expected = { account: "new", name: "Grace Hopper", active: true, teams: ["Engineering"] };
// Her address proves nothing, because the customer has not proved that rival.example is its own.
const carol: Expected = { account: "new", name: "Carol Taker", active: true, teams: [] };
const married: Expected = { ...grace, name: "Grace Murray" };
const moved: Expected = { ...married, teams: ["Design"] };
const gone: Expected = { ...ada, active: false, teams: [] };

/** @param deletes whether this provider deletes whom it removes; Okta only deactivates */
export function storyOf({ deletes }: { readonly deletes: boolean }): readonly Step[] {
  return [
    {
      name: "hire",
      act: async (idp) => {
        await idp.assign({ userName: ADA, givenName: "Ada", familyName: "Lovelace" });
        await idp.assign({ userName: GRACE, givenName: "Grace", familyName: "Hopper" });
        await idp.assign({ userName: CAROL, givenName: "Carol", familyName: "Taker" });
        await idp.pushGroup("Engineering", [ADA, GRACE]);
      },
      people: { [ADA]: ada, [GRACE]: grace, [CAROL]: carol },
    },
    {
      name: "rename",
      act: (idp) => idp.rename(GRACE, { familyName: "Murray" }),
      people: { [ADA]: ada, [GRACE]: married, [CAROL]: carol },
    },
    {
      name: "team change",
      act: async (idp) => {
        await idp.pushGroup("Design", [GRACE]);
        await idp.removeMember("Engineering", GRACE);
      },
      people: { [ADA]: ada, [GRACE]: moved, [CAROL]: carol },
    },
    {
      name: "unassign",
      act: (idp) => idp.unassign(ADA),
      people: { [ADA]: gone, [GRACE]: moved, [CAROL]: carol },
      ends: ADA,
    },
    {
      name: "reactivate",
      act: (idp) => idp.assign(ADA),
      people: { [ADA]: ada, [GRACE]: moved, [CAROL]: carol },
    },
    {
      name: "delete",
      act: (idp) => idp.remove(GRACE),
      people: deletes
        ? { [ADA]: ada, [CAROL]: carol }
        : { [ADA]: ada, [GRACE]: { ...moved, active: false, teams: [] }, [CAROL]: carol },
      ends: GRACE,
    },
  ];
}
