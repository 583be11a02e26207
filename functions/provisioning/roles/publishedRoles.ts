import type { ResourceRecord } from "../../store/records.ts";
import type { ReadableResources } from "../../store/resources.ts";
import { readCatalogue } from "../../store/roles/policy.ts";
import type { Role, RoleCatalogue } from "../../store/roles/roleRecords.ts";
import type { Directory } from "../../store/session.ts";
import type { QueryDefinition } from "../resources/definition.ts";
import { PUBLISHED_ENTITLEMENTS, PUBLISHED_ROLES, type PublishedKind } from "./roleTypes.ts";

/** The assignable roles and entitlements of the catalogue, as SCIM shows them to governance products. Read only. */
export const PUBLISHED: readonly QueryDefinition[] = [PUBLISHED_ROLES, PUBLISHED_ENTITLEMENTS].map((published) => ({
  kind: published.kind,
  letter: "r",
  nameAttribute: "displayName",
  naming: "shared",
  hasMembers: false,
  isTimeless: true,
  type: () => published.type,
  store: ({ view: { database } }: Directory) => new CatalogueResources(published, () => readCatalogue(database)),
  indexes: new Map(),
}));

/** The catalogue is one item with at most a hundred roles, so every query reads it as a whole, once. */
class CatalogueResources implements ReadableResources<ResourceRecord> {
  readonly #published: PublishedKind;
  readonly #read: () => Promise<RoleCatalogue>;
  #records: Promise<readonly ResourceRecord[]> | undefined;

  constructor(published: PublishedKind, read: () => Promise<RoleCatalogue>) {
    this.#published = published;
    this.#read = read;
  }

  async find(id: string): Promise<ResourceRecord | undefined> {
    return (await this.#all()).find((record) => record.id === id);
  }

  async findMany(ids: readonly string[]): Promise<ResourceRecord[]> {
    const all = new Map((await this.#all()).map((record) => [record.id, record]));
    return ids.flatMap((id) => all.get(id) ?? []);
  }

  async page(start: number, limit: number) {
    const all = await this.#all();
    return { total: all.length, records: all.slice(start, start + limit) };
  }

  async list(limit: number, after?: string) {
    const rest = (await this.#all()).filter(({ id }) => after === undefined || id > after);
    const records = rest.slice(0, limit);
    return { records, next: rest.length > limit ? records.at(-1)?.id : undefined };
  }

  async *scan(): AsyncGenerator<readonly ResourceRecord[], void> {
    yield await this.#all();
  }

  #all(): Promise<readonly ResourceRecord[]> {
    this.#records ??= this.#read().then(({ version, roles }) =>
      roles
        .filter((role) => role.assignable && role.kind === this.#published.kind)
        .map((role) => this.#record(role, version)),
    );
    return this.#records;
  }

  #record({ key, displayName, description }: Role, version: number): ResourceRecord {
    const { type, draft } = this.#published;
    const drafted = { value: key, display: displayName, type: type.name, supported: true };
    const attributes = {
      schemas: [type.schema.id, draft],
      displayName,
      ...(description !== "" && { description }),
      ...drafted,
      [draft]: drafted,
    };
    const keys = { name: "", externalId: undefined, values: [] };
    return { id: key, version, created: "", lastModified: "", attributes: JSON.stringify(attributes), keys };
  }
}
