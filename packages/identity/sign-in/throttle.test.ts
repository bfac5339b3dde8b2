import { LIMITS, simulatedClock } from "@holdfast/base";
import { expect, test } from "vitest";
import { createThrottle } from "./throttle.ts";

const ACCOUNT = LIMITS.sign_in_attempts_per_account;
const ADDRESS = LIMITS.sign_in_attempts_per_address;

function attempt(times: number, work: (index: number) => void): void {
  for (let index = 0; index < times; index++) work(index);
}

test("an account is refused from one address, not from another, until the window ends", async () => {
  const clock = simulatedClock();
  const throttle = createThrottle(clock);
  attempt(ACCOUNT, () => throttle.count("ada@example.com", "a"));
  expect(() => throttle.count("ada@example.com", "a")).toThrow("Too many sign-in attempts; try again in 10 min");
  throttle.count("ada@example.com", "b");
  throttle.count("grace@example.com", "a");
  await clock.advance(LIMITS.sign_in_window_ms);
  throttle.count("ada@example.com", "a");
});

test("an address is refused when it tries many accounts", () => {
  const throttle = createThrottle(simulatedClock());
  attempt(ADDRESS, (index) => throttle.count(`${index}@example.com`, "a"));
  expect(() => throttle.count("one-more@example.com", "a")).toThrow("Too many");
  throttle.count("one-more@example.com", "b");
});

test("without a known address only the account counts", () => {
  const throttle = createThrottle(simulatedClock());
  attempt(ADDRESS + 1, (index) => throttle.count(`${index}@example.com`, undefined));
  attempt(ACCOUNT, () => throttle.count("ada@example.com", undefined));
  expect(() => throttle.count("ada@example.com", undefined)).toThrow("Too many");
});

test("who gets it right begins anew", () => {
  const throttle = createThrottle(simulatedClock());
  attempt(ACCOUNT, () => throttle.count("ada@example.com", "a"));
  throttle.succeeded("ada@example.com", "a");
  throttle.count("ada@example.com", "a");
});

test("memory is bounded: the counters that were used longest ago are forgotten first", () => {
  const throttle = createThrottle(simulatedClock());
  attempt(ACCOUNT, () => throttle.count("early@example.com", "a"));
  attempt(LIMITS.sign_in_counters_max - 10, (index) => throttle.count(`${index}@example.com`, undefined));
  attempt(ACCOUNT, () => throttle.count("late@example.com", "b"));
  attempt(100, (index) => throttle.count(`again-${index}@example.com`, undefined));
  expect(() => throttle.count("early@example.com", "a")).not.toThrow();
  expect(() => throttle.count("late@example.com", "b")).toThrow("Too many");
});
