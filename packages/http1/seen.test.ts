import { expect, test } from "vitest";
import { Repeated, Seen } from "./seen.ts";

type Made = { of: string };

/** Connections that say heads, and what they get to see of each: what was made of it before, or now. */
function connections(all = new Repeated<Made>()) {
  return () => {
    const seen = new Seen(all);
    return (head: string, behind = ""): { found: boolean; made: Made } => {
      // With something before it, as in the buffer that sockets share.
      const bytes = Buffer.from(`..${head}${behind}`, "latin1");
      const again = seen.again(bytes, 2, bytes.length);
      if (again) expect(seen.length).toBe(head.length);
      const made = again ?? seen.keep(bytes, 2, 2 + head.length, { of: head });
      expect(made.of).toBe(head);
      return { found: again !== undefined, made };
    };
  };
}

const head = (name: string): string => `GET /${name} HTTP/1.1\r\nHost: h\r\nX: ${name}\r\n\r\n`;

test("what is said twice is kept, and found by every connection", () => {
  const open = connections();
  const [one, other] = [open(), open()];
  expect(one(head("a")).found).toBe(false);
  const { found, made } = other(head("a"));
  expect(found).toBe(false);
  expect(other(head("a"))).toEqual({ found: true, made });
  expect(one(head("a")).made).toBe(made);
  expect(open()(head("a")).made).toBe(made);
});

test("heads that come in turn, over connections that never say the same twice in a row, are found too", () => {
  const open = connections();
  const say = open();
  const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
  for (const name of [...names, ...names]) expect(say(head(name)).found).toBe(false);
  for (const name of names) expect(say(head(name)).found).toBe(true);
});

test("with something behind it, a head is found where it was said last", () => {
  const open = connections();
  const [one, other] = [open(), open()];
  one(head("a"), "body");
  one(head("a"), "body");
  expect(one(head("a"), "another body").found).toBe(true);
  expect(other(head("a"), "body").found).toBe(true);
  expect(other(head("b"), "body").found).toBe(false);
});

test("two heads in one piece are not one, and one that is not whole is none", () => {
  const say = connections()();
  say(head("a"));
  say(head("a"));
  expect(say(head("a"), head("b")).found).toBe(true);
  const bytes = Buffer.from(head("a").slice(0, -2));
  const seen = new Seen(new Repeated<Made>());
  expect(seen.again(bytes, 0, bytes.length)).toBeUndefined();
});

test("of more heads than there are places each is still itself", () => {
  const open = connections();
  const names = Array.from({ length: 3000 }, (_, index) => `n${index}`);
  const [one, other] = [open(), open()];
  // Said by two at a time, so that they are kept, and take each other's places.
  for (const name of names) {
    one(head(name));
    other(head(name));
  }
  const found = names.filter((name) => open()(head(name)).found);
  expect(found.length).toBeGreaterThan(10);
  expect(found.length).toBeLessThanOrEqual(1024);
});

test("where all is new little is looked for, until something comes again", () => {
  const open = connections();
  const say = open();
  for (let index = 0; index < 2000; index++) expect(say(head(`new${index}`)).found).toBe(false);
  let tries = 0;
  while (!say(head("a")).found) {
    expect(++tries).toBeLessThan(100);
    say(head("b"));
  }
  expect(open()(head("a")).found).toBe(true);
});

test("long heads are read anew each time", () => {
  const say = connections()();
  const long = head("x".repeat(1000));
  for (let times = 0; times < 4; times++) expect(say(long).found).toBe(false);
});
