// Makes sure of the ports before anything is opened: a start that cannot succeed should change nothing.
import { type AddressInfo, createServer } from "node:net";

/** A reason to stop that the operator can act on; shown without a stack. */
export class CannotStart extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CannotStart";
  }
}

/** `shared`: somebody has it and keeps it; both listen. A probe would be given connections that it cannot serve. */
export type Wanted = { what: string; flag: string; host: string; port: number; shared?: boolean };

/** `free`: to be called just before somebody else listens there. */
export type Claim = { port: number; free(): Promise<void> };

/** The port, or a free one for 0, which is held until then. Rejects with CannotStart when it is taken or may not be used. */
export function claimPort({ what, flag, host, port, shared = false }: Wanted): Promise<Claim> {
  if (shared && port !== 0) return Promise.resolve({ port, free: async () => undefined });
  return new Promise((resolve, reject) => {
    const probe = createServer((socket) => void socket.destroy()).unref();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        new CannotStart(`${what} cannot listen on ${host}:${port}: ${reasonOf(error)}. Choose another with ${flag}.`),
      );
    });
    const free = (): Promise<void> => new Promise((freed) => void probe.close(() => freed()));
    // Exclusive: gateway workers share their port, and a second Holdfast must not join them unnoticed.
    probe.listen({ host, port, exclusive: true }, () => {
      const claimed = (probe.address() as AddressInfo).port;
      // A number that the operator chose is nobody else's; one that is only free would be given to the next who asks for any.
      if (port === 0) resolve({ port: claimed, free });
      else void free().then(() => resolve({ port: claimed, free: async () => undefined }));
    });
  });
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === "EADDRINUSE") return "the port is in use";
  if (error.code === "EACCES") return "this user may not use the port";
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") return "this machine does not have that address";
  return error.message;
}
