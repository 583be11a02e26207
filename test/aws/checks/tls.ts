import { connect, type SecureVersion } from "node:tls";
import type { Finding, LiveCheck, LiveStack } from "../liveStack.ts";

/** What a handshake came to. */
export type Handshake =
  | { readonly spoken: string; readonly cipher: string; readonly certificateFault: string | undefined }
  | { readonly code: string };

const PATIENCE_MS = 10_000;

/** An alert or a closed connection: the server's doing. */
const SERVER_REFUSED = /^(ECONNRESET|EPROTO|ERR_SSL_(TLSV1|SSLV3)_ALERT_\w+)$/;

/** 4 handshakes. */
export const tls: LiveCheck = {
  name: "the API speaks TLS 1.2 and 1.3 with a certificate that is trusted, and no older version",
  run: async ({ target }) => {
    const { hostname } = new URL(target.base);
    const asked: [SecureVersion, Handshake][] = [];
    for (const version of ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const) {
      asked.push([version, await shakeHands(hostname, 443, version)]);
    }
    return judgedHandshakes(asked);
  },
};

/** 1 request. */
export const plainHttp: LiveCheck = {
  name: "nothing is answered without TLS",
  run: async ({ target }: LiveStack): Promise<Finding> => {
    const url = `http://${new URL(target.base).hostname}/`;
    try {
      const { status } = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
      return judgedPlain(status);
    } catch (cause) {
      return judgedSilence(codeOf(cause));
    }
  },
};

/**
 * The stack's policy is SecurityPolicy_TLS13_1_2_PQ_2025_09.
 * Source: API Gateway Developer Guide, "Security policies for REST APIs": TLS 1.2 and 1.3 only.
 */
export function judgedHandshakes(asked: readonly (readonly [SecureVersion, Handshake])[]): Finding {
  const differences: string[] = [];
  const notes: string[] = [];
  const notShown: string[] = [];
  for (const [version, came] of asked) {
    const old = version === "TLSv1" || version === "TLSv1.1";
    if ("spoken" in came) {
      if (old) differences.push(`${version} is spoken`);
      else if (came.spoken !== version) differences.push(`${version} was offered, ${came.spoken} came`);
      if (came.certificateFault !== undefined)
        differences.push(`${version}: the certificate: ${came.certificateFault}`);
      notes.push(`${version}: ${came.cipher}`);
    } else if (!old) differences.push(`${version} is not spoken: ${came.code}`);
    else if (!SERVER_REFUSED.test(came.code)) notShown.push(`${version} could not be offered from here: ${came.code}`);
  }
  return {
    differences,
    notes,
    ...(notShown.length > 0 && differences.length === 0 ? { notShown: notShown.join("; ") } : {}),
  };
}

export function judgedPlain(status: number): Finding {
  if (status >= 200 && status < 300) return { differences: [`http:// is answered with ${status}`] };
  return { differences: [], notes: [`http:// is refused with ${status}`] };
}

/** @param code how the attempt ended, as Node names it */
export function judgedSilence(code: string): Finding {
  // A host that nobody can look up or reach is silent as well, and proves nothing of AWS.
  const unreachable = /^(ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code);
  return { differences: [], ...(unreachable ? { notShown: `the host cannot be reached: ${code}` } : {}) };
}

/** `fetch` hides the reason in the cause of its error, but for its own time-out. */
function codeOf(failure: unknown): string {
  const cause = failure instanceof Error ? failure.cause : undefined;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return failure instanceof Error ? failure.name : String(failure);
}

/** One handshake with one version only. The certificate is not refused but told, so that both can be judged. */
export function shakeHands(host: string, port: number, version: SecureVersion): Promise<Handshake> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      servername: host,
      minVersion: version,
      maxVersion: version,
      rejectUnauthorized: false,
      timeout: PATIENCE_MS,
      // The old versions' ciphers are below what OpenSSL 3 offers by itself.
      ...(version === "TLSv1" || version === "TLSv1.1" ? { ciphers: "DEFAULT@SECLEVEL=0" } : {}),
    });
    const end = (came: Handshake): void => {
      socket.destroy();
      resolve(came);
    };
    socket.once("secureConnect", () =>
      end({
        spoken: socket.getProtocol() ?? "nothing",
        cipher: socket.getCipher().standardName,
        certificateFault: socket.authorized ? undefined : String(socket.authorizationError),
      }),
    );
    socket.once("timeout", () => end({ code: "ETIMEDOUT" }));
    socket.once("error", (error: NodeJS.ErrnoException) => end({ code: error.code ?? error.message }));
  });
}
