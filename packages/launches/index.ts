// Launches: the frame of scope, window and phase, and the exit criteria that say when it is over.
export { createLaunchService, type LaunchService, type LaunchTools } from "./launch-service.ts";
export { type Critical, decideCriterion, type Evidence } from "./model/criteria.ts";
export { mayMovePhase, nextPhases } from "./model/phases.ts";
export type { LaunchPorts, LaunchRepository, LaunchRow } from "./ports.ts";
