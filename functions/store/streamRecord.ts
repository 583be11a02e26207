import { type Image, plainItem } from "./attributeValues.ts";
import type { ItemChange } from "./changes.ts";

/** A record of the table's stream, which carries both images, as far as it is read here. */
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
