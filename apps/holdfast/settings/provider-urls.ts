// Addresses that a provider has without saying so, from the table of providers, for the plan compiler.
import { PROVIDERS } from "@holdfast/ai";

export const PROVIDER_URLS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(PROVIDERS).flatMap(([kind, { url }]) => (url === undefined ? [] : [[kind, url]])),
);
