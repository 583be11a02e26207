import type { PageAnswer } from "../app/api.ts";
import { useOnce } from "../app/polled.ts";
import { usePortal } from "../app/portalContext.ts";
import { Badge, GivenName, TimeText } from "../parts/badge.tsx";
import { GoTo } from "../parts/goTo.tsx";
import { EmptyState, Notice } from "../parts/notice.tsx";
import { PageHead } from "../parts/pageHead.tsx";
import { ResourcePage } from "../parts/resourcePage.tsx";
import { SearchList } from "../parts/searchList.tsx";

type PersonLine = PageAnswer<"listPeople">["people"][number];
type PersonDetail = PageAnswer<"getPerson">;

export function page() {
  const [id] = usePortal().route.rest;
  return id === undefined ? <AllPeople /> : <OnePerson id={id} />;
}

function AllPeople() {
  const { api, texts, org } = usePortal();
  const words = texts.people;
  return (
    <>
      <PageHead title={texts.nav.people} intro={words.intro} />
      <SearchList<PersonLine>
        label={words.search}
        hint={words.searchHint}
        count={words.count}
        caption={texts.nav.people}
        columns={[
          {
            name: "userName",
            title: words.userName,
            cell: ({ id, userName }) => (
              <GoTo to={{ page: "people", rest: [id] }}>
                <GivenName>{userName}</GivenName>
              </GoTo>
            ),
          },
          { name: "name", title: words.name, cell: ({ displayName }) => <GivenName>{displayName ?? ""}</GivenName> },
          { name: "email", title: words.email, cell: ({ email }) => <GivenName>{email ?? ""}</GivenName> },
          { name: "state", title: words.state, cell: ({ active }) => <ActiveBadge active={active} /> },
          { name: "changed", title: words.changed, cell: ({ lastModified }) => <TimeText at={lastModified} /> },
        ]}
        ask={async (question, signal) => {
          const { people, next, total } = await api.read("listPeople", { org }, { ...question, count: 50 }, signal);
          return { rows: people, next, total };
        }}
        empty={(searched) =>
          searched ? (
            <EmptyState title={words.notFoundTitle} text={words.notFoundText}>
              <GoTo to={{ page: "activity" }}>{words.refused}</GoTo>
            </EmptyState>
          ) : (
            <EmptyState title={words.noneTitle} text={words.noneText}>
              <GoTo to={{ page: "connect" }} look="button">
                {words.connect}
              </GoTo>
            </EmptyState>
          )
        }
      />
    </>
  );
}

function ActiveBadge({ active }: { readonly active: boolean }) {
  const { texts } = usePortal();
  return <Badge tone={active ? "good" : "plain"}>{active ? texts.people.active : texts.people.inactive}</Badge>;
}

function OnePerson({ id }: { readonly id: string }) {
  const { api, org } = usePortal();
  const person = useOnce((signal) => api.read("getPerson", { org, userId: id }, {}, signal), [org, id]);
  return (
    <ResourcePage
      page="people"
      id={id}
      polled={person}
      head={({ displayName, userName, active }) => ({
        title: displayName ?? userName,
        intro: userName,
        badge: <ActiveBadge active={active} />,
      })}
      parts={(detail) => (
        <>
          <SignIn detail={detail} />
          <GroupsOf detail={detail} />
        </>
      )}
      history={(before, signal) => api.read("listPersonHistory", { org, userId: id }, { before, count: 25 }, signal)}
    />
  );
}

/** Whether the person may sign in, and why not. */
function SignIn({ detail }: { readonly detail: PersonDetail }) {
  const words = usePortal().texts.people;
  const { allowed, reason, sharedAddress } = detail.access;
  return (
    <section class="stack" aria-label={words.signInTitle}>
      <h2>{words.signInTitle}</h2>
      <Notice tone={allowed ? "good" : "warn"} title={allowed ? words.mayCome : words.mayNotCome}>
        <p>{allowed ? words.mayComeText : reason === "inactive" ? words.inactiveText : words.changingText}</p>
      </Notice>
      {sharedAddress && (
        <Notice tone="warn" title={words.email}>
          <p>{words.sharedAddress}</p>
        </Notice>
      )}
      {detail.protected && (
        <Notice tone="info" title={words.protected}>
          <p>{words.protectedText}</p>
        </Notice>
      )}
    </section>
  );
}

function GroupsOf({ detail }: { readonly detail: PersonDetail }) {
  const words = usePortal().texts.people;
  return (
    <section class="stack" aria-label={words.groupsTitle}>
      <h2>{words.groupsTitle}</h2>
      {detail.groups.length === 0 ? (
        <p class="faint">{words.noGroups}</p>
      ) : (
        <ul class="names">
          {detail.groups.map(({ id, name }) => (
            <li key={id}>
              <GoTo to={{ page: "groups", rest: [id] }}>
                <GivenName>{name}</GivenName>
              </GoTo>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
