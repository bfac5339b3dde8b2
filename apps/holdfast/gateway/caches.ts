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
  /** A call of the thread at this place has cleared it there. Returns at once. */
  clearedBy(thread: number, purge: Purge): void;
  close(): Promise<void>;
};

export function openCaches(slots: readonly Pick<Slot, "purge">[], options: CachesOptions): Caches {
  const clear = async (purges: readonly Purge[]): Promise<number> =>
    (await Promise.all(slots.map((slot) => slot.purge(purges)))).reduce((sum, one) => sum + one, 0);
  const others = options.redis_url === undefined ? undefined : follow(options.redis_url, clear, options);
  return {
    async purge(purge) {
      const answers = await clear([purge]);
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
    clearedBy(thread, purge) {
      for (const [index, slot] of slots.entries()) if (index !== thread) void slot.purge([purge]);
      others?.tellSoon(purge);
    },
    close: async () => others?.close(),
  };
}

type Clear = (purges: readonly Purge[]) => Promise<number>;

function follow(url: string, clear: Clear, options: CachesOptions): PurgeStream {
  const { node, plan, clock, log } = options;
  return openPurgeStream(url, {
    node,
    clock,
    clear,
    async clearAll() {
      log.warn({}, "what other nodes cleared was missed: the whole cache is cleared");
      const workspaces = new Set(plan().routes.map(({ workspace }) => workspace));
      await clear([...workspaces].map((workspace) => ({ workspace })));
    },
    on_change(heard, error) {
      if (heard) log.info({}, "purges of other nodes are heard again");
      else log.warn({ error: String(error) }, "Redis does not answer: purges of other nodes are not heard");
    },
    on_telling(told, error) {
      if (told) log.info({}, "other nodes are told again what calls clear");
      else log.warn({ error: String(error) }, "Redis does not answer: other nodes are told later what calls clear");
    },
  });
}
