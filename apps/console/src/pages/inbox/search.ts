// The inbox's state in its address: the view, the channel, the open voice.
const states = ["new", "linked", "all"] as const;
const channels = ["widget", "api", "hand"] as const;

export type InboxSearch = {
  state?: (typeof states)[number] | undefined;
  channel?: (typeof channels)[number] | undefined;
  id?: string | undefined;
};

export const inboxStates: readonly (typeof states)[number][] = states;
export const inboxChannels: readonly (typeof channels)[number][] = channels;

export function readInboxSearch(search: Record<string, unknown>): InboxSearch {
  return {
    state: states.find((state) => state === search.state),
    channel: channels.find((channel) => channel === search.channel),
    id: typeof search.id === "string" ? search.id : undefined,
  };
}
