// Windows of measures in, findings out: pure functions over counts. Who looks when, and what follows, is for others.
export type { Detector, DetectorCase, FindingDraft, ReleaseWindow } from "./detector.ts";
export { detectErrorRatio, type ErrorRatioSettings, errorRatio } from "./detectors/error-ratio/detector.ts";
export { alphaOfLook, type LookSeries, nextLook } from "./looks.ts";
export { fisherExactGreater, type Sample } from "./statistics/fisher.ts";
