import { userError } from "../../scim/error.ts";
import { type JsonObject, sameJson } from "../../scim/json.ts";
import { readCatalogue } from "../../store/roles/policy.ts";
import { sentRoles } from "../../store/roles/rolesOf.ts";
import type { USER_QUIRKS } from "../resources/userRules.ts";
import type { Session } from "../session.ts";

const ATTRIBUTES = ["roles", "entitlements"] as const;

/**
 * The rule `unknownRoles`: a request may add only assignable roles of the catalogue. Values that are already stored do not block
 * other changes, whatever the rules were when they came in. Without a catalogue every role is unknown.
 * @param stored empty for a new user
 * @param lenient the request deactivates the user: a forbidden value keeps its stored value, and nothing is refused
 * @returns undefined, without a read, where no value was added; otherwise the attributes to store
 * @throws ScimError 400 invalidValue
 */
export function settleRoles(
  session: Session,
  stored: JsonObject,
  settled: JsonObject,
  lenient: boolean,
): Promise<JsonObject> | undefined {
  if (session.rules.unknownRoles !== "refuse") return undefined;
  const added = ATTRIBUTES.flatMap((name) => {
    if (sameJson(settled[name], stored[name])) return [];
    const before = new Set(sentRoles({ [name]: stored[name] ?? null }));
    const values = sentRoles({ [name]: settled[name] ?? null }).filter((value) => !before.has(value));
    return values.length > 0 ? [{ name, values }] : [];
  });
  return added.length === 0 ? undefined : withKnownRoles(session, stored, settled, lenient, added);
}

interface Added {
  readonly name: (typeof ATTRIBUTES)[number];
  readonly values: readonly string[];
}

async function withKnownRoles(
  { directory, quirks }: Session,
  stored: JsonObject,
  settled: JsonObject,
  lenient: boolean,
  added: readonly Added[],
): Promise<JsonObject> {
  const { roles } = await readCatalogue(directory.view.database);
  const known = new Set(roles.flatMap(({ key, assignable }) => (assignable ? [key] : [])));
  const unknown = added.filter(({ values }) => values.some((value) => !known.has(value)));
  const [first] = unknown;
  if (first === undefined) return settled;
  if (!lenient) throw userError("value.unknownRole", [first.name]);
  const kept = { ...settled };
  for (const { name } of unknown) {
    quirks.note<typeof USER_QUIRKS>("deactivationKept", name);
    const before = stored[name];
    if (before === undefined) delete kept[name];
    else kept[name] = before;
  }
  return kept;
}
