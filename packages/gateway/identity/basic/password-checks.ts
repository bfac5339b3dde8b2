// Computes password hashes, in constant time where they are compared, and never so many at once that calls would starve.
import { argon2, createHash, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { LIMITS, type PasswordHash } from "@holdfast/base";

type SlowHash = Exclude<PasswordHash, { kind: "sha256" }>;
type FastHash = Extract<PasswordHash, { kind: "sha256" }>;

/** busy: too many wait already. */
export type PasswordChecks = { run(hash: SlowHash, password: string): Promise<boolean | "busy"> };

export function isSlow(hash: PasswordHash): hash is SlowHash {
  return hash.kind !== "sha256";
}

export function hashMatches({ hash }: FastHash, password: string): boolean {
  return timingSafeEqual(createHash("sha256").update(password).digest(), hash);
}

export function passwordChecks(): PasswordChecks {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async run(hash, password) {
      if (waiting.length >= LIMITS.password_checks_waiting_max) return "busy";
      if (running >= LIMITS.password_checks_max) await new Promise<void>((turn) => waiting.push(turn));
      else running++;
      try {
        return timingSafeEqual(await compute(hash, password), hash.hash);
      } finally {
        // The place goes to who waits longest.
        const next = waiting.shift();
        if (next) next();
        else running--;
      }
    },
  };
}

const scryptOf = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;
const argon2Of = promisify(argon2);

function compute(stored: SlowHash, password: string): Promise<Buffer> {
  const { salt, hash } = stored;
  if (stored.kind === "scrypt") {
    const { cost, block_size, parallelization } = stored;
    // Node counts a little more than the 128 · N · r bytes of RFC 7914.
    const maxmem = 256 * cost * block_size + 1024 * 1024;
    return scryptOf(password, salt, hash.length, { N: cost, r: block_size, p: parallelization, maxmem });
  }
  const { memory_kib, passes, parallelism } = stored;
  const cost = { memory: memory_kib, passes, parallelism };
  return argon2Of("argon2id", { message: password, nonce: salt, tagLength: hash.length, ...cost });
}
