import { useState } from "preact/hooks";
import type { OperatorAnswer } from "../../app/api.ts";
import { useDoing } from "../../app/doing.ts";
import { useOperator } from "../../app/operator.ts";
import { usePortal } from "../../app/portalContext.ts";
import { Badge, GivenName } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { CheckField, TextField } from "../../parts/fields.tsx";
import { GoTo } from "../../parts/goTo.tsx";
import { EmptyState, ErrorNotice } from "../../parts/notice.tsx";
import { PageHead } from "../../parts/pageHead.tsx";
import { SearchList } from "../../parts/searchList.tsx";

type OrgLine = OperatorAnswer<"findOrgs">["orgs"][number];

export function page() {
  const { texts } = usePortal();
  const operator = useOperator();
  const [creating, setCreating] = useState(false);
  const words = texts.orgs;
  return (
    <>
      <PageHead title={texts.nav.orgs} intro={words.intro}>
        <Button look="primary" onClick={() => setCreating(true)}>
          {words.create}
        </Button>
      </PageHead>
      {creating && <NewOrg onClose={() => setCreating(false)} />}
      <SearchList<OrgLine>
        label={words.search}
        hint={words.searchHint}
        count={words.count}
        caption={texts.nav.orgs}
        columns={[
          {
            name: "login",
            title: words.login,
            cell: ({ org }) => <GoTo to={{ org, page: "connect" }}>{org}</GoTo>,
          },
          { name: "name", title: words.name, cell: ({ displayName }) => <GivenName>{displayName}</GivenName> },
          { name: "state", title: words.state, cell: (org) => <OrgState org={org} /> },
          { name: "preset", title: words.preset, cell: ({ preset }) => preset },
        ]}
        ask={async (question, signal) => {
          const { orgs, next } = await operator.ask("findOrgs", {}, { query: { ...question, count: 50 }, signal });
          return { rows: orgs, next, total: null };
        }}
        empty={(searched) => <EmptyState title={searched ? words.notFoundTitle : words.noneTitle} />}
      />
    </>
  );
}

/** What prevents provisioning, if anything. */
export function OrgState({ org }: { readonly org: OrgLine }) {
  const words = usePortal().texts.orgs;
  if (org.deletion !== null) return <Badge tone="bad">{words.deletion}</Badge>;
  if (org.paused !== null) return <Badge tone="warn">{words.paused}</Badge>;
  if (!org.entitled) return <Badge tone="plain">{words.notEntitled}</Badge>;
  if (org.sso === null) return <Badge tone="plain">{words.noSso}</Badge>;
  return <Badge tone="good">{words.live}</Badge>;
}

function NewOrg({ onClose }: { readonly onClose: () => void }) {
  const { texts, wording, go, announce } = usePortal();
  const operator = useOperator();
  const doing = useDoing();
  const [login, setLogin] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [sso, setSso] = useState(false);
  const words = texts.orgs;
  const create = () =>
    doing.start(async (signal) => {
      const name = displayName.trim();
      const { org } = await operator.ask(
        "createOrg",
        {},
        { body: { org: login.trim(), ...(name !== "" && { displayName: name }), ...(sso && { sso: {} }) }, signal },
      );
      announce(wording.fill(words.created, { org }));
      onClose();
      go({ org, page: "connect" });
    });
  return (
    <Dialog
      title={words.create}
      onClose={onClose}
      action={{ text: words.create, look: "primary", busy: doing.busy, onClick: create }}
    >
      <TextField label={words.login} hint={words.loginHint} value={login} onValue={setLogin} required />
      <TextField label={words.displayName} value={displayName} onValue={setDisplayName} />
      <CheckField label={words.sso} hint={words.ssoHint} checked={sso} onChecked={setSso} />
      {doing.error !== null && <ErrorNotice error={doing.error} ofChange />}
    </Dialog>
  );
}
