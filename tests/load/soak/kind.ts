// Kinds of clients of the soak, and what became of their calls. Each kind begins its calls at a steady pace, whether or not those before
// are answered, up to a number at once; a call is good or it has a reason why not.

export type Kind = {
  name: string;
  per_second: number;
  /** Calls of this kind under way; past it the next waits for its turn, and is counted as late. */
  at_once_max: number;
  /** Where the product has it on record: a subject, or `UNMATCHED`. Undefined: bytes that leave no record. */
  place: string | undefined;
  /** `turn` counts from 0. Resolves with why the call failed; rejects when its connection did. */
  run(turn: number): Promise<string | undefined>;
};

/** Calls that no route or model matched. */
export const UNMATCHED = "";

export type Count = { calls: number; failed: number; late: number };
type Failure = { after_s: number; kind: string; reason: string };

export class Tally {
  readonly kinds = new Map<string, Count>();
  /** Calls that the product must have on record, by place. */
  readonly places = new Map<string, number>();
  /** How often each reason was given, by `kind: reason`. */
  readonly reasons = new Map<string, number>();
  /** The first of them, with their time. */
  readonly failures: Failure[] = [];
  readonly #began_ms = performance.now();

  of(kind: string): Count {
    const known = this.kinds.get(kind) ?? { calls: 0, failed: 0, late: 0 };
    this.kinds.set(kind, known);
    return known;
  }

  made(kind: string, place: string | undefined): void {
    this.of(kind).calls++;
    if (place !== undefined) this.places.set(place, (this.places.get(place) ?? 0) + 1);
  }

  failed(kind: string, reason: string): void {
    this.of(kind).failed++;
    const sentence = `${kind}: ${reason}`;
    this.reasons.set(sentence, (this.reasons.get(sentence) ?? 0) + 1);
    if (this.failures.length >= FAILURES_KEPT) return;
    this.failures.push({ after_s: Math.round((performance.now() - this.#began_ms) / 1000), kind, reason });
  }

  all(which: keyof Count): number {
    return [...this.kinds.values()].reduce((sum, count) => sum + count[which], 0);
  }
}

const FAILURES_KEPT = 200;
const STEP_MS = 10;

type Pace = {
  /** Nothing more begins; resolves when what is under way has ended. */
  stop(): Promise<void>;
};

export function keepPace(kind: Kind, tally: Tally): Pace {
  const under_way = new Set<Promise<void>>();
  const began_ms = performance.now();
  let turn = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began_ms) / 1000) * kind.per_second);
    while (turn < due && under_way.size < kind.at_once_max) {
      const running = once(kind, turn++, tally).finally(() => under_way.delete(running));
      under_way.add(running);
    }
    if (turn < due) tally.of(kind.name).late++;
  }, STEP_MS);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(under_way);
    },
  };
}

async function once(kind: Kind, turn: number, tally: Tally): Promise<void> {
  tally.made(kind.name, kind.place);
  try {
    const reason = await kind.run(turn);
    if (reason !== undefined) tally.failed(kind.name, reason);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    tally.failed(kind.name, code ?? message);
  }
}
