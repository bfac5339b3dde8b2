// What needs a person, most urgent first: J and K move, Enter opens where it is decided.
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Overview } from "../../api/types.ts";
import { age, withTimes } from "../../format/times.ts";
import { useListKeys } from "../../keys/list.ts";
import { Card } from "../../parts/card.tsx";
import { KeyCap } from "../../parts/chip.tsx";
import { LevelMark } from "../../parts/mark.tsx";
import styles from "./now.module.css";

type Need = Overview["needs"][number];

const keyOf = (need: Need) => `${need.kind} ${need.id}`;

function useOpenNeed(workspace: string): (need: Need) => void {
  const navigate = useNavigate();
  return ({ kind, id }) => {
    const params = { workspace };
    if (kind === "issue") void navigate({ to: "/w/$workspace/issues/$id", params: { workspace, id } });
    else if (kind === "release") void navigate({ to: "/w/$workspace/releases", params, search: { subject: id } });
    else void navigate({ to: "/w/$workspace/inbox", params, search: { id } });
  };
}

export function Needs({ needs, workspace }: { needs: Need[]; workspace: string }) {
  const { t } = useTranslation();
  const [selected, setSelected] = useState<string>();
  const open = useOpenNeed(workspace);
  const byKey = (key: string) => needs.find((need) => keyOf(need) === key);
  useListKeys({
    ids: needs.map(keyOf),
    selected,
    onSelect: setSelected,
    onOpen: (key) => {
      const need = byKey(key);
      if (need) open(need);
    },
  });
  return (
    <Card title={t("now.needs")} remark={needs.length > 0 && needs.length}>
      {needs.length === 0 && <p className={styles.calm}>{t("now.needsNothing")}</p>}
      <ul className={styles.needs}>
        {needs.map((need) => (
          <li key={keyOf(need)} data-row={keyOf(need)}>
            <button
              type="button"
              className={styles.need}
              aria-current={keyOf(need) === selected}
              onClick={() => open(need)}
            >
              <LevelMark level={need.level} />
              <span className={styles.needWords}>
                <span className={styles.needTitle}>{withTimes(need.title)}</span>
                <span className={styles.needDetail}>{withTimes(need.detail)}</span>
              </span>
              <span className={styles.needAge}>{age(need.at)}</span>
            </button>
          </li>
        ))}
      </ul>
      {needs.length > 0 && (
        <div className={styles.keys}>
          <KeyCap>J</KeyCap> <KeyCap>K</KeyCap> {t("keys.move")} <KeyCap>↵</KeyCap> {t("keys.openWord")}
        </div>
      )}
    </Card>
  );
}
