import { createServer, type Server } from "node:http";
import { tableDefinition } from "../../functions/store/tableDefinition.ts";
import { listening } from "./serving.ts";

/** DynamoDB for `rollcall restore`, with rules of its API references that no emulator keeps. */
export class FakeTables {
  readonly calls: string[] = [];
  /** The number of the call that is refused permanently, from 1. */
  breakAt = 0;
  /** Operations that answer success but do nothing. */
  lost: readonly string[] = [];
  /** How many times a new table is described as inactive. */
  making = 3;
  readonly #tables = new Map<string, Table>();
  #server: Server | undefined;

  constructor(source: string) {
    const tags = [
      { Key: "team", Value: "identity" },
      { Key: "aws:cloudformation:stack-name", Value: "Rollcall" },
    ];
    const limits = { MaxReadRequestUnits: -1, MaxWriteRequestUnits: 4_000 };
    const whole = { stream: true, recovery: true, protected: true, expires: true };
    this.#tables.set(source, { ...whole, tags, limits, indexLimits: limits, unsettled: 0 });
  }

  /** As made by AWS Backup, the console or a restore. @param indexes absent: those of Rollcall's table */
  put(name: string, { from, indexes }: Pick<Table, "from" | "indexes"> = {}): void {
    const bare = { stream: false, recovery: false, protected: false, expires: false, tags: [] };
    const wished = { ...(from !== undefined && { from }), ...(indexes !== undefined && { indexes }) };
    this.#tables.set(name, { ...bare, ...wished, unsettled: this.making, backupsCome: true });
  }

  remove(name: string): void {
    this.#tables.delete(name);
  }

  /** @returns its address */
  async open(): Promise<string> {
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString("utf8");
      });
      request.on("end", () => {
        const { status, text } = this.#respond(request.headers, body);
        response.writeHead(status, JSON_HEADERS).end(text);
      });
    });
    this.#server = server;
    return `http://127.0.0.1:${await listening(server)}`;
  }

  /** Replaces the connection in the SDK's client: the same answers, for tests with thousands of them. */
  readonly handler = {
    handle: async ({ headers, body }: SdkRequest) => {
      const { status, text } = this.#respond(headers, new TextDecoder().decode(body));
      return { response: { statusCode: status, headers: JSON_HEADERS, body: Buffer.from(text) } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };

  #respond(
    headers: Readonly<Record<string, unknown>>,
    body: string,
  ): { readonly status: number; readonly text: string } {
    const operation = String(headers["x-amz-target"]).split(".")[1] ?? "";
    this.calls.push(operation);
    const refused = this.calls.length === this.breakAt ? "AccessDeniedException" : undefined;
    const answer = refused ?? this.#answer(operation, JSON.parse(body));
    if (typeof answer !== "string") return { status: 200, text: JSON.stringify(answer) };
    const fault = { __type: `com.amazonaws.dynamodb.v20120810#${answer}`, message: answer };
    return { status: 400, text: JSON.stringify(fault) };
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  count(operation: string): number {
    return this.calls.filter((call) => call === operation).length;
  }

  /** A table as an operator sees it. */
  state(table: string): Omit<Table, "unsettled"> | undefined {
    const found = this.#tables.get(table);
    if (found === undefined) return undefined;
    const { unsettled: _, ...state } = found;
    return state;
  }

  #answer(operation: string, input: Input): object | string {
    const name = input.TableName ?? input.TargetTableName ?? input.ResourceArn?.split("/").at(-1) ?? "";
    const table = this.#tables.get(name);
    if (operation === "RestoreTableToPointInTime") {
      if (table !== undefined) return "TableAlreadyExistsException";
      this.put(name, { from: { arn: arnOf(String(input.SourceTableName)), at: Number(input.RestoreDateTime) } });
      return { TableDescription: {} };
    }
    if (table === undefined) return "ResourceNotFoundException";
    const changes = /^(Update|Tag)/.test(operation);
    if (changes && table.unsettled > 0) return "ResourceInUseException";
    if (changes && this.lost.includes(operation)) return {};
    switch (operation) {
      case "DescribeTable":
        return { Table: described(name, table) };
      case "DescribeContinuousBackups": {
        const status = { PointInTimeRecoveryStatus: table.recovery ? "ENABLED" : "DISABLED" };
        const range = { EarliestRestorableDateTime: 1_767_000_000, LatestRestorableDateTime: 1_768_000_000 };
        const PointInTimeRecoveryDescription = table.recovery ? { ...status, ...range } : status;
        return { ContinuousBackupsDescription: { ContinuousBackupsStatus: "ENABLED", PointInTimeRecoveryDescription } };
      }
      case "DescribeTimeToLive": {
        const on = { TimeToLiveStatus: "ENABLING", AttributeName: "ttl" };
        return { TimeToLiveDescription: table.expires ? on : { TimeToLiveStatus: "DISABLED" } };
      }
      case "ListTagsOfResource":
        return { Tags: table.tags };
      case "TagResource":
        if ((input.Tags ?? []).some(({ Key }) => Key.startsWith("aws:"))) return "ValidationException";
        table.tags = [...table.tags, ...(input.Tags ?? [])];
        return {};
      case "UpdateTable":
        // Takes one kind of change at a time; then the table is inactive for a while.
        table.unsettled = 2;
        if (input.StreamSpecification !== undefined) table.stream = true;
        else if (input.OnDemandThroughput !== undefined) table.limits = input.OnDemandThroughput;
        else if (input.GlobalSecondaryIndexUpdates !== undefined) {
          table.indexLimits = input.GlobalSecondaryIndexUpdates[0]?.Update.OnDemandThroughput;
        } else table.protected = input.DeletionProtectionEnabled === true;
        return { TableDescription: {} };
      case "UpdateContinuousBackups":
        // The error while backups of a table are being switched on; later it succeeds.
        if (table.backupsCome === true) {
          table.backupsCome = false;
          return "ContinuousBackupsUnavailableException";
        }
        table.recovery = true;
        return {};
      case "UpdateTimeToLive":
        table.expires = true;
        return { TimeToLiveSpecification: {} };
      default:
        return "UnknownOperationException";
    }
  }
}

