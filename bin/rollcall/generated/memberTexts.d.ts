// Made by `npm run generate` from functions/http/signed/declarations.
import type { APIS } from "../../../functions/http/signed/declarations/apis.ts";
import type { MembersOf } from "../../../functions/http/signed/declarations/declaration.ts";

export declare const MEMBER_TEXTS: {
  readonly [A in keyof typeof APIS]: {
    readonly [O in keyof (typeof APIS)[A]["operations"]]: {
      readonly [M in MembersOf<(typeof APIS)[A]["operations"][O]>]: string;
    };
  };
};
