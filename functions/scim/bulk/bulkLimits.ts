/** Operations in one bulk request. */
export const BULK_MAX_OPERATIONS = 1_000;
/** Bytes of a bulk request: below what Lambda (6 MB) and API Gateway (10 MB) let through, so that it is we who refuse. */
export const BULK_MAX_PAYLOAD_SIZE = 1_048_576;
