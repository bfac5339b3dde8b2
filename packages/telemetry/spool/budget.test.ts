import fc from "fast-check";
import { expect, test } from "vitest";
import { decideDeletions, type Position } from "./budget.ts";

const segment = fc.record({ node: fc.constantFrom("a", "b", "c"), sequence: fc.nat(20), bytes: fc.nat(100) });
const segments = fc.uniqueArray(segment, { selector: ({ node, sequence }) => `${node}/${sequence}` });
const positions = fc
  .dictionary(fc.constantFrom("a", "b", "c"), fc.nat(21))
  .map(
    (found) =>
      new Map(Object.entries(found).map(([node, at]): [string, Position] => [node, { node, segment: at, offset: 1 }])),
  );

test("oldest shipped go first, then oldest unshipped, until the rest fits", () => {
  const all = [1, 2, 3, 4].map((sequence) => ({ node: "a", sequence, bytes: 10 }));
  const at = new Map([["a", { node: "a", segment: 2, offset: 5 }]]);
  expect(decideDeletions(all, at, 40)).toEqual([]);
  expect(decideDeletions(all, at, 30)).toMatchObject([{ sequence: 1, shipped: true }]);
  expect(decideDeletions(all, at, 15)).toMatchObject([
    { sequence: 1 },
    { sequence: 2, shipped: false },
    { sequence: 3 },
  ]);
});

test("whatever the spool, no newest segment goes, none goes in vain, and no unshipped one while a shipped one could", () => {
  fc.assert(
    fc.property(segments, positions, fc.nat(500), (all, at, bytes_max) => {
      const gone = decideDeletions(all, at, bytes_max);
      const left = all.filter(
        ({ node, sequence }) => !gone.some((each) => each.node === node && each.sequence === sequence),
      );
      const sum = (some: { bytes: number }[]): number => some.reduce((total, { bytes }) => total + bytes, 0);
      for (const { node } of all) {
        const newest = Math.max(...all.filter((each) => each.node === node).map(({ sequence }) => sequence));
        expect(left).toContainEqual(expect.objectContaining({ node, sequence: newest }));
      }
      const last = gone.at(-1);
      if (last) expect(sum(left) + last.bytes).toBeGreaterThan(bytes_max);
      const nodes = new Set(all.map(({ node }) => node));
      if (sum(left) > bytes_max) expect(left.length).toBe(nodes.size);
      const shipped_left = left.filter(
        ({ node, sequence }) => sequence < (at.get(node)?.segment ?? 0) && isNotNewest(all, node, sequence),
      );
      if (gone.some(({ shipped }) => !shipped)) expect(shipped_left).toEqual([]);
    }),
  );
});

function isNotNewest(all: { node: string; sequence: number }[], node: string, sequence: number): boolean {
  return all.some((each) => each.node === node && each.sequence > sequence);
}
