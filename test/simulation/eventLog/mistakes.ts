import type { Mistake } from "../findMistakes.ts";

const EVENT_LOG = "functions/store/eventLog.ts";
const TRANSACTION = "functions/store/logTransaction.ts";
const ERASE = "functions/store/eraseEvents.ts";
const STEPS = "functions/store/steps.ts";
const APPEND = "functions/provisioning/events/append.ts";
const DESCRIBE = "functions/provisioning/events/describe.ts";
const IMAGES = "functions/provisioning/events/images.ts";
const READ_LOG = "functions/provisioning/events/readLog.ts";
const READ_EVENTS = "functions/provisioning/events/readEvents.ts";
const CONSUMER = "test/simulation/eventLog/consumer.ts";
const RESOURCES = "functions/store/adopting.ts";

const COMMIT = 'return (await this.#database.transact(actions)).length === 0 ? "written" : "refused";';
const CURSOR_CONDITION = "condition: before === undefined ? ABSENT : unchangedCursor(before),";

/** Moves some actions to a second transaction after the others. */
function apart(isApart: string): string {
  return `const own = actions.filter((one) => "put" in one && ${isApart});
    const others = actions.filter((one) => !own.includes(one));
    if ((await this.#database.transact(others)).length > 0) return "refused";
    return own.length === 0 || (await this.#database.transact(own)).length === 0 ? "written" : "refused";`;
}

