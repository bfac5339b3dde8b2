// A connection after it has left HTTP (101, RFC 9110 section 7.8): bytes both ways, each at the pace of the slower side.

export type TunnelEvents = {
  onBytes(bytes: Uint8Array): void;
  onDrain(): void;
  /** This side has ended, in order or not. Nothing comes after it. */
  onEnded(): void;
};

export type Tunnel = {
  /** False: wait for `onDrain`. */
  write(bytes: Uint8Array): boolean;
  pause(): void;
  resume(): void;
  /** What was written still goes out. */
  end(): void;
  destroy(): void;
};
