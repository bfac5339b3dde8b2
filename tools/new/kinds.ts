// The kinds of extension that can be scaffolded: where a new one goes, which lists it is added to, what is left to do.

/** `insert` goes right behind the first place that `behind` matches; an import goes behind the file's last import. */
export type Edit = { file: string } & ({ behind: RegExp; insert: string } | { addImport: string });

export interface Kind {
  /** Where the folder of the new one goes; undefined where an extension is a row of a table. */
  folder?: string;
  edits: readonly Edit[];
  next: readonly string[];
}

const detectors = "packages/detection/detectors.ts";
const policies = "packages/gateway/policies/policies.ts";
const policyCases = "packages/gateway/policies/policies.test.ts";

export const kinds: Record<string, Kind> = {
  policy: {
    folder: "packages/gateway/policies",
    edits: [
      { file: policies, addImport: 'import { __camel__ } from "./__kebab__/policy.ts";' },
      {
        file: policies,
        behind: /export const policies: readonly Policy\[\] = \[[^\]]*?(?=,?\s*\])/,
        insert: ", __camel__",
      },
      { file: policyCases, addImport: 'import { cases as __camel__Cases } from "./__kebab__/cases.ts";' },
      {
        file: policyCases,
        behind: /const allCases: Record<string, PolicyCase\[\]> = \{/,
        insert: '\n  "__kebab__": __camel__Cases,',
      },
    ],
    next: [
      "Write the cases first: packages/gateway/policies/__kebab__/cases.ts. At least one is a refusal.",
      "Give it its settings in packages/contract/settings/, and compile them into the plan's routes or models.",
      "Show it in packages/gateway/policies/__kebab__/example.yaml, and name its guide below docs/ in `about`.",
      "Its place in packages/gateway/policies/policies.ts is the order in which its hooks run; npm run docs writes its page.",
      "npm test packages/gateway/policies",
    ],
  },
  detector: {
    folder: "packages/detection/detectors",
    edits: [
      { file: detectors, addImport: 'import { cases as __camel__Cases } from "./detectors/__kebab__/cases.ts";' },
      { file: detectors, addImport: 'import { __camel__ } from "./detectors/__kebab__/detector.ts";' },
      {
        file: detectors,
        behind: /export const detectors = \[/,
        insert: "{ detector: __camel__, cases: __camel__Cases }, ",
      },
      { file: "packages/contract/resources/operations.ts", behind: /detector: z\.enum\(\[/, insert: '"__snake__", ' },
    ],
    next: [
      "Write the cases first: packages/detection/detectors/__kebab__/cases.ts. The contract suite runs them.",
      "Give it its settings in packages/contract/settings/, and compile them into the plan.",
      "npm test packages/detection",
    ],
  },
  notifier: {
    folder: "packages/comms/notifiers",
    edits: [
      {
        file: "packages/comms/index.ts",
        behind: /export \{ createMailNotifier.*\n/,
        insert:
          'export { create__Pascal__Notifier, type __Pascal__Settings } from "./notifiers/__kebab__/notifier.ts";\n',
      },
    ],
    next: [
      "Write the cases first: packages/comms/notifiers/__kebab__/cases.ts. At least one is a refusal.",
      "Replace `deliver` by the real station, reached through @holdfast/net where a tenant names its address.",
      "npm test packages/comms",
    ],
  },
  provider: {
    edits: [
      {
        file: "packages/ai/providers/providers.ts",
        behind: /export const PROVIDERS[^{]*\{/,
        insert:
          '\n  "__kebab__": { dialect: "openai-chat", url: "https://api.__kebab__.example/v1", prices_id: undefined },',
      },
      { file: "packages/contract/settings/models.ts", behind: /kind: z\s*\.enum\(\[/, insert: '"__kebab__", ' },
      { file: "packages/contract/plan.ts", behind: /\bkind: (?="openai")/, insert: '"__kebab__" | ' },
    ],
    next: [
      "Fill in its row of packages/ai/providers/providers.ts: dialect, address, id in the price table.",
      "A wire format of its own is a dialect: a folder of packages/ai/dialects, after the example of openai-chat.",
      "npm test packages/ai",
    ],
  },
};
