// Every word of the console in English: short, concrete, in the voice of a calm colleague. One file for each room.
import { calls } from "./en/calls.ts";
import { common } from "./en/common.ts";
import { door } from "./en/door.ts";
import { inbox } from "./en/inbox.ts";
import { issues } from "./en/issues.ts";
import { launch } from "./en/launch.ts";
import { now } from "./en/now.ts";
import { releases } from "./en/releases.ts";
import { routes } from "./en/routes.ts";
import { settings } from "./en/settings.ts";
import { shell } from "./en/shell.ts";
import { switches } from "./en/switch.ts";
import { tide } from "./en/tide.ts";
import { upstreams } from "./en/upstreams.ts";

export const en = {
  ...common,
  ...shell,
  tide,
  now,
  inbox,
  issues,
  calls,
  releases,
  switch: switches,
  routes,
  upstreams,
  launch,
  settings,
  door,
} as const;
