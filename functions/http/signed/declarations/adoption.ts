import Type from "typebox";
import { after, closed, type Declarations, get, orNull, texts } from "./declaration.ts";

const KEYS = ["userName", "email"] as const;

const candidate = closed(
  {
    id: Type.String(),
    userName: Type.String(),
    key: orNull(
      Type.String(),
      "The identity provider's user must have the same value, ignoring case; null: the application's user has none.",
    ),
    verdict: Type.Enum(["adoptable", "noWorkEmail", "twin", "domainNotVerified", "double"], {
      description:
        "twin: the identity provider has made a user with the key already, and the two users stay apart. domainNotVerified: the key is an address outside the organization's verified domains. double: several users of the application have the address.",
    }),
    others: texts("Ids of the twins or doubles."),
  },
  { $id: "AdoptionCandidate" },
);

/** For an operator, before the rule `adoption` is switched on. */
export const ADOPTION_OPERATIONS = {
  previewAdoption: get("orgs/{org}/data/adoption", "Whom the rule adoption would adopt, page by page", {
    description:
      "The application's own users in the order of their ids, each with what the rule would do if the identity provider created a user with the same key. Changes nothing, and works whatever the rule is now.",
    query: {
      by: Type.String({
        enum: KEYS,
        description: "Absent: the value of the rule, or userName if the rule is off.",
      }),
      after: after(),
    },
    answer: closed(
      {
        by: Type.Enum(KEYS),
        users: Type.Array(candidate),
        next: Type.Optional(Type.String({ description: "The value of after for the next page; absent at the end." })),
      },
      { $id: "AdoptionPage" },
    ),
    answerDescription: "A page of users.",
  }),
} as const satisfies Declarations;
