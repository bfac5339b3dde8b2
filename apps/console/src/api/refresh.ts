// After a deed: what it touched is asked again at once, without waiting for the live stream.
import { useQueryClient } from "@tanstack/react-query";
import { staleAfter } from "./stale.ts";
import type { LiveTopic } from "./types.ts";

export function useRefresh(workspace: string): (...topics: LiveTopic[]) => void {
  const client = useQueryClient();
  return (...topics) => {
    for (const topic of staleAfter(topics)) void client.invalidateQueries({ queryKey: [workspace, topic] });
  };
}
