// In their words: everyone who reported it, newest first.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Feedback } from "../../api/types.ts";
import { moment } from "../../format/times.ts";
import { Card } from "../../parts/card.tsx";
import styles from "./issues.module.css";

export function Voices({ voices, workspace }: { voices: Feedback[]; workspace: string }) {
  const { t } = useTranslation();
  const newest = [...voices].sort((a, b) => b.created_at - a.created_at);
  return (
    <Card title={t("issues.voices.title")} remark={t("voice.count", { count: voices.length })}>
      {newest.length === 0 && <p className={styles.quiet}>{t("issues.voices.none")}</p>}
      <ul className={styles.quotes}>
        {newest.map((voice) => (
          <li key={voice.id}>
            <span className={styles.quoteTime}>{moment(voice.created_at)}</span>
            <Link
              className={styles.quote}
              to="/w/$workspace/inbox"
              params={{ workspace }}
              search={{ state: "all", id: voice.id }}
              title={voice.joined_because ?? undefined}
            >
              “{voice.message}”
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
