// Holds one side of a call off for a while, by the same back-pressure that a slow peer causes. Nothing is kept meanwhile.
import type { Call } from "./call.ts";

/** body: the client sends no more. reply: the upstream sends no more. Held off already: the longer hold comes with the next piece. */
export function hold(call: Call, side: "body" | "reply", for_ms: number): void {
  if (side === "body" ? call.held_body : call.held_reply) return;
  if (side === "body") {
    call.held_body = true;
    call.exchange.pauseBody();
  } else {
    call.held_reply = true;
    call.upstream?.pause();
  }
  call.worker.clock.after(for_ms, () => letGo(call, side));
}

function letGo(call: Call, side: "body" | "reply"): void {
  if (side === "body") call.held_body = false;
  else call.held_reply = false;
  if (call.finished) return;
  call.quiet_ms = 0;
  if (side === "body" && !call.blocked_by_upstream) call.exchange.resumeBody();
  if (side === "reply" && !call.blocked_by_client) call.upstream?.resume();
}
