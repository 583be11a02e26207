import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface SitePage {
  readonly html: string;
  /** Content-Security-Policy of the page; absent: none. */
  readonly policy?: string;
  readonly type?: string;
}

export interface OtherSite extends AsyncDisposable {
  readonly origin: string;
}

/** A site of somebody else: another port is another origin. @param pages by path; a function gets the site's own origin */
export async function startOtherSite(pages: Readonly<Record<string, SitePage>>): Promise<OtherSite> {
  const server = createServer(({ url = "/" }, response) => {
    const page = new Map(Object.entries(pages)).get(url);
    if (page === undefined) return void response.writeHead(204).end();
    if (page.policy !== undefined) response.setHeader("Content-Security-Policy", page.policy);
    response.setHeader("Content-Type", page.type ?? "text/html; charset=utf-8").end(page.html);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
