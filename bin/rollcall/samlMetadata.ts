import { XMLParser, XMLValidator } from "fast-xml-parser";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { objectsIn } from "./adminClient.ts";
import { Refused } from "./refused.ts";

export interface SamlIdentityProvider {
  readonly entityId: string;
  /** The sign-in address for the application. */
  readonly url: string;
}

const METADATA = "urn:oasis:names:tc:SAML:2.0:metadata";
const BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:";
const PREFERRED = [`${BINDINGS}HTTP-Redirect`, `${BINDINGS}HTTP-POST`];

/**
 * The identity provider of a SAML 2.0 metadata document (SAML metadata, sections 2.3 and 2.4). Signatures are not checked: the
 * person who gives the file vouches for it.
 * @throws Refused
 */
export function readSamlMetadata(text: string): SamlIdentityProvider {
  // A copied file may begin with an empty line.
  const root = readXml(text.trim());
  const entities = [...named(root, "EntityDescriptor")].flatMap((entity) => {
    const services = [...named(entity, "IDPSSODescriptor")].flatMap((role) => [...named(role, "SingleSignOnService")]);
    return services.length === 0 ? [] : [{ entityId: String(entity.attributes.entityID ?? ""), services }];
  });
  const [entity, ...others] = entities;
  if (entity === undefined) {
    throw new Refused(
      "The metadata describes no identity provider: it has no IDPSSODescriptor with a SingleSignOnService.",
    );
  }
  if (others.length > 0) throw new Refused("The metadata describes several identity providers: give the one to use.");
  const byBinding = (binding: string) => entity.services.find(({ attributes }) => attributes.Binding === binding);
  const service = PREFERRED.map(byBinding).find((found) => found !== undefined) ?? entity.services[0];
  const url = String(service?.attributes.Location ?? "");
  if (entity.entityId === "" || url === "") {
    throw new Refused("The metadata lacks its entityID or the address of its sign-in.");
  }
  return { entityId: entity.entityId, url };
}

interface XmlElement {
  readonly namespace: string;
  /** Without prefix. */
  readonly name: string;
  readonly attributes: JsonObject;
  readonly children: readonly XmlElement[];
}

/** The element itself, or its descendants, with this name. */
function* named(element: XmlElement, name: string): Iterable<XmlElement> {
  if (element.namespace === METADATA && element.name === name) yield element;
  else for (const child of element.children) yield* named(child, name);
}

/** Nodes in order: each an object with one name and its children; attributes are under `:@`. */
const PARSER = new XMLParser({
  attributeNamePrefix: "",
  htmlEntities: true,
  ignoreAttributes: false,
  parseAttributeValue: false,
  preserveOrder: true,
  trimValues: false,
});
/** With the end of each, which is empty where it is not closed: the text is then searched to its end only once. */
const OPAQUE = /<!--[\s\S]*?(-->|$)|<!\[CDATA\[[\s\S]*?(\]\]>|$)/g;
const UNKNOWN_ENTITY = /&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-f]{1,6});)/i;

/**
 * The root of a well-formed XML document with namespaces. Document types are always refused: their entities make small files
 * large, or read other files.
 * @throws Refused
 */
function readXml(text: string): XmlElement {
  const marked = text.replaceAll(OPAQUE, (part, comment, data) => (comment || data ? "" : part));
  if (/<!DOCTYPE/i.test(marked)) throw new Refused("The XML has a document type declaration, which is not read.");
  if (UNKNOWN_ENTITY.test(marked) || !/>\s*$/.test(marked) || XMLValidator.validate(text) !== true) notXml();
  const [root, ...others] = elementsIn(parsed(text), () => undefined);
  if (root === undefined || others.length > 0) notXml();
  return root;
}

function parsed(text: string): Json {
  try {
    return PARSER.parse(text);
  } catch {
    // Nested too deep, or an invalid name.
    return notXml();
  }
}

/** The namespace of a prefix; "" is the default one. */
type Scope = (prefix: string) => string | undefined;

function elementsIn(nodes: Json | undefined, outer: Scope): XmlElement[] {
  return objectsIn(nodes).flatMap((node) => {
    const written = Object.keys(node).find((key) => key !== ":@") ?? "";
    if (written === "#text" || written.startsWith("?")) return [];
    const attributes = isObject(node[":@"]) ? node[":@"] : {};
    const own = new Map<string, string>();
    for (const [name, value] of Object.entries(attributes)) {
      if (/^xmlns(?::|$)/.test(name)) own.set(name.slice("xmlns:".length), String(value));
    }
    const scope: Scope = (prefix) => own.get(prefix) ?? outer(prefix);
    const [name = "", prefix = ""] = written.split(":").reverse();
    const namespace = scope(prefix) ?? (prefix === "" ? "" : notXml());
    return [{ namespace, name, attributes, children: elementsIn(node[written], scope) }];
  });
}

function notXml(): never {
  throw new Refused("The file is not well-formed XML.");
}
