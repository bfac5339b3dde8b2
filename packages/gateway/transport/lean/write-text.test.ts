import { once } from "node:events";
import { type AddressInfo, connect, createServer, Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { systemClock } from "@holdfast/base";
import { createConnections, type Wire, type WireSocket } from "@holdfast/net";
import { expect, onTestFinished, test } from "vitest";
import { writePieces } from "./pieces.ts";
import { flushTexts, isWritten, writeText } from "./write-text.ts";

/** Two ends of a connection; `passed` counts the writes that went through the stream of `near`. */
async function pair(): Promise<{ near: Socket; far: Socket; passed: () => number }> {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const near = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [[far]] = (await Promise.all([once(server, "connection"), once(near, "connect")])) as [[Socket], unknown];
  let passed = 0;
  const { write } = near;
  near.write = ((...args: Parameters<typeof write>) => {
    passed++;
    return write.apply(near, args);
  }) as typeof write;
  onTestFinished(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return { near, far, passed: () => passed };
}

/** The same of a wire, which has no stream yet. */
async function wirePair(): Promise<{ near: WireSocket; far: Socket }> {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const connections = createConnections({ clock: systemClock });
  const { port } = server.address() as AddressInfo;
  const wires = connections.wires("acme", `http://127.0.0.1:${port}`, { connect_ms: 60_000 });
  const opened = new Promise<Wire>((onWire, onNoWire) => {
    wires.take({ onWire, onNoWire, onBytes: () => {}, onDrain: () => {}, onClosed: () => {} });
  });
  const [[far], { socket: near }] = await Promise.all([once(server, "connection") as Promise<[Socket]>, opened]);
  onTestFinished(() => {
    far.destroy();
    server.close();
    return connections.close();
  });
  return { near, far };
}

const pairs = [
  ["a socket", pair],
  ["a wire", wirePair],
] as const;

async function heard(far: Socket): Promise<string> {
  let text = "";
  far.on("data", (bytes) => {
    text += bytes.toString("latin1");
  });
  far.resume();
  await once(far, "end");
  return text;
}

test("texts leave when the turn of the event loop ends, past the stream", async () => {
  const { near, far, passed } = await pair();
  expect(writeText(near, "one ")).toBe(true);
  expect(writeText(near, "two\xff")).toBe(true);
  expect(near.bytesWritten).toBe(0);
  await turn();
  await turn();
  expect(near.bytesWritten).toBe(8);
  expect(passed()).toBe(0);
  near.end();
  expect(await heard(far)).toBe("one two\xff");
});

test("no more waits for the end of the turn than the system takes at once", async () => {
  const { near, far, passed } = await pair();
  const piece = "0123456789".repeat(600);
  for (let index = 0; index < 4; index++) writeText(near, piece);
  expect(near.bytesWritten).toBe(12_000);
  flushTexts();
  expect(near.bytesWritten).toBe(24_000);
  expect(passed()).toBe(0);
  near.end();
  expect(await heard(far)).toBe(piece.repeat(4));
});

test("a peer that reads nothing is heard within the turn", async () => {
  const { near } = await pair();
  let written = 0;
  while (written < 64 * 1024 * 1024 && writeText(near, "0123456789".repeat(600))) written += 6_000;
  expect(written).toBeLessThan(64 * 1024 * 1024);
});

test("many sockets do not wait for the end of the turn", async () => {
  const pairs = await Promise.all(Array.from({ length: 65 }, pair));
  for (const { near } of pairs) writeText(near, "x");
  expect(pairs.map(({ near }) => near.bytesWritten)).toEqual([...Array(64).fill(1), 0]);
});

test("other uses of the socket come after what was said before", async () => {
  const { near, far } = await pair();
  writeText(near, "first ");
  writePieces(near, { before: "second ", chunk: Buffer.from("third "), after: "fourth " });
  writeText(near, "fifth");
  flushTexts();
  near.end();
  expect(await heard(far)).toBe("first second third fourth fifth");
});

test.each(pairs)("what a slow peer does not take of %s waits, in order, and says so", async (_, paired) => {
  const { near, far } = await paired();
  const piece = "0123456789".repeat(1600);
  let said = "";
  for (let index = 0; index < 2000 && isWritten(near); index++) {
    writeText(near, piece);
    flushTexts();
    said += piece;
  }
  expect(isWritten(near)).toBe(false);
  for (let open = true; open; said += piece) open = writeText(near, piece);
  near.destroySoon();
  expect(await heard(far)).toBe(said);
});

test.each(pairs)("a peer that is gone closes %s", async (_, paired) => {
  const { near, far } = await paired();
  if (near instanceof Socket) near.on("error", () => undefined);
  far.resetAndDestroy();
  while (!near.destroyed) {
    writeText(near, "anybody there? ");
    await turn();
  }
});

test("large pieces leave past the stream, with the text around them, and may be overwritten afterwards", async () => {
  const { near, far, passed } = await pair();
  const chunk = Buffer.alloc(20_000, "a");
  expect(writePieces(near, { before: "before ", chunk, after: " after " })).toBe(true);
  chunk.fill("b");
  expect(writePieces(near, { before: "", chunk, after: "" })).toBe(true);
  chunk.fill("c");
  expect(passed()).toBe(0);
  near.end();
  expect(await heard(far)).toBe(`before ${"a".repeat(20_000)} after ${"b".repeat(20_000)}`);
});

test.each(pairs)(
  "what the system does not take of %s at once is nobody else's memory, and what comes behind it waits its turn",
  async (_, paired) => {
    const [slow, quick] = [await paired(), await paired()];
    const letters = "abcdefghijklmnopqrstuvwxyz";
    const pieces = 200;
    const chunk = Buffer.alloc(60_000);
    let stopped = false;
    for (let index = 0; index < pieces; index++) {
      chunk.fill(letters.charCodeAt(index % 26));
      stopped = !writePieces(slow.near, { before: "", chunk, after: "" }) || stopped;
      chunk.fill("-");
      if (index % 20 === 0) writePieces(quick.near, { before: "", chunk, after: "" });
    }
    expect(stopped).toBe(true);
    slow.near.destroySoon();
    quick.near.destroySoon();
    const [text, other] = await Promise.all([heard(slow.far), heard(quick.far)]);
    expect(text).toBe(Array.from({ length: pieces }, (_, index) => letters.charAt(index % 26).repeat(60_000)).join(""));
    expect(other).toBe("-".repeat(600_000));
  },
);
