import { ScimError } from "./error.ts";
import { isBlank, isLongerThan, isObject, type Json, type JsonObject } from "./json.ts";
import { type Attribute, coreAttributes, type ResourceType, type Schema } from "./schema.ts";

/** A path (RFC 7644 section 3.10), resolved against a resource type. */
export interface AttributePath {
  /** URN of the extension; undefined for core and common attributes. */
  readonly schema: string | undefined;
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}

/** The meaning of a name without brackets: an attribute, a sub-attribute, or a whole extension. */
export type Named =
  | { readonly kind: "attribute"; readonly path: AttributePath }
  | { readonly kind: "extension"; readonly schema: Schema };

/**
 * Resolves a name in any case, with or without the URN of its schema, which may end in a colon (Ping's SDK). An attribute
 * of an extension is also found without its URN if the core schema has no such name (recorded request manager-array), and
 * with `.` instead of the last `:` (ext-dot-path).
 */
export function resolveName(type: ResourceType, text: string): Named | undefined {
  const names = namesOfTypes.get(type) ?? namesOf(type);
  namesOfTypes.set(type, names);
  return names.get(text.toLowerCase()) ?? names.get(currentName(type, text));
}

/** The URN of a schema in SCIM 1 and in drafts of SCIM 2, which templates of OneLogin and others still name. */
export const FORMER_URN = /^urn:(scim:schemas:(?:core|extension:enterprise):)[12]\.0(:user|:group)?(?![^:.])/i;

/** The text in lower case, with the URN that RFC 7643 gives to a schema in place of its former one. */
function currentName({ name }: ResourceType, text: string): string {
  return text
    .replace(FORMER_URN, (_, kind: string, own = `:${name}`) => `urn:ietf:params:${kind}2.0${own}`)
    .toLowerCase();
}

/** The attribute of a path. @returns undefined when the resource type has no such attribute */
export function resolvePath(type: ResourceType, text: string): AttributePath | undefined {
  const named = resolveName(type, text);
  return named?.kind === "attribute" ? named.path : undefined;
}

/** All spellings in lower case, kept per type: types are few and never change, and every path of a request is looked up. */
const namesOfTypes = new WeakMap<ResourceType, ReadonlyMap<string, Named>>();

function namesOf(type: ResourceType): ReadonlyMap<string, Named> {
  const names = new Map<string, Named>();
  const add = (text: string, named: Named) => {
    if (!names.has(text.toLowerCase())) names.set(text.toLowerCase(), named);
  };
  const addAll = (attributes: readonly Attribute[], { id }: Schema, schema: string | undefined) => {
    for (const attribute of attributes) {
      for (const sub of [undefined, ...(attribute.subAttributes ?? [])]) {
        const path = { schema, attribute, sub };
        const name = printPath({ ...path, schema: undefined });
        for (const text of [name, `${id}:${name}`, `${id}.${name}`]) add(text, { kind: "attribute", path });
      }
    }
  };
  addAll(coreAttributes(type), type.schema, undefined);
  for (const { schema } of type.extensions) {
    addAll(schema.attributes, schema, schema.id);
    for (const text of [schema.id, `${schema.id}:`]) add(text, { kind: "extension", schema });
  }
  return names;
}

/** Whether the text is the URN of the type's own schema: clients use it for a container of core attributes. */
export function namesCore(type: ResourceType, text: string): boolean {
  const within = namesWithin(type, text);
  return within?.schema === type.schema && within.name === "";
}

/**
 * The schema and, in lower case, the name in a body's key with a URN: `urn:…:User:title`. The name is empty behind the URN
 * itself, which may end in a colon.
 */
export function namesWithin(
  type: ResourceType,
  text: string,
): { readonly schema: Schema; readonly name: string } | undefined {
  const current = currentName(type, text);
  for (const schema of [type.schema, ...type.extensions.map((extension) => extension.schema)]) {
    const rest = current.slice(schema.id.length);
    const begins = current.startsWith(schema.id.toLowerCase());
    if (begins && /^($|:|\..)/.test(rest)) return { schema, name: rest.slice(1) };
  }
  return undefined;
}

/** The canonical spelling: `name.givenName`, `urn:…:User:manager.value`. Contains no value. */
export function printPath({ schema, attribute, sub }: AttributePath): string {
  const name = sub === undefined ? attribute.name : `${attribute.name}.${sub.name}`;
  return schema === undefined ? name : `${schema}:${name}`;
}

/** All values of the path's attribute in canonical attributes; ignores the sub-attribute. */
export function valueAt(resource: JsonObject, { schema, attribute }: AttributePath): Json | undefined {
  const container = schema === undefined ? resource : resource[schema];
  return isObject(container) ? container[attribute.name] : undefined;
}

/** The position of the bracket that closes the one at `open`, ignoring brackets in quotes; -1 if there is none. */
export function closingBracket(text: string, open: number): number {
  let quote = "";
  for (let at = open + 1; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quote !== "") {
      if (character === "\\") at += 1;
      else if (character === quote) quote = "";
    } else if (character === '"' || (character === "'" && /\s/.test(text[at - 1] ?? ""))) quote = character;
    else if (character === "]") return at;
  }
  return -1;
}

