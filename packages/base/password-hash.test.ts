import { expect, test } from "vitest";
import { parsePasswordHash } from "./password-hash.ts";

const SALT = "c29tZXNhbHRzb21lc2FsdA";
const HASH = "iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A";

test.each([
  [`$scrypt$ln=15,r=8,p=1$${SALT}$${HASH}`, { kind: "scrypt", cost: 32_768, block_size: 8, parallelization: 1 }],
  [
    `$argon2id$v=19$m=65536,t=3,p=4$${SALT}$${HASH}`,
    { kind: "argon2id", memory_kib: 65_536, passes: 3, parallelism: 4 },
  ],
  [`sha256:${"0f".repeat(32)}`, { kind: "sha256", hash: Buffer.alloc(32, 0x0f) }],
])("%s is read", (text, hash) => {
  expect(parsePasswordHash(text)).toMatchObject({ ok: true, value: hash });
});

test.each([
  "hunter2",
  "",
  "sha256:abc",
  "$2b$10$abcdefghijklmnopqrstuv",
  `$scrypt$ln=9,r=8,p=1$${SALT}$${HASH}`,
  `$scrypt$ln=25,r=8,p=1$${SALT}$${HASH}`,
  `$scrypt$ln=15,r=8,p=0$${SALT}$${HASH}`,
  `$argon2id$v=19$m=4,t=3,p=4$${SALT}$${HASH}`,
  `$argon2id$v=19$m=9999999,t=3,p=4$${SALT}$${HASH}`,
  `$argon2i$v=19$m=65536,t=3,p=4$${SALT}$${HASH}`,
])("%s is refused, in words without a part of it", (text) => {
  const parsed = parsePasswordHash(text);
  expect(parsed.ok).toBe(false);
  if (!parsed.ok && text !== "") expect(parsed.error).not.toContain(text);
});
