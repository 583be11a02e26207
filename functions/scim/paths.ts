import { ScimError } from "./error.ts";
import { isBlank, isLongerThan, isObject, type Json, type JsonObject } from "./json.ts";
import { type Attribute, coreAttributes, type ResourceType, type Schema } from "./schema.ts";

/** RFC 7644 section 3.10, resolved against a resource type. */
export interface AttributePath {
  /** URN of the extension; undefined for core and common attributes. */
  readonly schema: string | undefined;
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}

/** What a name without brackets stands for: an attribute or a part of one, or a whole extension. */
export type Named =
  | { readonly kind: "attribute"; readonly path: AttributePath }
  | { readonly kind: "extension"; readonly schema: Schema };

/**
 * What a name of the resource type names, in any case, with or without the URN of its schema, which may end in a colon
 * (Ping's SDK). An extension's attribute is also found without its URN where the core schema has none of that name
 * (recorded request manager-array), and with `.` in place of the last `:` (ext-dot-path).
 */
export function resolveName(type: ResourceType, text: string): Named | undefined {
  let names = namesOfTypes.get(type);
  if (names === undefined) {
    names = namesOf(type);
    namesOfTypes.set(type, names);
  }
  return names.get(text.toLowerCase());
}

/** The attribute a path names. @returns undefined when the resource type has no such attribute */
export function resolvePath(type: ResourceType, text: string): AttributePath | undefined {
  const named = resolveName(type, text);
  return named?.kind === "attribute" ? named.path : undefined;
}

/** By every spelling in lower case: types are few and never change, and every path of a request is looked up. */
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

/** Whether the text is the URN of the type's own schema, as clients name a container of core attributes. */
export function namesCore({ schema: { id } }: ResourceType, text: string): boolean {
  if (text.length < id.length || text.length > id.length + 1) return false;
  const lower = text.toLowerCase();
  return lower === id.toLowerCase() || lower === `${id.toLowerCase()}:`;
}

/** What a key of a body names behind the URN of a schema of the type: `urn:…:User:title`. */
export function namesWithin(
  type: ResourceType,
  text: string,
): { readonly schema: Schema; readonly name: string } | undefined {
  const lower = text.toLowerCase();
  for (const schema of [type.schema, ...type.extensions.map((extension) => extension.schema)]) {
    const rest = lower.startsWith(schema.id.toLowerCase()) ? text.slice(schema.id.length) : "";
    if (/^[:.]./s.test(rest)) return { schema, name: rest.slice(1) };
  }
  return undefined;
}

/** The canonical spelling: `name.givenName`, `urn:…:User:manager.value`. Never holds a value. */
export function printPath({ schema, attribute, sub }: AttributePath): string {
  const name = sub === undefined ? attribute.name : `${attribute.name}.${sub.name}`;
  return schema === undefined ? name : `${schema}:${name}`;
}

/** All values of the attribute that the path names, in canonical attributes: its part is not looked at. */
export function valueAt(resource: JsonObject, { schema, attribute }: AttributePath): Json | undefined {
  const container = schema === undefined ? resource : resource[schema];
  return isObject(container) ? container[attribute.name] : undefined;
}

/** The place of the bracket that closes the one at `open`; brackets in quotes do not count. -1 without one. */
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

/** The text without its brackets and what they hold. Where one is never closed, it and what follows stay: no text is read twice. */
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

/** A key is part of a DynamoDB key, which holds 1,024 bytes at most. */
const MAX_KEY_BYTES = 900;

/**
 * The key under which a userName is unique: the mapping of RFC 8265 UsernameCaseMapped (width, lower case, NFC). Only a
 * key: the spelling that was sent is what is stored and returned. Code points outside the IdentifierClass, spaces above
 * all, are let through because real userNames have them. Nothing is trimmed.
 * @throws ScimError 400 invalidValue when it is blank, holds a control character or is longer than 900 bytes
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

/** What the keys of all userNames that begin with `text` begin with; undefined when no key can. */
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
 * How strings without `caseExact` are compared: NFC, lower case without a locale, final sigma like any other. `ß` and
 * `ss` stay different, because they name different mail domains.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize("NFC").toLowerCase().normalize("NFC").replaceAll("ς", "σ");
}

/** The mapping of userNameKey without its refusals, for filters. */
export function mapUserName(text: string): string {
  return foldCase(ASCII.test(text) ? text : text.replace(WIDE_OR_NARROW, mapWidth));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII starts with them
const ASCII = /^[\u0000-\u007f]*$/;
const CONTROL = /\p{Cc}/u;
const WIDE_OR_NARROW = /[\u3000\uff01-\uffee]/g;

/**
 * Fullwidth and halfwidth code points become their decomposition mapping (RFC 8265 section 3.3.2). NFKC gives that
 * mapping, except where the mapping itself has a compatibility decomposition: the macron and the Hangul letters.
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

/** First and last halfwidth letter, and what the first is mapped to. */
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

/** null for an unassigned value. */
export type ComparisonKey = null | boolean | number | string;

/**
 * What a value is compared by: strings folded unless caseExact, userName as its uniqueness is decided, dateTime as an
 * instant. null for anything that cannot be compared.
 */
export function comparisonKey({ schema, attribute, sub }: AttributePath, value: Json | undefined): ComparisonKey {
  if (typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value !== "string") return null;
  const compared = sub ?? attribute;
  if (compared.type === "dateTime") return instantOf(value) ?? null;
  if (compared.caseExact) return value;
  return schema === undefined && attribute.name === "userName" ? mapUserName(value) : foldCase(value);
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * The instant of an xsd:dateTime (RFC 7643 section 2.3.5) in milliseconds; without a zone it is UTC.
 * @returns undefined when the text is no dateTime
 */
export function instantOf(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const instant = Date.parse(match[1] === undefined ? `${text}Z` : text);
  if (Number.isNaN(instant)) return undefined;
  // Date.parse takes the 30th of February for the 1st of March.
  const day = text.slice(0, 10);
  return new Date(day).toISOString().startsWith(day) ? instant : undefined;
}
