import { tokensReportHandler } from "./edge/tokensReport.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = tokensReportHandler(endpointFromEnvironment());
