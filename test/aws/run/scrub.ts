/** What must not stand in a report: org tokens, AWS keys, who ran it, and the account but for its last four digits. */
export function scrub(text: string, account?: string): string {
  const safe = text
    .replace(/\brollcall_[0-9A-Za-z_]{8,}/g, "<token>")
    .replace(/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, "<access key>")
    .replace(/\bBearer\s+[^\s"']+/g, "Bearer <token>")
    .replace(/arn:([a-z-]+):(iam|sts)::\d{12}:(user|assumed-role|federated-user)\/[^\s"',]+/g, "<the caller>");
  return account === undefined ? safe : safe.replaceAll(account, maskedAccount(account));
}

export function maskedAccount(account: string): string {
  return "*".repeat(Math.max(0, account.length - 4)) + account.slice(-4);
}
