// Which release serves a call of a subject that has rules or says what callers stick to: the first rule that fits, else the
// caller's place among the shares (choose-release.ts). Subjects without either never come here.
import type { PlanPick, StickySettings } from "@holdfast/contract";
import { cookieOf } from "../upstreams/hash-key.ts";
import { type CallerKey, type PlacedCall, prepareCallerKey, usualKey } from "./caller-key.ts";
import { chooseRelease, type Slice } from "./choose-release.ts";

export type Picker<Release> = (call: PlacedCall) => Release | undefined;

type Named = { name: string };

export type PickerParts<Release extends Named & Slice> = {
  pick: readonly PlanPick[] | undefined;
  sticky: StickySettings | undefined;
  /** Those with a share. */
  releases: readonly Release[];
  /** Those that rules may lead to; `until` means nothing here. */
  open: readonly Release[];
  seed: number;
};

/** Undefined: the subject says nothing beyond its shares. */
export function preparePicker<Release extends Named & Slice>(parts: PickerParts<Release>): Picker<Release> | undefined {
  const { pick, sticky, releases, open, seed } = parts;
  if (!pick && !sticky) return undefined;
  const rules = (pick ?? []).flatMap((rule) => {
    const release = open.find(({ name }) => name === rule.release);
    // A release that was taken back is not reached by rules either: whom they name are served like everybody else.
    return release ? [{ release, fits: prepareRule(rule) }] : [];
  });
  const keyOf: CallerKey = sticky ? prepareCallerKey(sticky) : usualKey;
  return (call) => {
    for (const { release, fits } of rules) if (fits(call)) return release;
    return chooseRelease(releases, keyOf(call), seed);
  };
}

const ANY = "*";

function prepareRule({ headers = [], cookies = [], consumers }: PlanPick): (call: PlacedCall) => boolean {
  const named = consumers && new Set(consumers);
  return (call) => {
    if (named && (call.consumer === undefined || !named.has(call.consumer))) return false;
    for (const [name, value] of headers) if (!isValue(call.header(name), value)) return false;
    if (cookies.length === 0) return true;
    const sent = call.header("cookie");
    for (const [name, value] of cookies) if (!isValue(cookieOf(sent, name), value)) return false;
    return true;
  };
}

function isValue(sent: string | undefined, wanted: string): boolean {
  return sent !== undefined && (wanted === ANY || sent === wanted);
}
