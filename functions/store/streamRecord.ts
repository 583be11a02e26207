import type { Item, ItemChange, Scalar } from "./table.ts";

/** An attribute in DynamoDB's JSON, as in the stream and in refusals: a text, a number or a set of texts. */
interface AttributeValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly SS?: readonly string[] | undefined;
}

/** An item in DynamoDB's JSON. */
export type Image = Readonly<Record<string, AttributeValue>>;

/** @throws Error for an attribute of a type that this table never holds */
export function plainItem(image: Image): Item {
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, plainValue(name, value)]));
}

function plainValue(name: string, { S, N, SS }: AttributeValue): Scalar | ReadonlySet<string> {
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (SS !== undefined) return new Set(SS);
  throw new Error(`the attribute ${name} is neither a text nor a number nor a set of texts`);
}

/** The parts read of a record of the table's stream, which carries both images. */
export interface StreamRecord {
  readonly dynamodb?: {
    readonly Keys?: Image;
    readonly NewImage?: Image;
    readonly OldImage?: Image;
    readonly SequenceNumber?: string;
  };
}

/** @throws Error for a record without a key */
export function readRecord({ dynamodb: { Keys, NewImage, OldImage } = {} }: StreamRecord): ItemChange {
  const [pk, sk] = [Keys?.pk?.S, Keys?.sk?.S];
  if (pk === undefined || sk === undefined) throw new Error("a record without the key of its item");
  return { key: { pk, sk }, before: OldImage && plainItem(OldImage), after: NewImage && plainItem(NewImage) };
}
