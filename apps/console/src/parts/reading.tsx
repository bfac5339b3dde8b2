// The quiet moment before an answer: holds the place, and says so only when it takes long enough to wonder.
import { useTranslation } from "react-i18next";
import styles from "./reading.module.css";

export function Reading({ height = 96 }: { height?: number }) {
  const { t } = useTranslation();
  return (
    <div className={styles.reading} style={{ height }} role="status">
      <span>{t("reading")}</span>
    </div>
  );
}
