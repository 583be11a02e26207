import { keyedDirectoryHandler } from "./http/signed/keyedDirectory.ts";
import { answeringEndpoint } from "./runtime.ts";

export const handler = keyedDirectoryHandler(answeringEndpoint());
