// The inbox: views, the list, and one voice with what explains it. On a narrow page they are steps.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { feedbackQuery, overviewQuery, voiceQuery } from "../../api/reads.ts";
import type { Feedback } from "../../api/types.ts";
import { useListKeys } from "../../keys/list.ts";
import { Act } from "../../parts/act.tsx";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import { useWorkspace } from "../../parts/workspace.ts";
import { AddByHand } from "./add-by-hand.tsx";
import styles from "./inbox.module.css";
import type { InboxSearch } from "./search.ts";
import { Views } from "./views.tsx";
import { VoiceDetail } from "./voice-detail.tsx";
import { VoiceList } from "./voice-list.tsx";

/** The list of the view, and the voice that is open: the one in the address, else the first. */
function useInbox(workspace: string, search: InboxSearch) {
  const { state = "new", channel, id } = search;
  const list = useInfiniteQuery(feedbackQuery(workspace, { state, ...(channel ? { channel } : {}) }));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const listed = id === undefined ? items[0] : items.find((item) => item.id === id);
  const elsewhere = useQuery({
    ...voiceQuery(workspace, id ?? ""),
    enabled: id !== undefined && !listed && list.isFetched,
  });
  return { list, items, selected: listed ?? (id === undefined ? undefined : elsewhere.data) };
}

function Detail({ voice, workspace }: { voice: Feedback | undefined; workspace: string }) {
  const { t } = useTranslation();
  if (!voice) return <p className={styles.choose}>{t("inbox.choose")}</p>;
  return <VoiceDetail key={voice.id} voice={voice} workspace={workspace} />;
}

export function InboxPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const search = useSearch({ from: "/w/$workspace/inbox" });
  const navigate = useNavigate({ from: "/w/$workspace/inbox" });
  const { list, items, selected } = useInbox(workspace, search);
  const overview = useQuery(overviewQuery(workspace));
  const [adding, setAdding] = useState(false);
  const select = (id: string | undefined) =>
    void navigate({ search: { ...search, id }, replace: search.id !== undefined });
  useListKeys({ ids: items.map((item) => item.id), selected: selected?.id, onSelect: select });
  const state = search.state ?? "new";
  return (
    <Page
      crumbs={[t("nav.inbox"), t(`inbox.view.${state}`)]}
      actions={<Act keys="c" label={t("inbox.addByHand")} onRun={() => setAdding(true)} />}
      panes
    >
      <div className={styles.inbox} data-open={search.id !== undefined}>
        <Views search={search} workspace={workspace} waiting={overview.data?.counts.inbox} />
        <section className={styles.list} aria-label={t("inbox.list")}>
          {list.error && !list.data && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
          {list.isPending && <Reading />}
          {list.data && (
            <VoiceList
              voices={items}
              selected={selected?.id}
              state={state}
              onSelect={select}
              {...(list.hasNextPage ? { onMore: () => void list.fetchNextPage() } : {})}
            />
          )}
        </section>
        <section className={styles.detail} aria-live="polite">
          <button type="button" className={styles.back} onClick={() => select(undefined)}>
            ← {t("inbox.back")}
          </button>
          <Detail voice={selected} workspace={workspace} />
        </section>
      </div>
      {adding && <AddByHand workspace={workspace} onClose={() => setAdding(false)} />}
    </Page>
  );
}
