// Clearing the caches of all threads, and with Redis those of all other nodes. What other nodes clear is cleared here.
import type { Clock, Log } from "@holdfast/base";
import type { Plan } from "@holdfast/contract";
import type { PurgeOutcome } from "@holdfast/control";
import { openPurgeStream, type Purge, type PurgeStream } from "@holdfast/gateway";
import type { Slot } from "./slot.ts";

export type CachesOptions = {
  node: string;
  redis_url: string | undefined;
  plan: () => Plan;
  clock: Clock;
  log: Log;
};

export type Caches = {
  /** This node first. Never rejects: `told` false says that Redis did not answer, so that others may not know of it. */
  purge(purge: Purge): Promise<PurgeOutcome>;
  close(): Promise<void>;
};

export function openCaches(slots: readonly Pick<Slot, "purge">[], options: CachesOptions): Caches {
  const clear = async (purge: Purge): Promise<number> =>
    (await Promise.all(slots.map((slot) => slot.purge(purge)))).reduce((sum, one) => sum + one, 0);
  const others = options.redis_url === undefined ? undefined : follow(options.redis_url, clear, options);
  return {
    async purge(purge) {
      const answers = await clear(purge);
      const here = { node: options.node, answers };
      if (!others) return { answers, nodes: [here], missing: [], told: true };
      try {
        const { nodes, missing } = await others.tell(purge);
        const sum = nodes.reduce((sum, one) => sum + one.answers, answers);
        return { answers: sum, nodes: [here, ...nodes], missing, told: true };
      } catch (error) {
        options.log.error({ error: String(error) }, "Redis does not answer: other nodes were not told to clear");
        return { answers, nodes: [here], missing: [], told: false };
      }
    },
    close: async () => others?.close(),
  };
}

function follow(url: string, clear: (purge: Purge) => Promise<number>, options: CachesOptions): PurgeStream {
  const { node, plan, clock, log } = options;
  return openPurgeStream(url, {
    node,
    clock,
    clear,
    async clearAll() {
      log.warn({}, "purges of other nodes were missed: the whole cache is cleared");
      const workspaces = new Set(plan().routes.map(({ workspace }) => workspace));
      await Promise.all([...workspaces].map((workspace) => clear({ workspace })));
    },
    on_change(heard, error) {
      if (heard) log.info({}, "purges of other nodes are heard again");
      else log.warn({ error: String(error) }, "Redis does not answer: purges of other nodes are not heard");
    },
  });
}
