// All issues: what is open, how bad, and who has it.
import { Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { given } from "../../api/client.ts";
import { issuesQuery, overviewQuery } from "../../api/reads.ts";
import type { Issue } from "../../api/types.ts";
import { useListKeys } from "../../keys/list.ts";
import { Act } from "../../parts/act.tsx";
import { Card } from "../../parts/card.tsx";
import { Answer, Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import { useWorkspace } from "../../parts/workspace.ts";
import styles from "./issues.module.css";
import { IssuesTable } from "./issues-table.tsx";
import { NewIssue } from "./new-issue.tsx";
import { issueStates } from "./search.ts";

function Summary({ issues, state, open }: { issues: Issue[]; state: string; open: number | undefined }) {
  const { t } = useTranslation();
  if (state !== "open") return <Answer title={t(state === "closed" ? "issues.answer.closed" : "issues.answer.all")} />;
  const total = open ?? issues.length;
  if (total === 0) return <Answer title={t("issues.answer.none")} />;
  const severe = issues.filter((issue) => issue.severity <= 2).length;
  const unowned = issues.filter((issue) => issue.owner === null).length;
  const rest = [t("issues.answer.severe", { count: severe }), t("issues.answer.unowned", { count: unowned })].join(
    "; ",
  );
  return <Answer title={t("issues.answer.open", { count: total, more: "" })}>{rest}.</Answer>;
}

function Filters() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/w/$workspace/issues" });
  const navigate = useNavigate({ from: "/w/$workspace/issues" });
  const owners = ["any", "me", "none"] as const;
  return (
    <div className={styles.filters}>
      <SegmentedControl
        aria-label={t("issues.filter.state")}
        size="xs"
        data={issueStates.map((state) => ({ value: state, label: t(`issues.state.${state}`) }))}
        value={search.state ?? "open"}
        onChange={(state) =>
          void navigate({ search: { ...search, state: state === "open" ? undefined : state } as typeof search })
        }
      />
      <SegmentedControl
        aria-label={t("issues.filter.owner")}
        size="xs"
        data={owners.map((owner) => ({ value: owner, label: t(`issues.owner.${owner}`) }))}
        value={search.owner ?? "any"}
        onChange={(owner) => void navigate({ search: { ...search, owner: owner === "any" ? undefined : owner } })}
      />
    </div>
  );
}

export function IssuesPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const search = useSearch({ from: "/w/$workspace/issues" });
  const navigate = useNavigate();
  const state = search.state ?? "open";
  const list = useInfiniteQuery(issuesQuery(workspace, { state, ...given({ owner: search.owner }) }));
  const overview = useQuery(overviewQuery(workspace));
  const issues = list.data?.pages.flatMap((page) => page.items) ?? [];
  const [selected, setSelected] = useState<string>();
  const [adding, setAdding] = useState(false);
  const open = (id: string) => void navigate({ to: "/w/$workspace/issues/$id", params: { workspace, id } });
  useListKeys({ ids: issues.map((issue) => issue.id), selected, onSelect: setSelected, onOpen: open });
  return (
    <Page crumbs={[t("nav.issues")]} actions={<Act keys="c" label={t("issues.new")} onRun={() => setAdding(true)} />}>
      {list.data && (
        <Summary issues={issues} state={state} open={search.owner ? undefined : overview.data?.counts.issues} />
      )}
      <Filters />
      {list.error && !list.data && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Reading />}
      {list.data && !(issues.length === 0 && state === "open" && !search.owner) && (
        <Card flush>
          <IssuesTable issues={issues} selected={selected} onOpen={open} />
        </Card>
      )}
      {list.hasNextPage && (
        <div>
          <Button onClick={() => void list.fetchNextPage()}>{t("more")}</Button>
        </div>
      )}
      {adding && <NewIssue workspace={workspace} onClose={() => setAdding(false)} />}
    </Page>
  );
}
