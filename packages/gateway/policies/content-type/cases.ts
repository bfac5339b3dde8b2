// What the content-type policy does, as data.
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const subject = { ...publicRoute, checks: { content_types: ["application/json", "application/*+json", "image/*"] } };

const typed = (type: string, gives: CaseCall["gives"]): CaseCall => ({
  method: "POST",
  body: "{}",
  request_headers: ["Content-Type", type],
  gives,
});

export const cases: PolicyCase[] = [
  { name: "no body needs no type", subject, calls: [{ gives: "pass" }] },
  {
    name: "types that are listed",
    subject,
    calls: [
      typed("application/json", "pass"),
      typed("Application/JSON; charset=utf-8", "pass"),
      typed("application/merge-patch+json", "pass"),
      typed("image/png", "pass"),
    ],
  },
  {
    name: "types that are not",
    subject,
    calls: [
      typed("text/plain", "unsupported_media_type"),
      typed("application/jsonp", "unsupported_media_type"),
      typed("application/+json", "unsupported_media_type"),
      typed("", "unsupported_media_type"),
      { method: "POST", body: "{}", gives: "unsupported_media_type" },
    ],
  },
  {
    name: "two types are none",
    subject,
    calls: [
      {
        body: "{}",
        request_headers: ["content-type", "application/json", "content-type", "text/plain"],
        gives: "unsupported_media_type",
      },
      typed("application/json; a=1, text/plain", "unsupported_media_type"),
      typed('application/json; a="1, 2"', "pass"),
    ],
  },
];
