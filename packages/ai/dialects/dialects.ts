// The list of dialects. A new one is added here and nowhere else.
import type { Dialect } from "./dialect.ts";
import { openaiChat } from "./openai-chat/dialect.ts";

export const dialects: readonly Dialect[] = [openaiChat];
