// Entries of the audit trail that identity writes.
import type { Clock, IdSource } from "@holdfast/base";
import type { Actor, AuditPorts } from "@holdfast/contract";

export type Trail = (
  ports: AuditPorts,
  actor: Actor,
  deed: { what: string; target: string; detail?: Record<string, unknown> },
) => Promise<void>;

export function trailOf(clock: Clock, ids: IdSource): Trail {
  return ({ audit }, actor, { what, target, detail = {} }) =>
    audit.add({ id: ids(), at: clock.now(), actor, what, target, detail });
}
