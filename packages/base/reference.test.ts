import { expect, test } from "vitest";
import { idSource } from "./ids.ts";
import { referenceKey, referenceSigner, signReference, verifyReference } from "./reference.ts";

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

test.each(["", "hf1.", "hf1.a.b", "hf2.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA", "x".repeat(10_000)])(
  "%j is refused",
  (text) => {
    expect(verifyReference(key, text)).toBeUndefined();
  },
);

test.each([1, 32, 64, 65, 200])("the fast signer signs alike, with a key of %i bytes", (bytes) => {
  const own = new Uint8Array(bytes).map((_, index) => index * 7);
  const sign = referenceSigner(own);
  const within = referenceSigner(own, "ref: ", "\n");
  for (const id of [call, idSource()(), call]) {
    expect(sign(id)).toBe(signReference(own, id));
    expect(within(id)).toBe(`ref: ${signReference(own, id)}\n`);
  }
});
