import { AGAIN_TEXTS, QUIRK_TEXTS, REMEDIES } from "../generated/remedies.ts";

/** What to say of a refusal, in the words of the portal. */
export interface PortalRemedy {
  /** For a list: no full stop. */
  readonly title: string;
  readonly happened: string;
  readonly entra: string;
  readonly okta: string;
  readonly elsewhere: string;
  /** What becomes of the same request when it is sent again. */
  readonly again: keyof typeof AGAIN_TEXTS;
  /** The rule of the organization that refuses it. */
  readonly rule?: string;
  /** The value of that rule which would let such requests through; N stands for a number. */
  readonly changes?: readonly { readonly rule: string; readonly value: string }[];
}

/** @param code as activity and problems name it, or `skippedMembers`; undefined for one of a later release */
export function portalRemedy(code: string): PortalRemedy | undefined {
  return Object.hasOwn(REMEDIES, code) ? REMEDIES[code as keyof typeof REMEDIES] : undefined;
}

/** @param quirk as an activity entry has it; undefined for one of a later release */
export function quirkText(quirk: string): string | undefined {
  const [name = ""] = quirk.split(":");
  return Object.hasOwn(QUIRK_TEXTS, name) ? QUIRK_TEXTS[name as keyof typeof QUIRK_TEXTS] : undefined;
}

export function againText({ again }: PortalRemedy): string {
  return AGAIN_TEXTS[again];
}
