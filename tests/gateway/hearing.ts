// A client that hears pieces as they come, and tells when: for tests of what passes before an answer is whole.
import { connect, type Socket } from "node:net";
import { closeLater } from "./world.ts";

export type Hearing = {
  socket: Socket;
  /** Everything heard so far, one byte a character. */
  heard(): string;
  /** Resolves in the moment in which `text` was heard. */
  until(text: string): Promise<void>;
};

export function hear(port: number, request: string): Hearing {
  const socket = connect(port, "127.0.0.1");
  const waiting = new Set<() => void>();
  let heard = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    heard += chunk.toString("latin1");
    for (const look of waiting) look();
  });
  socket.write(request);
  closeLater(async () => void socket.destroy());
  return {
    socket,
    heard: () => heard,
    until: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!heard.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

/** What a test waits for from the other side: `tell` it once, with a value. */
export function promised<Value = void>(): { told: Promise<Value>; tell: (value: Value) => void } {
  let tell: (value: Value) => void = () => undefined;
  const told = new Promise<Value>((resolve) => {
    tell = resolve;
  });
  return { told, tell };
}
