// Upstream requests by undici's `dispatch`, its lowest layer: no streams, no promises on the way of an answer.
import { Readable } from "node:stream";
import { RESET_CODE } from "@holdfast/net";
import type { Dispatcher } from "undici";
import { flatLines } from "./header-lines.ts";
import type { UpstreamEvents, UpstreamExchange, UpstreamFailure, UpstreamOrigin, UpstreamRequest } from "./upstream.ts";

const origins = new WeakMap<Dispatcher, UpstreamOrigin>();

/** The origin behind a pool; the same one for the same pool, however many plans name it. */
export function undiciOrigin(dispatcher: Dispatcher, name: string): UpstreamOrigin {
  const known = origins.get(dispatcher);
  if (known) return known;
  const origin = openOrigin(dispatcher, name);
  origins.set(dispatcher, origin);
  return origin;
}

function openOrigin(dispatcher: Dispatcher, name: string): UpstreamOrigin {
  const latest = { fresh: false };
  // undici says "connect" and, in the same turn, writes the request that waited for it: that one sees `fresh`, no other does.
  dispatcher.on("connect", () => {
    latest.fresh = true;
    queueMicrotask(() => {
      latest.fresh = false;
    });
  });
  return {
    name,
    send(request, events) {
      const exchange = new UndiciExchange(request, events, latest);
      exchange.dispatch(dispatcher, request);
      return exchange;
    },
  };
}

class UndiciExchange implements UpstreamExchange, Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #answered = false;
  #cancelled = false;
  readonly #events: UpstreamEvents;
  readonly #latest: { fresh: boolean };
  readonly #upload: Upload | undefined;

  constructor(request: UpstreamRequest, events: UpstreamEvents, latest: { fresh: boolean }) {
    this.#events = events;
    this.#latest = latest;
    this.#upload = request.body === "streamed" ? new Upload(events) : undefined;
  }

  dispatch(dispatcher: Dispatcher, { method, path, headers, lines = "", body, host }: UpstreamRequest): void {
    const all = [...headers, ...flatLines(lines)];
    dispatcher.dispatch(
      {
        method,
        path,
        headers: host === undefined ? all : [...all, "host", host],
        body: body === "streamed" ? this.#upload : body,
      } as Dispatcher.DispatchOptions,
      this,
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#cancelled) {
      controller.abort(new Cancelled());
      return;
    }
    const fresh = this.#latest.fresh;
    this.#latest.fresh = false;
    this.#events.onConnected(fresh);
  }

  onRequestSent(): void {
    if (!this.#cancelled) this.#events.onSent();
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // Interim answers (1xx) say nothing that a client of ours waits for.
    if (status < 200 || this.#cancelled) return;
    this.#answered = true;
    this.#events.onHead(status, flatten(headers));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#cancelled) this.#events.onData(chunk);
  }

  onResponseEnd(): void {
    if (!this.#cancelled) this.#events.onEnd();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#events.onFailed(failureOf(error, this.#controller !== undefined, this.#answered));
  }

  write(chunk: Uint8Array): boolean {
    return this.#upload?.push(Buffer.from(chunk)) ?? true;
  }

  finish(): void {
    this.#upload?.push(null);
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    this.#controller?.abort(new Cancelled());
  }
}

class Cancelled extends Error {}

/** The one stream that undici insists on: a request's body, pulled by it and filled by the pipeline. */
class Upload extends Readable {
  readonly #events: UpstreamEvents;

  constructor(events: UpstreamEvents) {
    super();
    this.#events = events;
  }

  override _read(): void {
    this.#events.onUploadWanted();
  }
}

function flatten(headers: Record<string, string | string[] | undefined>): string[] {
  const flat: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") flat.push(name, value);
    else if (value) for (const one of value) flat.push(name, one);
  }
  return flat;
}

function failureOf(error: Error & { code?: string }, connected: boolean, answered: boolean): UpstreamFailure {
  const detail = error.message || error.code || error.name;
  if (error.code === "UND_ERR_INVALID_ARG" || error.code === "UND_ERR_NOT_SUPPORTED")
    return { kind: "unsendable", detail };
  if (!connected) return { kind: "unreachable", detail };
  if (answered) return { kind: "cut", detail };
  return { kind: isClosing(error) ? "closed" : "invalid", detail };
}

/** undici has one code for an early end and for nonsense on the line; only the words tell them apart. */
function isClosing(error: Error & { code?: string }): boolean {
  if (error.code === "UND_ERR_SOCKET") return !error.message.startsWith("bad ");
  return error.code === RESET_CODE || error.code === "EPIPE" || error.code === "ETIMEDOUT";
}
