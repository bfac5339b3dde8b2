// On narrow pages the navigation waits behind this button.
import { createContext, useContext } from "react";
import { useTranslation } from "react-i18next";
import styles from "./menu-button.module.css";

export const MenuContext = createContext<() => void>(() => {});

export function MenuButton() {
  const open = useContext(MenuContext);
  const { t } = useTranslation();
  return (
    <button type="button" className={styles.button} aria-label={t("nav.open")} onClick={open}>
      <svg
        width="16"
        height="16"
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        aria-hidden
      >
        <path d="M2 4h12M2 8h12M2 12h12" />
      </svg>
    </button>
  );
}
