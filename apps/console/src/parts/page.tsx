// What every page begins with: where you are, what the page answers, what you can do at once, and whether it is live.
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { LiveNote } from "../shell/live-note.tsx";
import { MenuButton } from "../shell/menu-button.tsx";
import styles from "./page.module.css";

type Props = {
  /** The first crumb names the page; what follows is where in it. */
  crumbs: readonly [string, ...ReactNode[]];
  chips?: ReactNode;
  actions?: ReactNode;
  /** Without padding, for pages that are panes. */
  panes?: boolean;
  children: ReactNode;
};

export function Page({ crumbs, chips, actions, panes = false, children }: Props) {
  const [name, ...rest] = crumbs;
  useDocumentTitle(`${name} · Holdfast`);
  return (
    <>
      <header className={styles.top}>
        <MenuButton />
        <h1 className={styles.crumbs}>
          <b>{name}</b>
          {rest.map((crumb, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: crumbs have no other identity than their place
            <span key={index}>
              <span className={styles.slash}> / </span>
              {crumb}
            </span>
          ))}
        </h1>
        {chips && <div className={styles.chips}>{chips}</div>}
        <div className={styles.end}>
          <LiveNote />
          {actions}
        </div>
      </header>
      <main id="page" className={panes ? styles.panes : styles.page} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** The answer of a page in one sentence, above everything else. */
export function Answer({ title, children }: { title?: ReactNode; children?: ReactNode }) {
  return (
    <p className={styles.answer}>
      {title && <b>{title}</b>} {children && <span>{children}</span>}
    </p>
  );
}
