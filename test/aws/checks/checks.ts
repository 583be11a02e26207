import type { LiveCheck } from "../liveStack.ts";
import { coldStarts } from "./coldStarts.ts";
import { cost, idle } from "./cost.ts";
import { gatewayBodies } from "./gatewayBodies.ts";
import { headers } from "./headers.ts";
import { iam } from "./iam.ts";
import { plainHttp, tls } from "./tls.ts";

/** All that `npm run test:aws` asks of a deployed stack, in the order it is asked. */
export const CHECKS: readonly LiveCheck[] = [...gatewayBodies, headers, tls, plainHttp, iam, coldStarts, cost, idle];
