// What a policy keeps of each call from one hook to the next. It lies with the call itself and goes with it: in a table of weak
// references the collector would take about a microsecond for each call.

/** By who keeps it; made when the first of them does. */
export type KeptOfCall = Map<object, unknown>;

type KeepingCall = { kept: KeptOfCall | undefined };

export class PerCall<Value> {
  get(call: KeepingCall): Value | undefined {
    return call.kept?.get(this) as Value | undefined;
  }

  set(call: KeepingCall, value: Value): void {
    call.kept ??= new Map();
    call.kept.set(this, value);
  }

  delete(call: KeepingCall): void {
    call.kept?.delete(this);
  }
}
