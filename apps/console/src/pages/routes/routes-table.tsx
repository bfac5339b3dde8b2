// Every route in one line: where it is, who answers, whether it is served, how its traffic is split and how it goes.
import { useTranslation } from "react-i18next";
import type { RouteView } from "../../api/types.ts";
import { count, ratio, share } from "../../format/numbers.ts";
import { Card } from "../../parts/card.tsx";
import table from "../../parts/table.module.css";
import { addressOf, furtherOf } from "./route-words.ts";
import styles from "./routes.module.css";
import { Serving } from "./serving.tsx";

const NOTHING = "–";

type Props = { routes: RouteView[]; selected: string | undefined; onSelect: (name: string) => void };

function RouteRow({ route, selected, onSelect }: { route: RouteView } & Omit<Props, "routes">) {
  const { t } = useTranslation();
  const { name, methods, answers, releases, calls, errors } = route;
  const further = furtherOf(route);
  const address = addressOf(route);
  const failed = calls === null || errors === null || calls === 0 ? undefined : errors / calls;
  return (
    <tr data-row={name} aria-selected={name === selected} onClick={() => onSelect(name)}>
      <td className={table.strong}>
        <button type="button" className={styles.name} onClick={() => onSelect(name)}>
          {name}
        </button>
      </td>
      <td className={`${table.mono} ${table.wide} ${styles.where}`} title={address}>
        {methods && <span className={styles.quiet}>{methods.join(", ")} </span>}
        {further > 0 ? t("routes.further", { first: address, count: further }) : address}
      </td>
      <td className={table.quiet}>{t(`routes.answers.${answers.by}`, { what: answers.what })}</td>
      <td>
        <Serving route={route} />
      </td>
      <td className={`${table.mono} ${table.quiet}`}>
        {releases.map((release) => `${release.name} ${share(release.weight)}`).join(" · ") || NOTHING}
      </td>
      <td className={table.figure}>{calls === null ? NOTHING : count(calls)}</td>
      <td className={table.figure}>{failed === undefined ? NOTHING : ratio(failed)}</td>
    </tr>
  );
}

export function RoutesTable({ routes, selected, onSelect }: Props) {
  const { t } = useTranslation();
  return (
    <Card flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no pointer scrolls a wide table with the arrow keys */}
      <section className={table.scroll} tabIndex={0} aria-label={t("nav.routes")}>
        <table className={table.table}>
          <thead>
            <tr>
              <th>{t("routes.table.route")}</th>
              <th>{t("routes.table.where")}</th>
              <th>{t("routes.table.answers")}</th>
              <th>{t("routes.table.state")}</th>
              <th>{t("routes.table.split")}</th>
              <th className={table.figure}>{t("routes.table.calls")}</th>
              <th className={table.figure}>{t("routes.table.errors")}</th>
            </tr>
          </thead>
          <tbody>
            {routes.map((route) => (
              <RouteRow key={route.name} route={route} selected={selected} onSelect={onSelect} />
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}
