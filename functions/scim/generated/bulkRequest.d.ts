// Made by `npm run generate`.

export interface BulkRequestMessage {
  failOnErrors?: number;
  Operations: Json[];
}

export interface BulkOperationMessage {
  method: string;
  path: string;
  bulkId?: string;
  version?: string;
  data?: JsonObject;
}

interface Validator<T> {
  (message: unknown): message is T;
  /** The faults of the last message. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
}

export declare const isBulkRequest: Validator<BulkRequestMessage>;
export declare const isBulkOperation: Validator<BulkOperationMessage>;
