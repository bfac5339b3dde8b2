// A pool of kept sockets of one workspace and origin. A wire has one user at a time, and goes back only when its user says that it
// is at rest; one on which anything happens while nobody uses it is closed. What travels is the users' business.
import { type Enrolled, LIMITS, Roster } from "@holdfast/base";
import { BareSocket } from "./bare-socket.ts";
import type { Dialing, DialQueue } from "./dial-queue.ts";
import { type Opening, openSocket, refusalOf, type SocketEvents } from "./open-socket.ts";
import { Redial } from "./redial.ts";
import { type Target, targetOf } from "./target.ts";
import type { WireSocket } from "./wire-socket.ts";

export type WireUser = {
  /** `fresh`: opened for this user. */
  onWire(wire: Wire, fresh: boolean): void;
  /** There is no connection to be had. Nothing was sent. */
  onNoWire(error: Error): void;
  /** The first `count` of `bytes`, which may be overwritten after this call. */
  onBytes(bytes: Buffer, count: number): void;
  onDrain(): void;
  /** The wire is gone. Without an error the other side ended in order. Never after `give` or `drop`. */
  onClosed(error: Error | undefined): void;
};

export type WirePool = {
  /** A kept wire comes before this returns, a new one later. */
  take(user: WireUser): void;
  /** Gives up waiting for a wire. */
  leave(user: WireUser): void;
  /** A wire at rest: nothing was left unread, nothing unwritten. Kept for at most `keep_ms`. */
  give(wire: Wire, keep_ms: number): void;
  /** Ends a wire at once. */
  drop(wire: Wire): void;
  /**
   * Ends a wire whose user does not wait for the answer any more. Where the connection has no stream it is reset: an ended one would
   * keep its port for a minute (TIME_WAIT, RFC 9293, 3.6.1), each of all calls to an upstream that never answers.
   */
  abort(wire: Wire): void;
};

type WiresOpening = Opening & { dials: DialQueue };

/** How often idle wires are looked at. */
export const SWEEP_MS = 1000;

export class Wire implements SocketEvents, Enrolled {
  roster_at = -1;
  readonly socket: WireSocket;
  user: WireUser | undefined;
  open = false;
  idle_ms = 0;
  keep_ms = 0;
  /** What one user leaves here for the next. */
  kept: unknown = undefined;
  /** Its address is none of its name's any more. */
  stale = false;
  readonly #pool: Wires;

  constructor(pool: Wires, user: WireUser) {
    this.#pool = pool;
    this.user = user;
    this.socket = openSocket(pool.target, this, pool.opening);
  }

  onOpen(): void {
    this.open = true;
    this.#pool.redial.succeeded();
    this.user?.onWire(this, true);
  }

  onBytes(bytes: Buffer, count: number): void {
    // Bytes that nobody asked for must not become somebody's answer.
    if (this.user) this.user.onBytes(bytes, count);
    else this.#pool.drop(this);
  }

  onDrain(): void {
    this.user?.onDrain();
  }

  onClosed(error: Error | undefined): void {
    const { user } = this;
    this.user = undefined;
    this.#pool.forget(this);
    if (!user) return;
    if (this.open) user.onClosed(error);
    else {
      const because = error ?? new Error("the connection ended while it was opened");
      this.#pool.redial.failed(because);
      user.onNoWire(because);
    }
  }
}

export class Wires implements WirePool, Dialing {
  readonly target: Target;
  readonly opening: WiresOpening;
  readonly #all = new Roster<Wire>();
  readonly #idle: Wire[] = [];
  readonly #waiting: WireUser[] = [];
  readonly #refused: Error | undefined;
  readonly redial: Redial;
  #keeps = true;
  /** Addresses of the origin's name: with several, wires take turns. */
  #addresses = 1;

  constructor(origin: URL, opening: WiresOpening) {
    this.target = targetOf(origin);
    this.opening = opening;
    this.redial = new Redial(opening.clock);
    this.#refused = refusalOf(this.target, opening.check);
  }

  take(user: WireUser): void {
    const kept = this.#takeKept();
    if (kept) {
      kept.user = user;
      user.onWire(kept, false);
      return;
    }
    this.#waiting.push(user);
    this.opening.dials.add(this);
  }

  dial(): void {
    if (this.#all.size >= LIMITS.upstream_connections_max) return;
    const user = this.#waiting.shift();
    if (!user) return;
    const vain = this.#refused ?? this.redial.vain;
    if (vain) user.onNoWire(vain);
    else this.#all.add(new Wire(this, user));
  }

  #takeKept(): Wire | undefined {
    for (;;) {
      // The one used last is the least likely to be closed by the other side just now.
      const kept = this.#addresses > 1 ? this.#nextInTurn() : this.#idle.pop();
      // One that has just ended, and has not told so yet, is nobody's.
      if (!kept?.socket.destroyed) return kept;
    }
  }

  /** Each address gets a wire before one has two; then the one that rested longest. */
  #nextInTurn(): Wire | undefined {
    return this.#all.size < this.#addresses ? undefined : this.#idle.shift();
  }

  leave(user: WireUser): void {
    const at = this.#waiting.indexOf(user);
    if (at >= 0) this.#waiting.splice(at, 1);
    for (const wire of this.#all.which(({ user: its }) => its === user)) this.drop(wire);
  }

  give(wire: Wire, keep_ms: number): void {
    const keeps = this.#keeps && keep_ms > 0 && !wire.stale;
    const next = keeps ? this.#waiting.shift() : undefined;
    wire.user = next;
    if (next) next.onWire(wire, false);
    else if (keeps) {
      wire.idle_ms = 0;
      wire.keep_ms = keep_ms;
      this.#idle.push(wire);
    } else this.drop(wire);
  }

  drop(wire: Wire): void {
    wire.user = undefined;
    wire.socket.destroy();
    this.forget(wire);
  }

  abort(wire: Wire): void {
    const { socket } = wire;
    if (socket instanceof BareSocket) socket.reset();
    this.drop(wire);
  }

  /** A wire that is gone makes room. */
  forget(wire: Wire): void {
    if (!this.#all.delete(wire)) return;
    const at = this.#idle.indexOf(wire);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#waiting.length > 0) this.opening.dials.add(this);
  }

  sweep(passed_ms: number): void {
    for (const wire of [...this.#idle]) {
      wire.idle_ms += passed_ms;
      if (wire.idle_ms >= wire.keep_ms) this.drop(wire);
    }
  }

  /** Wires open or being opened. */
  get size(): number {
    return this.#all.size;
  }

  /** Whether the host is a name; an address never changes. */
  get by_name(): boolean {
    return this.target.family === 0;
  }

  /** What the origin's name stands for now: wires to anything else end when they are at rest. */
  follow(addresses: readonly string[]): void {
    this.#addresses = addresses.length;
    this.redial.several = addresses.length > 1;
    for (const wire of this.#all.all()) {
      const { remoteAddress } = wire.socket;
      if (wire.open && remoteAddress !== undefined && !addresses.includes(remoteAddress)) wire.stale = true;
    }
    for (const wire of [...this.#idle]) if (wire.stale) this.drop(wire);
  }

  /** Closes what is idle, and everything else when it is given back. */
  close(): void {
    this.#keeps = false;
    for (const wire of [...this.#idle]) this.drop(wire);
  }

  /** Users hear that their wires are closed. */
  destroy(): void {
    this.close();
    this.#waiting.length = 0;
    for (const wire of this.#all.all()) wire.socket.destroy();
  }
}
