import { Names } from "aws-cdk-lib";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import { CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import type { Waf } from "./config.ts";

interface FirewallProps {
  readonly waf: Waf;
  readonly api: RestApi;
}

interface CountingRule {
  /** Requests a minute. */
  rate(waf: Waf): number;
  readonly counted: Pick<CfnWebACL.RateBasedStatementProperty, "aggregateKeyType" | "customKeys">;
  readonly detail: string;
}

/** The counted key, by name of the rule and of its answer's body. */
const RULES = {
  /** Stops clients that guess tokens or flood, signed callers too, with any credentials. */
  PerAddress: {
    rate: (waf) => waf.requestsPerMinutePerAddress,
    counted: { aggregateKeyType: "IP" },
    detail: "Too many requests from this address; repeat this one after the Retry-After time",
  },
  /** One token from many addresses. Requests without the header are not counted here, and SigV4 signs each differently. */
  PerToken: {
    rate: (waf) => waf.requestsPerMinute,
    counted: {
      aggregateKeyType: "CUSTOM_KEYS",
      customKeys: [
        {
          header: {
            name: "authorization",
            textTransformations: [
              { priority: 0, type: "LOWERCASE" },
              { priority: 1, type: "COMPRESS_WHITE_SPACE" },
            ],
          },
        },
      ],
    },
    detail: "Too many requests with this token; repeat this one after the Retry-After time",
  },
} satisfies Readonly<Record<string, CountingRule>>;

/**
 * Two rules, because WAF counts each combination of a rule's keys separately and ignores requests that lack one: a rule on
 * token and address together would stop neither. Both limits cover all organizations of one token or address; neither knows a
 * request's organization.
 */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { api, waf }: FirewallProps) {
    super(scope, id);
    // Its metrics have no other dimension that would tell two deployments of an account and region apart. A metric's name has
    // 128 characters at most (WAF API Reference, VisibilityConfig), a rule's name among them.
    const maxLength = 128 - "-PerAddress".length;
    const name = Names.uniqueResourceName(this, { allowedSpecialCharacters: "-", maxLength, separator: "-" });
    const acl = new CfnWebACL(this, "Acl", {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: visibility(name),
      customResponseBodies: Object.fromEntries(
        Object.entries(RULES).map(([rule, { detail }]) => [
          rule,
          {
            contentType: "APPLICATION_JSON",
            content: JSON.stringify({
              schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
              status: "429",
              detail,
            }),
          },
        ]),
      ),
      rules: Object.entries(RULES).map(([rule, { counted, rate }], index) => ({
        name: rule,
        priority: index + 1,
        statement: { rateBasedStatement: { limit: rate(waf), evaluationWindowSec: 60, ...counted } },
        action: {
          block: {
            customResponse: {
              responseCode: 429,
              customResponseBodyKey: rule,
              responseHeaders: [{ name: "Retry-After", value: "30" }],
            },
          },
        },
        visibilityConfig: visibility(`${name}-${rule}`),
      })),
    });
    new CfnWebACLAssociation(this, "Association", {
      resourceArn: api.deploymentStage.stageArn,
      webAclArn: acl.attrArn,
    });
  }
}

/** No samples: they contain headers. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
