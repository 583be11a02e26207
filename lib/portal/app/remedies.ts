import { AGAIN_TEXTS, CONSOLE_STEPS, QUIRK_TEXTS, REMEDIES } from "../generated/remedies.ts";

export interface ConsoleSteps {
  readonly entra: string;
  readonly okta: string;
  /** What happens when the same request is sent again. */
  readonly again: keyof typeof AGAIN_TEXTS;
}

/** The portal's words about a refusal. */
export interface PortalRemedy extends ConsoleSteps {
  /** For a list, without full stop. */
  readonly title: string;
  readonly happened: string;
  readonly elsewhere: string;
  /** The organization's rule that refuses it. */
  readonly rule?: string;
  /** The values of that rule that would allow such requests; N stands for a number. */
  readonly changes?: readonly { readonly rule: string; readonly value: string }[];
}

/** Most codes share their steps with others. */
type WrittenRemedy = Omit<PortalRemedy, keyof ConsoleSteps> &
  (ConsoleSteps | { readonly console: keyof typeof CONSOLE_STEPS });

/** @param code from activity or problems, or `skippedMembers`; undefined for a later release's */
export function portalRemedy(code: string): PortalRemedy | undefined {
  if (!Object.hasOwn(REMEDIES, code)) return undefined;
  const remedy: WrittenRemedy = REMEDIES[code as keyof typeof REMEDIES];
  return "console" in remedy ? { ...CONSOLE_STEPS[remedy.console], ...remedy } : remedy;
}

/** @param quirk from an activity entry; undefined for a later release's */
export function quirkText(quirk: string): string | undefined {
  const [name = ""] = quirk.split(":");
  return Object.hasOwn(QUIRK_TEXTS, name) ? QUIRK_TEXTS[name as keyof typeof QUIRK_TEXTS] : undefined;
}

export function againText({ again }: PortalRemedy): string {
  return AGAIN_TEXTS[again];
}
