import { readXml, type XmlElement } from "./readXml.ts";
import { Refused } from "./refused.ts";

export interface SamlIdentityProvider {
  readonly entityId: string;
  /** Where the application sends people to sign in. */
  readonly url: string;
}

const METADATA = "urn:oasis:names:tc:SAML:2.0:metadata";
const BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:";
const PREFERRED = [`${BINDINGS}HTTP-Redirect`, `${BINDINGS}HTTP-POST`];

/**
 * The identity provider that a SAML 2.0 metadata document describes (SAML metadata, sections 2.3 and 2.4). Signatures are
 * not checked: whoever gives the file vouches for it.
 * @throws Refused
 */
export function readSamlMetadata(text: string): SamlIdentityProvider {
  const root = readXml(text);
  const entities = [...named(root, "EntityDescriptor")].flatMap((entity) => {
    const services = [...named(entity, "IDPSSODescriptor")].flatMap((role) => [...named(role, "SingleSignOnService")]);
    return services.length === 0 ? [] : [{ entityId: entity.attributes.get("entityID") ?? "", services }];
  });
  const [entity, ...others] = entities;
  if (entity === undefined) {
    throw new Refused(
      "The metadata describes no identity provider: it has no IDPSSODescriptor with a SingleSignOnService.",
    );
  }
  if (others.length > 0) throw new Refused("The metadata describes several identity providers: give the one to use.");
  const byBinding = (binding: string) =>
    entity.services.find(({ attributes }) => attributes.get("Binding") === binding);
  const service = PREFERRED.map(byBinding).find((found) => found !== undefined) ?? entity.services[0];
  const url = service?.attributes.get("Location") ?? "";
  if (entity.entityId === "" || url === "")
    throw new Refused("The metadata lacks its entityID or the address of its sign-in.");
  return { entityId: entity.entityId, url };
}

/** The element itself, or those below it, of this name. */
function* named(element: XmlElement, name: string): Iterable<XmlElement> {
  if (element.namespace === METADATA && element.name === name) yield element;
  else for (const child of element.children) yield* named(child, name);
}
