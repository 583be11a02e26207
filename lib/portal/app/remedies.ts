import { AGAIN_TEXTS, QUIRK_TEXTS, REMEDIES } from "../generated/remedies.ts";

/** The portal's words about a refusal. */
export interface PortalRemedy {
  /** For a list, without full stop. */
  readonly title: string;
  readonly happened: string;
  readonly entra: string;
  readonly okta: string;
  readonly elsewhere: string;
  /** What happens when the same request is sent again. */
  readonly again: keyof typeof AGAIN_TEXTS;
  /** The organization's rule that refuses it. */
  readonly rule?: string;
  /** The values of that rule that would allow such requests; N stands for a number. */
  readonly changes?: readonly { readonly rule: string; readonly value: string }[];
}

/** @param code from activity or problems, or `skippedMembers`; undefined for a later release's */
export function portalRemedy(code: string): PortalRemedy | undefined {
  return Object.hasOwn(REMEDIES, code) ? REMEDIES[code as keyof typeof REMEDIES] : undefined;
}

/** @param quirk from an activity entry; undefined for a later release's */
export function quirkText(quirk: string): string | undefined {
  const [name = ""] = quirk.split(":");
  return Object.hasOwn(QUIRK_TEXTS, name) ? QUIRK_TEXTS[name as keyof typeof QUIRK_TEXTS] : undefined;
}

export function againText({ again }: PortalRemedy): string {
  return AGAIN_TEXTS[again];
}
