const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * The instant of an xsd:dateTime (RFC 7643 section 2.3.5) in milliseconds; without a zone it is UTC.
 * @returns undefined when the text is no dateTime
 */
export function instantOf(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const instant = Date.parse(match[1] === undefined ? `${text}Z` : text);
  return Number.isNaN(instant) ? undefined : instant;
}
