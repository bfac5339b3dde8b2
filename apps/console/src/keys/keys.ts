// Which binding a key press means: a pure decision over the layers that are on the page, with two-step keys such as `g i`.

export type Binding = {
  /** A key as `KeyboardEvent.key` names it, or two with a space between them: `j`, `Enter`, `?`, `g i`. */
  keys: string;
  /** What it does, for the help page. */
  label: string;
  run: () => void;
  disabled?: boolean;
};

export type Press = {
  key: string;
  /** With Control, Meta or Alt: then it belongs to the browser or to the palette. */
  modified: boolean;
  /** In a field where letters are text, or in something that floats above the page. */
  typing: boolean;
};

export type KeyDecision = { run: Binding | undefined; pending: string | undefined };

/** `layers` with the nearest first; `pending` is the first half of a two-step key that was pressed just before. */
export function decideKey(
  layers: readonly (readonly Binding[])[],
  pending: string | undefined,
  press: Press,
): KeyDecision {
  const nothing = { run: undefined, pending: undefined };
  if (press.modified || press.typing) return nothing;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const active = layers.flat().filter((binding) => !binding.disabled);
  const wanted = pending === undefined ? key : `${pending} ${key}`;
  const run = active.find((binding) => binding.keys === wanted);
  if (run) return { run, pending: undefined };
  const opens = pending === undefined && active.some((binding) => binding.keys.startsWith(`${key} `));
  return opens ? { run: undefined, pending: key } : nothing;
}

/** The id that a step of `j` or `k` leads to; the ends of the list hold. */
export function moveSelection(ids: readonly string[], selected: string | undefined, step: 1 | -1): string | undefined {
  const from = selected === undefined ? -1 : ids.indexOf(selected);
  if (from === -1) return ids[step === 1 ? 0 : ids.length - 1];
  return ids[Math.min(ids.length - 1, Math.max(0, from + step))];
}

/** Where the selection goes when `gone` leaves the list: the next one, else the one before. */
export function selectionAfter(ids: readonly string[], gone: string): string | undefined {
  const index = ids.indexOf(gone);
  return ids[index + 1] ?? ids[index - 1];
}
