import type { Chance } from "../chance.ts";
import { AnswerUnfit, DELETED } from "./answers.ts";
import type { Dialect, HeldGroup, HeldUser } from "./dialect.ts";
import { assertFree, comparedName, idOf, idOfGroup, namesIn, provisioned, pushed } from "./heldViews.ts";
import type {
  GroupReference,
  IdentityProvider,
  ManyOutcome,
  Outcome,
  ProviderFailure,
  ProvisionedUser,
  PushedGroup,
  UserReference,
} from "./identityProvider.ts";
import { AnswerLost, deletionOf, type Exchange, Line, type LineMeans, ProviderRefused } from "./line.ts";
import { changedUser, completedUser, type ProviderUserWishes } from "./providerUser.ts";

/** Most attempts to find a created resource after lost answers. */
const CREATIONS = 5;

/** A provider's needs besides its dialect. */
type ProviderMeans = Pick<LineMeans, "url" | "token" | "faults" | "traffic" | "wait">;

/** A provider with this dialect. @param chance for its users' values */
export function createProvider(dialect: Dialect, chance: Chance, means: ProviderMeans): IdentityProvider {
  return new Provider(dialect, chance, means);
}

class Provider implements IdentityProvider {
  readonly #dialect: Dialect;
  readonly #chance: Chance;
  readonly #means: LineMeans;
  readonly #users = new Map<string, HeldUser>();
  readonly #groups = new Map<string, HeldGroup>();
  readonly exchanges: Exchange[] = [];

  constructor(dialect: Dialect, chance: Chance, means: ProviderMeans) {
    this.#dialect = dialect;
    this.#chance = chance;
    this.#means = { ...means, ...dialect, record: (exchange) => void this.exchanges.push(exchange) };
  }

  get tenantUrl(): string {
    return this.#means.url;
  }

  get users(): IdentityProvider["users"] {
    return this.#inScope().map(({ source, id, active }) => ({ ...source, id, active }));
  }

