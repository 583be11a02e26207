import Type from "typebox";
import type { Rules } from "../../../store/rules.ts";
import { closed, count, type Declarations, get, orNull, post, reason, slug, time } from "./declaration.ts";

const hold = closed(
  {
    org: slug,
    rule: Type.Enum(["tell", "hold"] satisfies Rules["massChange"][], {
      description: "The rule massChange. Nothing is held or refused while it says tell.",
    }),
    status: Type.Enum(["none", "held", "refused", "released"], {
      description:
        "held: removals get 503 until somebody releases or refuses them; the hold does not end by itself. refused: removals get 403. released: removals pass uncounted.",
    }),
    hold: orNull(
      closed({
        kind: Type.Enum(["users", "members"], {
          description: "Which share the removals exceeded: of users, or of memberships.",
        }),
        since: time(),
        lost: count("How many were removed within the hour before, deactivated users included."),
        asked: count("How many more the first held request would have removed."),
        roster: count("Users of the organization within that hour."),
        limit: count("How many may be removed within an hour."),
        reference: Type.String({ description: "Reference of the first held request." }),
        tokenId: Type.String(),
        requests: closed({
          users: count("Deletions of users."),
          groups: count("Deletions of groups."),
          members: count("Changes that remove members."),
        }),
        latest: orNull(closed({ at: time(), reference: Type.String() })),
      }),
      "What is, or was, held.",
    ),
    decision: orNull(
      closed({
        at: time(),
        until: Type.Optional(time()),
        reason: Type.Optional(Type.String({ description: "Reason of a refusal." })),
      }),
    ),
  },
  { $id: "Hold" },
);

/** Held removals, in orgs whose rule `massChange` is `hold`. */
export const HOLD_OPERATIONS = {
  showHold: get("orgs/{org}/hold", "The held removals of an organization", {
    answer: hold,
    answerDescription: "The hold, as it is now.",
  }),
  releaseHold: post("orgs/{org}/hold/release", "Let held removals pass", {
    description:
      "For the number of hours given, removals pass uncounted; then the count begins at zero. Identity providers send again what was held. 409: nothing is held, or the hold was released already.",
    body: closed(
      {
        hours: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 168, default: 24, description: "Hours for which removals pass." }),
        ),
      },
      { $id: "HoldRelease" },
    ),
    answer: hold,
    answerDescription: "The hold, released.",
  }),
  refuseHold: post("orgs/{org}/hold/refuse", "Refuse held removals", {
    description:
      "Held removals get 403 with the reason until the hold is released, so that identity providers stop repeating them. 409: nothing is held, or the hold was released already.",
    body: reason,
    answer: hold,
    answerDescription: "The hold, refused.",
  }),
} as const satisfies Declarations;
