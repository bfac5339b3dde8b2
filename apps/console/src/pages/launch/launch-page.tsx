// The launch: which phase, how far from its exit, over what, until when.
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { launchesQuery, overviewQuery } from "../../api/reads.ts";
import type { Launch } from "../../api/types.ts";
import { day } from "../../format/times.ts";
import { Act } from "../../parts/act.tsx";
import { Card } from "../../parts/card.tsx";
import { Criteria } from "../../parts/criteria.tsx";
import { Answer, Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import { useWorkspace } from "../../parts/workspace.ts";
import { TidePanel } from "../../tide/tide-panel.tsx";
import styles from "./launch.module.css";
import { PhaseBar } from "./phase-bar.tsx";
import { PlanLaunch } from "./plan-launch.tsx";
import { ScopeCard } from "./scope-card.tsx";

const tideWindow = { last_ms: 24 * 3_600_000 };

function Summary({ launch }: { launch: Launch | undefined }) {
  const { t } = useTranslation();
  if (!launch) return <Answer title={t("launch.answer.none")}>{t("launch.answer.noneHint")}</Answer>;
  const values = {
    name: launch.name,
    phase: t(`launch.phase.${launch.phase}`).toLowerCase(),
    since: day(launch.phase_since),
  };
  if (launch.criteria.length === 0) return <Answer title={t("launch.answer.noCriteria", values)} />;
  const holds = launch.criteria.filter((criterion) => criterion.state === "holds").length;
  return <Answer title={t("launch.answer.runs", { ...values, holds, all: launch.criteria.length })} />;
}

function Others({ launches, workspace }: { launches: Launch[]; workspace: string }) {
  const { t } = useTranslation();
  if (launches.length === 0) return null;
  return (
    <Card title={t("launch.others")}>
      <ul className={styles.others}>
        {launches.map((launch) => (
          <li key={launch.id}>
            <Link to="/w/$workspace/launch" params={{ workspace }} search={{ id: launch.id }}>
              {launch.name}
            </Link>
            <span className={styles.quiet}>
              {t(`launch.phase.${launch.phase}`)} ·{" "}
              {t("launch.windowOf", { from: day(launch.from), until: day(launch.until) })}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** The tide of a launch is that of its first route or model, or of the busiest when everything is in its scope. */
function firstSubject({ scope }: Launch): string | undefined {
  const [route] = scope.routes;
  const [model] = scope.models;
  if (route !== undefined) return `routes.${route}`;
  return model === undefined ? undefined : `models.${model}`;
}

function One({ launch, workspace }: { launch: Launch; workspace: string }) {
  const { t } = useTranslation();
  return (
    <>
      <PhaseBar launch={launch} workspace={workspace} />
      <div className={styles.two}>
        <Card title={t("launch.criteria")} remark={t("launch.criteriaRemark")} flush={launch.criteria.length > 0}>
          {launch.criteria.length === 0 ? (
            <p className={styles.quiet}>{t("launch.criteriaNone")}</p>
          ) : (
            <Criteria criteria={launch.criteria} />
          )}
        </Card>
        <ScopeCard launch={launch} />
      </div>
      <Card>
        <TidePanel workspace={workspace} subject={firstSubject(launch)} window={tideWindow} height={212} />
      </Card>
    </>
  );
}

export function LaunchPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { id } = useSearch({ from: "/w/$workspace/launch" });
  const launches = useQuery(launchesQuery(workspace));
  const overview = useQuery(overviewQuery(workspace));
  const [planning, setPlanning] = useState(false);
  const all = launches.data ?? [];
  const current = overview.data?.launch?.id;
  const launch = all.find((each) => each.id === (id ?? current)) ?? all[0];
  return (
    <Page
      crumbs={[t("nav.launch"), launch?.name ?? ""]}
      actions={<Act keys="c" label={t("launch.act.plan")} onRun={() => setPlanning(true)} />}
    >
      {launches.error && !launches.data && (
        <ProblemNote error={launches.error} onRetry={() => void launches.refetch()} />
      )}
      {launches.isPending && <Reading />}
      {launches.data && <Summary launch={launch} />}
      {launch && <One launch={launch} workspace={workspace} />}
      <Others launches={all.filter((each) => each.id !== launch?.id)} workspace={workspace} />
      {planning && <PlanLaunch workspace={workspace} onClose={() => setPlanning(false)} />}
    </Page>
  );
}
