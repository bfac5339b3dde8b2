// Keeps the page true: one stream of "changed" events for the open workspace; each makes its questions stale.
import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { retryDelay_ms, staleAfter } from "./stale.ts";
import type { LiveEvent, LiveTopic } from "./types.ts";

/** Events come in bursts while calls flow; questions are asked again at most this often. */
const gather_ms = 1000;

export type LiveState =
  | { state: "live"; heard_at: number }
  | { state: "connecting" }
  | { state: "offline"; retry_at: number };

const LiveContext = createContext<LiveState>({ state: "connecting" });

export function useLive(): LiveState {
  return useContext(LiveContext);
}

type Handlers = { onChanged: (topic: LiveTopic) => void; onState: (state: LiveState) => void };

/** Opens the stream and opens it again after each failure, until the returned function is called. */
function followStream(url: string, { onChanged, onState }: Handlers): () => void {
  let failures = 0;
  let timer: number | undefined;
  let source: EventSource | undefined;

  function open(): void {
    source = new EventSource(url);
    source.onopen = () => {
      failures = 0;
      onState({ state: "live", heard_at: Date.now() });
    };
    source.addEventListener("changed", (event: MessageEvent<string>) => {
      onState({ state: "live", heard_at: Date.now() });
      onChanged((JSON.parse(event.data) as LiveEvent).topic);
    });
    source.onerror = () => {
      source?.close();
      const wait_ms = retryDelay_ms(failures++);
      onState({ state: "offline", retry_at: Date.now() + wait_ms });
      timer = window.setTimeout(open, wait_ms);
    };
  }

  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}

export function LiveProvider({ workspace, children }: { workspace: string; children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>({ state: "connecting" });

  useEffect(() => {
    const changed = new Set<LiveTopic>();
    let timer: number | undefined;
    function invalidate(): void {
      timer = undefined;
      for (const topic of staleAfter(changed)) void client.invalidateQueries({ queryKey: [workspace, topic] });
      changed.clear();
    }
    const stop = followStream(`/api/v1/workspaces/${encodeURIComponent(workspace)}/live`, {
      onState: setState,
      onChanged(topic) {
        changed.add(topic);
        timer ??= window.setTimeout(invalidate, gather_ms);
      },
    });
    return () => {
      window.clearTimeout(timer);
      stop();
    };
  }, [client, workspace]);

  return <LiveContext value={state}>{children}</LiveContext>;
}
