// What an action holds away from the settings: who did it and why, with the way back in one click.
import { Act } from "../parts/act.tsx";
import styles from "./held.module.css";

type Props = {
  says: string;
  /** The button that takes it back, and its key. */
  undo: string;
  keys: string;
  /** Callers are turned away because of it. */
  bad?: boolean;
  onUndo: () => void;
};

export function Held({ says, undo, keys, bad = false, onUndo }: Props) {
  return (
    <div className={`${styles.held} ${bad ? styles.bad : ""}`}>
      <span>{says}</span>
      <Act keys={keys} label={undo} onRun={onUndo} />
    </div>
  );
}
