import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, SEARCH_REQUEST, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { type Answer, at } from "../../support/wire.ts";
import { enterpriseUser, filtered, get, group, it, made, refused, refusesFilter } from "../onWire.ts";
import { type Client, patchOf } from "../rows/client.ts";

/** One attribute or sub-attribute that /Schemas publishes, or one that every resource has. */
interface Leaf {
  readonly path: string;
  readonly type: string;
  readonly caseExact: boolean;
  readonly multiValued: boolean;
  readonly returned: string;
}

const COMMON: readonly Leaf[] = [
  { path: "id", type: "string", caseExact: true, multiValued: false, returned: "always" },
  { path: "schemas", type: "reference", caseExact: false, multiValued: true, returned: "always" },
  { path: "meta.resourceType", type: "string", caseExact: true, multiValued: false, returned: "default" },
  { path: "meta.created", type: "dateTime", caseExact: false, multiValued: false, returned: "default" },
  { path: "meta.lastModified", type: "dateTime", caseExact: false, multiValued: false, returned: "default" },
  { path: "meta.location", type: "reference", caseExact: true, multiValued: false, returned: "default" },
  { path: "meta.version", type: "string", caseExact: true, multiValued: false, returned: "default" },
];

it("S-28, S-29: every attribute that the schemas publish is in every answer, only in one that asks for it, or in none, as returned says", async (scim) => {
  const { userId, teamId } = await population(scim);
  const schemas = (await get(scim, "/Schemas")).json;
  for (const [endpoint, id, key, ids] of [
    ["/Users", userId, 'userName eq "Full.User@acme.example"', [USER_SCHEMA, ENTERPRISE_SCHEMA]],
    ["/Groups", teamId, 'externalId eq "full"', [GROUP_SCHEMA]],
  ] as const) {
    const path = `${endpoint}/${id}`;
    const whole = await resource(scim, path);
    const { id: _id, meta: _meta, groups: _groups, ...body } = whole;
    const patched = patchOf({ op: "replace", path: "displayName", value: "Renamed" });
    const search = { schemas: [SEARCH_REQUEST], filter: key };
    const ways: readonly (readonly [string, (query: string) => Promise<Answer>])[] = [
      ["GET", (query) => get(scim, `${path}${query}`)],
      ["list", (query) => get(scim, `${endpoint}${query}`)],
      ["filter", (query) => get(scim, `${endpoint}${query}${query === "" ? "?" : "&"}${filtered(key)}`)],
      ["PUT", (query) => scim.put("PUT", `${path}${query}`, body, { status: 200 })],
      ["PATCH", (query) => scim.tenant.request({ method: "PATCH", path: `${path}${query}`, body: patched })],
      ["search", () => scim.post("search", "/.search", search, { status: 200 })],
    ];
    for (const [way, ask] of ways) {
      const plain = await ask("");
      if (plain.status === 204) continue;
      for (const leaf of [...ids.flatMap((schema) => leavesOf(schemas, schema)), ...COMMON]) {
        const byDefault = valuesAt(shownIn(plain, id), leaf.path).length > 0;
        if (byDefault !== (leaf.returned === "default" || leaf.returned === "always")) {
          scim.note(`${way} ${leaf.path}`, `${leaf.returned}, and ${byDefault ? "shown" : "missing"} by default`);
        }
        if (way === "search" || way === "PUT" || leaf.returned === "default") continue;
        const asked = valuesAt(shownIn(await ask(`?attributes=${leaf.path}`), id), leaf.path).length > 0;
        if (asked !== (leaf.returned !== "never")) scim.note(`${way} ${leaf.path}`, `asked for: ${asked}`);
      }
    }
  }
});

/** The resource in an answer that shows it alone, or among others. */
function shownIn({ json }: Answer, id: string): JsonObject {
  const among = list(at(json, "Resources")).find((one) => at(one, "id") === id) ?? json;
  return isObject(among) ? among : {};
}

