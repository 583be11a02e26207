import type { PortalTexts } from "../texts/en.ts";

/** An identity provider's product name: `entra` is "Microsoft Entra ID". */
export function idpName({ idps }: PortalTexts, idp: string): string {
  const known = new Map(Object.entries(idps)).get(idp);
  return known ?? idps.other;
}
