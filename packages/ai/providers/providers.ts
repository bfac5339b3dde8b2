// Who serves models: one row per provider. A provider of a known dialect is a row, not code.
import type { ModelTarget } from "@holdfast/contract";

export type Provider = {
  /** Dialect that its addresses speak: an id of `dialects`. */
  dialect: "openai-chat";
  /** Base address including the version; undefined where only the settings can know it. */
  url: string | undefined;
  /** Its id in the price table; undefined: found by its address, so that a local server is not billed as somebody else. */
  prices_id: string | undefined;
};

export const PROVIDERS: Readonly<Record<ModelTarget["kind"], Provider>> = {
  openai: { dialect: "openai-chat", url: "https://api.openai.com/v1", prices_id: "openai" },
  "openai-compatible": { dialect: "openai-chat", url: undefined, prices_id: undefined },
};
