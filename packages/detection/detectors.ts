// The list of detectors with their cases. A detector that is not here does not exist.
import { cases as errorRatioCases } from "./detectors/error-ratio/cases.ts";
import { errorRatio } from "./detectors/error-ratio/detector.ts";

export const detectors = [{ detector: errorRatio, cases: errorRatioCases }] as const;