it("F-1, F-8, F-9, F-10, F-11, O-1: filters and orders work on every attribute that the schemas publish, of users, groups and extensions", async (scim) => {
  const { userId, teamId } = await population(scim);
  const schemas = (await get(scim, "/Schemas")).json;
  const endpoints = [
    ["/Users", "full", await resource(scim, `/Users/${userId}`), [USER_SCHEMA, ENTERPRISE_SCHEMA]],
    ["/Groups", "full", await resource(scim, `/Groups/${teamId}`), [GROUP_SCHEMA]],
  ] as const;
  let asked = 0;
  for (const [endpoint, name, whole, ids] of endpoints) {
    const published = ids.flatMap((id) => leavesOf(schemas, id)).filter(({ path }) => !/(^|:)password$/.test(path));
    for (const leaf of [...published, ...COMMON]) {
      const values = valuesAt(whole, leaf.path);
      const [value] = values;
      if (value === undefined) {
        // What is returned on request only is not stored, and no filter could find it.
        if (leaf.returned !== "request") {
          scim.note(leaf.path, "the full resource has no value for it");
        }
        await refusesFilter(scim, endpoint, `${leaf.path} pr`);
        continue;
      }
      for (const [filter, matches] of questions(leaf, value)) {
        asked += 1;
        const found = await names(scim, endpoint, filter);
        if (found.includes(name) !== matches) scim.note(filter, `${matches ? "misses" : "finds"} what has ${value}`);
      }
      for (const filter of misfits(leaf)) {
        await scim.get(filter, `${endpoint}?${filtered(filter)}`, refused(400, "invalidFilter"));
      }
      for (const sortOrder of ["ascending", "descending"]) {
        const path = `${endpoint}?sortBy=${leaf.path}&sortOrder=${sortOrder}`;
        await scim.seen(path, path, { totalResults: 3, Resources: { $length: 3 } });
      }
    }
  }
  if (asked < 500) scim.note("questions", `only ${asked}`);
});

/** Filters over one attribute, and whether they match a resource with this value among its values. */
function questions({ path, type, caseExact, multiValued }: Leaf, value: Json): [string, boolean][] {
  const literal = JSON.stringify(value);
  const all: [string, boolean][] = [
    [`${path} pr`, true],
    [`not (${path} pr)`, false],
    [`${path} eq ${literal}`, true],
    [`not (${path} eq ${literal})`, false],
    [`${path} eq null`, false],
    [`${path} ne null`, true],
    [`${path.toUpperCase()} EQ ${literal}`, true],
  ];
  if (!multiValued) all.push([`${path} ne ${literal}`, false]);
  if (type !== "boolean" && type !== "binary") {
    all.push([`${path} ge ${literal}`, true], [`${path} le ${literal}`, true]);
    if (!multiValued) all.push([`${path} gt ${literal}`, false], [`${path} lt ${literal}`, false]);
  }
  if ((type === "string" || type === "reference") && typeof value === "string") {
    const [begin, middle, end] = [value.slice(0, 3), value.slice(1, -1), value.slice(-3)].map((one) =>
      JSON.stringify(one),
    );
    all.push([`${path} sw ${begin}`, true], [`${path} co ${middle}`, true], [`${path} ew ${end}`, true]);
    const swapped = swapCase(value);
    if (swapped !== value) all.push([`${path} eq ${JSON.stringify(swapped)}`, !caseExact]);
  }
  const [attribute = "", sub] = path.split(/\.(?=[$\w]+$)/);
  if (sub !== undefined && !attribute.endsWith("2")) all.push([`${attribute}[${sub} eq ${literal}]`, true]);
  return all;
}

/** What the attribute's type forbids (RFC 7644 Table 3). */
function misfits({ path, type }: Leaf): string[] {
  switch (type) {
    case "boolean":
      return [`${path} gt true`, `${path} co "t"`, `${path} eq "x"`, `${path} eq 1`];
    case "dateTime":
      return [`${path} co "2"`, `${path} sw "2"`, `${path} eq "x"`, `${path} gt 5`];
    case "binary":
      return [`${path} gt "a"`, `${path} co "a"`, `${path} eq 1`];
    default:
      return [`${path} eq 1`, `${path} eq true`, `${path} gt null`];
  }
}

function swapCase(text: string): string {
  return [...text].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join("");
}

