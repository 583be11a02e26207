import { keyedDirectoryHandler } from "./http/signed/directory.ts";
import { answeringEndpoint } from "./runtime.ts";

export const handler = keyedDirectoryHandler(answeringEndpoint());
