/** Somebody's browser on the product: it keeps the cookie, sends forms, and follows nothing. */
export class Browser {
  readonly #url: string;
  #cookie: string | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    return await this.#send(path, { method: "GET" });
  }

  async json(path: string): Promise<unknown> {
    const { status, text } = await this.get(path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
    return JSON.parse(text);
  }

  async post(path: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) {
    return await this.#send(path, { method: "POST", body: new URLSearchParams(form), headers });
  }

  /** As SAML ends. @returns the status: 303 is a session */
  async signIn(org: string, email: string): Promise<number> {
    return (await this.post("/sign-in", { org, email })).status;
  }

  async isSignedIn(): Promise<boolean> {
    return (await this.get("/api/me")).status === 200;
  }

  async #send(path: string, init: RequestInit): Promise<{ readonly status: number; readonly text: string }> {
    const headers = new Headers(init.headers);
    if (this.#cookie !== undefined) headers.set("Cookie", this.#cookie);
    const response = await fetch(this.#url + path, {
      ...init,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(30_000),
    });
    const cookie = response.headers.get("set-cookie")?.split(";")[0];
    if (cookie !== undefined) this.#cookie = cookie;
    return { status: response.status, text: await response.text() };
  }
}
