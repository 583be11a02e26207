import type { AccountPlace } from "../aws/openStack.ts";
import { Deployment } from "./deployment.ts";
import { emulatedAccount } from "./emulatedAccount.ts";
import { installMinistack, startMinistack } from "./ministack.ts";

/** The account every emulator has. */
export const EMULATED_ACCOUNT = "000000000000";

/** An emulator of its own for the time of `work`, bootstrapped. Needs Python 3. */
export async function emulated<T>(folder: string, work: (place: AccountPlace) => Promise<T>): Promise<T> {
  await installMinistack();
  const ministack = await startMinistack();
  try {
    const place = emulatedAccount(ministack, folder);
    await new Deployment(place.env, folder).bootstrap();
    return await work(place);
  } finally {
    await ministack.stop();
  }
}
