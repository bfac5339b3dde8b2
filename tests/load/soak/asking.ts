// One HTTP call of a client of the soak over kept connections, and what its answer is held against.
import { once } from "node:events";
import { Agent, type ClientRequest, type IncomingMessage, type RequestOptions, request } from "node:http";

export type Answer = { status: number; headers: IncomingMessage["headers"]; body: Buffer };
export type Asked = Omit<RequestOptions, "agent" | "port" | "host"> & { body?: string | Buffer };

/** Connections that one kind of client keeps. Those that nobody uses are closed long before the gateway would. */
export class Line {
  readonly #agent: Agent;
  readonly #port: number;

  constructor(port: number, connections_max: number) {
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections_max, timeout: IDLE_MS });
  }

  /** Sent up to the end of its head; whoever calls this sends the body. */
  open(asked: Asked): ClientRequest {
    const sent = request({ ...asked, agent: this.#agent, port: this.#port, host: "127.0.0.1" });
    // Whoever waits hears of it; an error behind the answer's head is told by the answer as well.
    return sent.on("error", () => undefined);
  }

  /** Rejects when the connection ends before the whole answer is there. */
  async ask({ body, ...asked }: Asked): Promise<Answer> {
    const sent = this.open(asked);
    sent.end(body);
    return wholeAnswer(sent);
  }

  close(): void {
    this.#agent.destroy();
  }
}

const IDLE_MS = 30_000;

export async function wholeAnswer(sent: ClientRequest): Promise<Answer> {
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const body = Buffer.concat(await response.toArray());
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** Undefined when it is as it should be. */
export function unlessStatus(expected: number, answer: Answer): string | undefined {
  return answer.status === expected ? undefined : `status ${answer.status}${codeOf(answer)} in place of ${expected}`;
}

/** The code of a problem document, or of an error in the form of a model's dialect. */
function codeOf({ headers, body }: Answer): string {
  if (!headers["content-type"]?.includes("json")) return "";
  const { code, error } = JSON.parse(body.toString()) as { code?: string; error?: { code?: string } };
  return ` ${code ?? error?.code ?? ""}`;
}
