// From a frame's payload to call records: the border at which what was written becomes typed again.
import { isId } from "@holdfast/base";
import { CallRecord } from "@holdfast/contract";

/** `unreadable` counts lines that are no call record of a version that we know. */
export function parseRecords(payload: Buffer): { records: CallRecord[]; unreadable: number } {
  const lines = payload.toString("utf8").split("\n");
  const records = lines.map(parseRecord).filter((record) => record !== undefined);
  return { records, unreadable: lines.length - records.length };
}

export function countRecords(payload: Buffer): number {
  let lines = 1;
  for (let at = payload.indexOf(0x0a); at >= 0; at = payload.indexOf(0x0a, at + 1)) lines++;
  return lines;
}

function parseRecord(line: string): CallRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Counted by the caller: the frame's checksum was right, so whoever wrote it wrote no JSON.
    return undefined;
  }
  const parsed = CallRecord.safeParse(value);
  return parsed.success && isId(parsed.data.id) ? parsed.data : undefined;
}
