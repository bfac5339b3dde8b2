// Everything that crosses a border, as schemas and the types inferred from them.
export * from "./call-record.ts";
export * from "./plan.ts";
export * from "./ports.ts";
export * from "./resources/common.ts";
export * from "./resources/details.ts";
export * from "./resources/feedback.ts";
export * from "./resources/issue.ts";
export * from "./resources/launch.ts";
export * from "./resources/operations.ts";
export * from "./resources/overview.ts";
export * from "./resources/people.ts";
export * from "./settings.ts";
export * from "./settings-ports.ts";