/** Mistakes of log writers and readers, one each (eventlog.md 2, in its order): the simulation must find all of them. */
export const MISTAKES: Readonly<Record<string, Mistake>> = {
  "a cursor is written without a condition": {
    foundBy: 91,
    edits: [
      { file: TRANSACTION, instead: CURSOR_CONDITION, by: "condition: undefined," },
      { file: TRANSACTION, instead: '{ equals: ["h", stored.seq] }, ', by: "" },
    ],
  },
  "numbers are taken in one transaction and events written in the next": {
    foundBy: 8,
    edits: [{ file: EVENT_LOG, instead: COMMIT, by: apart('String(one.put.pk).endsWith("#L")') }],
  },
  "duplicates are sought within a batch only": {
    foundBy: 1,
    edits: [
      {
        file: TRANSACTION,
        instead: "return cursor?.generation === head?.generation ? cursor : undefined;",
        by: "return known?.cursors.get(subject);",
      },
      { file: TRANSACTION, instead: CURSOR_CONDITION, by: "condition: undefined," },
    ],
  },
  "a lost answer counts as not written": {
    foundBy: 2,
    edits: [
      {
        file: EVENT_LOG,
        instead: COMMIT,
        by: `try {
      ${COMMIT}
    } catch (error) {
      if (!String(error).includes("storage")) throw error;
      const again = actions.flatMap((one) => ("check" in one ? [] : [{ ...one, condition: undefined }]));
      return (await this.#database.transact(again)).length === 0 ? "written" : "refused";
    }`,
      },
    ],
  },
  "a gap in the versions is passed over": {
    foundBy: 7,
    edits: [
      {
        file: DESCRIBE,
        instead: "if (logged > 0 && step.previous > logged && step.before !== undefined) {",
        by: "if (logged < 0 && step.before !== undefined) {",
      },
      { file: DESCRIBE, instead: "return logged + 1 < version ? { from: logged + 1 } : {};", by: "return {};" },
    ],
  },
  "a version that comes late is appended": {
    foundBy: 2,
    edits: [
      {
        file: DESCRIBE,
        instead: "if (step.version <= logged) return KNOWN;",
        by: "if (step.version === logged) return KNOWN;",
      },
    ],
  },
  "a deletion is read from the record of its tombstone": {
    foundBy: 11,
    edits: [
      { file: STEPS, instead: '"#A", "#HOLD"]', by: '"#A", "#HOLD", "#X"]' },
      {
        file: STEPS,
        instead: "  const layout = layouts.find((one) => one.letter.toUpperCase() === letter);\n",
        by: `  const told = letter === "X" && before === undefined ? after : undefined;
  const layout = layouts.find((one) => one.letter.toUpperCase() === letter || one.kind === told?.kind);
  const of = { of: "resource", orgId, subject: sk, side: prefix === "O" ? "managed" : "unmanaged" } as const;
  if (told !== undefined && layout !== undefined)
    return { ...of, layout, version: number(told, "v"), previous: number(told, "v") - 1, before: undefined, after: undefined };
  if (after === undefined || letter === "X") return undefined;
`,
      },
    ],
  },
  "a tombstone is read by itself": {
    foundBy: 41,
    edits: [
      {
        file: APPEND,
        instead: "await this.#options.database.getTogether([...keys.values()])",
        by: "await Promise.all([...keys.values()].map((key) => this.#options.database.get(key)))",
      },
    ],
  },
  "the writer goes on in an org behind what failed": {
    foundBy: 18,
    edits: [
      {
        file: APPEND,
        instead: "    let done = 0;\n    try {",
        by: "    let done = 0;\n    let first: Appended['failed'];\n    try {",
      },
      {
        file: APPEND,
        instead: "const taken = await this.#write(window);",
        by: `const taken = await this.#write(window).catch((cause: unknown) => {
          first ??= { index: window[0]?.index ?? 0, cause };
          return 1;
        });`,
      },
      {
        file: APPEND,
        instead: "    return this.#appended();",
        by: "    return { ...this.#appended(), ...(first && { failed: first }) };",
      },
    ],
  },
  "a failure is answered with the last record that failed": {
    foundBy: 109,
    edits: [
      {
        file: APPEND,
        instead: "failures.sort((a, b) => a.index - b.index)",
        by: "failures.sort((a, b) => b.index - a.index)",
      },
    ],
  },
  "a sweep leaves the cursor behind": {
    foundBy: 2,
    edits: [
      {
        file: APPEND,
        instead: 'const drafts = description.outcome === "silent" ? [] : description.drafts;',
        by: 'if (description.outcome === "silent") return [];\n    const { drafts } = description;',
      },
    ],
  },
  "members of an earlier write are told again": {
    foundBy: 3,
    edits: [
      {
        file: IMAGES,
        instead: 'String(lr).slice(String(lr).lastIndexOf(" ") + 1)',
        by: '"" + (String(lr), mc.slice(0, mc.indexOf(" ")))',
      },
    ],
  },
  "a reader passes over a missing number": {
    foundBy: 25,
    edits: [{ file: READ_LOG, instead: "event?.seq !== place.seq + events.length + 1 || ", by: "" }],
  },
  "what TTL left decides what can still be read": {
    foundBy: 30,
    edits: [
      {
        file: READ_LOG,
        instead: "return now >= time + retentionDays * DAY_MS;",
        by: "return now + time + retentionDays < 0;",
      },
    ],
  },
  "a late record goes into the log of an org that is purged": {
    foundBy: 38,
    edits: [
      { file: APPEND, instead: "    if (head?.closed === true) return [];\n", by: "" },
      { file: TRANSACTION, instead: ', { missing: "closed" }],', by: "]," },
    ],
  },
  "the head is read after the lists": {
    foundBy: 3,
    edits: [
      { file: CONSUMER, instead: "  const cursor = await reader.headOf(session, orgId);\n", by: "" },
      {
        file: CONSUMER,
        instead: "  return { cursor, held, pairs, links };",
        by: "  return { cursor: await reader.headOf(session, orgId), held, pairs, links };",
      },
    ],
  },
  "what is held and not listed stays": {
    foundBy: 1,
    edits: [{ file: CONSUMER, instead: "for (const id of held.keys()) if (!listed.has(id)) held.delete(id);", by: "" }],
  },
  "a membership of an unknown user is dropped": {
    foundBy: 7,
    edits: [
      {
        file: CONSUMER,
        instead: "  for (const member of added) after.add",
        by: "  for (const member of added) if ([...pairs].some((pair) => pair.endsWith(member))) after.add",
      },
    ],
  },
  "a team's members are read before its version, and those of a version that is held are passed over": {
    foundBy: 636,
    edits: [
      {
        file: CONSUMER,
        instead: 'if (isHeld && subject.startsWith("u")) return copy;',
        by: "if (isHeld) return copy;",
      },
      {
        file: CONSUMER,
        instead: "    for await (const groups of directory.groups.scan()) {\n",
        by: `    const early = new Map<string, string[]>();
    for await (const groups of directory.groups.scan())
      for (const { id } of groups) early.set(id, await directory.memberships.stored(id));
    for await (const groups of directory.groups.scan()) {\n`,
      },
      {
        file: CONSUMER,
        instead: "        for (const member of await directory.memberships.stored(id))",
        by: "        for (const member of early.get(id) ?? [])",
      },
    ],
  },
  "erasure brings back an event that TTL took": {
    foundBy: 237,
    edits: [
      {
        file: ERASE,
        instead: '[{ update, remove: ["b"], condition: PRESENT }]',
        by: '[{ update, set: { e: 1 }, remove: ["b"] }]',
      },
    ],
  },
  "an event follows another one than its subject's last": {
    foundBy: 1,
    edits: [{ file: TRANSACTION, instead: "let previousSeq = before?.seq ?? 0;", by: "let previousSeq = seq;" }],
  },
  "a cursor is a bare number": {
    foundBy: 1,
    edits: [
      { file: READ_EVENTS, instead: 'if (orgId !== org.id) throw OperatorError.gone("otherLog");', by: "" },
      {
        file: READ_LOG,
        instead: "if (!isBeginning(place) && head.generation !== place.generation)",
        by: "if (place.seq < 0)",
      },
    ],
  },
  "an adopted user begins with version 1 again": {
    foundBy: 2,
    edits: [
      {
        file: RESOURCES,
        instead: "const version = previous.version + 1;",
        by: "const version = 1;",
      },
    ],
  },
  "an entry of the feed is written outside of the transaction": {
    foundBy: 2,
    edits: [{ file: EVENT_LOG, instead: COMMIT, by: apart('String(one.put.pk).startsWith("F#")') }],
  },
};
