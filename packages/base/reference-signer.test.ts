import { expect, test } from "vitest";
import { type Id, idSource } from "./ids.ts";
import { signReference } from "./reference.ts";
import { ReferenceSigner } from "./reference-signer.ts";

const key = new Uint8Array(32).map((_, index) => index * 7);
const nextId = idSource();
const idsOf = (count: number): Id[] => Array.from({ length: count }, () => nextId());

test("signs like signReference, with what stands around it", () => {
  const signer = new ReferenceSigner(key, "ref: ", "\r\n");
  for (const id of idsOf(3)) expect(signer.sign(id, signer.announce(id))).toBe(`ref: ${signReference(key, id)}\r\n`);
});

test("whatever is announced together, in whatever order it is signed, and again", () => {
  const signer = new ReferenceSigner(key);
  for (const count of [1, 5, 1000, 24, 1024, 3, 700]) {
    const announced = idsOf(count).map((id) => ({ id, number: signer.announce(id) }));
    for (const { id, number } of [...announced].reverse()) expect(signer.sign(id, number)).toBe(signReference(key, id));
    for (const { id, number } of announced) expect(signer.sign(id, number)).toBe(signReference(key, id));
  }
});

test("a call that takes so long that thousands began meanwhile", () => {
  const signer = new ReferenceSigner(key);
  const [slow, ...others] = idsOf(5000) as [Id, ...Id[]];
  const number = signer.announce(slow);
  const numbers = others.map((id) => signer.announce(id));
  expect(signer.sign(slow, number)).toBe(signReference(key, slow));
  for (const index of [0, 3974, 3975, 3976, 4998])
    expect(signer.sign(others[index] as Id, numbers[index] as number)).toBe(signReference(key, others[index] as Id));
});

test("two signers with one key sign alike, with another one otherwise", () => {
  const [id] = idsOf(1) as [Id];
  const [one, two] = [new ReferenceSigner(key), new ReferenceSigner(key)];
  const other = new ReferenceSigner(key.map((byte) => byte ^ 1));
  expect(one.sign(id, one.announce(id))).toBe(two.sign(id, two.announce(id)));
  expect(other.sign(id, other.announce(id))).not.toBe(one.sign(id, one.announce(id)));
});
