// Made by `npm run generate`.
import type { Json, JsonObject } from "../json.ts";

export interface PatchOpMessage {
  Operations: { op: string; path?: string; value?: Json }[];
}

export declare const isPatchOp: {
  (message: unknown): message is PatchOpMessage;
  /** The faults of the last message. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
