// The phases of a call that had none.
import type { CallPhases } from "@holdfast/contract";

export const NO_PHASES: CallPhases = {
  receive_us: null,
  identify_us: null,
  admit_us: null,
  choose_us: null,
  connect_us: null,
  send_us: null,
  wait_us: null,
  reply_us: null,
};
