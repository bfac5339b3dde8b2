// A table that may be wider than its place: whoever has no pointer scrolls it with the arrow keys.
import type { ReactNode } from "react";
import table from "./table.module.css";

export function WideTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={table.scroll} tabIndex={0} aria-label={label}>
      <table className={table.table}>{children}</table>
    </section>
  );
}
