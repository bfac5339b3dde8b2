// Traffic on its way to a release: its steps as one bar, what it waits for, and the hands that a person has on it.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Promotion, PromotionDeed, Subject } from "../../api/types.ts";
import { share } from "../../format/numbers.ts";
import { moment, span } from "../../format/times.ts";
import { Act } from "../../parts/act.tsx";
import { Card } from "../../parts/card.tsx";
import { Chip } from "../../parts/chip.tsx";
import { CommandPromotion } from "../../traffic/command-promotion.tsx";
import styles from "./promotion.module.css";

type Props = { subject: Subject; workspace: string };
type Step = Promotion["steps"][number];

function stepState(index: number, promotion: Promotion | undefined): "ahead" | "now" | "past" {
  if (!promotion || index > promotion.step) return "ahead";
  if (index < promotion.step) return "past";
  return promotion.state === "aborted" ? "ahead" : "now";
}

/** The last one, everything, has no time: there it stays. */
function Steps({ steps, promotion }: { steps: Step[]; promotion: Promotion | undefined }) {
  const { t } = useTranslation();
  const all = [...steps.map((step) => ({ share: step.share, for_ms: step.for_ms as number | undefined })), everything];
  return (
    <ol className={styles.steps}>
      {all.map((step, index) => {
        const state = stepState(index, promotion);
        return (
          <li key={step.share} className={styles[state]} aria-current={state === "now" ? "step" : undefined}>
            <b>{share(step.share)}</b>
            <span>{step.for_ms === undefined ? t("releases.promotion.stays") : span(step.for_ms)}</span>
          </li>
        );
      })}
    </ol>
  );
}

const everything = { share: 1, for_ms: undefined };

const tones = { running: "calls", paused: "warn", done: "plain", aborted: "bad" } as const;

function State({ state }: Pick<Promotion, "state">) {
  const { t } = useTranslation();
  return <Chip tone={tones[state]}>{t(`releases.promotion.state.${state}`)}</Chip>;
}

function Story({ promotion }: { promotion: Promotion }) {
  const { t } = useTranslation();
  const values = { name: promotion.by.name, time: moment(promotion.started_at) };
  return (
    <>
      <p>{promotion.why}</p>
      <p className={styles.quiet}>
        {t("releases.promotion.began", values)}{" "}
        {promotion.ended_at !== null && t("releases.promotion.ended", { time: moment(promotion.ended_at) })}
        {promotion.state === "running" &&
          promotion.least_calls > 0 &&
          t("releases.promotion.needs", { count: promotion.least_calls })}
      </p>
    </>
  );
}

function Hands({ promotion, onAsk }: { promotion: Promotion | undefined; onAsk: (deed: PromotionDeed) => void }) {
  const { t } = useTranslation();
  const act = (deed: PromotionDeed, keys: string, kind: "plain" | "primary" = "plain") => (
    <Act key={deed} keys={keys} label={t(`releases.promotion.do.${deed}`)} kind={kind} onRun={() => onAsk(deed)} />
  );
  const on_its_way = [act("skip", "n"), act("abort", "x")];
  const hands =
    promotion?.state === "running"
      ? [act("pause", "p"), ...on_its_way]
      : promotion?.state === "paused"
        ? [act("resume", "p", "primary"), ...on_its_way]
        : [act("start", "p")];
  return <div className={styles.hands}>{hands}</div>;
}

export function PromotionCard({ subject, workspace }: Props) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<PromotionDeed>();
  const { promote } = subject;
  const promotion = subject.promotion ?? undefined;
  const steps = promotion?.steps ?? promote?.steps;
  if (!steps) return null;
  const to = promotion?.to ?? promote?.to ?? "";
  const isOpen = promotion?.state === "running" || promotion?.state === "paused";
  return (
    <Card title={t("releases.promotion.title", { to })} remark={promotion && <State state={promotion.state} />}>
      <div className={styles.promotion}>
        <Steps steps={steps} promotion={promotion} />
        {promotion ? <Story promotion={promotion} /> : <p className={styles.quiet}>{t("releases.promotion.notYet")}</p>}
        {(isOpen || promote) && <Hands promotion={promotion} onAsk={setAsking} />}
      </div>
      {asking && (
        <CommandPromotion
          deed={asking}
          subject={subject}
          to={to}
          workspace={workspace}
          onClose={() => setAsking(undefined)}
        />
      )}
    </Card>
  );
}
