import type { Edit } from "../../drills/edited.ts";

const EVENT_LOG = "functions/store/eventLog.ts";
const APPEND = "functions/provisioning/events/append.ts";
const DESCRIBE = "functions/provisioning/events/describe.ts";
const READ_LOG = "functions/provisioning/events/readLog.ts";
const CONSUMER = "test/simulation/eventLog/consumer.ts";

/** Mistakes that writers and readers of logs make, one each: the simulation has to find every one of them. */
export const MISTAKES: Readonly<Record<string, readonly Edit[]>> = {
  "a cursor is written without a condition": [
    { file: EVENT_LOG, instead: "condition: before === undefined ? ABSENT : unchangedCursor(before),", by: "" },
    { file: EVENT_LOG, instead: '    { equals: ["h", stored.seq] },\n', by: "" },
  ],
  "numbers are taken in one transaction and events written in the next": [
    {
      file: EVENT_LOG,
      instead: "return (await this.#database.transact(actions)).length === 0",
      by: `const puts = actions.filter((one) => "put" in one && String(one.put.pk).endsWith("#L"));
    const others = actions.filter((one) => !puts.includes(one));
    if ((await this.#database.transact(others)).length > 0) return "refused";
    return puts.length === 0 || (await this.#database.transact(puts)).length === 0`,
    },
  ],
  "duplicates are sought within a batch only": [
    {
      file: EVENT_LOG,
      instead: "return cursor?.generation === head?.generation ? cursor : undefined;",
      by: "return known?.cursors.get(subject);",
    },
    { file: EVENT_LOG, instead: "condition: before === undefined ? ABSENT : unchangedCursor(before),", by: "" },
  ],
  "a version that comes late is appended": [
    {
      file: DESCRIBE,
      instead: "if (step.version <= logged) return KNOWN;",
      by: "if (step.version === logged) return KNOWN;",
    },
  ],
  "a deletion is read without its tombstone": [
    {
      file: DESCRIBE,
      instead: "if (trace === undefined || trace.version !== step.version) return KNOWN;",
      by: 'trace ??= { version: step.version, stamp: { at: "", tokenId: "", reference: "" } };\n  if (step.side === "unmanaged") return KNOWN;',
    },
  ],
  "a failure is answered with the last record that failed": [
    {
      file: APPEND,
      instead: "failures.sort((a, b) => a.index - b.index)",
      by: "failures.sort((a, b) => b.index - a.index)",
    },
  ],
  "what was not written counts as done": [
    {
      file: APPEND,
      instead: 'if ((await this.#store.commit(transaction.actions())) === "refused") return done;',
      by: "await this.#store.commit(transaction.actions());",
    },
  ],
  "a sweep leaves the cursor behind": [
    {
      file: APPEND,
      instead: 'const drafts = description.outcome === "silent" ? [] : description.drafts;',
      by: 'if (description.outcome === "silent") return 0;\n    const { drafts } = description;',
    },
  ],
  "members of an earlier write are told again": [
    {
      file: DESCRIBE,
      instead: 'typeof mc !== "string" || !mc.startsWith',
      by: 'typeof mc !== "string" || "".startsWith',
    },
  ],
  "a gap in the versions is passed over": [
    {
      file: DESCRIBE,
      instead: "if (logged > 0 && step.previous > logged && step.before !== undefined) {",
      by: "if (logged < 0 && step.before !== undefined) {",
    },
    {
      file: DESCRIBE,
      instead: "return logged > 0 && logged + 1 < version ? { from: logged + 1 } : {};",
      by: "return {};",
    },
  ],
  "a reader passes over a missing number": [
    { file: READ_LOG, instead: "if (event.seq !== place.seq + events.length + 1) break;", by: "" },
  ],
  "the head is read after the lists": [
    { file: CONSUMER, instead: "  const head = await readHead(session.database, orgId);\n", by: "" },
    {
      file: CONSUMER,
      instead: "  return { place: { generation: head",
      by: "  const head = await readHead(session.database, orgId);\n  return { place: { generation: head",
    },
  ],
  "a team's members are read before its version": [
    {
      file: CONSUMER,
      instead:
        "  for await (const groups of directory.groups.scan()) {\n    for (const { id, version, attributes } of groups) {",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
      by: "  const early = new Map<string, string[]>();\n  for await (const groups of directory.groups.scan()) for (const { id } of groups) early.set(id, await directory.memberships.stored(id));\n  for await (const groups of directory.groups.scan()) {\n    for (const { id, version, attributes } of groups) {\n      for (const member of early.get(id) ?? []) pairs.add(`${id} ${member}`);\n      held.set(id, { version, attributes: canonical(JSON.parse(attributes)) });\n      continue;",
    },
  ],
  "a membership of an unknown user is dropped": [
    {
      file: CONSUMER,
      instead: "for (const member of event.added ?? []) nextPairs.add",
      by: "for (const member of event.added ?? []) if (nextHeld.has(member)) nextPairs.add",
    },
  ],
  "an event follows another one than its subject's last": [
    { file: EVENT_LOG, instead: "let previousSeq = this.#cursor(one)?.seq ?? 0;", by: "let previousSeq = seq;" },
  ],
  "an entry of the feed is written outside of the transaction": [
    {
      file: EVENT_LOG,
      instead: "return (await this.#database.transact(actions)).length === 0",
      by: `const entries = actions.filter((one) => "put" in one && String(one.put.pk).startsWith("F#"));
    const others = actions.filter((one) => !entries.includes(one));
    if ((await this.#database.transact(others)).length > 0) return "refused";
    return entries.length === 0 || (await this.#database.transact(entries)).length === 0`,
    },
  ],
};