/** Removes brackets and their content. From an unclosed bracket on the text stays: no text is read twice. */
export function withoutBrackets(text: string): string {
  let rest = "";
  let from = 0;
  for (let open = text.indexOf("["); open !== -1; open = text.indexOf("[", from)) {
    const close = closingBracket(text, open);
    if (close === -1) break;
    rest += text.slice(from, open);
    from = close + 1;
  }
  return rest + text.slice(from);
}

/** The key becomes part of a DynamoDB sort key, which holds at most 1,024 bytes. */
const MAX_KEY_BYTES = 900;

/**
 * The key under which a userName is unique: the mapping of RFC 8265 UsernameCaseMapped (width, lower case, NFC). Only a
 * key: the spelling as sent is stored and returned. Code points outside the IdentifierClass, mainly spaces, are allowed
 * because real userNames contain them. Nothing is trimmed.
 * @throws ScimError 400 invalidValue when it is blank, contains a control character or is longer than 900 bytes
 */
export function userNameKey(text: string): string {
  const key = mapUserName(text);
  if (isBlank(key)) throw ScimError.invalidValue("userNameBlank");
  if (CONTROL.test(key)) throw ScimError.invalidValue("userNameControl");
  return bounded(key, "userName");
}

/** The key of a group's displayName. @throws ScimError 400 invalidValue when it is longer than 900 bytes */
export function nameKey(text: string): string {
  return bounded(foldCase(text), "displayName");
}

/** The common prefix of the keys of all userNames that begin with `text`; undefined when no key can be so long. */
export function userNamePrefix(text: string): string | undefined {
  return fitting(mapUserName(text));
}

/** The same for the displayNames of groups. */
export function namePrefix(text: string): string | undefined {
  return fitting(foldCase(text));
}

function fitting(key: string): string | undefined {
  return isLongerThan(key, MAX_KEY_BYTES) ? undefined : key;
}

export function emailKey(text: string): string {
  return foldCase(text);
}

/**
 * The form in which strings without `caseExact` are compared: NFC, lower case without a locale, final sigma as sigma. `ß`
 * and `ss` stay different, because they are different mail domains. A text with endless marks on one letter gets no NFC.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text) || PILED.test(text)) return text.toLowerCase();
  return text.normalize("NFC").toLowerCase().normalize("NFC").replaceAll("ς", "σ");
}

/** The mapping of userNameKey without its checks, for filters. */
export function mapUserName(text: string): string {
  return foldCase(text.replace(WIDE_OR_NARROW, mapWidth));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII begins with control characters
const ASCII = /^[\u0000-\u007f]*$/;
/** NFC sorts the marks in a row, in quadratic time (UAX #15 section 13). A name has fewer: composed, its key has a byte for each at least. */
const PILED = /(?<!\p{M})\p{M}{901}/u;
const CONTROL = /\p{Cc}/u;
const WIDE_OR_NARROW = /[\u3000\uff01-\uffee]/g;

/**
 * Maps fullwidth and halfwidth code points to their decomposition (RFC 8265 section 3.3.2). NFKC does so, except where the
 * decomposition is itself decomposed further: the macron and the Hangul letters.
 */
function mapWidth(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 0xffe3) return "\u00af";
  if (code === 0xffa0) return "\u3164";
  for (const [first, last, target] of HANGUL) {
    if (code >= first && code <= last) return String.fromCharCode(target + code - first);
  }
  return character.normalize("NFKC");
}

/** First and last halfwidth letter, and the mapping of the first. */
const HANGUL: readonly (readonly [number, number, number])[] = [
  [0xffa1, 0xffbe, 0x3131],
  [0xffc2, 0xffc7, 0x314f],
  [0xffca, 0xffcf, 0x3155],
  [0xffd2, 0xffd7, 0x315b],
  [0xffda, 0xffdc, 0x3161],
];

function bounded(key: string, attribute: string): string {
  if (isLongerThan(key, MAX_KEY_BYTES)) throw ScimError.invalidValue("length", attribute, MAX_KEY_BYTES);
  return key;
}

/** null: an unassigned value. */
export type ComparisonKey = null | boolean | number | string;

/**
 * The form in which a value is compared: strings folded unless caseExact, userName as in its uniqueness, dateTime as an
 * instant. null for a value that cannot be compared.
 */
export function comparisonKey({ schema, attribute, sub }: AttributePath, value: Json | undefined): ComparisonKey {
  if (typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value !== "string") return null;
  const compared = sub ?? attribute;
  if (compared.type === "dateTime") return instantOf(value) ?? null;
  if (compared.caseExact) return value;
  return schema === undefined && attribute.name === "userName" ? mapUserName(value) : foldCase(value);
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3}(\d*))?(Z|[+-]\d\d:\d\d)?$/;

/**
 * The instant of an xsd:dateTime (RFC 7643 section 2.3.5) in milliseconds; without a zone it is UTC. Our own times are whole
 * milliseconds: any other lies between two of them.
 * @returns undefined when the text is no dateTime
 */
export function instantOf(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, finer = "", zone] = match;
  const instant = Date.parse(zone === undefined ? `${text}Z` : text) + (/[1-9]/.test(finer) ? 0.5 : 0);
  if (Number.isNaN(instant)) return undefined;
  // Date.parse reads the 30th of February as the 1st of March.
  const day = text.slice(0, 10);
  return new Date(day).toISOString().startsWith(day) ? instant : undefined;
}
