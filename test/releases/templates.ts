import { DOMAIN, synthesise } from "../infra/synthesis.ts";

/** The combinations of settings whose templates are recorded: together they have every option, and most without the others. */
export const RECORDED_SETTINGS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  nothing: {},
  everything: {
    domain: { ...DOMAIN, hostedZoneId: "Z0123456789" },
    closeDefaultEndpoint: true,
    throttle: { rate: 50, burst: 60 },
    functionThrottle: { oauth: { rate: 9, burst: 9 } },
    reservedConcurrency: { directory: 100, events: 10, sweep: 5, tokensReport: 1, webhooks: 10, journal: 5 },
    logRetentionDays: 365,
    massChange: { percent: 30, atLeast: 20 },
    events: { retentionDays: 30, values: false },
    memorySize: { users: 1024 },
    warmThroughput: { reads: 30_000, writes: 15_000 },
    maxReadRequestUnits: 40_000,
    maxWriteRequestUnits: 20_000,
    compression: true,
    tracing: true,
    runbookUrl: "https://git.example.com/ops/RUNBOOK.md",
    adoption: true,
    federationHosts: ["login.microsoftonline.us"],
    applicationKeys: true,
    webhooks: true,
    roles: true,
    portal: { origins: ["https://app.example.com"], rules: ["teamNameMaxLength"] },
    waf: true,
    canary: { minutes: 10 },
    customerKey: true,
    observability: true,
    alarmEmail: "on-call@example.com",
  },
  apart: {
    split: true,
    stackName: "Other-1",
    customerKey: true,
    webhooks: true,
    portal: true,
    requestBudget: false,
    apiGatewayAccountRole: "existing",
    publicUrl: "https://scim.example.com",
    observability: true,
    alarmTopicArn: "arn:aws:sns:eu-central-1:123456789012:on-call",
  },
  trial: { stage: "dev", applicationKeys: true, tableClient: "sdk" },
  restored: {
    eventBusArn: "arn:aws:events:eu-central-1:123456789012:event-bus/theirs",
    tableStreamArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/restored/stream/2026-01-01T00:00:00.000",
    customerKey: "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000",
  },
};

/** A template, as far as it is compared. */
export interface ReleaseTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly DeletionPolicy?: string; readonly UpdateReplacePolicy?: string }>
  >;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
}

export interface ReleaseTemplates {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of each stack, by its name. */
  readonly stacks: Readonly<Record<string, ReleaseTemplate>>;
}

/** The templates of today, without what each change of the code changes: hashes of assets. */
export function synthesiseTemplates(settings: Readonly<Record<string, unknown>>): ReleaseTemplates {
  const { stack, template, tableTemplate } = synthesise(settings);
  const all = { [stack.stackName]: template, ...(tableTemplate && { [`${stack.stackName}Table`]: tableTemplate }) };
  const text = JSON.stringify(Object.fromEntries(Object.entries(all).map(([name, one]) => [name, one.toJSON()])));
  return { settings, stacks: JSON.parse(text.replaceAll(/\b[0-9a-f]{64}\b(?=\.)/g, "ASSET")) };
}
