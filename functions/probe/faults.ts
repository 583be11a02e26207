/** A fault that doctor or the canary can find at an endpoint: its meaning, and how to fix it. */
interface Fault {
  /** A warning does not stop provisioning now. */
  readonly weight: "fault" | "warning";
  readonly says: string;
  readonly fix: string;
}

function fault(says: string, fix: string): Fault {
  return { weight: "fault", says, fix };
}

function warning(says: string, fix: string): Fault {
  return { weight: "warning", says, fix };
}

const PROXY = "Every proxy, CDN and firewall before API Gateway must pass requests and answers unchanged";

export const FAULTS = {
  unreachable: fault(
    "Nobody answers at this address.",
    "Check the host and port of the Tenant URL, the firewall in between, and that the service is deployed or started.",
  ),
  nameUnknown: fault(
    "The host name of the Tenant URL does not exist.",
    "Correct the Tenant URL (`org show ORG` prints it), or add the DNS record of the custom domain.",
  ),
  oldTls: fault(
    "The server cannot speak TLS 1.2 or newer, which identity providers require.",
    "Allow TLS 1.2 and 1.3 where TLS ends; the stack's own domain has both.",
  ),
  certificateExpired: fault(
    "The certificate has expired: identity providers refuse to connect.",
    "Renew the certificate where TLS ends. ACM renews by itself as long as its DNS record stays.",
  ),
  certificateUntrusted: fault(
    "Identity providers do not trust the signer of the certificate, or its chain is incomplete.",
    "Install a certificate of a public authority, with its intermediate certificates.",
  ),
  certificateName: fault(
    "The certificate is for another host name.",
    "Use the host name of the certificate in the Tenant URL, or get a certificate for this one.",
  ),
  certificateExpires: warning(
    "The certificate expires within two weeks.",
    "Renew it; if ACM should have done that, check the DNS record that validates it.",
  ),
  notEncrypted: fault(
    "The Tenant URL is not https: the token would travel unencrypted, and Entra ID refuses such an address.",
    "Use the https address that `org show ORG` prints.",
  ),
  wrongAddress: fault(
    "There is no Rollcall at this address: even its public document is missing.",
    "Compare the Tenant URL with the one that `org show ORG` prints: the host, and the part between the host and /scim/v2 (the stage, or the base path of a domain). A proxy must forward the whole path.",
  ),
  trailingSlash: warning(
    "With a slash at its end, an address gets another answer. Some people enter the Tenant URL with one.",
    "Enter the Tenant URL without a slash at its end, or let the proxy before API Gateway leave slashes as they are.",
  ),
  redirected: fault(
    "A request is redirected. Identity providers do not follow, or lose the token or the method on the way.",
    `Enter the address at the end of the redirect as the Tenant URL, or end the redirect. ${PROXY}.`,
  ),
  clockSkew: fault(
    "The clocks of the server and of this machine differ by more than five minutes: tokens and signatures that depend on time fail.",
    "Set the clock of the one that is wrong (NTP).",
  ),
  slowFirstAnswer: warning(
    "The first answer took long. A cold start takes about a second.",
    "Ask again; if it stays so, see the runbook, Slow sync, and look at proxies in between.",
  ),
  slowAnswers: warning(
    "The later answers take long as well, which no cold start explains.",
    "Ask from a machine in the region of the deployment: if it is fast there, the network or a proxy is slow. Otherwise see the runbook, Slow sync.",
  ),
  open: fault(
    "Users are listed without a token.",
    "Something in between adds a token or answers from a cache: stop that at once. Rollcall never does this.",
  ),
  authorizationStripped: fault(
    "The header Authorization does not arrive: a wrong token got the same answer as none.",
    `${PROXY}: forward the header Authorization (CloudFront: an origin request policy that includes it).`,
  ),
  noChallenge: warning(
    "A 401 has neither WWW-Authenticate nor x-amzn-Remapped-WWW-Authenticate. Entra ID and Okta do not need it.",
    `${PROXY}.`,
  ),
  contentType: fault(
    "An answer does not have exactly the Content-Type application/scim+json.",
    `${PROXY}: it must not add a charset or change the type.`,
  ),
  notScim: fault(
    "An error does not come as a SCIM error with a reference: something else answered.",
    `${PROXY}; error pages of their own must be off. On API Gateway, deploy the stack again: it sets the gateway's error bodies.`,
  ),
  bodyRewritten: fault(
    "The body of an answer is not what this service sends.",
    `${PROXY}: switch off filters, scripts and conversions of bodies.`,
  ),
  requestRewritten: fault(
    "The body of a request does not arrive as it was sent.",
    `${PROXY}: switch off filters and conversions of bodies.`,
  ),
  bodyLimit: fault(
    "Something on the way refuses a body that should reach Rollcall.",
    `${PROXY}: allow bodies up to 6 MB (nginx: client_max_body_size 6m; an AWS WAF rule on the size of bodies: exclude this path).`,
  ),
  queryRewritten: fault(
    "The query of a request does not arrive as it was sent: filters would find the wrong users, or all.",
    `${PROXY}: forward all query parameters.`,
  ),
  addressRewritten: fault(
    "The addresses in answers do not begin with the Tenant URL.",
    "Set publicUrl in rollcall.json to the address that identity providers use, and deploy.",
  ),
  headersDropped: fault(
    "Headers of answers are lost on the way.",
    `${PROXY}: ETag, Location, Allow and Retry-After belong to the protocol.`,
  ),
  cached: fault(
    "Something in between may store answers: Cache-Control is not no-store.",
    `${PROXY}: switch off caching for this address.`,
  ),
  methodBlocked: fault("A method does not get through.", `${PROXY}: allow GET, POST, PUT, PATCH and DELETE.`),
  tokenMalformed: fault(
    "This is no Rollcall token, or only part of one: its checksum is wrong.",
    "Paste the whole token, without Bearer and without line breaks.",
  ),
  tokenRefused: fault(
    "The token has the right form and is refused.",
    "`token list ORG` shows whether it is revoked, replaced or expired; `token regenerate ORG` makes a new one.",
  ),
  wrongOrg: fault(
    "The token belongs to another organization than the Tenant URL names.",
    "Use the Tenant URL that the answer names.",
  ),
  orgState: fault(
    "The organization may not provision now.",
    "`org show ORG` says why: `org resume ORG`, `org update ORG --sso`, `org update ORG --entitled` or `org restore ORG` ends it.",
  ),
  noToken: fault(
    "The organization has no valid token, client secret or trust: nobody can provision.",
    "`token generate ORG` and paste it in the identity provider's console, or `client create ORG`.",
  ),
  tokenExpires: warning(
    "A token expires within two weeks.",
    "`token rotate ORG --on-first-use` makes its successor without a gap.",
  ),
  tokenOverlaps: warning(
    "A token expires within two weeks, and there is a newer one that lasts longer.",
    "Paste the newer one in the identity provider's console: `token list ORG` shows whether it was used.",
  ),
  busy: fault(
    "The service is too busy to answer (429, 503).",
    "Ask again in a minute; if it stays so, see the runbook, Throttling.",
  ),
  noRetryAfter: warning(
    "A 429 or 503 comes without Retry-After in whole seconds: identity providers guess how long to wait, or do not wait.",
    `${PROXY}; a proxy that limits requests has to send Retry-After. On API Gateway, deploy the stack again: it sets the header.`,
  ),
  brokenOff: fault(
    "An answer breaks off.",
    "Look for a proxy that limits the size of answers or the time for them; without one, see the runbook, Slow sync.",
  ),
  serverError: fault(
    "The service itself failed at a request.",
    "`explain REF` names the cause; REF is the reference of the answer. Then see the runbook, Storage outage.",
  ),
  notApplied: fault(
    "An answer reported a change as done, but reads do not show it.",
    `${PROXY}: stop what answers by itself or from a cache. Without a proxy this is a fault of Rollcall: keep the log lines of the sandbox.`,
  ),
  notDeleted: fault(
    "An answer reported a deletion as done, but the user or group is still there.",
    `${PROXY}: stop what answers by itself or from a cache. Without a proxy this is a fault of Rollcall: keep the log lines of the sandbox.`,
  ),
  unexpected: fault(
    "An answer is not what an identity provider needs.",
    "`explain REF` says more about a refused request.",
  ),
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;

/** The faults found, each once, with all evidence. */
export class Findings {
  readonly #seen = new Map<FaultName, string[]>();
  readonly passed: string[] = [];
  /** Information that is neither right nor wrong. */
  readonly remarks: string[] = [];

  /** @param evidence where and how the fault showed; never a token */
  add(fault: FaultName, evidence: string): void {
    this.#seen.set(fault, [...(this.#seen.get(fault) ?? []), evidence]);
  }

  /** Runs one check, which passes when it adds no fault. */
  async check<T>(title: string, act: () => Promise<T>): Promise<T> {
    const before = this.count();
    const result = await act();
    if (this.count() === before) this.passed.push(title);
    return result;
  }

  has(fault: FaultName): boolean {
    return this.#seen.has(fault);
  }

  list(): readonly (Fault & { readonly name: FaultName; readonly evidence: readonly string[] })[] {
    return [...this.#seen].map(([name, evidence]) => ({ name, ...FAULTS[name], evidence }));
  }

  /** Count of all evidence. */
  count(): number {
    return [...this.#seen.values()].reduce((sum, evidence) => sum + evidence.length, 0);
  }
}
