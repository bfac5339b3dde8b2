// What a launch is over, and when.
import { useTranslation } from "react-i18next";
import type { Launch } from "../../api/types.ts";
import { moment } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { Chip } from "../../parts/chip.tsx";
import styles from "./launch.module.css";

function Names({ title, names }: { title: string; names: string[] }) {
  if (names.length === 0) return null;
  return (
    <div className={styles.names}>
      <span className={styles.quiet}>{title}</span>
      {names.map((name) => (
        <Chip key={name}>{name}</Chip>
      ))}
    </div>
  );
}

export function ScopeCard({ launch }: { launch: Launch }) {
  const { t } = useTranslation();
  const { routes, models } = launch.scope;
  return (
    <Card title={t("launch.scope")} remark={t(`launch.source.${launch.source}`)}>
      {routes.length + models.length === 0 && <p>{t("launch.scopeAll")}</p>}
      <Names title={t("launch.scopeRoutes")} names={routes} />
      <Names title={t("launch.scopeModels")} names={models} />
      <h3 className={styles.windowTitle}>{t("launch.window")}</h3>
      <p>{t("launch.windowOf", { from: moment(launch.from), until: moment(launch.until) })}</p>
    </Card>
  );
}
