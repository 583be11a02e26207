import { describe, expect, test } from "@jest/globals";
import { resolveTxtBy } from "../../functions/bus/resolveTxt.ts";
import { domainName } from "../../functions/provisioning/domainNames.ts";

describe("a mail domain is compared", () => {
  test.each([
    ["example.com", "example.com"],
    ["Mail.EXAMPLE.com", "mail.example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["ｅxample．com", "example.com"],
    ["xn--bcher-kva.example", "xn--bcher-kva.example"],
    [`${"a".repeat(63)}.example`, `${"a".repeat(63)}.example`],
  ])("%s as %s", (text, name) => expect(domainName(text)).toBe(name));

  test.each([
    ["a single label", "localhost"],
    ["an IPv4 address", "192.0.2.1"],
    ["an IPv4 address in short", "127.1"],
    ["one in hexadecimal", "0x7f.1"],
    ["an IPv6 address", "[2001:db8::1]"],
    ["an e-mail address", "ada@example.com"],
    ["a URL", "https://example.com"],
    ["a path behind it, which a URL would cut off", "example.com/evil.example"],
    ["a port", "example.com:443"],
    ["a name that a URL would decode", "ex%61mple.com"],
    ["a wildcard", "*.example.com"],
    ["an underscore", "_dmarc.example.com"],
    ["an empty label", "example..com"],
    ["a dot at the end, which no address has", "example.com."],
    ["a label that is too long", `${"a".repeat(64)}.example`],
    ["a name for whose record DNS has no room", `${"abcdefg.".repeat(30)}example`],
    ["a hyphen at the beginning", "-a.example"],
    ["a space", "exam ple.com"],
    ["nothing", ""],
    ["U+0000", "exa\u0000mple.com"],
  ])("not where it is %s", (_what, text) => expect(domainName(text)).toBeUndefined());
});

describe("what the DNS says", () => {
  const failing = (code: string) => ({
    resolveTxt: () => Promise.reject(Object.assign(new Error("queryTxt"), { code })),
  });

  test("is every record, each joined of its chunks", async () => {
    const resolver = {
      resolveTxt: async () => [
        ["v=spf1 ", "-all"],
        ["rollcall-", "domain=", "x"],
      ],
    };
    expect(await resolveTxtBy(resolver, "a.example")).toEqual({ records: ["v=spf1 -all", "rollcall-domain=x"] });
  });

  test.each([
    ["ENOTFOUND", "missing"],
    ["ENODATA", "missing"],
    ["ESERVFAIL", "servers"],
    ["EREFUSED", "servers"],
    ["EBADRESP", "servers"],
    ["ETIMEOUT", "timeout"],
    ["ECONNREFUSED", "timeout"],
  ])("is of the code %s that it is: %s", async (code, failure) => {
    expect(await resolveTxtBy(failing(code), "a.example")).toEqual({ failure });
  });
});
