// What the error-ratio detector must see and, as often, must not.
import type { DetectorCase, ReleaseWindow } from "../../detector.ts";
import type { ErrorRatioSettings } from "./detector.ts";

const settings: ErrorRatioSettings = { error_ratio_over: 0.05, least_calls: 100 };
const times = { subject: "routes.orders", from: 0, until: 120_000, look: 1 };

function window(tested: [number, number], baseline?: [number, number], look = 1): ReleaseWindow {
  const shape = { ...times, look, tested: { release: "v2", calls: tested[0], errors: tested[1] } };
  return baseline ? { ...shape, baseline: { release: "v1", calls: baseline[0], errors: baseline[1] } } : shape;
}

export const cases: DetectorCase<ErrorRatioSettings>[] = [
  {
    name: "a bad canary beside a good release",
    settings,
    window: window([2_104, 215], [18_900, 95]),
    finding: {
      release: "v2",
      baseline: "v1",
      errors: 215,
      baseline_errors: 95,
      sentence:
        "orders@v2 fails 10.2 % of 2,104 calls (95 % sure: 9 % to 11.6 %); orders@v1 fails 0.5 % of 18,900 calls.",
    },
  },
  {
    name: "everything fails at the least sample",
    settings,
    window: window([100, 100], [100, 0]),
    finding: { value: 1, baseline_value: 0 },
  },
  {
    name: "far above the level, with nothing to compare with",
    settings,
    window: window([400, 80]),
    finding: {
      baseline: null,
      baseline_value: null,
      sentence:
        "orders@v2 fails 20 % of 400 calls (95 % sure: 16.4 % to 24.2 %); there is no other release to compare with, and 5 % is the limit.",
    },
  },
  {
    name: "a baseline that got no calls is no baseline",
    settings,
    window: window([400, 80], [0, 0]),
    finding: { baseline: null },
  },
  {
    name: "a bad release is still found at the thousandth look",
    settings,
    window: window([500, 100], [5_000, 25], 1_000),
    finding: { errors: 100 },
  },
  { name: "no calls at all", settings, window: window([0, 0], [500, 0]), nothing: "missing data means hold" },
  { name: "one call too few", settings, window: window([99, 99], [500, 0]), nothing: "the sample is too small" },
  {
    name: "worse than the baseline, but within the level",
    settings,
    window: window([10_000, 300], [10_000, 10]),
    nothing: "3 % is allowed",
  },
  {
    name: "both releases fail alike",
    settings,
    window: window([1_000, 400], [9_000, 3_600]),
    nothing: "the cause is not in the release, and rolling back would not help",
  },
  {
    name: "the tested release is the better one",
    settings,
    window: window([1_000, 100], [1_000, 300]),
    nothing: "it is not worse",
  },
  {
    name: "above the level by chance",
    settings,
    window: window([100, 6], [200, 8]),
    nothing: "six failures where four were expected show nothing",
  },
  {
    name: "slightly above the level, with nothing to compare with",
    settings,
    window: window([200, 13]),
    nothing: "6.5 % of 200 calls is within chance of 5 %",
  },
  {
    name: "enough for a first look",
    settings,
    window: window([100, 9], [200, 2]),
    finding: { errors: 9 },
  },
  {
    name: "the same numbers at the twentieth look",
    settings,
    window: window([100, 9], [200, 2], 20),
    nothing: "who looks twenty times must see more",
  },
];
