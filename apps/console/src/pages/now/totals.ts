// One row of figures for several releases. Percentiles cannot be added up: the busiest release stands for all.
import type { Subject } from "../../api/types.ts";

type Release = Subject["releases"][number];
export type Totals = { errors: number | null; p50_us: number | null; p95_us: number | null; voices: number };

export function totalsOf(releases: readonly Release[]): Totals {
  const calls = releases.reduce((sum, release) => sum + release.calls, 0);
  const errors = releases.reduce((sum, release) => sum + release.errors, 0);
  const busiest = [...releases].sort((a, b) => b.calls - a.calls)[0];
  return {
    errors: calls === 0 ? null : errors / calls,
    p50_us: busiest?.p50_us ?? null,
    p95_us: busiest?.p95_us ?? null,
    voices: releases.reduce((sum, release) => sum + release.voices, 0),
  };
}
