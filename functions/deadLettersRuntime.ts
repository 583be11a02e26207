import { createDeadLetters } from "./bus/deadLetters.ts";
import type { DeadLetters } from "./provisioning/deadLetters.ts";

/** The queue of a function that the stream calls, reached with the credentials Lambda gives it. */
export function deadLettersFromEnvironment(env: NodeJS.ProcessEnv): DeadLetters {
  const { DEAD_LETTERS_URL: url, AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId } = env;
  const { AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  if (url === undefined || region === undefined) throw new Error("DEAD_LETTERS_URL or AWS_REGION is not set");
  return createDeadLetters({
    url,
    region,
    accessKeyId: accessKeyId ?? "",
    secretAccessKey: secretAccessKey ?? "",
    sessionToken,
  });
}
