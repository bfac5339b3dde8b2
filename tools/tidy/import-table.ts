// Who may import whom: the written table behind the map in ARCHITECTURE.md. The rule is in rules/imports.ts.
// A row names a package, or a folder outside packages/, and what of packages/ it may import.

export const importTable: Record<string, readonly string[]> = {
  base: [],
  contract: ["base"],
  net: ["base"],
  http1: [],
  expressions: ["base"],
  ai: ["base", "contract"],
  gateway: ["base", "contract", "net", "ai", "http1", "expressions"],
  mcp: ["base", "contract", "net"],
  telemetry: ["base", "contract", "net"],
  detection: ["base", "contract"],
  correlation: ["base", "contract"],
  feedback: ["base", "contract", "correlation"],
  incidents: ["base", "contract", "detection"],
  launches: ["base", "contract"],
  comms: ["base", "contract", "net"],
  identity: ["base", "contract"],
  storage: ["base", "contract", "feedback", "incidents", "launches", "comms", "identity"],
  control: [
    "base",
    "contract",
    "net",
    "expressions",
    "telemetry",
    "detection",
    "correlation",
    "feedback",
    "incidents",
    "launches",
    "comms",
    "identity",
  ],
  "apps/console": ["contract"],
  "apps/widget": [],
};

/** These wire or prove everything, so they may import every package. */
export const mayImportEverything: readonly string[] = ["apps/holdfast", "tests", "bench", "tools"];

/** What runs in a browser takes only types from a package: its values would bring the server along. */
export const takesOnlyTypes: readonly string[] = ["apps/console"];

/** The data plane does not contain the platform: not by a detour either. */
export const dataPlane: readonly string[] = ["gateway", "ai", "mcp"];
export const platform: readonly string[] = ["feedback", "incidents", "launches", "comms", "storage", "control"];

/** Every package that `from` reaches, through any number of imports. */
export function reaches(from: string, table: Record<string, readonly string[]> = importTable): Set<string> {
  const seen = new Set<string>();
  const visit = (name: string) => {
    for (const next of table[name] ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      visit(next);
    }
  };
  visit(from);
  return seen;
}
