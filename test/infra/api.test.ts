import { describe, expect, test } from "@jest/globals";
import { ResponseType } from "aws-cdk-lib/aws-apigateway";
import { APPLICATION_ROUTES, PORTAL_ROUTES, ROUTES } from "../../functions/routes.ts";
import { functionOf, outsideGovCloud, type Resource, synthesise } from "./synthesis.ts";

const { resources, template } = synthesise();

/** Every type of error API Gateway knows, as the CDK lists them. */
const TYPES = Object.values(ResponseType).filter((type) => type instanceof ResponseType);

interface MethodSetting {
  readonly HttpMethod: string;
  readonly ResourcePath: string;
  readonly ThrottlingRateLimit: number;
  readonly ThrottlingBurstLimit: number;
}

function pathOf(reference: { readonly Ref?: string }, known: Map<string, Resource>): string {
  const resource = reference.Ref === undefined ? undefined : known.get(reference.Ref);
  // The root is no resource of the template but an attribute of the API.
  if (resource === undefined) return "";
  return `${pathOf(resource.Properties.ParentId, known)}/${resource.Properties.PathPart}`;
}

describe("the API", () => {
  test.each([
    ["as it comes", {}, ROUTES],
    ["with application keys", { applicationKeys: true }, [...ROUTES, ...APPLICATION_ROUTES]],
    ["with the portal", { portal: true }, [...ROUTES, ...PORTAL_ROUTES]],
  ])(
    "has exactly the routes that are declared, with their methods, functions and authorization: %s",
    (_case, settings, declared) => {
      const { resources } = synthesise(settings);
      const known = new Map(resources("AWS::ApiGateway::Resource"));
      const routes = resources("AWS::ApiGateway::Method").map(([, { Properties: method }]) => ({
        method: method.HttpMethod,
        path: pathOf(method.ResourceId, known),
        function: functionOf(method.Integration.Uri),
        type: method.Integration.Type,
        auth: method.AuthorizationType === "AWS_IAM" ? "iam" : "none",
      }));
      const expected = declared.map(({ rest: _rest, throttle: _throttle, auth, ...route }) => ({
        ...{ method: "ANY", ...route },
        ...{ type: "AWS_PROXY", auth: auth === "iam" ? "iam" : "none" },
      }));
      const byPath = (a: { path: string; method: string }, b: { path: string; method: string }): number =>
        `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`);
      expect(routes.sort(byPath)).toEqual(expected.sort(byPath));
    },
  );

  test("gives what may work long a throttle of its own for each method, so that it cannot take all environments", () => {
    const settingsOf = (settings: unknown): readonly MethodSetting[] =>
      synthesise(settings).resources("AWS::ApiGateway::Stage")[0]?.[1].Properties.MethodSettings;
    const throttled = (settings: readonly MethodSetting[]) =>
      Object.fromEntries(
        settings.map(({ HttpMethod, ResourcePath, ThrottlingBurstLimit, ThrottlingRateLimit }) => [
          `${HttpMethod} ${ResourcePath.replaceAll("~1", "/")}`,
          [ThrottlingRateLimit, ThrottlingBurstLimit],
        ]),
      );
    const byDefault = settingsOf({});
    const bulk = (method: string) => `${method} //scim/v2/{orgName}/Bulk`;
    expect(throttled(byDefault)).toMatchObject({
      [bulk("POST")]: [5, 20],
      [bulk("GET")]: [5, 20],
      "POST //admin/v1/orgs/{slug}/data/{proxy+}": [10, 20],
    });
    // One for all methods, and seven for each route of these functions but those for any path: …/acme//Users is no bulk.
    expect(byDefault).toHaveLength(1 + 2 * 7);
    // What one request may take times how many may begin: below half of a usual account.
    const longest = throttled(byDefault)[bulk("POST")]?.[0];
    expect(Number(longest) * 28).toBeLessThan(500);
    for (const setting of byDefault) expect(setting).toMatchObject({ LoggingLevel: "OFF", DataTraceEnabled: false });
    const changed = throttled(
      settingsOf({
        throttle: { rate: 50, burst: 60 },
        functionThrottle: { bulk: { rate: 90, burst: 40 }, oauth: { rate: 9, burst: 9 } },
      }),
    );
    const keyed = throttled(
      settingsOf({
        applicationKeys: true,
        functionThrottle: { appRead: { rate: 7, burst: 8 }, appWrite: { rate: 3, burst: 4 } },
      }),
    );
    expect(keyed).toMatchObject({ "GET //app/v1/{proxy+}": [7, 8], "POST //app/v1/{proxy+}": [3, 4] });
    expect(changed).toMatchObject({
      [bulk("POST")]: [50, 40],
      "POST //scim/v2/{orgName}/oauth/token": [9, 9],
      "POST //admin/v1/orgs/{slug}/data/{proxy+}": [10, 20],
    });
  });

  test("may invoke each function by one permission, which no number of routes outgrows", () => {
    const invoked = resources("AWS::Lambda::Permission")
      .filter(([, { Properties }]) => Properties.Principal === "apigateway.amazonaws.com")
      .map(([, { Properties }]) => functionOf(Properties.FunctionName));
    expect(invoked.sort()).toEqual([...new Set(ROUTES.map((route) => route.function))].sort());
  });

  test("SEC-1: takes TLS 1.2 and newer only, and treats every body as text", () => {
    template.hasResourceProperties("AWS::ApiGateway::RestApi", {
      EndpointConfiguration: { Types: ["REGIONAL"] },
      SecurityPolicy: outsideGovCloud("SecurityPolicy_TLS13_1_2_PQ_2025_09"),
      EndpointAccessMode: outsideGovCloud("STRICT"),
    });
    const [[, { Properties }]] = resources("AWS::ApiGateway::RestApi") as [[string, Resource]];
    expect(Properties).not.toHaveProperty("BinaryMediaTypes");
  });

  test("has what GovCloud does not under a condition: no policy that begins with SecurityPolicy_, no lines of Lambda in JSON", () => {
    const { Conditions, Resources } = template.toJSON();
    expect(Conditions).toEqual({
      RollcallOutsideGovCloud: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "AWS::Partition" }, "aws-us-gov"] }] },
    });
    const said = JSON.stringify(Resources).replaceAll(/\{"Fn::If":\["RollcallOutsideGovCloud",[^[\]]*\]\}/g, "");
    expect(said).not.toMatch(/SecurityPolicy_|"LogFormat":"|SystemLogLevel":"|ApplicationLogLevel":"/);
  });

  test("SEC-5: the access log holds nothing that a client may fill, and there is no execution log", () => {
    const [[, { Properties }]] = resources("AWS::ApiGateway::Stage") as [[string, Resource]];
    const format = JSON.parse(Properties.AccessLogSetting.Format);
    // Each is a number, a word of API Gateway's own, an id of its or Lambda's making, a template of ours, a host it serves.
    expect(Object.values(format).sort()).toEqual(
      [
        ...["error.responseType", "integration.status", "status", "wafResponseCode", "httpMethod", "protocol"],
        ...["integrationLatency", "responseLatency", "responseLength", "requestTimeEpoch", "identity.sourceIp"],
        ...["extendedRequestId", "integration.requestId", "resourcePath", "domainName"],
      ]
        .map((name) => `$context.${name}`)
        .sort(),
    );
    expect(Properties.MethodSettings[0]).toEqual(
      expect.objectContaining({
        LoggingLevel: "OFF",
        DataTraceEnabled: false,
        ThrottlingRateLimit: 2000,
        // The least that a region has.
        ThrottlingBurstLimit: 1250,
      }),
    );
  });

  test("answers at the stage that the settings name, `prod` by default", () => {
    template.hasResourceProperties("AWS::ApiGateway::Stage", { StageName: "prod" });
    synthesise({ stage: "staging" }).template.hasResourceProperties("AWS::ApiGateway::Stage", { StageName: "staging" });
  });

  test("leaves the account's logging role alone where the settings say it exists", () => {
    template.resourceCountIs("AWS::ApiGateway::Account", 1);
    synthesise({ apiGatewayAccountRole: "existing" }).template.resourceCountIs("AWS::ApiGateway::Account", 0);
  });
});

