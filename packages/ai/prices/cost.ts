// What a call cost, from the provider's own usage figures and a price: the settings' own, else the public table that
// @pydantic/genai-prices carries (looked up in memory; the package fetches nothing unless it is told to).
import type { Instant } from "@holdfast/base";
import type { ModelPrices, ModelTarget } from "@holdfast/contract";
import { calcPrice } from "@pydantic/genai-prices";
import { PROVIDERS } from "../providers/providers.ts";
import type { TokenUsage } from "../usage.ts";

const NANO_PER_USD = 1e9;
/** One US dollar per million tokens is 1000 nano dollars per token. */
const NANO_PER_TOKEN = NANO_PER_USD / 1e6;

/**
 * Cost in whole billionths of a US dollar; undefined when no price is known, which is not the same as free.
 * `at` matters because prices have a beginning, and some a time of day.
 */
export function costOf(usage: TokenUsage, target: ModelTarget, at: Instant): number | undefined {
  const sane = withinInput(usage);
  return target.prices ? byOwnPrices(sane, target.prices) : byTable(sane, target, at);
}

/** Cached tokens are part of the input. A server that says otherwise must not make the rest of the input negative. */
function withinInput(usage: TokenUsage): TokenUsage {
  return { ...usage, cached_input_tokens: Math.min(usage.cached_input_tokens, usage.input_tokens) };
}

function byOwnPrices(usage: TokenUsage, prices: ModelPrices): number {
  const cached_price = prices.cached_input_usd_per_million ?? prices.input_usd_per_million;
  const usd_per_million =
    (usage.input_tokens - usage.cached_input_tokens) * prices.input_usd_per_million +
    usage.cached_input_tokens * cached_price +
    usage.output_tokens * prices.output_usd_per_million;
  return Math.round(usd_per_million * NANO_PER_TOKEN);
}

function byTable(usage: TokenUsage, target: ModelTarget, at: Instant): number | undefined {
  const { prices_id } = PROVIDERS[target.kind];
  const found = calcPrice(
    {
      input_tokens: usage.input_tokens,
      cache_read_tokens: usage.cached_input_tokens,
      output_tokens: usage.output_tokens,
    },
    target.model,
    { ...(prices_id ? { providerId: prices_id } : { providerApiUrl: target.url }), timestamp: new Date(at) },
  );
  return found === null ? undefined : Math.round(found.total_price * NANO_PER_USD);
}
