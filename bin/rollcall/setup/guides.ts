import { entra } from "./entra.ts";
import { google } from "./google.ts";
import type { Idp, SetupGuide } from "./guide.ts";
import { jumpCloud } from "./jumpCloud.ts";
import { okta } from "./okta.ts";
import { oneLogin } from "./oneLogin.ts";

export const GUIDES: Readonly<Record<Idp, SetupGuide>> = {
  entra,
  okta,
  onelogin: oneLogin,
  google,
  jumpcloud: jumpCloud,
};

export function isIdp(name: string | undefined): name is Idp {
  return name !== undefined && Object.hasOwn(GUIDES, name);
}
