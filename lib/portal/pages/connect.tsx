import { usePortal } from "../app/portalContext.ts";
import { PageHead } from "../parts/pageHead.tsx";

export function page() {
  const { texts } = usePortal();
  return <PageHead title={texts.nav.connect} />;
}
