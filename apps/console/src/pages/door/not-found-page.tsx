// An address that leads nowhere.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import styles from "./door.module.css";
import { Door } from "./door.tsx";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Door title={t("notFound.title")} sentence={t("notFound.sentence")}>
      <Link className={styles.link} to="/">
        {t("notFound.home")}
      </Link>
    </Door>
  );
}
