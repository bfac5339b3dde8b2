// An OpenAPI description (3.0, 3.1, 3.2), spread over files or not, bundled into one document and read into operations. Nothing is
// ever fetched: a reference that leaves the files is a problem.
import { posix } from "node:path";
import { failed, LIMITS, type Result } from "@holdfast/base";
import type { Document } from "@redocly/openapi-core";
import { type DocumentReader, documentOf, isDocument, parseDocument } from "../read-documents.ts";
import { type Api, readOperations } from "./operations.ts";

/** Errors: what is wrong, one text for each. */
export async function importApi(
  given: string | Record<string, unknown>,
  read: DocumentReader,
): Promise<Result<Api, string[]>> {
  const root = documentOf(given, read);
  if (!root.ok) return failed([root.error]);
  const version = versionOf(root.value);
  if (!version.ok) return failed([version.error]);
  const place = typeof given === "string" && !isDocument(given) ? given : "openapi.yaml";
  const bundled = await bundleFiles(root.value, place, read);
  return bundled.ok ? readOperations(bundled.value, version.value) : bundled;
}

export type ApiVersion = "3.0" | "3.1" | "3.2";

function versionOf(document: unknown): Result<ApiVersion, string> {
  const { openapi, swagger } = (document ?? {}) as { openapi?: unknown; swagger?: unknown };
  if (swagger !== undefined) return failed("is a Swagger 2.0 document; convert it to OpenAPI 3 first");
  const version = /^(3\.[012])\.\d+/.exec(String(openapi))?.[1];
  if (version) return { ok: true, value: version as ApiVersion };
  return failed("is not an OpenAPI document of version 3.0, 3.1 or 3.2");
}

type Library = typeof import("@redocly/openapi-core");

/** The library is large, so it is loaded when the first description is met. */
async function bundleFiles(root: unknown, place: string, read: DocumentReader): Promise<Result<unknown, string[]>> {
  const library = await import("@redocly/openapi-core");
  const { bundle: bundled, problems } = await library.bundle({
    doc: { source: new library.Source(place, ""), parsed: structuredClone(root) },
    config: await library.createConfig({}),
    externalRefResolver: fileResolver(library, read),
    base: null,
  });
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return { ok: true, value: bundled.parsed };
  return failed(errors.map(({ message, location }) => `${location[0]?.pointer ?? "#/"}: ${message}`));
}

function fileResolver({ BaseResolver, Source }: Library, read: DocumentReader): InstanceType<Library["BaseResolver"]> {
  let files = 0;

  class FileResolver extends BaseResolver {
    /** Relative to the file that refers; the reader decides what that may reach. */
    override resolveExternalRef(base: string | null, reference: string): string {
      return isAddress(reference) ? reference : posix.join(base === null ? "" : posix.dirname(base), reference);
    }

    override async loadExternalRef(reference: string): Promise<InstanceType<typeof Source>> {
      if (isAddress(reference)) throw new Error(`${reference} is not fetched: only files can be referred to`);
      if (++files > LIMITS.openapi_files_max) throw new Error(`more than ${LIMITS.openapi_files_max} files`);
      const text = read(reference);
      if (!text.ok) throw new Error(text.error);
      return new Source(reference, text.value);
    }

    override parseDocument(source: InstanceType<typeof Source>): Document {
      const parsed = parseDocument(source.body);
      if (!parsed.ok) throw new Error(parsed.error);
      return { source, parsed: parsed.value };
    }
  }

  return new FileResolver();
}

function isAddress(reference: string): boolean {
  return /^[a-z][a-z0-9+.-]*:|^\/\//i.test(reference);
}
