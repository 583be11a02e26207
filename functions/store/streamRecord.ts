import type { Item, ItemChange } from "./table.ts";

/** A value in DynamoDB's JSON: this table holds the first three; other programs may have written the others. */
interface WireValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly SS?: readonly string[] | undefined;
  readonly BOOL?: boolean | undefined;
  readonly NULL?: boolean | undefined;
  readonly L?: readonly WireValue[] | undefined;
  readonly M?: WireImage | undefined;
  readonly NS?: readonly string[] | undefined;
  readonly B?: string | undefined;
  readonly BS?: readonly string[] | undefined;
}

/** An item in DynamoDB's JSON, as in answers, in refusals and in the stream. */
export type WireImage = Readonly<Record<string, WireValue>>;

export function plainItem(image: WireImage): Item {
  const item: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(image)) {
    // Most values are texts: reading them here saves a call.
    item[name] = value.S ?? plainValue(value);
  }
  // The values of other types are foreign: no code reads them.
  return item as Item;
}

function plainValue(value: WireValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  return value.SS === undefined ? foreignValue(value) : new Set(value.SS);
}

/** As in the SDK's document client: an attribute that this code does not use must not make the item unreadable. */
function foreignValue({ BOOL, L, M, NS, B, BS }: WireValue): unknown {
  if (BOOL !== undefined) return BOOL;
  if (L !== undefined) return L.map(plainValue);
  if (M !== undefined) return plainItem(M);
  if (NS !== undefined) return new Set(NS.map(Number));
  if (B !== undefined) return bytes(B);
  return BS === undefined ? null : new Set(BS.map(bytes));
}

function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"));
}

/** The parts read of a record of the table's stream, which carries both images. */
export interface StreamRecord {
  readonly dynamodb?: {
    readonly Keys?: WireImage;
    readonly NewImage?: WireImage;
    readonly OldImage?: WireImage;
    readonly SequenceNumber?: string;
  };
}

/** @throws Error for a record without a key */
export function readRecord({ dynamodb: { Keys, NewImage, OldImage } = {} }: StreamRecord): ItemChange {
  const [pk, sk] = [Keys?.pk?.S, Keys?.sk?.S];
  if (pk === undefined || sk === undefined) throw new Error("a record without the key of its item");
  return { key: { pk, sk }, before: OldImage && plainItem(OldImage), after: NewImage && plainItem(NewImage) };
}
