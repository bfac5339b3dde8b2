// The upstreams of one release as one thing that a call is sent to: which of them is next, and who is asked in their place.
import type { UpstreamRules } from "@holdfast/contract";
import type { Target } from "../runtime/runtime.ts";
import { type Balancer, createBalancer, type Member } from "./balance.ts";
import type { HashedCall } from "./hash-key.ts";
import type { Random } from "./random.ts";
import type { Retries } from "./retry.ts";
import type { Watch } from "./watch.ts";

export type GroupParts = {
  rules: UpstreamRules;
  members: readonly { target: Target; url: string; weight: number; watch: Watch }[];
  retries: Retries | undefined;
  fallback: UpstreamGroup | undefined;
  random: Random;
};

const NOBODY: readonly Target[] = [];

class GroupMember implements Member {
  readonly name: string;
  readonly weight: number;
  readonly target: Target;
  readonly watch: Watch;
  open = false;
  credit = 0;

  constructor({ target, url, weight, watch }: GroupParts["members"][number]) {
    this.target = target;
    this.name = url;
    this.weight = weight;
    this.watch = watch;
  }

  running(): number {
    return this.watch.running;
  }

  warmth(now_us: number): number {
    return this.watch.warmth(now_us);
  }
}

export class UpstreamGroup {
  readonly retries: Retries | undefined;
  readonly fallback: UpstreamGroup | undefined;
  readonly #members: readonly GroupMember[];
  readonly #balancer: Balancer;

  constructor({ rules, members, retries, fallback, random }: GroupParts) {
    this.retries = retries;
    this.fallback = fallback;
    this.#members = members.map((member) => new GroupMember(member));
    this.#balancer = createBalancer(rules, this.#members, random);
    const watches = members.map(({ watch }) => watch);
    for (const watch of watches) watch.peers = watches;
  }

  /** One that takes calls and is not among `tried`; undefined: there is none. */
  pick(call: HashedCall, now_us: number, tried: readonly Target[] = NOBODY): Target | undefined {
    let open = 0;
    let only: GroupMember | undefined;
    for (const member of this.#members) {
      member.open = member.watch.takes(now_us) && !tried.includes(member.target);
      if (!member.open) continue;
      open++;
      only = member;
    }
    if (open < 2) return only?.target;
    // The balancer chooses among these members, and hands back one of them.
    return (this.#balancer(call, now_us) as GroupMember).target;
  }

  /** The same, or one of the fallback's. */
  pickOrFallBack(call: HashedCall, now_us: number): Target | undefined {
    return this.pick(call, now_us) ?? this.fallback?.pick(call, now_us);
  }

  has(target: Target): boolean {
    return this.#members.some((member) => member.target === target);
  }

  /** Seconds, at least 1, until one of them may take calls again, as far as that can be known. */
  waitSeconds(now_us: number): number {
    const waits = this.#members.flatMap(({ watch }) => watch.backInMs(now_us) ?? []);
    return waits.length === 0 ? 1 : Math.max(1, Math.ceil(Math.min(...waits) / 1000));
  }
}
