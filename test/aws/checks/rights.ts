/**
 * What each function may do with the table, said a second time: from product.md 5.5 and the column "who may write it" of
 * functions/store/SCHEMA.md, and on purpose not from lib/grants.ts. Whatever a cell does not allow must be denied.
 */

/** One partition key of each space. What a space is, SCHEMA.md says. */
const KEYS = {
  users: "O#Ab12Cd34#U",
  edges: "O#Ab12Cd34#M#g0f3KbTqYw9ZpLmN4xR7sVd",
  groups: "O#Ab12Cd34#G",
  counters: "O#Ab12Cd34#C",
  losses: "O#Ab12Cd34#W",
  tombstones: "O#Ab12Cd34#X",
  markers: "O#Ab12Cd34#DEAD",
  cursorKey: "O#Ab12Cd34#K",
  /** Made by the application itself. */
  own: "N#Ab12Cd34#U",
  ownEdges: "N#Ab12Cd34#M#g0f3KbTqYw9ZpLmN4xR7sVd",
  settings: "C#Ab12Cd34",
  token: "T#9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  access: "T#Ab12Cd34",
  appKey: "K#9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  slugs: "S#orgs",
  lastUse: "L#Xk29fLq0aB71",
  budget: "B#Ab12Cd34",
  log: "E#Ab12Cd34#L",
  logHead: "E#Ab12Cd34#H",
  feed: "F#3",
  hooks: "H#Ab12Cd34",
  hookState: "H#Ab12Cd34#S",
  messages: "H#Ab12Cd34#M",
  attempts: "H#Ab12Cd34#Q",
  hookOwners: "H#--------#O",
  hookPlace: "H#--------#P",
  portalSession: "P#Ab12Cd34",
  journal: "Y#Ab12Cd34#D",
  catalogue: "R#--------#A",
  assigned: "R#Ab12Cd34#A",
  holders: "R#Ab12Cd34#H",
  uses: "R#--------#N",
  roleOrgs: "R#--------#O",
  roleWork: "R#--------#W3",
  /** Of no release so far. */
  elsewhere: "Z#Ab12Cd34",
} as const;

/** In the index: the groups of a member on either side, deletions under way, and what is never in it. */
const INDEX_KEYS = {
  reverse: "O#Ab12Cd34#R#u0f3KbTqYw9ZpLmN4xR7sVd",
  ownReverse: "N#Ab12Cd34#R#u0f3KbTqYw9ZpLmN4xR7sVd",
  openDeletions: "J#3",
  dueErasures: "Z#3",
  dueHooks: "Q#3",
  failingHooks: "Q#3f",
  token: KEYS.token,
} as const;

const LETTERS: Readonly<Record<string, readonly string[]>> = {
  r: ["GetItem", "BatchGetItem", "Query"],
  w: ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"],
  g: ["GetItem"],
  q: ["Query"],
  u: ["UpdateItem"],
  d: ["DeleteItem"],
  p: ["PutItem"],
  b: ["BatchWriteItem"],
  "-": [],
};

