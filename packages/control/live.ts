// Tells open consoles what to read again. Within this process; best effort, because a page that missed an event reads again anyway.
import type { Clock, Id, WorkspaceName } from "@holdfast/base";
import type { Live, LiveEvent, LiveTopic } from "@holdfast/contract";

export type LiveHub = Live & {
  /** `listen` must not throw; call the result to stop. */
  subscribe(workspace: WorkspaceName, listen: (event: LiveEvent) => void): () => void;
  /** Open subscriptions over all workspaces. */
  count(): number;
};

export function createLive(clock: Clock): LiveHub {
  const listeners = new Map<WorkspaceName, Set<(event: LiveEvent) => void>>();
  return {
    changed(workspace: WorkspaceName, topic: LiveTopic, id?: Id) {
      const event: LiveEvent = { topic, id: id ?? null, at: clock.now() };
      for (const listen of listeners.get(workspace) ?? []) listen(event);
    },
    subscribe(workspace, listen) {
      const own = listeners.get(workspace) ?? new Set();
      listeners.set(workspace, own.add(listen));
      return () => {
        own.delete(listen);
        if (own.size === 0 && listeners.get(workspace) === own) listeners.delete(workspace);
      };
    },
    count: () => [...listeners.values()].reduce((sum, own) => sum + own.size, 0),
  };
}
