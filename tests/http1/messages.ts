// Messages for the differential fuzz: built from a grammar of what is right, what is nearly right and what smugglers send, then
// mutated byte by byte. The same seed makes the same messages.

export type Random = () => number;

/** Mulberry32: small, fast, good enough to choose with. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

type Choices = readonly string[];

function pick(random: Random, choices: Choices): string {
  return choices[Math.floor(random() * choices.length)] as string;
}

/** Mostly the first, which is right; otherwise any. */
function usually(random: Random, choices: Choices, share = 0.85): string {
  return random() < share ? (choices[0] as string) : pick(random, choices);
}

const METHODS = [
  "GET",
  "POST",
  "PUT",
  "HEAD",
  "OPTIONS",
  "DELETE",
  "PATCH",
  "M-SEARCH",
  "QUERY",
  "PRI",
  "get",
  "G@T",
  "CONNECT",
];
const TARGETS = [
  "/",
  "/a/b?c=d",
  "*",
  "http://h/x",
  "http://h:80",
  "https://h?x",
  "//x",
  "/\\",
  "/a#b",
  "/é",
  "/a b",
  "x",
  "http://",
  "http://u@h/",
  "/%00",
  '/[]{}|^`"<>',
];
const VERSIONS = [
  "HTTP/1.1",
  "HTTP/1.0",
  "HTTP/1.2",
  "HTTP/2.0",
  "HTTP/0.9",
  "http/1.1",
  "HTTP/1.1 ",
  "HTTP/11",
  "HTTP/1.10",
  "",
];
const ENDS = ["\r\n", "\n", "\r", "\r\r\n", "\n\r", ""];
const COLONS = [": ", ":", " : ", ":\t", ":\r\n ", ": \x0b", "", "=", ":\0"];
const NAMES = [
  "X-Own",
  "Accept",
  "cookie",
  "x_y",
  "X-\0",
  "X Y",
  "",
  "é",
  "X;Y",
  "\tX",
  " X",
  "Content-Type",
  "connection",
  "TE",
  "Trailer",
  "Upgrade",
];
const VALUES = [
  "a",
  "a b",
  "",
  "é\xff",
  "a\tb",
  " a ",
  "a\0b",
  "a\x7fb",
  "close",
  "keep-alive",
  "upgrade",
  "a\rb",
  "a\nb",
  "chunked",
  "5",
  "x\r\n y",
  "a\x01",
];
const FRAMES = [
  "",
  "Content-Length: 5",
  "Transfer-Encoding: chunked",
  "Content-Length: 0",
  "content-length: 5",
  "Content-Length: +5",
  "Content-Length: 5,5",
  "Content-Length: 5 ",
  "Content-Length: 05",
  "Content-Length: -5",
  "Content-Length: 5\r\nContent-Length: 5",
  "Content-Length: 18446744073709551616",
  "Content-Length: 0x5",
  "Content-Length:",
  "Content-Length: 5\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: chunked\r\nContent-Length: 5",
  "Transfer-Encoding: Chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: identity",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding:\tchunked",
  "Transfer-Encoding: \x0bchunked",
  "Transfer-Encoding: xchunked",
  "Transfer_Encoding: chunked",
  "TRANSFER-ENCODING: chunked",
  "Transfer-Encoding:\r\n chunked",
  "Content-Length: 5\x00",
  "Connection: close",
  "Connection: keep-alive, close",
  "Expect: 100-continue",
  "Connection: upgrade\r\nUpgrade: x",
  "Content-Length: 9007199254740993",
];
const HOSTS = ["Host: h", "", "Host: h\r\nHost: h", "host: a:1", "Host:", "Host : h", "HOST: h"];
const PLAIN_BODIES = ["hello", "", "hel", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "hello!!"];
const CHUNKED_BODIES = [
  "5\r\nhello\r\n0\r\n\r\n",
  "0\r\n\r\n",
  "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
  "5;a=b\r\nhello\r\n0\r\n\r\n",
  "5 \r\nhello\r\n0\r\n\r\n",
  "005\r\nhello\r\n000\r\n\r\n",
  "5\nhello\n0\n\n",
  "5\r\nhello0\r\n\r\n",
  "5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n",
  "0x5\r\nhello\r\n0\r\n\r\n",
  "-5\r\nhello\r\n0\r\n\r\n",
  "A\r\n0123456789\r\n0\r\n\r\n",
  "fffffffffffffffff\r\nx",
  "5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n",
  "5\r\nhello\r\n\r\n0\r\n\r\n",
  "5\r\nhello\r\n0\r\n\r",
  "+5\r\nhello\r\n0\r\n\r\n",
  "5\r\nhello\r\n0\r\nbad\r\n\r\n",
  "5\r\r\nhello\r\n0\r\n\r\n",
  "0;\r\n\r\n",
];
const STATUSES = [
  "200 OK",
  "204 No Content",
  "304 Not Modified",
  "404",
  "500 \xe9",
  "99 x",
  "1000 x",
  "abc",
  "200",
  "200  ",
  "200\tOK",
  "103 Early",
  "206 a\0b",
  "600 x",
  "20 OK",
];

