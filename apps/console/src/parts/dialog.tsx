// A question before something happens: one title, what it will do, the fields it needs, one button that does it.
import { Button } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./dialog.module.css";
import { Floating } from "./floating.tsx";
import { ProblemNote } from "./problem-note.tsx";

type Props = {
  title: string;
  /** What the button says; it names the deed. */
  deed: string;
  undoesHarm?: boolean;
  disabled?: boolean;
  size?: number;
  /** After the deed is done, and on cancelling unless `onCancel` is given. */
  onClose: () => void;
  onCancel?: () => void;
  /** Rejects to keep the dialog open with the problem shown. */
  onDo: () => Promise<unknown>;
  children: ReactNode;
};

export function Dialog({
  title,
  deed,
  undoesHarm = false,
  disabled = false,
  size = 480,
  onClose,
  onCancel = onClose,
  onDo,
  children,
}: Props) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    onDo()
      .then(onClose, setError)
      .finally(() => setBusy(false));
  }

  return (
    <Floating title={title} size={size} onClose={onCancel}>
      <form className={styles.form} onSubmit={onSubmit}>
        {children}
        {error !== undefined && <ProblemNote error={error} />}
        <div className={styles.buttons}>
          <Button onClick={onCancel}>{t("dialog.cancel")}</Button>
          <Button
            type="submit"
            variant="filled"
            {...(undoesHarm ? { color: "bad" } : {})}
            loading={busy}
            disabled={disabled}
          >
            {deed}
          </Button>
        </div>
      </form>
    </Floating>
  );
}
