// A secret that is shown now and never again.
import { Button, CopyButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Floating } from "../../parts/floating.tsx";
import styles from "./settings.module.css";

type Props = { title: string; sentence: string; secret: string | null; onClose: () => void };

export function ShownOnce({ title, sentence, secret, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Floating title={title} onClose={onClose}>
      <p>{sentence}</p>
      {secret !== null && <code className={styles.secret}>{secret}</code>}
      <div className={styles.buttonsEnd}>
        {secret !== null && (
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button onClick={copy}>{t(copied ? "settings.people.copied" : "settings.people.copy")}</Button>
            )}
          </CopyButton>
        )}
        <Button variant="filled" onClick={onClose}>
          {t("settings.people.done")}
        </Button>
      </div>
    </Floating>
  );
}
