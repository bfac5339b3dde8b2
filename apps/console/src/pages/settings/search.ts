// Which part of the settings is open, in the address.
const tabs = ["file", "people", "tokens", "audit"] as const;

export type SettingsTab = (typeof tabs)[number];
export type SettingsSearch = { tab?: SettingsTab | undefined };

export const settingsTabs: readonly SettingsTab[] = tabs;

export function readSettingsSearch(search: Record<string, unknown>): SettingsSearch {
  return { tab: tabs.find((tab) => tab === search.tab) };
}
