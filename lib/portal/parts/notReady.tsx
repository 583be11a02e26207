import type { PageAnswer } from "../app/api.ts";
import { usePortal } from "../app/portalContext.ts";
import { Notice } from "./notice.tsx";

/** Obstacles to connecting an identity provider, and who can remove them; nothing where there are none. */
export function NotReadyNotice({ overview }: { readonly overview: PageAnswer<"getOverview"> }) {
  const { texts, wording } = usePortal();
  const { ready, notReady, reason } = overview;
  if (ready) return null;
  const known = new Map(Object.entries(texts.obstacles));
  return (
    <Notice tone="warn" title={texts.obstacles.title}>
      <ul class="plain-list">
        {notReady.map((code) => (
          <li key={code}>{known.get(code) ?? code}</li>
        ))}
      </ul>
      {reason !== null && <p dir="auto">{wording.fill(texts.obstacles.reason, { reason })}</p>}
    </Notice>
  );
}
