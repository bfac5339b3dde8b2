import { expect, it } from "vitest";
import { dayOf } from "./launch-days.ts";

const day_ms = 86_400_000;
const window = { from: 0, until: 10 * day_ms };

it.each([
  ["begins with day 1", 0, 1],
  ["counts begun days", 3.5 * day_ms, 4],
  ["ends with its last day", 11 * day_ms, 10],
  ["does not count before it begins", -day_ms, 1],
])("a launch %s", (_name, now, day) => expect(dayOf(window, now)).toEqual({ day, days: 10 }));
