// Where feedback may come from, and how its reporters are written to.
import { z } from "zod";

export const SiteSettings = z
  .strictObject({
    origins: z
      .array(z.string().regex(/^https?:\/\/[^/\s]+$/, "expected an origin such as https://shop.example.com"))
      .min(1)
      .meta({ description: "Pages that may send feedback" }),
    replies_from: z.email().optional().meta({ description: "Sender of mail to reporters; default: mail.from" }),
  })
  .meta({ description: "One site, under the name that feedback gives in `site`" });

export const MailSettings = z.strictObject({
  smtp: z
    .string()
    .regex(/^smtps?:\/\/(\S*@)?[^\s/?#@]+\/?$/, "expected smtp://host:port, without path and options")
    .meta({ description: "smtp://[user:password@]host:port; the password by reference", secret: "password" }),
  from: z.email().meta({ description: "Sender of mail, where a site names none" }),
});
