import Type from "typebox";
import { closed, type Declarations, get, orNull, post, remove, time } from "./declaration.ts";

const domain = closed(
  {
    domain: Type.String({ description: "ASCII, lower case." }),
    record: closed(
      { type: Type.Literal("TXT"), name: Type.String(), value: Type.String() },
      { description: "The record to publish in the domain's DNS before verification." },
    ),
    addedAt: time(),
    verifiedAt: orNull(time(), "null: not verified yet."),
  },
  { $id: "Domain" },
);

const domains = closed({ domains: Type.Array(domain) }, { $id: "DomainList" });

/** Mail domains, and the proof that they belong to the org. */
export const DOMAIN_OPERATIONS = {
  listDomains: get("orgs/{org}/domains", "Mail domains of an organization", {
    answer: domains,
    answerDescription: "All domains, verified or not, in the order in which they were added; at most 20.",
  }),
  addDomain: post("orgs/{org}/domains", "Add a mail domain", {
    description:
      "The answer names the TXT record to publish. For a domain that was added before, the answer has its existing record. A domain counts for its own name only, not for subdomains.",
    body: closed(
      { domain: Type.String({ description: "The part after the @: example.com. International names too." }) },
      { $id: "NewDomain" },
    ),
    status: 201,
    answer: domain,
    answerDescription: "The domain, not verified yet.",
  }),
  verifyDomain: post("orgs/{org}/domains/{domain}/verify", "Verify a mail domain", {
    description:
      "Reads the TXT record. 409 says what the DNS lacks; then nothing changes, and a verified domain stays verified.",
    answer: domain,
    answerDescription: "The verified domain.",
  }),
  removeDomain: remove("orgs/{org}/domains/{domain}", "Remove a mail domain", {
    description: "The rule adoption no longer counts addresses of this domain. Users who were adopted stay adopted.",
    answer: domains,
    answerDescription: "The domains that are left.",
  }),
} as const satisfies Declarations;