  get groups(): IdentityProvider["groups"] {
    return [...this.#groups.values()].map((group) => ({ name: group.name, id: group.id, members: namesIn(group) }));
  }

  async testConnection(): Promise<Outcome> {
    const line = this.#line();
    await this.#dialect.testConnection(line);
    return line;
  }

  async assign(user: string | ProviderUserWishes = {}): Promise<ProvisionedUser> {
    const line = this.#line();
    const held = this.#heldOrNew(typeof user === "string" ? { userName: user } : user);
    await this.#provision(line, held);
    return provisioned(held, line);
  }

  async unassign(reference: UserReference): Promise<Outcome> {
    const line = this.#line();
    const user = this.#user(reference);
    await this.#depart(user, (id) => this.#dialect.unassign(line, user, id));
    return line;
  }

  async remove(reference: UserReference): Promise<Outcome> {
    const line = this.#line();
    const user = this.#user(reference);
    await this.#depart(user, (id) => this.#dialect.remove(line, user, id));
    for (const { members } of this.#groups.values()) members.delete(user);
    this.#users.delete(comparedName(user.source.userName));
    return line;
  }

  disable(reference: UserReference): Promise<ProvisionedUser> {
    return this.#activate(reference, false);
  }

  enable(reference: UserReference): Promise<ProvisionedUser> {
    return this.#activate(reference, true);
  }

  async rename(reference: UserReference, changes: ProviderUserWishes): Promise<ProvisionedUser> {
    const line = this.#line();
    const user = this.#user(reference);
    const [before, id] = [user.source, idOf(user)];
    const source = changedUser(before, changes);
    const namesake = this.#users.get(comparedName(source.userName));
    assertFree(namesake, user, `${this.#dialect.title} has another user ${source.userName}`);
    user.source = source;
    this.#users.delete(comparedName(before.userName));
    this.#users.set(comparedName(source.userName), user);
    await this.#dialect.change(line, user, id, before);
    return provisioned(user, line);
  }

  async pushGroup(name: string, members: readonly UserReference[] = []): Promise<PushedGroup> {
    const line = this.#line();
    const users = members.map((member) => this.#assigned(member));
    const known = this.#groups.get(name);
    const group = known ?? { name, id: undefined, externalId: this.#chance.uuid(), members: new Set() };
    for (const user of users) group.members.add(user);
    this.#groups.set(name, group);
    await this.#push(line, group);
    return pushed(group, line);
  }

  async addMember(reference: GroupReference, member: UserReference): Promise<PushedGroup> {
    const line = this.#line();
    const group = this.#group(reference);
    const user = this.#assigned(member);
    group.members.add(user);
    await this.#dialect.changeMembers(line, group, idOfGroup(group), { added: [user], removed: [] });
    return pushed(group, line);
  }

  async removeMember(reference: GroupReference, member: UserReference): Promise<PushedGroup> {
    const line = this.#line();
    const group = this.#group(reference);
    const user = this.#user(member);
    const id = idOfGroup(group);
    const wasMember = group.members.delete(user);
    try {
      await this.#dialect.changeMembers(line, group, id, { added: [], removed: [user] });
    } catch (error) {
      if (wasMember) group.members.add(user);
      throw error;
    }
    return pushed(group, line);
  }

  async renameGroup(reference: GroupReference, name: string): Promise<PushedGroup> {
    const line = this.#line();
    const group = this.#group(reference);
    const id = idOfGroup(group);
    assertFree(this.#groups.get(name), group, `${this.#dialect.title} pushes another group ${name}`);
    this.#groups.delete(group.name);
    group.name = name;
    this.#groups.set(name, group);
    await this.#dialect.renameGroup(line, group, id);
    return pushed(group, line);
  }

  async removeGroup(reference: GroupReference): Promise<Outcome> {
    const line = this.#line();
    const group = this.#group(reference);
    await line.send(deletionOf(`/Groups/${idOfGroup(group)}`), DELETED);
    this.#groups.delete(group.name);
    return line;
  }

  async nightlyCycle(): Promise<ManyOutcome> {
    const line = this.#line();
    const failures: ProviderFailure[] = [];
    await this.#dialect.beginCycle(line);
    // Disabled users come first, groups after their members.
    const users = this.#inScope().sort((left, right) => Number(left.active) - Number(right.active));
    for (const user of users) {
      await eachAlone(failures, () =>
        user.id === undefined ? this.#provision(line, user) : this.#dialect.reviewUser(line, user),
      );
    }
    for (const group of this.#groups.values()) {
      await eachAlone(failures, () =>
        group.id === undefined ? this.#push(line, group) : this.#dialect.reviewGroup(line, group),
      );
    }
    const kept = users.filter(({ id }) => id !== undefined);
    return { exchanges: line.exchanges, failures, users: kept.map((user) => provisioned(user, line)) };
  }

  async flood(count: number, inFlight = 8): Promise<ManyOutcome> {
    const from = this.exchanges.length;
    const failures: ProviderFailure[] = [];
    const users: ProvisionedUser[] = [];
    const waiting = Array.from({ length: count }, () => this.#heldOrNew({}));
    const lane = async (): Promise<void> => {
      for (let user = waiting.shift(); user !== undefined; user = waiting.shift()) {
        const line = this.#line();
        const held = user;
        await eachAlone(failures, () => this.#provision(line, held));
        if (held.id !== undefined) users.push(provisioned(held, line));
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, inFlight) }, lane));
    return { exchanges: this.exchanges.slice(from), failures, users };
  }

  async #activate(reference: UserReference, active: boolean): Promise<ProvisionedUser> {
    const line = this.#line();
    const user = this.#user(reference);
    await this.#dialect.activate(line, user, idOf(user), active);
    return provisioned(user, line);
  }

  /** Looks for the user, then creates or links it; after a create without an answer it starts again. */
  async #provision(line: Line, user: HeldUser): Promise<void> {
    const dialect = this.#dialect;
    user.assigned = true;
    for (let attempt = 1; ; attempt++) {
      const found = await dialect.find(line, user);
      try {
        if (found === undefined) user.id = await dialect.create(line, user);
        else await dialect.match(line, user, found);
      } catch (error) {
        if (!(error instanceof AnswerLost) || attempt === CREATIONS) throw error;
        continue;
      }
      if (typeof found?.id === "string") user.id = found.id;
      user.active = true;
      return;
    }
  }

  /** Like `#provision`, for a group. */
  async #push(line: Line, group: HeldGroup): Promise<void> {
    const dialect = this.#dialect;
    for (let attempt = 1; ; attempt++) {
      const found = await dialect.findGroup(line, group.name);
      try {
        group.id = typeof found?.id === "string" ? found.id : await dialect.createGroup(line, group);
      } catch (error) {
        if (!(error instanceof AnswerLost) || attempt === CREATIONS) throw error;
        continue;
      }
      return dialect.fillGroup(line, group, group.id, found === undefined ? "created" : "found");
    }
  }

  async #depart(user: HeldUser, act: (id: string) => Promise<"kept" | "gone">): Promise<void> {
    if (user.id !== undefined && (await act(user.id)) === "gone") user.id = undefined;
    user.assigned = false;
    user.active = false;
  }

  #inScope(): HeldUser[] {
    return [...this.#users.values()].filter(({ assigned }) => assigned);
  }

  #line(): Line {
    return new Line(this.#means);
  }

  #heldOrNew(wishes: ProviderUserWishes): HeldUser {
    const known = wishes.userName === undefined ? undefined : this.#users.get(comparedName(wishes.userName));
    if (known !== undefined) {
      known.source = changedUser(known.source, wishes);
      return known;
    }
    const source = completedUser(wishes, this.#chance, this.#dialect.newExternalId);
    const user: HeldUser = { source, id: undefined, active: true, assigned: false };
    this.#users.set(comparedName(source.userName), user);
    return user;
  }

  #user(reference: UserReference): HeldUser {
    const userName = typeof reference === "string" ? reference : reference.userName;
    const user = this.#users.get(comparedName(userName));
    if (user === undefined) throw new TypeError(`${this.#dialect.title} has no user ${userName}: assign one first.`);
    return user;
  }

  #assigned(reference: UserReference): HeldUser {
    const user = this.#user(reference);
    if (user.id !== undefined) return user;
    throw new TypeError(`${user.source.userName} is not assigned: ${this.#dialect.title} pushes only users who are.`);
  }

  #group(reference: GroupReference): HeldGroup {
    const name = typeof reference === "string" ? reference : reference.name;
    const group = this.#groups.get(name);
    if (group === undefined) throw new TypeError(`${this.#dialect.title} pushes no group ${name}: push it first.`);
    return group;
  }
}

/** Runs part of a cycle; a failure is recorded and stops nothing. */
async function eachAlone(failures: ProviderFailure[], act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const isFailure = error instanceof ProviderRefused || error instanceof AnswerUnfit || error instanceof AnswerLost;
    if (!isFailure) throw error;
    failures.push(error);
  }
}
