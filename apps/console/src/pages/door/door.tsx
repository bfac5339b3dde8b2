// The frame of the pages before one is inside: one question at a time, with more air.

import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Mark } from "../../shell/mark.tsx";
import styles from "./door.module.css";

type FrameProps = { title: string; sentence?: ReactNode; children?: ReactNode };

export function Door({ title, sentence, children }: FrameProps) {
  const { t } = useTranslation();
  useDocumentTitle(`${title} · ${t("door.product")}`);
  return (
    <main className={styles.door}>
      <div className={styles.inner}>
        <div className={styles.brand}>
          <Mark /> {t("door.product")}
        </div>
        <h1 className={styles.title}>{title}</h1>
        {sentence && <p className={styles.sentence}>{sentence}</p>}
        {children}
      </div>
    </main>
  );
}

type FormProps = { deed: string; busy: boolean; error: unknown; onSubmit: () => void; children: ReactNode };

export function DoorForm({ deed, busy, error, onSubmit, children }: FormProps) {
  return (
    <form
      className={styles.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      {error !== null && <ProblemNote error={error} brief />}
      <Button type="submit" variant="filled" size="sm" loading={busy}>
        {deed}
      </Button>
    </form>
  );
}
