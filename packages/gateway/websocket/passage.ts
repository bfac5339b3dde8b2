// An open WebSocket: frames pass both ways, each at the pace of the slower side and within the route's limits. Ends when either side
// ends, breaks the protocol or is silent for too long; both ends are told why in a close frame where one fits in.
import type { Call } from "../pipeline/call.ts";
import type { Outcome } from "../pipeline/outcome.ts";
import type { Tunnel, TunnelEvents } from "../transport/tunnel.ts";
import { closeFrame, type FrameLimits, FrameWatch, GOING_AWAY } from "./frames.ts";

/** Section 7.4.1: the server met something that it did not expect. */
const SERVER_ERROR = 1011;

type Side = { tunnel: Tunnel; watch: FrameWatch; blocked: boolean };

export class Passage {
  readonly #call: Call;
  readonly #limits: FrameLimits;
  #client: Side | undefined;
  #upstream: Side | undefined;
  #over = false;

  constructor(call: Call, limits: FrameLimits) {
    this.#call = call;
    this.#limits = limits;
  }

  readonly clientEvents: TunnelEvents = {
    onBytes: (bytes) => this.#pass("client", bytes),
    onDrain: () => this.#drained("client"),
    onEnded: () => this.#ended("client"),
  };

  readonly upstreamEvents: TunnelEvents = {
    onBytes: (bytes) => this.#pass("upstream", bytes),
    onDrain: () => this.#drained("upstream"),
    onEnded: () => this.#ended("upstream"),
  };

  open(client: Tunnel, upstream: Tunnel): void {
    this.#client = { tunnel: client, watch: new FrameWatch("client", this.#limits), blocked: false };
    this.#upstream = { tunnel: upstream, watch: new FrameWatch("server", this.#limits), blocked: false };
  }

  /** The gateway stops, or nobody has said anything for `limit_ms`. */
  goAway(reason: string): void {
    this.#call.reason ??= reason;
    this.#close(GOING_AWAY, GOING_AWAY, "ok");
  }

  #pass(from: "client" | "upstream", bytes: Uint8Array): void {
    const [side, other] = from === "client" ? [this.#client, this.#upstream] : [this.#upstream, this.#client];
    if (!side || !other || this.#over) return;
    const call = this.#call;
    call.quiet_ms = 0;
    if (from === "client") call.request_bytes += bytes.length;
    else call.response_bytes += bytes.length;
    const passing = side.watch.push(bytes);
    if (passing.length > 0 && !other.tunnel.write(passing)) {
      other.blocked = true;
      side.tunnel.pause();
    }
    const { trouble } = side.watch;
    if (!trouble) return;
    call.reason ??= trouble.detail;
    if (from === "client")
      this.#close(trouble.code, GOING_AWAY, trouble.code === 1009 ? "body_too_large" : "malformed_request");
    else this.#close(SERVER_ERROR, trouble.code, "upstream_invalid");
  }

  #drained(of: "client" | "upstream"): void {
    const [side, other] = of === "client" ? [this.#client, this.#upstream] : [this.#upstream, this.#client];
    if (!side?.blocked) return;
    side.blocked = false;
    this.#call.quiet_ms = 0;
    other?.tunnel.resume();
  }

  /** A side that ends without a close frame has broken off (section 7.1.5). */
  #ended(of: "client" | "upstream"): void {
    if (this.#over) return;
    const in_order = (this.#client?.watch.closed || this.#upstream?.watch.closed) ?? false;
    this.#finish(in_order ? "ok" : of === "client" ? "client_gone" : "upstream_body_cut");
  }

  /** Codes for the client and for the upstream. */
  #close(to_client: number, to_upstream: number, outcome: Outcome): void {
    const { blocked_by_client } = this.#call;
    // Into the middle of a frame no other can be put: then the end of the connection has to say it.
    if (this.#upstream?.watch.between_frames && !blocked_by_client)
      this.#client?.tunnel.write(closeFrame(to_client, "client"));
    if (this.#client?.watch.between_frames || this.#client?.watch.trouble)
      this.#upstream?.tunnel.write(closeFrame(to_upstream, "server"));
    this.#finish(outcome);
  }

  #finish(outcome: Outcome): void {
    this.#over = true;
    this.#call.outcome ??= outcome;
    this.#upstream?.tunnel.end();
    this.#client?.tunnel.end();
    this.#call.enter("end", END_MS);
  }
}

/** A client that does not close its side after this long is cut. */
const END_MS = 5_000;
