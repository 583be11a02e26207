import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  CfnGlobalTable,
  type ITableV2,
  ProjectionType,
  StreamViewType,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";

/** The one index: from a member to its groups (functions/store/SCHEMA.md). */
export const REVERSE_INDEX = "gsi1";

export interface ScimTableProps {
  /** A disposable table goes with its stack; any other outlives it, even a first deployment that fails, and refuses to be deleted. */
  readonly disposable: boolean;
  readonly key: IKey | undefined;
}

/** The single table. Its keys are those of functions/store, which an infra test compares. */
export class ScimTable extends Construct {
  readonly table: ITableV2;

  constructor(scope: Construct, id: string, props: ScimTableProps) {
    super(scope, id);
    const table = new TableV2(this, "Table", {
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
    });
    if (props.key !== undefined) encrypt(table, props.key);
    this.table = table;
  }
}

/** Written into the template by hand: TableV2 itself takes a key only where the region is known at synth. */
function encrypt(table: TableV2, key: IKey): void {
  const { defaultChild } = table.node;
  if (!(defaultChild instanceof CfnGlobalTable)) throw new Error("the table has no CfnGlobalTable below it");
  defaultChild.addPropertyOverride("SSESpecification", { SSEEnabled: true, SSEType: "KMS" });
  defaultChild.addPropertyOverride("Replicas.0.SSESpecification", { KMSMasterKeyId: key.keyArn });
}
