// What the json-schema policy does, as data.
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const order = {
  type: "object",
  required: ["item", "count"],
  additionalProperties: false,
  properties: { item: { type: "string", pattern: "^[a-z-]+$" }, count: { type: "integer", minimum: 1 } },
};
const subject = { ...publicRoute, checks: { schema: { draft: "2020-12" as const, schema: order } } };

const JSON_TYPE = ["content-type", "application/json"];
const sent = (body: string, gives: CaseCall["gives"], headers = JSON_TYPE): CaseCall => ({
  method: "POST",
  body,
  request_headers: headers,
  gives,
});

export const cases: PolicyCase[] = [
  { name: "a body that fits", subject, calls: [sent('{"item":"tea-cup","count":2}', "pass")] },
  {
    name: "bodies that do not",
    subject,
    calls: [
      sent('{"item":"tea-cup"}', "request_invalid"),
      sent('{"item":"Tea","count":1}', "request_invalid"),
      sent('{"item":"tea","count":0}', "request_invalid"),
      sent('{"item":"tea","count":1,"price":0}', "request_invalid"),
      sent("[]", "request_invalid"),
      sent('{"item":"tea","count":1', "malformed_request"),
      sent('{"item":"tea","count":0,"count":1}', "request_invalid"),
    ],
  },
  {
    name: "another type, or none, or compressed",
    subject,
    calls: [
      sent("item=tea", "unsupported_media_type", ["content-type", "application/x-www-form-urlencoded"]),
      sent('{"item":"tea","count":1}', "unsupported_media_type", []),
      sent("x", "unsupported_media_type", [...JSON_TYPE, "content-encoding", "br"]),
    ],
  },
  { name: "no body", subject, calls: [{ gives: "pass" }, { method: "POST", gives: "request_invalid" }] },
];
