import Type from "typebox";
import { closed, type Declarations, get, orNull, post, remove, time } from "./declaration.ts";

const domain = closed(
  {
    domain: Type.String({ description: "ASCII, lower case." }),
    record: closed(
      { type: Type.Literal("TXT"), name: Type.String(), value: Type.String() },
      { description: "What to publish in the domain's DNS before it is verified." },
    ),
    addedAt: time(),
    verifiedAt: orNull(time(), "null: not verified yet."),
  },
  { $id: "Domain" },
);

const domains = closed({ domains: Type.Array(domain) }, { $id: "DomainList" });

/** The mail domains that an org has shown to be its own. */
export const DOMAIN_OPERATIONS = {
  listDomains: get("orgs/{org}/domains", "Mail domains of an organization", {
    answer: domains,
    answerDescription: "Verified ones and others, in the order in which they were added; at most 20.",
  }),
  addDomain: post("orgs/{org}/domains", "Add a mail domain", {
    description:
      "The answer names the TXT record to publish. A domain that was added before is answered with the record it has. It counts for its own name only, not for names below it.",
    body: closed(
      { domain: Type.String({ description: "What stands behind the @: example.com. International names too." }) },
      { $id: "NewDomain" },
    ),
    status: 201,
    answer: domain,
    answerDescription: "The domain, not verified yet.",
  }),
  verifyDomain: post("orgs/{org}/domains/{domain}/verify", "Verify a mail domain", {
    description:
      "Reads the TXT record. 409 says what the DNS lacks; nothing changes then, also where the domain was verified before.",
    answer: domain,
    answerDescription: "The verified domain.",
  }),
  removeDomain: remove("orgs/{org}/domains/{domain}", "Remove a mail domain", {
    description: "Nobody is adopted by an address of it any more. Who was adopted stays so.",
    answer: domains,
    answerDescription: "The domains that are left.",
  }),
} as const satisfies Declarations;
