import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { IEventBus } from "aws-cdk-lib/aws-events";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { RollcallSettings } from "./generated/rollcallSettings.ts";

/** A deployment's settings (lib/docs/settings.md), all optional, and values that only CDK can give. */
export interface RollcallProps extends RollcallSettings {
  /**
   * An existing table: with the keys `pk` and `sk`, the index `gsi1` of `g1p` and `g1s` (keys only), the time to live `ttl`,
   * and a stream of new and old images.
   */
  readonly table?: ITableV2;
  /** The key of table and logs. Its policy must let CloudWatch Logs use it. With a given table: that table's key. */
  readonly encryptionKey?: IKey;
  /** An existing bus in the stack's region. EventBridge bills $1 for a million events either way. */
  readonly bus?: IEventBus;
}
