// What becomes of paths in which a slash stands percent-encoded.
import { z } from "zod";

export const EncodedSlashesSettings = z.enum(["refuse", "keep"]).meta({
  description:
    "Paths with an encoded slash. refuse: 400; keep: `%2F` is a character of its segment, for the service as well: `/projects/:id` takes /projects/group%2Fname. Only for services that split a path before they decode it: another one reads /a%2Fb as /a/b, past the routes that guard that",
});

export type EncodedSlashesSettings = z.output<typeof EncodedSlashesSettings>;
