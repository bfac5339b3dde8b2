// Telemetry: the spool that gateway workers write, and the store of calls that questions are asked of.
export { startTelemetry, type Telemetry, type TelemetryOptions, type TelemetryStatus } from "./client.ts";
export { rehearseRecords } from "./spool/rehearse.ts";
export { createSpoolWriter, type SpoolOptions, type SpoolProblem, type SpoolWriter } from "./spool/writer.ts";
