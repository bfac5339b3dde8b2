// A button that knows its key: pressing either does the same, and the help page lists it by itself.
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useKeys } from "../keys/keyboard.tsx";
import styles from "./act.module.css";
import { KeyCap } from "./chip.tsx";

type Props = {
  label: string;
  keys: string;
  onRun: () => void;
  kind?: "primary" | "undoes-harm" | "plain" | "quiet";
  disabled?: boolean;
  busy?: boolean;
  /** Why it is what it is, on pointing. */
  title?: string | undefined;
  children?: ReactNode;
};

const capOf = (keys: string) => (keys.length === 1 ? keys.toUpperCase() : keys);

export function Act({ label, keys, onRun, kind = "plain", disabled = false, busy = false, title, children }: Props) {
  useKeys([{ keys, label, run: onRun, disabled: disabled || busy }], 2);
  const filled = kind === "primary" || kind === "undoes-harm";
  return (
    <Button
      variant={filled ? "filled" : kind === "quiet" ? "subtle" : "default"}
      {...(kind === "undoes-harm" ? { color: "bad" } : {})}
      className={filled ? styles.filled : styles.act}
      onClick={onRun}
      disabled={disabled}
      loading={busy}
      title={title}
      rightSection={<KeyCap>{capOf(keys)}</KeyCap>}
    >
      {children ?? label}
    </Button>
  );
}
