// The releases of one route or model: what each gets, how each goes, and what can be moved.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Subject } from "../../api/types.ts";
import { count, duration, ratio, share } from "../../format/numbers.ts";
import { moment } from "../../format/times.ts";
import { Act } from "../../parts/act.tsx";
import { Card } from "../../parts/card.tsx";
import table from "../../parts/table.module.css";
import { WideTable } from "../../parts/wide-table.tsx";
import { Flip } from "../../traffic/flip.tsx";
import { Held } from "../../traffic/held.tsx";
import { RollBack } from "../../traffic/roll-back.tsx";
import { Shift } from "../../traffic/shift.tsx";
import { Switch } from "../../traffic/switch.tsx";
import { useTraffic } from "../../traffic/use-traffic.ts";
import { allOn, flipTargets, moveBetween, wayBack, weightsOf } from "../../traffic/weights.ts";
import styles from "./releases.module.css";

type Props = { subject: Subject; workspace: string };
type Release = Subject["releases"][number];

/** Whether a release fails more than its guard allows. */
function isOver(release: Release, { rollback }: Subject): boolean {
  return rollback !== null && release.calls > 0 && release.errors / release.calls > rollback.error_ratio_over;
}

function ReleaseRow({ release, subject }: { release: Release; subject: Subject }) {
  const errors = release.calls === 0 ? undefined : release.errors / release.calls;
  return (
    <tr>
      <td className={`${table.mono} ${table.strong}`}>{release.name}</td>
      <td className={styles.weightCell}>
        <span className={styles.weight}>
          <span
            className={release.name === subject.rollback?.against ? styles.base : styles.other}
            style={{ width: `${release.weight * 100}%` }}
          />
        </span>
      </td>
      <td className={table.figure}>{share(release.weight)}</td>
      <td className={`${table.figure} ${table.quiet}`}>{share(release.declared_weight)}</td>
      <td className={table.figure}>{count(release.calls)}</td>
      <td className={`${table.figure} ${isOver(release, subject) ? table.bad : ""}`}>
        {errors === undefined ? "–" : ratio(errors)}
      </td>
      <td className={table.figure}>{release.p50_us === null ? "–" : duration(release.p50_us)}</td>
      <td className={table.figure}>{release.p95_us === null ? "–" : duration(release.p95_us)}</td>
      <td className={table.voices}>{release.voices || ""}</td>
    </tr>
  );
}

function ReleaseTable({ subject }: { subject: Subject }) {
  const { t } = useTranslation();
  return (
    <WideTable label={t("releases.table.release")}>
      <thead>
        <tr>
          <th>{t("releases.table.release")}</th>
          <th aria-hidden />
          <th className={table.figure}>{t("releases.table.weight")}</th>
          <th className={table.figure}>{t("releases.table.declared")}</th>
          <th className={table.figure}>{t("releases.table.calls")}</th>
          <th className={table.figure}>{t("releases.table.errors")}</th>
          <th className={table.figure}>{t("releases.table.p50")}</th>
          <th className={table.figure}>{t("releases.table.p95")}</th>
          <th className={table.figure}>{t("releases.table.voices")}</th>
        </tr>
      </thead>
      <tbody>
        {subject.releases.map((release) => (
          <ReleaseRow key={release.name} release={release} subject={subject} />
        ))}
      </tbody>
    </WideTable>
  );
}

function Guard({ subject }: { subject: Subject }) {
  const { t } = useTranslation();
  const guard = subject.rollback;
  if (!guard) return <p className={styles.quiet}>{t("releases.guard.none")}</p>;
  const values = { against: guard.against, share: share(guard.error_ratio_over), calls: count(guard.least_calls) };
  return (
    <p className={styles.quiet}>{t(guard.automatic ? "releases.guard.automatic" : "releases.guard.manual", values)}</p>
  );
}

function Shifted({ subject, workspace }: Props) {
  const { t } = useTranslation();
  const { undo } = useTraffic(workspace);
  const action = subject.shifted;
  const said = t("releases.did.undone", { name: subject.name });
  if (!action) return null;
  const says = t("releases.held", { actor: action.actor.name, time: moment(action.at), why: action.why });
  return <Held says={says} undo={t("releases.act.undo")} keys="z" onUndo={() => undo(action.id, said)} />;
}

/** Something is served by another release: by its share, or by a rule. */
function canGoBack(subject: Subject, release: string): boolean {
  const { pick, releases } = subject;
  const before = weightsOf(subject);
  const isReached = (name: string) => name !== release && pick.some((rule) => rule.release === name);
  const byRules = releases.some(({ name, closed }) => !closed && isReached(name));
  return byRules || moveBetween(before, allOn(before, release)).moved > 0;
}

type Question = "back" | "flip" | "shift";

function Levers({ subject, onAsk }: { subject: Subject; onAsk: (question: Question) => void }) {
  const { t } = useTranslation();
  const release = wayBack(subject);
  const bad = subject.releases.some((each) => each.name !== release && isOver(each, subject));
  return (
    <>
      {release !== undefined && canGoBack(subject, release) && (
        <Act
          keys="b"
          label={t("releases.act.back", { release })}
          kind={bad ? "undoes-harm" : "plain"}
          onRun={() => onAsk("back")}
        />
      )}
      {flipTargets(subject).length > 0 && <Act keys="f" label={t("releases.act.flip")} onRun={() => onAsk("flip")} />}
      <Act keys="m" label={t("releases.act.shift")} onRun={() => onAsk("shift")} />
    </>
  );
}

export function ReleasesCard({ subject, workspace }: Props) {
  const [asking, setAsking] = useState<Question>();
  const { switched, releases } = subject;
  const release = wayBack(subject);
  const close = () => setAsking(undefined);
  return (
    <Card title={subject.name} remark={subject.address} flush>
      <ReleaseTable subject={subject} />
      <div className={styles.levers}>
        {switched && <Switch of={subject} workspace={workspace} />}
        <Shifted subject={subject} workspace={workspace} />
        <div className={styles.buttons}>
          {releases.length > 1 && <Levers subject={subject} onAsk={setAsking} />}
          {!switched && <Switch of={subject} workspace={workspace} />}
        </div>
        <Guard subject={subject} />
      </div>
      {asking === "back" && release !== undefined && (
        <RollBack subject={subject} release={release} workspace={workspace} onClose={close} />
      )}
      {asking === "flip" && <Flip subject={subject} workspace={workspace} onClose={close} />}
      {asking === "shift" && <Shift subject={subject} workspace={workspace} onClose={close} />}
    </Card>
  );
}
