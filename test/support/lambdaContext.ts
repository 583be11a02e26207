import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";

/** @param timeout the function's, milliseconds */
export function lambdaContext(awsRequestId: string = randomUUID(), timeout = 28_000): Context {
  const deadline = Date.now() + timeout;
  const ignore = (): void => undefined;
  return {
    awsRequestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: "test",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:local:000000000000:function:test",
    memoryLimitInMB: "512",
    logGroupName: "/aws/lambda/test",
    logStreamName: "test",
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: ignore,
    fail: ignore,
    succeed: ignore,
  };
}
