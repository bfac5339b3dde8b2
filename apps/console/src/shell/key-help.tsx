// Every key that works right now, gathered from what is on the page.
import { useTranslation } from "react-i18next";
import { useKeyboard } from "../keys/keyboard.tsx";
import type { Binding } from "../keys/keys.ts";
import { KeyCap } from "../parts/chip.tsx";
import { Floating } from "../parts/floating.tsx";
import styles from "./key-help.module.css";

function KeyRows({ bindings }: { bindings: Binding[] }) {
  return (
    <dl className={styles.rows}>
      {bindings.map((binding) => (
        <div key={binding.keys} className={styles.row}>
          <dt>
            {binding.keys.split(" ").map((key) => (
              <KeyCap key={key}>{key.length === 1 ? key.toUpperCase() : key}</KeyCap>
            ))}
          </dt>
          <dd>{binding.label}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Two parts may bind the same key; only the nearest answers, so only it is shown. */
function nearestOnly(bindings: Binding[]): Binding[] {
  return bindings.filter((binding, index) => bindings.findIndex((each) => each.keys === binding.keys) === index);
}

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const all = nearestOnly(useKeyboard().list());
  const everywhere = all.filter((binding) => binding.keys.startsWith("g ") || ["u", "?"].includes(binding.keys));
  const here = all.filter((binding) => !everywhere.includes(binding));
  const palette: Binding = { keys: "⌘ k", label: t("help.palette"), run: () => {} };
  return (
    <Floating title={t("help.title")} size={560} onClose={onClose}>
      <div className={styles.columns} tabIndex={-1} data-autofocus>
        <section>
          <h3 className={styles.head}>{t("help.here")}</h3>
          <KeyRows bindings={here} />
        </section>
        <section>
          <h3 className={styles.head}>{t("help.everywhere")}</h3>
          <KeyRows bindings={[palette, ...everywhere]} />
        </section>
      </div>
    </Floating>
  );
}
