import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import { CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import type { Waf } from "./config.ts";

export interface FirewallProps {
  readonly waf: Waf;
  readonly api: RestApi;
}

const TOO_MANY = "tooManyRequests";

/**
 * Slows down one token, or one guesser of tokens, without touching the others: the stage throttle alone would let one
 * org use up everybody's share. Identity providers are told apart by what they present, never by their User-Agent.
 */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { api, waf }: FirewallProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, "Acl", {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: "rollcall", sampledRequestsEnabled: false },
      customResponseBodies: {
        [TOO_MANY]: {
          contentType: "APPLICATION_JSON",
          content: JSON.stringify({
            schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
            status: "429",
            detail: "Too many requests with this token; repeat this one after the Retry-After time",
          }),
        },
      },
      rules: [
        {
          name: "PerTokenAndAddress",
          priority: 1,
          statement: {
            rateBasedStatement: {
              limit: waf.requestsPerMinute,
              evaluationWindowSec: 60,
              aggregateKeyType: "CUSTOM_KEYS",
              customKeys: [
                { header: { name: "authorization", textTransformations: [{ priority: 0, type: "NONE" }] } },
                { ip: {} },
              ],
            },
          },
          action: {
            block: {
              customResponse: {
                responseCode: 429,
                customResponseBodyKey: TOO_MANY,
                responseHeaders: [{ name: "Retry-After", value: "30" }],
              },
            },
          },
          visibilityConfig: {
            cloudWatchMetricsEnabled: true,
            metricName: "rollcall-rate",
            sampledRequestsEnabled: false,
          },
        },
      ],
    });
    new CfnWebACLAssociation(this, "Association", {
      resourceArn: api.deploymentStage.stageArn,
      webAclArn: acl.attrArn,
    });
  }
}