describe("errors that API Gateway makes", () => {
  const responses = new Map(
    resources("AWS::ApiGateway::GatewayResponse").map(([, { Properties }]) => [
      Properties.ResponseType as string,
      Properties,
    ]),
  );

  test.each(TYPES.map((type) => [type.responseType]))("%s is a SCIM error of the status it is sent with", (type) => {
    const response = responses.get(type);
    const headers = "gatewayresponse.header";
    expect(response?.ResponseParameters[`${headers}.Content-Type`]).toBe("'application/scim+json'");
    expect(Object.keys(response?.ResponseTemplates)).toEqual(["application/json"]);
    const body = JSON.parse(response?.ResponseTemplates["application/json"]);
    expect(body).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: response?.StatusCode,
      detail: expect.stringMatching(/^[^$]+\. \(ref: \$context\.extendedRequestId\)$/),
    });
  });

  test.each(["THROTTLED", "QUOTA_EXCEEDED", "INTEGRATION_TIMEOUT", "INTEGRATION_FAILURE"])(
    "H-10: %s says in whole seconds when to come again",
    (type) => {
      expect(responses.get(type)?.ResponseParameters["gatewayresponse.header.Retry-After"]).toBe("'2'");
    },
  );

  test("the size of a request that only Lambda finds too large is not overstated", () => {
    const { detail } = JSON.parse(responses.get("REQUEST_TOO_LARGE")?.ResponseTemplates["application/json"]);
    const lambda = 6;
    expect(Number(/(\d+) MB/.exec(detail)?.[1])).toBeLessThanOrEqual(lambda);
  });

  test("an unknown path is 404, a gateway time-out 503, a missing right challenged", () => {
    expect(responses.get("MISSING_AUTHENTICATION_TOKEN")?.StatusCode).toBe("404");
    expect(responses.get("INTEGRATION_TIMEOUT")?.StatusCode).toBe("503");
    expect(responses.get("UNAUTHORIZED")?.ResponseParameters["gatewayresponse.header.WWW-Authenticate"]).toMatch(
      /^'Bearer/,
    );
  });
});
