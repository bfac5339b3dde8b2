// Whether the page is true right now: live with the time, or offline with when it tries again.
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "../api/live.tsx";
import { clockSeconds } from "../format/times.ts";
import styles from "./live-note.module.css";

function useSecond(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function LiveNote() {
  const { t } = useTranslation();
  const live = useLive();
  const now = useSecond();
  if (live.state === "offline") {
    const seconds = Math.max(0, Math.ceil((live.retry_at - now) / 1000));
    return <span className={styles.offline}>{t("live.offline", { seconds })}</span>;
  }
  const words = live.state === "live" ? t("live.live", { time: clockSeconds(now) }) : t("live.connecting");
  return (
    <span className={styles.live} title={t("live.why")}>
      {words}
    </span>
  );
}
