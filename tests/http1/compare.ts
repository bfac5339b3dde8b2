// The property: whatever we accept, Node accepts and reads the same; how the bytes were cut into pieces, and what came before them on
// the same connection, changes nothing; and what we write of it is read as the same message again.
import {
  CHUNKED,
  chunkLine,
  DATA,
  END,
  HEAD,
  headerLines,
  INTERIM,
  lastChunk,
  MORE,
  REFUSED,
  RequestReader,
  ResponseReader,
  requestLine,
  statusLine,
  UNTIL_CLOSE,
} from "@holdfast/http1";
import { makeRequest, makeResponse, type Random, seeded } from "./messages.ts";
import { type Message, Oracle } from "./oracle.ts";

export type Counts = { made: number; accepted: number; refused: number; incomplete: number };

const LIMITS = { head_bytes_max: 64 * 1024 };
type Kind = "request" | "response";
const oracles = { request: new Oracle("request"), response: new Oracle("response") };

/** @throws Error that shows the bytes of the first message of which we and Node differ. */
export function fuzz(seed: number, count: number): Counts {
  const random = seeded(seed);
  const counts: Counts = { made: 0, accepted: 0, refused: 0, incomplete: 0 };
  for (; counts.made < count; counts.made++) {
    const kind = random() < 0.6 ? "request" : "response";
    const bytes = kind === "request" ? makeRequest(random) : makeResponse(random);
    tally(counts, check(kind, bytes, random));
  }
  return counts;
}

function tally(counts: Counts, { messages, refused }: Read): void {
  if (refused) counts.refused++;
  else if (messages.length > 0 && messages.every(({ complete }) => complete)) counts.accepted++;
  else counts.incomplete++;
}

/** One message, or whatever the bytes are. */
export function check(kind: Kind, bytes: Buffer, random: Random): Read {
  const ours = readOurs(kind, [Buffer.from(bytes)]);
  const node = oracles[kind].read(bytes).filter(isFinal);
  const trouble = difference(ours.messages, node);
  if (trouble) throw new Error(`${trouble}: ${JSON.stringify(bytes.toString("latin1"))}`);
  if (readsOtherwise(ours, kind, cut(bytes, random)))
    throw new Error(`read otherwise in pieces: ${JSON.stringify(bytes.toString("latin1"))}`);
  if (ours.open) checkBehind(kind, ours, bytes, random);
  for (const message of ours.messages) if (message.complete) checkWritten(kind, message);
  return ours;
}

/** The same again, and nearly the same, is read behind it as it is read alone: the third is the first that may be known. */
function checkBehind(kind: Kind, before: Read, bytes: Buffer, random: Random): void {
  const other = Buffer.from(bytes);
  other[Math.floor(random() * other.length)] = Math.floor(random() * 256);
  for (const next of [bytes, other]) {
    const alone = readOurs(kind, [Buffer.from(next)]);
    const behind = readOurs(kind, [Buffer.from(bytes), Buffer.from(bytes), Buffer.from(next)]);
    const expected = [...before.messages, ...before.messages, ...alone.messages];
    if (behind.refused !== alone.refused || JSON.stringify(behind.messages) !== JSON.stringify(expected)) {
      const [first, second] = [bytes, next].map((each) => JSON.stringify(each.toString("latin1")));
      throw new Error(`read otherwise behind ${first}: ${second}`);
    }
  }
}

/** In pieces, nonsense in a head may be refused later: when the head is whole. */
function readsOtherwise(ours: Read, kind: Kind, pieces: Buffer[]): boolean {
  const end = ours.refused ? [Buffer.from("\r\n\r\n")] : [];
  return JSON.stringify(readOurs(kind, [...pieces, ...end])) !== JSON.stringify(ours);
}

/** Interim answers are read over by us. */
function isFinal({ first }: Message): boolean {
  return !/^1\d\d$/.test(first);
}

/** `open`: all messages are complete, and another may follow. */
export type Read = { messages: Message[]; refused: boolean; open: boolean };

