// Questions on their way to the child and back: each has an id, a time limit and exactly one end.
import { type Cancel, type Clock, LIMITS, Problem } from "@holdfast/base";
import type { Answer, Ask, ChildMethods } from "./messages.ts";

export type Asks = {
  ask<Method extends keyof ChildMethods>(
    method: Method,
    args: Parameters<ChildMethods[Method]>,
  ): Promise<Awaited<ReturnType<ChildMethods[Method]>>>;
  answered(answer: Answer): void;
  /** Sends what waited for the child. */
  up(): void;
  /** Fails what the child took with it: asking the next child the same might kill it too. */
  down(): void;
  /** Fails everything, for good. */
  close(): void;
};

type Waiting = {
  ask: Ask;
  sent: boolean;
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
  cancel_timeout: Cancel;
};

export type AsksOptions = {
  clock: Clock;
  /** False when there is no child to take it now. */
  send: (ask: Ask) => boolean;
  /** Whether a child that takes it can be expected soon. */
  hopeful: () => boolean;
};

export function createAsks({ clock, send, hopeful }: AsksOptions): Asks {
  const waiting = new Map<number, Waiting>();
  let last_id = 0;

  function settle(id: number): Waiting | undefined {
    const found = waiting.get(id);
    found?.cancel_timeout();
    waiting.delete(id);
    return found;
  }

  function failAll(detail: string, which: (each: Waiting) => boolean): void {
    for (const [id, each] of waiting) if (which(each)) settle(id)?.reject(unavailable(detail));
  }

  return {
    ask(method, args) {
      const id = ++last_id;
      const ask = { kind: "ask", id, method, args } as Ask;
      const sent = send(ask);
      if (!sent && !hopeful()) return Promise.reject(unavailable("it does not run"));
      return new Promise((resolve, reject) => {
        const late = (): void => settle(id)?.reject(unavailable(`no answer within ${LIMITS.telemetry_answer_ms} ms`));
        const cancel_timeout = clock.after(LIMITS.telemetry_answer_ms, late);
        waiting.set(id, { ask, sent, resolve, reject, cancel_timeout });
      });
    },
    answered(answer) {
      const found = settle(answer.id);
      if (answer.ok) found?.resolve(answer.value as never);
      else found?.reject(new Problem(answer.problem.code, answer.problem.details));
    },
    up() {
      for (const each of waiting.values()) if (!each.sent) each.sent = send(each.ask);
    },
    down: () => failAll("its process ended", ({ sent }) => sent),
    close: () => failAll("it is closed", () => true),
  };
}

function unavailable(detail: string): Problem {
  return new Problem("telemetry_unavailable", { detail });
}
