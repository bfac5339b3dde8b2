// Releases: what gets which traffic, how each goes, and the levers to move it.
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { subjectsQuery } from "../../api/reads.ts";
import type { Subject } from "../../api/types.ts";
import { useListKeys } from "../../keys/list.ts";
import { Card } from "../../parts/card.tsx";
import { Answer, Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import { useWorkspace } from "../../parts/workspace.ts";
import { TidePanel, usualWindow_ms } from "../../tide/tide-panel.tsx";
import { History } from "./history.tsx";
import { PromotionCard } from "./promotion.tsx";
import styles from "./releases.module.css";
import { ReleasesCard } from "./releases-card.tsx";
import { Rules } from "./rules.tsx";
import { ShadowCard } from "./shadow.tsx";
import { SubjectList } from "./subject-list.tsx";

const window = { last_ms: usualWindow_ms };

/** An action stands between it and its settings. */
function isHeld({ shifted, switched }: Subject): boolean {
  return shifted !== null || switched !== null;
}

function Summary({ subjects }: { subjects: Subject[] }) {
  const { t } = useTranslation();
  const shifted = subjects.filter(isHeld);
  if (subjects.length === 0) return <Answer title={t("releases.answer.none")} />;
  if (shifted.length === 0) return <Answer title={t("releases.answer.steady", { count: subjects.length })} />;
  const names = shifted.map((subject) => subject.name).join(", ");
  return <Answer title={t("releases.answer.shifted", { count: shifted.length, all: subjects.length, names })} />;
}

function Details({ subject, workspace }: { subject: Subject; workspace: string }) {
  return (
    <div className={styles.one}>
      <ReleasesCard key={subject.subject} subject={subject} workspace={workspace} />
      <PromotionCard key={`${subject.subject} promotion`} subject={subject} workspace={workspace} />
      <Rules subject={subject} />
      <ShadowCard subject={subject} workspace={workspace} />
      <Card>
        <TidePanel workspace={workspace} subject={subject.subject} window={window} height={212} />
      </Card>
      <History workspace={workspace} subject={subject.subject} />
    </div>
  );
}

export function ReleasesPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const search = useSearch({ from: "/w/$workspace/releases" });
  const navigate = useNavigate({ from: "/w/$workspace/releases" });
  const subjects = useQuery(subjectsQuery(workspace));
  const all = subjects.data ?? [];
  const chosen = all.find((subject) => subject.subject === search.subject) ?? all.find(isHeld) ?? all[0];
  const select = (subject: string) => void navigate({ search: { subject }, replace: true });
  useListKeys({ ids: all.map((subject) => subject.subject), selected: chosen?.subject, onSelect: select });
  return (
    <Page crumbs={[t("nav.releases"), chosen?.name ?? ""]}>
      {subjects.error && !subjects.data && (
        <ProblemNote error={subjects.error} onRetry={() => void subjects.refetch()} />
      )}
      {subjects.isPending && <Reading />}
      {subjects.data && <Summary subjects={all} />}
      {chosen && (
        <div className={styles.room}>
          <SubjectList subjects={all} selected={chosen.subject} onSelect={select} />
          <Details subject={chosen} workspace={workspace} />
        </div>
      )}
    </Page>
  );
}
