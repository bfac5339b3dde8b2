// What every package may lean on: time, ids, results, errors, limits, units, scrubbing, references.
export * from "./clock.ts";
export * from "./ids.ts";
export * from "./limits.ts";
export * from "./log.ts";
export * from "./password-hash.ts";
export * from "./present.ts";
export * from "./problem-document.ts";
export * from "./problems.ts";
export { type ReferenceKey, referenceKey, signReference, verifyReference } from "./reference.ts";
export * from "./reference-signer.ts";
export * from "./result.ts";
export * from "./roster.ts";
export * from "./scrub.ts";
export * from "./statistics.ts";
export * from "./subnets.ts";
export * from "./text.ts";
export * from "./transact.ts";
export * from "./units.ts";
