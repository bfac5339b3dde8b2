// The filters above the list; each change is a new address and begins at the newest call.
import { Button, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { subjectsQuery } from "../../api/reads.ts";
import { clock } from "../../format/times.ts";
import styles from "./calls.module.css";
import type { CallsSearch } from "./search.ts";

type Props = { search: CallsSearch; workspace: string };

const anything = "";
const outcomes = ["all", "failed", "ok"] as const;
const windows = ["900000", "4500000", "21600000", "86400000"] as const;

type PickProps = {
  label: string;
  value: string;
  data: { value: string; label: string }[];
  onPick: (value: string) => void;
};

function Pick({ label, value, data, onPick }: PickProps) {
  return (
    <Select
      className={styles.pick}
      label={label}
      size="xs"
      data={data}
      value={value}
      onChange={(chosen) => onPick(chosen ?? anything)}
    />
  );
}

/** A filter that is typed: applied with Enter or on leaving the field. */
function Typed({ label, value, onApply }: { label: string; value: string; onApply: (value: string) => void }) {
  const [text, setText] = useState(value);
  const apply = () => text.trim() !== value && onApply(text.trim());
  return (
    <TextInput
      className={styles.typed}
      label={label}
      size="xs"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={apply}
      onKeyDown={(event: KeyboardEvent) => event.key === "Enter" && apply()}
    />
  );
}

function WindowPick({ search, change }: { search: CallsSearch; change: (more: CallsSearch) => void }) {
  const { t } = useTranslation();
  const data: { value: string; label: string }[] = [{ value: anything, label: t("calls.filter.anyTime") }];
  for (const each of windows) data.push({ value: each, label: t(`calls.filter.windows.${each}`) });
  const fixed = search.from === undefined ? anything : `from ${search.from}`;
  if (search.from !== undefined) {
    data.push({
      value: fixed,
      label: `${clock(search.from)} – ${search.until === undefined ? "" : clock(search.until)}`,
    });
  }
  const pick = (value: string) => {
    if (value === fixed) return;
    change({ from: value === anything ? undefined : Date.now() - Number(value), until: undefined });
  };
  return <Pick label={t("calls.filter.window")} value={fixed} data={data} onPick={pick} />;
}

export function CallFilters({ search, workspace }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/w/$workspace/calls" });
  const subjects = useQuery(subjectsQuery(workspace));
  const change = (more: CallsSearch) => void navigate({ search: { ...search, ...more, cursor: undefined } });
  const any = { value: anything, label: t("calls.filter.any") };
  const subject = subjects.data?.find((each) => each.subject === search.subject);
  const filtered = Object.values(search).some((value) => value !== undefined);
  return (
    <div className={styles.filters}>
      <Pick
        label={t("calls.filter.subject")}
        value={search.subject ?? anything}
        data={[any, ...(subjects.data ?? []).map((each) => ({ value: each.subject, label: each.name }))]}
        onPick={(value) => change({ subject: value || undefined, release: undefined })}
      />
      {subject && (
        <Pick
          label={t("calls.filter.release")}
          value={search.release ?? anything}
          data={[any, ...subject.releases.map((release) => ({ value: release.name, label: release.name }))]}
          onPick={(value) => change({ release: value || undefined })}
        />
      )}
      <Pick
        label={t("calls.filter.outcome")}
        value={search.outcome ?? "all"}
        data={outcomes.map((each) => ({ value: each, label: t(`calls.filter.outcomes.${each}`) }))}
        onPick={(value) => change({ outcome: value === "all" ? undefined : (value as "failed" | "ok") })}
      />
      <WindowPick search={search} change={change} />
      <Typed
        key={`status ${search.status}`}
        label={t("calls.filter.status")}
        value={search.status === undefined ? "" : String(search.status)}
        onApply={(value) => change({ status: value === "" ? undefined : Number(value) })}
      />
      <Typed
        key={`consumer ${search.consumer}`}
        label={t("calls.filter.consumer")}
        value={search.consumer ?? ""}
        onApply={(value) => change({ consumer: value || undefined })}
      />
      {filtered && <Button onClick={() => void navigate({ search: {} })}>{t("calls.filter.clear")}</Button>}
    </div>
  );
}
