// A failed call as operators count it: the gateway or the upstream is to blame, not what a client did wrong.
import type { CallRecord } from "../../api/types.ts";

export function isFailure(call: Pick<CallRecord, "error_origin">): boolean {
  return call.error_origin === "gateway" || call.error_origin === "upstream";
}
