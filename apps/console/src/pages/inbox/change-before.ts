// The change that a failure is first suspected of: the last one before it.

type Change = { at: number };

export function changeBefore<T extends Change>(changes: readonly T[], at: number): T | undefined {
  return changes.filter((change) => change.at <= at).sort((a, b) => b.at - a.at)[0];
}
