import { StartRefused } from "../rollcall/refused.ts";

/** In the package: the AWS SDK stays out of it. @throws StartRefused always */
export async function openEndpoint(): Promise<never> {
  throw new StartRefused("The server of the package keeps its data in a file or in memory: unset DYNAMODB_ENDPOINT.");
}
