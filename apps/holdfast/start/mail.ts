// One mail notifier for each workspace that has mail settings, made anew when they change.
import type { WorkspaceName } from "@holdfast/base";
import { createMailNotifier, type MailSettings, type Notifier } from "@holdfast/comms";

export type MailRoom = { notifier(workspace: WorkspaceName): Notifier | undefined; close(): void };

/** `settingsOf` gives what is in force at the moment of the question. */
export function createMailRoom(settingsOf: (workspace: WorkspaceName) => MailSettings | undefined): MailRoom {
  const made = new Map<WorkspaceName, { settings: MailSettings; notifier: Notifier }>();
  return {
    notifier(workspace) {
      const settings = settingsOf(workspace);
      const before = made.get(workspace);
      if (settings && before?.settings.smtp === settings.smtp && before.settings.from === settings.from)
        return before.notifier;
      before?.notifier.close();
      made.delete(workspace);
      if (!settings) return undefined;
      const notifier = createMailNotifier(settings);
      made.set(workspace, { settings, notifier });
      return notifier;
    },
    close() {
      for (const { notifier } of made.values()) notifier.close();
      made.clear();
    },
  };
}
