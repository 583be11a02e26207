// Made by `npm run generate` from functions/http/signed/declarations.
export const ANSWER_MEMBERS = [
  {
    "method": "GET",
    "path": "orgs",
    "member": "orgs"
  },
  {
    "method": "POST",
    "path": "orgs",
    "member": "org"
  },
  {
    "method": "GET",
    "path": "orgs/{org}",
    "member": "org"
  },
  {
    "method": "PATCH",
    "path": "orgs/{org}",
    "member": "org"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/pause",
    "member": "org"
  },
  {
    "method": "DELETE",
    "path": "orgs/{org}/pause",
    "member": "org"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/deletion",
    "member": "org"
  },
  {
    "method": "DELETE",
    "path": "orgs/{org}/deletion",
    "member": "org"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/purge",
    "member": "orgId"
  },
  {
    "method": "GET",
    "path": "remains/{orgId}",
    "member": "orgId"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/protected/{userId}",
    "member": "org"
  },
  {
    "method": "DELETE",
    "path": "orgs/{org}/protected/{userId}",
    "member": "org"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/tokens",
    "member": "tokens"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/tokens",
    "member": "secretToken"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/tokens/regenerate",
    "member": "secretToken"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/tokens/rotate",
    "member": "secretToken"
  },
  {
    "method": "DELETE",
    "path": "orgs/{org}/tokens/{tokenId}",
    "member": "id"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/clients",
    "member": "clientId"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/clients",
    "member": "clientId"
  },
  {
    "method": "DELETE",
    "path": "orgs/{org}/clients/{tokenId}",
    "member": "id"
  },
  {
    "method": "GET",
    "path": "tokens-report",
    "member": "orgs"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/trusts",
    "member": "clientId"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/trusts",
    "member": "clientId"
  },
  {
    "method": "DELETE",
    "path": "orgs/{org}/trusts/{tokenId}",
    "member": "id"
  },
  {
    "method": "GET",
    "path": "app-keys",
    "member": "keys"
  },
  {
    "method": "POST",
    "path": "app-keys",
    "member": "secretKey"
  },
  {
    "method": "DELETE",
    "path": "app-keys/{keyId}",
    "member": "id"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/domains",
    "member": "domains"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/domains",
    "member": "domain"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/domains/{domain}/verify",
    "member": "domain"
  },
  {
    "method": "DELETE",
    "path": "orgs/{org}/domains/{domain}",
    "member": "domains"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/hold",
    "member": "org"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/hold/release",
    "member": "org"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/hold/refuse",
    "member": "org"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/users",
    "member": "totalResults"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/teams",
    "member": "totalResults"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/teams/{idOrName}",
    "member": "team"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/webhooks",
    "member": "webhooks"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/webhooks",
    "member": "secret"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/webhooks/{webhookId}",
    "member": "id"
  },
  {
    "method": "PATCH",
    "path": "orgs/{org}/webhooks/{webhookId}",
    "member": "id"
  },
  {
    "method": "DELETE",
    "path": "orgs/{org}/webhooks/{webhookId}",
    "member": "webhooks"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/webhooks/{webhookId}/rotate",
    "member": "secret"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/webhooks/{webhookId}/test",
    "member": "id"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/webhooks/{webhookId}/deliveries",
    "member": "deliveries"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/webhooks/{webhookId}/deliveries/{deliveryId}/replay",
    "member": "replayed"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/webhooks/{webhookId}/replay",
    "member": "replayed"
  },
  {
    "method": "GET",
    "path": "webhooks",
    "member": "webhooks"
  },
  {
    "method": "POST",
    "path": "webhooks",
    "member": "secret"
  },
  {
    "method": "GET",
    "path": "webhooks/{webhookId}",
    "member": "id"
  },
  {
    "method": "PATCH",
    "path": "webhooks/{webhookId}",
    "member": "id"
  },
  {
    "method": "DELETE",
    "path": "webhooks/{webhookId}",
    "member": "webhooks"
  },
  {
    "method": "POST",
    "path": "webhooks/{webhookId}/rotate",
    "member": "secret"
  },
  {
    "method": "POST",
    "path": "webhooks/{webhookId}/test",
    "member": "id"
  },
  {
    "method": "GET",
    "path": "webhooks/{webhookId}/deliveries",
    "member": "deliveries"
  },
  {
    "method": "POST",
    "path": "webhooks/{webhookId}/deliveries/{deliveryId}/replay",
    "member": "replayed"
  },
  {
    "method": "POST",
    "path": "webhooks/{webhookId}/replay",
    "member": "replayed"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/portal-sessions",
    "member": "sessions"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/portal-sessions",
    "member": "session"
  },
  {
    "method": "DELETE",
    "path": "orgs/{org}/portal-sessions/{sessionId}",
    "member": "id"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/roles",
    "member": "enabled"
  },
  {
    "method": "PUT",
    "path": "orgs/{org}/roles",
    "member": "enabled"
  },
  {
    "method": "DELETE",
    "path": "orgs/{org}/roles",
    "member": "enabled"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/roles/preview",
    "member": "looked"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/roles/rebuild",
    "member": "started"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/data/totals",
    "member": "managed"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/data/export",
    "member": "type"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/data/export/{side}/members",
    "member": "lines"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/data/export/{side}/users",
    "member": "lines"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/data/export/{side}/groups",
    "member": "lines"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/data/import",
    "member": "paused"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/data/import",
    "member": "file"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/data/import/lines",
    "member": "done"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/data/import/finish",
    "member": "file"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/data/adoption",
    "member": "by"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/data/jobs/{side}/deletions",
    "member": "jobs"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/data/jobs/{side}/deletions",
    "member": "done"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/data/jobs/{side}/begun",
    "member": "jobs"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/data/fsck",
    "member": "findings"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/data/export/events",
    "member": "lines"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/data/events/{id}/erase",
    "member": "id"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/data/events/renew",
    "member": "removed"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/data/events/fsck",
    "member": "findings"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/users",
    "member": "users"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/users",
    "member": "externalId"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/users/bulk",
    "member": "results"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/users/{id}",
    "member": "id"
  },
  {
    "method": "PATCH",
    "path": "orgs/{org}/users/{id}",
    "member": "externalId"
  },
  {
    "method": "PUT",
    "path": "orgs/{org}/users/{id}/link",
    "member": "externalId"
  },
  {
    "method": "DELETE",
    "path": "orgs/{org}/users/{id}/link",
    "member": "externalId"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/teams",
    "member": "teams"
  },
  {
    "method": "POST",
    "path": "orgs/{org}/teams",
    "member": "id"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/teams/{id}",
    "member": "id"
  },
  {
    "method": "PATCH",
    "path": "orgs/{org}/teams/{id}",
    "member": "id"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/teams/{id}/members",
    "member": "members"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/access",
    "member": "member"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/deleted/{id}",
    "member": "id"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/events",
    "member": "events"
  },
  {
    "method": "GET",
    "path": "orgs/{org}/history/{id}",
    "member": "events"
  },
  {
    "method": "GET",
    "path": "orgs",
    "member": "orgs"
  },
  {
    "method": "GET",
    "path": "feed",
    "member": "entries"
  },
  {
    "method": "GET",
    "path": "roles",
    "member": "roles"
  },
  {
    "method": "GET",
    "path": "roles/{role}",
    "member": "key"
  },
  {
    "method": "PUT",
    "path": "roles/{role}",
    "member": "key"
  },
  {
    "method": "DELETE",
    "path": "roles/{role}",
    "member": "roles"
  }
] as const;
