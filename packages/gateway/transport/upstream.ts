// The port on the upstreams' side: one request sent, its answer as events. undici-upstream.ts implements it, and
// lean/upstream.ts on a codec of our own; nothing of either may show here.

import type { HeaderLines } from "./header-lines.ts";
import type { HeadNotes } from "./listener.ts";
import type { Tunnel, TunnelEvents } from "./tunnel.ts";

export type UpstreamRequest = {
  method: string;
  /** Path and query. */
  path: string;
  /** Names and values in turn; no framing headers except a `content-length` that is true. */
  headers: readonly string[];
  /** Further headers. */
  lines?: HeaderLines;
  /** "streamed": pieces follow through `write` and `finish`, asked for by `onUploadWanted`. */
  body: Uint8Array | "streamed" | undefined;
  /** Asks for another protocol; headers name its details. A 101 then comes as `onUpgraded`. */
  upgrade?: "websocket" | undefined;
  /** In place of the upstream's own name in the Host header or `:authority`. */
  host?: string | undefined;
};

export type UpstreamFailure = {
  /**
   * unreachable: nothing was sent. closed: the connection ended before an answer began. invalid: the answer is not HTTP.
   * unsendable: our request is not valid HTTP. cut: the answer began and did not end.
   */
  kind: "unreachable" | "closed" | "invalid" | "unsendable" | "cut";
  detail: string;
};

export type UpstreamEvents = {
  /** A connection is there and the head is being written. `fresh`: it was opened for this request. */
  onConnected(fresh: boolean): void;
  /** More of the request's body can be taken. */
  onUploadWanted(): void;
  /** The request's last byte was handed to the system. */
  onSent(): void;
  /** Before the final answer (RFC 9110 section 15.2); never 100 and 101. */
  onInterim?(status: number, headers: readonly string[]): void;
  /** The other protocol is spoken from here on. No other event follows; those of the tunnel go to what is given back. */
  onUpgraded?(headers: readonly string[], tunnel: Tunnel): TunnelEvents;
  /** Final answers only. Names in lower case; values and repetitions as they came. `notes`: of this status and these headers. */
  onHead(status: number, headers: readonly string[], notes?: HeadNotes): void;
  /** `chunk` may be overwritten after this call: whoever keeps it copies it. */
  onData(chunk: Uint8Array): void;
  /** Headers behind the body, before `onEnd`. Names in lower case. */
  onTrailers?(flat: string[]): void;
  onEnd(): void;
  /** The last event when there is no `onEnd`. Never after `cancel`. */
  onFailed(failure: UpstreamFailure): void;
};

export type UpstreamExchange = {
  /** A piece of the request's body, which may be overwritten afterwards. False: wait for the next `onUploadWanted`. */
  write(chunk: Uint8Array): boolean;
  /** Headers behind the body, before `finish`. Left out where the upstream's protocol has no room for them. */
  writeTrailers?(flat: readonly string[]): void;
  finish(): void;
  pause(): void;
  resume(): void;
  /** Ends the request and its connection; no event follows. silent: the upstream is to blame, a deadline of ours passed. */
  cancel(because?: "silent"): void;
};

/** One address of one tenant. */
export type UpstreamOrigin = {
  /** host:port, for records. */
  readonly name: string;
  /** Events may come before this returns. */
  send(request: UpstreamRequest, events: UpstreamEvents): UpstreamExchange;
};
