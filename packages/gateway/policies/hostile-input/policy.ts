// Known attacks in path, query, headers and body: refused, or only noted while an owner learns what their traffic has.
import type { HostileInputSettings, HostileRule } from "@holdfast/contract";
import { gatheredBytes, unreadable } from "../body-reader.ts";
import { definePolicy, type PolicyCall, type Refusal } from "../policy.ts";
import type { Rule, TextPlace } from "./rule.ts";
import { RULES, type TextRule } from "./rules.ts";
import { bodyForm, type Look, lookAtBody, lookAtHead, lookAtParts } from "./texts.ts";

export const hostileInput = definePolicy({
  id: "hostile-input",
  about: {
    title: "Hostile input",
    settings: ["checks.hostile"],
    guide: "checks.md#hostile-input",
    elsewhere: { kong: "injection-protection", envoy: "waf (coraza)", nginx: "ModSecurity" },
  },
  prepare(subject) {
    const settings = subject.kind === "route" ? subject.checks?.hostile : undefined;
    if (subject.kind !== "route" || !settings) return undefined;
    const rules = (Object.entries(RULES) as [TextRule, Rule][]).filter(([id]) => !settings.skip.includes(id));
    const counts_headers = !settings.skip.includes("header-count");
    const bytes_max = gatheredBytes(subject);
    const blocks = settings.mode === "block";
    return {
      admit(call) {
        if (counts_headers && call.head_size().lines > settings.headers_most)
          return found(call, { id: "header-count", place: "header" }, blocks);
        const watch = new Watch(rules);
        lookAtHead(call, settings.headers, watch.look);
        return (
          judged(call, watch, blocks) ?? (blocks && isSought(call, settings, bytes_max) ? unreadable(call) : undefined)
        );
      },
      whole_body: { bytes_max, wants: (call) => isSought(call, settings, bytes_max) && !unreadable(call) },
      shape(call) {
        const form = settings.body && call.body && !unreadable(call) ? bodyForm(call) : undefined;
        if (!call.body || !form) return undefined;
        const watch = new Watch(rules);
        if (form === "parts") return inParts(call, call.body, watch, blocks);
        lookAtBody(call.body, form, watch.look);
        return judged(call, watch, blocks);
      },
    };
  },
});

/** What is not text streams. So do uploads that are long, or do not say how long they are; and whoever only observes refuses nothing,
 * whatever its size. */
function isSought(call: PolicyCall, { body, mode }: HostileInputSettings, bytes_max: number): boolean {
  const form = body && call.has_body ? bodyForm(call) : undefined;
  if (form === undefined) return false;
  if (mode === "block" && form !== "parts") return true;
  return call.headers.content_length !== undefined && call.headers.content_length <= bytes_max;
}

type Hit = { id: HostileRule; place: TextPlace };

/** Looks at one text after the other, until a rule finds something. */
class Watch {
  hit: Hit | undefined;
  readonly look: Look;

  constructor(rules: readonly [TextRule, Rule][]) {
    const look: Look = (text, place) => {
      const lower = text.toLowerCase();
      const rule = rules.find(([, matches]) => matches(text, lower, place));
      if (rule) this.hit = { id: rule[0], place };
      return rule !== undefined;
    };
    this.look = look;
  }
}

function judged(call: PolicyCall, { hit }: Watch, blocks: boolean): Refusal | undefined {
  return hit && found(call, hit, blocks);
}

async function inParts(
  call: PolicyCall,
  body: Uint8Array,
  watch: Watch,
  blocks: boolean,
): Promise<Refusal | undefined> {
  try {
    await lookAtParts(body, call.header("content-type") as string, watch.look);
  } catch {
    // Its reader may find in it what we do not.
    if (blocks)
      return { code: "malformed_request", detail: "The body is not multipart/form-data, although it says so." };
    call.note("hostile input: a body that is not multipart/form-data, although it says so");
  }
  return judged(call, watch, blocks);
}

function found(call: PolicyCall, { id, place }: Hit, blocks: boolean): Refusal | undefined {
  if (blocks) return { code: "request_hostile", detail: `Rule ${id} found something in the ${place} of the request.` };
  call.note(`hostile input: ${id} in the ${place}`);
  return undefined;
}
