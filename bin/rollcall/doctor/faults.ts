/** What can be wrong with an endpoint, as doctor finds it: what it means, and how to fix it. */
export interface Fault {
  /** A warning is nothing that stops provisioning now. */
  readonly weight: "fault" | "warning";
  readonly says: string;
  readonly mend: string;
}

const PROXY =
  "Whatever stands before API Gateway (proxy, CDN, firewall) must let requests and answers through unchanged";

export const FAULTS = {
  unreachable: {
    weight: "fault",
    says: "Nobody answers at this address.",
    mend: "Check the host and port of the Tenant URL, the firewall in between, and that the service is deployed or started.",
  },
  nameUnknown: {
    weight: "fault",
    says: "The host name of the Tenant URL does not exist.",
    mend: "Correct the Tenant URL (`org setup ORG` prints it), or add the DNS record of the custom domain.",
  },
  oldTls: {
    weight: "fault",
    says: "The server cannot speak TLS 1.2 or newer, which identity providers require.",
    mend: "Allow TLS 1.2 and 1.3 where TLS ends; the stack's own domain has both.",
  },
  certificateExpired: {
    weight: "fault",
    says: "The certificate has expired: identity providers refuse to connect.",
    mend: "Renew the certificate where TLS ends. ACM renews by itself as long as its DNS record stays.",
  },
  certificateUntrusted: {
    weight: "fault",
    says: "The certificate is signed by nobody whom identity providers trust, or its chain is incomplete.",
    mend: "Install a certificate of a public authority, with its intermediate certificates.",
  },
  certificateName: {
    weight: "fault",
    says: "The certificate is made out to another host name.",
    mend: "Use the host name of the certificate in the Tenant URL, or get a certificate for this one.",
  },
  certificateExpires: {
    weight: "warning",
    says: "The certificate expires within two weeks.",
    mend: "Renew it; if ACM should have done that, check the DNS record by which it is validated.",
  },
  notEncrypted: {
    weight: "fault",
    says: "The Tenant URL is not https: the token would travel readable, and Entra ID refuses such an address.",
    mend: "Use the https address that `org setup ORG` prints.",
  },
  wrongAddress: {
    weight: "fault",
    says: "There is no Rollcall at this address: it does not even have the document that is there for everybody.",
    mend: "Compare the Tenant URL with the one that `org setup ORG` prints: the host, and what stands between the host and /scim/v2 (the stage, or the base path of a domain). A proxy must forward the whole path.",
  },
  trailingSlash: {
    weight: "warning",
    says: "An address with a slash at its end is answered otherwise than without. Some people enter the Tenant URL so.",
    mend: "Enter the Tenant URL without a slash at its end, or let the proxy before API Gateway leave slashes as they are.",
  },
  redirected: {
    weight: "fault",
    says: "A request is redirected. Identity providers do not follow, or lose the token or the method on the way.",
    mend: `Enter the address at the end of the redirect as the Tenant URL, or end the redirect. ${PROXY}.`,
  },
  clockSkew: {
    weight: "fault",
    says: "The clocks of the server and of this machine differ by more than five minutes: tokens and signatures by time fail.",
    mend: "Set the clock of the one that is wrong (NTP).",
  },
  slowFirstAnswer: {
    weight: "warning",
    says: "The first answer took long. A cold start takes about a second.",
    mend: "Ask again; if it stays so, see the runbook, Slow sync, and look at what stands in between.",
  },
  slowAnswers: {
    weight: "warning",
    says: "The later answers take long as well, which no cold start explains.",
    mend: "Ask from a machine in the region of the deployment: if it is fast there, it is the way or what stands in between. Else see the runbook, Slow sync.",
  },
  open: {
    weight: "fault",
    says: "Users are listed without a token.",
    mend: "Something in between adds a token or answers from a cache: end that at once. This service never does.",
  },
  authorizationStripped: {
    weight: "fault",
    says: "The header Authorization does not arrive: a wrong token was answered like none.",
    mend: `${PROXY}: forward the header Authorization (CloudFront: an origin request policy that includes it).`,
  },
  noChallenge: {
    weight: "warning",
    says: "A 401 comes without WWW-Authenticate, under this name or as x-amzn-Remapped-WWW-Authenticate. Entra ID and Okta do without it.",
    mend: `${PROXY}.`,
  },
  contentType: {
    weight: "fault",
    says: "An answer does not have exactly the Content-Type application/scim+json.",
    mend: `${PROXY}: no charset may be added, and no other type put in its place.`,
  },
  notScim: {
    weight: "fault",
    says: "An error does not come as a SCIM error with a reference: somebody else answered it.",
    mend: `${PROXY}; error pages of their own must be off. On API Gateway, deploy the stack again: it sets the gateway's error bodies.`,
  },
  bodyRewritten: {
    weight: "fault",
    says: "The body of an answer is not what this service sends.",
    mend: `${PROXY}: switch off filters, scripts and conversions of bodies.`,
  },
  requestRewritten: {
    weight: "fault",
    says: "The body of a request does not arrive as it was sent.",
    mend: `${PROXY}: switch off filters and conversions of bodies.`,
  },
  bodyLimit: {
    weight: "fault",
    says: "A body that this service takes, or answers with an error of its own, is refused on the way.",
    mend: `${PROXY}: allow bodies up to 6 MB (nginx: client_max_body_size 6m; an AWS WAF rule on the size of bodies: exclude this path).`,
  },
  queryRewritten: {
    weight: "fault",
    says: "The query of a request does not arrive as it was sent: filters would find the wrong users, or all.",
    mend: `${PROXY}: forward all query parameters.`,
  },
  addressRewritten: {
    weight: "fault",
    says: "The addresses in answers do not begin with the Tenant URL.",
    mend: "Set publicUrl in rollcall.json to the address that identity providers use, and deploy.",
  },
  headersDropped: {
    weight: "fault",
    says: "Headers of answers are lost on the way.",
    mend: `${PROXY}: ETag, Location, Allow and Retry-After belong to the protocol.`,
  },
  cached: {
    weight: "fault",
    says: "Answers may be kept in between: Cache-Control is not no-store.",
    mend: `${PROXY}: switch off caching for this address.`,
  },
  methodBlocked: {
    weight: "fault",
    says: "A method does not get through.",
    mend: `${PROXY}: allow GET, POST, PUT, PATCH and DELETE.`,
  },
  tokenMalformed: {
    weight: "fault",
    says: "This is no token of Rollcall, or not the whole of it: its checksum is wrong.",
    mend: "Paste the whole token, without Bearer and without line breaks.",
  },
  tokenRefused: {
    weight: "fault",
    says: "The token has the right form and is refused.",
    mend: "`token list ORG` shows whether it is revoked, replaced or expired; `token regenerate ORG` makes a new one.",
  },
  wrongOrg: {
    weight: "fault",
    says: "The token belongs to another organization than the Tenant URL names.",
    mend: "Use the Tenant URL that the answer names.",
  },
  orgState: {
    weight: "fault",
    says: "The organization may not provision at present.",
    mend: "`org show ORG` says why: `org resume ORG`, `org update ORG --sso`, `org update ORG --entitled` or `org restore ORG` ends it.",
  },
  noToken: {
    weight: "fault",
    says: "No token of the organization lives: nobody can provision.",
    mend: "`token generate ORG`, and paste it in the identity provider's console.",
  },
  tokenExpires: {
    weight: "warning",
    says: "A token expires within two weeks.",
    mend: "`token rotate ORG --on-first-use` makes its successor without a gap.",
  },
  tokenOverlaps: {
    weight: "warning",
    says: "A token expires within two weeks, and a newer one that lasts is there already.",
    mend: "See to it that the newer one is pasted in the identity provider's console: `token list ORG` shows whether it was used.",
  },
  busy: {
    weight: "fault",
    says: "The service is too busy to answer (429, 503).",
    mend: "Ask again in a minute; if it stays so, see the runbook, Throttling.",
  },
  noRetryAfter: {
    weight: "warning",
    says: "A 429 or 503 comes without Retry-After in whole seconds: identity providers guess how long to wait, or do not wait.",
    mend: `${PROXY}; one that limits requests itself has to send Retry-After. On API Gateway, deploy the stack again: it sets the header.`,
  },
  unexpected: {
    weight: "fault",
    says: "An answer is not what an identity provider needs.",
    mend: "`explain REF` says more about a refused request.",
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;

/** What was found, each fault once, with where it showed. */
export class Findings {
  readonly #seen = new Map<FaultName, string[]>();
  readonly #passed: string[] = [];
  readonly #told: string[] = [];

  /** @param evidence where and how it showed; never a token */
  add(fault: FaultName, evidence: string): void {
    this.#seen.set(fault, [...(this.#seen.get(fault) ?? []), evidence]);
  }

  /** Carries out one check. It passes when it adds nothing. */
  async check<T>(title: string, act: () => Promise<T>): Promise<T> {
    const before = this.#count();
    const result = await act();
    if (this.#count() === before) this.#passed.push(title);
    return result;
  }

  /** Something to know that is neither right nor wrong. */
  tell(text: string): void {
    this.#told.push(text);
  }

  has(fault: FaultName): boolean {
    return this.#seen.has(fault);
  }

  get passed(): readonly string[] {
    return this.#passed;
  }

  get told(): readonly string[] {
    return this.#told;
  }

  list(): readonly (Fault & { readonly name: FaultName; readonly evidence: readonly string[] })[] {
    return [...this.#seen].map(([name, evidence]) => ({ name, ...FAULTS[name], evidence }));
  }

  #count(): number {
    return [...this.#seen.values()].reduce((sum, evidence) => sum + evidence.length, 0);
  }
}