const TABLE = `
                  users edges groups counters losses tombstones markers cursorKey own ownEdges settings token access appKey slugs lastUse budget log logHead feed hooks hookState messages attempts hookOwners hookPlace portalSession journal catalogue assigned holders uses roleOrgs roleWork elsewhere
users             rw    rw    rw     rw       rw     rw         rw      rw        -   -        r        r     r      -      -     rw      u      -   -       -    -     -         -        -        -          -         -             -       r         -        -       -    -        -        -
groups            rw    rw    rw     rw       rw     rw         rw      rw        -   -        r        r     r      -      -     rw      u      -   -       -    -     -         -        -        -          -         -             -       -         -        -       -    -        -        -
bulk              rw    rw    rw     rw       rw     rw         rw      rw        -   -        r        r     r      -      -     rw      u      -   -       -    -     -         -        -        -          -         -             -       r         -        -       -    -        -        -
search            r     r     r      r        r      r          r       rw        -   -        r        r     r      -      -     rw      u      -   -       -    -     -         -        -        -          -         -             -       -         -        -       -    -        -        -
discovery         r     r     r      r        r      r          r       r         -   -        r        r     r      -      -     rw      u      -   -       -    -     -         -        -        -          -         -             -       -         -        -       -    -        -        -
oauth             -     -     -      -        -      -          -       -         -   -        r        r     rw     -      r     -       u      -   -       -    -     -         -        -        -          -         -             -       -         -        -       -    -        -        -
admin             rd    rd    rd     rd       rd     rd         rd      rd        rd  rd       rw       rw    rw     rw     rw    rd      rd     rd  rwd     -    rd    rd        rd       rd       rd         rd        rd            rd      rd        rd       rd      rw   rd       rd       -
maintenance       rw    rw    rw     rw       rw     rw         rw      rw        rw  rw       r        -     -      -      r     -       -      rw  rw      rw   -     -         -        -        -          -         -             -       r         r        -       -    -        -        -
directory         r     r     r      r        r      r          r       r         rw  rw       r        -     -      -      r     -       -      r   r       r    -     -         -        -        -          -         -             -       r         r        -       -    -        -        -
appRead           r     r     r      r        r      r          r       r         r   r        r        -     -      r      r     w       -      r   r       r    -     -         -        -        -          -         -             -       r         r        -       -    -        -        -
appWrite          r     r     r      r        r      r          r       r         rw  rw       r        -     -      r      r     w       -      -   -       -    -     -         -        -        -          -         -             -       r         r        -       -    -        -        -
appAdmin          r     r     r      r        r      r          r       r         r   r        rw       w     w      r      -     rw      -      -   -       -    -     -         -        -        -          -         -             -       -         -        -       -    -        -        -
tokensReport      -     -     -      -        -      -          -       -         -   -        r        -     -      -      r     r       -      -   -       -    -     -         -        -        -          -         -             -       -         -        -       -    -        -        -
events            g     -     g      q        qu     g          -       -         g   -        g        -     -      -      -     -       -      rpu rpu     rpu  -     -         -        -        -          -         -             -       -         -        -       -    -        -        -
sweep             u     gqudb ud     -        -      -          gqud    -         u   gqudb    -        -     -      -      -     -       -      -   -       -    -     -         -        -        -          -         -             -       -         -        -       -    -        -        -
admin+webhooks    rd    rd    rd     rd       rd     rd         rd      rd        rd  rd       rw       rw    rw     rw     rw    rd      rd     rd  rwd     r    rw    rw        rw       rw       rw         rw        rd            rd      rd        rd       rd      rw   rd       rd       -
appAdmin+webhooks r     r     r      r        r      r          r       r         r   r        rw       w     w      r      -     rw      -      -   -       r    rw    rw        rw       rw       rw         rw        -             -       -         -        -       -    -        -        -
events+webhooks   g     -     g      q        qu     g          -       -         g   -        g        -     -      -      -     -       -      rpu rpu     rpu  r     rpu       rpu      rpu      r          rpu       -             -       -         -        -       -    -        -        -
webhooks          -     -     -      -        -      -          -       -         -   -        -        -     -      -      -     -       -      -   -       -    r     rw        rw       rw       -          -         -             -       -         -        -       -    -        -        -
roles             r     r     r      r        r      r          r       r         r   r        r        -     -      -      -     -       -      -   -       -    -     -         -        -        -          -         -             -       rw        rw       rw      r    r        rw       -
portal            r     r     r      r        r      r          r       r         r   r        r        -     -      -      r     r       -      r   r       r    -     -         -        -        -          -         r             r       -         -        -       -    -        -        -
portalAdmin       r     r     r      r        r      r          r       r         -   -        rw       w     w      -      -     rd      -      -   -       -    -     -         -        -        -          -         rw            -       -         -        -       -    -        -        -
journal           -     -     -      -        -      -          -       -         -   -        -        -     -      -      -     -       -      -   -       -    -     -         -        -        -          -         -             rw      -         -        -       -    -        -        -
canary            -     -     -      -        -      -          -       -         -   -        -        -     -      -      -     -       -      -   -       -    -     -         -        -        -          -         -             -       -         -        -       -    -        -        -
admin+portal      .     .     .      .        .      .          .       .         .   .        .        .     .      .      .     .       .      .   .       .    .     .         .        .        .          .         rwd           .       .         .        .       .    .        .        .
appAdmin+portal   .     .     .      .        .      .          .       .         .   .        .        .     .      .      .     .       .      .   .       .    .     .         .        .        .          .         rw            .       .         .        .       .    .        .        .
directory+roles   .     .     .      .        .      .          .       .         .   .        .        .     .      .      .     .       .      .   .       .    .     .         .        .        .          .         .             .       rw        .        .       rw   .        .        .
appWrite+roles    .     .     .      .        .      .          .       .         .   .        .        .     .      .      .     .       .      .   .       .    .     .         .        .        .          .         .             .       rw        .        .       rw   .        .        .
admin+roles       .     .     .      .        .      .          .       .         .   .        .        .     .      .      .     .       .      .   .       .    .     .         .        .        .          .         .             .       .         .        .       .    rw       rw       .
appAdmin+roles    .     .     .      .        .      .          .       .         .   .        .        .     .      .      .     .       .      .   .       .    .     .         .        .        .          .         .             .       r         r        .       w    w        w        .
maintenance+roles .     .     .      .        .      .          .       .         .   .        .        .     .      .      .     .       .      .   .       .    .     .         .        .        .          .         .             .       rw        rw       rw      .    .        rw       .
events+roles      .     .     .      .        .      .          .       .         .   .        .        .     .      .      .     .       .      .   .       .    .     .         .        .        .          .         .             .       .         .        .       .    q        p        .
`;

