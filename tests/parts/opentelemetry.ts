// The official serializer and the names of the conventions, oracles for our spans. Here because only this folder can resolve them.

export { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
export * as stableNames from "@opentelemetry/semantic-conventions";
export * as allNames from "@opentelemetry/semantic-conventions/incubating";
