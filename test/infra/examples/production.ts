import type { RollcallProps } from "../../../lib/rollcall.ts";

export const PRODUCTION: RollcallProps = {
  domain: {
    name: "scim.example.com",
    certificateArn: "arn:aws:acm:eu-central-1:111111111111:certificate/00000000-0000-0000-0000-000000000000",
    hostedZoneId: "Z0123456789",
  },
  observability: true,
  alarmEmail: "on-call@example.com",
  apiGatewayAccountRole: "existing",
  memorySize: { users: 1024, groups: 1024 },
  reservedConcurrency: { directory: 90, bulk: 45 },
  maxWriteRequestUnits: 20_000,
  compression: true,
  tracing: true,
};
