import { RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import {
  AttributeType,
  Billing,
  CfnGlobalTable,
  type ITableV2,
  ProjectionType,
  StreamViewType,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { type Config, isDisposable } from "./config.ts";

/** The only index: from a member to its groups (functions/store/SCHEMA.md). */
export const INDEX_NAME = "gsi1";

interface ScimTableProps {
  readonly config: Config;
  readonly key: IKey | undefined;
}

/** The single table. An infra test compares its keys with functions/store. */
export class ScimTable extends Construct {
  readonly table: ITableV2;

  constructor(scope: Construct, id: string, props: ScimTableProps) {
    super(scope, id);
    const { config } = props;
    // A disposable table is deleted with its stack; any other survives, even a failed first deployment, and refuses deletion.
    const disposable = isDisposable(config);
    const warm = warmed(config);
    const table = new TableV2(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          indexName: INDEX_NAME,
          partitionKey: { name: "g1p", type: AttributeType.STRING },
          sortKey: { name: "g1s", type: AttributeType.STRING },
          projectionType: ProjectionType.KEYS_ONLY,
          // The same as the table: writes of many items reach it too, and its throttling delays the table.
          ...limits(config),
          ...warm,
        },
      ],
      billing: Billing.onDemand(limits(config)),
      ...warm,
      timeToLiveAttribute: "ttl",
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !disposable,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    if (props.key !== undefined) encrypt(table, props.key);
    this.table = table;
  }
}

function limits({ maxReadRequestUnits, maxWriteRequestUnits }: Config) {
  return {
    ...(maxReadRequestUnits !== undefined && { maxReadRequestUnits }),
    ...(maxWriteRequestUnits !== undefined && { maxWriteRequestUnits }),
  };
}

function warmed({ warmThroughput }: Config) {
  if (warmThroughput === undefined) return {};
  const { reads, writes } = warmThroughput;
  return { warmThroughput: { readUnitsPerSecond: reads, writeUnitsPerSecond: writes } };
}

/** Set in the template: TableV2 accepts a key only where the region is known at synth. */
function encrypt(table: TableV2, key: IKey): void {
  const { defaultChild } = table.node;
  if (!(defaultChild instanceof CfnGlobalTable)) throw new Error("the table has no CfnGlobalTable below it");
  defaultChild.addPropertyOverride("SSESpecification", { SSEEnabled: true, SSEType: "KMS" });
  defaultChild.addPropertyOverride("Replicas.0.SSESpecification", { KMSMasterKeyId: key.keyArn });
}

/**
 * What happens to logs, queues and keys when the stack is deleted: outside a disposable stage they stay, except after a failed
 * first deployment, whose leftovers nobody needs. Not for the table: its deletion protection would fail that rollback.
 */
export function leftBehind(disposable: boolean): RemovalPolicy {
  return disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}

/** The key for table and logs from the settings. The policy of a key given by ARN must let CloudWatch Logs use it. */
export function customerKey(scope: Construct, config: Config): IKey | undefined {
  if (config.customerKey === undefined) return undefined;
  if (config.customerKey !== "create") return Key.fromKeyArn(scope, "Key", config.customerKey);
  const { account, partition, region, urlSuffix } = Stack.of(scope);
  const key = new Key(scope, "Key", {
    description: "Rollcall: table and logs",
    enableKeyRotation: true,
    removalPolicy: leftBehind(isDisposable(config)),
  });
  key.grantEncryptDecrypt(
    new ServicePrincipal(`logs.${region}.${urlSuffix}`, {
      conditions: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*` },
      },
    }),
  );
  return key;
}

/**
 * The table of the stream in the settings, such as a restored one. The stack neither makes nor changes it; a table that it made
 * before stays in the account, except in dev.
 */
export function existingTable(scope: Construct, { tableStreamArn }: Config): ITableV2 | undefined {
  if (tableStreamArn === undefined) return undefined;
  const [tableArn = ""] = tableStreamArn.split("/stream/");
  return TableV2.fromTableAttributes(scope, "ExistingTable", { tableArn, tableStreamArn });
}

/** Faults of a given table; for a table of another app only its stream can be checked. */
export function faultsOfTable({ node, tableStreamArn }: ITableV2): string[] {
  const { defaultChild } = node;
  if (!(defaultChild instanceof CfnGlobalTable)) {
    return tableStreamArn === undefined ? ["name its stream: TableV2.fromTableAttributes with tableStreamArn"] : [];
  }
  const { attributeDefinitions, globalSecondaryIndexes, keySchema, streamSpecification, timeToLiveSpecification } =
    defaultChild;
  const asSaid = Stack.of(defaultChild).resolve({
    attributeDefinitions,
    globalSecondaryIndexes,
    keySchema,
    streamSpecification,
    timeToLiveSpecification,
  });
  const texts = textsAmong(asSaid.attributeDefinitions);
  const faults: string[] = [];
  if (keysOf(asSaid.keySchema) !== "pk sk" || !texts.has("pk") || !texts.has("sk"))
    faults.push("its keys have to be pk and sk, both strings");
  if (asSaid.streamSpecification?.streamViewType !== StreamViewType.NEW_AND_OLD_IMAGES) {
    faults.push("it needs a stream, dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES");
  }
  // Tokens, sessions and tombstones would never expire.
  if (asSaid.timeToLiveSpecification?.attributeName !== "ttl") {
    faults.push('it needs the time to live, timeToLiveAttribute: "ttl"');
  }
  const index = [asSaid.globalSecondaryIndexes ?? []].flat().find(({ indexName }) => indexName === INDEX_NAME);
  if (keysOf(index?.keySchema) !== "g1p g1s" || !texts.has("g1p") || !texts.has("g1s")) {
    faults.push(`it needs the index ${INDEX_NAME} of g1p and g1s, both strings`);
  }
  return faults;
}

function textsAmong(definitions: readonly CfnGlobalTable.AttributeDefinitionProperty[]): ReadonlySet<string> {
  return new Set(definitions.filter((one) => one.attributeType === "S").map((one) => one.attributeName));
}

function keysOf(schema: readonly CfnGlobalTable.KeySchemaProperty[] = []): string {
  return schema.map(({ attributeName }) => attributeName).join(" ");
}

/** A stack of the data alone (`-c split=true`), for accounts where other people own the data. */
export class TableStack extends Stack {
  readonly table: ITableV2;
  readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { config, ...props }: StackProps & { readonly config: Config }) {
    super(scope, id, {
      description: "Rollcall: the table",
      terminationProtection: !isDisposable(config),
      ...props,
    });
    this.key = customerKey(this, config);
    this.table = new ScimTable(this, "Data", { config, key: this.key }).table;
  }
}
