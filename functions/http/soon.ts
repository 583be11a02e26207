import { LIMITS, timerMs } from "../provisioning/timeBudget.ts";
import { StoreBusy } from "../store/records.ts";
import type { RequestContext } from "./requestContext.ts";

/**
 * Finds out who asks, in a part of the request's time: a database that does not answer even that is not worth waiting for,
 * and a caller who is nobody is not worth holding a function for.
 * @throws StoreBusy storage, once the request is closed
 */
export async function soon<T>(ctx: RequestContext, work: Promise<T>): Promise<T> {
  const { deadline, endpoint } = ctx;
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => {
      ctx.close();
      limit.reject(new StoreBusy("storage"));
    },
    timerMs(Math.min(LIMITS.identify, (deadline - endpoint.now()) / 4)),
  );
  try {
    return await Promise.race([work, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}
