// A card: one line around, a title that says what it is, a remark beside it, something to do at the right.
import type { ReactNode } from "react";
import styles from "./card.module.css";

type Props = {
  title?: ReactNode;
  remark?: ReactNode;
  aside?: ReactNode;
  /** For tables and lists that bring their own padding. */
  flush?: boolean;
  className?: string | undefined;
  children?: ReactNode;
};

export function Card({ title, remark, aside, flush = false, className, children }: Props) {
  return (
    <section className={`${styles.card} ${className ?? ""}`}>
      {(title || aside) && (
        <header className={styles.head}>
          <h2 className={styles.title}>
            {title} {remark && <span className={styles.remark}>{remark}</span>}
          </h2>
          {aside && <div className={styles.aside}>{aside}</div>}
        </header>
      )}
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}
