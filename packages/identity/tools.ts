// What the parts of identity work with.
import type { Clock, IdSource, RandomBytes, Transact } from "@holdfast/base";
import type { DirectoryPorts, IdentityPorts } from "./ports.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import type { Trail } from "./trail.ts";

export type Directory = <T>(work: (ports: DirectoryPorts) => Promise<T>) => Promise<T>;

export type Tools = {
  directory: Directory;
  transact: Transact<IdentityPorts>;
  clock: Clock;
  ids: IdSource;
  random: RandomBytes;
  sign_in: SignIn;
  trail: Trail;
  base_url: string;
};

/** An address is the same in capitals. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

const LINK_SECRET_BYTES = 32;

/** 256 random bits for a one-time link, base64url. */
export function drawLinkToken(random: RandomBytes): string {
  const bytes = new Uint8Array(LINK_SECRET_BYTES);
  random(bytes);
  return Buffer.from(bytes).toString("base64url");
}
