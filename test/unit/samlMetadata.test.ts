import { describe, expect, test } from "@jest/globals";
import { readSamlMetadata } from "../../bin/rollcall/samlMetadata.ts";

const MD = "urn:oasis:names:tc:SAML:2.0:metadata";
const BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:";
const service = (binding: string, url: string, prefix = "md:") =>
  `<${prefix}SingleSignOnService Binding="${BINDING}${binding}" Location="${url}"/>`;
const idp = (entityId: string, services: string) =>
  `<md:EntityDescriptor entityID="${entityId}"><md:IDPSSODescriptor>${services}</md:IDPSSODescriptor></md:EntityDescriptor>`;
const within = (inner: string) => `<md:EntitiesDescriptor xmlns:md="${MD}">${inner}</md:EntitiesDescriptor>`;

describe("SAML metadata gives entity id and sign-in address", () => {
  test("with a prefix, comments, a signature and several bindings: redirect is preferred", () => {
    const text = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>
      <!-- <md:EntityDescriptor entityID="not this"> -->
      <md:EntityDescriptor xmlns:md="${MD}" entityID='https://sts.example/a&amp;b/'>
        <ds:Signature xmlns:ds="urn:ds"><ds:SignatureValue><![CDATA[<md:x>]]></ds:SignatureValue></ds:Signature>
        <md:SPSSODescriptor/>
        <md:IDPSSODescriptor protocolSupportEnumeration="x">
          <md:SingleLogoutService Binding="${BINDING}HTTP-Redirect" Location="https://out.example"/>
          ${service("SOAP", "https://soap.example")}${service("HTTP-POST", "https://post.example")}
          ${service("HTTP-Redirect", "https://in.example/?a=1&#38;b=2")}
        </md:IDPSSODescriptor>
      </md:EntityDescriptor>`;
    expect(readSamlMetadata(text)).toEqual({
      entityId: "https://sts.example/a&b/",
      url: "https://in.example/?a=1&b=2",
    });
  });

  test("with the default namespace and nothing but POST", () => {
    const text = `<EntityDescriptor xmlns="${MD}" entityID="urn:idp"><IDPSSODescriptor>${service("HTTP-POST", "https://post.example", "")}</IDPSSODescriptor></EntityDescriptor>`;
    expect(readSamlMetadata(text)).toEqual({ entityId: "urn:idp", url: "https://post.example" });
  });

  test("of the one identity provider among several entities", () => {
    const sp = '<md:EntityDescriptor entityID="sp"><md:SPSSODescriptor/></md:EntityDescriptor>';
    const text = within(sp + idp("urn:idp", service("HTTP-POST", "https://post.example")));
    expect(readSamlMetadata(text)).toEqual({ entityId: "urn:idp", url: "https://post.example" });
  });
});

test("an empty line before the declaration does no harm, and an entity id keeps its spaces", () => {
  const text = `\n<?xml version="1.0"?>\n${within(idp("urn:idp ", service("HTTP-POST", "https://post.example")))}\n`;
  expect(readSamlMetadata(text)).toEqual({ entityId: "urn:idp ", url: "https://post.example" });
});

describe("what is no such metadata is refused with the reason", () => {
  const post = service("HTTP-POST", "https://post.example");
  test.each([
    ["nothing", "", "not well-formed"],
    ["JSON", '{"a":1}', "not well-formed"],
    ["HTML of a sign-in page", "<html><body><p>Sign in<br></body></html>", "not well-formed"],
    ["an end tag that does not match", `<a xmlns="${MD}"><b></a></b>`, "not well-formed"],
    ["two roots", "<a/><b/>", "not well-formed"],
    ["text after the root", "<a/>b", "not well-formed"],
    ["an unknown prefix", "<x:a/>", "not well-formed"],
    ["an unknown entity", `<a b="&c;"/>`, "not well-formed"],
    ["an attribute twice", `<a b="1" b="2"/>`, "not well-formed"],
    ["an open element", "<a><b></b>", "not well-formed"],
    ["a document type", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a/>', "document type"],
    [
      "another namespace",
      `<EntityDescriptor entityID="x"><IDPSSODescriptor/></EntityDescriptor>`,
      "no identity provider",
    ],
    [
      "a service provider",
      within('<md:EntityDescriptor entityID="sp"><md:SPSSODescriptor/></md:EntityDescriptor>'),
      "no identity provider",
    ],
    ["two identity providers", within(idp("a", post) + idp("b", post)), "several identity providers"],
    ["no entity id", within(idp("", post)), "entityID"],
  ])("%s", (_what, text, reason) => {
    expect(() => readSamlMetadata(text)).toThrow(reason);
  });

  test("a hundred thousand open brackets are refused in no time", () => {
    expect(() => readSamlMetadata("<a ".repeat(100_000))).toThrow("not well-formed");
    expect(() => readSamlMetadata("<a>".repeat(20_000))).toThrow("not well-formed");
  });
});
