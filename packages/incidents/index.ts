// Findings and actions: what machines saw, what is done about it, and within which guards.
export type { ActionTools } from "./carry-out.ts";
export {
  createIncidentService,
  type Holding,
  type IncidentService,
  type IncidentTools,
  type Observation,
} from "./incident-service.ts";
export { decideRollback, type RollbackDecision, type RollbackQuestion } from "./model/decide-rollback.ts";
export type { PlanControl, PlannedSubject } from "./plan-control.ts";
export type {
  ActionRepository,
  FindingRepository,
  IncidentPorts,
  IssueLog,
  Override,
  PromotionRepository,
  SwitchHold,
  Traffic,
  TrafficHold,
} from "./ports.ts";
export { createPromotionService, type PromotionService, type PromotionTools } from "./promotion-service.ts";
