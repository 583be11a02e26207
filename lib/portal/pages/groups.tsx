import { useRef, useState } from "preact/hooks";
import type { PageAnswer } from "../app/api.ts";
import { useOnce } from "../app/polled.ts";
import { usePortal } from "../app/portalContext.ts";
import { Badge, GivenName, TimeText } from "../parts/badge.tsx";
import { DataTable, Pager } from "../parts/dataTable.tsx";
import { GoTo } from "../parts/goTo.tsx";
import { EmptyState } from "../parts/notice.tsx";
import { PageHead } from "../parts/pageHead.tsx";
import { PolledView } from "../parts/polledView.tsx";
import { ResourcePage } from "../parts/resourcePage.tsx";
import { SearchList } from "../parts/searchList.tsx";

type GroupLine = PageAnswer<"listGroups">["groups"][number];

export function page() {
  const [id] = usePortal().route.rest;
  return id === undefined ? <AllGroups /> : <OneGroup id={id} />;
}

function AllGroups() {
  const { api, texts, wording, org } = usePortal();
  const words = texts.groups;
  return (
    <>
      <PageHead title={texts.nav.groups} intro={words.intro} />
      <SearchList<GroupLine>
        label={words.search}
        hint={words.searchHint}
        count={words.count}
        caption={texts.nav.groups}
        columns={[
          {
            name: "name",
            title: words.name,
            cell: ({ id, name }) => (
              <GoTo to={{ page: "groups", rest: [id] }}>
                <GivenName>{name}</GivenName>
              </GoTo>
            ),
          },
          { name: "members", title: words.members, align: "end", cell: ({ members }) => wording.number(members) },
          { name: "changed", title: words.changed, cell: ({ lastModified }) => <TimeText at={lastModified} /> },
        ]}
        ask={async (question, signal) => {
          const { groups, next, total } = await api.read("listGroups", { org }, { ...question, count: 50 }, signal);
          return { rows: groups, next, total };
        }}
        empty={(searched) =>
          searched ? (
            <EmptyState title={words.notFoundTitle} text={words.notFoundText}>
              <GoTo to={{ page: "activity" }}>{texts.people.refused}</GoTo>
            </EmptyState>
          ) : (
            <EmptyState title={words.noneTitle} text={words.noneText} />
          )
        }
      />
    </>
  );
}

function OneGroup({ id }: { readonly id: string }) {
  const { api, texts, wording, org } = usePortal();
  const group = useOnce((signal) => api.read("getGroup", { org, groupId: id }, {}, signal), [org, id]);
  return (
    <ResourcePage
      page="groups"
      id={id}
      polled={group}
      head={({ name, members }) => ({ title: name, intro: wording.counted(members, texts.groups.memberCount) })}
      parts={() => <MembersOf id={id} />}
      history={(before, signal) => api.read("listGroupHistory", { org, groupId: id }, { before, count: 25 }, signal)}
    />
  );
}

function MembersOf({ id }: { readonly id: string }) {
  const { api, texts, org } = usePortal();
  const [after, setAfter] = useState<string | undefined>(undefined);
  const ask = (signal: AbortSignal) => api.read("listGroupMembers", { org, groupId: id }, { after, count: 50 }, signal);
  const members = useOnce(ask, [org, id, after]);
  const words = texts.groups;
  const heading = useRef<HTMLHeadingElement>(null);
  /** The paging button disappears: the focus stays with the list. */
  const turn = (to: string | undefined) => {
    setAfter(to);
    heading.current?.focus();
  };
  return (
    <section class="stack" aria-label={words.membersTitle}>
      <h2 ref={heading} tabIndex={-1}>
        {words.membersTitle}
      </h2>
      <PolledView polled={members}>
        {({ members: rows, next }) => (
          <>
            {rows.length === 0 && <p class="faint">{after === undefined ? words.noMembers : texts.common.emptyPage}</p>}
            {rows.length > 0 && (
              <DataTable
                caption={words.membersTitle}
                columns={[
                  {
                    name: "name",
                    title: words.member,
                    cell: (member) => (
                      <GoTo to={{ page: member.kind === "user" ? "people" : "groups", rest: [member.id] }}>
                        <GivenName>{member.name}</GivenName>
                      </GoTo>
                    ),
                  },
                  {
                    name: "displayName",
                    title: texts.people.name,
                    cell: ({ displayName }) => <GivenName>{displayName ?? ""}</GivenName>,
                  },
                  {
                    name: "kind",
                    title: words.kind,
                    cell: ({ kind, active }) =>
                      kind === "group" ? (
                        <Badge tone="info">{words.group}</Badge>
                      ) : (
                        <Badge tone={active ? "good" : "plain"}>{active ? words.user : texts.people.inactive}</Badge>
                      ),
                  },
                ]}
                rows={rows}
                rowKey={(member) => member.id}
              />
            )}
            {rows.some(({ kind }) => kind === "group") && <p class="faint">{words.nestedText}</p>}
            {rows.some(({ kind, active }) => kind === "user" && !active) && <p class="faint">{words.inactiveText}</p>}
            <Pager
              busy={members.waiting}
              onFirst={after === undefined ? undefined : () => turn(undefined)}
              onNext={next === null ? undefined : () => turn(next)}
            />
          </>
        )}
      </PolledView>
    </section>
  );
}
