/** Hosts of the issuers that a deployment lets its orgs trust, where it does not say (ADR 65). */
export const FEDERATION_HOSTS: readonly string[] = ["login.microsoftonline.com"];
