// The clients of a gateway that warms up.
import { Agent, get, type RequestOptions } from "node:http";

/** How many calls were answered with each status. */
export type Statuses = Record<number, number>;

export type Calls = { calls: number; at_once: number };

/** Makes `calls` calls over kept connections, `at_once` at a time, and no further ones when it is late. Rejects when one gets no answer. */
export async function callOver(to: RequestOptions, { calls, at_once }: Calls, late: AbortSignal): Promise<Statuses> {
  const agent = new Agent({ keepAlive: true, maxSockets: at_once });
  const statuses: Statuses = {};
  let left = calls;
  async function inTurn(): Promise<void> {
    while (left-- > 0 && !late.aborted) {
      const status = await statusOf({ ...to, agent });
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }
  try {
    await Promise.all(Array.from({ length: at_once }, inTurn));
  } finally {
    agent.destroy();
  }
  return statuses;
}

function statusOf(request: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = get(request, (answer) => {
      answer.once("error", reject);
      answer.resume().once("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.once("error", reject);
  });
}
