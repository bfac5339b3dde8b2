// The phases of a call that had none.
import type { CallPhases } from "@holdfast/contract";

/** To be filled in. */
export const noPhases = (): CallPhases => ({
  receive_us: null,
  identify_us: null,
  admit_us: null,
  choose_us: null,
  connect_us: null,
  send_us: null,
  wait_us: null,
  reply_us: null,
});

export const NO_PHASES: Readonly<CallPhases> = noPhases();
