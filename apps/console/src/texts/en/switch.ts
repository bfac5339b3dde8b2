// Switching a route or model off at once, and on again.
export const switches = {
  on: "switched on",
  off: "switched off",
  lever: { on: "Switch on…", off: "Switch off…" },
  undo: "Undo",
  held: {
    on: "Switched on by {{actor}} since {{time}}, while the settings have it off: {{why}}",
    off: "Switched off by {{actor}} since {{time}}: {{why}}",
  },
  ask: { on: "Switch {{name}} on", off: "Switch {{name}} off" },
  means: {
    on: "Callers of {{name}} are served from the next call on, although the settings have it off.",
    off: "Nobody is served by {{name}} from the next call on. Running calls end where they are. Undo is kept.",
  },
  deed: { on: "Switch on", off: "Switch off" },
  did: { on: "{{name}} is switched on", off: "{{name}} is switched off" },
} as const;
