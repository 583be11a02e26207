/** Hosts of issuers that orgs may trust, where the deployment sets none (ADR 65). */
export const FEDERATION_HOSTS: readonly string[] = ["login.microsoftonline.com"];
