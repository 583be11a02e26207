import { PRESETS, type Rules } from "../../functions/store/rules.ts";

export type Idp = "entra" | "okta" | "onelogin" | "google" | "jumpcloud";

/** The values that fill in the steps. */
export interface OrgSetup {
  /** Login name. */
  readonly org: string;
  readonly tenantUrl: string;
  readonly rules: Rules;
  /** The full command for words of the command line, e.g. `token generate acme`, with the place. */
  command(words: string): string;
}

/** How to connect one identity provider: data for the terminal, JSON and lib/docs/connect. */
export interface SetupGuide {
  readonly idp: Idp;
  readonly name: string;
  /** The vendor's pages about these consoles. */
  readonly sources: readonly string[];
  steps(org: OrgSetup): readonly SetupStep[];
}

export interface SetupStep {
  readonly title: string;
  /** The console's menu path, outermost first. */
  readonly where: readonly string[];
  /** In order. */
  readonly parts: readonly SetupPart[];
}

/**
 * Prose in which "double quotes" mark labels of the console and `backticks` typed text; no other markup. Values of fields and
 * mappings are literal.
 */
export type SetupPart =
  | { readonly kind: "action"; readonly text: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "fields"; readonly fields: readonly SetupField[] }
  | { readonly kind: "mappings"; readonly mappings: readonly AttributeMapping[] }
  | { readonly kind: "json"; readonly text: string };

interface SetupField {
  readonly name: string;
  readonly value: string;
}

interface AttributeMapping {
  /** SCIM attribute. */
  readonly target: string;
  /** Attribute or expression of the identity provider. */
  readonly source: string;
  readonly remark: string;
}

/** @param parts undefined: left out, for an organization with these rules */
export function step(title: string, where: readonly string[], ...parts: readonly (SetupPart | undefined)[]): SetupStep {
  return { title, where, parts: parts.filter((part) => part !== undefined) };
}

export function action(text: string): SetupPart {
  return { kind: "action", text };
}

export function note(text: string): SetupPart {
  return { kind: "note", text };
}

/** One field per entry, in order. */
export function fields(values: Readonly<Record<string, string>>): SetupPart {
  return { kind: "fields", fields: Object.entries(values).map(([name, value]) => ({ name, value })) };
}

export function mappings(...rows: readonly (readonly [target: string, source: string, remark?: string])[]): SetupPart {
  return { kind: "mappings", mappings: rows.map(([target, source, remark = ""]) => ({ target, source, remark })) };
}

/** The placeholder of a pasted token: no guide contains a token. */
export const TOKEN = "the org token, pasted alone";

/** Whether all rules of the guides are there: other releases have others. */
export function isRules(value: unknown): value is Rules {
  if (typeof value !== "object" || value === null) return false;
  const given = new Map(Object.entries(value));
  return Object.entries(PRESETS.standard).every(([name, usual]) => typeof given.get(name) === typeof usual);
}
