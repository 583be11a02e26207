import { readFileSync } from "node:fs";
import { App, type AppProps, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import type { RoutedFunction } from "../../functions/routes.ts";
import { parseConfig } from "../../lib/config.ts";
import { ScimStack } from "../../lib/scimStack.ts";
import { TableStack } from "../../lib/scimTable.ts";

/** A resource of a template, as far as the tests read it. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of AWS's making; each test reads the few paths it asserts.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

export interface Synthesis {
  readonly app: App;
  readonly stack: Stack;
  readonly template: Template;
  /** Of the table's own stack, where there is one. */
  readonly tableTemplate: Template | undefined;
  resources(type: string): [logicalId: string, resource: Resource][];
  role(name: RoutedFunction): Statement[];
}

export interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export const DOMAIN = {
  name: "scim.example.com",
  certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
};

/** The feature flags that are deployed with. */
const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));

const FUNCTIONS: readonly RoutedFunction[] = [
  "users",
  "groups",
  "bulk",
  "search",
  "oauth",
  "discovery",
  "admin",
  "maintenance",
  "directory",
  "appRead",
  "appWrite",
  "appAdmin",
  "portalAdmin",
  "portal",
];

/**
 * Without bundling: the template does not depend on what is in the bundles. Without what CDK writes beside templates, such as
 * where in our code each resource was made: half of the work.
 */
const APP: AppProps = {
  context: { ...context, "aws:cdk:bundling-stacks": [], "aws:cdk:disable-creation-stack-traces": true },
  stackTraces: false,
  treeMetadata: false,
  analyticsReporting: false,
};

/** By the settings as JSON; of one file of tests, each of which has modules of its own. */
const syntheses = new Map<string, Synthesis>();

/** The templates as JSON, by the settings as JSON; of all files that a worker has run, where test/infra/environment.js has them. */
const { templatesMade = new Map() } = globalThis as {
  readonly templatesMade?: Map<string, { readonly template: string; readonly tableTemplate: string | undefined }>;
};

/** The app as bin/app.ts builds it, once for all tests of a file with these settings: it is only to be read. */
export function synthesise(settings: unknown = {}): Synthesis {
  const key = JSON.stringify(settings);
  const known = syntheses.get(key) ?? templatesOnly(key, settings) ?? synthesiseAnew(settings);
  return remember(key, known);
}

/**
 * One to change. CDK's rules for templates cost more than all the rest, so they are asked once for each option, by
 * `synthesiseByRules`.
 */
export function synthesiseAnew(settings: unknown = {}): Synthesis {
  return synthesisOf(settings, new App({ ...APP, builtinCloudFormationValidation: false }));
}

/**
 * What `synthesise` gives from now on, too.
 * @throws Error for a template of which CDK's rules say that CloudFormation would not take it
 */
export function synthesiseByRules(settings: unknown): Synthesis {
  return remember(
    JSON.stringify(settings),
    changedByRules(settings, () => undefined),
  );
}

/** One that is changed first. @throws Error as `synthesiseByRules` */
export function changedByRules(settings: unknown, change: (stack: Stack) => void): Synthesis {
  return synthesisOf(settings, new App(APP), change);
}

/** An app of somebody else's, in which stacks and constructs may stand. @param flags feature flags that it has */
export function appOfOthers(flags: object = {}): App {
  const { "aws:cdk:bundling-stacks": none, "aws:cdk:disable-creation-stack-traces": untraced } = APP.context ?? {};
  const context = { ...flags, "aws:cdk:bundling-stacks": none, "aws:cdk:disable-creation-stack-traces": untraced };
  return new App({ ...APP, context, builtinCloudFormationValidation: false });
}

function remember(key: string, made: Synthesis): Synthesis {
  syntheses.set(key, made);
  if (!templatesMade.has(key)) {
    const [template, tableTemplate] = [made.template, made.tableTemplate].map(
      (one) => one && JSON.stringify(one.toJSON()),
    );
    templatesMade.set(key, { template: String(template), tableTemplate });
  }
  return made;
}

/** Of templates that another file has made; its app is made when somebody asks for it. */
function templatesOnly(key: string, settings: unknown): Synthesis | undefined {
  const made = templatesMade.get(key);
  if (made === undefined) return undefined;
  const parsed = (text: string) => Template.fromJSON(JSON.parse(text));
  let whole: Synthesis | undefined;
  const withApp = () => {
    whole ??= synthesiseAnew(settings);
    return whole;
  };
  return {
    get app() {
      return withApp().app;
    },
    get stack() {
      return withApp().stack;
    },
    ...readingOf(parsed(made.template)),
    tableTemplate: made.tableTemplate === undefined ? undefined : parsed(made.tableTemplate),
  };
}

function synthesisOf(settings: unknown, app: App, change: (stack: Stack) => void = () => undefined): Synthesis {
  const config = parseConfig(settings);
  const tableStack = config.split ? new TableStack(app, `${config.stackName}Table`, { config }) : undefined;
  const stack = new ScimStack(app, config.stackName, { config, ...(tableStack && { shared: tableStack }) });
  change(stack);
  return {
    app,
    stack,
    ...readingOf(Template.fromStack(stack)),
    tableTemplate: tableStack === undefined ? undefined : Template.fromStack(tableStack),
  };
}

function readingOf(template: Template): Pick<Synthesis, "resources" | "role" | "template"> {
  const all = Object.entries(template.toJSON().Resources) as [string, Resource][];
  const resources = (type: string): [string, Resource][] => all.filter(([, { Type }]) => Type === type);
  return {
    template,
    resources,
    role: (name) => {
      const found = resources("AWS::IAM::Policy").filter(([id]) => id.startsWith(`${name}Role`));
      return found.flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement as Statement[]);
    },
  };
}

/** A property that GovCloud does not have. */
export function outsideGovCloud(value: string): object {
  return { "Fn::If": ["RollcallOutsideGovCloud", value, { Ref: "AWS::NoValue" }] };
}

/** Which function a reference in the template points to. */
export function functionOf(reference: unknown): RoutedFunction {
  const text = JSON.stringify(reference);
  const name = FUNCTIONS.find((one) => new RegExp(`"${one}(?:Function|Live)`).test(text));
  if (name === undefined) throw new Error(`this names no function: ${text}`);
  return name;
}

export function actionsOf(statement: Statement): readonly string[] {
  return typeof statement.Action === "string" ? [statement.Action] : statement.Action;
}
