import { useState } from "preact/hooks";
import { usePortal } from "../app/portalContext.ts";
import { PageHead } from "../parts/pageHead.tsx";
import { isFiltered, readFilter } from "./activity/activityQuery.ts";
import { Causes } from "./activity/causes.tsx";
import { useCatalogue } from "./activity/remedyView.tsx";
import { Requests } from "./activity/requests.tsx";

/**
 * Requests, and why some were refused. The address has the filter, `#/activity?outcome=refused`, except a name, which belongs
 * in no address and no browser history.
 */
export function page() {
  const { texts, route } = usePortal();
  const catalogue = useCatalogue();
  const [name, setName] = useState<string | undefined>(undefined);
  const [refusal, setRefusal] = useState<string | undefined>(undefined);
  const filter = { ...readFilter(route), ...(name !== undefined && { name }) };
  return (
    <>
      <PageHead title={texts.nav.activity} intro={texts.activity.intro} />
      {(!isFiltered(filter) || filter.code !== undefined) && (
        <Causes catalogue={catalogue} code={filter.code} latest={refusal} />
      )}
      <Requests filter={filter} catalogue={catalogue} onName={setName} onRefusal={setRefusal} />
    </>
  );
}
