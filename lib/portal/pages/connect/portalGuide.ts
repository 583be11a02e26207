import type { Rules } from "../../../../functions/store/rules.ts";
import { type Idp, type SetupGuide, type SetupStep, TOKEN } from "../../../guides/guide.ts";

/** Providers with a guide of their own, and all others. */
export const IDP_CHOICES = ["entra", "okta", "onelogin", "google", "jumpcloud", "other"] as const;
export type IdpChoice = (typeof IDP_CHOICES)[number];

export function readIdpChoice(text: string | undefined): IdpChoice | null {
  return IDP_CHOICES.find((one) => one === text) ?? null;
}

/** Each is a chunk. */
export async function loadGuide(idp: Idp): Promise<SetupGuide> {
  switch (idp) {
    case "entra":
      return (await import("../../../guides/entra.ts")).entra;
    case "okta":
      return (await import("../../../guides/okta.ts")).okta;
    case "onelogin":
      return (await import("../../../guides/oneLogin.ts")).oneLogin;
    case "google":
      return (await import("../../../guides/google.ts")).google;
    case "jumpcloud":
      return (await import("../../../guides/jumpCloud.ts")).jumpCloud;
  }
}

/**
 * The steps with `{org}`, `{tenantUrl}` and `{limit}` for values, so that translations are found by the English template;
 * operator commands become `{do:token generate}`.
 */
export function guideTemplate(guide: SetupGuide, rules: Rules): readonly SetupStep[] {
  const limit = `${rules.teamNameMaxLength} `;
  const steps = guide.steps({
    org: "{org}",
    tenantUrl: "{tenantUrl}",
    rules,
    command: (words) => `{do:${words.replace(" {org}", "")}}`,
  });
  return steps.map((step) => ({
    ...step,
    parts: step.parts.map((part) =>
      part.kind === "note" ? { ...part, text: part.text.replace(`at most ${limit}`, "at most {limit} ") } : part,
    ),
  }));
}

/** Steps that the portal replaces with its own: the first and the last of every guide. */
export function isOwnStep({ where }: SetupStep): boolean {
  return where[0] === "Rollcall";
}

/** The portal's page for an operator's command. Null: only an operator can do it. */
export function pageOfCommand(words: string): "connect" | "credentials" | "people" | "groups" | "settings" | null {
  const [first = "", second = ""] = words.split(" ");
  switch (first) {
    case "token":
      return second === "list" ? "credentials" : "connect";
    case "client":
      // The page makes client secrets, and no trusts.
      return words.includes(" --") ? null : "credentials";
    case "users":
      return "people";
    case "team":
    case "teams":
      return "groups";
    case "org":
      return second === "update" ? "settings" : null;
    default:
      return null;
  }
}

export type ProsePiece =
  | { readonly kind: "text" | "label" | "code"; readonly text: string }
  /** An operator's command. */
  | { readonly kind: "command"; readonly text: string };

/** "Labels" of consoles, `typed text`, and prose. */
export function prosePieces(prose: string): readonly ProsePiece[] {
  return prose
    .split(/(`[^`]*`|"[^"]+")/)
    .filter((piece) => piece !== "")
    .map((piece): ProsePiece => {
      const inner = piece.slice(1, -1);
      if (piece.startsWith('"') && piece.length > 1) return { kind: "label", text: inner };
      if (!piece.startsWith("`")) return { kind: "text", text: piece };
      const command = /^\{do:(.*)\}$/.exec(inner)?.[1];
      return command === undefined ? { kind: "code", text: inner } : { kind: "command", text: command };
    });
}

export function isTokenValue(value: string): boolean {
  return value === TOKEN;
}

/** Readers know their product, but not Rollcall. @param ours "this service" */
export function withoutOurName(prose: string, ours: string): string {
  const first = ours.slice(0, 1).toUpperCase() + ours.slice(1);
  return prose
    .replace(/(^|[.:;!?] )Rollcall\b/g, (_all, before: string) => `${before}${before === "; " ? ours : first}`)
    .replaceAll(/\bRollcall\b/g, ours);
}
