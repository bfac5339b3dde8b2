// Clients who talk: WebSockets with some messages each, chats with a model, and people who write what they think.
import { once } from "node:events";
import { WebSocket } from "ws";
import { Line, unlessStatus } from "./asking.ts";
import type { Seen } from "./calls.ts";
import type { Kind } from "./kind.ts";
import { CONSUMERS, keyOf, SITE_ORIGIN } from "./settings.ts";

const MESSAGES = 5;
/** The intake takes 30 a minute of one address. */
const WRITERS = 6;

export function chats(port: number, lines: Line[]): Kind[] {
  const line = new Line(port, 30);
  lines.push(line);
  const common = { place: "models.assistant", at_once_max: 40 };
  return [
    { ...common, name: "chats", per_second: 10, run: (turn) => chat(line, turn, false) },
    { ...common, name: "chats that stream", per_second: 5, run: (turn) => chat(line, turn, true) },
  ];
}

async function chat(line: Line, turn: number, stream: boolean): Promise<string | undefined> {
  const messages = [{ role: "user", content: `Where is order ${turn}?` }];
  const headers = { "content-type": "application/json", authorization: `Bearer ${keyOf(turn % CONSUMERS)}` };
  const body = JSON.stringify({ model: "assistant", messages, stream });
  const answer = await line.ask({ method: "POST", path: "/v1/chat/completions", headers, body });
  const end = stream ? "data: [DONE]" : "}";
  return unlessStatus(200, answer) ?? (answer.body.toString().trimEnd().endsWith(end) ? undefined : "not whole");
}

export function webSockets(port: number): Kind {
  return {
    name: "WebSockets",
    per_second: 5,
    at_once_max: 40,
    place: "routes.live",
    async run(turn) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/live`);
      await once(socket, "open");
      for (let count = 0; count < MESSAGES; count++) {
        const words = `${turn} ${count} ${"x".repeat(count * 1000)}`;
        socket.send(words);
        const [echo] = await once(socket, "message");
        if (String(echo) !== words) return "another echo";
      }
      socket.close(1000);
      const [code] = await once(socket, "close");
      return code === 1000 ? undefined : `closed with ${code}`;
    },
  };
}

/** On the public site, about the newest call that somebody made. */
export function voices(port: number, lines: Line[], seen: Seen): Kind {
  const line = new Line(port, 10);
  lines.push(line);
  return {
    name: "feedback",
    per_second: 1,
    at_once_max: 10,
    place: undefined,
    async run(turn) {
      const headers = { "content-type": "application/json", origin: SITE_ORIGIN };
      const references = seen.reference === undefined ? [] : [seen.reference];
      const body = JSON.stringify({ site: "shop", message: `Number ${turn} did not arrive.`, references });
      const localAddress = `127.0.0.${10 + (turn % WRITERS)}`;
      const answer = await line.ask({ method: "POST", path: "/api/feedback", headers, body, localAddress });
      return unlessStatus(201, answer);
    },
  };
}
