import { expect, it } from "vitest";
import type { IssueEvent } from "../../api/types.ts";
import { groupEvents } from "./group-events.ts";

const events = (...kinds: IssueEvent["kind"][]) => kinds.map((kind, at) => ({ id: `${at}`, at, kind }) as IssueEvent);
const shape = (...kinds: IssueEvent["kind"][]) =>
  groupEvents(events(...kinds)).map((entry) => (entry.kind === "voices" ? entry.events.length : entry.event.kind));

it("shows the newest first", () => expect(shape("created", "note")).toEqual(["note", "created"]));
it("makes many voices in a row one line", () =>
  expect(shape("created", "voice", "voice", "voice")).toEqual([3, "created"]));
it("keeps a few voices apart", () => expect(shape("voice", "voice")).toEqual(["voice", "voice"]));
it("keeps what happened between voices in its place", () => {
  expect(shape("voice", "voice", "voice", "change", "voice")).toEqual(["voice", "change", 3]);
});
