import { describe, expect, it } from "vitest";
import { age, clock, day, moment, span, withTimes } from "./times.ts";

const now = new Date(2026, 10, 24, 14, 47, 12).getTime();
const at = (hours: number, minutes: number, date = 24) => new Date(2026, 10, date, hours, minutes).getTime();
const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("moments", () => {
  it.each([
    ["the clock", clock(at(14, 5)), "14:05"],
    ["midnight begins a day", clock(at(0, 0)), "00:00"],
    ["today needs no date", moment(at(14, 34), now), "14:34"],
    ["yesterday does", moment(at(14, 34, 23), now), "Nov 23, 14:34"],
    ["another year is named", day(new Date(2025, 10, 24).getTime(), now), "Nov 24, 2025"],
    ["a moment ago", age(now - 20_000, now), "now"],
    ["minutes ago", age(now - 6 * 60_000, now), "6 m"],
    ["hours ago", age(now - 90 * 60_000, now), "1 h"],
    ["days ago", age(now - 3 * 86_400_000, now), "3 d"],
    ["a window in minutes", span(75 * 60_000), "75 min"],
    ["a window in hours", span(6 * 3_600_000), "6 h"],
  ])("%s", (_name, shown, expected) => expect(plain(shown)).toBe(expected));
});

describe("sentences of the API", () => {
  it("read in the reader's time", () => {
    const text = `orders@2 raised errors from {time:${at(14, 5)}}; back at {time:${at(14, 34)}}.`;
    expect(withTimes(text, now)).toBe("orders@2 raised errors from 14:05; back at 14:34.");
  });
  it("keep what only looks like a placeholder", () => {
    expect(withTimes("{time:soon} {name}", now)).toBe("{time:soon} {name}");
  });
});