const JSON_HEADERS = { "content-type": "application/x-amz-json-1.0" };

/** The part of an SDK request that is read. */
interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface Table {
  stream: boolean;
  recovery: boolean;
  protected: boolean;
  expires: boolean;
  tags: { readonly Key: string; readonly Value: string }[];
  limits?: object;
  indexLimits?: object | undefined;
  readonly indexes?: readonly object[];
  readonly from?: { readonly arn: string; readonly at: number };
  /** How many times it is still described as inactive. */
  unsettled: number;
  backupsCome?: boolean;
}

interface Input {
  readonly TableName?: string;
  readonly SourceTableName?: string;
  readonly TargetTableName?: string;
  readonly RestoreDateTime?: number;
  readonly ResourceArn?: string;
  readonly StreamSpecification?: object;
  readonly OnDemandThroughput?: object;
  readonly GlobalSecondaryIndexUpdates?: readonly { readonly Update: { readonly OnDemandThroughput?: object } }[];
  readonly DeletionProtectionEnabled?: boolean;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

function arnOf(name: string): string {
  return `arn:aws:dynamodb:eu-central-1:123456789012:table/${name}`;
}

const { GlobalSecondaryIndexes = [], KeySchema } = tableDefinition("live");

function described(name: string, table: Table): object {
  const settling = table.unsettled > 0;
  if (settling) table.unsettled -= 1;
  const restored = table.from;
  return {
    TableName: name,
    TableArn: arnOf(name),
    TableStatus: settling ? (table.protected ? "UPDATING" : "CREATING") : "ACTIVE",
    KeySchema,
    GlobalSecondaryIndexes: (table.indexes ?? GlobalSecondaryIndexes).map((one) => ({
      ...one,
      ...(table.indexLimits !== undefined && { OnDemandThroughput: table.indexLimits }),
      IndexStatus: "ACTIVE",
    })),
    ...(table.limits !== undefined && { OnDemandThroughput: table.limits }),
    DeletionProtectionEnabled: table.protected,
    ...(table.stream
      ? {
          StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
          LatestStreamArn: `${arnOf(name)}/stream/2026-01-02T03:04:05.678`,
        }
      : {}),
    ...(restored === undefined
      ? {}
      : {
          RestoreSummary: { SourceTableArn: restored.arn, RestoreDateTime: restored.at, RestoreInProgress: settling },
        }),
  };
}
