import type { Chance } from "../chance.ts";
import { ENTRA_BODY_HEADERS, ENTRA_HEADERS } from "../idp/entraRequests.ts";
import type { ProviderName } from "../idp/identityProviders.ts";
import { OKTA_BODY_HEADERS, OKTA_HEADERS } from "../idp/oktaRequests.ts";
import { ONELOGIN_BODY_HEADERS, ONELOGIN_HEADERS } from "../idp/oneloginRequests.ts";
import { playEntra } from "./entraLife.ts";
import { playOkta } from "./oktaLife.ts";
import { playOneLogin } from "./oneloginLife.ts";
import { type Player, type PlayOptions, PlayStopped } from "./player.ts";

/** A provider's requests about users and groups, from the connection test to the deletions. */
interface ProviderLife extends Pick<PlayOptions, "headers" | "bodyHeaders"> {
  /** The vendor's name for it. */
  readonly title: string;
  /** @param chance for names and ids @throws PlayStopped */
  play(player: Player, chance: Chance): Promise<void>;
}

export const PROVIDER_LIVES: Readonly<Record<ProviderName, ProviderLife>> = {
  entra: { play: playEntra, title: "Entra ID", headers: ENTRA_HEADERS, bodyHeaders: ENTRA_BODY_HEADERS },
  okta: { play: playOkta, title: "Okta", headers: OKTA_HEADERS, bodyHeaders: OKTA_BODY_HEADERS },
  onelogin: {
    play: playOneLogin,
    title: "OneLogin",
    headers: ONELOGIN_HEADERS,
    bodyHeaders: ONELOGIN_BODY_HEADERS,
  },
};

/** Plays a life and removes what it made. @returns why it stopped, each reason once */
export async function playWhole(life: ProviderLife, player: Player, chance: Chance): Promise<string[]> {
  const reasons = [await untilStopped(() => life.play(player, chance)), await untilStopped(() => player.cleanUp())];
  return [...new Set(reasons.filter((reason) => reason !== undefined))];
}

async function untilStopped(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (cause) {
    if (cause instanceof PlayStopped) return cause.message;
    throw cause;
  }
}
