// What a provider says a call consumed, in one form for all dialects. Nothing here is estimated: no figure means no figure.

/** Token counts of one call. `cached_input_tokens` is a part of `input_tokens`, whatever the dialect's own convention is. */
export type TokenUsage = { input_tokens: number; cached_input_tokens: number; output_tokens: number };