export function makeRequest(random: Random): Buffer {
  const line = [
    usually(random, [pick(random, METHODS.slice(0, 9)), ...METHODS]),
    usually(random, TARGETS, 0.8),
    usually(random, VERSIONS, 0.9),
  ];
  return finish(random, line.join(usually(random, [" ", "  ", "\t", ""], 0.98)), usually(random, HOSTS, 0.96));
}

export function makeResponse(random: Random): Buffer {
  return finish(random, `${usually(random, VERSIONS, 0.9)} ${usually(random, STATUSES, 0.7)}`, "");
}

function finish(random: Random, first_line: string, host: string): Buffer {
  const frame = random() < 0.65 ? pick(random, FRAMES.slice(0, 3)) : pick(random, FRAMES);
  const lines = [
    first_line,
    ...shuffled(
      random,
      [host, frame, ...others(random)].filter((line) => line !== ""),
    ),
  ];
  const end = () => usually(random, ENDS, 0.99);
  const body = /chunked/i.test(frame)
    ? usually(random, [pick(random, CHUNKED_BODIES.slice(0, 3)), ...CHUNKED_BODIES], 0.7)
    : usually(random, PLAIN_BODIES, 0.6);
  const before = usually(random, ["", "\r\n", "\n", "\r\n\r\n", " "], 0.97);
  const text = `${before}${lines.map((line) => line + end()).join("")}${end()}${/content-length|chunked/i.test(frame) ? body : random() < 0.1 ? body : ""}`;
  return mutated(random, Buffer.from(text, "latin1"));
}

function others(random: Random): string[] {
  const count = Math.floor(random() * 4);
  return Array.from({ length: count }, () =>
    random() < 0.7
      ? `X-${pick(random, ["A", "b", "C"])}${usually(random, COLONS, 0.98)}${usually(random, VALUES, 0.85)}`
      : `${usually(random, NAMES, 0.6)}${usually(random, COLONS, 0.9)}${pick(random, VALUES)}`,
  );
}

function shuffled(random: Random, lines: string[]): string[] {
  if (lines.length > 1 && random() < 0.5) lines.push(lines.splice(Math.floor(random() * lines.length), 1)[0] as string);
  return lines;
}

const BYTES = [0, 9, 10, 11, 12, 13, 32, 34, 44, 47, 48, 53, 58, 59, 127, 128, 160, 255];

/** Most stay as they are; the others lose, gain, change or repeat a few bytes. */
function mutated(random: Random, bytes: Buffer): Buffer {
  let out = bytes;
  for (let rounds = random() < 0.7 ? 0 : 1 + Math.floor(random() * 3); rounds > 0; rounds--) {
    const at = Math.floor(random() * (out.length + 1));
    const byte = random() < 0.7 ? (BYTES[Math.floor(random() * BYTES.length)] as number) : Math.floor(random() * 256);
    const kind = random();
    const rest = kind < 0.35 ? at + 1 : kind < 0.7 ? at : Math.max(0, at - Math.floor(random() * 12));
    const between = kind < 0.15 ? Buffer.alloc(0) : Buffer.from([byte]);
    out = Buffer.concat([out.subarray(0, at), between, out.subarray(rest)]);
  }
  return out;
}
