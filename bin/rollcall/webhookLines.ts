import { isObject, type JsonObject, own } from "../../functions/scim/json.ts";
import { printable, yesOrNo } from "./table.ts";

/** Webhooks and their messages from the API, for people. */

export const WEBHOOK_COLUMNS = {
  head: ["ID", "ENABLED", "LAST SUCCESS", "FAILING SINCE", "TYPES", "URL", "DESCRIPTION"],
  row: (webhook: JsonObject) => {
    const { id, lastSuccessAt, failingSince, url, description } = webhook;
    return [id, enabledOf(webhook), lastSuccessAt ?? "never", failingSince, typesOf(webhook), url, description];
  },
};

export const DELIVERY_COLUMNS = {
  head: ["MADE", "STATUS", "ATTEMPTS", "RESULT", "NEXT ATTEMPT", "TYPE", "ORG", "EVENTS", "ID"],
  row: ({ madeAt, status, attempts, result, nextAttemptAt, type, org, from, to, id }: JsonObject) => {
    const events = from === undefined ? "" : from === to ? String(from) : `${from}-${to}`;
    const outcome = status === "givenUp" ? "given up" : status;
    return [madeAt, outcome, attempts, result, nextAttemptAt, type, org, events, id];
  },
};

export function webhookText(webhook: JsonObject): string {
  const { id, org, url, description, secondSecretUntil, failingSince, lastSuccessAt, lastFailureAt } = webhook;
  const lines = [
    ["Webhook", id],
    ["Events of", org ?? "every organization"],
    ["URL", url],
    ["Types", typesOf(webhook)],
    ["Description", description],
    ["Enabled", enabledOf(webhook)],
    ["Two secrets sign until", secondSecretUntil],
    ["Failing since", failingSince],
    ["Last success", lastSuccessAt ?? "never"],
    ["Last failure", lastFailureAt ?? "never"],
    ["Made", `${webhook.createdAt} by ${webhook.createdBy}`],
  ];
  const said = lines.filter(([, value]) => value !== null && value !== "");
  return said.map(([name, value]) => `${name}: ${printable(String(value))}`).join("\n");
}

const DISABLED = {
  operator: "somebody disabled it",
  gone: "the receiver answered 410",
  failing: "nothing arrived for five days",
};

function enabledOf({ enabled, disabled }: JsonObject): string {
  const { reason, at } = isObject(disabled) ? disabled : {};
  return yesOrNo(enabled) + (reason === undefined ? "" : `: ${own(DISABLED, String(reason)) ?? reason}, ${at}`);
}

function typesOf({ types }: JsonObject): string {
  return Array.isArray(types) && types.length > 0 ? types.join(",") : "all";
}
