import { ScimError } from "./error.ts";
import { isBlank, isLongerThan } from "./text.ts";

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
  if (isBlank(key)) {
    throw ScimError.invalidValue("userNameBlank");
  }
  if (CONTROL.test(key)) {
    throw ScimError.invalidValue("userNameControl");
  }
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
  if (isLongerThan(key, MAX_KEY_BYTES)) {
    throw ScimError.invalidValue("length", attribute, MAX_KEY_BYTES);
  }
  return key;
}
