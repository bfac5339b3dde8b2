// One parameter of a query: reading it, and taking it out so that nobody further on sees it. Pure.

/** The first value of a parameter, decoded; undefined when it is not there. */
export function queryValue(query: string | undefined, name: string): string | undefined {
  if (query === undefined) return undefined;
  const pair = query.split("&").find((pair) => nameOf(pair) === name);
  return pair === undefined ? undefined : decoded(pair.slice(pair.indexOf("=") + 1));
}

/** The query without any parameter of this name; undefined when nothing is left. */
export function withoutParameter(query: string | undefined, name: string): string | undefined {
  if (query === undefined) return undefined;
  const kept = query.split("&").filter((pair) => nameOf(pair) !== name);
  return kept.length === 0 ? undefined : kept.join("&");
}

function nameOf(pair: string): string | undefined {
  const equals = pair.indexOf("=");
  return equals < 0 ? undefined : decoded(pair.slice(0, equals));
}

function decoded(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    // What is not encoded as it should be stands for itself, and is nobody's key.
    return spaced;
  }
}