function leavesOf(schemas: Json | undefined, id: string): Leaf[] {
  const schema = list(at(schemas, "Resources")).find((one) => at(one, "id") === id);
  const prefix = id === ENTERPRISE_SCHEMA ? `${id}:` : "";
  return list(at(schema, "attributes")).flatMap((attribute) => {
    const name = `${prefix}${at(attribute, "name")}`;
    const multiValued = at(attribute, "multiValued") === true;
    const subs = list(at(attribute, "subAttributes"));
    if (subs.length === 0) return [leaf(attribute, name, multiValued)];
    return subs.map((sub) => leaf(sub, `${name}.${at(sub, "name")}`, multiValued));
  });
}

function leaf(attribute: Json, path: string, multiValued: boolean): Leaf {
  const [type, returned] = [String(at(attribute, "type")), String(at(attribute, "returned"))];
  return { path, type, caseExact: at(attribute, "caseExact") === true, multiValued, returned };
}

function valuesAt(whole: JsonObject, path: string): Json[] {
  const extension = path.startsWith(ENTERPRISE_SCHEMA) ? ENTERPRISE_SCHEMA : undefined;
  const rest = extension === undefined ? path : path.slice(extension.length + 1);
  let values: Json[] = [extension === undefined ? whole : (whole[extension] ?? {})];
  for (const step of rest.split(".")) {
    values = values.flatMap((value) => (isObject(value) ? [value[step] ?? []].flat() : []));
  }
  return values;
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

async function resource(scim: Client, path: string): Promise<JsonObject> {
  const { json } = await get(scim, path);
  if (!isObject(json)) throw new Error(`${path} cannot be read`);
  return json;
}

async function names(scim: Client, endpoint: string, filter: string): Promise<string[]> {
  const answer = await scim.get(filter, `${endpoint}?${filtered(filter)}`, { status: 200 });
  return list(at(answer.json, "Resources")).map((one) => String(at(one, "externalId")));
}

/** A user and a group that have a value wherever a client or we can give one, and two of each that have next to none. */
async function population(scim: Client): Promise<{ userId: string; teamId: string }> {
  const valued = (value: string): Json => [{ value, display: `shown ${value}`, type: "work", primary: true }];
  const bare = async (userName: string) => made(scim, "/Users", { schemas: [USER_SCHEMA], userName, active: null });
  const [manager] = [await bare("plain"), await bare("bare")];
  const body = enterpriseUser(
    "Full.User@acme.example",
    {
      employeeNumber: "E-4711",
      costCenter: "Cost 12",
      organization: "Acme Org",
      division: "Div East",
      department: "Dep West",
      manager: { value: manager, $ref: `../Users/${manager}` },
    },
    {
      externalId: "full",
      name: {
        formatted: "Ms Ada Byron",
        familyName: "Byron",
        givenName: "Ada Mae",
        middleName: "King",
        honorificPrefix: "Lady",
        honorificSuffix: "PhD III",
      },
      displayName: "Ada Byron",
      nickName: "Addie",
      profileUrl: "https://acme.example/Ada",
      title: "Countess",
      userType: "Employee",
      preferredLanguage: "en-GB",
      locale: "en-GB",
      timezone: "Europe/London",
      active: true,
      emails: valued("Ada@acme.example"),
      phoneNumbers: valued("+44 20 1234"),
      ims: valued("ada-im"),
      photos: valued("https://acme.example/ada.png"),
      addresses: [
        {
          formatted: "1 Street, Town",
          streetAddress: "1 Street",
          locality: "Town",
          region: "Region",
          postalCode: "AB1 2CD",
          country: "GB!",
          type: "work",
          primary: true,
        },
      ],
      entitlements: valued("Ent One"),
      roles: valued("Role One"),
      x509Certificates: valued("MIIBAgMEBQ=="),
    },
  );
  const userId = await made(scim, "/Users", body);
  const members = [{ value: userId }];
  const teamId = await made(scim, "/Groups", group("Full Team", { externalId: "full", members }));
  for (const name of ["plain", "bare"]) await made(scim, "/Groups", group(name));
  return { userId, teamId };
}
