// The life of a route or model as its callers meet it: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and links on every answer of a
// deprecated one, 410 in its brown-outs and when it is retired; and the switch that turns it off. A draft never gets here: it
// is in no router.
import type { Clock } from "@holdfast/base";
import type { PlanLifecycle } from "@holdfast/contract";
import { hashToShare } from "../../hash.ts";
import { definePolicy, type PolicyCall, type Refusal } from "../policy.ts";

export const lifecycle = definePolicy({
  id: "lifecycle",
  about: {
    title: "Lifecycle: deprecated, brown-out, retired",
    settings: ["lifecycle", "enabled"],
    guide: "lifecycle.md",
    elsewhere: {
      kong: "request-termination, response-transformer",
      envoy: "direct_response, response_headers_to_add",
      nginx: "return 410, add_header Sunset",
    },
  },
  prepare({ lifecycle, disabled }, { clock }) {
    if (disabled !== undefined) return { receive: () => DISABLED[disabled] };
    if (lifecycle?.state !== "deprecated" && lifecycle?.state !== "retired") return undefined;
    const headers = headersOf(lifecycle);
    const decide =
      lifecycle.state === "retired" ? () => RETIRED : (call: PolicyCall) => refusalOf(lifecycle, clock, call);
    return {
      receive(call) {
        call.reply_headers.push(...headers);
        return decide(call);
      },
    };
  },
});

const DISABLED: Record<404 | 503, Refusal> = {
  404: { code: "route_unknown", detail: "No route fits this host and path." },
  503: { code: "route_disabled", detail: "The owner has switched this off." },
};

const RETIRED: Refusal = {
  code: "route_retired",
  detail: "This API was retired; links lead to what takes its place, if anything does.",
};

function refusalOf({ retire_at, brown_outs }: PlanLifecycle, clock: Clock, { id }: PolicyCall): Refusal | undefined {
  if (retire_at === undefined && brown_outs.length === 0) return undefined;
  const now = clock.now();
  if (retire_at !== undefined && now >= retire_at) return RETIRED;
  const brown_out = brown_outs.find(({ from, until }) => now >= from && now < until);
  if (!brown_out || hashToShare(id, BROWN_OUT_SEED) >= brown_out.share) return undefined;
  return {
    code: "route_brown_out",
    detail: "This API is deprecated, and switched off for a while so that its callers notice.",
    headers: ["retry-after", String(Math.ceil((brown_out.until - now) / 1000))],
  };
}

/** Any fixed number: the same call is not placed here as it is for releases. */
const BROWN_OUT_SEED = 0x9b1d;

/** Names and values in turn. */
function headersOf({ deprecated_at, sunset_at, links }: PlanLifecycle): string[] {
  const headers: string[] = [];
  // A structured field's date (RFC 9651 section 3.3.7): seconds since the epoch.
  if (deprecated_at !== undefined) headers.push("deprecation", `@${Math.floor(deprecated_at / 1000)}`);
  if (sunset_at !== undefined) headers.push("sunset", new Date(sunset_at).toUTCString());
  const { deprecation, sunset, successor } = links;
  if (deprecation !== undefined) headers.push("link", `<${deprecation}>; rel="deprecation"`);
  if (sunset !== undefined) headers.push("link", `<${sunset}>; rel="sunset"`);
  if (successor !== undefined) headers.push("link", `<${successor}>; rel="successor-version"`);
  return headers;
}
