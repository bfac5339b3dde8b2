// Counts the calls of one gateway worker by subject and release. A call costs a few additions: nothing is looked up by text, and
// nothing is made, that was there before. Series are bounded; what is beyond counts together.
import { LIMITS } from "@holdfast/base";
import { CACHE_USES, type CallFigures, DURATION_BUCKETS_S, STATUS_CLASSES } from "@holdfast/contract";
import type { Call } from "../pipeline/call.ts";

const BUCKETS_US = DURATION_BUCKETS_S.map((seconds) => seconds * 1e6);

/** Where each count of a meter stands behind its first: what every call adds to stands together. */
const DURATION_SUM_US = 0;
const REQUEST_BYTES = 1;
const RESPONSE_BYTES = 2;
const STATUSES = 3;
const DURATIONS = STATUSES + STATUS_CLASSES.length;
const CACHE = DURATIONS + BUCKETS_US.length + 1;
const COUNTS = CACHE + CACHE_USES.length;
const METERS_PER_BLOCK = 256;

/** Counts of one release of one subject, side by side in a block of many meters' counts: few places in memory for each call. */
export class Meter {
  readonly workspace: string;
  readonly subject: string;
  readonly release: string;
  readonly #counts: Float64Array;
  readonly #at: number;
  #refusals: Map<string, number> | undefined;
  #upstream_errors: Map<string, number> | undefined;

  constructor({ workspace, subject, release }: Named, counts: Float64Array, at: number) {
    this.workspace = workspace;
    this.subject = subject;
    this.release = release;
    this.#counts = counts;
    this.#at = at;
  }

  count(call: Call, duration_us: number): void {
    const { status, outcome } = call;
    this.countStatus(status);
    this.#add(DURATIONS + bucketOf(duration_us), 1);
    this.#add(DURATION_SUM_US, duration_us);
    this.#add(REQUEST_BYTES, call.request_bytes);
    this.#add(RESPONSE_BYTES, call.response_bytes);
    if (call.cache !== undefined) this.#add(CACHE + CACHE_USES.indexOf(call.cache), 1);
    if (call.refused_by !== undefined) this.#refusals = counted(this.#refusals, call.refused_by);
    if (outcome !== undefined && status >= 500 && outcome.startsWith("upstream_"))
      this.#upstream_errors = counted(this.#upstream_errors, outcome);
  }

  countStatus(status: number): void {
    const status_class = Math.floor(status / 100) - 1;
    if (status_class >= 0 && status_class < STATUS_CLASSES.length) this.#add(STATUSES + status_class, 1);
  }

  #add(place: number, value: number): void {
    (this.#counts[this.#at + place] as number) += value;
  }

  read(): CallFigures {
    const counts = this.#counts.subarray(this.#at, this.#at + COUNTS);
    return {
      workspace: this.workspace,
      subject: this.subject,
      release: this.release,
      statuses: [...counts.subarray(STATUSES, DURATIONS)],
      durations: [...counts.subarray(DURATIONS, CACHE)],
      duration_sum_s: (counts[DURATION_SUM_US] as number) / 1e6,
      request_bytes: counts[REQUEST_BYTES] as number,
      response_bytes: counts[RESPONSE_BYTES] as number,
      cache: [...counts.subarray(CACHE)],
      refusals: Object.fromEntries(this.#refusals ?? []),
      upstream_errors: Object.fromEntries(this.#upstream_errors ?? []),
    };
  }
}

type Named = Pick<CallFigures, "workspace" | "subject" | "release">;

function bucketOf(duration_us: number): number {
  let bucket = 0;
  while (bucket < BUCKETS_US.length && duration_us > (BUCKETS_US[bucket] as number)) bucket++;
  return bucket;
}

function counted(before: Map<string, number> | undefined, name: string): Map<string, number> {
  const counts = before ?? new Map<string, number>();
  return counts.set(name, (counts.get(name) ?? 0) + 1);
}

export class CallMeters {
  readonly #meters = new Map<string, Meter>();
  #block = new Float64Array(COUNTS * METERS_PER_BLOCK);
  #used = 0;
  readonly #rest = this.#open({ workspace: "", subject: "", release: "" });

  /** Once for each release of a plan, and for calls that none served: ""; counts go on where an earlier plan had the same. */
  of(workspace: string, subject: string, release: string): Meter {
    const key = `${workspace}/${subject}/${release}`;
    const known = this.#meters.get(key);
    if (known) return known;
    if (this.#meters.size >= LIMITS.figures_series_max) return this.#rest;
    const meter = this.#open({ workspace, subject, release });
    this.#meters.set(key, meter);
    return meter;
  }

  #open(named: Named): Meter {
    if (this.#used === METERS_PER_BLOCK) {
      this.#block = new Float64Array(COUNTS * METERS_PER_BLOCK);
      this.#used = 0;
    }
    return new Meter(named, this.#block, COUNTS * this.#used++);
  }

  count(call: Call, duration_us: number): void {
    const meter = call.release?.meter ?? call.subject?.meter ?? this.#rest;
    meter.count(call, duration_us);
  }

  /** A head that was refused before it became a call. */
  countRefusedHead(status: number): void {
    this.#rest.countStatus(status);
  }

  read(): CallFigures[] {
    return [...this.#meters.values(), this.#rest].map((meter) => meter.read()).filter(hasCalls);
  }
}

function hasCalls({ statuses, durations }: CallFigures): boolean {
  return statuses.some((count) => count > 0) || durations.some((count) => count > 0);
}
