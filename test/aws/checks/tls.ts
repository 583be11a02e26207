import { connect, type SecureVersion } from "node:tls";
import type { LiveCheck } from "../liveStack.ts";

const PATIENCE_MS = 10_000;
const OLD: ReadonlySet<string> = new Set(["TLSv1", "TLSv1.1"]);
/** An alert or a closed connection: the server's doing. */
const SERVER_REFUSED = /^(ECONNRESET|EPROTO|ERR_SSL_(TLSV1|SSLV3)_ALERT_\w+)$/;

/**
 * 4 handshakes. The stack's policy is SecurityPolicy_TLS13_1_2_PQ_2025_09: TLS 1.2 and 1.3 only (API Gateway Developer
 * Guide, "Security policies for REST APIs").
 */
export const tls: LiveCheck = {
  name: "the API speaks TLS 1.2 and 1.3 with a certificate that is trusted, and no older version",
  run: ({ target }) => versionsSpoken(new URL(target.base).hostname, 443),
};

export async function versionsSpoken(host: string, port: number) {
  const [differences, notes, notShown]: [string[], string[], string[]] = [[], [], []];
  for (const version of ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const) {
    const came = await shakeHands(host, port, version);
    const old = OLD.has(version);
    if ("cipher" in came) {
      if (old) differences.push(`${version} is spoken`);
      if (came.fault !== undefined) differences.push(`${version}: the certificate: ${came.fault}`);
      notes.push(`${version}: ${came.cipher}`);
    } else if (!old) differences.push(`${version} is not spoken: ${came.code}`);
    else if (!SERVER_REFUSED.test(came.code)) notShown.push(`${version} could not be offered from here: ${came.code}`);
  }
  const silent = notShown.length === 0 || differences.length > 0;
  return { differences, notes, ...(silent ? {} : { notShown: notShown.join("; ") }) };
}

/** 1 request. */
export const plainHttp: LiveCheck = {
  name: "nothing is answered without TLS",
  run: async ({ target }) => {
    const url = `http://${new URL(target.base).hostname}/`;
    try {
      const { status } = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
      return { differences: status < 300 ? [`http:// is answered with ${status}`] : [] };
    } catch (failure) {
      // A host that nobody can look up or reach is silent as well, and proves nothing of AWS.
      const cause = failure instanceof Error ? failure.cause : undefined;
      const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(failure);
      const unreachable = /^(ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code);
      return { differences: [], ...(unreachable ? { notShown: `the host cannot be reached: ${code}` } : {}) };
    }
  },
};

type Handshake = { readonly cipher: string; readonly fault: string | undefined } | { readonly code: string };

/** With one version only. The certificate is not refused but told, so that both can be judged. */
function shakeHands(host: string, port: number, version: SecureVersion): Promise<Handshake> {
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
      ...(OLD.has(version) ? { ciphers: "DEFAULT@SECLEVEL=0" } : {}),
    });
    const end = (came: Handshake): void => {
      socket.destroy();
      resolve(came);
    };
    socket.once("secureConnect", () => {
      const fault = socket.authorized ? undefined : String(socket.authorizationError);
      end({ cipher: socket.getCipher().standardName, fault });
    });
    socket.once("timeout", () => end({ code: "ETIMEDOUT" }));
    socket.once("error", (error: NodeJS.ErrnoException) => end({ code: error.code ?? error.message }));
  });
}
