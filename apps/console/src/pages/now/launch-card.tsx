// How far the running launch is from being over.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Launch } from "../../api/types.ts";
import { day } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { Criteria } from "../../parts/criteria.tsx";
import styles from "./now.module.css";

export function LaunchCard({ launch, workspace }: { launch: Launch | null; workspace: string }) {
  const { t } = useTranslation();
  if (!launch) {
    return (
      <Card title={t("now.launch")}>
        <p className={styles.calm}>
          {t("now.launchNone")} {t("now.launchNoneHint")}{" "}
          <Link className={styles.link} to="/w/$workspace/launch" params={{ workspace }}>
            {t("now.plan")}
          </Link>
        </p>
      </Card>
    );
  }
  const holds = launch.criteria.filter((criterion) => criterion.state === "holds").length;
  const phase = t(`launch.phase.${launch.phase}`).toLowerCase();
  const remark = t("now.launchHolds", { holds, all: launch.criteria.length, phase, until: day(launch.until) });
  return (
    <Card title={t("now.launch")} remark={remark} flush>
      <Criteria criteria={launch.criteria} />
    </Card>
  );
}
