// Calls, newest first. Every filter is part of the address, so that a list can be sent to somebody.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { given } from "../../api/client.ts";
import { callsQuery } from "../../api/reads.ts";
import { useListKeys } from "../../keys/list.ts";
import { Card } from "../../parts/card.tsx";
import { Answer, Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import { releaseName } from "../../parts/subject.ts";
import { useWorkspace } from "../../parts/workspace.ts";
import { CallFilters } from "./call-filters.tsx";
import styles from "./calls.module.css";
import { CallsTable } from "./calls-table.tsx";
import type { CallsSearch } from "./search.ts";

function Summary({ search }: { search: CallsSearch }) {
  const { t } = useTranslation();
  const name = releaseName(search.subject ?? null, search.release ?? null) ?? search.consumer;
  const of = name === undefined ? "" : t("calls.answer.of", { name });
  return <Answer title={t(`calls.answer.${search.outcome ?? "all"}`, { of })} />;
}

export function CallsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const search = useSearch({ from: "/w/$workspace/calls" });
  const navigate = useNavigate({ from: "/w/$workspace/calls" });
  const calls = useQuery(callsQuery(workspace, given(search)));
  const [selected, setSelected] = useState<string>();
  const open = (id: string) => void navigate({ to: "/w/$workspace/calls/$id", params: { workspace, id } });
  const next = calls.data?.next ?? undefined;
  useListKeys({ ids: calls.data?.items.map((call) => call.id) ?? [], selected, onSelect: setSelected, onOpen: open });
  return (
    <Page crumbs={[t("nav.calls")]}>
      <Summary search={search} />
      <CallFilters search={search} workspace={workspace} />
      {calls.error && !calls.data && <ProblemNote error={calls.error} onRetry={() => void calls.refetch()} />}
      {calls.isPending && <Reading />}
      {calls.data && (
        <Card flush>
          <CallsTable calls={calls.data.items} selected={selected} onOpen={open} />
        </Card>
      )}
      <div className={styles.pager}>
        {search.cursor && (
          <Button onClick={() => void navigate({ search: { ...search, cursor: undefined } })}>
            {t("calls.newest")}
          </Button>
        )}
        {next && (
          <Button onClick={() => void navigate({ search: { ...search, cursor: next } })}>{t("calls.older")}</Button>
        )}
      </div>
    </Page>
  );
}
