// The official OpenAI client, an oracle for our OpenAI dialect. Here because only this folder can resolve it.

export * from "openai";
export { default } from "openai";