const INDEX = `
                reverse ownReverse openDeletions dueErasures dueHooks failingHooks token
users           q       -          -             -           -        -            -
groups          q       -          -             -           -        -            -
bulk            q       -          -             -           -        -            -
search          q       -          -             -           -        -            -
discovery       -       -          -             -           -        -            -
oauth           -       -          -             -           -        -            -
admin           q       q          -             -           -        -            -
maintenance     q       q          -             -           -        -            -
directory       q       q          -             -           -        -            -
appRead         q       q          -             -           -        -            -
appWrite        q       q          -             -           -        -            -
appAdmin        q       q          -             -           -        -            -
tokensReport    -       -          -             -           -        -            -
events          -       -          -             q           -        -            -
sweep           q       q          q             -           -        -            -
events+webhooks -       -          -             q           q        -            -
webhooks        -       -          -             -           q        q            -
roles           q       q          -             -           -        -            -
portal          q       q          -             -           -        -            -
portalAdmin     q       -          -             -           -        -            -
journal         -       -          -             -           -        -            -
canary          -       -          -             -           -        -            -
`;

/** What no function may do with the table, whatever keys are named. */
export const NEVER_ON_THE_TABLE = [
  "Scan",
  "PartiQLSelect",
  "PartiQLInsert",
  "PartiQLUpdate",
  "PartiQLDelete",
  "CreateBackup",
  "DeleteTable",
  "ExportTableToPointInTime",
  "PutResourcePolicy",
  "UpdateTable",
  "UpdateTimeToLive",
].map((action) => `dynamodb:${action}`);

/** Of these, what there is of an index. */
export const NEVER_ON_THE_INDEX = ["dynamodb:Scan", "dynamodb:PartiQLSelect"];

