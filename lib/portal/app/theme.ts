export type PortalTheme = "light" | "dark" | "auto";

/** `auto` follows the reader's system. */
export function readTheme(text: string | null): PortalTheme {
  return text === "light" || text === "dark" ? text : "auto";
}
