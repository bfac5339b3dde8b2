// A small word on a soft ground. Calls are sea green, voices violet, red and amber only with a word that says why.
import type { ReactNode } from "react";
import styles from "./chip.module.css";

export type Tone = "plain" | "calls" | "voices" | "bad" | "warn" | "open";

export function Chip({ tone = "plain", title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span className={`${styles.chip} ${styles[tone]}`} title={title}>
      {children}
    </span>
  );
}

export function KeyCap({ children }: { children: ReactNode }) {
  return <kbd className={styles.key}>{children}</kbd>;
}
