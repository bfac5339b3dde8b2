// The life of a route or model as the gateway runs it: times as numbers, and nothing where nothing is said.
import type {
  LifecycleSettings,
  MaintenanceSettings,
  PlanLifecycle,
  PlanMaintenance,
  PlanRoute,
  RouteSettings,
} from "@holdfast/contract";

type Life = Pick<RouteSettings, "lifecycle" | "enabled" | "when_disabled" | "maintenance">;

export function compileLife({
  lifecycle,
  enabled,
  when_disabled,
  maintenance,
}: Life): Pick<PlanRoute, "lifecycle" | "disabled" | "when_disabled" | "maintenance"> {
  return {
    ...(lifecycle ? { lifecycle: lifecycleOf(lifecycle) } : {}),
    ...(enabled ? {} : { disabled: when_disabled }),
    ...(when_disabled === 404 ? { when_disabled } : {}),
    ...(maintenance ? { maintenance: maintenanceOf(maintenance) } : {}),
  };
}

function lifecycleOf({
  state,
  deprecated_at,
  sunset_at,
  after_sunset,
  links,
  brown_outs,
}: LifecycleSettings): PlanLifecycle {
  return {
    state,
    ...(deprecated_at === undefined ? {} : { deprecated_at: Date.parse(deprecated_at) }),
    ...(sunset_at === undefined ? {} : { sunset_at: Date.parse(sunset_at) }),
    ...(sunset_at !== undefined && after_sunset === "retire" ? { retire_at: Date.parse(sunset_at) } : {}),
    links: Object.fromEntries(Object.entries(links).filter(([, link]) => link !== undefined)),
    brown_outs: brown_outs.map(({ from, until, share }) => ({
      from: Date.parse(from),
      until: Date.parse(until),
      share,
    })),
  };
}

function maintenanceOf({ from, until, message, retry_after, except }: MaintenanceSettings): PlanMaintenance {
  return {
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
    message,
    retry_after_ms: retry_after,
    consumers: except.consumers,
    addresses: except.addresses ?? [],
  };
}
