import { METHODS } from "node:http";
import { expect, test } from "vitest";
import { knownMethods } from "./heads.ts";
import { DATA, END, HEAD, INTERIM, MORE, REFUSED, RequestReader, ResponseReader } from "./index.ts";

const LIMITS = { head_bytes_max: 1024 };
const bytes = (text: string) => Buffer.from(text, "latin1");

type Said = { first?: string; headers?: readonly string[]; body: string; ended: boolean };

/** What a reader says of bytes: messages, and why it stopped. */
function read(
  reader: RequestReader | ResponseReader,
  text: string,
  size = text.length,
): { said: Said[]; refused?: string } {
  const said: Said[] = [];
  for (let at = 0; at < text.length; at += size) {
    reader.push(bytes(text.slice(at, at + size)));
    for (let event = reader.next(); event !== MORE; event = reader.next()) {
      const last = said.at(-1) as Said;
      if (event === REFUSED) return { said, refused: `${reader.refusal?.code}: ${reader.refusal?.detail}` };
      if (event === HEAD) said.push({ ...firstOf(reader), headers: reader.head.headers, body: "", ended: false });
      if (event === DATA) last.body += Buffer.from(reader.data).toString("latin1");
      if (event === END) last.ended = true;
    }
  }
  return { said };
}

function firstOf({ head }: RequestReader | ResponseReader): { first: string } {
  return { first: "status" in head ? String(head.status) : `${head.method} ${head.target}` };
}

const request = (...lines: string[]) => `${["POST /a HTTP/1.1", "Host: h", ...lines].join("\r\n")}\r\n\r\n`;
const chunked = (body: string) => `${request("Transfer-Encoding: chunked")}${body}`;
const line = (first: string) => `${first}\r\nHost: h\r\n\r\n`;

