// OpenAI Chat Completions: the dialect that most providers speak.
import type { Dialect } from "../dialect.ts";
import { readChatRequest, writeChatRequest } from "./request.ts";
import { modelsList, openaiError } from "./response.ts";
import { createChatMeter } from "./stream.ts";

export const openaiChat: Dialect = {
  id: "openai-chat",
  readRequest: readChatRequest,
  writeRequest: writeChatRequest,
  createMeter: createChatMeter,
  error: openaiError,
  models: modelsList,
};