function readOurs(kind: Kind, pieces: Buffer[]): Read {
  const reader = kind === "request" ? new RequestReader(LIMITS) : new ResponseReader(LIMITS);
  if (reader instanceof ResponseReader) reader.expect("GET");
  const messages: Message[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    const last = drain(reader, messages);
    if (last === REFUSED) return { messages, refused: true, open: false };
    if (last === END) return { messages, refused: false, open: false };
    reader.keep();
    piece.fill(0x58);
  }
  const last = messages.at(-1);
  const foreign = reader instanceof RequestReader && last !== undefined && reader.head.upgrade;
  const open = last?.complete === true && reader.resting && !foreign;
  if (last && !last.complete && reader instanceof ResponseReader && reader.may_end) last.complete = true;
  return { messages, refused: false, open };
}

/** MORE, REFUSED, or END after the last message of a connection that closes. */
function drain(reader: RequestReader | ResponseReader, messages: Message[]): number {
  for (;;) {
    const event = reader.next();
    const message = messages.at(-1) as Message;
    if (event === MORE || event === REFUSED) return event;
    if (event === INTERIM) continue;
    if (event === HEAD) messages.push(messageOf(reader));
    else if (event === DATA) message.body += Buffer.from(reader.data).toString("latin1");
    else {
      message.complete = true;
      if (reader.head.close) return END;
    }
  }
}

function messageOf(reader: RequestReader | ResponseReader): Message {
  const { head } = reader;
  const first = "status" in head ? String(head.status) : `${head.method} ${head.target}`;
  const headers = head.headers.map((text, index) => (index % 2 ? text : text.toLowerCase()));
  return { first, http_1_0: "http_1_0" in head && head.http_1_0, headers, body: "", complete: false };
}

function difference(ours: Message[], node: Message[]): string | undefined {
  for (const [index, own] of ours.entries()) {
    const other = node[index];
    if (!other) return `Node does not accept message ${index}`;
    if (own.first !== other.first) return `first line ${own.first} is ${other.first} to Node`;
    if (own.headers.join("\n") !== other.headers.join("\n")) return `headers are ${other.headers.join("|")} to Node`;
    if (own.complete && !other.complete) return `message ${index} is not complete to Node`;
    if (own.complete ? own.body !== other.body : !other.body.startsWith(own.body))
      return `body is ${other.body} to Node`;
  }
  return undefined;
}

/** Written anew, framed by length and in chunks, it is the same message to both readers. */
function checkWritten(kind: Kind, message: Message): void {
  const [method = "", target = ""] = message.first.split(" ");
  const line = kind === "request" ? requestLine(method, target) : statusLine(Number(message.first));
  const kept = withoutFraming(message.headers);
  const no_body = /^(204|304)$/.test(message.first);
  for (const framing of no_body ? [UNTIL_CLOSE] : [CHUNKED, message.body.length]) {
    const bytes = Buffer.from(`${line}${headerLines(kept)}${framed(framing, message.body)}`, "latin1");
    const expected = { ...message, headers: kept };
    for (const read of [readOurs(kind, [Buffer.from(bytes)]).messages, oracles[kind].read(bytes)]) {
      const [again] = read;
      const found = again && { ...again, headers: withoutFraming(again.headers) };
      const trouble = found ? difference([expected], [found]) : "nothing is read";
      if (trouble || read.length !== 1)
        throw new Error(`written anew, ${trouble}: ${JSON.stringify(bytes.toString("latin1"))}`);
    }
  }
}

function framed(framing: number, body: string): string {
  if (framing === UNTIL_CLOSE) return "\r\n";
  if (framing === CHUNKED) {
    const chunk = body === "" ? "" : `${chunkLine(body.length)}${body}\r\n`;
    return `transfer-encoding: chunked\r\n\r\n${chunk}${lastChunk("")}`;
  }
  return `content-length: ${framing}\r\n\r\n${body}`;
}

const FRAMING = ["content-length", "transfer-encoding", "connection", "upgrade", "expect"];

function withoutFraming(flat: string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < flat.length; index += 2)
    if (!FRAMING.includes(flat[index] as string)) kept.push(flat[index] as string, flat[index + 1] as string);
  // HTTP/1.0 may come without a host, and is written as HTTP/1.1.
  return kept.includes("host") ? kept : ["host", "h", ...kept];
}

/** Copies: pieces are overwritten after they were read. */
function cut(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = [];
  const size = 1 + Math.floor(random() ** 2 * bytes.length);
  for (let at = 0; at < bytes.length; at += size) pieces.push(Buffer.from(bytes.subarray(at, at + size)));
  return pieces;
}
