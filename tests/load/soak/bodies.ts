// Clients with much to send or to read: whole bodies up and down, events for some seconds, and those who leave in the middle.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Asked, Line, unlessStatus, wholeAnswer } from "./asking.ts";
import type { Kind } from "./kind.ts";
import { DOWNLOAD_BYTES, EVENTS } from "./services.ts";

const UPLOAD = Buffer.alloc(2_000_000, "holdfast");
/** Of an upload whose client leaves. */
const FIRST_PART = UPLOAD.subarray(0, 256 * 1024);
/** Long enough that the gateway has read the head of who leaves then. */
const LEAVES_AFTER_MS = 300;

export function largeCalls(port: number, lines: Line[]): Kind[] {
  const line = new Line(port, 200);
  lines.push(line);
  const files = { place: "routes.files", at_once_max: 30 };
  const streams = { place: "routes.events", at_once_max: 60 };
  return [
    { ...files, name: "downloads", per_second: 3, run: () => download(line) },
    { ...files, name: "uploads", per_second: 3, run: () => upload(line) },
    { ...files, name: "left in the middle of an answer", per_second: 3, run: () => leaveAnswer(line, "/files/1") },
    { ...files, name: "left in the middle of an upload", per_second: 2, run: () => leaveUpload(line) },
    { ...streams, name: "events", per_second: 4, run: () => events(line) },
    { ...streams, name: "left in the middle of events", per_second: 1, run: () => leaveAnswer(line, "/events/1") },
  ];
}

async function download(line: Line): Promise<string | undefined> {
  const answer = await line.ask({ path: "/files/1" });
  const { length } = answer.body;
  return unlessStatus(200, answer) ?? (length === DOWNLOAD_BYTES ? undefined : `${length} bytes`);
}

const POST: Asked = { method: "POST", path: "/files/1", headers: { "content-length": UPLOAD.length } };

async function upload(line: Line): Promise<string | undefined> {
  const sent = line.open(POST);
  sent.end(UPLOAD);
  const answer = await wholeAnswer(sent);
  return unlessStatus(200, answer) ?? (String(answer.body) === String(UPLOAD.length) ? undefined : "another length");
}

async function events(line: Line): Promise<string | undefined> {
  const answer = await line.ask({ path: "/events/1" });
  const count = answer.body.toString().split("\n\n").length - 1;
  return unlessStatus(200, answer) ?? (count === EVENTS ? undefined : `${count} events`);
}

/** After the first piece, without a word. */
async function leaveAnswer(line: Line, path: string): Promise<string | undefined> {
  const sent = line.open({ path });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  await once(response, "data");
  response.on("error", () => undefined);
  response.destroy();
  return response.statusCode === 200 ? undefined : `status ${response.statusCode}`;
}

/** Nothing may be answered to half of a body. */
async function leaveUpload(line: Line): Promise<string | undefined> {
  const sent = line.open(POST);
  let reason: string | undefined;
  sent.on("response", ({ statusCode }) => (reason = `status ${statusCode}`));
  sent.write(FIRST_PART);
  await sleep(LEAVES_AFTER_MS);
  sent.destroy();
  return reason;
}
