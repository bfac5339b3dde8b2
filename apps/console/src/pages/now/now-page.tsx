// Now: is anything wrong, what needs a person, how far is the launch, how is each route and model.
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { overviewQuery } from "../../api/reads.ts";
import type { Overview } from "../../api/types.ts";
import { span, withTimes } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { Chip } from "../../parts/chip.tsx";
import { dayOf } from "../../parts/launch-days.ts";
import { Page } from "../../parts/page.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import { useWorkspace } from "../../parts/workspace.ts";
import { TidePanel, usualWindow_ms } from "../../tide/tide-panel.tsx";
import { LaunchCard } from "./launch-card.tsx";
import { Needs } from "./needs.tsx";
import styles from "./now.module.css";
import { SubjectsTable } from "./subjects-table.tsx";

const windows_ms = [900_000, usualWindow_ms, 21_600_000, 86_400_000];

function WindowSelect({ last_ms, onChange }: { last_ms: number; onChange: (last_ms: number) => void }) {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={t("now.windowLabel")}
      variant="unstyled"
      className={styles.window}
      data={windows_ms.map((each) => ({ value: String(each), label: t("now.window", { span: span(each) }) }))}
      value={String(last_ms)}
      onChange={(value) => value && onChange(Number(value))}
    />
  );
}

function LaunchChip({ launch }: { launch: NonNullable<Overview["launch"]> }) {
  const { t } = useTranslation();
  const { day, days } = dayOf(launch, Date.now());
  return <Chip>{t("now.phaseChip", { phase: t(`launch.phase.${launch.phase}`), day, days })}</Chip>;
}

function Headline({ overview }: { overview: Overview | undefined }) {
  if (!overview) return null;
  const { title, sentence, level } = overview.headline;
  const [name, said] = [withTimes(title), withTimes(sentence)];
  const rest = said.startsWith(name) ? said.slice(name.length) : ` ${said}`;
  return (
    <p className={styles.headline} data-level={level}>
      <b>{name}</b>
      {rest}
    </p>
  );
}

function PlanProblems({ overview, workspace }: { overview: Overview; workspace: string }) {
  const { t } = useTranslation();
  const { problems, number } = overview.plan;
  if (problems === 0) return null;
  return (
    <p className={styles.refused}>
      {t("now.planProblems", { count: problems, number })}{" "}
      <Link className={styles.link} to="/w/$workspace/settings" params={{ workspace }}>
        {t("now.toSettings")}
      </Link>
    </p>
  );
}

export function NowPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const overview = useQuery(overviewQuery(workspace));
  const [last_ms, setLast] = useState(usualWindow_ms);
  const data = overview.data;
  return (
    <Page
      crumbs={[t("nav.now"), data?.launch?.name ?? workspace]}
      chips={data?.launch && <LaunchChip launch={data.launch} />}
    >
      {overview.error && !data && <ProblemNote error={overview.error} onRetry={() => void overview.refetch()} />}
      {data && <PlanProblems overview={data} workspace={workspace} />}
      <Card className={styles.tide}>
        <TidePanel
          workspace={workspace}
          window={{ last_ms }}
          height={216}
          head={<Headline overview={data} />}
          aside={<WindowSelect last_ms={last_ms} onChange={setLast} />}
        />
      </Card>
      {data ? (
        <>
          <div className={styles.two}>
            <Needs needs={data.needs} workspace={workspace} />
            <LaunchCard launch={data.launch} workspace={workspace} />
          </div>
          <SubjectsTable subjects={data.subjects} workspace={workspace} />
        </>
      ) : (
        !overview.error && <Reading />
      )}
    </Page>
  );
}
