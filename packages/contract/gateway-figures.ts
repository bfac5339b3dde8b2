// What gateway workers count of their calls, for Prometheus. Plain data: it is cloned from thread to thread and added up.

/** Upper ends of the duration buckets, in seconds, as Prometheus' own clients have them; one more bucket takes what is longer. */
export const DURATION_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export const STATUS_CLASSES = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;

export const CACHE_USES = ["hit", "miss", "stale", "revalidated", "coalesced", "bypass"] as const;

/** Counts of one release of one subject since its worker began. */
export type CallFigures = {
  /** Empty: calls that matched nothing, heads that were refused, or calls that came when too many subjects were counted already. */
  workspace: string;
  /** routes.orders */
  subject: string;
  /** Empty: refused before one was chosen. */
  release: string;
  /** By STATUS_CLASSES. WebSockets that have ended are 1xx. */
  statuses: number[];
  /** By DURATION_BUCKETS_S, each call in one of them; heads that were refused took no time that says anything. */
  durations: number[];
  duration_sum_s: number;
  request_bytes: number;
  response_bytes: number;
  /** By CACHE_USES. */
  cache: number[];
  /** By the id of the policy that refused. */
  refusals: Record<string, number>;
  /** By the outcome: upstream_unreachable, upstream_timeout, … */
  upstream_errors: Record<string, number>;
};

export type GatewayFigures = {
  calls: CallFigures[];
  /** Calls under way. */
  running: number;
  /** Calls refused because more came than could be served, before anything was known of them; they are in no other figure. */
  shed: number;
  cache_bytes: number;
};
