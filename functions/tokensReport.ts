import { tokensReportHandler } from "./http/tokensReport.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = tokensReportHandler(endpointFromEnvironment());
