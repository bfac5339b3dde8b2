import { expect, test } from "vitest";
import { type Admission, decideAdmission, OPEN, type Seen } from "./decide-admission.ts";

function after(windows: Seen[], from: Admission = OPEN): Admission {
  return windows.reduce(decideAdmission, from);
}

const late: Seen = { window_ms: 100, lag_ms: 80, busy: 1, admitted: 1000, shed: 0, running: 500 };
const calm: Seen = { ...late, lag_ms: 1, busy: 0.9 };
const shed: Seen = { ...calm, admitted: 100, shed: 5 };

test("a loop that is late once, or now and then, is not overloaded", () => {
  expect(after([late, late, calm, late, late, calm])).toEqual(OPEN);
});

test("a standing delay is: fewer come in than were served", () => {
  expect(after([late, late, late])).toEqual({ kind: "shedding", per_second: 7000, calm_windows: 0 });
});

test("with few calls under way it is not they who make the loop late", () => {
  expect(after(Array.from({ length: 50 }, () => ({ ...late, admitted: 49, running: 50 })))).toEqual(OPEN);
});

test("where few begin, large bodies make the loop late, and nobody is kept out for them", () => {
  expect(after(Array.from({ length: 50 }, () => ({ ...late, admitted: 7 })))).toMatchObject({ kind: "open" });
});

test("calls that come in bursts count for the time between them", () => {
  const burst: Seen = { ...late, window_ms: 160, admitted: 500 };
  const between: Seen = { ...burst, admitted: 0 };
  expect(after([burst, between, between])).toMatchObject({ kind: "shedding", per_second: (500 / 0.48) * 0.7 });
  // However long nobody came before.
  const quiet = Array.from({ length: 1000 }, () => between);
  expect(after(quiet)).toMatchObject({ kind: "open" });
  expect(after([...quiet, burst])).toMatchObject({ kind: "shedding" });
});

test("fewer and fewer while it stays, more and more when it is gone, never nobody", () => {
  const shedding: Admission = { kind: "shedding", per_second: 1000, calm_windows: 0 };
  expect(after([{ ...late, shed: 1 }], shedding)).toMatchObject({ per_second: 930 });
  expect(after([{ ...shed, busy: 0.75 }], shedding)).toMatchObject({ per_second: 1200 });
  expect(after([{ ...shed, busy: 0.1 }], shedding)).toMatchObject({ per_second: 1250 });
  expect(after([{ ...shed, busy: 0.95 }], shedding)).toMatchObject({ per_second: 1000 });
  expect(after([calm], shedding)).toMatchObject({ per_second: 1000 });
  expect(
    after(
      Array.from({ length: 200 }, () => ({ ...late, shed: 1 })),
      shedding,
    ),
  ).toMatchObject({ per_second: 50 });
});

test("over when nobody was refused for two seconds", () => {
  const shedding: Admission = { kind: "shedding", per_second: 1000, calm_windows: 0 };
  const quiet = Array.from({ length: 19 }, () => calm);
  expect(after(quiet, shedding).kind).toBe("shedding");
  expect(after([...quiet, shed, ...quiet], shedding).kind).toBe("shedding");
  expect(after([...quiet, calm], shedding)).toEqual(OPEN);
});

test("it settles where the loop is as late as it may be", () => {
  // A worker that serves 5000 a second, of which each admitted one too many makes the loop later.
  let admission: Admission = { kind: "shedding", per_second: 1000, calm_windows: 0 };
  const rates: number[] = [];
  for (let window = 0; window < 400; window++) {
    const rate: number = admission.kind === "shedding" ? admission.per_second : Number.POSITIVE_INFINITY;
    rates.push(rate);
    admission = decideAdmission(admission, {
      window_ms: 100,
      lag_ms: rate > 5000 ? 30 : 3,
      busy: Math.min(1, rate / 5000),
      admitted: rate / 10,
      shed: 100,
      running: 500,
    });
  }
  const settled = rates.slice(200);
  expect(Math.min(...settled)).toBeGreaterThan(4400);
  expect(Math.max(...settled)).toBeLessThan(5100);
});
