// Certificates of the gateway's own TLS port, by the hosts that they are for.
import { z } from "zod";
import { secret } from "./quantities.ts";

export const CertificateSettings = z
  .strictObject({
    hosts: z
      .array(
        z
          .string()
          .regex(
            /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
            "expected a host in lower case such as shop.example.com or *.example.com",
          ),
      )
      .min(1)
      .max(100)
      .optional()
      .meta({
        description: "Server names that get it; *. stands for one label. Default: the names in the certificate",
      }),
    certificate: z
      .string()
      .min(1)
      .meta({ description: "The certificate and its chain in PEM, leaf first: ${file:/path/fullchain.pem}" }),
    key: secret.meta({ description: "Its private key in PEM: ${file:/path/privkey.pem}", secret: "whole" }),
    default: z.boolean().default(false).meta({
      description: "Also for clients that name no host, or one that no certificate has. One in an installation",
    }),
  })
  .meta({
    description: "Files are watched: a renewed pair is taken up by itself, and connections that stand keep theirs",
  });

export type CertificateSettings = z.output<typeof CertificateSettings>;
