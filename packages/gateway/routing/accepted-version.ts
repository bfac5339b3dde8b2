// The version of an API that an `Accept` header asks for: application/vnd.acme.v2+json, or application/vnd.acme+json;version=2
// (RFC 6838 section 3.2 and RFC 9110 section 12.5.1). Pure.

/** In lower case. `subtype`: vnd.acme. Of several versions the one of the highest weight, else the first. Undefined when none is named. */
export function versionIn(accept: string, subtype: string): string | undefined {
  let best: string | undefined;
  let best_weight = 0;
  for (const range of accept.split(",")) {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim());
    const version = versionOf(type.toLowerCase(), parameters, subtype);
    if (version === undefined) continue;
    const weight = Number(parameterOf(parameters, "q") ?? "1");
    if (weight > best_weight) {
      best = version;
      best_weight = weight;
    }
  }
  return best;
}

function versionOf(type: string, parameters: string[], subtype: string): string | undefined {
  const slash = type.indexOf("/");
  const plus = type.lastIndexOf("+");
  const own = type.slice(slash + 1, plus < 0 ? type.length : plus);
  if (own === subtype) return parameterOf(parameters, "version")?.toLowerCase();
  return own.startsWith(`${subtype}.v`) ? own.slice(subtype.length + 2) : undefined;
}

function parameterOf(parameters: string[], name: string): string | undefined {
  for (const parameter of parameters) {
    const equals = parameter.indexOf("=");
    if (equals < 0 || parameter.slice(0, equals).trim().toLowerCase() !== name) continue;
    return parameter
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/, "$1");
  }
  return undefined;
}
