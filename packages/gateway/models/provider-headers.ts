// Of a provider's headers the client gets those that describe the answer. The rest speaks of the provider's account, which is the
// gateway's own business: cookies, organisations, quotas. Pure.

const PASSED = new Set([
  "content-type",
  "content-encoding",
  "content-language",
  "cache-control",
  "retry-after",
  "retry-after-ms",
  "openai-processing-ms",
  "openai-version",
]);

export type ProviderHead = {
  headers: string[];
  length: number | undefined;
  content_type: string | undefined;
  /** Though it was asked not to be: nobody here can read what it says. */
  encoded: boolean;
};

/** `flat`: names in lower case and values in turn. */
export function providerHead(flat: readonly string[]): ProviderHead {
  const head: ProviderHead = { headers: [], length: undefined, content_type: undefined, encoded: false };
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] as string;
    const value = flat[index + 1] as string;
    if (name === "content-type") head.content_type = value;
    if (name === "content-length") head.length = Number(value);
    if (name === "content-encoding") head.encoded = value.toLowerCase() !== "identity";
    if (PASSED.has(name)) head.headers.push(name, value);
  }
  // A stream may lose a frame on its way through the meter; everything else passes as it is.
  if (isEventStream(head.content_type)) head.length = undefined;
  if (head.length !== undefined) head.headers.push("content-length", String(head.length));
  return head;
}

/**
 * Whether an answer that is not whole shows it by itself, however cleanly its connection was closed: a stream by its last frame, a
 * document that comes without a length by its last brace.
 */
export function showsItsEnd({ content_type, length }: ProviderHead): boolean {
  return isEventStream(content_type) || (length === undefined && isJson(content_type));
}

function isEventStream(content_type: string | undefined): boolean {
  return content_type?.toLowerCase().startsWith("text/event-stream") ?? false;
}

function isJson(content_type: string | undefined): boolean {
  return content_type?.toLowerCase().startsWith("application/json") ?? false;
}
