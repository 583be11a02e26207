import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpResponse } from "../../../bin/local/httpResponse.ts";
import type { HttpRequest } from "../../../bin/local/proxyEvent.ts";

/**
 * What takes the requests of a server that is a library: `node:http` and nothing around it.
 * @returns where it listens, without a path
 */
export async function plainFront(answer: (request: HttpRequest) => Promise<HttpResponse>): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Uint8Array[] = [];
    incoming.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    incoming.on("end", async () => {
      const target = incoming.url ?? "/";
      const mark = target.indexOf("?");
      const { status, headers, body } = await answer({
        method: incoming.method ?? "GET",
        path: mark < 0 ? target : target.slice(0, mark),
        queryString: mark < 0 ? "" : target.slice(mark + 1),
        rawHeaders: incoming.rawHeaders,
        body: Buffer.concat(chunks),
        sourceIp: "127.0.0.1",
        httpVersion: incoming.httpVersion,
      });
      outgoing.writeHead(status, {
        ...headers,
        ...(status === 204 ? {} : { "Content-Length": Buffer.byteLength(body) }),
      });
      outgoing.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
