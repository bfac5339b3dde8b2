// What floats over a page: a title, a way out, the content. Mantine's own modal has a second page header in it, so its parts are
// put together here.
import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import styles from "./floating.module.css";

type Props = { title: string; size?: number; onClose: () => void; children: ReactNode };

export function Floating({ title, size = 480, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    <Modal.Root opened onClose={onClose} size={size} centered>
      <Modal.Overlay color="var(--veil)" />
      <Modal.Content>
        <div className={styles.head}>
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t("dialog.close")} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
