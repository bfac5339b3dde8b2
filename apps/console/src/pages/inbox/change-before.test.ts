import { expect, it } from "vitest";
import { changeBefore } from "./change-before.ts";

const changes = [{ at: 10 }, { at: 30 }, { at: 20 }];

it("is the nearest one in the past", () => expect(changeBefore(changes, 25)?.at).toBe(20));
it("is never one that came later", () => expect(changeBefore(changes, 5)).toBeUndefined());
