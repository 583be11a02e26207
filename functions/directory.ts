import { directoryHandler } from "./http/signed/directory.ts";
import { answeringEndpoint } from "./runtime.ts";

export const handler = directoryHandler(answeringEndpoint());
