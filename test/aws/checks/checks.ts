import type { LiveCheck } from "../liveStack.ts";
import { coldStarts } from "./coldStarts.ts";
import { commandLine } from "./commandLine.ts";
import { consistency } from "./consistency.ts";
import { cost, idle } from "./cost.ts";
import { gatewayBodies } from "./gatewayBodies.ts";
import { headers } from "./headers.ts";
import { iam } from "./iam.ts";
import { lines, references, retention } from "./logs.ts";
import { onAws, unlessForbidden } from "./showing.ts";
import { largestBody, largestPage } from "./sizes.ts";
import { sweeps } from "./sweeps.ts";
import { plainHttp, tls } from "./tls.ts";

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
  onAws("its Logs Insights does not filter", commandLine),
  retention,
  onAws("its platform writes text", lines),
];

/**
 * All that `npm run test:aws` asks of a deployed stack, in the order it is asked; the lines of the log last, when there are
 * most. About 1,300 requests and 1,000 calls of AWS services in all; each check says its own.
 */
export const CHECKS: readonly LiveCheck[] = ALL.map(unlessForbidden);
