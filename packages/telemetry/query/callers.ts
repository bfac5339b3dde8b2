// Who calls one route or model: consumers, and the networks of those who are not known by name.
import type { WorkspaceName } from "@holdfast/base";
import type { Callers, CallersWindow } from "@holdfast/contract";
import type { TelemetryStore } from "../store.ts";
import { CALLER_MEASURES, type MeasuredRow } from "./tree.ts";

export async function readCallers(
  store: TelemetryStore,
  workspace: WorkspaceName,
  { subject, from, until, most }: CallersWindow,
): Promise<Callers> {
  const rows = await store.measures({
    workspace,
    where: [
      { kind: "equals", field: "subject", value: subject },
      { kind: "mirrored", value: false },
      { kind: "from", at: from },
      { kind: "until", at: until },
    ],
    select: CALLER_MEASURES,
    by: [{ kind: "consumer" }, { kind: "network" }],
    top: { measure: "calls", most: most + 1 },
  });
  return { callers: rows.slice(0, most).map(callerOf), more: rows.length > most };
}

function callerOf({ consumer, network, calls, errors, refused, last_at }: MeasuredRow): Callers["callers"][number] {
  return {
    consumer: textOf(consumer),
    network: textOf(network),
    calls: Number(calls),
    errors: Number(errors),
    refused: Number(refused),
    last_at: Number(last_at),
  };
}

/** A dimension that is missing is the empty text. */
function textOf(value: MeasuredRow["consumer"]): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