/** Section of RFC 9112 unless it says 9110; bytes; why they are refused. */
const refused: [section: string, text: string, because: string][] = [
  ["2.2: bare LF", "GET / HTTP/1.1\nHost: h\n\n", "CRLF"],
  ["2.2: bare LF in the head", "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", "LF alone"],
  ["2.2: bare CR", "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", "CR alone"],
  ["2.2: two empty lines first", `\r\n\r\n${line("GET / HTTP/1.1")}`, "no known method"],
  ["2.2: white space before the headers", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", "folded"],
  ["2.3: another version", line("GET / HTTP/2.0"), "version"],
  ["2.3: a version in lower case", line("GET / http/1.1"), "version"],
  ["2.3: no version", line("GET /"), "character that must be encoded"],
  ["3: two spaces", line("GET  / HTTP/1.1"), "not one"],
  ["3: a tab", line("GET\t/ HTTP/1.1"), "no known method"],
  ["3.1: an unknown method", line("FETCH / HTTP/1.1"), "no known method"],
  ["3.1: a method in lower case", line("get / HTTP/1.1"), "no known method"],
  ["3.1: CONNECT", line("CONNECT h:1 HTTP/1.1"), "tunnel"],
  ["3.2: a fragment", line("GET /a#b HTTP/1.1"), "must be encoded"],
  ["3.2: bytes beyond ASCII", line("GET /\xe9 HTTP/1.1"), "must be encoded"],
  ["3.2.2: userinfo (9110 4.2.4)", line("GET http://u@h/ HTTP/1.1"), "target"],
  ["3.2.2: another scheme", line("GET ftp://h/ HTTP/1.1"), "target"],
  ["3.2.4: * of GET", line("GET * HTTP/1.1"), "target"],
  ["3.2: no host", "GET / HTTP/1.1\r\n\r\n", "exactly one Host"],
  ["3.2: two hosts", request("Host: h"), "exactly one Host"],
  ["5.1: a space before the colon", request("X : y"), "followed by a space"],
  ["5.1: no name", request(": y"), "no valid name"],
  ["5.1: no colon", request("X"), "no valid name"],
  ["5.2: a folded line", request("X: y", " z"), "folded"],
  ["9110 5.5: NUL", request("X: a\0b"), "control character"],
  ["9110 5.5: DEL", request("X: a\x7fb"), "control character"],
  ["6.1: length and encoding", request("Content-Length: 3", "Transfer-Encoding: chunked"), "exclude"],
  ["6.1: encoding and length", request("Transfer-Encoding: chunked", "Content-Length: 3"), "exclude"],
  ["6.1: another coding", request("Transfer-Encoding: gzip, chunked"), "only Transfer-Encoding"],
  ["6.1: chunked twice", request("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), "only Transfer-Encoding"],
  ["6.1: something like chunked", request("Transfer-Encoding: \x0bchunked"), "control character"],
  ["6.1: a tab around chunked", request("Transfer-Encoding: chunked\t"), "tab"],
  ["6.1: in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0"],
  ...["+5", "-5", "5,5", "5, 5", "05", "0x5", "5 5", "", "18446744073709551616", "9007199254740993"].map(
    (length): [string, string, string] => [`6.3: length ${length}`, request(`Content-Length: ${length}`), "one length"],
  ),
  ["6.3: two equal lengths", request("Content-Length: 5", "Content-Length: 5"), "one length"],
  ["7.1: no size", chunked("\r\n"), "no valid size"],
  ["7.1: a size with a sign", chunked("+5\r\n"), "no valid size"],
  ["7.1: a size with 0x", chunked("0x5\r\n"), "no valid size"],
  ["7.1: a size beyond 2^53", chunked("fffffffffffffffff\r\n"), "too large"],
  ["7.1: a space behind a size", chunked("5 \r\n"), "no valid size"],
  ["7.1: LF alone behind a size", chunked("5\nhello"), "no valid size"],
  ["7.1: a chunk longer than its size", chunked("3\r\nhello\r\n"), "longer than its size"],
  ["7.1.1: an extension", chunked("5;a=b\r\nhello\r\n"), "extension"],
  ["7.1.2: a trailer that frames", chunked("0\r\nContent-Length: 5\r\n\r\n"), "frames the message"],
  ["7.1.2: a trailer that is none", chunked("0\r\nx\r\n\r\n"), "no valid name"],
  ["7.8 of 9110: bytes behind an upgrade", `${request("Connection: upgrade", "Upgrade: x")}\x81\x05hello`, "upgrade"],
  ["2.3 of 9110: a head that is too large", request(`X: ${"y".repeat(2000)}`), "too_large"],
];

test.each(refused)("RFC 9112 section %s is refused", (_, text, because) => {
  expect(read(new RequestReader(LIMITS), text).refused).toContain(because);
});

test.each(refused)("RFC 9112 section %s is refused in pieces too", (_, text) => {
  expect(read(new RequestReader(LIMITS), `${text}\r\n\r\n`, 3).refused).toBeDefined();
});

const accepted: [section: string, text: string, said: Partial<Said>[]][] = [
  ["2.2: one empty line first", `\r\n${line("GET / HTTP/1.1")}`, [{ first: "GET /", ended: true }]],
  ["3.2.1: origin form", line("GET /a?b=c HTTP/1.1"), [{ first: "GET /a?b=c" }]],
  ["3.2.2: absolute form", line("GET http://h:80/a HTTP/1.1"), [{ first: "GET http://h:80/a" }]],
  ["3.2.4: *", line("OPTIONS * HTTP/1.1"), [{ first: "OPTIONS *" }]],
  ["2.5: HTTP/1.0 without host", "GET / HTTP/1.0\r\n\r\n", [{ first: "GET /", ended: true }]],
  ["5: white space around a value", request("X: \t a \t b \t "), [{ headers: ["Host", "h", "X", "a \t b"] }]],
  ["5.5 of 9110: bytes beyond ASCII", request("x-a: \xe9"), [{ headers: ["Host", "h", "x-a", "\xe9"] }]],
  ["5.5 of 9110: nothing", request("x-a:"), [{ headers: ["Host", "h", "x-a", ""] }]],
  ["6.2: a length", `${request("Content-Length: 5")}hello`, [{ body: "hello", ended: true }]],
  ["7.1: chunks", chunked("3\r\nabc\r\n02\r\nde\r\n0\r\n\r\n"), [{ body: "abcde", ended: true }]],
  [
    "7.1.2: trailers",
    chunked("0\r\nX-T: 1\r\n\r\n"),
    [{ headers: ["Host", "h", "Transfer-Encoding", "chunked"], ended: true }],
  ],
  [
    "9.3.2: one behind the other",
    `${request("Content-Length: 1")}a${line("GET /b HTTP/1.1")}`,
    [
      { body: "a", ended: true },
      { first: "GET /b", ended: true },
    ],
  ],
];

test.each(accepted)("RFC 9112 section %s is read, whole and byte by byte", (_, text, said) => {
  const whole = read(new RequestReader(LIMITS), text);
  expect(whole).toMatchObject({ said });
  expect(read(new RequestReader(LIMITS), text, 1)).toEqual(whole);
});

const answer = (first: string, ...lines: string[]) => `${[first, ...lines].join("\r\n")}\r\n\r\n`;

test.each([
  ["4: no version", "220 mail ESMTP\r\n", "not HTTP/1.1"],
  ["4: a status of four digits", answer("HTTP/1.1 2000 OK"), "status"],
  ["4: a status below 100", answer("HTTP/1.1 099 OK"), "status"],
  ["6.1: two framings", answer("HTTP/1.1 200 OK", "Content-Length: 3", "Transfer-Encoding: chunked"), "exclude"],
  ["7.8 of 9110: 101 that nobody asked for", answer("HTTP/1.1 101 Switching"), "switched"],
  ["15.2 of 9110: interim answers without end", answer("HTTP/1.1 103 Early").repeat(33), "interim"],
])("in answers, section %s is refused", (_, text, because) => {
  const reader = new ResponseReader(LIMITS);
  reader.expect("GET");
  expect(read(reader, text).refused).toContain(because);
});

test.each([
  ["HEAD has no body", "HEAD", answer("HTTP/1.1 200 OK", "Content-Length: 5"), { ended: true, body: "" }],
  ["204 has no body", "GET", answer("HTTP/1.1 204 No Content"), { ended: true, body: "" }],
  ["304 has no body", "GET", answer("HTTP/1.1 304 Not Modified", "Content-Length: 5"), { ended: true, body: "" }],
  ["a reason may be missing", "GET", `${answer("HTTP/1.1 200", "Content-Length: 2")}ok`, { ended: true, body: "ok" }],
  [
    "interim answers come before the final one",
    "GET",
    `${answer("HTTP/1.1 103 x")}${answer("HTTP/1.1 200 OK", "Content-Length: 0")}`,
    { ended: true },
  ],
  [
    "without framing the connection's end is the end",
    "GET",
    `${answer("HTTP/1.1 200 OK")}abc`,
    { ended: false, body: "abc" },
  ],
])("%s", (_, method, text, said) => {
  const reader = new ResponseReader(LIMITS);
  reader.expect(method);
  expect(read(reader, text)).toMatchObject({ said: [said] });
});

test("a 101 that was asked for is final, and what follows it is passed on as it is", () => {
  const reader = new ResponseReader(LIMITS);
  reader.expect("GET", true);
  const switched = answer("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket");
  expect(read(reader, `${switched}\x81\x00`)).toMatchObject({ said: [{ ended: false, body: "\x81\x00" }] });
});

test("a 101 without the headers of an upgrade is refused although one was asked for", () => {
  const reader = new ResponseReader(LIMITS);
  reader.expect("GET", true);
  expect(read(reader, answer("HTTP/1.1 101 Switching Protocols")).refused).toContain("switched");
});

test("an interim answer is an event of its own", () => {
  const reader = new ResponseReader(LIMITS);
  reader.expect("GET");
  reader.push(bytes(`${answer("HTTP/1.1 103 Early Hints", "Link: </a>")}${answer("HTTP/1.1 204 x")}`));
  expect(reader.next()).toBe(INTERIM);
  expect(reader.head).toMatchObject({ status: 103, headers: ["link", "</a>"] });
  expect(reader.next()).toBe(HEAD);
  expect(reader.head.status).toBe(204);
});

test.each([1, 1000])("trailers are there when the body has ended, read in pieces of %i bytes", (piece) => {
  const reader = new RequestReader(LIMITS);
  const text = bytes(`${chunked("1\r\na\r\n0\r\nX-Sum: 1\r\nx-b:  2 \r\n\r\n")}${request("Content-Length: 0")}`);
  const seen: (string[] | undefined)[] = [];
  for (let at = 0; at < text.length; at += piece) {
    reader.push(Buffer.from(text.subarray(at, at + piece)));
    for (let event = reader.next(); event !== MORE; event = reader.next())
      if (event === END) seen.push(reader.trailers);
    reader.keep();
  }
  expect(seen).toEqual([["x-sum", "1", "x-b", "2"], undefined]);
});

test("bytes behind an answer are seen", () => {
  const reader = new ResponseReader(LIMITS);
  reader.expect("GET");
  reader.push(bytes(`${answer("HTTP/1.1 200 OK", "Content-Length: 2")}okEVIL`));
  for (let event = reader.next(); event !== END; event = reader.next()) expect(event).not.toBe(REFUSED);
  expect(reader.resting).toBe(false);
});

test("the methods are those of Node without CONNECT", () => {
  expect([...knownMethods].sort()).toEqual(METHODS.filter((method) => method !== "CONNECT").sort());
});

test("a head in single bytes costs no more than its length", () => {
  const took_ms = (lines: number): number => {
    const text = request(...Array.from({ length: lines }, (_, index) => `x-${index}: y`)).slice(0, -4);
    const reader = new RequestReader({ head_bytes_max: 64 * 1024 });
    const began = performance.now();
    for (const byte of bytes(text)) {
      reader.push(Buffer.from([byte]));
      reader.next();
      reader.keep();
    }
    return performance.now() - began;
  };
  const best = (lines: number): number => Math.min(...Array.from({ length: 5 }, () => took_ms(lines)));
  took_ms(3000);
  // Four times as long: read anew with each byte it would take sixteen times as long.
  expect(best(3200) / best(800)).toBeLessThan(9);
});

test("a head that says the same again gives the same, with its own target, body and list", () => {
  const reader = new RequestReader(LIMITS);
  const first = read(reader, `${request("Content-Length: 2")}ab`).said[0];
  const second = read(reader, `${request("Content-Length: 2").replace("/a", "/b")}cd`).said[0];
  expect(first).toMatchObject({ first: "POST /a", body: "ab", ended: true });
  expect(second).toEqual({ ...first, first: "POST /b", body: "cd" });
  expect(read(reader, request("Content-Length: 0")).said[0]?.headers).toEqual(["Host", "h", "Content-Length", "0"]);
  const answers = new ResponseReader(LIMITS);
  answers.expect("GET");
  const ok = answer("HTTP/1.1 200 OK", "Content-Length: 0");
  for (let times = 0; times < 3; times++) expect(read(answers, ok).said[0]?.headers).toEqual(["content-length", "0"]);
});

const notesOf = (reader: RequestReader, text: string) => {
  read(reader, text);
  return reader.head.notes;
};

test("notes on a head stay as long as the same headers are said, on this connection and on others", () => {
  const [reader, other] = [new RequestReader(LIMITS), new RequestReader(LIMITS)];
  const same = request("Content-Length: 0", "X: notes");
  const [, kept, again] = [notesOf(reader, same), notesOf(reader, same), notesOf(reader, same.replace("/a", "/b"))];
  expect(again).toBe(kept);
  expect(notesOf(reader, request("Content-Length: 0", "X: other"))).not.toBe(kept);
  for (let times = 0; times < 3; times++) notesOf(other, same.replace("/a", "/c"));
  expect(other.head).toMatchObject({ target: "/c", notes: kept });
  expect(other.head.notes).toBe(kept);
});

test("notes on a whole head stay only as long as the request line is the same too", () => {
  const reader = new RequestReader(LIMITS);
  const headOf = (text: string) => {
    read(reader, text);
    return reader.head;
  };
  const same = request("Content-Length: 0");
  const [, kept, again] = [headOf(same), headOf(same), headOf(`\r\n${same}`)];
  expect(again.whole_notes).toBe(kept.whole_notes);
  const other = headOf(same.replace("/a", "/b"));
  expect(other).toMatchObject({ method: "POST", target: "/b" });
  expect(other.notes).toBe(kept.notes);
  expect(other.whole_notes).not.toBe(kept.whole_notes);
  expect(headOf(same.replace("POST", "HEAD"))).toMatchObject({ method: "HEAD", target: "/a" });
});

// The last: after so many heads that say something new, readers look only now and then whether one comes again.
test("notes go when a thousand others were said in between", () => {
  const reader = new RequestReader(LIMITS);
  const same = request("Content-Length: 0", "X: gone");
  const [, kept] = [notesOf(reader, same), notesOf(reader, same)];
  for (let index = 0; index < 10_000; index++) {
    const other = new RequestReader(LIMITS);
    for (let times = 0; times < 2; times++) notesOf(other, request("Content-Length: 0", `X: ${index}`));
  }
  const late = new RequestReader(LIMITS);
  for (let times = 0; times < 3; times++) notesOf(late, same);
  expect(late.head.notes).not.toBe(kept);
  expect(notesOf(reader, same)).toBe(kept);
});
