// Model calls as bytes and values: dialects, providers, prices, usage. Opens no socket and reads no clock.
export type { ChatMeter, ChatRequest, ChatResult, Dialect, DialectError, SentRequest } from "./dialects/dialect.ts";
export { dialects } from "./dialects/dialects.ts";
export { readChatRequest, writeChatRequest } from "./dialects/openai-chat/request.ts";
export { modelsList, openaiError } from "./dialects/openai-chat/response.ts";
export { createChatMeter } from "./dialects/openai-chat/stream.ts";
export { costOf } from "./prices/cost.ts";
export { PROVIDERS, type Provider } from "./providers/providers.ts";
export type { TokenUsage } from "./usage.ts";
