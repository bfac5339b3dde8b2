// Watches the files that settings refer to, such as certificates and keys: when one changes, the settings that name it are read
// again. By polling, because mounted secrets are links to links, and not every file system reports changes.
import { statSync } from "node:fs";
import type { Cancel, Clock, WorkspaceName } from "@holdfast/base";

export type ReferencedFiles = {
  /** To be told of each file that is read for a workspace. */
  noteFor(workspace: WorkspaceName): (path: string) => void;
  /** `on_change` is called once for each workspace whose files changed and have then been at rest for one look. */
  watch(clock: Clock, on_change: (workspace: WorkspaceName) => void): Cancel;
};

/** A pair is two files, and one is always written first. */
const LOOK_EVERY_MS = 2_000;

type Watched = { seen: Map<string, string>; is_moving: boolean };

export function createReferencedFiles(): ReferencedFiles {
  const byWorkspace = new Map<WorkspaceName, Watched>();
  return {
    noteFor(workspace) {
      const watched = byWorkspace.get(workspace) ?? { seen: new Map(), is_moving: false };
      byWorkspace.set(workspace, watched);
      return (path) => void watched.seen.set(path, stateOf(path));
    },
    watch: (clock, on_change) =>
      clock.every(LOOK_EVERY_MS, () => {
        for (const [workspace, watched] of byWorkspace) if (look(watched)) on_change(workspace);
      }),
  };
}

/** True: something had changed at the last look, and nothing has since. */
function look(watched: Watched): boolean {
  let moves = false;
  for (const [path, before] of watched.seen) {
    const now = stateOf(path);
    if (now === before) continue;
    moves = true;
    watched.seen.set(path, now);
  }
  const is_over = watched.is_moving && !moves;
  watched.is_moving = moves;
  return is_over;
}

/** What differs when a file was written or replaced; of one that is not there, that it is not. */
function stateOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : "not there";
}
