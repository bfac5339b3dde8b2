// One voice, as it was said: a violet edge, who and how first, then the words.
import { useTranslation } from "react-i18next";
import type { Feedback } from "../api/types.ts";
import { deviceName } from "../format/device.ts";
import { moment } from "../format/times.ts";
import { pageName } from "./page-name.ts";
import styles from "./voice.module.css";

export function VoiceQuote({ voice, children }: { voice: Feedback; children?: React.ReactNode }) {
  const { t } = useTranslation();
  const facts = [
    t(`channel.by.${voice.channel}`),
    moment(voice.created_at),
    voice.rating === null ? undefined : t("voice.rating", { rating: voice.rating }),
    voice.page ? pageName(voice.page) : undefined,
    voice.device ? deviceName(voice.device) : undefined,
  ];
  return (
    <blockquote className={styles.quote}>
      <div className={styles.who}>
        <b>{voice.reporter_name ?? t("voice.anonymous")}</b> {facts.filter(Boolean).join(" · ")}
      </div>
      <p className={styles.words}>{voice.message}</p>
      {children}
    </blockquote>
  );
}
