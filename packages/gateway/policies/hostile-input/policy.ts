// Known attacks in path, query, headers and body: refused, or only noted while an owner learns what their traffic has.
import type { HostileInputSettings, HostileRule } from "@holdfast/contract";
import { gatheredBytes, unreadable } from "../body-reader.ts";
import { definePolicy, type PolicyCall, type Refusal } from "../policy.ts";
import type { Rule, TextPlace } from "./rule.ts";
import { RULES, type TextRule } from "./rules.ts";
import { bodyForm, type Look, lookAtBody, lookAtHead } from "./texts.ts";

export const hostileInput = definePolicy({
  id: "hostile-input",
  about: {
    title: "Hostile input",
    settings: ["checks.hostile"],
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
        if (counts_headers && call.header_count > settings.headers_most)
          return found(call, { id: "header-count", place: "header" }, blocks);
        const refusal = judged(call, rules, blocks, (look) => lookAtHead(call, settings.headers, look));
        return refusal ?? (blocks && isText(call, settings) ? unreadable(call) : undefined);
      },
      whole_body: { bytes_max, wants: (call) => isLookedAt(call, settings, bytes_max) },
      shape(call) {
        const { body } = call;
        if (!body || !settings.body) return undefined;
        const form = unreadable(call) ? undefined : bodyForm(call);
        return form && judged(call, rules, blocks, (look) => lookAtBody(body, form, look));
      },
    };
  },
});

/** Uploads that are not text stream. */
function isText(call: PolicyCall, { body }: HostileInputSettings): boolean {
  return body && call.has_body && bodyForm(call) !== undefined;
}

/** Whoever only observes refuses nothing, whatever its size. */
function isLookedAt(call: PolicyCall, settings: HostileInputSettings, bytes_max: number): boolean {
  if (!isText(call, settings) || unreadable(call)) return false;
  return settings.mode === "block" || (call.content_length !== undefined && call.content_length <= bytes_max);
}

function judged(
  call: PolicyCall,
  rules: readonly [TextRule, Rule][],
  blocks: boolean,
  lookAt: (look: Look) => boolean,
): Refusal | undefined {
  let hit: { id: HostileRule; place: TextPlace } | undefined;
  lookAt((text, place) => {
    const lower = text.toLowerCase();
    const rule = rules.find(([, matches]) => matches(text, lower, place));
    if (rule) hit = { id: rule[0], place };
    return rule !== undefined;
  });
  return hit && found(call, hit, blocks);
}

function found(
  call: PolicyCall,
  { id, place }: { id: HostileRule; place: TextPlace },
  blocks: boolean,
): Refusal | undefined {
  if (blocks) return { code: "request_hostile", detail: `Rule ${id} found something in the ${place} of the request.` };
  call.note(`hostile input: ${id} in the ${place}`);
  return undefined;
}
