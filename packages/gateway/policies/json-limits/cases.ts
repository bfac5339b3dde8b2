// What the json-limits policy does, as data. The scan itself has tests of its own.
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";
import { DEFAULT_JSON_LIMITS } from "./scan.ts";

const subject = { ...publicRoute, checks: { json: { ...DEFAULT_JSON_LIMITS, depth_most: 2, array_items_most: 3 } } };

const sent = (body: string, gives: CaseCall["gives"], headers = ["content-type", "application/json"]): CaseCall => ({
  method: "POST",
  body,
  request_headers: headers,
  gives,
});

export const cases: PolicyCase[] = [
  {
    name: "within the limits",
    subject,
    calls: [
      sent('{"a":[1,2,3]}', "pass"),
      sent("[]", "pass", ["content-type", "application/problem+json"]),
      { gives: "pass" },
    ],
  },
  {
    name: "past a limit",
    subject,
    calls: [
      sent('{"a":[[]]}', "request_invalid"),
      sent("[1,2,3,4]", "request_invalid"),
      sent('{"a":1,"a":2}', "request_invalid"),
    ],
  },
  { name: "not JSON", subject, calls: [sent('{"a":1,}', "malformed_request"), sent("{'a':1}", "malformed_request")] },
  { name: "without a type it may be JSON", subject, calls: [sent("[[[]]]", "request_invalid", [])] },
  { name: "of another type it is not", subject, calls: [sent("[[[]]]", "pass", ["content-type", "text/plain"])] },
  {
    name: "compressed, or in another charset, it cannot be checked",
    subject,
    calls: [
      sent("x", "unsupported_media_type", ["content-type", "application/json", "content-encoding", "gzip"]),
      sent("[]", "unsupported_media_type", ["content-type", "application/json; charset=utf-16"]),
      sent("[]", "pass", ["content-type", 'application/json;charset="UTF-8"']),
    ],
  },
];
