// WebSocket on a route: nothing is upgraded where this is not said.
import { z } from "zod";
import { PageOrigin } from "./cors.ts";
import { deadline, size } from "./quantities.ts";

export const WebSocketSettings = z.strictObject({
  idle: deadline
    .prefault("60s")
    .meta({ description: "Longest silence in both directions; a ping of either side breaks it" }),
  message_most: size
    .refine((bytes) => bytes > 0, "is nothing: every message would be too large")
    .prefault("1MiB")
    .meta({ description: "Largest message, all its fragments together" }),
  origins: z.array(PageOrigin).min(1).max(100).optional().meta({
    description:
      "Pages that may open a connection; `https://*.example.com` stands for every host below example.com. Browsers send cookies along with every handshake, so a route that knows people by cookies should list them. Who names no origin is refused then: give clients that are no pages a route of their own",
  }),
});

export type WebSocketSettings = z.output<typeof WebSocketSettings>;
