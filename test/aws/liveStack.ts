/** What a check of `npm run test:aws` gets, and what it gives back. */
import type { Outputs } from "../deploy/deployment.ts";
import type { Target } from "../support/target.ts";

/** A stack that this run deployed, and the signed way to the account it is in. */
export interface LiveStack {
  /** SCIM, administration and directory over HTTPS; the last two signed. */
  readonly target: Target;
  readonly outputs: Outputs;
  readonly stackName: string;
  readonly region: string;
  /** All of the stack, as CloudFormation lists it: a check touches nothing else of the account. */
  readonly resources: readonly StackResource[];
  readonly aws: AwsCalls;
  /** An emulator stands for the account: what it cannot show is `notShown`. */
  readonly emulated: boolean;
}

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  /** For example `AWS::Lambda::Function`. */
  readonly type: string;
}

/** Signed calls of AWS services by their wire protocols. Each rejects with `AwsCallFailed` on any status but 2xx. */
export interface AwsCalls {
  /** JSON 1.0 and 1.1: DynamoDB, CloudWatch Logs, SQS. @param target the `x-amz-target` */
  json(service: string, target: string, input: unknown): Promise<unknown>;
  /** Query protocol, answers are XML: CloudFormation, IAM, STS, CloudWatch. */
  query(
    service: string,
    version: string,
    action: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<string>;
  /** REST JSON: Lambda, API Gateway. */
  rest(service: string, method: string, path: string, body?: unknown): Promise<unknown>;
}

/** A call that AWS refused. The message names the service and the action, never a credential. */
export class AwsCallFailed extends Error {
  readonly status: number;
  /** The service's own code, e.g. `AccessDenied`. */
  readonly code: string;

  constructor(call: string, status: number, code: string, message: string) {
    super(`${call}: ${status} ${code} ${message}`);
    this.name = "AwsCallFailed";
    this.status = status;
    this.code = code;
  }
}

/** One thing that only a real account can show. */
export interface LiveCheck {
  readonly name: string;
  run(stack: LiveStack): Promise<Finding>;
}

export interface Finding {
  /** What differed from what is promised, one line each; none when the check passed. */
  readonly differences: readonly string[];
  /** Why this machine or account could not show it; such a check neither passed nor failed. */
  readonly notShown?: string;
  /** What AWS chose where nothing is promised, one line each, e.g. under which name a header arrived. */
  readonly notes?: readonly string[];
  /** What was measured, for the table in RESULTS-aws.md. */
  readonly figures?: readonly Figure[];
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** For example `ms`, `$/month`, `WCU`. */
  readonly unit: string;
}
