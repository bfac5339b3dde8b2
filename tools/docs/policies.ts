// docs/policies.md and docs/policies/: what the gateway can be told to do with a call, under the names that people bring from
// elsewhere, and a page for each policy. Read off the policy itself: the comment at the head of its policy.ts, its `about`, its
// settings, the hooks that it prepares for its cases, and its cases. So a new policy (npm run new policy NAME) has its page when it
// is in policies.ts and `npm run docs` ran. What is not a policy is in other-features.ts.
import { readFileSync } from "node:fs";
import { PROBLEMS, type ProblemCode, simulatedClock } from "@holdfast/base";
import { type Policy, policies } from "@holdfast/gateway";
import { createConnections } from "@holdfast/net";
import { type Feature, OTHER_FEATURES } from "./other-features.ts";
import { SETTINGS_HEAD, settingsRows } from "./settings.ts";

const INTRODUCTION = `# Policies

What the gateway does with a call besides passing it on. A policy runs only on routes and models whose settings ask for it, each in its
phases; the phases of a call are receive → identify → admit → shape → choose → send → wait → reply → record. Every setting is in
[settings.md](settings.md), every error in [errors.md](errors.md). A test compares these pages with the code.
`;

const ORDER_HEAD = `
## In the order in which they run

| policy | | phases |
|---|---|---|
`;

const ELSEWHERE_HEAD = `
## What it is called elsewhere

| here | settings | Kong | Envoy | nginx |
|---|---|---|---|---|
`;

const FOLDER = new URL("../../packages/gateway/policies/", import.meta.url);

/** The parts of policies/case.ts and policies/case-tools.ts that a page needs: every folder has the same file names. */
type Case = { name: string; subject: Parameters<Policy["prepare"]>[0]; calls: { gives: string | number }[] };
type CaseTools = (connections: ReturnType<typeof createConnections>, given: Case) => Parameters<Policy["prepare"]>[1];

const { caseTools } = (await import(new URL("case-tools.ts", FOLDER).href)) as { caseTools: CaseTools };
const cases = new Map<string, Case[]>();
for (const { id } of policies) {
  const file = (await import(new URL(`${id}/cases.ts`, FOLDER).href)) as { cases: Case[] };
  cases.set(id, file.cases);
}

/** Path below `docs/` and what belongs there. */
export const POLICY_PAGES: Record<string, () => string> = {
  "policies.md": overview,
  ...Object.fromEntries(policies.map((policy) => [pathOf(policy.id), () => policyPage(policy)])),
};

function pathOf(id: string): string {
  return `policies/${id}.md`;
}

function overview(): string {
  const order = policies.map(
    (policy) => `| [${policy.id}](${pathOf(policy.id)}) | ${policy.about.title} | ${phases(policy).join(", ")} |`,
  );
  const features: Feature[] = [...policies.map(({ id, about }) => ({ ...about, link: pathOf(id) })), ...OTHER_FEATURES];
  const elsewhere = features.sort((one, other) => one.title.localeCompare(other.title)).map(elsewhereRow);
  return `${INTRODUCTION}${ORDER_HEAD}${order.join("\n")}\n${ELSEWHERE_HEAD}${elsewhere.join("\n")}\n`;
}

function elsewhereRow({ title, link, settings, elsewhere: { kong, envoy, nginx } }: Feature): string {
  const names = [kong, envoy, nginx].map((name) => name?.replaceAll("|", "\\|") ?? "–");
  const keys = settings.map((key) => `\`${key}\``).join(", ");
  return `| ${link === undefined ? title : `[${title}](${link})`} | ${keys} | ${names.join(" | ")} |`;
}

function policyPage(policy: Policy): string {
  const { id, about } = policy;
  const own = cases.get(id) ?? [];
  const parts = [
    `# ${about.title}`,
    `Policy \`${id}\`, one of [all](../policies.md). What it is for and how it goes with others: [guide](../${about.guide}).`,
    headComment(id),
    `\`\`\`yaml\n${exampleOf(id)}\`\`\``,
    `Phases: ${phases(policy).join(", ")}.`,
    `## Settings\n\n${SETTINGS_HEAD}\n${about.settings.flatMap(settingsRows).join("\n")}`,
    refusals(own),
    `## What its cases show\n\n${own.map(({ name }) => `- ${name}`).join("\n")}`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** What a settings file says to have it. */
export function exampleOf(id: string): string {
  return readFileSync(new URL(`${id}/example.yaml`, FOLDER), "utf8");
}

/** The comment at the head of policy.ts is the policy's documentation. */
function headComment(id: string): string {
  const text = readFileSync(new URL(`${id}/policy.ts`, FOLDER), "utf8");
  const lines = text.split("\n");
  const until = lines.findIndex((line) => !line.startsWith("//"));
  if (until === 0) throw new Error(`${id}/policy.ts does not begin with a comment that says what it is for`);
  return lines
    .slice(0, until)
    .map((line) => line.slice(2).trim())
    .join(" ");
}

/** Phase of each hook, in the order of a call. */
const PHASES: Record<string, string> = {
  receive: "receive",
  identify: "identify",
  admit: "admit",
  whole_body: "shape (needs the request's body whole)",
  shape: "shape",
  body: "send (each piece of the request's body)",
  bodyEnd: "send (the end of the request's body)",
  reply: "reply (the answer's head)",
  replyBody: "reply (needs the answer's body whole)",
  replyData: "reply (each piece of the answer's body)",
  done: "record",
};

function phases(policy: Policy): string[] {
  const own = cases.get(policy.id) ?? [];
  const connections = createConnections({ clock: simulatedClock() });
  const hooks = new Set(
    own.flatMap((each) => Object.keys(policy.prepare(each.subject, caseTools(connections, each)) ?? {})),
  );
  connections.close().catch((error: unknown) => console.error(error));
  return Object.entries(PHASES).flatMap(([hook, phase]) => (hooks.has(hook) ? [phase] : []));
}

/** Codes that its cases end in: each policy refuses in at least one. */
function refusals(own: Case[]): string {
  const given = new Set(own.flatMap(({ calls }) => calls.map(({ gives }) => gives)));
  const codes = [...given].filter((one): one is ProblemCode => typeof one === "string" && one in PROBLEMS).sort();
  if (codes.length === 0) return "";
  const rows = codes.map((code) => `| \`${code}\` | ${PROBLEMS[code].status} | ${PROBLEMS[code].title} |`);
  return `## Refusals\n\n| code | status | |\n|---|---|---|\n${rows.join("\n")}`;
}
