// Reads stored password hashes; computing them is the reader's business. Two forms of the PHC string format
// (github.com/P-H-C/phc-string-format), and plain SHA-256 for passwords that nobody could guess anyway. Pure.
import { failed, ok, type Result } from "./result.ts";

export type PasswordHash =
  | { kind: "scrypt"; cost: number; block_size: number; parallelization: number; salt: Buffer; hash: Buffer }
  | { kind: "argon2id"; memory_kib: number; passes: number; parallelism: number; salt: Buffer; hash: Buffer }
  | { kind: "sha256"; hash: Buffer };

/** More would let one sign-in take the memory of a gateway: OWASP recommends 128 MiB for scrypt at most, 46 MiB for argon2id. */
const MEMORY_KIB_MAX = 256 * 1024;

const SCRYPT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/-]{11,86})\$([\w+/-]{22,172})$/;
const ARGON2ID = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([\w+/-]{11,86})\$([\w+/-]{22,172})$/;
const SHA256 = /^sha256:([0-9a-f]{64})$/i;

/** The error says what is wrong without a part of the hash. */
export function parsePasswordHash(text: string): Result<PasswordHash, string> {
  const [, sha256] = SHA256.exec(text) ?? [];
  if (sha256) return ok({ kind: "sha256", hash: Buffer.from(sha256, "hex") });
  const scrypt = SCRYPT.exec(text);
  if (scrypt) return scryptOf(scrypt.slice(1) as Parts);
  const argon2id = ARGON2ID.exec(text);
  if (argon2id) return argon2idOf(argon2id.slice(1) as Parts);
  return failed("is no password hash of a form that is known");
}

type Parts = [string, string, string, string, string];

function scryptOf([log_cost, r, p, salt, hash]: Parts): Result<PasswordHash, string> {
  const [ln, block_size, parallelization] = [Number(log_cost), Number(r), Number(p)];
  // RFC 7914 section 2: a cost of 2^ln takes 128 · N · r bytes.
  const memory_kib = (2 ** ln * block_size) / 8;
  if (ln < 10 || block_size < 1 || parallelization < 1 || memory_kib > MEMORY_KIB_MAX)
    return failed(`needs ln of 10 or more, and at most ${MEMORY_KIB_MAX} KiB`);
  return ok({ kind: "scrypt", cost: 2 ** ln, block_size, parallelization, salt: bytesOf(salt), hash: bytesOf(hash) });
}

function argon2idOf([m, t, p, salt, hash]: Parts): Result<PasswordHash, string> {
  const [memory_kib, passes, parallelism] = [Number(m), Number(t), Number(p)];
  // RFC 9106 section 3.1: memory is at least 8 KiB for each lane.
  if (passes < 1 || parallelism < 1 || memory_kib < 8 * parallelism || memory_kib > MEMORY_KIB_MAX)
    return failed(`needs m of 8 times p or more, and at most ${MEMORY_KIB_MAX}`);
  return ok({ kind: "argon2id", memory_kib, passes, parallelism, salt: bytesOf(salt), hash: bytesOf(hash) });
}

/** Base64 without padding, in either alphabet. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text, "base64");
}
