import { expect, it } from "vitest";
import { type Enrolled, Roster } from "./roster.ts";

type Guest = Enrolled & { name: string };

const guest = (name: string): Guest => ({ name, roster_at: -1 });
const names = (roster: Roster<Guest>): string[] => roster.all().map(({ name }) => name);

it("knows who is in, whoever left before", () => {
  const roster = new Roster<Guest>();
  const guests = ["first", "second", "third", "fourth"].map(guest) as [Guest, Guest, Guest, Guest];
  for (const each of guests) roster.add(each);
  const [first, second, third, fourth] = guests;

  expect(roster.delete(second)).toBe(true);
  expect(roster.delete(fourth)).toBe(true);
  expect(names(roster).sort()).toEqual(["first", "third"]);
  roster.add(second);
  expect(roster.delete(first)).toBe(true);
  expect(names(roster).sort()).toEqual(["second", "third"]);
  expect(roster.size).toBe(2);
  expect(third.roster_at).toBeGreaterThanOrEqual(0);
});

it("says whether somebody was in", () => {
  const roster = new Roster<Guest>();
  const only = guest("only");
  expect(roster.delete(only)).toBe(false);
  roster.add(only);
  expect(roster.delete(only)).toBe(true);
  expect(roster.delete(only)).toBe(false);
  expect(only.roster_at).toBe(-1);
});

it("lets whoever goes through all of them send some away", () => {
  const roster = new Roster<Guest>();
  for (const name of ["first", "second", "third"]) roster.add(guest(name));
  const seen: string[] = [];
  for (const each of roster.all()) {
    seen.push(each.name);
    roster.delete(each);
  }
  expect(seen).toEqual(["first", "second", "third"]);
  expect(roster.size).toBe(0);
});

it("finds those that are looked for", () => {
  const roster = new Roster<Guest>();
  for (const name of ["first", "second", "third"]) roster.add(guest(name));
  expect(roster.which(({ name }) => name !== "second").map(({ name }) => name)).toEqual(["first", "third"]);
});
