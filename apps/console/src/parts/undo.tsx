// The way back: whoever does something offers its undoing here; U takes the newest offer, and a toast says what happened.
import { notifications } from "@mantine/notifications";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "../api/problem.ts";
import { useKeys } from "../keys/keyboard.tsx";
import { KeyCap } from "./chip.tsx";
import styles from "./undo.module.css";

type Offer = { said: string; undo?: () => Promise<unknown> };
type Undo = { did: (offer: Offer) => void; failed: (error: unknown) => void; back: () => void };

/** How many steps back are kept. */
const steps_max = 20;
const toast_ms = 6000;
/** Counts toasts, so that each can be taken away with its offer. */
let toasts = 0;

const UndoContext = createContext<Undo | undefined>(undefined);

export function useUndo(): Undo {
  const undo = useContext(UndoContext);
  if (!undo) throw new Error("UndoProvider is missing above this component");
  return undo;
}

function Toast({ said, onUndo }: { said: string; onUndo: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <div className={styles.toast}>
      <span>{said}</span>
      {onUndo && (
        <button type="button" className={styles.back} onClick={onUndo}>
          {t("undo.undo")} <KeyCap>U</KeyCap>
        </button>
      )}
    </div>
  );
}

type Step = { said: string; undo: () => Promise<unknown>; toast: string };

function useToasts() {
  const { t } = useTranslation();
  return useCallback(
    (toast: { id?: string; title?: string; message: ReactNode; autoClose: number }) =>
      void notifications.show({ ...toast, closeButtonProps: { "aria-label": t("dialog.close") } }),
    [t],
  );
}

export function UndoProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const steps = useRef<Step[]>([]);
  const show = useToasts();

  const failed = useCallback(
    (error: unknown) => {
      const problem = problemOf(error);
      const message = [problem.detail, problem.advice].filter(Boolean).join(" ");
      show({ title: problem.title, message, autoClose: toast_ms * 2 });
    },
    [show],
  );

  const takeBack = useCallback(
    (step: Step | undefined) => {
      if (!step) return show({ message: t("undo.nothing"), autoClose: toast_ms / 2 });
      steps.current = steps.current.filter((each) => each !== step);
      notifications.hide(step.toast);
      step.undo().then(() => show({ message: t("undo.undone", { said: step.said }), autoClose: toast_ms }), failed);
    },
    [failed, show, t],
  );

  const back = useCallback(() => takeBack(steps.current.at(-1)), [takeBack]);

  const did = useCallback(
    ({ said, undo }: Offer) => {
      const toast = `undo ${++toasts}`;
      const step = undo && { said, undo, toast };
      if (step) steps.current = [...steps.current, step].slice(-steps_max);
      const message = <Toast said={said} onUndo={step && (() => takeBack(step))} />;
      show({ id: toast, message, autoClose: toast_ms });
    },
    [takeBack, show],
  );

  useKeys([{ keys: "u", label: t("undo.last"), run: back }], 0);
  const undo = useMemo(() => ({ did, failed, back }), [did, failed, back]);
  return <UndoContext value={undo}>{children}</UndoContext>;
}
