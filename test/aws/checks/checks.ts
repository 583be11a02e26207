import type { LiveCheck } from "../liveStack.ts";
import { onAws, unlessForbidden } from "./asking.ts";
import { coldStarts } from "./coldStarts.ts";
import { cost, idle } from "./cost.ts";
import { gatewayBodies } from "./gateway.ts";
import { iam } from "./iam.ts";
import { lines, references, retention } from "./logs.ts";
import { plainHttp, tls } from "./tls.ts";
import { consistency, headers, largestBody, largestPage, sweeps } from "./wire.ts";

const ALL: readonly LiveCheck[] = [
  ...gatewayBodies,
  headers,
  onAws("it has no TLS", tls),
  onAws("it has no TLS", plainHttp),
  onAws("its IAM does not know conditions on keys", iam),
  consistency,
  sweeps,
  largestBody,
  largestPage,
  onAws("it tells nothing of cold starts", coldStarts),
  cost,
  idle,
  onAws("it writes no access log", references),
  retention,
  onAws("its platform writes text", lines),
];

/**
 * All that `npm run test:aws` asks of a deployed stack, in the order it is asked; the lines of the log last, when there are
 * most. About 1,300 requests and 1,000 calls of AWS services in all; each check says its own.
 */
export const CHECKS: readonly LiveCheck[] = ALL.map(unlessForbidden);
