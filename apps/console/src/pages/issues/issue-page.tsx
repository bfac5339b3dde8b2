// One issue on one page: what is known at the left, what happened in the middle, evidence and levers at the right.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { issueQuery, subjectsQuery } from "../../api/reads.ts";
import type { IssueDetail } from "../../api/types.ts";
import { moment } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { Chip } from "../../parts/chip.tsx";
import { isClosed } from "../../parts/issue-status.ts";
import { Answer, Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import { SeverityChip } from "../../parts/severity-chip.tsx";
import { releaseName } from "../../parts/subject.ts";
import { TidePanel } from "../../tide/tide-panel.tsx";
import { Evidence } from "./evidence.tsx";
import { Facts } from "./facts.tsx";
import { IssueActions } from "./issue-actions.tsx";
import { IssueCalls } from "./issue-calls.tsx";
import { issueSpan } from "./issue-span.ts";
import styles from "./issues.module.css";
import { Levers } from "./levers.tsx";
import { Timeline } from "./timeline.tsx";
import { Voices } from "./voices.tsx";

function Sentence({ issue }: { issue: IssueDetail }) {
  const { t } = useTranslation();
  const where = releaseName(issue.subject, issue.release);
  const closed = isClosed(issue.status);
  const parts = [
    issue.voices === 0 ? t("issues.sentence.silent") : t("issues.sentence.voices", { count: issue.voices }),
    issue.findings.length > 0 ? t("issues.sentence.findings", { count: issue.findings.length }) : undefined,
    closed
      ? t("issues.sentence.closed", {
          status: t(`status.${issue.status}`),
          time: moment(issue.resolved_at ?? issue.updated_at),
        })
      : t("issues.sentence.since", { time: moment(issue.created_at) }),
    issue.owner ? t("issues.sentence.owner", { name: issue.owner.name }) : t("issues.sentence.unowned"),
  ].filter(Boolean);
  return (
    <Answer title={issue.title}>
      {where && `${t("issues.sentence.on", { release: where })}: `}
      {parts.join("; ")}.
    </Answer>
  );
}

function Body({ issue, workspace }: { issue: IssueDetail; workspace: string }) {
  const subjects = useQuery(subjectsQuery(workspace));
  const subject = subjects.data?.find((each) => each.subject === issue.subject);
  const window = useMemo(() => issueSpan(issue, Date.now()), [issue]);
  return (
    <div className={styles.room}>
      <Facts issue={issue} workspace={workspace} />
      <Timeline issue={issue} workspace={workspace} />
      <div className={styles.evidence}>
        <Sentence issue={issue} />
        <Card>
          <TidePanel workspace={workspace} subject={issue.subject ?? undefined} window={window} height={208} />
        </Card>
        <Levers issue={issue} subject={subject} workspace={workspace} />
        <Voices voices={issue.feedback} workspace={workspace} />
        <Evidence issue={issue} />
        <IssueCalls issue={issue} workspace={workspace} />
      </div>
    </div>
  );
}

export function IssuePage() {
  const { t } = useTranslation();
  const { workspace, id } = useParams({ from: "/w/$workspace/issues/$id" });
  const issue = useQuery(issueQuery(workspace, id));
  return (
    <Page
      crumbs={[t("nav.issues"), issue.data?.number ?? ""]}
      chips={
        issue.data && (
          <>
            <SeverityChip severity={issue.data.severity} />
            <span className={styles.topTitle}>{issue.data.title}</span>
            <Chip>{t(`status.${issue.data.status}`)}</Chip>
          </>
        )
      }
      actions={issue.data && <IssueActions issue={issue.data} workspace={workspace} />}
      panes
    >
      {issue.error && !issue.data && <ProblemNote error={issue.error} onRetry={() => void issue.refetch()} />}
      {issue.isPending && <Reading />}
      {issue.data && <Body issue={issue.data} workspace={workspace} />}
    </Page>
  );
}
