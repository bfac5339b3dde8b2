// What a shadow answered beside what clients got: counts for each pair of releases, and the newest that differ.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { shadowQuery } from "../../api/reads.ts";
import type { ShadowSummary, Subject } from "../../api/types.ts";
import { count, duration, ratio } from "../../format/numbers.ts";
import { moment } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Reading } from "../../parts/reading.tsx";
import table from "../../parts/table.module.css";
import { WideTable } from "../../parts/wide-table.tsx";
import styles from "./releases.module.css";

type Pair = ShadowSummary["pairs"][number];
type Example = ShadowSummary["examples"][number];

const time = (micros: number | null) => (micros === null ? "–" : duration(micros));

function PairRow({ pair }: { pair: Pair }) {
  const sent = pair.copied - pair.dropped;
  const part = (of: number) => (sent === 0 ? "–" : ratio(of / sent));
  return (
    <tr>
      <td className={`${table.mono} ${table.strong}`}>
        {pair.release} → {pair.shadow}
      </td>
      <td className={table.figure}>{count(sent)}</td>
      <td className={`${table.figure} ${table.quiet}`}>{count(pair.dropped)}</td>
      <td className={table.figure}>{part(pair.same)}</td>
      <td className={`${table.figure} ${pair.failed > 0 ? table.bad : ""}`}>{count(pair.failed)}</td>
      <td className={table.figure}>{count(pair.status)}</td>
      <td className={table.figure}>{count(pair.content_type)}</td>
      <td className={table.figure}>{count(pair.body)}</td>
      <td className={table.figure}>
        {time(pair.p50_us)} / {time(pair.shadow_p50_us)}
      </td>
      <td className={table.figure}>
        {time(pair.p95_us)} / {time(pair.shadow_p95_us)}
      </td>
    </tr>
  );
}

const pairColumns = ["sent", "dropped", "same", "failed", "status", "type", "body", "p50", "p95"] as const;

function Pairs({ pairs }: { pairs: Pair[] }) {
  const { t } = useTranslation();
  return (
    <WideTable label={t("releases.shadow.pair")}>
      <thead>
        <tr>
          <th>{t("releases.shadow.pair")}</th>
          {pairColumns.map((name) => (
            <th key={name} className={table.figure}>
              {t(`releases.shadow.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {pairs.map((pair) => (
          <PairRow key={`${pair.release} ${pair.shadow}`} pair={pair} />
        ))}
      </tbody>
    </WideTable>
  );
}

function ExampleRow({ example, workspace }: { example: Example; workspace: string }) {
  const { t } = useTranslation();
  const call = (id: string, status: number) => (
    <Link to="/w/$workspace/calls/$id" params={{ workspace, id }} className={styles.callLink ?? ""}>
      {status}
    </Link>
  );
  return (
    <tr>
      <td className={table.time}>{moment(example.at)}</td>
      <td className={`${table.mono} ${table.wide}`} title={`${example.method} ${example.path}`}>
        {example.method} {example.path}
      </td>
      <td className={table.figure}>{call(example.shadow_of, example.status)}</td>
      <td className={table.figure}>{call(example.id, example.shadow_status)}</td>
      <td>{example.differs.map((what) => t(`releases.shadow.differs.${what as "status"}`)).join(", ")}</td>
    </tr>
  );
}

function Examples({ examples, workspace }: { examples: Example[]; workspace: string }) {
  const { t } = useTranslation();
  return (
    <WideTable label={t("releases.shadow.difference")}>
      <thead>
        <tr>
          <th>{t("releases.shadow.when")}</th>
          <th>{t("releases.shadow.call")}</th>
          <th className={table.figure}>{t("releases.shadow.client")}</th>
          <th className={table.figure}>{t("releases.shadow.copy")}</th>
          <th>{t("releases.shadow.difference")}</th>
        </tr>
      </thead>
      <tbody>
        {examples.slice(0, 8).map((example) => (
          <ExampleRow key={example.id} example={example} workspace={workspace} />
        ))}
      </tbody>
    </WideTable>
  );
}

export function ShadowCard({ subject, workspace }: { subject: Subject; workspace: string }) {
  const { t } = useTranslation();
  const asked = useQuery({ ...shadowQuery(workspace, subject.subject), enabled: subject.shadow !== null });
  if (!subject.shadow) return null;
  const found = asked.data;
  return (
    <Card title={t("releases.shadow.title", { to: subject.shadow.to })} remark={t("releases.shadow.remark")} flush>
      {asked.error && !found && <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.isPending && <Reading />}
      {found && found.pairs.length === 0 && (
        <div className={styles.words}>
          <p className={styles.quiet}>{t("releases.shadow.none")}</p>
        </div>
      )}
      {found && found.pairs.length > 0 && <Pairs pairs={found.pairs} />}
      {found && found.examples.length > 0 && <Examples examples={found.examples} workspace={workspace} />}
    </Card>
  );
}
