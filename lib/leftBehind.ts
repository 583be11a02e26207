import { RemovalPolicy } from "aws-cdk-lib";

/**
 * What becomes of logs, queues and keys when the stack goes: outside a disposable stage they stay, unless it is the first
 * deployment that fails, whose leftovers nobody needs. The table is not among them: protected against deletion, it would
 * make that rollback fail.
 */
export function leftBehind(disposable: boolean): RemovalPolicy {
  return disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}
