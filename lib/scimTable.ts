import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  type ITableV2,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";

/** The one index: from a member to its groups (functions/store/SCHEMA.md). */
export const REVERSE_INDEX = "gsi1";

export interface ScimTableProps {
  /** A disposable table goes with its stack; any other outlives it and refuses to be deleted. */
  readonly disposable: boolean;
  readonly key: IKey | undefined;
}

/** The single table. Its keys are those of functions/store, which an infra test compares. */
export class ScimTable extends Construct {
  readonly table: ITableV2;

  constructor(scope: Construct, id: string, props: ScimTableProps) {
    super(scope, id);
    this.table = new TableV2(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          indexName: REVERSE_INDEX,
          partitionKey: { name: "g1p", type: AttributeType.STRING },
          sortKey: { name: "g1s", type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      billing: Billing.onDemand(),
      timeToLiveAttribute: "ttl",
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !props.disposable,
      removalPolicy: props.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      // The replica list of a table with a customer key must say its region, which is unknown at synth without an account.
      encryption:
        props.key === undefined ? TableEncryptionV2.dynamoOwnedKey() : TableEncryptionV2.customerManagedKey(props.key),
    });
  }
}
