// The upstreams of one release as one thing that a call is sent to: which of them is next, and who is asked in their place.
import type { UpstreamRules } from "@holdfast/contract";
import type { Target } from "../runtime/runtime.ts";
import { type Balancer, createBalancer, type Member } from "./balance.ts";
import type { HashedCall } from "./hash-key.ts";
import type { Random } from "./random.ts";
import type { Retries } from "./retry.ts";
import { mostOut, type Watch } from "./watch.ts";

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
  readonly #watches: readonly Watch[];
  /** So many may be out at once because they were ejected. */
  readonly #ejected_most: number;

  constructor({ rules, members, retries, fallback, random }: GroupParts) {
    this.retries = retries;
    this.fallback = fallback;
    this.#members = members.map((member) => new GroupMember(member));
    this.#balancer = createBalancer(rules, this.#members, random);
    this.#watches = members.map(({ watch }) => watch);
    this.#ejected_most = mostOut(rules.eject?.most ?? 1, members.length);
    for (const watch of this.#watches) watch.joins(this.#watches);
  }

  /** No call will ask it any more. */
  retire(): void {
    for (const watch of this.#watches) watch.leaves(this.#watches);
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
    if (open < this.#members.length - this.#ejected_most && this.#takeBack(now_us, tried))
      return this.#balanced(call, now_us);
    return open < 2 ? only?.target : this.#balanced(call, now_us);
  }

  /** An upstream that another release has ejected as well may be one too many of this one's: the share holds for each. */
  #takeBack(now_us: number, tried: readonly Target[]): boolean {
    const ejected = this.#members.filter(({ watch }) => watch.isEjected(now_us));
    if (ejected.length <= this.#ejected_most) return false;
    let any = false;
    for (const member of ejected)
      if (!tried.includes(member.target) && member.watch.takesButForEjection(now_us)) any = member.open = true;
    return any;
  }

  #balanced(call: HashedCall, now_us: number): Target {
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
