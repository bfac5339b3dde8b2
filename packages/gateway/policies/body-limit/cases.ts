// What the body-limit policy does, as data.
import { type PolicyCase, publicRoute } from "../case.ts";

const subject = { ...publicRoute, body_bytes_max: 100 };

export const cases: PolicyCase[] = [
  { name: "no body", subject, calls: [{ gives: "pass" }] },
  { name: "exactly the limit", subject, calls: [{ content_length: 100, gives: "pass" }] },
  { name: "announced too large", subject, calls: [{ content_length: 101, gives: "body_too_large" }] },
  { name: "chunked, within the limit", subject, calls: [{ body_pieces_bytes: [60, 40], gives: "pass" }] },
  { name: "chunked, growing past it", subject, calls: [{ body_pieces_bytes: [60, 40, 1], gives: "body_too_large" }] },
  {
    name: "headers",
    subject: { ...publicRoute, head_bytes_max: 1000 },
    calls: [
      { head_bytes: 1000, gives: "pass" },
      { head_bytes: 1001, gives: "header_too_large" },
    ],
  },
  { name: "no limit", subject: publicRoute, calls: [{ content_length: 1e9, gives: "pass" }] },
];
