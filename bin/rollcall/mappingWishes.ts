import { isObject, type Json, type JsonObject, objectIn } from "../../functions/scim/json.ts";
import { isGroupId } from "../../functions/scim/schema.ts";
import { type AdminClient, adminPath, neededListIn, versionIn } from "./adminClient.ts";
import type { Invocation } from "./command.ts";
import { type GivenOptions, given, readGivenFile, refuseBoth, textOption, textOptions } from "./options.ts";
import { Refused, UsageError } from "./refused.ts";
import { printable } from "./table.ts";

/** Members of answers only: a file written from an answer may keep them. */
const OF_ANSWERS = ["enabled", "version", "teamName", "managed", "missing"];

/** The wished mappings. */
interface WishedMappings {
  /** In the API's form. */
  readonly wishes: JsonObject;
  /** The version that they are based on; undefined: the file has none. */
  readonly madeFrom: number | undefined;
}

/** The mappings of the options; the rest stays unchanged. @throws UsageError, Refused */
export async function wishedMappings({ connect, options }: Invocation, org: string): Promise<WishedMappings> {
  const [maps, path] = [textOptions(options, "map"), textOption(options, "file")];
  refuseBoth(options, "map", "file");
  const named = given({ mode: textOption(options, "mode"), defaultRole: defaultRoleIn(options) });
  const mapped = maps.map(mapIn);
  if (path === undefined && mapped.length === 0 && Object.keys(named).length === 0) {
    throw new UsageError("Give --map, --mode, --default-role or --no-default-role, or --file.");
  }
  const now =
    path === undefined ? await (await connect()).call("GET", adminPath("orgs", org, "roles")) : mappingsIn(path);
  const madeFrom = versionIn(now.version);
  const wishes = { ...asWished(now), ...named };
  const entries = mapped.length > 0 ? mapped : now.mappings;
  // The API refuses values that are no list.
  if (!Array.isArray(entries)) return { wishes, madeFrom };
  const ids = await idsOfTeams(namesIn(entries), org, connect);
  return { wishes: { ...wishes, mappings: entries.map((entry) => withId(entry, ids)) }, madeFrom };
}

function asWished(answer: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !OF_ANSWERS.includes(name)));
}

/** @throws UsageError */
function defaultRoleIn(options: GivenOptions): string | null | undefined {
  refuseBoth(options, "default-role", "no-default-role");
  return options["no-default-role"] === true ? null : textOption(options, "default-role");
}

/** A team's name may contain any sign; a role's key contains no `=`. @throws UsageError */
function mapIn(text: string): JsonObject {
  const equals = text.lastIndexOf("=");
  const [, role = "", priority] = /^(.+?)(?::(\d{1,4}))?$/.exec(text.slice(equals + 1)) ?? [];
  if (equals < 1 || role === "") {
    throw new UsageError('--map takes TEAM=ROLE or TEAM=ROLE:PRIORITY, for example --map "Admins=admin:10".');
  }
  return { team: text.slice(0, equals), role, ...(priority !== undefined && { priority: Number(priority) }) };
}

/** @throws Refused */
function mappingsIn(path: string): JsonObject {
  const found = objectIn(readGivenFile(path));
  if (found === undefined) throw new Refused(`${path} holds no JSON object. mappings show --json prints one.`);
  return found;
}

function namesIn(entries: readonly Json[]): string[] {
  const teams = entries.flatMap((entry) => (isObject(entry) && typeof entry.team === "string" ? [entry.team] : []));
  return [...new Set(teams.filter((team) => !isGroupId(team)))];
}

function withId(entry: Json, ids: ReadonlyMap<string, string>): Json {
  if (!isObject(entry)) return entry;
  const { team, ...rest } = asWished(entry);
  return { ...rest, ...(team !== undefined && { team: ids.get(String(team)) ?? team }) };
}

/** By name, for teams of either side. @throws Refused where no team or several have the name */
async function idsOfTeams(
  names: readonly string[],
  org: string,
  connect: Invocation["connect"],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  if (names.length === 0) return ids;
  const client = await connect("directory");
  for (const name of names) ids.set(name, await idOfTeam(client, org, name));
  return ids;
}

async function idOfTeam(client: AdminClient, org: string, name: string): Promise<string> {
  const filter = `displayName eq ${JSON.stringify(name)}`;
  const path = `${adminPath("orgs", org, "teams")}?${new URLSearchParams({ filter, fields: "id" })}`;
  const teams: JsonObject[] = [];
  for await (const page of client.pages(path, "call", "cursor")) teams.push(...neededListIn(page, "teams"));
  const [team, ...others] = teams.map(({ id }) => String(id));
  if (team === undefined) throw new Refused(`No team of ${org} is called ${printable(name)}.`);
  if (others.length === 0) return team;
  throw new Refused(
    `Several teams are called ${printable(name)}: name one by its id, ${[team, ...others].join(" or ")}.`,
  );
}
