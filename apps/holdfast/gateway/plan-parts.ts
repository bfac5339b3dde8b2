// A plan on its way to the threads that serve. What comes as one message is read in one piece, and nobody is served meanwhile; so a plan
// goes in parts, written once for all threads, and a thread reads one after the other when it has time.
import { deserialize, serialize } from "node:v8";
import type { Plan } from "@holdfast/contract";

/** The first is the plan without the members of its lists. */
export type PlanParts = readonly SharedArrayBuffer[];

/** So many members of a list go together: a millisecond's work. */
const MEMBERS = 50;

type Members = { list: string; members: readonly unknown[] };

const packed = new WeakMap<Plan, PlanParts>();

export function packPlan(plan: Plan): PlanParts {
  const parts = packed.get(plan) ?? partsOf(plan);
  packed.set(plan, parts);
  return parts;
}

function partsOf(plan: Plan): PlanParts {
  const all: [string, unknown][] = Object.entries(plan);
  const lists = all.filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const parts = [shared({ ...plan, ...Object.fromEntries(lists.map(([list]) => [list, []])) })];
  for (const [list, members] of lists)
    for (let at = 0; at < members.length; at += MEMBERS)
      parts.push(shared({ list, members: members.slice(at, at + MEMBERS) } satisfies Members));
  return parts;
}

function shared(value: unknown): SharedArrayBuffer {
  const bytes = serialize(value);
  const memory = new SharedArrayBuffer(bytes.length);
  Buffer.from(memory).set(bytes);
  return memory;
}

/** Pauses after each part. */
export function* unpackPlan([first, ...others]: PlanParts): Generator<void, Plan> {
  const plan = read(first as SharedArrayBuffer) as Plan;
  const lists = plan as unknown as Record<string, unknown[]>;
  for (const part of others) {
    yield;
    const { list, members } = read(part) as Members;
    lists[list]?.push(...members);
  }
  return plan;
}

function read(part: SharedArrayBuffer): unknown {
  return deserialize(Buffer.from(part));
}
