// One value of a query string. Pure.

/**
 * The first value of the parameter `name`, decoded as forms are (`+` is a space); "" for one without "="; undefined when it is not
 * there. What encodes nothing stays as it was sent.
 */
export function queryValue(query: string, name: string): string | undefined {
  for (let from = 0; from <= query.length; ) {
    const next = query.indexOf("&", from);
    const to = next < 0 ? query.length : next;
    const equals = query.indexOf("=", from);
    const name_to = equals < 0 || equals > to ? to : equals;
    if (decode(query.slice(from, name_to)) === name) return decode(query.slice(Math.min(name_to + 1, to), to));
    from = to + 1;
  }
  return undefined;
}

function decode(text: string): string {
  if (!text.includes("%") && !text.includes("+")) return text;
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch (error) {
    if (error instanceof URIError) return spaced;
    throw error;
  }
}
