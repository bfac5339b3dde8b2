import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { idSource } from "./ids.ts";
import { cmacCipher, referenceKey, signReference, verifyReference } from "./reference.ts";

const master = new Uint8Array(32).fill(7);
const key = referenceKey(master, "acme");
const call = idSource()();

test("a reference leads back to its call", () => {
  expect(verifyReference(key, signReference(key, call))).toBe(call);
});

test("a reference of another workspace is nothing here", () => {
  expect(verifyReference(referenceKey(master, "other"), signReference(key, call))).toBeUndefined();
});

test("changing any character makes it nothing", () => {
  const genuine = signReference(key, call);
  for (let index = 0; index < genuine.length; index++) {
    const changed = genuine.slice(0, index) + (genuine[index] === "x" ? "y" : "x") + genuine.slice(index + 1);
    // The last character of the id holds 4 spare bits; whatever decodes to the same bytes is the same reference.
    const verified = verifyReference(key, changed);
    expect(verified === undefined || (index === 25 && verified === call), changed).toBe(true);
  }
});

test("a reference from before, whose tag is an HMAC, leads to its call as well", () => {
  const bytes = Buffer.from(call.replaceAll("-", ""), "hex");
  const tag = createHmac("sha256", key).update(bytes).digest().subarray(0, 12);
  const first = `hf1.${bytes.toString("base64url")}.${tag.toString("base64url")}`;
  expect(verifyReference(key, first)).toBe(call);
  expect(verifyReference(key, first.replace("hf1", "hf2"))).toBeUndefined();
  expect(verifyReference(referenceKey(master, "other"), first)).toBeUndefined();
});

test.each([
  "",
  "hf2.",
  "hf2.a.b",
  "hf1.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA",
  "hf3.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA",
  "x".repeat(10_000),
])("%j is refused", (text) => {
  expect(verifyReference(key, text)).toBeUndefined();
});

// RFC 4493 section 4, example 2; NIST SP 800-38B, examples of AES-256.
test.each([
  ["2b7e151628aed2a6abf7158809cf4f3c", "070a16b46b4d4144f79bdd9dd04a287c"],
  ["603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "28a7023f452e8f82bd4bf28d8c37c35c"],
])("CMAC of one block under %s", (own, tag) => {
  const { encrypt, subkey } = cmacCipher(Buffer.from(own, "hex"));
  const message = Buffer.from("6bc1bee22e409f96e93d7e117393172a", "hex");
  const block = message.map((byte, index) => byte ^ (subkey[index] as number));
  expect(Buffer.from(encrypt(block)).toString("hex")).toBe(tag);
});

test("a subkey whose first bit overflows", () => {
  // AES of zeros under RFC 4493's key begins with 7d, under this one with a bit of 128.
  const overflows = [1, 2, 3, 4, 5, 6, 7, 8].map((byte) => {
    const { encrypt, subkey } = cmacCipher(new Uint8Array(16).fill(byte));
    const zero = encrypt(new Uint8Array(16));
    const twice = (BigInt(`0x${Buffer.from(zero).toString("hex")}`) << 1n) & ((1n << 128n) - 1n);
    const wanted = (zero[0] as number) & 0x80 ? twice ^ 0x87n : twice;
    expect(BigInt(`0x${Buffer.from(subkey).toString("hex")}`)).toBe(wanted);
    return ((zero[0] as number) & 0x80) !== 0;
  });
  expect(new Set(overflows)).toEqual(new Set([true, false]));
});
