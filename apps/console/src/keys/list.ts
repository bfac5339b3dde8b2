// Moving through a list by J and K: selection, scrolling into view, and opening.
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useKeys } from "./keyboard.tsx";
import { moveSelection } from "./keys.ts";

type ListKeys = {
  ids: readonly string[];
  selected: string | undefined;
  onSelect: (id: string) => void;
  onOpen?: (id: string) => void;
};

/** Rows are found by `data-row`, so that the one under the hand stays in view. */
export function useListKeys({ ids, selected, onSelect, onOpen }: ListKeys): void {
  const { t } = useTranslation();
  const move = (step: 1 | -1) => {
    const next = moveSelection(ids, selected, step);
    if (next !== undefined) onSelect(next);
  };
  useKeys([
    { keys: "j", label: t("keys.next"), run: () => move(1) },
    { keys: "k", label: t("keys.previous"), run: () => move(-1) },
    {
      keys: "Enter",
      label: t("keys.open"),
      run: () => selected !== undefined && onOpen?.(selected),
      disabled: !onOpen || selected === undefined,
    },
  ]);
  useEffect(() => {
    if (selected === undefined) return;
    document.querySelector(`[data-row="${CSS.escape(selected)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [selected]);
}
