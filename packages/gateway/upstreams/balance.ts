// Which of the upstreams that take calls is next. One function for each way; what they remember is on the members.
import type { UpstreamRules } from "@holdfast/contract";
import { type HashedCall, hashKey } from "./hash-key.ts";
import { buildRing, walkRing } from "./hash-ring.ts";
import type { Random } from "./random.ts";

export type Member = {
  /** Its address: what a ring knows it by. */
  readonly name: string;
  readonly weight: number;
  /** Calls under way there. */
  running(): number;
  /** How much of its share it may have now, up to 1. */
  warmth(now_us: number): number;
  /** May be chosen now. Set before each choice. */
  open: boolean;
  /** Standing in the turn, see `nextByWeight`. */
  credit: number;
};

/** At least one of the members is open; one that is open comes back. */
export type Balancer = (call: HashedCall, now_us: number) => Member;

export function createBalancer(rules: UpstreamRules, members: readonly Member[], random: Random): Balancer {
  switch (rules.balance) {
    case "round-robin":
    case "weighted":
      return (_, now_us) => nextByWeight(members, now_us);
    case "least-requests":
      return (_, now_us) => lessBusyOfTwo(members, now_us, random);
    case "consistent-hash":
      return byHash(rules, members);
  }
}

/** Smooth weighted round robin, as nginx does it: everyone gains their weight, the richest is taken and pays for all. */
function nextByWeight(members: readonly Member[], now_us: number): Member {
  let total = 0;
  let richest: Member | undefined;
  for (const member of members) {
    if (!member.open) continue;
    const weight = member.weight * member.warmth(now_us);
    member.credit += weight;
    total += weight;
    if (!richest || member.credit > richest.credit) richest = member;
  }
  const next = richest as Member;
  next.credit -= total;
  return next;
}

/** The power of two choices (M. Mitzenmacher, 2001): of two drawn at random the one with fewer calls for its weight. */
function lessBusyOfTwo(members: readonly Member[], now_us: number, random: Random): Member {
  const open = members.filter((member) => member.open);
  const first = Math.floor(random() * open.length);
  const second = (first + 1 + Math.floor(random() * (open.length - 1))) % open.length;
  const [left, right] = [open[first] as Member, open[second] as Member];
  return busyness(right, now_us) < busyness(left, now_us) ? right : left;
}

function busyness(member: Member, now_us: number): number {
  return (member.running() + 1) / (member.weight * member.warmth(now_us));
}

function byHash({ hash }: UpstreamRules, members: readonly Member[]): Balancer {
  const ring = buildRing(members);
  const over = 1 + (hash?.load_over ?? 0);
  return (call, now_us) => {
    let running = 1;
    let weight = 0;
    for (const member of members)
      if (member.open) {
        running += member.running();
        weight += member.weight * member.warmth(now_us);
      }
    const room = (member: Member) => Math.ceil((over * running * member.weight * member.warmth(now_us)) / weight);
    const takes = (owner: number) => {
      const member = members[owner] as Member;
      return member.open && member.running() < room(member);
    };
    const owner = walkRing(ring, hashKey(call, hash), takes);
    // The bounds leave room for one call more than there are, so somebody always takes it.
    return (owner === undefined ? members.find(({ open }) => open) : members[owner]) as Member;
  };
}
