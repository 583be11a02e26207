import { ERROR } from "./schema.ts";

/** The `scimType` keywords of RFC 7644 Table 9, plus those of RFC 9865 section 2.1. */
export type ScimType =
  | "invalidFilter"
  | "tooMany"
  | "uniqueness"
  | "mutability"
  | "invalidSyntax"
  | "invalidPath"
  | "noTarget"
  | "invalidValue"
  | "invalidVers"
  | "sensitive"
  | "invalidCursor"
  | "expiredCursor"
  | "invalidCount";

/**
 * The one error that means "the client is wrong" (RFC 7644 section 3.12). `detail` is read by the person who configures
 * the identity provider: it says what to change there. `code` is our own stable name of the case, for the request log;
 * it never holds a value of the request.
 */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  private constructor(
    status: number,
    scimType: ScimType | undefined,
    code: string,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = "ScimError";
    this.status = status;
    this.scimType = scimType;
    this.code = code;
    this.headers = headers;
  }

  static invalidFilter(code: string, detail: string): ScimError {
    return new ScimError(400, "invalidFilter", `filter.${code}`, detail);
  }
  static tooMany(code: string, detail: string): ScimError {
    return new ScimError(400, "tooMany", `tooMany.${code}`, detail);
  }
  static mutability(code: string, detail: string): ScimError {
    return new ScimError(400, "mutability", `mutability.${code}`, detail);
  }
  static invalidSyntax(code: string, detail: string): ScimError {
    return new ScimError(400, "invalidSyntax", `syntax.${code}`, detail);
  }
  static invalidPath(code: string, detail: string): ScimError {
    return new ScimError(400, "invalidPath", `path.${code}`, detail);
  }
  static noTarget(code: string, detail: string): ScimError {
    return new ScimError(400, "noTarget", `noTarget.${code}`, detail);
  }
  static invalidValue(code: string, detail: string): ScimError {
    return new ScimError(400, "invalidValue", `value.${code}`, detail);
  }
  static invalidCursor(detail: string): ScimError {
    return new ScimError(400, "invalidCursor", "cursor.invalid", detail);
  }
  static expiredCursor(detail: string): ScimError {
    return new ScimError(400, "expiredCursor", "cursor.expired", detail);
  }
  static invalidCount(detail: string): ScimError {
    return new ScimError(400, "invalidCount", "cursor.count", detail);
  }
  static invalidVers(detail: string): ScimError {
    return new ScimError(400, "invalidVers", "version.unsupported", detail);
  }
  static unauthorized(code: string, detail: string): ScimError {
    return new ScimError(401, undefined, `token.${code}`, detail, {
      "WWW-Authenticate": 'Bearer realm="rollcall"',
    });
  }
  static forbidden(code: string, detail: string): ScimError {
    return new ScimError(403, undefined, code, detail);
  }
  static sensitive(detail: string): ScimError {
    return new ScimError(403, "sensitive", "filter.sensitive", detail);
  }
  static notFound(code: string, detail: string): ScimError {
    return new ScimError(404, undefined, `notFound.${code}`, detail);
  }
  static methodNotAllowed(allow: readonly string[], detail: string): ScimError {
    return new ScimError(405, undefined, "method.notAllowed", detail, {
      Allow: allow.join(", "),
    });
  }
  static conflict(code: string, detail: string): ScimError {
    return new ScimError(409, undefined, `conflict.${code}`, detail);
  }
  /** @param attribute the attribute that clashed, e.g. `userName` */
  static uniqueness(attribute: string, detail: string): ScimError {
    return new ScimError(409, "uniqueness", `uniqueness.${attribute}`, detail);
  }
  static preconditionFailed(detail: string): ScimError {
    return new ScimError(412, undefined, "version.mismatch", detail);
  }
  static tooLarge(code: string, detail: string): ScimError {
    return new ScimError(413, undefined, `tooLarge.${code}`, detail);
  }
  static unsupportedMediaType(detail: string): ScimError {
    return new ScimError(415, undefined, "mediaType.unsupported", detail);
  }
  /** RFC 6585 section 4. @param retryAfter whole seconds */
  static tooManyRequests(code: string, detail: string, retryAfter: number): ScimError {
    return new ScimError(429, undefined, `requests.${code}`, detail, { "Retry-After": String(retryAfter) });
  }
  static notImplemented(code: string, detail: string): ScimError {
    return new ScimError(501, undefined, `notImplemented.${code}`, detail);
  }
  /** The one text for everything unforeseen: no internals, and no word of the request. */
  static internal(): ScimError {
    return new ScimError(
      500,
      undefined,
      "internal",
      "An unexpected error occurred. Nothing is known to have changed; try again.",
    );
  }
  /** @param retryAfter whole seconds: Okta honours nothing but an integer */
  static busy(code: string, detail: string, retryAfter: number): ScimError {
    return new ScimError(503, undefined, `busy.${code}`, detail, {
      "Retry-After": String(retryAfter),
    });
  }
}

/** The error message of RFC 7644 section 3.12 as JSON text. @param reference finds the request's log line */
export function errorBody(error: ScimError, reference: string): string {
  return JSON.stringify({
    schemas: [ERROR],
    status: String(error.status),
    scimType: error.scimType,
    detail: `${error.message} (ref: ${reference})`,
  });
}
