import { createServer as createPlain } from "node:net";
import { createServer, type SecureVersion } from "node:tls";
import { describe, expect, test } from "@jest/globals";
import { type Handshake, judgedHandshakes, judgedPlain, judgedSilence, shakeHands } from "../../aws/checks/tls.ts";
import { selfSigned } from "../../support/certificate.ts";

const VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
const ALERT = { code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" };
const spoken = (version: string, certificateFault?: string): Handshake => ({
  spoken: version,
  cipher: "TLS_AES_128_GCM_SHA256",
  certificateFault,
});

const asked = (...came: readonly Handshake[]): [SecureVersion, Handshake][] =>
  VERSIONS.map((version, index) => [version, came[index] ?? { code: "nothing" }]);

describe("handshakes are judged", () => {
  test.each([[ALERT], [{ code: "ECONNRESET" }], [{ code: "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE" }]])(
    "passed when the server refuses old versions with %j",
    (refusal) => {
      const { differences, notShown } = judgedHandshakes(asked(refusal, refusal, spoken("TLSv1.2"), spoken("TLSv1.3")));
      expect({ differences, notShown }).toEqual({ differences: [], notShown: undefined });
    },
  );

  test.each([
    [
      "an old version is spoken",
      asked(spoken("TLSv1"), ALERT, spoken("TLSv1.2"), spoken("TLSv1.3")),
      "TLSv1 is spoken",
    ],
    ["1.3 is refused", asked(ALERT, ALERT, spoken("TLSv1.2"), ALERT), `TLSv1.3 is not spoken: ${ALERT.code}`],
    [
      "nobody trusts the certificate",
      asked(ALERT, ALERT, spoken("TLSv1.2"), spoken("TLSv1.3", "CERT_HAS_EXPIRED")),
      "TLSv1.3: the certificate: CERT_HAS_EXPIRED",
    ],
  ])("different when %s", (_what, came, says) => {
    expect(judgedHandshakes(came).differences).toEqual([says]);
  });

  test("not shown when it is this machine that refuses to offer an old version", () => {
    const own = { code: "ERR_SSL_NO_PROTOCOLS_AVAILABLE" };
    const { differences, notShown } = judgedHandshakes(asked(own, ALERT, spoken("TLSv1.2"), spoken("TLSv1.3")));
    expect(differences).toEqual([]);
    expect(notShown).toBe("TLSv1 could not be offered from here: ERR_SSL_NO_PROTOCOLS_AVAILABLE");
  });

  test("silence without TLS is as promised, unless the host was never reached", () => {
    for (const code of ["ECONNREFUSED", "ECONNRESET", "TimeoutError"])
      expect(judgedSilence(code)).toEqual({ differences: [] });
    expect(judgedSilence("ENOTFOUND").notShown).toBe("the host cannot be reached: ENOTFOUND");
  });

  test("an answer without TLS differs, a refusal does not", () => {
    expect(judgedPlain(200).differences).toEqual(["http:// is answered with 200"]);
    expect(judgedPlain(403)).toEqual({ differences: [], notes: ["http:// is refused with 403"] });
  });
});

describe("handshakes with a server", () => {
  const outcomes = async (minVersion: SecureVersion): Promise<Handshake[]> => {
    const server = createServer({
      ...selfSigned("localhost", Date.now() + 3_600_000),
      minVersion,
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    server.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    try {
      const address = server.address();
      if (typeof address !== "object" || address === null) throw new Error("it does not listen");
      const came: Handshake[] = [];
      for (const version of VERSIONS) came.push(await shakeHands("localhost", address.port, version));
      return came;
    } finally {
      server.close();
    }
  };

  test("that refuses old versions are told from those with one that speaks them", async () => {
    const [modern, old] = [await outcomes("TLSv1.2"), await outcomes("TLSv1")];
    const self = VERSIONS.slice(2).map((version) => `${version}: the certificate: DEPTH_ZERO_SELF_SIGNED_CERT`);
    expect(judgedHandshakes(asked(...modern)).differences).toEqual(self);
    expect(judgedHandshakes(asked(...old)).differences).toEqual(
      expect.arrayContaining(["TLSv1 is spoken", "TLSv1.1 is spoken"]),
    );
  });

  test("that cuts the connection are a refusal", async () => {
    const server = createPlain((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("it does not listen");
    expect(await shakeHands("localhost", address.port, "TLSv1")).toEqual({ code: "ECONNRESET" });
    server.close();
  });
});