/** And with anything else of the account: `{}` stands for partition, region and account, as they stand in an ARN. */
export const NEVER_ELSEWHERE: readonly (readonly [action: string, arn: string])[] = [
  ["dynamodb:GetItem", "arn:{partition}:dynamodb:{region}:{account}:table/another"],
  ["dynamodb:PutItem", "arn:{partition}:dynamodb:{region}:{account}:table/another"],
  ["logs:PutLogEvents", "arn:{partition}:logs:{region}:{account}:log-group:another:log-stream:one"],
  ["events:PutEvents", "arn:{partition}:events:{region}:{account}:event-bus/default"],
  ["sqs:SendMessage", "arn:{partition}:sqs:{region}:{account}:another"],
  ["lambda:InvokeFunction", "arn:{partition}:lambda:{region}:{account}:function:another"],
  ["lambda:UpdateFunctionCode", "arn:{partition}:lambda:{region}:{account}:function:another"],
  ["iam:PassRole", "arn:{partition}:iam::{account}:role/another"],
  ["sts:AssumeRole", "arn:{partition}:iam::{account}:role/another"],
  ["s3:GetObject", "arn:{partition}:s3:::another/key"],
  ["secretsmanager:GetSecretValue", "arn:{partition}:secretsmanager:{region}:{account}:secret:another-AbCdEf"],
  ["ssm:GetParameter", "arn:{partition}:ssm:{region}:{account}:parameter/another"],
  ["kms:Decrypt", "arn:{partition}:kms:{region}:{account}:key/00000000-0000-0000-0000-000000000000"],
];

/** One cell of a table. */
export interface Right {
  readonly space: string;
  readonly key: string;
  /** Of all that were asked. */
  readonly allowed: readonly string[];
}

/** Every item action on keys of the table. */
export const ITEM_ACTIONS = ["r", "w"].flatMap((letter) => LETTERS[letter] ?? []).map(ofDynamo);

/** What a deployment has beside what each has. */
export interface Having {
  readonly webhooks: boolean;
  readonly portal: boolean;
  readonly roles: boolean;
}

/**
 * @param having the rows `NAME+webhooks`, `NAME+portal` and `NAME+roles` are then what differs; a dot stands for what does not
 * @returns undefined for a function that the tables do not know
 */
export function rightsOf(
  name: string,
  having: Having = { webhooks: false, portal: false, roles: false },
): { readonly table: readonly Right[]; readonly index: readonly Right[] } | undefined {
  const added = (["webhooks", "portal", "roles"] as const).filter((one) => having[one]).map((one) => `${name}+${one}`);
  const rowIn = (text: string, keys: Readonly<Record<string, string>>) => {
    const [plain, ...more] = [name, ...added].map((row) => cellsOf(text, row));
    const cell = (space: string) => more.reduce((was, row) => changed(was, row?.[space]), plain?.[space]);
    return plain && Object.entries(keys).map(([space, key]) => ({ space, key, allowed: actionsIn(cell(space)) }));
  };
  const [table, index] = [rowIn(TABLE, KEYS), rowIn(INDEX, INDEX_KEYS)];
  return table === undefined || index === undefined ? undefined : { table, index };
}

function changed(was: string | undefined, now: string | undefined): string | undefined {
  return now === undefined || now === "." ? was : now;
}

/** By the spaces at the head of the table. @throws Error for a table that is not written as it has to be */
function cellsOf(text: string, name: string): Readonly<Record<string, string>> | undefined {
  const [head = [], ...rows] = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const cells = rows.find(([first]) => first === name)?.slice(1);
  if (cells === undefined) return undefined;
  if (cells.length !== head.length) throw new Error(`the row of ${name} has ${cells.length} cells`);
  return Object.fromEntries(head.map((space, column) => [space, cells[column] ?? ""]));
}

/** @throws Error for a letter that stands for nothing */
function actionsIn(cell: string | undefined): string[] {
  return [...(cell ?? "?")].flatMap((letter) => {
    const actions = LETTERS[letter];
    if (actions === undefined) throw new Error(`${letter} stands for nothing`);
    return actions.map(ofDynamo);
  });
}

function ofDynamo(action: string): string {
  return `dynamodb:${action}`;
}
