// Every upstream in one line: its state and since when, how busy it is, what went wrong last.
import { useTranslation } from "react-i18next";
import type { Upstream } from "../../api/types.ts";
import { count, ratio } from "../../format/numbers.ts";
import { moment } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { Chip } from "../../parts/chip.tsx";
import table from "../../parts/table.module.css";
import { hostOf, toneOf } from "./upstream-words.ts";
import styles from "./upstreams.module.css";

const NOTHING = "–";

function State({ upstream: { state, workers } }: { upstream: Upstream }) {
  const { t } = useTranslation();
  const tone = toneOf(state);
  const all = workers.reduce((sum, worker) => sum + worker.count, 0);
  const seen = workers.find((worker) => worker.state === state)?.count ?? all;
  const word = t(`upstreams.state.${state}`);
  const means = t(`upstreams.means.${state}`);
  return (
    <span className={styles.state}>
      {tone ? (
        <Chip tone={tone} title={means}>
          {word}
        </Chip>
      ) : (
        <span title={means}>{word}</span>
      )}
      {seen < all && <span className={styles.seen}>{t("upstreams.seenBy", { count: seen, all })}</span>}
    </span>
  );
}

function UpstreamRow({ upstream }: { upstream: Upstream }) {
  const { service, release, url, since, running, open_connections, calls, failures, last_error } = upstream;
  const failed = calls === null || failures === null || calls === 0 ? undefined : failures / calls;
  return (
    <tr>
      <td className={table.mono} title={url}>
        {hostOf(url)}
      </td>
      <td className={`${table.mono} ${table.quiet}`}>
        {service}@{release}
      </td>
      <td>
        <State upstream={upstream} />
      </td>
      <td className={table.time}>{since === null ? NOTHING : moment(since)}</td>
      <td className={table.figure}>{running === null ? NOTHING : count(running)}</td>
      <td className={table.figure}>{count(open_connections)}</td>
      <td className={table.figure}>{calls === null ? NOTHING : count(calls)}</td>
      <td className={table.figure}>{failed === undefined ? NOTHING : ratio(failed)}</td>
      <td className={`${table.quiet} ${table.wide} ${styles.error}`} title={last_error ?? undefined}>
        {last_error}
      </td>
    </tr>
  );
}

export function UpstreamsTable({ upstreams }: { upstreams: Upstream[] }) {
  const { t } = useTranslation();
  return (
    <Card flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no pointer scrolls a wide table with the arrow keys */}
      <section className={table.scroll} tabIndex={0} aria-label={t("nav.upstreams")}>
        <table className={table.table}>
          <thead>
            <tr>
              <th>{t("upstreams.table.upstream")}</th>
              <th>{t("upstreams.table.release")}</th>
              <th>{t("upstreams.table.state")}</th>
              <th>{t("upstreams.table.since")}</th>
              <th className={table.figure}>{t("upstreams.table.running")}</th>
              <th className={table.figure}>{t("upstreams.table.connections")}</th>
              <th className={table.figure}>{t("upstreams.table.calls")}</th>
              <th className={table.figure}>{t("upstreams.table.failed")}</th>
              <th>{t("upstreams.table.error")}</th>
            </tr>
          </thead>
          <tbody>
            {upstreams.map((upstream) => (
              <UpstreamRow key={`${upstream.service} ${upstream.release} ${upstream.url}`} upstream={upstream} />
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}
